/**
 * The collection of release 0.1. This release reads it, but does not write it: `invoify copy` brings each log into the
 * new collection of the same database, and leaves a mark.
 *
 * The mark is an event of an unknown type after the log's last one. A process of release 0.1 stops at it and asks for
 * an update, and cannot append its next event, which would have this sequence.
 */
import type { Collection, Db, Document } from "mongodb";
import { Packr } from "msgpackr";
import { EarlierStoreError, LogError } from "../../errors.ts";
import { sameBytes } from "../../hash.ts";
import type { Sequence } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { type EventDocument, eventsOf, firstLogs, isDuplicate, SHAPE, type Shape } from "./mongo-collection.ts";

export const EARLIER_SHAPE: Shape = {
  collection: "events",
  rangeOf: (log, { after, upTo }) => ({ log, seq: { $gt: after, $lte: Math.min(upTo, Number.MAX_SAFE_INTEGER) } }),
  order: "seq",
  placeOf: ({ seq }) => Number(seq),
};

/** The id of the mark's event: a UUIDv7 of 1970. */
const MARK_ID = Buffer.from("00000000000070008000000000000000", "hex");
const MARK_TYPE = "LogConverted";
/** Logs that an error lists. */
const MAX_LISTED = 20;

/** The logs of the earlier collection that have no mark, 16 bytes each. One read if there is no such collection. */
export async function unconvertedLogs(db: Db): Promise<Uint8Array[]> {
  const events = eventsOf<EventDocument>(db, EARLIER_SHAPE.collection);
  if ((await events.findOne({}, { projection: { _id: 1 } })) === null) return [];
  const logs = await firstLogs(events, 0);
  const marks = await events
    .find({ _id: { $in: logs.map((log) => Buffer.concat([log, MARK_ID])) } }, { projection: { _id: 0, log: 1 } })
    .toArray();
  const marked = new Set(marks.map(({ log }) => uuidText(log)));
  return logs.filter((log) => !marked.has(uuidText(log)));
}

/** What a log is opened for: see `MongoLogOptions`. */
export type Access = "write" | "read" | "convert";

/** Where a log is stored. */
export interface Place {
  events: Collection<EventDocument>;
  shape: Shape;
}

/**
 * Finds the collection of a log.
 *
 * @param log null if it is unknown
 * @param options.name the database, without its password
 * @throws LogError NOT_A_LOG if the database must be converted first
 */
export async function placeOf(
  db: Db,
  log: Uint8Array | null,
  { access, name }: { access: Access; name: string },
): Promise<Place> {
  if (access === "write") await refuseUnconverted(db, name);
  const unconverted = access === "read" ? await unconvertedLogs(db) : [];
  const isEarlier = log === null ? unconverted.length > 0 : unconverted.some((other) => sameBytes(other, log));
  const shape = isEarlier ? EARLIER_SHAPE : SHAPE;
  return { events: eventsOf(db, shape.collection), shape };
}

/** @param name the database, without its password @throws LogError NOT_A_LOG if a log must be converted first */
export async function refuseUnconverted(db: Db, name: string): Promise<void> {
  const logs = (await unconvertedLogs(db)).map((log) => `${name}#${uuidText(log)}`);
  if (logs.length === 0) return;
  const commands = logs.slice(0, MAX_LISTED).map((log) => `\n  invoify copy ${log} ${log}`);
  throw new EarlierStoreError(
    `${name}: was written by release 0.1, which stored logs in another way. Stop all its processes, then convert each log:` +
      `${commands.join("")}${logs.length > MAX_LISTED ? "\n  …" : ""}`,
  );
}

/**
 * Marks a log of the earlier collection as converted.
 *
 * @param head its last event, which is in the new collection
 * @throws LogError FORKED if it has grown since: another process still writes it
 */
export async function markConverted(db: Db, log: Uint8Array, { head, name }: { head: Sequence; name: string }) {
  const seq = head + 1;
  const pack = new Packr({ useRecords: false });
  const body = pack.pack([seq, MARK_ID, seq, 1, MARK_TYPE, 1, 0, 0, []]);
  const _id = Buffer.concat([log, MARK_ID]);
  const mark: Document = {
    _id,
    log,
    seq,
    stream: seq,
    version: 1,
    type: MARK_TYPE,
    at: 0,
    actor: 0,
    request: null,
    body,
  };
  try {
    await eventsOf<Document>(db, EARLIER_SHAPE.collection).insertOne(mark);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new LogError("FORKED", `${name}: another process has appended event ${seq}: stop it, and copy again`);
  }
}
