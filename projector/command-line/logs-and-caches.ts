/** Opens the logs and caches that a command line names. Checks what a path leads to before anything is changed. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import { NdjsonFile } from "../../events/sources/file/ndjson-file.ts";
import { openLog, SQLITE_MAGIC } from "../../events/sources/open-log.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { asCacheError } from "../cache/cache-check.ts";
import { CACHE_APPLICATION_ID, CACHE_FILE } from "../cache/cache-schema.ts";
import { keyedFile, nextFile } from "../rebuild/rebuild-file.ts";
import { tokenFrom } from "./credentials.ts";
import { Failure, UsageError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

type FileKind = "missing" | "folder" | "cache" | "sqlite" | "other";

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const HEADER_BYTES = 100;
const APPLICATION_ID_AT = 68;

/** What a path leads to. A damaged cache is still a cache. */
export function kindOfFile(path: string): FileKind {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return "missing";
  if (stat.isDirectory()) return "folder";
  const header = firstBytes(path, HEADER_BYTES);
  if (!header.subarray(0, SQLITE_MAGIC.length).equals(SQLITE_MAGIC)) return "other";
  // SQLite would replay another application's write-ahead log.
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

/** True for an address, false for a path. */
export function isAddress(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

/** True for the address of an API. */
export function isHttp(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

/**
 * Opens a log for reading.
 *
 * @param location an address or a path
 * @param token of each request to an API, if the caller sends requests of its own; default: `tokenFrom`
 * @throws UsageError, LogError
 */
export async function openSource(
  location: string,
  { env, note }: Pick<Terminal, "env" | "note">,
  token?: ReturnType<typeof tokenFrom>,
): Promise<EventLog> {
  if (!isAddress(location)) {
    const kind = kindOfFile(location);
    if (kind === "missing") throw new UsageError(`${location}: there is no such file`);
    if (kind === "folder") throw new UsageError(`${location}: is a folder, not a log`);
    if (kind === "cache")
      throw new UsageError(`${location}: is a cache, not a log; name the log that it was made from`);
    refuseUnknownForm(location);
  }
  try {
    const log = await openLog(location, isHttp(location) ? { token: token ?? tokenFrom(env, location, note) } : {});
    // Text without a line is the trace of a copy that failed, and not a log that has no events yet.
    if (log instanceof NdjsonFile && log.headNow === 0) {
      await log.close();
      throw new UsageError(`${location}: not a log: the file is empty`);
    }
    return log;
  } catch (error) {
    // A file whose first line is not an event is not a damaged log: it is not a log.
    if (error instanceof LogError && error.code === "MALFORMED_EVENT" && error.message.startsWith(`${location}:1:`))
      throw new UsageError(`${location}: not a log: line ${error.message.slice(location.length + 1)}`);
    throw error;
  }
}

/** A log's extension selects its format. @throws UsageError if it is unknown */
export function refuseUnknownForm(location: string): void {
  if (isAddress(location) || /\.(?:ndjson|events|sqlite)$/i.test(location)) return;
  throw new UsageError(
    `${location}: not a log; a log is mongodb://…, https://…, or a file whose name ends in .ndjson, .events or .sqlite`,
  );
}

/** The path of a cache: the file itself, or the one in the folder. */
export function cacheFileOf(path: string): string {
  return kindOfFile(path) === "folder" ? join(path, CACHE_FILE) : path;
}

/**
 * Opens a cache for reading, runs work on it, and closes it. @param location its file or folder
 *
 * @throws UsageError, CacheError, and what the work throws
 */
export async function withCache<T>(
  location: string,
  work: (db: Database.Database, path: string) => T | Promise<T>,
): Promise<T> {
  const path = cacheFileOf(location);
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

/** Checks the path of a cache to write. @throws UsageError if there is something other than a cache of Invoify */
export function refuseOtherFile(path: string): void {
  const kind = kindOfFile(path);
  if (kind !== "missing" && kind !== "cache") throw new UsageError(`${path}: ${notACache(kind)}; it was not changed`);
}

/** As `refuseOtherFile`. @throws Failure if another process is rebuilding the cache */
export function refuseToOverwrite(path: string): void {
  refuseOtherFile(path);
  const next = nextFile(path);
  if (isLocked(next) || isLocked(keyedFile(next))) throw new Failure(`${path}: another process is rebuilding it`);
}

/** True if another process has a database locked, as a rebuild does until the cache is complete. */
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
