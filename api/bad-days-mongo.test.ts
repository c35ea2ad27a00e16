/** MongoDB is gone, slow, or answers late, while 16 clients write with keys and try again. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openMongoLog } from "../events/mongo-log.ts";
import { sharedMongoUrl } from "../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../fixtures/mongodb/temporary-databases.ts";
import { Acknowledged, assertPasses, percentilesOf, registration, writeAtOnce } from "./bad-days.suite.ts";
import { call, found, newConfig, startApi } from "./people.suite.ts";
import { type SlowProxy, startSlowProxy } from "./slow-proxy.suite.ts";

const CLIENTS = 16;
/** Writes before, and after, what goes wrong. */
const WRITES = 60;
/** The driver's patience: an answer that comes later is lost. */
const TIMEOUT_MS = 400;

const serverUrl = await sharedMongoUrl();
const canCut = serverUrl !== null && !/^mongodb\+srv|[?&](tls|ssl)=true/.test(serverUrl);
const databases = canCut ? temporaryDatabases(serverUrl) : null;
const skip = databases ? false : "NO MONGODB SERVER THAT A PROXY CAN STAND BEFORE: its bad days are not tested";

/** An API whose way to MongoDB is a proxy's. */
async function serveBehindProxy() {
  assert.ok(databases);
  const { client, newDatabase } = databases;
  const { primary } = await client.db("admin").command({ hello: 1 });
  const proxy = await startSlowProxy(primary ?? client.options.hosts[0]?.toString());
  const address = newDatabase();
  const through = address
    .replace(/(mongodb:\/\/(?:[^@/]*@)?)[^/]+/, `$1${proxy.address}`)
    .replace(/replicaSet=\w+&?/, "");
  const options = `directConnection=true&serverSelectionTimeoutMS=${TIMEOUT_MS}&socketTimeoutMS=${TIMEOUT_MS}`;
  const config = newConfig({ MONGODB_URL: `${through}${through.includes("?") ? "&" : "?"}${options}` });
  const { base } = await startApi(config);
  const owner = await found(base);
  return { proxy, base, address, config, ...owner };
}

/** What goes wrong, until it returns; and if clients must, or must not, be told so (null: the log may get over it). */
const TROUBLES: Readonly<Record<string, { trouble: (proxy: SlowProxy) => Promise<void>; refuses: boolean | null }>> = {
  "is gone for a second and a half": {
    async trouble(proxy) {
      proxy.shut();
      await sleep(1_500);
      proxy.reopen();
    },
    refuses: true,
  },
  "is gone again and again": {
    async trouble(proxy) {
      for (let n = 0; n < 15; n++) {
        proxy.shut();
        await sleep(Math.random() * 40);
        proxy.reopen();
        await sleep(Math.random() * 200);
      }
    },
    refuses: true,
  },
  "is slow": {
    async trouble(proxy) {
      proxy.delay({ requestMs: 60, answerMs: 60 });
      await sleep(2_000);
      proxy.delay({ requestMs: 0, answerMs: 0 });
    },
    refuses: false,
  },
  "answers too late": {
    async trouble(proxy) {
      proxy.delay({ requestMs: 0, answerMs: 2 * TIMEOUT_MS });
      await sleep(2_000);
      proxy.delay({ requestMs: 0, answerMs: 0 });
    },
    refuses: null,
  },
  "is told too late, and does it when nobody waits any more": {
    async trouble(proxy) {
      for (let n = 0; n < 4; n++) {
        proxy.delay({ requestMs: 3 * TIMEOUT_MS, answerMs: 0 });
        await sleep(500);
        proxy.delay({ requestMs: 0, answerMs: 0 });
        await sleep(300);
      }
    },
    refuses: true,
  },
};

