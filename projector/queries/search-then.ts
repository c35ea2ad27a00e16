/**
 * Searches at a moment. The indexes of words know the rows of now, which is right for a row that has had the same words
 * since. So what they find is compared with the row as it was; and rows that had other words then are looked for as well:
 * clients and items by their former words, drafts that were revised since one by one.
 *
 * Everything here is for a connection that stands at a moment, and reads `main` and its past directly: a view over both
 * cannot be walked in order together with an index of words.
 */
import type Database from "better-sqlite3";
import { SEARCH, type SearchName } from "../cache/search-index.ts";
import type { Expression } from "../cache/search-input.ts";
import { defineMatching } from "../cache/search-matching.ts";
import type { Condition, IdSource, Value } from "./list.ts";
import { prepare } from "./prepared.ts";

/** The event of the moment, in SQL. */
const AT = "(SELECT seq FROM temp.moment)";

/** What a row of now must fulfil: it has been the same since the moment. */
const sameSince = (row: string) => `${row}.since <= ${AT}`;

/**
 * The condition for the row of a past table that was there at the moment. Of all that ended later, only the first one can
 * be: a row may have thousands of them.
 *
 * @param id the SQL of its id
 */
function wasThere(row: string, table: SearchName, id: string): string {
  const first = `(SELECT min(m.until) FROM main.${table}_past AS m INDEXED BY ${table}_past_key
    WHERE m.id = ${id} AND m.until > ${AT})`;
  return `${row}.id = ${id} AND ${row}.until = ${first} AND ${sameSince(row)}`;
}

/** What an expression is in the index of words of now, and in that of former words. */
export interface Matches {
  now: string;
  former: string;
}

/** A client or an item as it was. */
export interface NamedThen {
  id: number;
  /** A client's name, an item's code. */
  name: string;
}

/** The row of an index of words `s` as it was, `t`: one that has not changed since, or a past one. */
function rowsOf(index: SearchName): { now: string; past: string } {
  return {
    now: `main.${index} AS t ON t.id = s.rowid AND ${sameSince("t")}`,
    past: `main.${index}_past AS t ON ${wasThere("t", index, "s.rowid")}`,
  };
}

/**
 * The newest clients or items that had the words of an expression.
 *
 * @param options.also conditions on the client or item `t`
 */
export function namedThen(
  db: Database.Database,
  index: "client" | "item",
  expression: Expression,
  { match, max, also = [] }: { match: Matches; max: number; also?: readonly Condition[] },
): NamedThen[] {
  defineMatching(db);
  const { now, past } = rowsOf(index);
  const hadWords = hasWords(expression, SEARCH[index].words("t"));
  const find = (words: "now" | "former", from: string, others: readonly Condition[]) => {
    const table = words === "now" ? `${index}_search` : `${index}_former_search`;
    const conditions = [{ sql: `${table} MATCH ? AND s.rowid <= ${AT}`, values: [match[words]] }, ...others, ...also];
    const sql = `SELECT t.id, t.${index === "client" ? "name" : "code"} AS name FROM main.${table} AS s CROSS JOIN ${from}
      WHERE ${conditions.map(({ sql }) => sql).join(" AND ")} ORDER BY s.rowid DESC LIMIT ?`;
    return prepare<Value[], NamedThen>(db, sql).all(...conditions.flatMap(({ values }) => values), max);
  };
  const all = [...find("now", now, []), ...find("now", past, [hadWords]), ...find("former", past, [hadWords])];
  const byId = new Map(all.map((row) => [row.id, row]));
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, max);
}

/** A condition on the words of a row. @param words SQL */
export function hasWords(expression: Expression, words: string): Condition {
  return { sql: `search_matches(?, ${words})`, values: [JSON.stringify(expression)] };
}

/** What a search found at a moment: where to look, and how to tell a row that was found. */
export interface FoundThen {
  sources: readonly IdSource[];
  /** Of a row `t` that has been the same since; null: what the sources have is right. */
  now: Condition | null;
  /** Of a row `t` of the past; null: what the sources have is right. */
  past: Condition | null;
}

/** Where an index of words has the rows that match. */
function wordsSource(table: string, match: string): IdSource {
  return {
    id: "s.rowid",
    from: `main.${table} AS s`,
    served: [{ sql: `${table} MATCH ? AND s.rowid <= ${AT}`, values: [match] }],
  };
}

/** The clients or items that had the words of an expression. */
export function foundNamed(index: "client" | "item", expression: Expression, match: Matches): FoundThen {
  const check = hasWords(expression, SEARCH[index].words("t"));
  const sources = [wordsSource(`${index}_search`, match.now), wordsSource(`${index}_former_search`, match.former)];
  return { sources, now: check, past: check };
}

