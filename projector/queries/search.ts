/** Searches the full-text indexes for what a user typed, and finds the rows that are exactly that. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { formatNumber } from "../../events/values/number-pattern.ts";
import type { FormerName } from "../cache/former-words.ts";
import type { SearchName } from "../cache/search-index.ts";
import { type Expression, matches, parseSearch } from "../cache/search-input.ts";
import { piecesOf, visible, wordsOf, wordsOfWhole } from "../cache/search-words.ts";
import { matchOf, orOfClients } from "../cache/word-match.ts";
import type { Condition, List, Value } from "./list.ts";
import { orderOf } from "./list-words.ts";
import { momentOf } from "./moment.ts";
import { prepare, prepareValue } from "./prepared.ts";
import {
  type FoundThen,
  foundInvoices,
  foundNamed,
  HAD_DRAFT,
  hadNumber,
  type Matches,
  type NamedThen,
  namedThen,
  wasAmong,
  wasFound,
} from "./search-then.ts";

/** What a search finds: rows that are exactly what was typed, and all rows that match. */
export interface Found {
  /** The expression for FTS5. */
  match: string;
  /** Ids of rows whose whole name, code or number was typed. They come first. */
  exact: readonly number[];
  /** At a moment: where the rows are, in place of the index of now. */
  atMoment: FoundThen | null;
}

/** For the description of `q` in the API. */
export const HOW_TO_SEARCH =
  "Words in any order, each the beginning of a word; case, accents and blanks do not matter, signs such as `&` do.";

/** The sort of a search. Any other order would need one of all its rows. @throws ZodError */
export function sortOfSearch(sort: string | undefined): "id" | "-id" | undefined {
  if (sort === undefined || sort === "id" || sort === "-id") return sort;
  throw new z.ZodError([{ code: "custom", path: ["sort"], message: "with q, sort must be id or -id", input: sort }]);
}

/** Rows that are exactly what was typed. */
export const MAX_EXACT = 64;
/** Clients whose documents are found by their names, for each typed word. */
export const MAX_CLIENTS = 5_000;

/** @returns null if the input has no letter, digit or sign to search for */
export function searchClients(db: Database.Database, input: string): Found | null {
  return searchNamed(db, "client", input);
}

/** @returns as `searchClients` */
export function searchItems(db: Database.Database, input: string): Found | null {
  return searchNamed(db, "item", input);
}

/** A row also matches if its whole name begins like all that was typed: `mc donald` finds `McDonald`, and the reverse. */
function searchNamed(db: Database.Database, index: "client" | "item", input: string): Found | null {
  const expressions = parseSearch(input);
  if (expressions.length === 0) return null;
  const whole = wordsOfWhole(input);
  const exactly: Expression = { any: whole.map((word) => ({ word, whole: true })) };
  const expression: Expression = { any: [{ all: expressions }, ...whole.map((word) => ({ word, whole: false }))] };
  const match = matchOf(db, index, [expression]);
  if (momentOf(db) !== null) {
    const exact = namedThen(db, index, exactly, { match: matchesOf(db, index, exactly), max: MAX_EXACT });
    const atMoment = foundNamed(index, expression, matchesOf(db, index, expression));
    return { match, exact: exact.map(({ id }) => id), atMoment };
  }
  const sql = `SELECT s.rowid FROM ${index}_search AS s WHERE ${index}_search MATCH ? ORDER BY s.rowid DESC LIMIT ?`;
  const exact = prepareValue<[string, number], number>(db, sql).all(matchOf(db, index, [exactly]), MAX_EXACT);
  return { match, exact, atMoment: null };
}

/** An expression for the index of now, and for that of former words. */
function matchesOf(db: Database.Database, index: FormerName, expression: Expression): Matches {
  return { now: matchOf(db, index, [expression]), former: matchOf(db, `${index}_former`, [expression]) };
}

/**
 * Documents without a number have no copy of their client's name: for each word, they are found by the clients whose
 * current name has it.
 *
 * @param options.discarded true: discarded drafts are searched too
 * @returns as `searchClients`
 */
