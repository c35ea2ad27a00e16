/** Rare behaviour of servers, simulated by a scripted collection. The other tests use real servers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Collection, MongoNetworkError, MongoServerError } from "mongodb";
import { clientRegistered, idOf } from "../../../fixtures/data/events.ts";
import { LogError } from "../../errors.ts";
import { eventHash } from "../../hash.ts";
import { appendDocuments } from "./mongo-append.ts";
import { documentOf, type EventDocument } from "./mongo-collection.ts";

const LOG = idOf(1);
const duplicate = () => new MongoServerError({ message: "E11000", code: 11_000 });
const documents = [3, 4, 5].map((seq) => documentOf(LOG, clientRegistered(seq)));
/** A log whose event 2 is the one before these. */
const LOG_START = { name: "log", previous: Buffer.alloc(32, 2), check: async () => {} };
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
  const alone: string[] = [];
  type Filter = { _id: Buffer | { $gt: Buffer; $lte: Buffer } };
  const matches = ({ _id }: Filter) => {
    if (reads.fail) throw reads.fail;
    if (Buffer.isBuffer(_id)) return visible.filter((document) => _id.equals(document._id));
    const { $gt, $lte } = _id;
    return visible.filter((document) => $gt.compare(document._id) < 0 && $lte.compare(document._id) >= 0);
  };
  const collection = {
    db: {
      client: { options: {} },
      async command({ documents, ordered }: { documents: readonly EventDocument[]; ordered: boolean }) {
        assert.ok(ordered);
        const { fails, shows = [] } = script[Math.min(sent.length, script.length - 1)] ?? {};
        sent.push(documents.map(({ seq }) => seq));
        visible.push(...shows);
        if (!fails) return { ok: 1 };
        const { code, message } = fails as MongoServerError;
        if (!(fails instanceof MongoServerError)) throw fails;
        if (code === 64) return { ok: 1, writeConcernError: { code, errmsg: message } };
        return { ok: 1, writeErrors: [{ index: 0, code, errmsg: message }] };
      },
    },
    find: (filter: Filter) => ({ toArray: async () => matches(filter) }),
    async findOne(filter: Filter, { readConcern }: { readConcern?: { level: string } }) {
      if (readConcern) alone.push(readConcern.level);
      return matches(filter)[0] ?? null;
    },
  };
  return { events: collection as unknown as Collection<EventDocument>, sent, alone };
}

test("appendDocuments() waits until it can see the event that won", async () => {
  const { events, sent } = scriptServer([
    { fails: duplicate() },
    { fails: duplicate() },
    { fails: duplicate(), shows: [winner] },
  ]);
  assert.equal(await appendDocuments(events, documents, LOG_START), 0);
  assert.equal(sent.length, 3);
});

test("appendDocuments() gives up after a while with UNKNOWN_OUTCOME", async () => {
  const { events, sent } = scriptServer([{ fails: duplicate() }]);
  await assert.rejects(appendDocuments(events, documents, LOG_START), {
    code: "UNKNOWN_OUTCOME",
    message: /^log: event 3 may or may not have been written: E11000/,
  });
  assert.ok(sent.length > 3 && sent.length < 12, `${sent.length} times`);
});

test("appendDocuments() retries the rest if a part was written", async () => {
  const timeout = new MongoServerError({ message: "waiting for replication timed out", code: 64 });
  const { events, sent, alone } = scriptServer([{ fails: timeout, shows: documents.slice(0, 2) }, {}]);
  assert.equal(await appendDocuments(events, documents, LOG_START), 3);
  assert.deepEqual(sent, [[3, 4, 5], [5]]);
  assert.deepEqual(alone, ["linearizable"]);
});

test("appendDocuments() counts the events written before another event took the next sequence", async () => {
  const other = documentOf(LOG, clientRegistered(5, { salt: 1 }));
  const { events } = scriptServer([{ fails: duplicate(), shows: [...documents.slice(0, 2), other] }]);
  assert.equal(await appendDocuments(events, documents, LOG_START), 2);
});

