/** The search indexes of a cache: which texts they contain, and how they are filled. */
import type Database from "better-sqlite3";
import type { Row } from "../tables/tables.ts";
import { wordOfAmount, wordOfClient, wordsOf, wordsOfNumber, wordsOfReference, wordsOfWhole } from "./search-words.ts";

/**
 * Full-text search. The rowid is the id of the row, so a search for the newest first needs no sort. The index stores
 * neither the text (`content=''`) nor positions in it (`detail=none`): queries are words and prefixes. The words are
 * made by `search-words.ts`; the tokenizer splits them at blanks and changes nothing.
 */
export const FTS_OPTIONS = `detail=none, prefix='1 2', tokenize="ascii tokenchars '!#&+.=@'"`;
const OPTIONS = `content='', contentless_delete=1, ${FTS_OPTIONS}`;

/** One text of all these columns. A new line separates them. */
const lines = (...columns: string[]) => `concat_ws(char(10), ${columns.join(", ")})`;

/** @param from the lines of an invoice: tables and a condition */
function textOfLines(from: string): string {
  return `(SELECT group_concat(${lines("code", "description")}, char(10)) FROM ${from})`;
}

/**
 * What an invoice is found by, besides the codes and descriptions of its lines. One without a number is found by the
 * current name of its client, which is not stored here: a search looks up clients first.
 */
const INVOICE_COLUMNS = [
  "id",
  "number",
  "counter",
  "gross_minor",
  "currency",
  "client_id",
  "buyer_name",
  "note",
  "buyer_reference",
  "order_reference",
] as const;
type InvoiceColumn = (typeof INVOICE_COLUMNS)[number];

/**
 * @param column the SQL of a column of the invoice
 * @param lines the lines of the invoice: tables and a condition; default: those of the cache
 */
function wordsOfInvoice(column: (name: InvoiceColumn) => string, lines?: string): string {
  const [id, ...columns] = INVOICE_COLUMNS;
  const text = textOfLines(lines ?? `invoice_line WHERE invoice_id = ${column(id)}`);
  return `search_invoice(${columns.map(column).join(", ")}, ${text})`;
}

/** The words of a row, as SQL. `t` is the row's alias in the query. */
const WORDS = {
  invoice: (t: string, lines?: string) => wordsOfInvoice((name) => `${t}.${name}`, lines),
  client: (t: string) => {
    const columns = (...names: string[]) => lines(...names.map((name) => `${t}.${name}`));
    return `search_named(${columns("name", "vat_id", "company_id")}, ${columns("contact", "email", "city", "postcode")})`;
  },
  item: (t: string) => `search_named(${t}.code, ${t}.description)`,
  payment: (t: string) => `search_payment(${t}.client_id, ${t}.amount_minor, ${t}.currency, ${t}.reference)`,
} as const;

export type SearchName = keyof typeof WORDS;

function indexOf<Name extends SearchName>(name: Name) {
  return {
    create: `CREATE VIRTUAL TABLE ${name}_search USING fts5(text, ${OPTIONS})`,
    select: `SELECT t.id, ${WORDS[name]("t")} FROM ${name} AS t`,
    key: "t.id",
    words: WORDS[name],
  };
}

/** The index of each table that is searched. */
export const SEARCH = {
  invoice: indexOf("invoice"),
  client: indexOf("client"),
  item: indexOf("item"),
  payment: indexOf("payment"),
} as const;

const SAMPLE =
  "Straße ŁÓDŹ Ørsted Åse Müller İzmir Ελληνικής ＡＢＣ O’Connor d'Arcy-O'Neill R.E.M. H&M A & B C++ C# 007 ٢ 株式会社 ｶﾞｽ สวัสดี हिन्दी مُحَمَّد a\u00adb";

/** Changes when the same text gives other words, so that caches with the old words are rebuilt. */
export const SEARCH_VERSION = [
  wordsOf(SAMPLE),
  wordsOfWhole(SAMPLE),
  wordsOfNumber("A2024-007", 7),
  wordsOfNumber("PO-77", null),
  wordsOfReference("A-007B"),
].join("\n");

const registered = new WeakSet<Database.Database>();

/**
 * Defines the functions that `SEARCH` uses, one for each table: a call from SQLite costs more than its work. A connection
 * that only searches does not need them.
 */
