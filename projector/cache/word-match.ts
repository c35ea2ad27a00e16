/** The expression of a search, as a full-text index of words takes it. */
import type Database from "better-sqlite3";
import type { FormerName } from "./former-words.ts";
import type { SearchName } from "./search-index.ts";
import type { Expression } from "./search-input.ts";
import { wordOfClient } from "./search-words.ts";

/** An index of words: `name_search` in the cache. */
export type IndexName = SearchName | `${FormerName}_former`;

/** The expression for FTS5. Each word is quoted and contains no quotes, so no input is ever syntax. */
export function matchOf(db: Database.Database, index: IndexName, expressions: readonly Expression[]): string {
  return expressions.map((expression) => textOf(db, index, expression)).join(" AND ");
}

function textOf(db: Database.Database, index: IndexName, expression: Expression): string {
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
function termsFrom(db: Database.Database, index: IndexName, beginning: string): string[] | null {
  if ([...beginning].length <= INDEXED_LETTERS) return null;
  const terms = firstTerms(db, index, beginning, MAX_TERMS + 1);
  return terms.length === 0 || terms.length > MAX_TERMS ? null : terms;
}

/** The first words of the index with this prefix. */
function firstTerms(db: Database.Database, index: IndexName, beginning: string, max: number): string[] {
  const first = firstTermOf(db, index);
  const terms: string[] = [];
  for (let from = beginning; terms.length < max; from = terms.at(-1) + NEXT) {
    const term = first.get(from);
    if (!term?.startsWith(beginning)) break;
    terms.push(term);
  }
  return terms;
}

const statements = new WeakMap<Database.Database, Map<IndexName, Database.Statement<[string], string>>>();

/** Finds the first word of the index at or after a text. The temporary table is only a view of the index. */
function firstTermOf(db: Database.Database, index: IndexName): Database.Statement<[string], string> {
  // Each time: a read that fails rolls the table back with its transaction.
  db.exec(
    `CREATE VIRTUAL TABLE IF NOT EXISTS temp.${index}_term USING fts5vocab('main', '${index}_search', 'instance')`,
  );
  const known = statements.get(db) ?? new Map<IndexName, Database.Statement<[string], string>>();
  statements.set(db, known);
  const find = `SELECT v.term FROM temp.${index}_term AS v WHERE v.term >= ? LIMIT 1`;
  const statement = known.get(index) ?? db.prepare<[string], string>(find).pluck();
  known.set(index, statement);
  return statement;
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
