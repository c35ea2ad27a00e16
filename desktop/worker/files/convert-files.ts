/**
 * Files that are encrypted, or in the clear again: each is copied into a new one that then takes its place, so a crash at
 * any moment leaves the old one or the new one. Runs before anything is opened, and goes on at the next start with what it
 * did not get done.
 */
import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { contentOf, type FolderKey, openDatabase, setFolderKey } from "../../../events/sources/sqlite/open-database.ts";
import { removeCacheFile } from "../../../projector/cache/cache.ts";
import { flushFile, flushFolder, retryWhileLocked } from "../../../projector/cache/durable-files.ts";
import { keyedFile, nextFile } from "../../../projector/rebuild/rebuild-file.ts";
import { CACHE_FILE } from "./file-names.ts";

/** Of the copy while it is made. */
const SUFFIX = ".converting";
const DATABASE = /\.sqlite(?:\.damaged-\d+)?$/;

/**
 * Gives the folder its key, and brings all files in it to what is wanted.
 *
 * @returns names of the files that are as they were: nobody could read them, or the disk is full
 */
export async function convertFiles(folder: string, key: FolderKey | null): Promise<string[]> {
  setFolderKey(folder, key);
  if (key === null) return []; // what is encrypted all the same is for a key that is lost
  const wanted = key.on ? "encrypted" : "plain";
  const names = readdirSync(folder);
  for (const name of names) if (name.endsWith(SUFFIX)) removeCacheFile(join(folder, name));
  const cache = join(folder, CACHE_FILE);
  // A killed rebuild's, and the cache itself: the mirror has all of it, and a rebuild is no slower than a copy.
  for (const path of [keyedFile(nextFile(cache)), nextFile(cache), cache])
    if (isOther(path, wanted)) await retryWhileLocked(() => removeCacheFile(path));
  const left: string[] = [];
  for (const name of names.filter((name) => DATABASE.test(name))) {
    const path = join(folder, name);
    if (isOther(path, wanted)) await convert(path).catch(() => void left.push(name));
  }
  flushFolder(folder);
  return left;
}

function isOther(path: string, wanted: "encrypted" | "plain"): boolean {
  const content = contentOf(path);
  return content !== "none" && content !== wanted;
}

/** @throws SqliteError, and what the file system throws: then the file is as it was */
async function convert(path: string): Promise<void> {
  const copy = path + SUFFIX;
  try {
    const db = openDatabase(path, { fileMustExist: true });
    try {
      if (db.pragma("journal_mode = DELETE", { simple: true }) !== "delete") throw new Error(`${path}: is in use`);
      copyInto(copy, db);
    } finally {
      db.close();
    }
    flushFile(copy);
    await retryWhileLocked(() => renameSync(copy, path));
  } catch (error) {
    removeCacheFile(copy);
    throw error;
  }
  for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
}

/** Copies tables, indexes and rows. Row by row: SQLite's own ways go through temporary files in the clear. */
function copyInto(path: string, from: Database.Database): void {
  const to = openDatabase(path);
  try {
    to.pragma("journal_mode = OFF"); // nobody else sees this file
    to.pragma("synchronous = OFF");
    to.pragma("foreign_keys = OFF");
    const schema = from
      .prepare<[], { type: string; name: string; sql: string }>(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type = 'table' DESC",
      )
      .all();
    to.transaction(() => {
      for (const { sql } of schema) to.exec(sql);
      for (const { name } of schema.filter(({ type }) => type === "table")) copyRows(name, from, to);
      for (const name of ["application_id", "user_version"])
        to.pragma(`${name} = ${from.pragma(name, { simple: true })}`);
    })();
    to.pragma("journal_mode = WAL");
  } finally {
    to.close();
  }
}

function copyRows(table: string, from: Database.Database, to: Database.Database): void {
  const select = from.prepare(`SELECT * FROM "${table}"`).raw().safeIntegers();
  const places = select.columns().map(() => "?");
  const insert = to.prepare(`INSERT INTO "${table}" VALUES (${places.join(", ")})`);
  for (const row of select.iterate()) insert.run(row as unknown[]);
}
