/**
 * Rebuilds a cache from sequence 0 in a new file beside the old one. Indexes and search come at the end. Then the file
 * is checked and replaces the old one. The old cache stays readable until the swap. A crash at any moment leaves the
 * old cache, no cache (the next start rebuilds it), or the new cache, never a partial one.
 */
import { renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import type { EventLog } from "../../events/log/log.ts";
import { Cache, requireFolder } from "../cache/cache.ts";
import { asCacheError, checkEvents, isConstraint } from "../cache/cache-check.ts";
import { createIndexes, createTables, signCache } from "../cache/cache-schema.ts";
import { type Checkpoint, NO_CHECKPOINT } from "../cache/checkpoint.ts";
import { flushFile, flushFolder, removeCacheFile, retryWhileLocked } from "../cache/durable-files.ts";
import { CacheError } from "../cache/errors.ts";
import { catchUp, stopOf } from "../cache/follow.ts";
import { createFormerWords } from "../cache/former-words.ts";
import { createSearch } from "../cache/search-index.ts";
import { quote, type Table } from "../tables/table.ts";
import { TABLES, WRITE_ONLY_TABLES } from "../tables/tables.ts";
import { type FoldOptions, foldAll, type RebuildResult } from "./fold-log.ts";
import { keyedFile, nextFile, openUnfinished, removeUnfinished } from "./rebuild-file.ts";
import { RowThread } from "./row-thread.ts";

/** Page cache of the new file, and of the keyed file beside it, MiB. */
const PAGES_MIB = 48;
const KEYED_PAGES_MIB = 16;

/**
 * At this many events or more, a second thread writes rows. Below, starting it and handing rows over takes longer than it
 * saves.
 */
const SECOND_THREAD_THRESHOLD = 50_000;

export interface RebuildOptions extends FoldOptions {
  /** At this many events or more, a second thread writes rows. */
  secondThreadThreshold?: number;
  /** Called when the new file is complete. Close every handle to the old file here. */
  beforeSwap?: () => void | Promise<void>;
}

/**
 * Rebuilds the cache at `path` and replaces any file there. One process at a time.
 *
 * If an event cannot be folded, the rebuild swaps in a cache that ends before that event, then throws the error.
 * Earlier events stay readable.
 *
 * @returns the new cache's checkpoint
 * @throws LogError UNKNOWN_EVENT, MALFORMED_EVENT, INCONSISTENT_LOG, GAP: the cache ends before that event; any error
 *   from reading the log: the old file is unchanged
 * @throws CacheError NOT_A_CACHE if `path` is a folder; UNAVAILABLE; the old file is unchanged
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
    // The file contains some rows of the failed event. Build again, up to the event before it.
    if (error === stoppedBy) again = await build(path, log, upToThere);
    // A row violates a constraint. Only small steps show which event wrote it, and keep the events before it.
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
 * A second thread writes the leaf tables to the file. This thread writes the tables that projections read back to a
 * keyed file beside it. One of the two files is locked at every moment, so other processes can see that a rebuild is
 * running.
 *
 * @returns false if this machine could not start a thread; the caller starts over
 */
async function buildOnTwoThreads(
  path: string,
  log: EventLog,
  options: RebuildOptions,
  result: RebuildResult,
): Promise<boolean> {
  const keyed = openUnfinished(keyedFile(path), KEYED_PAGES_MIB);
  let thread: RowThread | null = null;
  try {
    thread = new RowThread(path);
    createTables(keyed);
    await foldAll(keyed, thread, log, options, result);
    await thread.end();
    await withUnfinished(path, (db) => {
      db.exec("BEGIN EXCLUSIVE; COMMIT");
      keyed.close();
      takeKeyed(db, keyedFile(path));
      finish(db, result.checkpoint, path);
    });
    return true;
  } catch (error) {
    if (thread === null || thread.failedToStart) return false;
    throw error;
  } finally {
    await thread?.abandon();
    keyed.close();
    removeCacheFile(keyedFile(path));
  }
}

/** Copies the tables from the keyed file. SQLite copies the rows without decoding them. */
function takeKeyed(db: Database.Database, keyed: string): void {
  db.prepare("ATTACH ? AS keyed").run(keyed);
  db.exec("BEGIN");
  for (const [name, table] of Object.entries<Table>(TABLES)) {
    if ((WRITE_ONLY_TABLES as readonly string[]).includes(name)) continue;
    const columns = table.storedNames.join(", ");
    // Computed columns can be read, but not written. Without any, SQLite copies whole rows.
    const [into, from] = table.computed.length > 0 ? [` (${columns})`, columns] : ["", "*"];
    db.exec(`INSERT INTO main.${quote(table.name)}${into} SELECT ${from} FROM keyed.${quote(table.name)}`);
  }
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

/** Turns a file of rows into a cache. @throws SqliteError SQLITE_CONSTRAINT… if a row breaks a rule of its table */
function finish(db: Database.Database, checkpoint: Checkpoint, path: string): void {
  const [orphan] = db.pragma("foreign_key_check") as { table: string; parent: string }[];
  if (orphan)
    throw new Database.SqliteError(`${orphan.table} without its ${orphan.parent}`, "SQLITE_CONSTRAINT_FOREIGNKEY");
  db.transaction(() => {
    createIndexes(db);
    createSearch(db);
    createFormerWords(db);
    signCache(db, checkpoint);
  })();
  // SQLite's own page check would only read back the pages in its memory.
  checkEvents(db, path);
}

/** Builds in small transactions. Slower, but a failure names its event and keeps the events before it. */
async function buildIncrementally(path: string, log: EventLog, options: RebuildOptions): Promise<RebuildResult> {
  const { upTo, signal, onProgress } = options;
  removeUnfinished(path);
  const cache = Cache.create(path);
  try {
    const read = { ...(upTo !== undefined && { upTo }), ...(signal && { signal }), ...(onProgress && { onProgress }) };
    const stoppedBy = await stopOf(() => catchUp(cache, log, read));
    cache.db.pragma("journal_mode = DELETE"); // no separate write-ahead log
    return { checkpoint: cache.checkpoint, stoppedBy };
  } finally {
    cache.close();
  }
}

/**
 * Replaces the old file with the new one. The old file and then its write-ahead log are deleted, and the deletion is
 * flushed, before the new file gets the name: SQLite would replay a leftover log into the new file.
 *
 * @throws CacheError UNAVAILABLE if another process has the old file open (Windows); the old file stays
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
    throw new CacheError("UNAVAILABLE", `${path}: the file cannot be replaced: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
