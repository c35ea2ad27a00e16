/**
 * A cache from sequence zero: into a new file beside the old one, indexes and search at the end, checked, and then
 * swapped in at once. The old cache stays readable until the swap, and a crash at any moment leaves the old one, none
 * (then the next start rebuilds), or the new one: never half of one.
 */
import { closeSync, fsyncSync, openSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { LogError } from "../events/errors.ts";
import { decodeEvent } from "../events/event.ts";
import { eventHash } from "../events/hash.ts";
import type { EventLog } from "../events/log.ts";
import type { Sequence } from "../events/sequence.ts";
import { uuidText } from "../events/uuid.ts";
import { asCacheError, type Checkpoint, checkPages, removeCacheFile, writeCheckpoint } from "./cache.ts";
import { createIndexes, createSearch, createTables } from "./cache-schema.ts";
import { CacheError } from "./errors.ts";
import { foldEvent } from "./fold.ts";
import type { Progress } from "./follow.ts";
import { ProjectionTables } from "./projection-tables.ts";

/** Rows that are held back before they are written: some 60 MiB of them. */
const MAX_HELD_ROWS = 150_000;

export interface RebuildOptions {
  /** The last sequence to fold in; default: as far as the log goes. */
  upTo?: Sequence;
  /** Leave out events after this time, ms since 1970 UTC. */
  untilMs?: number;
  signal?: AbortSignal;
  onProgress?: Progress;
  /** Called when the new file is whole: close every handle to the old one here. */
  beforeSwap?: () => void | Promise<void>;
}

/** Where a rebuild writes until it is whole. */
export function nextFile(path: string): string {
  return `${path}.next`;
}

/**
 * Rebuilds the cache at `path`.
 *
 * If an event cannot be folded, the cache is built up to the one before it and swapped in, and then the error is thrown:
 * what is good stays readable.
 *
 * @returns the new cache's checkpoint
 * @throws LogError UNKNOWN_EVENT, MALFORMED_EVENT, INCONSISTENT_LOG, GAP, and what reading the log throws
 */
export async function rebuildCache(path: string, log: EventLog, options: RebuildOptions = {}): Promise<Checkpoint> {
  const next = nextFile(path);
  removeCacheFile(next);
  const db = new Database(next);
  let checkpoint: Checkpoint;
  let stoppedBy: LogError | null = null;
  try {
    // Nobody else sees this file, and a crash throws it away: no journal, no locks, no flushes.
    db.pragma("journal_mode = OFF");
    db.pragma("synchronous = OFF");
    db.pragma("locking_mode = EXCLUSIVE");
    db.pragma("foreign_keys = OFF"); // one check over all rows at the end
    db.pragma("cache_size = -65536");
    createTables(db);
    ({ checkpoint, stoppedBy } = await foldAll(db, log, options));
    finish(db, checkpoint, next);
  } catch (error) {
    db.close();
    removeCacheFile(next);
    throw asCacheError(error, next);
  }
  db.close();
  flushToDisk(next);
  await options.beforeSwap?.();
  removeCacheFile(path); // first the file, then its write-ahead log, which must not meet the new file
  renameSync(next, path);
  flushToDisk(dirname(path));
  if (stoppedBy) throw stoppedBy;
  return checkpoint;
}

async function foldAll(db: Database.Database, log: EventLog, options: RebuildOptions) {
  const { upTo = Number.POSITIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY, signal, onProgress } = options;
  const rows = new ProjectionTables(db, { search: false });
  const write = db.transaction(() => rows.flush());
  let checkpoint: Checkpoint = { logId: null, seq: 0, hash: null, atMs: 0 };
  let last: Uint8Array | null = null;
  let stoppedBy: LogError | null = null;
  reading: for await (const { after, bodies, head } of log.read({ after: 0, upTo }, signal ? { signal } : {})) {
    if (after !== checkpoint.seq)
      throw new LogError("GAP", `${log.name}: have ${checkpoint.seq}, the next is ${after + 1}`);
    for (const body of bodies) {
      try {
        const event = decodeEvent(body, `event ${checkpoint.seq + 1}`);
        if (event.seq !== checkpoint.seq + 1)
          throw new LogError("GAP", `${log.name}: have ${checkpoint.seq}, the next event is ${event.seq}`);
        if (event.at > untilMs) break reading;
        foldEvent(rows.tables, event, checkpoint.atMs);
        last = body;
        const logId = event.seq === 1 ? uuidText(event.id) : checkpoint.logId;
        checkpoint = { logId, seq: event.seq, hash: null, atMs: event.at };
      } catch (error) {
        if (!(error instanceof LogError)) throw error;
        stoppedBy = error;
        break reading;
      }
    }
    if (rows.size > MAX_HELD_ROWS) write();
    onProgress?.({ seq: checkpoint.seq, head });
  }
  write();
  return { checkpoint: { ...checkpoint, hash: last && eventHash(last) }, stoppedBy };
}

function finish(db: Database.Database, checkpoint: Checkpoint, path: string): void {
  db.transaction(() => {
    createIndexes(db);
    createSearch(db);
    writeCheckpoint(db, checkpoint);
  })();
  const broken = db.pragma("foreign_key_check") as { table: string; rowid: number; parent: string }[];
  const first = broken[0];
  if (first)
    throw new LogError(
      "INCONSISTENT_LOG",
      `${path}: ${broken.length} rows without their parent, first ${first.table} ${first.rowid} of ${first.parent}`,
    );
  checkPages(db, path);
}

function flushToDisk(path: string): void {
  // Windows opens no folders; there the rename itself is durable.
  if (process.platform === "win32" && !path.includes(".sqlite")) return;
  let file: number | undefined;
  try {
    file = openSync(path, process.platform === "win32" ? "r+" : "r");
    fsyncSync(file);
  } catch (error) {
    throw new CacheError("DAMAGED_CACHE", `${path}: cannot be written to the disk`, { cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
