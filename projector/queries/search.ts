/** What people type to find something, as FTS5 understands it. */

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
  const words = (typed.match(WORD) ?? []).filter((word) => [...word].length >= MIN_LETTERS).slice(0, MAX_WORDS);
  if (words.length === 0) return null;
  return `${words.map((word) => `"${word}"`).join(" ")}*`;
}

/** The pattern for `LIKE … ESCAPE '\\'` that finds a text anywhere, whatever signs it has; ASCII letters in any case. */
export function anywhere(typed: string): string {
  return `%${typed.trim().replace(/[\\%_]/g, "\\$&")}%`;
}
