import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Document, MongoClient } from "mongodb";
import { clientRegistered, idOf, logOf, organizationRegistered } from "../../../fixtures/data/events.ts";
import { sharedMongoUrl } from "../../../fixtures/mongodb/server.ts";
import { databaseUrl, temporaryDatabases } from "../../../fixtures/mongodb/temporary-databases.ts";
import { eventHash } from "../../hash.ts";
import { conformance } from "../../log/log.suite.ts";
import type { EventLog } from "../../log/log.ts";
import { appendAll, assertBodies, bodiesOf } from "../../log/log-harness.suite.ts";
import { SEGMENT } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { listLogs } from "./mongo-collection.ts";
import type { MongoLog } from "./mongo-log.ts";
import { openMongoLog } from "./open-mongo-log.ts";

const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };
const serverUrl = await sharedMongoUrl();

if (serverUrl === null) test.skip("MongoLog: no MongoDB server to test against (see fixtures/mongodb)");
else mongoTests(serverUrl);

function mongoTests(serverUrl: string): void {
  const { client, newDatabase } = temporaryDatabases(serverUrl);
  const addresses = new WeakMap<EventLog, string>();
  const events = logOf(10);

  conformance("MongoLog", {
    async seed(events) {
      const address = newDatabase();
      const log = await openMongoLog(address, { client });
      addresses.set(log, address);
      await appendAll(log, events);
      return log;
    },
    async grow(log, events) {
      const other = await openMongoLog(addresses.get(log) ?? "", { client });
      await appendAll(other, events);
      await other.close();
    },
    newAddress: async () => newDatabase(),
    long: {
      count: { usual: 60_000, long: 100_000 },
      async newAddress(batches) {
        const address = newDatabase();
        const log = await openMongoLog(address, { client });
        for (const batch of batches) await log.append(batch);
        return address;
      },
    },
  });

  /** Opens a log in a new database until the test ends. @returns the log and the address of its database */
  async function openUntilEnd(
    t: TestContext,
    { address = newDatabase(), hash = "" } = {},
  ): Promise<[MongoLog, string]> {
    const log = await openMongoLog(`${address}${hash}`, { client });
    t.after(() => log.close());
    return [log, address];
  }
  const collectionOf = (address: string) =>
    client.db(new URL(address).pathname.slice(1)).collection<Document & { _id: unknown }>("log_events");

  test("append() stores one document per event, with the specified fields", async (t) => {
    const [log, address] = await openUntilEnd(t);
    const event = clientRegistered(2, { request: Buffer.alloc(32, 7) });
    await log.append([organizationRegistered(), event]);
    const document = await collectionOf(address).findOne({ seq: 2 }, { promoteBuffers: true });
    assert.ok(document);
    const { _id, log: logId, body, request, ...rest } = document;
    assert.ok(Buffer.concat([idOf(1), Buffer.from("0000000000000002", "hex")]).equals(_id as Buffer));
    assert.ok(idOf(1).equals(logId) && event.body.length === body.length && request.length === 32);
    const { stream, type, at } = event;
    assert.deepEqual(rest, { seq: 2, type, stream, at });
  });

  test("only event 1 of a log is in an index beside the key", async (t) => {
    const [log, address] = await openUntilEnd(t);
    await log.append(events);
    const indexes = await collectionOf(address).indexes();
    assert.deepEqual(
      indexes.map(({ key, partialFilterExpression }) => ({ key, partialFilterExpression })),
      [
        { key: { _id: 1 }, partialFilterExpression: undefined },
        { key: { log: 1 }, partialFilterExpression: { seq: 1 } },
      ],
    );
  });

  test("append() and head() send one command each, read() sends one per segment", async (t) => {
    const monitored = new MongoClient(serverUrl, { monitorCommands: true });
    t.after(() => monitored.close());
    const commands: string[] = [];
    const many = logOf(2 * SEGMENT);
    const address = newDatabase();
    const log = await openMongoLog(address, { client: monitored });
    await log.append(many.slice(0, 1), { previous: null });
    monitored.on("commandStarted", ({ commandName }) => commands.push(commandName));
    const takeCommands = () => commands.splice(0).join(" ");
    const hashOf = (seq: number) => eventHash(many[seq - 1]?.body ?? Buffer.alloc(0));
    await log.append(many.slice(1, -1), { previous: hashOf(1) });
    assert.equal(takeCommands(), "find insert", "the first append checks the event before");
    await log.append(many.slice(-1), { previous: hashOf(2 * SEGMENT - 1) });
    assert.equal(takeCommands(), "insert");
    await log.head();
    assert.equal(takeCommands(), "find");
    await bodiesOf(log, { after: 0, upTo: 2 * SEGMENT });
    assert.equal(takeCommands(), "find find");
    await bodiesOf(log, ALL);
    assert.equal(takeCommands(), "find find find", "first the head");
    assert.equal(await log.append([clientRegistered(5, { salt: 1 })]), 0);
    assert.equal(takeCommands(), "insert find", "after a lost race");
    monitored.emit("connectionPoolCleared", {} as never);
    await assert.rejects(log.append([clientRegistered(2 * SEGMENT + 1)], { previous: hashOf(5) }), { code: "FORKED" });
    assert.equal(takeCommands(), "find", "after a lost connection");
  });

  test("append() waits until a majority has the events on disk, and reads see majority data", async (t) => {
    const monitored = new MongoClient(serverUrl, { monitorCommands: true });
    t.after(() => monitored.close());
    const log = await openMongoLog(newDatabase(), { client: monitored });
    await log.append(events);
    type Command = { insert?: string; writeConcern?: object; readConcern?: { level: string } };
    const commands: Command[] = [];
    monitored.on("commandStarted", ({ command }) => commands.push(command as Command));
    await log.append([clientRegistered(11)]);
    await log.id();
    await log.head();
    await bodiesOf(log, ALL);
    assert.ok(commands.length >= 4, `${commands.length} commands`);
    for (const { insert, writeConcern, readConcern } of commands) {
      if (insert) assert.deepEqual(writeConcern, { w: "majority", wtimeout: 10_000, j: true });
      else assert.equal(readConcern?.level, "majority");
    }
  });

  test("two logs in one database can have events with the same ids", async (t) => {
    const [first, address] = await openUntilEnd(t);
    await first.append(events.slice(0, 5));
    const [second] = await openUntilEnd(t, { address, hash: `#${uuidText(idOf(1, 9))}` });
    assert.equal(await second.id(), null);
    const others = [organizationRegistered({ salt: 9 }), ...logOf(4).slice(1)];
    assert.equal(await second.append(others), 4);
    assertBodies(await bodiesOf(second, ALL), others);
    assertBodies(await bodiesOf(first, ALL), events.slice(0, 5));
    assert.equal(await second.id(), uuidText(idOf(1, 9)));
  });

  test("append() creates a named log only with the event 1 that has its id", async (t) => {
    const [log] = await openUntilEnd(t, { hash: `#${uuidText(idOf(1))}` });
    await assert.rejects(log.append([organizationRegistered({ salt: 9 })]), { code: "NOT_A_LOG" });
    assert.equal(await log.id(), null);
    assert.equal(await log.append(events.slice(0, 2)), 2);
    await assert.rejects(log.append([organizationRegistered({ salt: 9 })]), { code: "NOT_A_LOG" });
    assert.equal(await log.id(), uuidText(idOf(1)));
  });

  test("openMongoLog() requires the id of one of several logs", async (t) => {
    const [log, address] = await openUntilEnd(t);
    await log.append(events.slice(0, 2));
    const [other] = await openUntilEnd(t, { address, hash: `#${uuidText(idOf(1, 9))}` });
    await other.append([organizationRegistered({ salt: 9 })]);
    const ids = [uuidText(idOf(1)), uuidText(idOf(1, 9))];
    assert.deepEqual(await listLogs(client.db(new URL(address).pathname.slice(1))), ids);
    await assert.rejects(openMongoLog(address), ({ code, message }) => {
      assert.equal(code, "NOT_A_LOG");
      for (const id of ids) assert.ok(message.includes(`#${id}`), message);
      return true;
    });
    const [named] = await openUntilEnd(t, { address, hash: `#${ids[0]}` });
    assert.equal(await named.head(), 2);
  });

  test("read() refuses a log with one or many missing events", async (t) => {
    const [log, address] = await openUntilEnd(t);
    const many = logOf(3 * SEGMENT);
    await appendAll(log, many);
    await collectionOf(address).deleteOne({ seq: 5 });
    const [reader] = await openUntilEnd(t, { address });
    await assert.rejects(bodiesOf(reader, { after: 0, upTo: 10 }), { code: "DAMAGED", message: /event 5 is missing/ });
    assertBodies(await bodiesOf(reader, { after: 5, upTo: 10 }), many.slice(5, 10));
    await collectionOf(address).deleteMany({ seq: { $gt: SEGMENT, $lte: 2 * SEGMENT } });
    await assert.rejects(bodiesOf(reader, { after: SEGMENT, upTo: 3 * SEGMENT }), {
      code: "DAMAGED",
      message: /event 1025 is missing/,
    });
  });

  test("head() detects a restored older backup, and append() leaves no gap then", async (t) => {
    const [log, address] = await openUntilEnd(t);
    await log.append(events);
    assert.equal(await log.head(), 10);
    await collectionOf(address).deleteMany({ seq: { $gt: 6 } });
    client.emit("connectionPoolCleared", {} as never); // as the driver does when the server goes away
    await assert.rejects(log.append([clientRegistered(11)]), { code: "GAP" });
    assert.equal(await log.head(10), 6, "whatever sequence was known");
    assert.equal(await log.append([clientRegistered(7)]), 1);
  });

  test("append() does not follow the event of another process in a database that was set back", async (t) => {
    const [log, address] = await openUntilEnd(t);
    await log.append(events);
    const previous = eventHash(events[9]?.body ?? Buffer.alloc(0));
    await collectionOf(address).deleteMany({ seq: { $gt: 6 } });
    const [other] = await openUntilEnd(t, { address });
    await other.append([7, 8, 9, 10].map((seq) => clientRegistered(seq, { salt: 1 })));
    client.emit("connectionPoolCleared", {} as never);
    assert.equal(await log.head(10), 10, "as many events as before");
    await assert.rejects(log.append([clientRegistered(11)], { previous }), { code: "FORKED" });
    assert.equal(await other.head(), 10);
  });

  test("read() refuses bytes that are not those of their place", async (t) => {
    for (const [seq, body, message] of [
      [4, events[4]?.body, /event 4 has the bytes of event 5/],
      [1, organizationRegistered({ salt: 9 }).body, /event 1 is that of log /],
    ] as const) {
      const [log, address] = await openUntilEnd(t, { hash: `#${uuidText(idOf(1))}` });
      await log.append(events);
      await collectionOf(address).updateOne({ seq }, { $set: { body } });
      await assert.rejects(bodiesOf(log, ALL), { code: "DAMAGED", message });
    }
  });

  test("a log and other documents can share a collection", async (t) => {
    const [log, address] = await openUntilEnd(t);
    await collectionOf(address).insertMany([{ title: "a concert", seq: 1 }, { _id: Buffer.alloc(32, 255) }] as never[]);
    assert.equal(await log.append(events), events.length);
    assert.equal(await log.head(), events.length);
    assertBodies(await bodiesOf(log, ALL), events);
  });

  test("close() leaves a shared client open, and wakes the waiters", async (t) => {
    const [log] = await openUntilEnd(t);
    await log.append(events.slice(0, 2));
    const waiting = log.changed(2, AbortSignal.timeout(30_000));
    await log.close();
    await waiting;
    assert.ok(await client.db().command({ ping: 1 }));
  });

  test("a server that does not respond is UNREACHABLE, and the message shows no password", async () => {
    const address = "mongodb://clerk:s3cret@127.0.0.1:1/books?serverSelectionTimeoutMS=100&replicaSet=x";
    await assert.rejects(openMongoLog(address), ({ code, message }) => {
      assert.equal(code, "UNREACHABLE");
      assert.ok(message.startsWith("mongodb://127.0.0.1:1/books: "), message);
      assert.ok(!message.includes("s3cret"), message);
      return true;
    });
    const named = await openMongoLog(`${address}#${uuidText(idOf(1))}`);
    for (const call of [
      () => named.id(),
      () => named.head(),
      () => bodiesOf(named, ALL),
      () => named.serverTime(),
      () => named.append(events.slice(0, 1)),
      () => named.changed(0, AbortSignal.timeout(30_000)),
    ])
      await assert.rejects(call, { code: "UNREACHABLE" });
    await named.close();
  });

  test("databaseUrl() keeps hosts and options", () => {
    assert.equal(databaseUrl("mongodb://a:1,b:2/old?w=1", "new"), "mongodb://a:1,b:2/new?w=1");
    assert.equal(databaseUrl("mongodb://u:p@a", "new"), "mongodb://u:p@a/new");
  });
}