/** Payments never change what they are found by. */
export function foundPayments(match: string): FoundThen {
  return { sources: [wordsSource("payment_search", match)], now: null, past: null };
}

/** The condition that the client `t` had a draft. */
export const HAD_DRAFT = {
  sql: `(EXISTS (SELECT 1 FROM main.invoice AS d INDEXED BY invoice_client_draft
      WHERE d.client_id = t.id AND d.status = 'draft' AND ${sameSince("d")})
    OR EXISTS (SELECT 1 FROM temp.invoice_then AS d INDEXED BY invoice_client_draft
      WHERE d.client_id = t.id AND d.status = 'draft'))`,
  values: [],
} as const;

/** The lines of an invoice `t` as they were: tables and a condition. */
const LINES = `(SELECT code, description FROM main.invoice_line WHERE invoice_id = t.id AND since <= ${AT}
  UNION ALL SELECT code, description FROM main.invoice_line_past WHERE invoice_id = t.id AND since <= ${AT} AND until > ${AT})`;

/**
 * The invoices that had the words. What is issued keeps its words; a draft has them from its last revision on. So only
 * drafts that were revised later, and drafts of the clients that are named, are looked for beside the index.
 *
 * @param expressions each must be true of the invoice, or of its client
 * @param named for each expression, the clients of which it is true
 */
export function foundInvoices(
  match: string,
  expressions: readonly Expression[],
  named: readonly (readonly number[])[],
): FoundThen {
  const isOf = (clients: readonly number[], row: string) => ({
    sql: `${row}.client_id IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(clients)],
  });
  const clients = isOf([...new Set(named.flat())], "d");
  const isRevised = `EXISTS (SELECT 1 FROM main.activity AS a INDEXED BY activity_stream
    WHERE a.stream = d.id AND a.version = d.version + 1 AND a.type = 'InvoiceRevised')`;
  const drafts = {
    id: "d.id",
    from: "temp.invoice_then AS d INDEXED BY invoice_not_issued",
    served: [
      {
        sql: `d.status = 'draft' AND d.status <> 'issued' AND (${clients.sql} OR ${isRevised})`,
        values: clients.values,
      },
    ],
  };
  const words = expressions.map((expression, n) => {
    const own = hasWords(expression, SEARCH.invoice.words("t", LINES));
    const ofClient = isOf(named[n] ?? [], "t");
    return { sql: `(${ofClient.sql} OR ${own.sql})`, values: [...ofClient.values, ...own.values] };
  });
  const hadWords = {
    sql: `(t.status <> 'draft' OR (${words.map(({ sql }) => sql).join(" AND ")}))`,
    values: words.flatMap(({ values }) => values),
  };
  return { sources: [wordsSource("invoice_search", match), drafts], now: null, past: hadWords };
}

/** The condition for a row `t`, as a moment's view has it, that the sources have and that has the words. */
export function wasAmong({ sources, now }: FoundThen): Condition {
  const ids = sources.map(
    ({ id, from, served }) => `SELECT ${id} FROM ${from} WHERE ${served.map(({ sql }) => sql).join(" AND ")}`,
  );
  const among = `t.id IN (${ids.join(" UNION ALL ")})`;
  const values = sources.flatMap(({ served }) => served.flatMap(({ values }) => values));
  return now === null
    ? { sql: among, values }
    : { sql: `(${among} AND ${now.sql})`, values: [...values, ...now.values] };
}

/** The condition that a row of the sources, `found.id`, was there, fits and has the words. */
export function wasFound(index: SearchName, { now, past }: FoundThen, filter: readonly Condition[]): Condition {
  const exists = (from: string, check: Condition | null) => {
    // The filter first: it costs less than the words of a row.
    const conditions = check === null ? filter : [...filter, check];
    const all = ["", ...conditions.map(({ sql }) => sql)].join(" AND ");
    return { sql: `EXISTS (SELECT 1 FROM ${from}${all})`, values: conditions.flatMap(({ values }) => values) };
  };
  const unchanged = exists(`main.${index} AS t WHERE t.id = found.id AND ${sameSince("t")}`, now);
  const former = exists(`main.${index}_past AS t WHERE ${wasThere("t", index, "found.id")}`, past);
  return { sql: `(${unchanged.sql} OR ${former.sql})`, values: [...unchanged.values, ...former.values] };
}

/** The condition that the document with this id had its number: a number never moves to another document. */
export function hadNumber(id: string): string {
  return `(EXISTS (SELECT 1 FROM main.invoice AS t WHERE t.id = ${id} AND ${sameSince("t")})
    OR EXISTS (SELECT 1 FROM main.invoice_past AS t WHERE ${wasThere("t", "invoice", id)} AND t.number IS NOT NULL))`;
}
