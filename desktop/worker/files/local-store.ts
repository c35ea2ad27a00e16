/** `local.sqlite`: data that exists only on this device, and cannot be fetched again. */
import { existsSync, renameSync } from "node:fs";
import Database from "better-sqlite3";
import type { LogId } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { openDatabase } from "../../../events/sources/sqlite/open-database.ts";
import { TRUST_TABLES } from "../../../projector/trust/trust-store.ts";

/** Raised when the tables below change. */
const FORMAT = 3;
/** `Invl`: the application id in SQLite's header. */
const APPLICATION_ID = 0x496e766c;
/** Syncs that are recorded: the latest ones. */
const MAX_SYNCS = 100;

const TABLES = `
  CREATE TABLE setting (
    name  TEXT PRIMARY KEY, -- name of the setting
    value TEXT NOT NULL     -- JSON
  ) STRICT;
  CREATE TABLE known_log (
    id         TEXT PRIMARY KEY,  -- log id
    server     TEXT NOT NULL,     -- address of the server
    generation INTEGER NOT NULL,  -- current generation of the mirror
    email      TEXT               -- the user who logged in last
  ) STRICT;
  CREATE TABLE sync_log (
    n           INTEGER PRIMARY KEY, -- order
    at          INTEGER NOT NULL,    -- when it ended, ms since 1970 UTC
    log         TEXT NOT NULL,       -- log id
    seq         INTEGER NOT NULL,    -- the mirror's head afterwards
    events      INTEGER NOT NULL,    -- new events
    duration_ms INTEGER NOT NULL,
    error       TEXT                 -- code; NULL: success
  ) STRICT;`;

/** The table that format 2 added. */
const INPUT_TABLE = `
  CREATE TABLE kept_input (
    log     TEXT NOT NULL,    -- log id
    user    INTEGER NOT NULL, -- the user who typed it
    form    TEXT NOT NULL,    -- such as invoice/12
    text    TEXT NOT NULL,    -- the form's JSON
    at      INTEGER NOT NULL, -- time of the last change, ms since 1970 UTC
    sending TEXT,             -- JSON of the write that got no response; NULL: none
    copy    INTEGER NOT NULL, -- 1: typed on a history that the server no longer has
    PRIMARY KEY (log, user, form)
  ) STRICT;`;

interface KnownLog {
  id: LogId;
  server: string;
  generation: number;
  email: string | null;
}

interface PastSync {
  /** When it ended, ms since 1970 UTC. */
  at: number;
  seq: Sequence;
  events: number;
  durationMs: number;
  /** Error code; null: success. */
  error: string | null;
}

export class LocalStore {
  readonly path: string;
  readonly #db: Database.Database;

  private constructor(db: Database.Database, path: string) {
    this.#db = db;
    this.path = path;
  }

  /** Opens or creates the file. Renames a file that cannot be read, because it may contain unsent input, and creates a new one. */
  static open(path: string): LocalStore {
    try {
      return new LocalStore(openFile(path), path);
    } catch (error) {
      if (!existsSync(path) || !(error instanceof Database.SqliteError) || error.code.startsWith("SQLITE_CANTOPEN"))
        throw error;
      const damagedPath = `${path}.damaged-${Date.now()}`;
      for (const suffix of ["", "-wal", "-shm"])
        if (existsSync(path + suffix)) renameSync(path + suffix, damagedPath + suffix);
      return new LocalStore(openFile(path), path);
    }
  }

  /** The value of a setting; undefined if it is not set. */
  setting(name: string): unknown {
    const value = this.#db.prepare<[string], string>("SELECT value FROM setting WHERE name = ?").pluck().get(name);
    return value === undefined ? undefined : JSON.parse(value);
  }

  /** @param value null deletes the setting */
  set(name: string, value: unknown): void {
    if (value === null) this.#db.prepare("DELETE FROM setting WHERE name = ?").run(name);
    else
      this.#db
        .prepare("INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value")
        .run(name, JSON.stringify(value));
  }

  knownLog(id: LogId): KnownLog | undefined {
    return this.#db.prepare<[string], KnownLog>("SELECT * FROM known_log WHERE id = ?").get(id);
  }

  putLog(log: KnownLog): void {
    this.#db
      .prepare(
        "INSERT OR REPLACE INTO known_log (id, server, generation, email) VALUES (:id, :server, :generation, :email)",
      )
      .run(log);
  }

  addSync(log: LogId, { at, seq, events, durationMs, error }: PastSync): void {
    this.#db.transaction(() => {
      this.#db
        .prepare("INSERT INTO sync_log (at, log, seq, events, duration_ms, error) VALUES (?, ?, ?, ?, ?, ?)")
        .run(at, log, seq, events, durationMs, error);
      this.#db.prepare("DELETE FROM sync_log WHERE n <= (SELECT max(n) FROM sync_log) - ?").run(MAX_SYNCS);
    })();
  }

  /** The latest syncs of a log, the latest first. */
  syncs(log: LogId, limit: number): PastSync[] {
    return this.#db
      .prepare<[string, number], PastSync>(
        "SELECT at, seq, events, duration_ms AS durationMs, error FROM sync_log WHERE log = ? ORDER BY n DESC LIMIT ?",
      )
      .all(log, limit);
  }

  /** For modules with tables of their own in this file. */
  get db(): Database.Database {
    return this.#db;
  }

  close(): void {
    this.#db.close();
  }
}

/** Brings a file of an older release to the current format. Its data is never deleted. */
function upgrade(db: Database.Database): void {
  db.transaction(() => {
    if (db.pragma("application_id", { simple: true }) !== APPLICATION_ID) return;
    const format = db.pragma("user_version", { simple: true }) as number;
    if (format < 1 || format >= FORMAT) return;
    if (format === 1) db.exec(INPUT_TABLE);
    db.exec(TRUST_TABLES);
    db.pragma(`user_version = ${FORMAT}`);
  }).immediate();
}

function openFile(path: string): Database.Database {
  const db = openDatabase(path);
  try {
    db.pragma("busy_timeout = 10000");
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    const tables = db.prepare<[], number>("SELECT count(*) FROM sqlite_schema").pluck().get() ?? 0;
    if (tables === 0)
      db.transaction(() => {
        db.exec(TABLES + INPUT_TABLE + TRUST_TABLES);
        db.pragma(`application_id = ${APPLICATION_ID}`);
        db.pragma(`user_version = ${FORMAT}`);
      }).immediate();
    else upgrade(db);
    const [application, format] = ["application_id", "user_version"].map((name) => db.pragma(name, { simple: true }));
    if (application !== APPLICATION_ID || format !== FORMAT)
      throw new Database.SqliteError(`${path}: is not a local store of this release`, "SQLITE_NOTADB");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
