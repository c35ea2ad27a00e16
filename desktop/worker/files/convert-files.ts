/**
 * Encrypts the files of a folder, or decrypts them. Each file is copied into a new one that then replaces it, so a crash at
 * any moment leaves the old file or the new one. Runs before any file is opened; the next start converts the files that
 * are left.
 */
import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { contentOf, type FolderKey, openDatabase, setFolderKey } from "../../../events/sources/sqlite/open-database.ts";
import { CACHE_FILE } from "../../../projector/cache/cache-schema.ts";
import { flushFile, flushFolder, removeCacheFile, retryWhileLocked } from "../../../projector/cache/durable-files.ts";
import { keyedFile, nextFile } from "../../../projector/rebuild/rebuild-file.ts";

/** The ending of a copy's name until the copy is complete. */
const SUFFIX = ".converting";
const DATABASE = /\.sqlite(?:\.damaged-\d+)?$/;

/**
 * Sets the folder's key, and encrypts or decrypts all of its files accordingly.
 *
 * @returns the names of the files that are unchanged, because they cannot be read or the disk is full
 */
export async function convertFiles(folder: string, key: FolderKey | null): Promise<string[]> {
  setFolderKey(folder, key);
  if (key === null) return []; // a file that is encrypted all the same needs a key that is lost
  const expected = key.on ? "encrypted" : "plain";
  const names = readdirSync(folder);
  for (const name of names) if (name.endsWith(SUFFIX)) removeCacheFile(join(folder, name));
  const cache = join(folder, CACHE_FILE);
  // The files of a killed rebuild, and the cache itself, are deleted: a rebuild from the mirror is no slower than a copy.
  for (const path of [keyedFile(nextFile(cache)), nextFile(cache), cache])
    if (needsConversion(path, expected)) await retryWhileLocked(() => removeCacheFile(path));
  const left: string[] = [];
  for (const name of names.filter((name) => DATABASE.test(name))) {
    const path = join(folder, name);
    if (needsConversion(path, expected)) await convert(path).catch(() => void left.push(name));
  }
  flushFolder(folder);
  return left;
}

function needsConversion(path: string, expected: "encrypted" | "plain"): boolean {
  const content = contentOf(path);
  return content !== "none" && content !== expected;
}

/** @throws SqliteError, or an error of the file system: the file is unchanged then */
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

/** Copies tables, indexes and rows, row by row: SQLite's own ways to copy write temporary files that are not encrypted. */
function copyInto(path: string, from: Database.Database): void {
  const to = openDatabase(path);
  try {
    to.pragma("journal_mode = OFF"); // no other process opens this file
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
  const parameters = select.columns().map(() => "?");
  const insert = to.prepare(`INSERT INTO "${table}" VALUES (${parameters.join(", ")})`);
  for (const row of select.iterate()) insert.run(row as unknown[]);
}
