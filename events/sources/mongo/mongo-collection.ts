/** The storage of logs in MongoDB: one collection for all logs of a database, with one document per event. */
import { type Collection, type Db, type Document, type Filter, MongoError, MongoServerError } from "mongodb";
import { decodeHeader, type EncodedEvent } from "../../encoding/event.ts";
import { sequenceOf } from "../../encoding/scan.ts";
import { LogError } from "../../errors.ts";
import { sameBytes } from "../../hash.ts";
import type { LogId } from "../../log/log.ts";
import type { Range, Sequence, StreamId } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";

/** Not `events`, the collection of release 0.1: its ids are longer, so a range of these does not contain them. */
const COLLECTION = "log_events";

/**
 * One event. A log is a range of `_id`, which is the only key: two writers cannot take one sequence, and an append past
 * event 1 pays for no other index. So the collection can be sharded by `{ _id: 1 }`.
 */
export interface EventDocument {
  /** Log id ‖ sequence, 24 bytes. The sequence is big-endian, so that ids are in the order of the log. */
  _id: Uint8Array;
  // For people. A reader takes everything from the bytes, and compares their sequence with `_id`.
  /** Log id, 16 bytes. */
  log: Uint8Array;
  seq: Sequence;
  type: string;
  stream: StreamId;
  /** By the server's clock, ms since 1970 UTC. */
  at: number;
  /** The request hash; null if no command caused the event. */
  request: Uint8Array | null;
  /** The event's bytes. */
  body: Uint8Array;
}

export function documentOf(log: Uint8Array, event: EncodedEvent): EventDocument {
  const { seq, type, stream, at, request, body } = event;
  return { _id: keyAt(log, seq), log, seq, type, stream, at, request, body };
}

/** The `_id` of an event. */
export function keyAt(log: Uint8Array, seq: Sequence): Buffer {
  const key = Buffer.alloc(24);
  key.set(log);
  key.writeBigUInt64BE(BigInt(Math.min(seq, Number.MAX_SAFE_INTEGER)), 16);
  return key;
}

/** How a collection stores a log. */
export interface Shape {
  collection: string;
  /** The documents of a range. */
  rangeOf(log: Uint8Array, range: Range): Filter<EventDocument>;
  /** The field that orders a log. */
  order: string;
  /** The sequence at which a document is stored. It is that of its bytes, unless somebody changed the collection. */
  placeOf(document: EventDocument): Sequence;
}

export const SHAPE: Shape = {
  collection: COLLECTION,
  rangeOf: (log, { after, upTo }) => ({ _id: { $gt: keyAt(log, after), $lte: keyAt(log, upTo) } }),
  order: "_id",
  placeOf: ({ _id }) => Number((_id as Buffer).readBigUInt64BE(16)),
};

/** A collection of a database. Writes are acknowledged once a majority has them on disk; reads see majority data. */
export function eventsOf<D extends Document = EventDocument>(db: Db, name = COLLECTION): Collection<D> {
  return db.collection<D>(name, {
    readConcern: { level: "majority" },
    readPreference: "primary",
    writeConcern: WRITE_CONCERN,
    promoteBuffers: true,
  });
}

const WRITE_CONCERN = { w: "majority", journal: true, wtimeoutMS: 10_000 } as const;

/** The maximum number of logs that an error lists. */
const MAX_LISTED = 20;

/** The largest part of an insert, bytes of bodies. A command has at most 16 MiB. */
const INSERT_BYTES = 8 * 1024 * 1024;

/**
 * Inserts documents in order, and stops at the first failure. This is a command of our own, because the driver repeats
 * its inserts after a lost connection, and then the event before these must be checked first.
 *
 * @throws MongoError; `isDuplicate` if the first document that was not written has the `_id` of another
 */
export async function insertOrdered(events: Collection<EventDocument>, documents: readonly EventDocument[]) {
  const { w, journal: j, wtimeoutMS: wtimeout } = WRITE_CONCERN;
  for (let at = 0; at < documents.length; ) {
    const from = at;
    for (let bytes = 0; at < documents.length && bytes < INSERT_BYTES; at++) bytes += documents[at]?.body.length ?? 0;
    const { writeErrors, writeConcernError } = await events.db.command({
      insert: events.collectionName,
      documents: documents.slice(from, at),
      ordered: true,
      writeConcern: { w, j, wtimeout },
    });
    const failure = writeErrors?.[0] ?? writeConcernError;
    if (failure) throw new MongoServerError({ message: failure.errmsg, code: failure.code });
  }
}

/** Lists the ids of all logs of a database. */
export async function listLogs(db: Db): Promise<LogId[]> {
  return (await firstLogs(eventsOf(db), 0)).map((log) => uuidText(log));
}

/** The ids of the first logs of a collection, 16 bytes each. @param limit 0 means all */
export async function firstLogs(events: Collection<EventDocument>, limit: number): Promise<Uint8Array[]> {
  const filter = { log: { $gte: Buffer.alloc(16) }, seq: 1 };
  const first = await events.find(filter, { projection: { _id: 0, log: 1 }, sort: { log: 1 }, limit }).toArray();
  return first.map(({ log }) => log);
}

/** The only log of a collection, 16 bytes; null if there is none. @throws LogError NOT_A_LOG if there are several */
export async function onlyLog(events: Collection<EventDocument>, name: string): Promise<Uint8Array | null> {
  const logs = await firstLogs(events, MAX_LISTED + 1);
  if (logs.length < 2) return logs[0] ?? null;
  const listed = logs.slice(0, MAX_LISTED).map((log) => `\n  ${name}#${uuidText(log)}`);
  const more = logs.length > MAX_LISTED ? "\n  …" : "";
  throw new LogError("NOT_A_LOG", `${name} holds several logs; name one of them:${listed.join("")}${more}`);
}

/** @throws LogError DAMAGED if the bytes at a sequence are those of another one, or event 1 is that of another log */
export function refuseStray(
  body: Uint8Array,
  { log, seq, name }: { log: Uint8Array; seq: Sequence; name: string },
): void {
  const actual = sequenceOf(body);
  if (actual !== seq) throw new LogError("DAMAGED", `${name}: event ${seq} has the bytes of event ${actual}`);
  if (seq > 1) return;
  const { id } = decodeHeader(body, `${name}: event 1`);
  if (!sameBytes(id, log)) throw new LogError("DAMAGED", `${name}: event 1 is that of log ${uuidText(id)}`);
}

/** Creates the index that lists the logs, if it is missing: it has one entry for each log, its event 1. */
export async function ensureIndex(events: Collection<EventDocument>): Promise<void> {
  await events.createIndex({ log: 1 }, { name: "logs", partialFilterExpression: { seq: 1 } });
}

const DUPLICATE_KEY = 11_000;
// Unauthorized, AuthenticationFailed, and the code of Atlas for a wrong password.
const UNAUTHORIZED = new Set<unknown>([13, 18, 8000]);

/** True if a unique index refused a document. After any other failure the outcome is unknown. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** Converts an error of the driver to a LogError. @param name the server, without its password */
export function asLogError(error: unknown, name: string): unknown {
  if (!(error instanceof MongoError)) return error;
  if (UNAUTHORIZED.has(error.code)) return new LogError("UNAUTHORIZED", `${name}: ${error.message}`, { cause: error });
  return new LogError("UNREACHABLE", `${name}: ${error.message}`, { cause: error });
}
