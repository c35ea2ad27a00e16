/** MongoLog when connections and servers fail. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { clientRegistered, logOf } from "../../../fixtures/data/events.ts";
import { InsertCutter } from "../../../fixtures/mongodb/insert-cutter.ts";
import { sharedMongoUrl, startMongo } from "../../../fixtures/mongodb/server.ts";
import { databaseUrl, temporaryDatabases } from "../../../fixtures/mongodb/temporary-databases.ts";
import { throughProxy } from "../../../fixtures/mongodb/through-proxy.ts";
import type { EncodedEvent } from "../../encoding/event.ts";
import { LogError } from "../../errors.ts";
import { eventHash } from "../../hash.ts";
import type { WritableLog } from "../../log/log.ts";
import { assertBodies, bodiesOf } from "../../log/log-harness.suite.ts";
import { openMongoLog } from "./open-mongo-log.ts";

const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };
const serverUrl = await sharedMongoUrl();

if (serverUrl === null) test.skip("MongoLog's faults: no MongoDB server to test against (see fixtures/mongodb)");
else if (/^mongodb\+srv|[?&](tls|ssl)=true/.test(serverUrl))
  test.skip("MongoLog's faults: a connection with TLS cannot be cut at an insert");
else await proxyTests(serverUrl);

async function proxyTests(serverUrl: string): Promise<void> {
  const { client, newDatabase } = temporaryDatabases(serverUrl);
  const { primary } = await client.db("admin").command({ hello: 1 });
  const target: string = primary ?? client.options.hosts[0]?.toString();
  const events = logOf(12);

  /** Opens a log through a proxy, and directly. */
  async function openThroughProxy(t: TestContext) {
    const proxy = await InsertCutter.start(target);
    const address = newDatabase();
    const log = await openMongoLog(throughProxy(address, proxy.address, "serverSelectionTimeoutMS=500"));
    const direct = await openMongoLog(address, { client });
    t.after(async () => {
      proxy.stop();
      await log.close();
    });
    assert.equal(await log.append(events.slice(0, 3)), 3);
    return { proxy, log, direct, database: client.db(new URL(address).pathname.slice(1)) };
  }

  test("append() detects that its events were written if the reply is lost", async (t) => {
    const { proxy, log, direct } = await openThroughProxy(t);
    proxy.cutNextInsert("answer");
    assert.equal(await log.append(events.slice(3, 8)), 5);
    assertBodies(await bodiesOf(direct, ALL), events.slice(0, 8));
    assert.equal(await log.append(events.slice(8)), 4);
    assertBodies(await bodiesOf(log, ALL), events);
  });

  test("append() writes its events once if the request is lost", async (t) => {
    const { proxy, log, direct } = await openThroughProxy(t);
    proxy.cutNextInsert("request");
    assert.equal(await log.append(events.slice(3, 8)), 5);
    assertBodies(await bodiesOf(direct, ALL), events.slice(0, 8));
  });

  test("append() detects that another event took the sequence if the request is lost", async (t) => {
    const { proxy, log, direct } = await openThroughProxy(t);
    const winner = clientRegistered(4, { salt: 1 });
    proxy.cutNextInsert("request", async () => {
      assert.equal(await direct.append([winner]), 1);
    });
    assert.equal(await log.append(events.slice(3, 8)), 0);
    assertBodies(await bodiesOf(log, ALL), [...events.slice(0, 3), winner]);
  });

  test("append() is not repeated in a database that was set back while its request was lost", async (t) => {
    const { proxy, log, direct, database } = await openThroughProxy(t);
    const hashOf = (seq: number) => eventHash(events[seq - 1]?.body ?? Buffer.alloc(0));
    assert.equal(await log.append(events.slice(3, 4), { previous: hashOf(3) }), 1);
    const foreign = clientRegistered(4, { salt: 1 });
    proxy.cutNextInsert("request", async () => {
      await database.collection("log_events").deleteOne({ seq: 4 });
      assert.equal(await direct.append([foreign]), 1);
    });
    await assert.rejects(log.append(events.slice(4, 8), { previous: hashOf(4) }), { code: "FORKED" });
    assertBodies(await bodiesOf(direct, ALL), [...events.slice(0, 3), foreign]);
  });

  test("append() throws UNKNOWN_OUTCOME if the server is unreachable, and a retry writes the events once", async (t) => {
    for (const cut of ["request", "answer"] as const) {
      const { proxy, log, direct } = await openThroughProxy(t);
      proxy.cutNextInsert(cut, () => proxy.shut());
      await assert.rejects(log.append(events.slice(3, 8)), { code: "UNKNOWN_OUTCOME" });
      assert.equal(await direct.head(), cut === "request" ? 3 : 8);
      proxy.reopen();
      assert.equal(await untilReached(() => log.append(events.slice(3, 8))), 5, "the same object recovers");
      assertBodies(await bodiesOf(direct, ALL), events.slice(0, 8));
      assertBodies(await bodiesOf(log, ALL), events.slice(0, 8));
    }
  });

  test("append() throws UNREACHABLE, not UNKNOWN_OUTCOME, if nothing was sent", async (t) => {
    const { proxy, log } = await openThroughProxy(t);
    proxy.shut();
    await assert.rejects(untilNotSent(log, events[3] as EncodedEvent), { code: "UNREACHABLE" });
  });

  test("read() and changed() throw UNREACHABLE while the server is down, and work again afterwards", async (t) => {
    const { proxy, log, direct } = await openThroughProxy(t);
    proxy.shut();
    await assert.rejects(bodiesOf(log, ALL), { code: "UNREACHABLE" });
    await assert.rejects(log.changed(3, AbortSignal.timeout(30_000)), { code: "UNREACHABLE" });
    proxy.reopen();
    assertBodies(await untilReached(() => bodiesOf(log, ALL)), events.slice(0, 3));
    const signal = AbortSignal.timeout(30_000);
    const waiting = log.changed(3, signal);
    await direct.append(events.slice(3, 4));
    await waiting;
    assert.ok(!signal.aborted, "the event ended the wait");
  });

  /** Retries, because the server selection may still use its state from the closed proxy for a moment. */
  async function untilReached<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof LogError) || attempt === 60) throw error;
        assert.ok(["UNREACHABLE", "UNKNOWN_OUTCOME"].includes(error.code), error.code);
        await sleep(50);
      }
    }
  }

  /** Appends until the log has detected that its connection is lost. */
  async function untilNotSent(log: WritableLog, event: EncodedEvent): Promise<void> {
    for (;;) {
      try {
        await log.append([event]);
      } catch (error) {
        if (!(error instanceof LogError) || error.code !== "UNKNOWN_OUTCOME") throw error;
      }
    }
  }
}

