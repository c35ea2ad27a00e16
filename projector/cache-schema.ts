/** What is in a cache's file beside the rows: its one row of meta, its search indexes, and the version of it all. */
import { randomInt } from "node:crypto";
import type Database from "better-sqlite3";
import { sha256 } from "../events/hash.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { PROJECTIONS_VERSION } from "./fold.ts";
import { createIndexSql, createTableSql } from "./table.ts";
import { TABLES } from "./tables.ts";

/** `Invc`: what SQLite's header says in the place for the application. */
export const CACHE_APPLICATION_ID = 0x496e7663;

const META = `CREATE TABLE meta ( -- what this file is: one row
  id                INTEGER PRIMARY KEY CHECK (id = 1), -- always 1
  log_id            TEXT,              -- the log it was made from; NULL before the first event
  checkpoint        INTEGER NOT NULL,  -- the last sequence it contains
  checkpoint_hash   BLOB,              -- event hash at the checkpoint; NULL at 0
  checkpoint_at     INTEGER NOT NULL,  -- time of the event at the checkpoint
  projector_version TEXT NOT NULL,     -- what made it; of another version it is rebuilt
  file_id           INTEGER NOT NULL   -- this file's own; its header has it too, as user_version
) STRICT`;

/**
 * Full-text search: rowid is the invoice's or client's id, newest last, so that a search from the newest on needs no
 * sort. The text itself is not kept twice (`content=''`), nor are places within it (`detail=none`): words are looked
 * for, and what they begin with.
 */
const OPTIONS = "content='', contentless_delete=1, detail=none, prefix='2 3', tokenize='unicode61 remove_diacritics 2'";

export const SEARCH = {
  invoice: {
    create: `CREATE VIRTUAL TABLE invoice_search USING fts5(text, ${OPTIONS})`,
    select: `SELECT i.id, concat_ws(' ', i.number, i.buyer_name, i.note, i.buyer_reference, i.order_reference,
      (SELECT group_concat(concat_ws(' ', code, description), ' ') FROM invoice_line WHERE invoice_id = i.id))
      FROM invoice AS i`,
    key: "i.id",
  },
  client: {
    create: `CREATE VIRTUAL TABLE client_search USING fts5(text, ${OPTIONS})`,
    select: `SELECT c.id, concat_ws(' ', c.name, c.contact, c.email, c.city, c.postcode, c.vat_id, c.company_id)
      FROM client AS c`,
    key: "c.id",
  },
} as const;

export type SearchName = keyof typeof SEARCH;

const tables = Object.values(TABLES);

/** Makes tables, empty, without indexes and search. */
export function createTables(db: Database.Database): void {
  for (const table of tables) db.exec(createTableSql(table));
  db.exec(META);
}

/** Makes the indexes over the rows that are there. */
export function createIndexes(db: Database.Database): void {
  for (const table of tables) for (const sql of createIndexSql(table)) db.exec(sql);
}

/** Makes the search indexes over the rows that are there. */
export function createSearch(db: Database.Database): void {
  for (const [name, { create, select, key }] of Object.entries(SEARCH)) {
    db.exec(create);
    db.exec(`INSERT INTO ${name}_search (rowid, text) ${select} ORDER BY ${key}`);
  }
}

/** Says that all is there, up to a checkpoint: until then nobody takes the file for a cache. */
export function signCache(db: Database.Database, { logId, seq, hash, atMs }: Checkpoint): void {
  const fileId = randomInt(1, 2 ** 31);
  db.prepare("INSERT INTO meta VALUES (1, ?, ?, ?, ?, ?, ?)").run(logId, seq, hash, atMs, PROJECTOR_VERSION, fileId);
  db.pragma(`user_version = ${fileId}`);
  db.pragma(`application_id = ${CACHE_APPLICATION_ID}`);
}

/** What a cache says it was made by: the projections' version, and a hash of all DDL. */
export const PROJECTOR_VERSION = `${PROJECTIONS_VERSION}-${sha256(
  [
    META,
    ...tables.flatMap((table) => [createTableSql(table), ...createIndexSql(table)]),
    ...Object.values(SEARCH).map(({ create, select }) => create + select),
  ].join("\n"),
)
  .toString("hex")
  .slice(0, 12)}`;
