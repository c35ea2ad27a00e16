/**
 * The books that a command reads: those of a cache, or of a log. The books at a moment are a query of a cache. Only a log
 * without a cache is replayed, up to the moment, into a temporary file.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type Database from "better-sqlite3";
import { ZodError } from "zod";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { AsOf } from "../../events/values/as-of.ts";
import { dateAt } from "../../events/values/calendar.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { CACHE_FILE } from "../cache/cache-schema.ts";
import { type Checkpoint, readCheckpoint } from "../cache/checkpoint.ts";
import { CacheError } from "../cache/errors.ts";
import { UsageError } from "../command-line/failure.ts";
import { cacheFileOf, isAddress, kindOfFile, openSource, withCache } from "../command-line/logs-and-caches.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { Moments } from "../moments/moments.ts";
import { timeZoneOf } from "../queries/history.ts";
import { type Moment, momentAt } from "../queries/moment.ts";
import type { ReadSource } from "../queries/read.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { instantText } from "../text/figures.ts";
import { parseAsOf, timeOf } from "./as-of.ts";
import { lastEventAt } from "./log-at.ts";

/** The option of every command that can tell the books of a moment. */
export const AT_OPTION = {
  type: "string",
  value: "SEQ|DAY|TIME",
  help: "the books as they stood at this event, at the end of this day, or at this time",
} as const;

export interface Books extends ReadSource {
  /** The last event that the books contain. */
  seq: Sequence;
}

interface Place {
  /** A cache, the folder of one, or a log. */
  location: string;
  /** The moment as the user named it. */
  at: string | undefined;
}

/**
 * Runs work on the books of a cache or a log, as of a moment or as they are.
 *
 * @throws UsageError if there is no such place or moment
 */
export async function withBooks<T>(
  { location, at }: Place,
  terminal: Terminal,
  work: (books: Books) => T | Promise<T>,
): Promise<T> {
  const asOf = at === undefined ? null : parseAsOf(at);
  const note = (checkpoint: Checkpoint, db: Database.Database) => {
    if (asOf !== null && endsEarlier(checkpoint, asOf, timeZoneOf(db)))
      terminal.note(
        `--at ${at}: the events end earlier, with event ${checkpoint.seq} at ${instantText(checkpoint.atMs)}`,
      );
  };
  if (!isAddress(location) && kindOfFile(cacheFileOf(location)) === "cache")
    return await withCache(location, (db, path) => workAt(db, { path, asOf, at, note }, work));
  const log = await openSource(location, terminal);
  try {
    const beside = isAddress(location) ? null : await cacheBeside(location, log, asOf);
    if (beside !== null) return await withCache(beside, (db, path) => workAt(db, { path, asOf, at, note }, work));
    const last = asOf === null ? await log.head() : await lastEventAt(log, asOf, at ?? "");
    return await withReplayed(log, last, terminal, async (db) => {
      const checkpoint = readCheckpoint(db);
      if (last === (await log.head())) note(checkpoint, db);
      return await work({ db, nowMs: await nowIn(log, db, asOf), seq: checkpoint.seq });
    });
  } finally {
    await log.close();
  }
}

/** What time it is in books that were replayed up to a moment: the same as in a cache. */
async function nowIn(log: EventLog, db: Database.Database, asOf: AsOf | null): Promise<number> {
  if (asOf === null) return Date.now();
  if (asOf.kind !== "sequence") return momentAt(db, asOf).atMs;
  const atMs = await timeOf(log, Math.max(1, asOf.seq));
  return Number.isFinite(atMs) ? atMs : 0;
}

interface CachePlace {
  path: string;
  asOf: AsOf | null;
  at: string | undefined;
  note: (checkpoint: Checkpoint, db: Database.Database) => void;
}

async function workAt<T>(
  db: Database.Database,
  { path, asOf, at, note }: CachePlace,
  work: (books: Books) => T | Promise<T>,
): Promise<T> {
  const checkpoint = readCheckpoint(db);
  if (asOf === null) return await work({ db, nowMs: Date.now(), seq: checkpoint.seq });
  const moment = momentIn(db, asOf, at);
  note(checkpoint, db);
  const moments = new Moments(path, { max: 1 });
  try {
    const source = moments.sourceAt(moment);
    return await work({ db: source.db, nowMs: source.nowMs, seq: moment.seq });
  } finally {
    moments.close();
  }
}

/** @throws UsageError if the cache does not contain the event that is named */
export function momentIn(db: Database.Database, asOf: AsOf, at: string | undefined): Moment {
  try {
    return momentAt(db, asOf);
  } catch (error) {
    if (error instanceof ZodError) throw new UsageError(`--at ${at}: ${error.issues[0]?.message}`);
    throw error;
  }
}

/** True if the events end before the second or the day that is named: later ones may still belong there. */
export function endsEarlier({ atMs }: Checkpoint, asOf: AsOf, timeZone: string): boolean {
  if (asOf.kind === "time") return atMs < asOf.fromMs;
  return asOf.kind === "day" && dateAt(atMs, timeZone) < asOf.date;
}

/**
 * The cache in the folder of a log's file, if it was made from this log by this release, and has the moment.
 *
 * @param asOf null: the cache must be at the log's head
 */
async function cacheBeside(location: string, log: EventLog, asOf: AsOf | null): Promise<string | null> {
  const path = join(dirname(location), CACHE_FILE);
  if (kindOfFile(path) !== "cache") return null;
  let db: Database.Database | null = null;
  try {
    db = openCacheForReading(path);
    const { logId, seq, hash } = readCheckpoint(db);
    if (hash === null || logId !== (await log.id())) return null;
    const head = await log.head();
    if (seq > head || (asOf === null && seq < head)) return null;
    // A moment after the checkpoint is in the log alone, as far as the log has it.
    if (asOf?.kind === "sequence" ? asOf.seq > seq : asOf !== null && seq < head && momentAt(db, asOf).seq === seq)
      return null;
    for await (const _ of log.read({ after: seq, upTo: seq + 1 }, { expect: hash })) break;
    return path;
  } catch (error) {
    // Of another release, damaged, or of another history: the log has everything.
    if (error instanceof CacheError || (error instanceof LogError && error.code === "FORKED")) return null;
    throw error;
  } finally {
    db?.close();
  }
}

async function withReplayed<T>(
  log: EventLog,
  last: Sequence,
  terminal: Terminal,
  work: (db: Database.Database) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "invoify-books-"));
  try {
    const path = join(folder, CACHE_FILE);
    await replayTo(path, log, last, terminal);
    return await withCache(path, work);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replayTo(path: string, log: EventLog, last: Sequence, terminal: Terminal): Promise<void> {
  const signal = terminal.stopSignal();
  const progress = terminal.progress("replaying");
  try {
    await rebuildCache(path, log, { upTo: last, signal, onProgress: ({ seq }) => progress.update(seq, last) });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    progress.end();
  }
}
