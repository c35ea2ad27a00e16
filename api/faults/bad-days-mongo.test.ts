/** MongoDB is away, slow or late while 16 API clients write with keys and retry. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openMongoLog } from "../../events/sources/mongo/open-mongo-log.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { throughProxy } from "../../fixtures/mongodb/through-proxy.ts";
import { until } from "../../fixtures/tests/until.ts";
import { call, newConfig, signUp, startApi } from "../sessions/people.suite.ts";
import { Acknowledgements, assertRetryable, percentilesOf, registration, writeAtOnce } from "./bad-days.suite.ts";
import { type SlowProxy, startSlowProxy } from "./slow-proxy.suite.ts";

const CLIENTS = 16;
/** Writes before the trouble, and after it. */
const WRITES = 60;
/** Timeout of the driver, ms: a later response is lost. */
const TIMEOUT_MS = 400;

const serverUrl = await sharedMongoUrl();
const canCut = serverUrl !== null && !/^mongodb\+srv|[?&](tls|ssl)=true/.test(serverUrl);
const databases = canCut ? temporaryDatabases(serverUrl) : null;
const skip = databases ? false : "NO MONGODB SERVER THAT A PROXY CAN REACH: its failures are not tested";

/** An API that reaches MongoDB through a proxy. */
async function serveBehindProxy(timeoutMs = TIMEOUT_MS) {
  assert.ok(databases);
  const { client, newDatabase } = databases;
  const { primary } = await client.db("admin").command({ hello: 1 });
  const proxy = await startSlowProxy(primary ?? client.options.hosts[0]?.toString());
  const address = newDatabase();
  const options = `serverSelectionTimeoutMS=${timeoutMs}&socketTimeoutMS=${timeoutMs}`;
  const config = newConfig({ MONGODB_URL: throughProxy(address, proxy.address, options) });
  // Founded without the proxy: the short timeout is meant for the requests of the test.
  const direct = await startApi({ ...config, mongoUrl: address });
  const owner = await signUp(direct.base);
  await direct.api.close();
  const { base } = await startApi(config);
  return { proxy, base, address, config, ...owner };
}

interface Trouble {
  /** Resolves when it is over. @param retries how many attempts had no response so far */
  trouble(proxy: SlowProxy, retries: () => number): Promise<void>;
  /** True if the trouble happened. Clients may not notice it, because the log may recover by itself. */
  happened?(proxy: SlowProxy): boolean;
  /** Default: `TIMEOUT_MS`. */
  timeoutMs?: number;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  "is away until clients get a 503": {
    async trouble(proxy, retries) {
      const before = retries();
      proxy.shut();
      await until("clients get a 503", () => retries() > before + CLIENTS);
      proxy.reopen();
    },
  },
  "goes away again and again": {
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
  "is slow, but not away": {
    timeoutMs: 120_000,
    async trouble(proxy, retries) {
      proxy.delay({ requestMs: 60, responseMs: 60 });
      await sleep(2_000);
      proxy.delay({ requestMs: 0, responseMs: 0 });
      assert.equal(retries(), 0, "slow is not away");
    },
  },
  "responds too late": {
    async trouble(proxy) {
      proxy.delay({ requestMs: 0, responseMs: 2 * TIMEOUT_MS });
      await until("a response is too late", () => proxy.late.responses > 3);
      proxy.delay({ requestMs: 0, responseMs: 0 });
    },
    happened: ({ late }) => late.responses > 3,
  },
  "receives requests too late and executes them after the timeout": {
    async trouble(proxy) {
      for (let n = 0; n < 4; n++) {
        const before = proxy.late.requests;
        proxy.delay({ requestMs: 3 * TIMEOUT_MS, responseMs: 0 });
        await sleep(500);
        proxy.delay({ requestMs: 0, responseMs: 0 });
        await until("a request is too late", () => proxy.late.requests > before);
      }
    },
    happened: ({ late }) => late.requests > 3,
  },
};

for (const [what, { trouble, happened, timeoutMs }] of Object.entries(TROUBLES))
  test(`MongoDB ${what} while ${CLIENTS} clients write: each write is there once, and the API resumes by itself`, {
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
      stopAt = sent + WRITES; // also after a failure, or the clients would never stop
    }
    await writing;
    if (happened) assert.ok(happened(proxy), `${proxy.cut} cut, ${JSON.stringify(proxy.late)} late`);
    assert.equal(acks.size, sent);
    await checkLog(address, logId, acks, sent);
    t.diagnostic(
      `${sent} writes, ${acks.retries} attempts without a response, ${proxy.cut} connections cut; ${percentilesOf(durationsMs)}`,
    );
  });

