/** Copies a log: compares the events that the target has, appends the rest, and compares both ends again. */
import { setImmediate } from "node:timers/promises";
import type { BlobStore } from "../../events/blobs/blob-store.ts";
import { decodeHeader, type EncodedEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import { BLOCK_BYTES, BlockCounter } from "../../events/log/blocks.ts";
import type { EventLog, LogId, StoredEvent, WritableLog } from "../../events/log/log.ts";
import type { Range, Sequence } from "../../events/sequence.ts";
import { writeEventsFile } from "../../events/sources/file/events-file.ts";
import { writeNdjsonFile } from "../../events/sources/file/ndjson-file.ts";
import { parseMongoAddress } from "../../events/sources/mongo/mongo-address.ts";
import type { MongoLog } from "../../events/sources/mongo/mongo-log.ts";
import { openLog, openWritableLog } from "../../events/sources/open-log.ts";
import { UniqueEvents } from "../../events/sources/sqlite/unique-events.ts";
import { removeCacheFile } from "../cache/durable-files.ts";
import { isStop } from "../cache/follow.ts";
import { countOf } from "../text/figures.ts";
import { checkTarget, closeTarget } from "./copy-target.ts";
import { Failure, UsageError } from "./failure.ts";
import { KeptCheckpoint } from "./kept-checkpoint.ts";
import { isAddress, kindOfFile } from "./logs-and-caches.ts";
import { CopiedBlobs } from "./named-blobs.ts";
import type { ProgressBar } from "./progress.ts";

export interface CopyResult {
  log: string | null;
  seq: Sequence;
  /** Events that the target did not have. */
  events: number;
  /** Event hash at `seq`, equal in both logs. */
  hash: string | null;
  /** Files of documents that the target did not have. */
  files: number;
}

type CopiedEvents = Omit<CopyResult, "files">;

/** Limits of one append. */
const MAX_BATCH = { events: 1024, bytes: BLOCK_BYTES };

interface Work {
  source: EventLog;
  /**
   * The last sequence to copy: the source's head when the copy began, or the last of the first events. If an event
   * cannot be read, the one before it.
   */
  head: Sequence;
  /** Why the source could not be read to `head`; null if it could. */
  stoppedBy: LogError | null;
  log: LogId;
  /** The source, if it is a log of release 0.1 and the target is its own database. */
  converted: MongoLog | null;
  /** The signed checkpoint for a file; null if the source has none. */
  checkpoint: KeptCheckpoint | null;
  files: CopiedBlobs;
  signal: AbortSignal;
  progress: ProgressBar;
}

interface CopyWhat {
  from: string;
  to: string;
  events?: number;
  checkpoint?: string;
  /** The files of the source's documents, which the copy closes; null: the source holds events only. */
  blobs?: BlobStore | null;
}

/**
 * Copies a log, and the files that its events name.
 *
 * @param target.events copies only the first events; default: all
 * @param target.checkpoint a signed checkpoint of the source, for a `.events` file
 * @param options.onNote called if other users could read the target until now
 * @throws Failure if the source has an event that cannot be read: the target contains the events before it
 */
export async function copyLog(
  source: EventLog,
  { from, to, events, checkpoint, blobs = null }: CopyWhat,
  { signal, progress, onNote }: Pick<Work, "signal" | "progress"> & { onNote: (note: string) => void },
): Promise<CopyResult> {
  checkTarget(from, to);
  const whole = await source.head();
  if (events !== undefined && events > whole)
    throw new UsageError(`--events ${events}: ${source.name} has ${countOf(whole, "event")}`);
  const head = events ?? whole;
  const log = await source.id();
  if (log === null) return { log, seq: 0, events: 0, hash: null, files: 0 };
  const converted = await convertedLog(source, from, to);
  if (converted && events !== undefined) throw new UsageError(`--events ${events}: a conversion copies the whole log`);
  const kept = checkpoint === undefined ? null : new KeptCheckpoint(checkpoint, source.name);
  const file = WRITERS.find(({ extension }) => to.toLowerCase().endsWith(extension));
  const files = new CopiedBlobs({ from: blobs, to: file && !isAddress(to) ? null : targetAddress(to, log), log });
  const work: Work = { source, head, stoppedBy: null, log, converted, checkpoint: kept, files, signal, progress };
  if (!isAddress(to)) await closeTarget(to, onNote);
  const ends = file && !isAddress(to) ? await copyToFile(to, file.write, work) : await copyToLog(to, work);
  await files.close();
  const copied = { ...ends, files: files.copied };
  const problem = files.problem(from, to);
  if (problem !== null) onNote(problem);
  if (work.stoppedBy) throw new Failure(`${work.stoppedBy.message}; ${to} contains the events up to ${copied.seq}`);
  return copied;
}

type WriteFile = typeof writeEventsFile;

const WRITERS: readonly { extension: string; write: WriteFile }[] = [
  { extension: ".events", write: writeEventsFile },
  { extension: ".ndjson", write: writeNdjsonFile },
];

/** Such a file cannot grow. A new one is written beside it, and replaces it when it is complete. */
async function copyToFile(to: string, write: WriteFile, work: Work): Promise<CopiedEvents> {
  const { source, head } = work; // `work.head` can become smaller
  const old = kindOfFile(to) === "missing" ? null : await openLog(to);
  try {
    const targetHead = old === null ? 0 : await checkedHead(old, work);
    if (old && targetHead === head) await readAll(withProgress(comparedEvents(old, targetHead, source), work));
    else {
      const { checkpoint } = work;
      const events = withProgress(allEvents(old, targetHead), work);
      const hashed = checkpoint ? checkpoint.hashed(events) : events;
      await write(to, hashed, { overwrite: old !== null, checkpoint: () => checkpoint?.checked() ?? null });
    }
    const target = await openLog(to);
    try {
      return { ...(await compareEnds(target, work)), events: work.head - targetHead };
    } finally {
      await target.close();
    }
  } finally {
    await old?.close().catch(() => {}); // already closed if it was read to its end
  }

  async function* allEvents(old: EventLog | null, targetHead: Sequence): AsyncGenerator<StoredEvent> {
    if (old) yield* comparedEvents(old, targetHead, source);
    await old?.close(); // Windows cannot replace an open file
    yield* newEvents(work, targetHead);
  }
}

async function copyToLog(to: string, work: Work): Promise<CopiedEvents> {
  const { source, converted } = work;
  const isNew = !isAddress(to) && kindOfFile(to) === "missing";
  const target = await openWritableLog(targetAddress(to, work.log), { create: true, converts: converted !== null });
  const seen = new UniqueEvents();
  try {
    const targetHead = await checkedHead(target, work);
    for await (const { seq, body } of withProgress(comparedEvents(target, targetHead, source), work))
      seen.add(decodeHeader(body, `event ${seq}`));
    await appendAll(target, withProgress(newEvents(work, targetHead), work), seen);
    const ends = await compareEnds(target, work);
    if (converted && !work.stoppedBy) {
      await readAll(withProgress(comparedEvents(target, work.head, source), work));
      await converted.markConverted(work.head);
    }
    return { ...ends, events: work.head - targetHead };
  } catch (error) {
    if (isNew && (await target.head()) === 0) removeCacheFile(to); // an empty log that this copy created
    throw error;
  } finally {
    seen.close();
    await target.close();
  }
}

/** The source, if the copy brings it from the collection of release 0.1 into the new one of the same database. */
async function convertedLog(source: EventLog, from: string, to: string): Promise<MongoLog | null> {
  if (!isAddress(from) || !isAddress(to)) return null;
  const [own, target] = [from, to].map((address) => parseMongoAddress(address).name.replace(/#.*$/, ""));
  return own === target && (await (source as MongoLog).isEarlier()) ? (source as MongoLog) : null;
}

/** Names the log in a MongoDB address: a copy keeps its id. */
function targetAddress(to: string, id: LogId): string {
  if (!isAddress(to)) return to;
  const { log, name } = parseMongoAddress(to);
  if (log !== null && log !== id) throw new UsageError(`${name}: a copy keeps its id, which is ${id}`);
  return log === null ? `${to.replace(/#$/, "")}#${id}` : to;
}

/** The head of a target that this copy can extend. @throws UsageError, Failure if it cannot */
async function checkedHead(target: EventLog, { head, log }: Work): Promise<Sequence> {
  const id = await target.id();
  if (id !== null && id !== log)
    throw new UsageError(`${target.name}: contains log ${id}, not ${log}; it was not changed`);
  const targetHead = await target.head();
  if (targetHead > head)
    throw new Failure(
      `${target.name}: has ${countOf(targetHead, "event")}, but the copy would have only ${head}; nothing was copied`,
    );
  return targetHead;
}

/** Yields the target's events after comparing each with the source's. @throws LogError FORKED */
async function* comparedEvents(target: EventLog, targetHead: Sequence, source: EventLog): AsyncGenerator<StoredEvent> {
  if (targetHead === 0) return;
  const theirs = storedEvents(source, { after: 0, upTo: targetHead });
  for await (const own of storedEvents(target, { after: 0, upTo: targetHead })) {
    const { value } = await theirs.next();
    if (!sameBytes(own.body, value?.body))
      throw new LogError(
        "FORKED",
        `${target.name}: event ${own.seq} differs from that of ${source.name}; nothing was copied`,
      );
    yield { ...own, request: own.request ?? value?.request ?? null };
  }
}

/** The events of a log, with the hashes of commands if the log stores them. */
async function* storedEvents(log: EventLog | WritableLog, range: Range): AsyncGenerator<StoredEvent, undefined> {
  if ("readStored" in log) return yield* log.readStored(range) as AsyncGenerator<StoredEvent, undefined>;
  for await (const { after, bodies } of log.read(range))
    for (const [n, body] of bodies.entries()) yield { seq: after + n + 1, body, request: null };
}

/** The source's events after a sequence. Ends before an event that the source cannot read, and notes the error. */
async function* newEvents(work: Work, after: Sequence): AsyncGenerator<StoredEvent> {
  let seq = after;
  try {
    for await (const event of storedEvents(work.source, { after, upTo: work.head })) {
      yield event;
      seq = event.seq;
    }
  } catch (error) {
    if (!isStop(error)) throw error;
    work.stoppedBy = error;
    work.head = seq;
  }
}

/** Passes events on, shows the progress, and stops on the signal. */
async function* withProgress(events: AsyncIterable<StoredEvent>, work: Work): AsyncGenerator<StoredEvent> {
  const counter = new BlockCounter();
  for await (const event of work.files.before(events)) {
    yield event;
    if (!counter.add(event.seq, event.body)) continue;
    work.progress.update(event.seq, work.head);
    await setImmediate();
    work.signal.throwIfAborted();
  }
}

/**
 * Appends events that follow the target's head. Nobody decides them, so their ids and versions are checked.
 *
 * @param seen contains the events that the target has
 * @throws LogError INCONSISTENT_LOG if two events have one id, or one version of a stream
 * @throws Failure if another writer took a sequence; LogError DAMAGED, and what appending throws
 */
export async function appendAll(
  target: WritableLog,
  events: AsyncIterable<StoredEvent>,
  seen: UniqueEvents,
): Promise<void> {
  let batch: EncodedEvent[] = [];
  let bytes = 0;
  /** The hash of the last event that was appended. The caller has just compared the one before the first. */
  let previous: Uint8Array | undefined;
  async function append() {
    const landed = await target.append(batch, previous ? { previous } : {});
    if (landed < batch.length)
      throw new Failure(`${target.name}: another writer appended event ${batch[landed]?.seq}; stop it, and copy again`);
    const last = batch.at(-1);
    if (last) previous = eventHash(last.body);
    batch = [];
    bytes = 0;
  }
  for await (const { seq, body, request } of events) {
    const header = decodeHeader(body, `event ${seq}`);
    if (header.seq !== seq) throw new LogError("DAMAGED", `expected event ${seq}, got event ${header.seq}`);
    seen.add(header);
    batch.push({ ...header, request, body });
    bytes += body.length;
    if (batch.length === MAX_BATCH.events || bytes >= MAX_BATCH.bytes) await append();
  }
  if (batch.length > 0) await append();
}

async function readAll(events: AsyncIterable<StoredEvent>): Promise<void> {
  for await (const _ of events);
}

/** @throws Failure if source and copy differ at the end */
async function compareEnds(target: EventLog, { source, head, log }: Work) {
  const hash = await hashAt(source, head);
  const copy = { log: await target.id(), head: await target.head(), hash: await hashAt(target, head) };
  if (copy.log !== log || copy.head !== head || copy.hash !== hash)
    throw new Failure(
      `${target.name} ends at event ${copy.head}, hash ${copy.hash}, but ${source.name} at event ${head}, hash ${hash}`,
    );
  return { log, seq: head, hash };
}

async function hashAt(log: EventLog, seq: Sequence): Promise<string | null> {
  for await (const { bodies } of log.read({ after: seq - 1, upTo: seq }))
    return bodies[0] ? eventHash(bodies[0]).toString("hex") : null;
  return null;
}
