/** A folder for caches that no other process uses: two servers may share a data folder, but never a cache. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { OWNER_ONLY } from "../config/config.ts";

const MAX_SLOTS = 64;

export interface CacheSlot {
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
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
    const lock = new Database(join(folder, "lock"), { timeout: 0 });
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