async function checkLog(address: string, logId: string, acks: Acknowledgements, sent: number): Promise<void> {
  assert.ok(databases);
  const log = await openMongoLog(`${address}#${logId}`, { client: databases.client });
  const events = await acks.check(log);
  assert.equal(events.length, 2 + sent);
}

test("a server that is cut off from MongoDB serves reads at most a second old, then responds with 503", {
  skip,
}, async (t) => {
  const { proxy, base, token, config, address } = await serveBehindProxy();
  const other = await startApi({ ...config, mongoUrl: address });
  const insist = (name: string) => new Acknowledgements().insist(() => other.base, token, registration(name));
  const isListedAs = async (name: string) => {
    const response = await call(base, "GET", "/api/clients", undefined, { token });
    if (response.status === 503) {
      assertRetryable(response);
      return null;
    }
    assert.equal(response.status, 200, response.text);
    return (response.body.rows as { name: string }[]).some((client) => client.name === name);
  };
  await insist("before");
  while (!(await isListedAs("before"))) await sleep(20);
  proxy.shut();
  await insist("while it was cut off");
  const writtenMs = performance.now();
  let refused = 0;
  while (refused < 10) {
    const requestedMs = performance.now();
    const listed = await isListedAs("while it was cut off");
    assert.notEqual(listed, true);
    if (listed === null) refused++;
    else assert.ok(requestedMs - writtenMs < 1_000, "the response is older than a second");
  }
  proxy.reopen();
  let tries = 0;
  let isListed = null;
  for (; isListed === null; tries++) isListed = await isListedAs("while it was cut off");
  assert.equal(isListed, true);
  t.diagnostic(`${refused} reads were refused; ${tries} more attempts until MongoDB was reachable again`);
});

test("a server that was started while MongoDB was away connects once it is back", { skip }, async () => {
  const { base, proxy, token, config } = await serveBehindProxy();
  proxy.shut();
  const started = await startApi(config);
  assertRetryable(await call(started.base, "GET", "/api/clients", undefined, { token }));
  assertRetryable(await call(started.base, "POST", "/api/clients", registration().body, { token }));
  proxy.reopen();
  await new Acknowledgements().insist(() => started.base, token, registration());
  await new Acknowledgements().insist(() => base, token, registration());
});

test("requests that wait for MongoDB get a response even if MongoDB stops responding", {
  skip,
}, async (t: TestContext) => {
  const { proxy, base, token } = await serveBehindProxy();
  proxy.delay({ requestMs: 8_000, responseMs: 0 });
  const startedMs = performance.now();
  const responses = await Promise.all([
    ...Array.from({ length: 20 }, () => call(base, "POST", "/api/clients", registration().body, { token })),
    ...Array.from({ length: 20 }, () => call(base, "GET", "/api/clients", undefined, { token })),
    call(base, "GET", "/api/events?after=2&wait=1", undefined, { token }),
  ]);
  for (const response of responses) if (response.status !== 200) assertRetryable(response);
  t.diagnostic(
    `responses after ${Math.round(performance.now() - startedMs)} ms, with a driver timeout of ${TIMEOUT_MS} ms`,
  );
  proxy.delay({ requestMs: 0, responseMs: 0 });
  proxy.shut();
  proxy.reopen();
  const acks = new Acknowledgements();
  await acks.insist(() => base, token, registration());
});