test("MongoLog loses no acknowledged event if the server is killed, and resumes when it is back", async (t) => {
  if (process.env.INVOIFY_MONGO_KIND === "env") return t.skip("the server of MONGODB_URL is not ours to kill");
  const server = await startMongo();
  if (!server) return t.skip("no MongoDB server to kill");
  if (server.kind === "env") return t.skip("the server of MONGODB_URL is not ours to kill");
  t.after(() => server.stop());
  const address = databaseUrl(server.url, "killed");
  const log = await openMongoLog(address, { client: clientOf(t, server.url) });
  assert.equal(await log.append(logOf(2)), 2);

  const acknowledged: EncodedEvent[] = logOf(2);
  const failures: string[] = [];
  let stopAt = Number.POSITIVE_INFINITY;
  const writing = (async () => {
    while (acknowledged.length < stopAt) {
      const batch = [1, 2, 3].map((n) => clientRegistered(acknowledged.length + n));
      try {
        assert.equal(await log.append(batch), batch.length);
        acknowledged.push(...batch);
      } catch (error) {
        if (!(error instanceof LogError)) throw error;
        failures.push(error.code);
      }
    }
  })();
  while (acknowledged.length < 200) await sleep(5);
  await server.kill();
  while (failures.length === 0) await sleep(5);
  await server.restart();
  stopAt = acknowledged.length + 100;
  await writing;

  for (const code of failures) assert.ok(code === "UNKNOWN_OUTCOME" || code === "UNREACHABLE", code);
  assertBodies(await bodiesOf(log, ALL), acknowledged);
  const other = await openMongoLog(address, { client: clientOf(t, server.url) });
  assertBodies(await bodiesOf(other, ALL), acknowledged);
});

function clientOf(t: TestContext, url: string): MongoClient {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 500 });
  t.after(() => client.close());
  return client;
}
