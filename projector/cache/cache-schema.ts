/** The schema of a cache's file beside its tables and search indexes: the row of meta, and the projector version. */
import { randomInt } from "node:crypto";
import type Database from "better-sqlite3";
import { sha256 } from "../../events/hash.ts";
import { PROJECTIONS_VERSION } from "../projections/fold.ts";
import { createIndexSql, createTableSql, type Table } from "../tables/table.ts";
import { PAST_TABLES, TABLES } from "../tables/tables.ts";
import { CREATE_VIEWS } from "../tables/views.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { FORMER_WORDS } from "./former-words.ts";
import { SEARCH, SEARCH_VERSION } from "./search-index.ts";

/** The file name of the cache in a folder, on desktops and on the command line. The file is safe to delete. */
export const CACHE_FILE = "invoify.sqlite";

/** `Invc`: the application id in SQLite's header. */
export const CACHE_APPLICATION_ID = 0x496e7663;

const META = `CREATE TABLE meta ( -- what this file is: one row
  id                INTEGER PRIMARY KEY CHECK (id = 1), -- always 1
  log_id            TEXT,              -- the log it was made from; NULL before the first event
  checkpoint        INTEGER NOT NULL,  -- the last sequence it contains
  checkpoint_hash   BLOB,              -- event hash at the checkpoint; NULL at 0
  checkpoint_at     INTEGER NOT NULL,  -- time of the event at the checkpoint
  projector_version TEXT NOT NULL,     -- version of the projector that built it; other versions rebuild it
  file_id           INTEGER NOT NULL   -- random; repeated in the file's header as user_version
) STRICT`;

const tables: readonly Table[] = [...Object.values(TABLES), ...Object.values(PAST_TABLES)];

/** The statements that create empty tables and the views over them, without indexes and search. */
export const CREATE_TABLES: readonly string[] = [...tables.map(createTableSql), META, ...CREATE_VIEWS];

export function createTables(db: Database.Database): void {
  for (const sql of CREATE_TABLES) db.exec(sql);
}

/** Creates the indexes. */
export function createIndexes(db: Database.Database): void {
  for (const table of tables) for (const sql of createIndexSql(table)) db.exec(sql);
}

/** Marks the file as a complete cache at a checkpoint. Until then, nothing opens it as a cache. */
export function signCache(db: Database.Database, { logId, seq, hash, atMs }: Checkpoint): void {
  const fileId = randomInt(1, 2 ** 31);
  db.prepare("INSERT INTO meta VALUES (1, ?, ?, ?, ?, ?, ?)").run(logId, seq, hash, atMs, PROJECTOR_VERSION, fileId);
  db.pragma(`user_version = ${fileId}`);
  db.pragma(`application_id = ${CACHE_APPLICATION_ID}`);
}

/** The version stored in a cache: the version of the projections, and a hash of all DDL and of how texts are searched. */
export const PROJECTOR_VERSION = `${PROJECTIONS_VERSION}-${sha256(
  [
    META,
    ...tables.flatMap((table) => [createTableSql(table), ...createIndexSql(table)]),
    ...CREATE_VIEWS,
    ...Object.values(SEARCH).map(({ create, select }) => create + select),
    ...Object.values(FORMER_WORDS).map(({ create, versions }) => create + versions),
    SEARCH_VERSION,
  ].join("\n"),
)
  .toString("hex")
  .slice(0, 12)}`;
