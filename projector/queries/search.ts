/** Searches the full-text indexes for what a user typed, and finds the rows that are exactly that. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { formatNumber } from "../../events/values/number-pattern.ts";
import type { SearchName } from "../cache/search-index.ts";
import { piecesOf, visible, wordOfClient, wordsOf, wordsOfWhole } from "../cache/search-words.ts";
import type { Condition, List } from "./list.ts";
import { orderOf } from "./list-words.ts";
import { prepare, prepareValue, type SharedStatement } from "./prepared.ts";
import { type Expression, matches, parseSearch } from "./search-input.ts";

/** What a search finds: rows that are exactly what was typed, and all rows that match. */
export interface Found {
  /** The expression for FTS5. */
  match: string;
  /** Ids of rows whose whole name, code or number was typed. They come first. */
  exact: readonly number[];
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
  const sql = `SELECT s.rowid FROM ${index}_search AS s WHERE ${index}_search MATCH ? ORDER BY s.rowid DESC LIMIT ?`;
  const exact = prepareValue<[string, number], number>(db, sql).all(whole.map(quote).join(" OR "), MAX_EXACT);
  const names = whole.flatMap((word) => firstTerms(db, index, word, MAX_TERMS));
  const match = [`(${matchOf(db, index, expressions)})`, ...names.map(quote)].join(" OR ");
  return { match, exact };
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
  const isDraft =
    "EXISTS (SELECT 1 FROM invoice AS d INDEXED BY invoice_client_draft WHERE d.client_id = c.id AND d.status = 'draft')";
  // The same words, without the parts of a number.
  const named = clientsNamed(parseSearch(input), (expression, among) => {
    const clients = prepare<(string | number)[], { id: number; name: string }>(
      db,
      `SELECT c.id, c.name FROM client_search AS s CROSS JOIN client AS c ON c.id = s.rowid
        WHERE client_search MATCH ?${discarded ? "" : ` AND ${isDraft}`}${among ? ` AND ${AMONG}` : ""}
        ORDER BY s.rowid DESC LIMIT ?`,
    );
    const rows = clients.all(matchOf(db, "client", [expression]), ...(among ? [among] : []), MAX_CLIENTS);
    const ids = rows.filter(({ name }) => matches(expression, new Set(wordsOf(name).split(" ")))).map(({ id }) => id);
    return { ids, isLimited: rows.length === MAX_CLIENTS };
  });
  const match = matchOf(db, "invoice", [orOfClients(expressions, named)]);
  return { match, exact: numberedExactly(db, input, series) };
}

/** A condition on `client_search AS s`: one of these ids, as JSON. The sign keeps SQLite from a search for each id. */
export const AMONG = "+s.rowid IN (SELECT value FROM json_each(?))";

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

/**
 * Rows in which each word is one of the row or of its client. Each client is asked for once, together with the words that
 * it does not have: a client that has all of them is enough.
 *
 * @param clients for each expression, those that match it
 */
export function orOfClients(expressions: readonly Expression[], clients: readonly (readonly number[])[]): Expression {
  const has = new Map<number, number>();
  for (const [n, ids] of clients.entries()) for (const id of ids) has.set(id, (has.get(id) ?? 0) | (1 << n));
  const groups = Map.groupBy(has.keys(), (id) => has.get(id) ?? 0);
  const ways = Array.from(groups, ([words, ids]) => ({
    all: [
      { any: ids.map((id) => ({ word: wordOfClient(id), whole: true })) },
      ...expressions.filter((_, n) => (words & (1 << n)) === 0),
    ],
  }));
  return { any: [{ all: expressions }, ...ways] };
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
  const byNumber = prepareValue<[string, string], number>(db, "SELECT id FROM invoice WHERE number IN (?, ?)");
  const byCounter = prepareValue<[string, number, string], number>(
    db,
    "SELECT id FROM invoice INDEXED BY invoice_series WHERE series = ? AND counter = ? AND period = ?",
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
  { match, exact }: Found,
  { sort, filter }: { sort: "id" | "-id" | undefined; filter: readonly Condition[] },
): List | List[] {
  const found = {
    from: `${index}_search AS s CROSS JOIN ${index} AS t ON t.id = s.rowid`,
    id: "s.rowid",
    order: orderOf(sort ?? "-id"),
    served: [{ sql: `${index}_search MATCH ?`, values: [match] }],
  };
  return sort === undefined ? exactFirst(index, exact, { ...found, filter }) : { ...found, filter };
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

/** The expression for FTS5. Each word is quoted and contains no quotes, so no input is ever syntax. */
export function matchOf(db: Database.Database, index: SearchName, expressions: readonly Expression[]): string {
  return expressions.map((expression) => textOf(db, index, expression)).join(" AND ");
}

function textOf(db: Database.Database, index: SearchName, expression: Expression): string {
  if ("word" in expression) {
    const { word, whole } = expression;
    if (whole) return quote(word);
    const terms = termsFrom(db, index, word);
    return terms === null ? `${quote(word)}*` : `(${terms.map(quote).join(" OR ")})`;
  }
  const [parts, operator] = "all" in expression ? [expression.all, " AND "] : [expression.any, " OR "];
  return `(${parts.map((part) => textOf(db, index, part)).join(operator)})`;
}

function quote(word: string): string {
  return `"${word}"`;
}

/** Prefixes up to this length have their own index: option `prefix` of the tables. */
const INDEXED_LETTERS = 2;
/** At most this many words with a common prefix are searched one by one. */
const MAX_TERMS = 24;
/** Sorts after a word, but before each longer word that begins with it. No word contains this character. */
const NEXT = "\u0001";

/**
 * The words of the index with this prefix; null if there are none or too many, or if the prefix has an index. For a
 * prefix without an index, FTS5 first collects all rows with any matching word, perhaps a tenth of all rows, before it
 * returns the newest. For complete words, it returns the newest rows at once.
 */
function termsFrom(db: Database.Database, index: SearchName, beginning: string): string[] | null {
  if ([...beginning].length <= INDEXED_LETTERS) return null;
  const terms = firstTerms(db, index, beginning, MAX_TERMS + 1);
  return terms.length === 0 || terms.length > MAX_TERMS ? null : terms;
}

/** The first words of the index with this prefix. */
function firstTerms(db: Database.Database, index: SearchName, beginning: string, max: number): string[] {
  const first = firstTermOf(db, index);
  const terms: string[] = [];
  for (let from = beginning; terms.length < max; from = terms.at(-1) + NEXT) {
    const term = first.get(from)?.term;
    if (!term?.startsWith(beginning)) break;
    terms.push(term);
  }
  return terms;
}

const withTerms = new WeakMap<Database.Database, Set<SearchName>>();

/** Finds the first word of the index at or after a text. The temporary table is only a view of the index. */
function firstTermOf(db: Database.Database, index: SearchName): SharedStatement<[string], { term: string }> {
  const indexes = withTerms.get(db) ?? new Set();
  if (!indexes.has(index)) {
    db.exec(
      `CREATE VIRTUAL TABLE IF NOT EXISTS temp.${index}_term USING fts5vocab('main', '${index}_search', 'instance')`,
    );
    withTerms.set(db, indexes.add(index));
  }
  return prepare(db, `SELECT v.term FROM temp.${index}_term AS v WHERE v.term >= ? LIMIT 1`);
}
