/** The files that a rebuild writes before its cache replaces the old one. */
import type Database from "better-sqlite3";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { removeCacheFile } from "../cache/durable-files.ts";

/** The file that a rebuild writes until the cache is complete. */
export function nextFile(path: string): string {
  return `${path}.next`;
}

/** The file for the tables that projections read back, while another thread writes the main file. */
export function keyedFile(next: string): string {
  return `${next}-keyed`;
}

/** Removes the files of an unfinished rebuild, such as one that was killed. */
export function removeUnfinished(next: string): void {
  for (const file of [next, keyedFile(next)]) removeCacheFile(file);
}

/**
 * Opens an unfinished file. No other process reads it and a crash discards it, so it needs no journal and no flush.
 *
 * @param memoryMiB size of the page cache
 */
export function openUnfinished(path: string, memoryMiB: number): Database.Database {
  const db = openDatabase(path);
  try {
    db.pragma("journal_mode = OFF");
    db.pragma("synchronous = OFF");
    db.pragma("locking_mode = EXCLUSIVE");
    db.pragma("foreign_keys = OFF"); // checked once for all rows at the end
    db.pragma(`cache_size = ${-1024 * memoryMiB}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
