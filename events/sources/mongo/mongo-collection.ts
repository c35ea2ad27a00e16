/** The storage of logs in MongoDB: one collection for all logs of a database, with one document per event. */
import { type Collection, type Db, MongoError, MongoServerError } from "mongodb";
import type { EncodedEvent } from "../../encoding/event.ts";
import { LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import type { Sequence, StreamId } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";

const COLLECTION = "events";

/** One event. Every query names the log, so the collection can be sharded by `{ log: 1 }`. */
export interface EventDocument {
  /** Log id ‖ event id, 32 bytes. An event id is unique only in its log. */
  _id: Uint8Array;
  /** Log id, 16 bytes. */
  log: Uint8Array;
  seq: Sequence;
  stream: StreamId;
  version: number;
  type: string;
  /** By the server's clock, ms since 1970 UTC. */
  at: number;
  actor: number;
  /** The request hash; null if no command caused the event. */
  request: Uint8Array | null;
  /** The event's bytes. The fields above repeat values from them, so that MongoDB can index these. */
  body: Uint8Array;
}

export function documentOf(log: Uint8Array, event: EncodedEvent): EventDocument {
  const { seq, stream, version, type, at, actor, request, body } = event;
  return { _id: keyOf(log, event.id), log, seq, stream, version, type, at, actor, request, body };
}

export function keyOf(log: Uint8Array, id: Uint8Array): Uint8Array {
  return Buffer.concat([log, id]);
}

/** The collection of a database. Writes are acknowledged once a majority has them on disk; reads see majority data. */
export function eventsOf(db: Db): Collection<EventDocument> {
  return db.collection<EventDocument>(COLLECTION, {
    readConcern: { level: "majority" },
    readPreference: "primary",
    writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
    promoteBuffers: true,
  });
}

/** Lists the ids of all logs of a database. */
export async function listLogs(db: Db): Promise<LogId[]> {
  return (await firstLogs(eventsOf(db), 0)).map((log) => uuidText(log));
}

/** The ids of the first logs of a database, 16 bytes each. @param limit 0 means all */
export async function firstLogs(events: Collection<EventDocument>, limit: number): Promise<Uint8Array[]> {
  // With both index fields bound, MongoDB jumps from log to log instead of reading all events.
  const filter = { log: { $gte: Buffer.alloc(16) }, seq: 1 };
  const first = await events.find(filter, { projection: { _id: 0, log: 1 }, sort: { log: 1 }, limit }).toArray();
  return first.map(({ log }) => log);
}

/**
 * Creates the indexes that keep a log in order, if they are missing. Without them, two writers could take the same
 * sequence.
 *
 * @throws LogError NOT_A_LOG if the collection contains other documents than events
 */
export async function ensureIndexes(events: Collection<EventDocument>, name: string): Promise<void> {
  try {
    await events.createIndexes([
      { key: { log: 1, seq: 1 }, name: "log_seq", unique: true },
      { key: { log: 1, stream: 1, version: 1 }, name: "log_stream_version", unique: true },
    ]);
  } catch (error) {
    // Servers report documents without these fields in different ways, so look for one.
    if ((await events.findOne({ seq: { $exists: false } })) === null) throw error;
    throw new LogError("NOT_A_LOG", `${name}: its collection "${COLLECTION}" contains other documents than events`, {
      cause: error,
    });
  }
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
