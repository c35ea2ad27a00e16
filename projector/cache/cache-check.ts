/** Checks whether a file is a cache of Invoify, made by this release, and undamaged. The checks change nothing. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import { isEncrypted, openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { CACHE_APPLICATION_ID, PROJECTOR_VERSION } from "./cache-schema.ts";
import { CacheError } from "./errors.ts";

/** The header of an SQLite database: https://www.sqlite.org/fileformat2.html#the_database_header */
const HEADER_BYTES = 100;
const MAGIC = Buffer.from("SQLite format 3\0", "latin1");
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

/**
 * Opens a cache read-only, after the cheap checks: header, version and file id.
 *
 * @throws CacheError NO_CACHE, NOT_A_CACHE, STALE_CACHE, DAMAGED_CACHE, UNAVAILABLE
 */
export function openChecked(path: string): Database.Database {
  const encrypted = isEncrypted(path);
  const header = encrypted ? null : readHeader(path);
  let db: Database.Database | undefined;
  try {
    db = openDatabase(path, { readonly: true });
    // An encrypted file that opens with our key is ours, so SQLite may read its header.
    const { fileId } = header ?? checkHeader(path, (name) => db?.pragma(name, { simple: true }) as number);
    checkMeta(db, path, fileId);
    return db;
  } catch (error) {
    db?.close();
    throw asCacheError(error, path);
  }
}

/**
 * Reads every page.
 *
 * @param options.indexes also compares the entries of indexes with the rows of tables, which takes longer
 * @throws CacheError DAMAGED_CACHE if SQLite finds an error, or events are missing
 */
export function checkPages(
  db: Database.Database,
  path: string,
  { indexes = false }: { indexes?: boolean | undefined } = {},
): void {
  try {
    const result = db.pragma(indexes ? "integrity_check(1)" : "quick_check(1)", { simple: true });
    if (result !== "ok") throw new CacheError("DAMAGED_CACHE", `${path}: ${String(result).split("\n").at(-1)}`);
    checkEvents(db, path);
  } catch (error) {
    throw asCacheError(error, path);
  }
}

/** Counts the events. @throws CacheError DAMAGED_CACHE if there are not as many as the checkpoint says */
export function checkEvents(db: Database.Database, path: string): void {
  try {
    const events = db.prepare("SELECT count(*) FROM activity").pluck().get();
    const checkpoint = db.prepare("SELECT checkpoint FROM meta").pluck().get();
    if (events !== checkpoint)
      throw new CacheError("DAMAGED_CACHE", `${path}: contains ${events} events, but the checkpoint is ${checkpoint}`);
  } catch (error) {
    throw asCacheError(error, path);
  }
}

/** Maps SQLite's error about a file to the code that says what to do. Returns any other error as it is. */
export function asCacheError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  const says = `${path}: ${message}`;
  if (DAMAGED.some((prefix) => code.startsWith(prefix)) || message.startsWith("no such"))
    return new CacheError("DAMAGED_CACHE", says, { cause: error });
  if (UNAVAILABLE.some((prefix) => code.startsWith(prefix)))
    return new CacheError("UNAVAILABLE", says, { cause: error });
  if (isConstraint(error)) return new LogError("INCONSISTENT_LOG", says, { cause: error });
  return error;
}

/** True if a row violated a constraint of its table. */
export function isConstraint(error: unknown): error is InstanceType<typeof Database.SqliteError> {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_CONSTRAINT");
}

/** A short read is permanent: the file or its write-ahead log was truncated. */
const DAMAGED = ["SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_IOERR_SHORT_READ"] as const;
const UNAVAILABLE = ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_BUSY"] as const;

/**
 * Reads the header without SQLite. Opening another application's database with SQLite would replay its write-ahead log,
 * and closing it would write to the file.
 */
function readHeader(path: string): { fileId: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new CacheError("NO_CACHE", `${path}: no such file`);
  if (!stat.isFile()) throw new CacheError("NOT_A_CACHE", `${path}: not a file`);
  const header = firstBytes(path, HEADER_BYTES);
  const isDatabase = header.length === HEADER_BYTES && header.subarray(0, MAGIC.length).equals(MAGIC);
  if (!isDatabase) throw new CacheError("NOT_A_CACHE", `${path}: not an SQLite file`);
  const at = { application_id: APPLICATION_ID_AT, user_version: USER_VERSION_AT };
  return checkHeader(path, (name) => header.readInt32BE(at[name]));
}

function checkHeader(path: string, read: (name: "application_id" | "user_version") => number): { fileId: number } {
  if (read("application_id") !== CACHE_APPLICATION_ID)
    throw new CacheError("NOT_A_CACHE", `${path}: not a cache of Invoify`);
  return { fileId: read("user_version") };
}

function firstBytes(path: string, count: number): Buffer {
  const bytes = Buffer.alloc(count);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
  } catch (error) {
    throw new CacheError("UNAVAILABLE", `${path}: cannot be read`, { cause: error });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function checkMeta(db: Database.Database, path: string, fileId: number): void {
  const select = db.prepare<[], { projector_version: string; file_id?: number }>("SELECT * FROM meta");
  const meta = select.get();
  if (!meta) throw new CacheError("DAMAGED_CACHE", `${path}: the table meta is empty`);
  if (meta.projector_version !== PROJECTOR_VERSION)
    throw new CacheError(
      "STALE_CACHE",
      `${path}: made by projector ${meta.projector_version}, but this release is ${PROJECTOR_VERSION}`,
    );
  // Each commit writes the row of meta, so a leftover write-ahead log of another cache brings that cache's id.
  if (meta.file_id !== fileId)
    throw new CacheError("DAMAGED_CACHE", `${path}: the write-ahead log beside it belongs to another file`);
}
