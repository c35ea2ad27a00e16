/** What is in a cache's file beside the rows: its one row of meta, its search indexes, and the version of it all. */
import { randomInt } from "node:crypto";
import type Database from "better-sqlite3";
import { sha256 } from "../../events/hash.ts";
import { PROJECTIONS_VERSION } from "../projections/fold.ts";
import { createIndexSql, createTableSql } from "../tables/table.ts";
import { type Row, TABLES } from "../tables/tables.ts";
import type { Checkpoint } from "./checkpoint.ts";

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

/** An invoice is found by these, and by the codes and descriptions of its lines. */
const INVOICE_WORDS = ["number", "buyer_name", "note", "buyer_reference", "order_reference"] as const;

function wordsOfLines(invoiceId: string): string {
  return `(SELECT group_concat(concat_ws(' ', code, description), ' ') FROM invoice_line WHERE invoice_id = ${invoiceId})`;
}

export const SEARCH = {
  invoice: {
    create: `CREATE VIRTUAL TABLE invoice_search USING fts5(text, ${OPTIONS})`,
    select: `SELECT i.id, concat_ws(' ', ${INVOICE_WORDS.map((column) => `i.${column}`).join(", ")},
      ${wordsOfLines("i.id")})
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

/** Makes the search indexes over the rows that are there; of one that was begun (`InvoiceIndexer`), the rest. */
export function createSearch(db: Database.Database): void {
  const exists = db.prepare<[string], number>("SELECT 1 FROM sqlite_schema WHERE name = ?").pluck();
  for (const [name, { create, select, key }] of Object.entries(SEARCH)) {
    const index = `${name}_search`;
    if (!exists.get(index)) db.exec(create);
    db.exec(
      `INSERT INTO ${index} (rowid, text) ${select}
        WHERE NOT EXISTS (SELECT 1 FROM ${index}_docsize WHERE id = ${key}) ORDER BY ${key}`,
    );
  }
}

/** An invoice's id, and by which words it is found beside those of its lines. */
export type InvoiceWords = readonly [id: number, words: string];

export function wordsOf(invoice: Row<"invoice">): InvoiceWords {
  return [invoice.id, INVOICE_WORDS.map((column) => invoice[column] ?? "").join(" ")];
}

/** Puts invoices into the search's index where their lines are, and they themselves are not yet. */
export class InvoiceIndexer {
  readonly #insert: Database.Statement<[string]>;

  /** @param db without search indexes */
  constructor(db: Database.Database) {
    db.exec(SEARCH.invoice.create);
    this.#insert = db.prepare(
      `INSERT OR REPLACE INTO invoice_search (rowid, text) SELECT value ->> 0, concat_ws(' ', value ->> 1,
        ${wordsOfLines("value ->> 0")}) FROM json_each(?) ORDER BY value ->> 0`,
    );
  }

  /** @param invoices many: each call makes a part of the index, which is merged with others later */
  index(invoices: readonly InvoiceWords[]): void {
    this.#insert.run(JSON.stringify(invoices));
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
