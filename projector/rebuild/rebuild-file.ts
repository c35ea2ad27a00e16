/** The files that a rebuild writes before its cache takes the old one's place. */
import type Database from "better-sqlite3";
import { openNew, removeCacheFile } from "../cache/cache.ts";

/** Where a rebuild writes until it is whole. */
export function nextFile(path: string): string {
  return `${path}.next`;
}

/** Where it writes what projections read again, while another thread has the file. */
export function keyedFile(next: string): string {
  return `${next}-keyed`;
}

/** Removes what a rebuild, maybe a killed one, has left. */
export function removeUnfinished(next: string): void {
  for (const file of [next, keyedFile(next)]) removeCacheFile(file);
}

/**
 * Opens such a file: nobody else sees it, and a crash throws it away, so there is no journal, no lock and no flush.
 *
 * @param memoryMiB for its pages
 */
export function openUnfinished(path: string, memoryMiB: number): Database.Database {
  const db = openNew(path);
  try {
    db.pragma("journal_mode = OFF");
    db.pragma("synchronous = OFF");
    db.pragma("locking_mode = EXCLUSIVE");
    db.pragma("foreign_keys = OFF"); // one check over all rows at the end
    db.pragma(`cache_size = ${-1024 * memoryMiB}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
