/** MongoDB is gone, slow, or answers late, while 16 clients write with keys and try again. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openMongoLog } from "../../events/sources/mongo/mongo-log.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { until } from "../../fixtures/tests/until.ts";
import { call, newConfig, signUp, startApi } from "../sessions/people.suite.ts";
import { Acknowledgements, assertRetryable, percentilesOf, registration, writeAtOnce } from "./bad-days.suite.ts";
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
async function serveBehindProxy(timeoutMs = TIMEOUT_MS) {
  assert.ok(databases);
  const { client, newDatabase } = databases;
  const { primary } = await client.db("admin").command({ hello: 1 });
  const proxy = await startSlowProxy(primary ?? client.options.hosts[0]?.toString());
  const address = newDatabase();
  const through = address
    .replace(/(mongodb:\/\/(?:[^@/]*@)?)[^/]+/, `$1${proxy.address}`)
    .replace(/replicaSet=\w+&?/, "");
  const options = `directConnection=true&serverSelectionTimeoutMS=${timeoutMs}&socketTimeoutMS=${timeoutMs}`;
  const config = newConfig({ MONGODB_URL: `${through}${through.includes("?") ? "&" : "?"}${options}` });
  // Founded without the proxy: the driver's short patience is for what comes after.
  const direct = await startApi({ ...config, mongoUrl: address });
  const owner = await signUp(direct.base);
  await direct.api.close();
  const { base } = await startApi(config);
  return { proxy, base, address, config, ...owner };
}

interface Trouble {
  /** Resolves when it is over. @param retries how many tries of the clients had no answer so far */
  trouble(proxy: SlowProxy, retries: () => number): Promise<void>;
  /** That it happened: whether clients noticed is luck, where the log can get over it by itself. */
  happened?(proxy: SlowProxy): boolean;
  /** Default: the driver's. */
  timeoutMs?: number;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  "is gone until clients are told so": {
    async trouble(proxy, retries) {
      const before = retries();
      proxy.shut();
      await until("clients are told", () => retries() > before + CLIENTS);
      proxy.reopen();
    },
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
    happened: ({ cut }) => cut > 0,
  },
  "is slow, but not gone": {
    timeoutMs: 120_000,
    async trouble(proxy, retries) {
      proxy.delay({ requestMs: 60, answerMs: 60 });
      await sleep(2_000);
      proxy.delay({ requestMs: 0, answerMs: 0 });
      assert.equal(retries(), 0, "slow is not gone");
    },
  },
  "answers too late": {
    async trouble(proxy) {
      proxy.delay({ requestMs: 0, answerMs: 2 * TIMEOUT_MS });
      await until("an answer is too late", () => proxy.late.answers > 3);
      proxy.delay({ requestMs: 0, answerMs: 0 });
    },
    happened: ({ late }) => late.answers > 3,
  },
  "is told too late, and does it when nobody waits any more": {
    async trouble(proxy) {
      for (let n = 0; n < 4; n++) {
        const before = proxy.late.requests;
        proxy.delay({ requestMs: 3 * TIMEOUT_MS, answerMs: 0 });
        await sleep(500);
        proxy.delay({ requestMs: 0, answerMs: 0 });
        await until("a request is too late", () => proxy.late.requests > before);
      }
    },
    happened: ({ late }) => late.requests > 3,
  },
};

for (const [what, { trouble, happened, timeoutMs }] of Object.entries(TROUBLES))
  test(`MongoDB ${what} while ${CLIENTS} clients write: each write is there once, and it goes on by itself`, {
    skip,
  }, async (t) => {
    const { proxy, base, address, token, log: logId } = await serveBehindProxy(timeoutMs);
    const acks = new Acknowledgements();
    const durationsMs: number[] = [];
    let sent = 0;
    let stopAt = Number.POSITIVE_INFINITY;
    const writing = writeAtOnce(
      CLIENTS,
      () => sent >= stopAt,
      async () => {
        sent++;
        const startedMs = performance.now();
        await acks.insist(() => base, token, registration());
        durationsMs.push(performance.now() - startedMs);
      },
    );
    try {
      await until("all write", () => acks.size >= WRITES);
      await trouble(proxy, () => acks.retries);
    } finally {
      stopAt = sent + WRITES; // also after a failure, or the clients would go on for ever
    }
    await writing;
    if (happened) assert.ok(happened(proxy), `${proxy.cut} cut, ${JSON.stringify(proxy.late)} late`);
    assert.equal(acks.size, sent);
    await checkLog(address, logId, acks, sent);
    t.diagnostic(
      `${sent} writes, ${acks.retries} tries had no answer, ${proxy.cut} connections cut; ${percentilesOf(durationsMs)}`,
    );
  });

async function checkLog(address: string, logId: string, acks: Acknowledgements, sent: number): Promise<void> {
  assert.ok(databases);
  const log = await openMongoLog(`${address}#${logId}`, { client: databases.client });
  const events = await acks.check(log);
  assert.equal(events.length, 2 + sent);
}

test("a server that is cut off from MongoDB reads what is a second old at most, and else says so", {
  skip,
}, async (t) => {
  const { proxy, base, token, config, address } = await serveBehindProxy();
  const other = await startApi({ ...config, mongoUrl: address });
  const insist = (name: string) => new Acknowledgements().insist(() => other.base, token, registration(name));
  const named = async (name: string) => {
    const answer = await call(base, "GET", "/api/clients", undefined, { token });
    if (answer.status === 503) {
      assertRetryable(answer);
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
  let tries = 0;
  let found = null;
  for (; found === null; tries++) found = await named("while it was cut off");
  assert.equal(found, true);
  t.diagnostic(`${refused} reads were refused, and ${tries} until MongoDB was found again`);
});

test("a server that was started while MongoDB was away finds it once it is back", { skip }, async () => {
  const { base, proxy, token, config } = await serveBehindProxy();
  proxy.shut();
  const started = await startApi(config);
  assertRetryable(await call(started.base, "GET", "/api/clients", undefined, { token }));
  assertRetryable(await call(started.base, "POST", "/api/clients", registration().body, { token }));
  proxy.reopen();
  await new Acknowledgements().insist(() => started.base, token, registration());
  await new Acknowledgements().insist(() => base, token, registration());
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
  for (const answer of answers) if (answer.status !== 200) assertRetryable(answer);
  t.diagnostic(
    `answered after ${Math.round(performance.now() - startedMs)} ms, ${TIMEOUT_MS} ms being the driver's patience`,
  );
  proxy.delay({ requestMs: 0, answerMs: 0 });
  proxy.shut();
  proxy.reopen();
  const acks = new Acknowledgements();
  await acks.insist(() => base, token, registration());
});
