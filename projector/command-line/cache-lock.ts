/**
 * Lets one sync or replay at a time open, fill or rebuild a cache. All of them write the same unfinished file, so two at once
 * would delete it from each other.
 */
import { closeSync, fstatSync, openSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";

/** Between two attempts, ms. */
const POLL_MS = 100;
/** Attempts before the wait counts as one. Processes that start in the same instant can keep each other out for a moment. */
const FIRST_ATTEMPTS = 5;

interface CacheLockOptions {
  signal: AbortSignal;
  /** Called once if another process has the lock. What it throws ends the wait. */
  onWait: () => void;
}

/**
 * Does the work while this process has the lock of a cache. A killed process leaves the lock's file, which locks nothing.
 *
 * @param path the cache's file, in an existing folder
 * @throws what the work or `onWait` throws; the signal's reason
 */
export async function withCacheLock<T>(path: string, options: CacheLockOptions, work: () => Promise<T>): Promise<T> {
  const release = await acquire(`${path}.lock`, options);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(lock: string, { signal, onWait }: CacheLockOptions): Promise<() => void> {
  for (let attempt = 1; ; attempt++) {
    const release = tryLock(lock);
    if (release) return release;
    if (attempt === FIRST_ATTEMPTS) onWait();
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/**
 * Locks the file with SQLite, because the system releases that lock when the process ends.
 *
 * @returns what releases the lock; null if another process has it
 */
function tryLock(lock: string): (() => void) | null {
  // Open until the end: closing any handle to a file releases this process's locks on it (POSIX).
  const file = openSync(lock, "a", 0o600);
  let db: Database.Database | undefined;
  const close = () => {
    db?.close();
    closeSync(file);
  };
  try {
    db = new Database(lock, { timeout: 0 });
    db.exec("BEGIN EXCLUSIVE");
    // The last owner deleted the file before it released the lock: then this is the lock of a file without a name.
    if (statSync(lock, { throwIfNoEntry: false })?.ino === fstatSync(file).ino)
      return () => {
        removeIfPossible(lock);
        close();
      };
    close();
    return null;
  } catch (error) {
    close();
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) return null;
    throw error;
  }
}

/** Windows deletes no open file. The file may stay: it is empty. */
function removeIfPossible(lock: string): void {
  try {
    rmSync(lock, { force: true });
  } catch {
    // It stays.
  }
}
