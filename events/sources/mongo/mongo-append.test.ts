/** Rare behaviour of servers, simulated by a scripted collection. The other tests use real servers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Collection, MongoNetworkError, MongoServerError } from "mongodb";
import { clientRegistered, idOf } from "../../../fixtures/data/events.ts";
import { appendDocuments } from "./mongo-append.ts";
import { documentOf, type EventDocument } from "./mongo-collection.ts";

const LOG = idOf(1);
const duplicate = () => new MongoServerError({ message: "E11000", code: 11_000 });
const documents = [3, 4, 5].map((seq) => documentOf(LOG, clientRegistered(seq)));
const winner = documentOf(LOG, clientRegistered(3, { salt: 1 }));

/**
 * A collection whose inserts follow a script. Each insert uses one entry; further inserts repeat the last entry. Reads
 * see the documents that the inserts so far made visible.
 */
function scriptServer(
  script: readonly { fails?: unknown; shows?: readonly EventDocument[] }[],
  reads: { fail?: unknown } = {},
) {
  const visible: EventDocument[] = [];
  const sent: number[][] = [];
  const levels: string[] = [];
  type Filter = { seq?: number | { $gte: number; $lte: number }; _id?: Uint8Array; version?: number; stream?: number };
  const matches = (filter: Filter) => {
    if (reads.fail) throw reads.fail;
    const { seq, _id, stream, version } = filter;
    return visible.filter((document) => {
      if (typeof seq === "number") return document.seq === seq;
      if (seq) return document.seq >= seq.$gte && document.seq <= seq.$lte;
      if (_id) return Buffer.compare(document._id, _id) === 0;
      return document.stream === stream && document.version === version;
    });
  };
  const collection = {
    db: { client: { options: {} } },
    async insertMany(documents: readonly EventDocument[]) {
      const { fails, shows = [] } = script[Math.min(sent.length, script.length - 1)] ?? {};
      sent.push(documents.map(({ seq }) => seq));
      visible.push(...shows);
      if (fails) throw fails;
    },
    find(filter: Filter, options: { readConcern?: { level: string } }) {
      if (options.readConcern) levels.push(options.readConcern.level);
      return { toArray: async () => matches(filter) };
    },
    findOne: async (filter: Filter) => matches(filter)[0] ?? null,
  };
  return { events: collection as unknown as Collection<EventDocument>, sent, levels };
}

test("appendDocuments() waits until it can see the event that won", async () => {
  const { events, sent } = scriptServer([
    { fails: duplicate() },
    { fails: duplicate() },
    { fails: duplicate(), shows: [winner] },
  ]);
  assert.equal(await appendDocuments(events, documents, "log"), 0);
  assert.equal(sent.length, 3);
});

test("appendDocuments() gives up after a while with UNKNOWN_OUTCOME", async () => {
  const { events, sent } = scriptServer([{ fails: duplicate() }]);
  await assert.rejects(appendDocuments(events, documents, "log"), {
    code: "UNKNOWN_OUTCOME",
    message: /^log: event 3 may or may not have been written: E11000/,
  });
  assert.ok(sent.length > 3 && sent.length < 12, `${sent.length} times`);
});

test("appendDocuments() retries the rest if a part was written", async () => {
  const timeout = new MongoServerError({ message: "waiting for replication timed out", code: 64 });
  const { events, sent, levels } = scriptServer([{ fails: timeout, shows: documents.slice(0, 2) }, {}]);
  assert.equal(await appendDocuments(events, documents, "log"), 3);
  assert.deepEqual(sent, [[3, 4, 5], [5]]);
  assert.deepEqual(levels, ["linearizable"]);
});

test("appendDocuments() counts the events written before another event took the next sequence", async () => {
  const other = documentOf(LOG, clientRegistered(5, { salt: 1 }));
  const { events } = scriptServer([{ fails: duplicate(), shows: [...documents.slice(0, 2), other] }]);
  assert.equal(await appendDocuments(events, documents, "log"), 2);
});

test("appendDocuments() returns how many were written before it throws DUPLICATE", async () => {
  const elsewhere = documentOf(LOG, clientRegistered(9, { id: idOf(4) }));
  const { events } = scriptServer([{ fails: duplicate(), shows: [...documents.slice(0, 1), elsewhere] }]);
  assert.equal(await appendDocuments(events, documents, "log"), 1);
  await assert.rejects(appendDocuments(events, documents.slice(1), "log"), {
    code: "DUPLICATE",
    message: /^log: event 4: its id \S+ is the one of event 9/,
  });
});

test("appendDocuments() looks up its events on a server without linearizable reads", async () => {
  const { events } = scriptServer([{ fails: new MongoNetworkError("cut"), shows: documents }]);
  const find = events.find.bind(events) as (filter: object, options: object) => unknown;
  events.find = ((filter: object, options: { readConcern?: object }) => {
    if (options.readConcern) throw new MongoServerError({ message: "not a replica set", code: 123 });
    return find(filter, options);
  }) as unknown as typeof events.find;
  assert.equal(await appendDocuments(events, documents, "log"), 3);
});

test("appendDocuments() throws UNKNOWN_OUTCOME if its events cannot be looked up", async () => {
  const reads = { fail: new MongoNetworkError("still cut") };
  const { events, sent } = scriptServer([{ fails: new MongoNetworkError("cut") }], reads);
  await assert.rejects(appendDocuments(events, documents, "log"), {
    code: "UNKNOWN_OUTCOME",
    message: "log: event 3 may or may not have been written: cut; the lookup failed too: still cut",
  });
  assert.equal(sent.length, 1);
});

test("appendDocuments() throws UNAUTHORIZED for a user who may not write, even if the user may read", async () => {
  const unauthorized = new MongoServerError({ message: "not allowed", code: 13 });
  for (const reads of [{}, { fail: unauthorized }]) {
    const { events, sent } = scriptServer([{ fails: unauthorized }], reads);
    await assert.rejects(appendDocuments(events, documents, "log"), { code: "UNAUTHORIZED" });
    assert.equal(sent.length, 1);
  }
});

test("appendDocuments() throws UNKNOWN_OUTCOME if its login fails while the outcome is unknown", async () => {
  const { events } = scriptServer([
    { fails: new MongoNetworkError("cut") },
    { fails: new MongoServerError({ message: "not allowed", code: 13 }) },
  ]);
  await assert.rejects(appendDocuments(events, documents, "log"), { code: "UNKNOWN_OUTCOME" });
});
