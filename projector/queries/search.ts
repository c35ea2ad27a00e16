/** What people type to find something, as FTS5 understands it. */
import type Database from "better-sqlite3";
import type { SearchName } from "../cache/cache-schema.ts";
import { prepared } from "./prepared.ts";

/** Words that are looked for; the rest is left out. */
const MAX_WORDS = 16;
/** A word of one letter is in nearly every row. */
const MIN_LETTERS = 2;

/**
 * What the tokenizer (`unicode61`) takes for a part of a word: letters, digits, and the accents that it strips of them.
 * It holds a few signs for no letters that Unicode has made letters since. A test compares this with the tokenizer.
 */
const WORD =
  /(?:(?![\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3])[\p{L}\p{N}\p{Co}]|[\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331])+/gu;

/**
 * The expression that finds rows with all of these words, the last one as the beginning of a word. Each word stands in
 * quotes, and no word has one, so nothing that is typed is ever syntax.
 *
 * @returns null if there is no word of two letters or more: nothing is found
 */
export function matchOf(typed: string): string | null {
  const words = wordsIn(typed);
  return words.length === 0 ? null : `${words.map(quoted).join(" ")}*`;
}

function wordsIn(typed: string): string[] {
  return (typed.match(WORD) ?? []).filter((word) => [...word].length >= MIN_LETTERS).slice(0, MAX_WORDS);
}

function quoted(word: string): string {
  return `"${word}"`;
}

/** Beginnings up to this length have an index of their own: `prefix` of the tables. */
const INDEXED_LETTERS = 3;
/** So many words with one beginning are looked for one by one. */
const MAX_TERMS = 24;
/** Comes after a word, and before each longer one that begins with it: no word has this character. */
const NEXT = "\u0001";
/** What the tokenizer leaves as it is. */
const PLAIN = /^[a-z0-9]+$/;

/**
 * The same as `matchOf`, quicker: for a beginning without an index FTS5 first brings together all rows with any such
 * word, a tenth of all rows perhaps, before it gives the newest; for words that it is given, it begins with the newest.
 *
 * @param index which of the cache's indexes it is for
 */
export function matchIn(db: Database.Database, index: SearchName, typed: string): string | null {
  const words = wordsIn(typed);
  const terms = termsFrom(db, index, (words.pop() ?? "").toLowerCase());
  if (terms === null) return matchOf(typed);
  return [...words.map(quoted), `(${terms.map(quoted).join(" OR ")})`].join(" AND ");
}

/** The words of the index that begin so; null: many, or none, or there is nothing to gain. */
function termsFrom(db: Database.Database, index: SearchName, beginning: string): string[] | null {
  if (beginning.length <= INDEXED_LETTERS || !PLAIN.test(beginning)) return null;
  const first = firstTermOf(db, index);
  const terms: string[] = [];
  for (let from = beginning; ; from = terms.at(-1) + NEXT) {
    const term = first.get(from)?.term;
    if (!term?.startsWith(beginning)) return terms.length === 0 ? null : terms;
    if (terms.length === MAX_TERMS || !PLAIN.test(term)) return null;
    terms.push(term);
  }
}

const withTerms = new WeakMap<Database.Database, Set<SearchName>>();

/** Looks up the first word from a text on. The table is the connection's own, and holds nothing: it shows the index. */
function firstTermOf(db: Database.Database, index: SearchName): Database.Statement<[string], { term: string }> {
  const made = withTerms.get(db) ?? new Set();
  if (!made.has(index)) {
    db.exec(
      `CREATE VIRTUAL TABLE IF NOT EXISTS temp.${index}_term USING fts5vocab('main', '${index}_search', 'instance')`,
    );
    withTerms.set(db, made.add(index));
  }
  return prepared(db, `SELECT v.term FROM temp.${index}_term AS v WHERE v.term >= ? LIMIT 1`);
}

/** The pattern for `LIKE … ESCAPE '\\'` that finds a text anywhere, whatever signs it has; ASCII letters in any case. */
export function anywhere(typed: string): string {
  return `%${typed.trim().replace(/[\\%_]/g, "\\$&")}%`;
}