export function searchInvoices(
  db: Database.Database,
  input: string,
  { discarded = false }: { discarded?: boolean } = {},
): Found | null {
  const series = seriesOf(db);
  const prefixes = series.map(({ start }) => squashed(start)).filter((prefix) => prefix !== "");
  const expressions = parseSearch(input, { prefixes });
  if (expressions.length === 0) return null;
  // The same words, without the parts of a number.
  const named = clientsNamed(parseSearch(input), (expression, among) => {
    const rows = clientsFound(db, expression, { among, withDrafts: !discarded });
    const ids = rows.filter(({ name }) => matches(expression, new Set(wordsOf(name).split(" ")))).map(({ id }) => id);
    return { ids, isLimited: rows.length === MAX_CLIENTS };
  });
  const match = matchOf(db, "invoice", [orOfClients(expressions, named)]);
  const atMoment = momentOf(db) !== null ? foundInvoices(match, expressions, named) : null;
  return { match, exact: numberedExactly(db, input, series), atMoment };
}

interface ClientsWanted {
  /** Only these: ids as JSON. */
  among: string | null;
  /** Only clients that have drafts. */
  withDrafts?: boolean;
}

/** The newest clients in whose details an expression is true, at most `MAX_CLIENTS`, with their names. */
function clientsFound(db: Database.Database, expression: Expression, wanted: ClientsWanted): NamedThen[] {
  if (momentOf(db) !== null) return clientsThen(db, expression, wanted);
  const columns = "s.rowid AS id, (SELECT name FROM client WHERE id = s.rowid) AS name";
  const { sql, values } = clientsSql(db, columns, expression, wanted);
  return prepare<Value[], NamedThen>(db, sql).all(...values);
}

/** The same without their names. Plain numbers: one object for each takes three times as long. */
export function clientIdsFound(db: Database.Database, expression: Expression, wanted: ClientsWanted): number[] {
  if (momentOf(db) !== null) return clientsThen(db, expression, wanted).map(({ id }) => id);
  const { sql, values } = clientsSql(db, "s.rowid", expression, wanted);
  return prepareValue<Value[], number>(db, sql).all(...values) as number[];
}

function clientsThen(db: Database.Database, expression: Expression, { among, withDrafts }: ClientsWanted): NamedThen[] {
  const also = [...isAmong(among), ...(withDrafts ? [HAD_DRAFT] : [])];
  return namedThen(db, "client", expression, { match: matchesOf(db, "client", expression), max: MAX_CLIENTS, also });
}

function clientsSql(
  db: Database.Database,
  columns: string,
  expression: Expression,
  { among, withDrafts }: ClientsWanted,
) {
  const conditions = [...isAmong(among), ...(withDrafts ? [HAS_DRAFT] : [])];
  const sql = `SELECT ${columns} FROM client_search AS s
    WHERE client_search MATCH ?${conditions.map(({ sql }) => ` AND ${sql}`).join("")} ORDER BY s.rowid DESC LIMIT ?`;
  const values = conditions.flatMap(({ values }) => values);
  return { sql, values: [matchOf(db, "client", [expression]), ...values, MAX_CLIENTS] };
}

const HAS_DRAFT: Condition = {
  sql: `EXISTS (SELECT 1 FROM invoice AS d INDEXED BY invoice_client_draft
    WHERE d.client_id = s.rowid AND d.status = 'draft')`,
  values: [],
};

/** One of these ids. The sign keeps SQLite from a search for each id. */
function isAmong(ids: string | null): Condition[] {
  return ids === null ? [] : [{ sql: "+s.rowid IN (SELECT value FROM json_each(?))", values: [ids] }];
}

/**
 * For each expression, the clients that match it. A common word finds only the newest of its clients, so those that the
 * other words find are checked for it too: a whole name finds its client however common its words are.
 *
 * @param find the clients that match, at most `MAX_CLIENTS`. `among`: JSON of the ids to look at
 */
export function clientsNamed(
  expressions: readonly Expression[],
  find: (expression: Expression, among: string | null) => { ids: number[]; isLimited: boolean },
): number[][] {
  const found = expressions.map((expression) => ({ expression, ...find(expression, null) }));
  const rare = found.flatMap(({ ids, isLimited }) => (isLimited ? [] : ids));
  return found.map(({ expression, ids, isLimited }) =>
    isLimited && rare.length > 0 ? [...new Set([...ids, ...find(expression, JSON.stringify(rare)).ids])] : ids,
  );
}

interface Series {
  name: string;
  period: string;
  /** What all numbers of its pattern begin with. */
  start: string;
  /** What is in front of the counter in this period. */
  prefix: string;
}

