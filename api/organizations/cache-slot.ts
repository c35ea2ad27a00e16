/** A folder for caches that no other process uses: two servers may share a data folder, but never a cache. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { createPrivateFile, makePrivateFolder } from "../../events/private-files.ts";

const MAX_SLOTS = 64;

interface CacheSlot {
  folder: string;
  release(): void;
}

/**
 * Takes the first free slot below a folder. The lock is SQLite's lock on a file in the slot, so the operating system
 * releases it whenever and however the process ends.
 */
export function takeCacheSlot(parent: string): CacheSlot {
  for (let n = 1; n <= MAX_SLOTS; n++) {
    const folder = join(parent, String(n));
    makePrivateFolder(folder);
    const path = join(folder, "lock");
    createPrivateFile(path);
    const lock = new Database(path, { timeout: 0 });
    try {
      lock.pragma("locking_mode = EXCLUSIVE");
      lock.exec("BEGIN EXCLUSIVE; PRAGMA user_version = 1; COMMIT");
      return { folder, release: () => lock.close() };
    } catch (error) {
      lock.close();
      if (!(error instanceof Database.SqliteError) || !error.code.startsWith("SQLITE_BUSY")) throw error;
    }
  }
  throw new Error(`${parent}: ${MAX_SLOTS} servers use this folder already`);
}