for (const [what, { trouble, refuses }] of Object.entries(TROUBLES))
  test(`MongoDB ${what} while ${CLIENTS} clients write: each write is there once, and it goes on by itself`, {
    skip,
  }, async (t) => {
    const { proxy, base, address, token, log: logId } = await serveBehindProxy();
    const acknowledged = new Acknowledged();
    const durationsMs: number[] = [];
    let sent = 0;
    let stopAt = Number.POSITIVE_INFINITY;
    const writing = writeAtOnce(
      CLIENTS,
      () => sent >= stopAt,
      async () => {
        sent++;
        const startedMs = performance.now();
        await acknowledged.insist(() => base, token, registration());
        durationsMs.push(performance.now() - startedMs);
      },
    );
    while (acknowledged.size < WRITES) await sleep(5);
    assert.equal(acknowledged.retries, 0);
    await trouble(proxy);
    stopAt = sent + WRITES;
    await writing;
    if (refuses) assert.ok(acknowledged.retries > 0, "nobody noticed");
    else if (refuses === false) assert.equal(acknowledged.retries, 0, "slow is not gone");
    assert.equal(acknowledged.size, sent);
    await checkLog(address, logId, acknowledged, sent);
    t.diagnostic(`${sent} writes, ${acknowledged.retries} tries had no answer; ${percentilesOf(durationsMs)}`);
  });

async function checkLog(address: string, logId: string, acknowledged: Acknowledged, sent: number): Promise<void> {
  assert.ok(databases);
  const log = await openMongoLog(`${address}#${logId}`, { client: databases.client });
  const events = await acknowledged.check(log);
  assert.equal(events.length, 2 + sent);
}

test("a server that is cut off from MongoDB reads what is a second old at most, and else says so", {
  skip,
}, async (t) => {
  const { proxy, base, token, config, address } = await serveBehindProxy();
  const other = await startApi({ ...config, mongoUrl: address });
  const insist = (name: string) => new Acknowledged().insist(() => other.base, token, registration(name));
  const named = async (name: string) => {
    const answer = await call(base, "GET", "/api/clients", undefined, { token });
    if (answer.status === 503) {
      assertPasses(answer);
      return null;
    }
    assert.equal(answer.status, 200, answer.text);
    return (answer.body.rows as { name: string }[]).some((client) => client.name === name);
  };
  await insist("before");
  while (!(await named("before"))) await sleep(20);
  proxy.shut();
  await insist("while it was cut off");
  const writtenMs = performance.now();
  let refused = 0;
  while (refused < 10) {
    const askedMs = performance.now();
    const seen = await named("while it was cut off");
    assert.notEqual(seen, true);
    if (seen === null) refused++;
    else assert.ok(askedMs - writtenMs < 1_000, "what was answered is older than a second");
  }
  proxy.reopen();
  let tries = 1;
  while ((await named("while it was cut off")) === null) tries++;
  assert.equal(await named("while it was cut off"), true);
  t.diagnostic(`${refused} reads were refused, and ${tries} until MongoDB was found again`);
});

test("requests that wait for MongoDB when it stops to answer are answered all the same", {
  skip,
}, async (t: TestContext) => {
  const { proxy, base, token } = await serveBehindProxy();
  proxy.delay({ requestMs: 8_000, answerMs: 0 });
  const startedMs = performance.now();
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => call(base, "POST", "/api/clients", registration().body, { token })),
    ...Array.from({ length: 20 }, () => call(base, "GET", "/api/clients", undefined, { token })),
    call(base, "GET", "/api/events?after=2&wait=1", undefined, { token }),
  ]);
  for (const answer of answers) if (answer.status !== 200) assertPasses(answer);
  t.diagnostic(
    `answered after ${Math.round(performance.now() - startedMs)} ms, ${TIMEOUT_MS} ms being the driver's patience`,
  );
  proxy.delay({ requestMs: 0, answerMs: 0 });
  proxy.shut();
  proxy.reopen();
  const acknowledged = new Acknowledged();
  await acknowledged.insist(() => base, token, registration());
});