/** The series that have numbers, with each of their periods. */
export function seriesOf(db: Database.Database): Series[] {
  const rows = prepare<[], { name: string; period: string; pattern: string; last_issued_on: string }>(
    db,
    "SELECT name, period, pattern, last_issued_on FROM series_counter WHERE name >= ''",
  ).all();
  return rows.map(({ name, period, pattern, last_issued_on }) => ({
    name,
    period,
    start: /^[^{]*/.exec(pattern)?.[0] ?? "",
    prefix: formatNumber(pattern.replace(/\{0.*/, ""), last_issued_on, 0),
  }));
}

/** Letters and digits only, folded. */
function squashed(text: string): string {
  return piecesOf(text)
    .map((piece) => piece.text)
    .join("");
}

/** The ids of documents with this number, with or without its prefix and its zeros. */
export function numberedExactly(db: Database.Database, input: string, series: readonly Series[]): number[] {
  const number = input.trim();
  const when = momentOf(db) !== null ? ` AND ${hadNumber("i.id")}` : "";
  const byNumber = prepareValue<[string, string], number>(
    db,
    `SELECT i.id FROM main.invoice AS i WHERE i.number IN (?, ?)${when}`,
  );
  const byCounter = prepareValue<[string, number, string], number>(
    db,
    `SELECT i.id FROM main.invoice AS i INDEXED BY invoice_series
      WHERE i.series = ? AND i.counter = ? AND i.period = ?${when}`,
  );
  const ids = new Set(byNumber.all(number, number.toUpperCase()) as number[]);
  const typed = squashed(input);
  const text = visible(number);
  for (const { name, period, prefix } of series) {
    const start = squashed(prefix);
    // `17.88` is an amount, and not number 1788.
    for (const digits of [typed, ...(start !== "" && typed.startsWith(start) ? [typed.slice(start.length)] : [])])
      if (/^[0-9]{1,15}$/.test(digits) && text.endsWith(digits))
        for (const id of byCounter.all(name, Number(digits), period) as number[]) ids.add(id);
  }
  return [...ids].slice(0, MAX_EXACT);
}

/**
 * The lists of a search, newest first: exact hits, then the other rows that match. With a sort of its own, it is one
 * list in that order.
 *
 * @param options.sort `id` or `-id`, if the request has one
 */
export function listsFound(
  index: SearchName,
  { match, exact, atMoment }: Found,
  { sort, filter }: { sort: "id" | "-id" | undefined; filter: readonly Condition[] },
): List | List[] {
  if (atMoment !== null) return listsThen(index, { exact, atMoment }, { sort, filter });
  const found = {
    from: `${index}_search AS s CROSS JOIN ${index} AS t ON t.id = s.rowid`,
    id: "s.rowid",
    order: orderOf(sort ?? "-id"),
    served: [{ sql: `${index}_search MATCH ?`, values: [match] }],
  };
  return sort === undefined ? exactFirst(index, exact, { ...found, filter }) : { ...found, filter };
}

/** The condition for a row `t` that a search found, in any order of rows. */
export function isFound(index: SearchName, { match, atMoment }: Found): Condition {
  if (atMoment !== null) return wasAmong(atMoment);
  return { sql: `t.id IN (SELECT s.rowid FROM ${index}_search AS s WHERE ${index}_search MATCH ?)`, values: [match] };
}

/** The same at a moment. */
function listsThen(
  index: SearchName,
  { exact, atMoment }: { exact: readonly number[]; atMoment: FoundThen },
  { sort, filter }: { sort: "id" | "-id" | undefined; filter: readonly Condition[] },
): List | List[] {
  const walk = (list: List): List => ({
    ...list,
    from: { sources: atMoment.sources },
    id: "found.id",
    filter: [wasFound(index, atMoment, list.filter)],
  });
  const rest = { from: "", id: "t.id", order: orderOf(sort ?? "-id"), served: [], filter };
  if (sort !== undefined) return walk(rest);
  return exactFirst(index, exact, rest).map((list) => (list.part === "other" ? walk(list) : list));
}

/** Two lists: the exact hits, newest first, and the rest of a list. */
export function exactFirst(table: SearchName, exact: readonly number[], rest: List): List[] {
  const ids = JSON.stringify(exact);
  const isExact = { sql: "t.id IN (SELECT value FROM json_each(?))", values: [ids] };
  const isOther = { sql: "t.id NOT IN (SELECT value FROM json_each(?))", values: [ids] };
  const order = orderOf("-id");
  return [
    {
      part: "exact",
      from: { table, alias: "t", index: null },
      id: "t.id",
      order,
      served: [isExact],
      filter: rest.filter,
    },
    // The part has a name although there is no other: a row that becomes exact must not invalidate a cursor.
    { ...rest, part: "other", filter: exact.length === 0 ? rest.filter : [...rest.filter, isOther] },
  ];
}