export function defineSearchFunctions(db: Database.Database): void {
  if (registered.has(db)) return;
  registered.add(db);
  const define = (name: string, words: (...values: never[]) => string) =>
    db.function(name, { deterministic: true }, words as (...values: unknown[]) => unknown);
  define(
    "search_invoice",
    (
      number: string | null,
      counter: number | null,
      gross_minor: number,
      currency: string,
      client_id: number | null,
      buyer_name: string | null,
      note: string | null,
      buyer_reference: string | null,
      order_reference: string | null,
      lines: string | null,
    ) => {
      const texts = { buyer_name, note, buyer_reference, order_reference };
      return indexedInvoice({ number, counter, gross_minor, currency, client_id, ...texts }, wordsOfLines(lines));
    },
  );
  define("search_named", (names: string, text: string | null) =>
    [...names.split("\n").flatMap(wordsOfWhole), wordsOfLines(names), wordsOfLines(text)].join(" "),
  );
  define("search_payment", (client: number, minor: number, currency: string, reference: string | null) =>
    [wordOfClient(client), wordOfAmount(minor, currency), wordsOfReference(reference ?? "")].join(" "),
  );
}

export type InvoiceToIndex = Pick<Row<"invoice">, InvoiceColumn>;

export function columnsToIndex(invoice: Row<"invoice">): InvoiceToIndex {
  return Object.fromEntries(INVOICE_COLUMNS.map((name) => [name, invoice[name]])) as InvoiceToIndex;
}

/**
 * The text of an invoice in the index. One with a number is found by the name that is printed on it; another one by the
 * current name of its client, which is not stored here: a search looks up clients first.
 *
 * @param lines the words of its lines
 */
function indexedInvoice(invoice: Omit<InvoiceToIndex, "id">, lines: string): string {
  const { number, counter, client_id, note, buyer_reference, order_reference } = invoice;
  let words = wordOfAmount(invoice.gross_minor, invoice.currency);
  if (number === null) words += client_id === null ? "" : ` ${wordOfClient(client_id)}`;
  else words += ` ${wordsOfNumber(number, counter)} ${wordsOfLines(invoice.buyer_name)}`;
  for (const text of [note, buyer_reference, order_reference]) if (text) words += ` ${wordsOfLines(text)}`;
  return lines === "" ? words : `${words} ${lines}`;
}

/** By description. A description mostly has the same code: comparing two codes is faster than looking one up. */
const lineMemory = new Map<string, { readonly code: string | null; readonly words: string }>();
const MAX_LINES_REMEMBERED = 10_000;
const MAX_REMEMBERED_LETTERS = 200;

/** The words of an invoice line. */
export function wordsOfLine(code: string | null, description: string): string {
  const known = lineMemory.get(description);
  if (known !== undefined && known.code === code) return known.words;
  const words = [...(code === null ? [] : [wordsOf(code)]), wordsOfLines(description)].join(" ");
  if (lineMemory.size >= MAX_LINES_REMEMBERED) lineMemory.clear();
  if (description.length <= MAX_REMEMBERED_LETTERS) lineMemory.set(description, { code, words });
  return words;
}

/** The words of each line: lines repeat, even where whole texts do not. */
function wordsOfLines(text: string | null): string {
  if (text === null) return "";
  return text.includes("\n") ? text.split("\n").map(wordsOf).join(" ") : wordsOf(text);
}

/** Fills the search indexes, and creates the missing ones. Completes an index that `InvoiceIndexer` began. */
export function createSearch(db: Database.Database): void {
  defineSearchFunctions(db);
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

/** Adds invoices to the search index in a file that has their lines but not the invoices themselves. */
export class InvoiceIndexer {
  readonly #insert: Database.Statement<[number, string]>;
  readonly #insertFrom: Database.Statement<[InvoiceToIndex]>;

  /** @param db without search indexes */
  constructor(db: Database.Database) {
    defineSearchFunctions(db);
    db.exec(SEARCH.invoice.create);
    const insert = "INSERT OR REPLACE INTO invoice_search (rowid, text)";
    this.#insert = db.prepare(`${insert} VALUES (?, ?)`);
    this.#insertFrom = db.prepare(`${insert} VALUES (@id, ${wordsOfInvoice((name) => `@${name}`)})`);
  }

  /**
   * @param invoices pass many: in order of their ids they become one segment of the index, which SQLite merges later
   * @param linesOf the words of an invoice's lines; null: read its lines from the file
   */
  index(invoices: readonly InvoiceToIndex[], linesOf: (id: number) => string | null): void {
    for (const invoice of invoices.toSorted((a, b) => a.id - b.id)) {
      const lines = linesOf(invoice.id);
      if (lines === null) this.#insertFrom.run(invoice);
      else this.#insert.run(invoice.id, indexedInvoice(invoice, lines));
    }
  }
}
