/** The file of a log in SQLite: its two kinds, their tables, and the checks when a file is opened. */
import { basename } from "node:path";
import Database from "better-sqlite3";
import { DamagedFileError, EarlierStoreError, LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import { parseUuidV7 } from "../../uuid.ts";

/** `Invf`: the application id in SQLite's header. */
const APPLICATION_ID = 0x496e7666;
/** Incremented when the tables below change. Logs are never migrated silently. */
const FORMAT = { embedded: 2, mirror: 101 } as const;
/** The embedded log of release 0.1, whose table has these columns and more. It is read, but not written. */
const EARLIER_FORMAT = 1;

const TABLES = {
  embedded: `
    CREATE TABLE event (
      seq     INTEGER PRIMARY KEY, -- place in the log, from 1
      body    BLOB NOT NULL,       -- the event's bytes
      request BLOB                 -- SHA-256 of the command; NULL where no command caused it
    ) STRICT;`,
  mirror: `
    CREATE TABLE event (
      seq  INTEGER PRIMARY KEY, -- place in the log, from 1
      body BLOB NOT NULL        -- the event's bytes
    ) STRICT;`,
} as const;

export type Kind = keyof typeof TABLES;

export interface SqliteLogOptions {
  /** `embedded` (default): the original log. `mirror`: a copy that can be fetched again. */
  kind?: Kind;
  /** Creates the file if it does not exist. Without it, a missing file is NOT_A_LOG. */
  create?: boolean;
  readonly?: boolean;
}

/** Checks the kind of a file, or creates the tables of a new one. @throws LogError NOT_A_LOG */
export function prepareFile(db: Database.Database, path: string, options: SqliteLogOptions): Kind {
  db.pragma("busy_timeout = 10000");
  if (options.create && isEmpty(db)) makeTables(db, options.kind ?? "embedded");
  if (db.pragma("application_id", { simple: true }) !== APPLICATION_ID)
    throw new LogError("NOT_A_LOG", `${path}: not a log of Invoify`);
  const format = db.pragma("user_version", { simple: true });
  const isEarlier = format === EARLIER_FORMAT;
  const kind = isEarlier ? "embedded" : (Object.keys(FORMAT) as Kind[]).find((k) => FORMAT[k] === format);
  if (!kind) throw new LogError("NOT_A_LOG", `${path}: this release does not read format ${format}`);
  if (options.kind && options.kind !== kind)
    throw new LogError("NOT_A_LOG", `${path}: a log of kind ${kind}, not ${options.kind}`);
  if (isEarlier && !options.readonly)
    throw new EarlierStoreError(
      `${path}: was written by release 0.1, and is only read. Stop all its processes, convert it into a new file with ` +
        `invoify copy ${path} NEW.sqlite, and put the new file in its place`,
    );
  // An embedded log acknowledges only what is on the disk. A mirror may lose its end in a power failure: it is
  // refetched.
  db.pragma(`synchronous = ${kind === "embedded" ? "FULL" : "NORMAL"}`);
  // A writer waits for the disk at each WAL flush. While a mirror stores a whole history, this happens every 16 MiB.
  if (kind === "mirror") db.pragma("wal_autocheckpoint = 4096");
  return kind;
}

/** Creates the tables, unless another process was faster. */
function makeTables(db: Database.Database, kind: Kind): void {
  db.pragma("journal_mode = WAL");
  const make = db.transaction(() => {
    if (!isEmpty(db)) return;
    db.exec(TABLES[kind]);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${FORMAT[kind]}`);
  });
  make.immediate();
}

/** True if nothing has been written to the file. */
function isEmpty(db: Database.Database): boolean {
  const tables = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
  return tables === 0 && db.pragma("application_id", { simple: true }) === 0;
}

/** Transient errors: the disk is full or fails, or another process keeps the file locked. The log itself is intact. */
const TRANSIENT = ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_READONLY"] as const;

/** Converts an error of SQLite to a LogError, whose code says what to do. */
export function asLogError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === "SQLITE_NOTADB") return new LogError("NOT_A_LOG", `${path}: not an SQLite file`, { cause: error });
  if (error.code.startsWith("SQLITE_CORRUPT")) return new DamagedFileError(path, error.message, { cause: error });
  if (TRANSIENT.some((prefix) => error.code.startsWith(prefix)))
    return new LogError("UNREACHABLE", `${path}: ${error.message}`, { cause: error });
  if (error.code === "SQLITE_CANTOPEN") return new LogError("NOT_A_LOG", `${path}: cannot be opened`, { cause: error });
  return error;
}

/** The file name of a mirror of this log. @param generation from 1; incremented after a fork */
export function mirrorFileName(log: LogId, generation: number): string {
  if (!parseUuidV7(log)) throw new Error(`${basename(log)} is not the id of a log`);
  return `${log}.${generation}.mirror.sqlite`;
}
