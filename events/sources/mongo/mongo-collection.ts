/** How logs lie in MongoDB: all those of a database in one collection, one document an event. */
import { type Collection, type Db, MongoError, MongoServerError } from "mongodb";
import type { EncodedEvent } from "../../encoding/event.ts";
import { LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import type { Sequence, StreamId } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";

const COLLECTION = "events";

/** One event. Every look-up names the log, so the collection can be sharded by `{ log: 1 }`. */
export interface EventDocument {
  /** Log id ‖ event id, 32 bytes: an id is unique in its log only. */
  _id: Uint8Array;
  /** Log id, 16 bytes. */
  log: Uint8Array;
  seq: Sequence;
  stream: StreamId;
  version: number;
  type: string;
  /** Server clock, ms since 1970 UTC. */
  at: number;
  actor: number;
  /** SHA-256 of the command; null where no command caused it. */
  request: Uint8Array | null;
  /** The event's bytes. The fields above repeat what they say, so that MongoDB can index them. */
  body: Uint8Array;
}

export function documentOf(log: Uint8Array, event: EncodedEvent): EventDocument {
  const { seq, stream, version, type, at, actor, request, body } = event;
  return { _id: keyOf(log, event.id), log, seq, stream, version, type, at, actor, request, body };
}

export function keyOf(log: Uint8Array, id: Uint8Array): Uint8Array {
  return Buffer.concat([log, id]);
}

/** A database's events: written to a majority's disks before it is answered, and read as a majority holds them. */
export function eventsOf(db: Db): Collection<EventDocument> {
  return db.collection<EventDocument>(COLLECTION, {
    readConcern: { level: "majority" },
    readPreference: "primary",
    writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
    promoteBuffers: true,
  });
}

/** The ids of all logs of a database. */
export async function listLogs(db: Db): Promise<LogId[]> {
  return (await firstLogs(eventsOf(db), 0)).map((log) => uuidText(log));
}

/** The ids of the first logs of a database, 16 bytes each. @param limit 0 is all */
export async function firstLogs(events: Collection<EventDocument>, limit: number): Promise<Uint8Array[]> {
  // With both fields of the index bound, MongoDB jumps from log to log instead of reading them.
  const filter = { log: { $gte: Buffer.alloc(16) }, seq: 1 };
  const found = await events.find(filter, { projection: { _id: 0, log: 1 }, sort: { log: 1 }, limit }).toArray();
  return found.map(({ log }) => log);
}

/**
 * Makes the indexes that keep a log in order: without them two writers could take one sequence. Does nothing where
 * they are there.
 *
 * @throws LogError NOT_A_LOG if the collection holds other things than events
 */
export async function ensureIndexes(events: Collection<EventDocument>, name: string): Promise<void> {
  try {
    await events.createIndexes([
      { key: { log: 1, seq: 1 }, name: "log_seq", unique: true },
      { key: { log: 1, stream: 1, version: 1 }, name: "log_stream_version", unique: true },
    ]);
  } catch (error) {
    // Servers differ in what they say to documents that have none of these fields, so look.
    if ((await events.findOne({ seq: { $exists: false } })) === null) throw error;
    throw new LogError("NOT_A_LOG", `${name}: its collection "${COLLECTION}" holds other things than events`, {
      cause: error,
    });
  }
}

const DUPLICATE_KEY = 11_000;
// Unauthorized, AuthenticationFailed, and what Atlas says for a wrong password.
const UNAUTHORIZED = new Set<unknown>([13, 18, 8000]);

/** True if a document was refused for its keys; every other failure leaves open what happened. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** A failure of the driver as the log's own. @param name the server without its password */
export function asLogError(error: unknown, name: string): unknown {
  if (!(error instanceof MongoError)) return error;
  if (UNAUTHORIZED.has(error.code)) return new LogError("UNAUTHORIZED", `${name}: ${error.message}`, { cause: error });
  return new LogError("UNREACHABLE", `${name}: ${error.message}`, { cause: error });
}
