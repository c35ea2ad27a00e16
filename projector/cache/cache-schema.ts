/** The schema of a cache's file beside its tables: the row of meta, the search indexes, and the projector version. */
import { randomInt } from "node:crypto";
import type Database from "better-sqlite3";
import { sha256 } from "../../events/hash.ts";
import { PROJECTIONS_VERSION } from "../projections/fold.ts";
import { createIndexSql, createTableSql } from "../tables/table.ts";
import { type Row, TABLES } from "../tables/tables.ts";
import type { Checkpoint } from "./checkpoint.ts";

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

/**
 * Full-text search. The rowid is the id of the invoice or client, so a search for the newest first needs no sort. The
 * index stores neither the text (`content=''`) nor positions in it (`detail=none`): queries are words and prefixes.
 */
const OPTIONS = "content='', contentless_delete=1, detail=none, prefix='2 3', tokenize='unicode61 remove_diacritics 2'";

/** The columns that an invoice is found by, besides the codes and descriptions of its lines. */
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

/** Creates empty tables, without indexes and search. */
export function createTables(db: Database.Database): void {
  for (const table of tables) db.exec(createTableSql(table));
  db.exec(META);
}

/** Creates the indexes. */
export function createIndexes(db: Database.Database): void {
  for (const table of tables) for (const sql of createIndexSql(table)) db.exec(sql);
}

/** Fills the search indexes, and creates the missing ones. Completes an index that `InvoiceIndexer` began. */
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

/** An invoice's id, and the words that it is found by besides those of its lines. */
export type InvoiceWords = readonly [id: number, words: string];

export function wordsOf(invoice: Row<"invoice">): InvoiceWords {
  return [invoice.id, INVOICE_WORDS.map((column) => invoice[column] ?? "").join(" ")];
}

/** Adds invoices to the search index in a file that has their lines but not the invoices themselves. */
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

  /** @param invoices pass many: each call adds a segment to the index, which SQLite merges with others later */
  index(invoices: readonly InvoiceWords[]): void {
    this.#insert.run(JSON.stringify(invoices));
  }
}

/** Marks the file as a complete cache at a checkpoint. Until then, nothing opens it as a cache. */
export function signCache(db: Database.Database, { logId, seq, hash, atMs }: Checkpoint): void {
  const fileId = randomInt(1, 2 ** 31);
  db.prepare("INSERT INTO meta VALUES (1, ?, ?, ?, ?, ?, ?)").run(logId, seq, hash, atMs, PROJECTOR_VERSION, fileId);
  db.pragma(`user_version = ${fileId}`);
  db.pragma(`application_id = ${CACHE_APPLICATION_ID}`);
}

/** The version stored in a cache: the version of the projections, and a hash of all DDL. */
export const PROJECTOR_VERSION = `${PROJECTIONS_VERSION}-${sha256(
  [
    META,
    ...tables.flatMap((table) => [createTableSql(table), ...createIndexSql(table)]),
    ...Object.values(SEARCH).map(({ create, select }) => create + select),
  ].join("\n"),
)
  .toString("hex")
  .slice(0, 12)}`;
