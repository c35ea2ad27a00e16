/** The places that a command line names: logs, caches, folders. What is there is looked at before it is touched. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import { openLog } from "../../events/sources/open-log.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { asCacheError } from "../cache/cache-check.ts";
import { CACHE_APPLICATION_ID } from "../cache/cache-schema.ts";
import { keyedFile, nextFile } from "../rebuild/rebuild-file.ts";
import { tokenFrom } from "./credentials.ts";
import { Failure, UsageError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** The name of the cache in a folder, as on a desktop. */
const CACHE_FILE = "invoify.sqlite";

export type FileKind = "missing" | "folder" | "cache" | "sqlite" | "other";

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const HEADER_BYTES = 100;
const SQLITE_MAGIC = Buffer.from("SQLite format 3\0", "latin1");
const APPLICATION_ID_AT = 68;

/** What a path leads to. A cache that is damaged is still a cache of ours. */
export function kindOfFile(path: string): FileKind {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return "missing";
  if (stat.isDirectory()) return "folder";
  const header = firstBytes(path, HEADER_BYTES);
  if (!header.subarray(0, SQLITE_MAGIC.length).equals(SQLITE_MAGIC)) return "other";
  // Read without SQLite, which would play another application's write-ahead log back.
  return header.length === HEADER_BYTES && header.readUInt32BE(APPLICATION_ID_AT) === CACHE_APPLICATION_ID
    ? "cache"
    : "sqlite";
}

function firstBytes(path: string, count: number): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
  } finally {
    closeSync(file);
  }
}

/** True of an address, false of a file's name. */
export function isAddress(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(place);
}

/** True of a log that is behind an API. */
export function isHttp(place: string): boolean {
  return /^https?:\/\//i.test(place);
}

/** Opens a log to read it. @throws UsageError, LogError */
export async function openSource(place: string, terminal: Pick<Terminal, "env">): Promise<EventLog> {
  if (!isAddress(place)) {
    const kind = kindOfFile(place);
    if (kind === "missing") throw new UsageError(`${place}: there is no such file`);
    if (kind === "folder") throw new UsageError(`${place}: is a folder, not a log`);
    if (kind === "cache") throw new UsageError(`${place}: is a cache, not a log; a cache is made from a log`);
    refuseUnknownForm(place);
  }
  try {
    return await openLog(place, isHttp(place) ? { token: tokenFrom(terminal.env, place) } : {});
  } catch (error) {
    // A file whose very first line is no event is not a damaged log, but no log at all.
    if (error instanceof LogError && error.code === "MALFORMED_EVENT" && error.message.startsWith(`${place}:1:`))
      throw new UsageError(`${place}: not a log: line ${error.message.slice(place.length + 1)}`);
    throw error;
  }
}

/** A file's name says how it is read. @throws UsageError */
export function refuseUnknownForm(place: string): void {
  if (isAddress(place) || /\.(?:ndjson|events|sqlite)$/i.test(place)) return;
  throw new UsageError(
    `${place}: not a log's address, which is mongodb://…, https://…, or a .ndjson, .events or .sqlite file`,
  );
}

/** The cache that a path means: the file, or the one in the folder. */
export function cacheFileOf(path: string): string {
  return kindOfFile(path) === "folder" ? join(path, CACHE_FILE) : path;
}

/**
 * Reads a cache: the file, or the one in the folder.
 *
 * @throws UsageError, CacheError, and what the work throws
 */
export async function withCache<T>(
  place: string,
  work: (db: Database.Database, path: string) => T | Promise<T>,
): Promise<T> {
  const path = cacheFileOf(place);
  const kind = kindOfFile(path);
  if (kind === "missing") throw new UsageError(`${path}: there is no such file`);
  if (kind !== "cache") throw new UsageError(`${path}: ${notACache(kind)}`);
  const db = openCacheForReading(path);
  try {
    return await work(db, path);
  } catch (error) {
    throw asCacheError(error, path);
  } finally {
    db.close();
  }
}

/**
 * Looks at the place where a cache is to be written.
 *
 * @throws UsageError if that would overwrite something that is not a cache of ours; Failure if another process is
 *   making one there
 */
export function refuseToOverwrite(path: string): void {
  const kind = kindOfFile(path);
  if (kind !== "missing" && kind !== "cache") throw new UsageError(`${path}: ${notACache(kind)}; it stays as it is`);
  const next = nextFile(path);
  if (isLocked(next) || isLocked(keyedFile(next))) throw new Failure(`${path}: another process is making it just now`);
}

/** True if another process holds a database for itself, as a rebuild does until it is whole. */
function isLocked(path: string): boolean {
  if (kindOfFile(path) !== "sqlite") return false;
  const db = new Database(path, { timeout: 0 });
  try {
    db.exec("BEGIN EXCLUSIVE; ROLLBACK");
    return false;
  } catch (error) {
    return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
  } finally {
    db.close();
  }
}

function notACache(kind: FileKind): string {
  return kind === "folder" ? "is a folder, not a file" : "not a cache of Invoify";
}
