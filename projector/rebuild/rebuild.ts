/**
 * A cache from sequence zero: into a new file beside the old one, indexes and search at the end, checked, and then
 * swapped in. The old cache stays readable until the swap, and a crash at any moment leaves the old one, none (then the
 * next start rebuilds), or the new one: never half of one.
 */
import { renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { decodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import { eventHash } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { uuidText } from "../../events/uuid.ts";
import { Cache, removeCacheFile, requireFolder } from "../cache/cache.ts";
import { asCacheError, checkEvents, isConstraint } from "../cache/cache-check.ts";
import { createIndexes, createSearch, createTables, signCache } from "../cache/cache-schema.ts";
import { type Checkpoint, NO_CHECKPOINT } from "../cache/checkpoint.ts";
import { flushFile, flushFolder, retryWhileLocked } from "../cache/durable-files.ts";
import { CacheError } from "../cache/errors.ts";
import { catchUp, type Progress, stopOf } from "../cache/follow.ts";
import { foldEvent } from "../projections/fold.ts";
import { quote } from "../tables/table.ts";
import { LEAVES, TABLES } from "../tables/tables.ts";
import { keyedFile, nextFile, openUnfinished, removeUnfinished } from "./rebuild-file.ts";
import { RebuildTables } from "./rebuild-tables.ts";
import { RowThread } from "./row-thread.ts";

/** Some 20 MiB of them. */
const MAX_BUFFERED_ROWS = 50_000;

/** How often it is looked whether rows have become many: invoices may have hundreds of lines. */
const FLUSH_CHECK_EVENTS = 32;

/** Memory for pages of the file, and of the one beside it, MiB. */
const PAGES_MIB = 48;
const KEYED_PAGES_MIB = 16;

/** From so many events on a second thread writes rows: one takes 0.1 s to start. */
const SECOND_THREAD_THRESHOLD = 20_000;

export interface RebuildOptions {
  /** The last sequence to fold in; default: as far as the log goes. */
  upTo?: Sequence;
  /** Leave out events after this time, ms since 1970 UTC. */
  untilMs?: number;
  signal?: AbortSignal;
  onProgress?: Progress;
  /** Rows that are held back before they are written. */
  maxBufferedRows?: number;
  /** Events from which on a second thread writes rows. */
  secondThreadThreshold?: number;
  /** Called when the new file is whole: close every handle to the old one here. */
  beforeSwap?: () => void | Promise<void>;
}

/** What came of a rebuild: how far it got, and what stopped it there. */
interface RebuildResult {
  checkpoint: Checkpoint;
  stoppedBy: LogError | null;
}

/**
 * Rebuilds the cache at `path`, whatever file is there. One process at a time.
 *
 * If an event cannot be folded, the cache is result up to the one before it and swapped in, and then the error is thrown:
 * what is good stays readable.
 *
 * @returns the new cache's checkpoint
 * @throws LogError UNKNOWN_EVENT, MALFORMED_EVENT, INCONSISTENT_LOG, GAP, and what reading the log throws; CacheError
 *   NOT_A_CACHE if a folder is there, UNAVAILABLE: then what was there is as it was
 */
export async function rebuildCache(path: string, log: EventLog, options: RebuildOptions = {}): Promise<Checkpoint> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new CacheError("NOT_A_CACHE", `${path}: is a folder`);
  const next = nextFile(path);
  let result: RebuildResult;
  try {
    result = await build(next, log, options);
    flushFile(next);
    await options.beforeSwap?.();
  } catch (error) {
    removeUnfinished(next);
    throw asCacheError(error, next);
  }
  await swap(next, path);
  if (result.stoppedBy) throw result.stoppedBy;
  return result.checkpoint;
}

async function build(path: string, log: EventLog, options: RebuildOptions): Promise<RebuildResult> {
  const result: RebuildResult = { checkpoint: NO_CHECKPOINT, stoppedBy: null };
  try {
    await buildInOnePass(path, log, options, result);
    return result;
  } catch (error) {
    const { stoppedBy } = result;
    const upToThere = { ...options, upTo: result.checkpoint.seq };
    let again: RebuildResult;
    // Half of an event's rows are among the others: once more, up to the event before it.
    if (error === stoppedBy) again = await build(path, log, upToThere);
    // Some row does not fit its table, but whose? Only event by event is that known, and what came before it kept.
    else if (isConstraint(error)) again = await buildIncrementally(path, log, upToThere);
    else throw error;
    return { ...again, stoppedBy: again.stoppedBy ?? stoppedBy };
  }
}

async function buildInOnePass(
  path: string,
  log: EventLog,
  options: RebuildOptions,
  result: RebuildResult,
): Promise<void> {
  const { upTo = Number.POSITIVE_INFINITY, secondThreadThreshold = SECOND_THREAD_THRESHOLD } = options;
  requireFolder(path);
  const isLong = Math.min(upTo, await log.head()) >= secondThreadThreshold;
  removeUnfinished(path); // a killed rebuild's
  if (isLong && (await buildOnTwoThreads(path, log, options, result))) return;
  removeUnfinished(path);
  await withUnfinished(path, async (db) => {
    createTables(db);
    await foldAll(db, null, log, options, result);
    finish(db, result.checkpoint, path);
  });
}

/**
 * The leaves go to the file, from another thread; rows that projections read again to one beside it. At each moment one of
 * the two is held, so that others see that somebody is at work.
 *
 * @returns false if no thread could be had: what was done is gone
 */
async function buildOnTwoThreads(
  path: string,
  log: EventLog,
  options: RebuildOptions,
  result: RebuildResult,
): Promise<boolean> {
  const keyed = openUnfinished(keyedFile(path), KEYED_PAGES_MIB);
  let link: RowThread | null = null;
  try {
    link = new RowThread(path);
    createTables(keyed);
    await foldAll(keyed, link, log, options, result);
    await link.end();
    await withUnfinished(path, (db) => {
      db.exec("BEGIN EXCLUSIVE; COMMIT");
      keyed.close();
      takeKeyed(db, keyedFile(path));
      finish(db, result.checkpoint, path);
    });
    return true;
  } catch (error) {
    if (link === null || link.failedToStart) return false;
    throw error;
  } finally {
    await link?.abandon();
    keyed.close();
    removeCacheFile(keyedFile(path));
  }
}

/** Takes the rows over from the file beside this one: SQLite copies them as they are. */
function takeKeyed(db: Database.Database, keyed: string): void {
  db.prepare("ATTACH ? AS keyed").run(keyed);
  db.exec("BEGIN");
  for (const [name, table] of Object.entries(TABLES))
    if (!(LEAVES as readonly string[]).includes(name))
      db.exec(`INSERT INTO main.${quote(table.name)} SELECT * FROM keyed.${quote(table.name)}`);
  db.exec("COMMIT; DETACH keyed");
}

async function withUnfinished<R>(path: string, work: (db: Database.Database) => R | Promise<R>): Promise<R> {
  const db = openUnfinished(path, PAGES_MIB);
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/**
 * Folds as far as it can, and says how far that is in `result`.
 *
 * @throws LogError `result.stoppedBy` if some rows of the event after `result.checkpoint` are among the others
 */
async function foldAll(
  db: Database.Database,
  link: RowThread | null,
  log: EventLog,
  options: RebuildOptions,
  result: RebuildResult,
): Promise<void> {
  const { upTo = Number.POSITIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY, signal, onProgress } = options;
  const { maxBufferedRows = MAX_BUFFERED_ROWS } = options;
  const rows = new RebuildTables(db, { maxBufferedRows, link });
  db.exec("BEGIN"); // nobody sees this file before it is whole
  let { logId, seq, atMs } = NO_CHECKPOINT;
  let last: Uint8Array | null = null;
  let folding = false;
  reading: for await (const { after, bodies, head, scanned = false } of log.read(
    { after: 0, upTo },
    signal ? { signal } : {},
  )) {
    if (after !== seq) throw new LogError("GAP", `${log.name}: have ${seq}, the next event is ${after + 1}`);
    for (const body of bodies) {
      try {
        const event = decodeNext(body, seq + 1, { name: log.name, scanned });
        if (event.at > untilMs) break reading;
        folding = true;
        foldEvent(rows.tables, event, atMs);
        folding = false;
        if (seq === 0) logId = uuidText(event.id);
        seq = event.seq;
        atMs = event.at;
        last = body;
        if (seq % FLUSH_CHECK_EVENTS !== 0) continue;
        result.checkpoint = { ...NO_CHECKPOINT, seq };
        rows.flushMany();
      } catch (error) {
        if (!(error instanceof LogError)) throw error;
        result.stoppedBy = error;
        result.checkpoint = { ...NO_CHECKPOINT, seq };
        if (folding) throw error;
        break reading;
      }
    }
    result.checkpoint = { ...NO_CHECKPOINT, seq };
    onProgress?.({ seq, head });
    await link?.room();
  }
  result.checkpoint = { logId, seq, hash: last && eventHash(last), atMs };
  rows.flush();
  db.exec("COMMIT");
}

function decodeNext(
  body: Uint8Array,
  expected: Sequence,
  { name, scanned }: { name: string; scanned: boolean },
): LogEvent {
  const event = decodeEvent(body, `event ${expected}`, { scanned });
  if (event.seq === expected) return event;
  throw new LogError("GAP", `${name}: event ${event.seq} came in the place of ${expected}`);
}

/** Makes a cache of the rows that are there. @throws SqliteError SQLITE_CONSTRAINT… if one does not fit its table */
function finish(db: Database.Database, checkpoint: Checkpoint, path: string): void {
  const [orphan] = db.pragma("foreign_key_check") as { table: string; parent: string }[];
  if (orphan)
    throw new Database.SqliteError(`${orphan.table} without its ${orphan.parent}`, "SQLITE_CONSTRAINT_FOREIGNKEY");
  db.transaction(() => {
    createIndexes(db);
    createSearch(db);
    signCache(db, checkpoint);
  })();
  // SQLite's own check of the pages would read what it has just written out of the same memory.
  checkEvents(db, path);
}

/** A rebuild that names the event which stops it: slower, as everything is checked at each step. */
async function buildIncrementally(path: string, log: EventLog, options: RebuildOptions): Promise<RebuildResult> {
  const { upTo, signal, onProgress } = options;
  removeUnfinished(path);
  const cache = Cache.create(path);
  try {
    const read = { ...(upTo !== undefined && { upTo }), ...(signal && { signal }), ...(onProgress && { onProgress }) };
    const stoppedBy = await stopOf(() => catchUp(cache, log, read));
    cache.db.pragma("journal_mode = DELETE"); // all in one file
    return { checkpoint: cache.checkpoint, stoppedBy };
  } finally {
    cache.close();
  }
}

/**
 * Puts the new file in the old one's place. The old file goes first, then its write-ahead log, and both are gone for
 * good before the new file comes: SQLite would play what it finds into whatever file has the name.
 *
 * @throws CacheError UNAVAILABLE if somebody holds the old file open (Windows); then it stays
 */
async function swap(next: string, path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await retryWhileLocked(() => removeCacheFile(path));
    flushFolder(folder);
    await retryWhileLocked(() => renameSync(next, path));
    flushFolder(folder);
  } catch (error) {
    removeCacheFile(next);
    throw new CacheError("UNAVAILABLE", `${path}: cannot be replaced: ${(error as Error).message}`, { cause: error });
  }
}
