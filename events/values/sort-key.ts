/**
 * The key by which lists sort names and codes. SQLite compares keys byte by byte, and no collation of the system is
 * involved: those differ between Node, Electron and their versions, and an index must not depend on them.
 */
import { foldText } from "./fold-text.ts";

/** The longest key, in characters. Names with as long a common beginning are sorted by age. */
const MAX_KEY = 96;

/** Blanks and punctuation. They separate words, and their kind does not count: `O'Connor` is `O’Connor`. */
const BETWEEN_WORDS = /[\p{P}\p{Z}\p{C}]+/gu;
const NUMBER = /\d+/g;

/**
 * The key of a text. Compared byte by byte, keys sort texts without case, accents, width or punctuation, and numbers in
 * them by value: `Item 2` before `item 10`, `Äpfel` beside `Apfel`. Texts with equal keys look nearly alike.
 */
export function sortKeyOf(text: string): string {
  const words = foldText(text).replace(BETWEEN_WORDS, " ").trim().replace(NUMBER, numberKey);
  // A name in ASCII is one code unit a character: only a longer text is split.
  return words.length <= MAX_KEY ? words : [...words].slice(0, MAX_KEY).join("");
}

/**
 * A number without leading zeros, after the count of its digits: `2` is `12`, `10` is `210`. A count of 9 or more begins
 * with nines: `90` is 9 digits, `91` is 10. So the longer number is the later text, and no count begins another one.
 */
function numberKey(digits: string): string {
  const figures = digits.replace(/^0+/, "");
  return "9".repeat(Math.floor(figures.length / 9)) + String(figures.length % 9) + figures;
}
