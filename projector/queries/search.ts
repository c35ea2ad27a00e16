/** Translates search input into FTS5 expressions. */
import type Database from "better-sqlite3";
import type { SearchName } from "../cache/cache-schema.ts";
import { prepare } from "./prepared.ts";

/** Words of the input that are used; the rest is ignored. */
const MAX_WORDS = 16;
/** The minimum length of a word: single letters occur in nearly every row. */
const MIN_LETTERS = 2;

/**
 * The characters that the tokenizer (`unicode61`) treats as part of a word: letters, digits, and the accents that it
 * strips. It excludes a few signs that newer versions of Unicode count as letters. A test compares both.
 */
const WORD =
  /(?:(?![\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3])[\p{L}\p{N}\p{Co}]|[\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331])+/gu;

/**
 * The expression for rows that contain all words of the input, the last one as a prefix. Each word is quoted and
 * contains no quotes, so no input is ever syntax.
 *
 * @returns null if there is no word of two or more letters: nothing matches
 */
export function matchOf(input: string): string | null {
  const words = wordsIn(input);
  return words.length === 0 ? null : `${words.map(quote).join(" ")}*`;
}

function wordsIn(input: string): string[] {
  return (input.match(WORD) ?? []).filter((word) => [...word].length >= MIN_LETTERS).slice(0, MAX_WORDS);
}

function quote(word: string): string {
  return `"${word}"`;
}

/** Prefixes up to this length have their own index: option `prefix` of the tables. */
const INDEXED_LETTERS = 3;
/** At most this many words with a common prefix are searched one by one. */
const MAX_TERMS = 24;
/** Sorts after a word, but before each longer word that begins with it. No word contains this character. */
const NEXT = "\u0001";
/** Words that the tokenizer does not change. */
const PLAIN = /^[a-z0-9]+$/;

/**
 * A faster `matchOf`. For a prefix without an index, FTS5 first collects all rows with any matching word, perhaps a
 * tenth of all rows, before it returns the newest. For complete words, it returns the newest rows at once.
 *
 * @param index the search index to query
 */
export function matchIn(db: Database.Database, index: SearchName, input: string): string | null {
  const words = wordsIn(input);
  const terms = termsFrom(db, index, (words.pop() ?? "").toLowerCase());
  if (terms === null) return matchOf(input);
  return [...words.map(quote), `(${terms.map(quote).join(" OR ")})`].join(" AND ");
}

/** The words of the index with this prefix; null if there are none or too many, or if the prefix has an index. */
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

/** Finds the first word of the index at or after a text. The temporary table is only a view of the index. */
function firstTermOf(db: Database.Database, index: SearchName): Database.Statement<[string], { term: string }> {
  const indexes = withTerms.get(db) ?? new Set();
  if (!indexes.has(index)) {
    db.exec(
      `CREATE VIRTUAL TABLE IF NOT EXISTS temp.${index}_term USING fts5vocab('main', '${index}_search', 'instance')`,
    );
    withTerms.set(db, indexes.add(index));
  }
  return prepare(db, `SELECT v.term FROM temp.${index}_term AS v WHERE v.term >= ? LIMIT 1`);
}

/** The pattern for `LIKE … ESCAPE '\\'` that finds the input anywhere in a text. Ignores the case of ASCII letters. */
export function anywhere(input: string): string {
  return `%${input.trim().replace(/[\\%_]/g, "\\$&")}%`;
}
