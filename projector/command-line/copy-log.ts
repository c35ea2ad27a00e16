/** Copies a log: what the target has is compared, what it lacks is added, and both are asked again at the end. */
import { realpathSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { decodeHeader, type EncodedEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { EventLog, LogId, StoredEvent, WritableLog } from "../../events/log/log.ts";
import type { Range, Sequence } from "../../events/sequence.ts";
import { writeEventsFile } from "../../events/sources/file/events-file.ts";
import { writeNdjsonFile } from "../../events/sources/file/ndjson-file.ts";
import { parseMongoAddress } from "../../events/sources/mongo/mongo-address.ts";
import { openLog, openWritableLog } from "../../events/sources/open-log.ts";
import { removeCacheFile } from "../cache/cache.ts";
import { countOf } from "../text/figures.ts";
import { Failure, UsageError } from "./failure.ts";
import { isAddress, isHttp, kindOfFile, refuseUnknownForm } from "./logs-and-caches.ts";
import type { ProgressBar } from "./progress.ts";

export interface CopyResult {
  log: string | null;
  seq: Sequence;
  /** Events that the target did not have. */
  events: number;
  /** Hash of the last event, which both have. */
  hash: string | null;
}

/** Events that are appended at once, and their bytes. */
const MAX_BATCH = { events: 1024, bytes: 4 * 1024 * 1024 };

interface Work {
  source: EventLog;
  /** The source's, when the copy began. */
  head: Sequence;
  log: LogId;
  signal: AbortSignal;
  progress: ProgressBar;
}

export async function copyLog(
  source: EventLog,
  { from, to }: { from: string; to: string },
  { signal, progress }: Pick<Work, "signal" | "progress">,
): Promise<CopyResult> {
  checkTarget(from, to);
  const head = await source.head();
  const log = await source.id();
  if (log === null) return { log, seq: 0, events: 0, hash: null };
  const work = { source, head, log, signal, progress };
  const file = WRITERS.find(({ extension }) => to.toLowerCase().endsWith(extension));
  return file && !isAddress(to) ? await copyToFile(to, file.write, work) : await copyToLog(to, work);
}

/** @throws UsageError if it is no place for a log */
function checkTarget(from: string, to: string): void {
  refuseUnknownForm(to);
  if (isHttp(to)) throw new UsageError(`${to}: an API takes commands, not logs; copy into MongoDB or a file`);
  if (isAddress(to)) return;
  const kind = kindOfFile(to);
  if (kind === "folder") throw new UsageError(`${to}: is a folder, not a log`);
  if (kind === "cache") throw new UsageError(`${to}: is a cache, not a log; it stays as it is`);
  if (kind !== "missing" && !isAddress(from) && realpathSync(from) === realpathSync(to))
    throw new UsageError(`${from} and ${to} are the same file`);
}

type WriteFile = typeof writeEventsFile;

const WRITERS: readonly { extension: string; write: WriteFile }[] = [
  { extension: ".events", write: writeEventsFile },
  { extension: ".ndjson", write: writeNdjsonFile },
];

/** Such a file never grows: it is written anew beside the old one, which is there until the new one is whole. */
async function copyToFile(to: string, write: WriteFile, work: Work): Promise<CopyResult> {
  const { source, head } = work;
  const old = kindOfFile(to) === "missing" ? null : await openLog(to);
  try {
    const held = old === null ? 0 : await heldBy(old, work);
    if (old && held === head) await exhaust(counted(heldEvents(old, held, source), work));
    else await write(to, counted(allEvents(old, held), work), { overwrite: old !== null });
    const target = await openLog(to);
    try {
      return { ...(await compareEnds(target, work)), events: head - held };
    } finally {
      await target.close();
    }
  } finally {
    await old?.close().catch(() => {}); // a second time, where it was read to its end
  }

  async function* allEvents(old: EventLog | null, held: Sequence): AsyncGenerator<StoredEvent> {
    if (old) yield* heldEvents(old, held, source);
    await old?.close(); // Windows replaces no file that is open
    yield* storedEvents(source, { after: held, upTo: head });
  }
}

async function copyToLog(to: string, work: Work): Promise<CopyResult> {
  const { source, head } = work;
  const made = !isAddress(to) && kindOfFile(to) === "missing";
  const target = await openWritableLog(targetAddress(to, work.log), { create: true });
  try {
    const held = await heldBy(target, work);
    await exhaust(counted(heldEvents(target, held, source), work));
    await appendAll(target, counted(storedEvents(source, { after: held, upTo: head }), work));
    return { ...(await compareEnds(target, work)), events: head - held };
  } catch (error) {
    if (made && (await target.head()) === 0) removeCacheFile(to); // an empty log that nobody asked for
    throw error;
  } finally {
    await target.close();
  }
}

/** In MongoDB a log keeps its id, whatever other logs are there. */
function targetAddress(to: string, id: LogId): string {
  if (!isAddress(to)) return to;
  const { log, name } = parseMongoAddress(to);
  if (log !== null && log !== id) throw new UsageError(`${name}: a copy keeps its id, which is ${id}`);
  return log === null ? `${to.replace(/#$/, "")}#${id}` : to;
}

/** How many events the target has. @throws UsageError, Failure if it is not a copy that can go on */
async function heldBy(target: EventLog, { source, head, log }: Work): Promise<Sequence> {
  const id = await target.id();
  if (id !== null && id !== log) throw new UsageError(`${target.name}: holds log ${id}, not ${log}; it stays as it is`);
  const held = await target.head();
  if (held > head)
    throw new Failure(`${target.name}: has ${countOf(held, "event")}, ${source.name} only ${head}: nothing was copied`);
  return held;
}

/** The events that the target has, once they were compared with the source's. */
async function* heldEvents(target: EventLog, held: Sequence, source: EventLog): AsyncGenerator<StoredEvent> {
  if (held === 0) return;
  const theirs = storedEvents(source, { after: 0, upTo: held });
  for await (const own of storedEvents(target, { after: 0, upTo: held })) {
    const { value } = await theirs.next();
    if (!sameBytes(own.body, value?.body))
      throw new LogError("FORKED", `${target.name}: event ${own.seq} is not that of ${source.name}; it stays as it is`);
    yield { ...own, request: own.request ?? value?.request ?? null };
  }
}

/** The events with what is kept beside their bytes, where it is kept. */
async function* storedEvents(log: EventLog | WritableLog, range: Range): AsyncGenerator<StoredEvent, undefined> {
  if ("readStored" in log) return yield* log.readStored(range) as AsyncGenerator<StoredEvent, undefined>;
  for await (const { after, bodies } of log.read(range))
    for (const [n, body] of bodies.entries()) yield { seq: after + n + 1, body, request: null };
}

/** Shows how far it is, and lets itself be stopped. */
async function* counted(events: AsyncIterable<StoredEvent>, work: Work): AsyncGenerator<StoredEvent> {
  for await (const event of events) {
    yield event;
    if (event.seq % MAX_BATCH.events !== 0) continue;
    work.progress.update(event.seq, work.head);
    await setImmediate();
    work.signal.throwIfAborted();
  }
}

/**
 * Appends events that follow the target's head.
 *
 * @throws Failure if another writer took a sequence; LogError DAMAGED, and what appending throws
 */
export async function appendAll(target: WritableLog, events: AsyncIterable<StoredEvent>): Promise<void> {
  let batch: EncodedEvent[] = [];
  let bytes = 0;
  async function append() {
    const landed = await target.append(batch);
    if (landed < batch.length)
      throw new Failure(`${target.name}: somebody else writes it too, and took event ${batch[landed]?.seq}`);
    batch = [];
    bytes = 0;
  }
  for await (const { seq, body, request } of events) {
    const place = decodeHeader(body, `event ${seq}`);
    if (place.seq !== seq) throw new LogError("DAMAGED", `event ${place.seq} came in the place of ${seq}`);
    batch.push({ ...place, request, body });
    bytes += body.length;
    if (batch.length === MAX_BATCH.events || bytes >= MAX_BATCH.bytes) await append();
  }
  if (batch.length > 0) await append();
}

async function exhaust(events: AsyncIterable<StoredEvent>): Promise<void> {
  for await (const _ of events);
}

/** @throws Failure if the copy does not end as what was copied does */
async function compareEnds(target: EventLog, { source, head, log }: Work) {
  const hash = await hashAt(source, head);
  const found = { log: await target.id(), head: await target.head(), hash: await hashAt(target, head) };
  if (found.log !== log || found.head !== head || found.hash !== hash)
    throw new Failure(
      `${target.name}: ends with event ${found.head}, hash ${found.hash}, and ${source.name} with event ${head}, hash ${hash}`,
    );
  return { log, seq: head, hash };
}

async function hashAt(log: EventLog, seq: Sequence): Promise<string | null> {
  for await (const { bodies } of log.read({ after: seq - 1, upTo: seq }))
    return bodies[0] ? eventHash(bodies[0]).toString("hex") : null;
  return null;
}