test("appendDocuments() asks for the first missing event alone: only that read is certain to be the latest", async () => {
  // The first read comes from a server that is behind: it shows one event, although a second one was written.
  const { events, sent, alone } = scriptServer([{ fails: new MongoNetworkError("cut"), shows: documents }, {}]);
  const find = events.find.bind(events);
  let reads = 0;
  events.find = ((filter: object) => {
    const found = (find as (filter: object) => { toArray(): Promise<EventDocument[]> })(filter);
    return reads++ > 0 ? found : { toArray: async () => (await found.toArray()).slice(0, 1) };
  }) as unknown as typeof events.find;
  assert.equal(await appendDocuments(events, documents, LOG_START), 3);
  assert.deepEqual([sent, alone], [[[3, 4, 5]], ["linearizable"]]);
});

test("appendDocuments() checks the event before its own before each insert", async () => {
  const script = [{ fails: new MongoNetworkError("cut"), shows: documents.slice(0, 1) }, {}];
  const checked: unknown[] = [];
  const check = async (seq: number, hash: Uint8Array | null | undefined) => {
    checked.push(seq, Buffer.from(hash ?? []).toString("hex"));
  };
  const { events, sent } = scriptServer(script);
  assert.equal(await appendDocuments(events, documents, { ...LOG_START, check }), 3);
  const [third] = documents;
  assert.ok(third);
  assert.deepEqual(checked, [2, "02".repeat(32), 3, eventHash(third.body).toString("hex")]);
  assert.deepEqual(sent, [
    [3, 4, 5],
    [4, 5],
  ]);
});

test("appendDocuments() does not insert after another event than the one before its own", async () => {
  for (const [failures, inserts] of [
    [[], 0],
    [[new MongoNetworkError("cut")], 1],
  ] as const) {
    const { events, sent } = scriptServer(failures.map((fails) => ({ fails })));
    const check = async () => {
      if (sent.length === inserts) throw new LogError("FORKED", "another event 2");
    };
    await assert.rejects(appendDocuments(events, documents, { ...LOG_START, check }), { code: "FORKED" });
    assert.equal(sent.length, inserts);
  }
});

test("appendDocuments() throws UNKNOWN_OUTCOME if the event before cannot be read after a lost insert", async () => {
  const { events, sent } = scriptServer([{ fails: new MongoNetworkError("cut") }]);
  const check = async () => {
    if (sent.length > 0) throw new LogError("UNREACHABLE", "still cut");
  };
  await assert.rejects(appendDocuments(events, documents, { ...LOG_START, check }), { code: "UNKNOWN_OUTCOME" });
});

test("appendDocuments() looks up its events on a server without linearizable reads", async () => {
  const { events } = scriptServer([{ fails: new MongoNetworkError("cut"), shows: documents.slice(0, 2) }, {}]);
  const findOne = events.findOne.bind(events) as (filter: object, options: object) => Promise<EventDocument | null>;
  let refused = 0;
  events.findOne = (async (filter: object, options: { readConcern?: object }) => {
    if (!options.readConcern) return await findOne(filter, options);
    refused++;
    throw new MongoServerError({ message: "not a replica set", code: 123 });
  }) as unknown as typeof events.findOne;
  assert.equal(await appendDocuments(events, documents, LOG_START), 3);
  assert.equal(refused, 1);
});

test("appendDocuments() throws UNKNOWN_OUTCOME if its events cannot be looked up", async () => {
  const reads = { fail: new MongoNetworkError("still cut") };
  const { events, sent } = scriptServer([{ fails: new MongoNetworkError("cut") }], reads);
  await assert.rejects(appendDocuments(events, documents, LOG_START), {
    code: "UNKNOWN_OUTCOME",
    message: "log: event 3 may or may not have been written: cut; the lookup failed too: still cut",
  });
  assert.equal(sent.length, 1);
});

test("appendDocuments() throws UNAUTHORIZED for a user who may not write, even if the user may read", async () => {
  const unauthorized = new MongoServerError({ message: "not allowed", code: 13 });
  for (const reads of [{}, { fail: unauthorized }]) {
    const { events, sent } = scriptServer([{ fails: unauthorized }], reads);
    await assert.rejects(appendDocuments(events, documents, LOG_START), { code: "UNAUTHORIZED" });
    assert.equal(sent.length, 1);
  }
});

test("appendDocuments() throws UNKNOWN_OUTCOME if its login fails while the outcome is unknown", async () => {
  const { events } = scriptServer([
    { fails: new MongoNetworkError("cut") },
    { fails: new MongoServerError({ message: "not allowed", code: 13 }) },
  ]);
  await assert.rejects(appendDocuments(events, documents, LOG_START), { code: "UNKNOWN_OUTCOME" });
});
