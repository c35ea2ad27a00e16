/** What a user types into a search box, as an expression of words. `search-words.ts` makes the words that rows have. */

import { currencyCodes } from "../../events/values/currency.ts";
import {
  amountWord,
  endsOf,
  formsOf,
  isNumber,
  joinedForms,
  type Piece,
  pairsOf,
  partsOfNumber,
  piecesOf,
  startsOf,
  visible,
  zerosOf,
} from "./search-words.ts";

/** A row has the word, or a word that begins with it; or what all or one of these say. */
export type Expression =
  | { readonly word: string; readonly whole: boolean }
  | { readonly all: readonly Expression[] }
  | { readonly any: readonly Expression[] };

/** Blanks between groups of digits. */
const BLANK = /[\u00a0\u2007\u2009\u202f]/gu;
/** The separators of Arabic, and wide ones. */
const OTHER_POINT = /[٫．]/gu;
const OTHER_COMMA = /[٬，]/gu;

/** Words of the input that are used; the rest is ignored. */
const MAX_WORDS = 16;

/**
 * What to look for: a row must match each of these expressions. Typed words may come in any order, and each is the
 * beginning of a word in the row.
 *
 * @param options.prefixes of numbers, squashed: `INV-02102` also is what one has to type as `inv02102`
 * @returns empty if there is nothing to look for
 */
export function parseSearch(input: string, { prefixes = [] }: { prefixes?: readonly string[] } = {}): Expression[] {
  const words: Expression[] = [];
  const typed = visible(input).replace(BLANK, " ").replace(OTHER_POINT, ".").replace(OTHER_COMMA, ",");
  let at = 0;
  for (const match of typed.matchAll(AMOUNT)) {
    const { 0: found, groups: { digits = "" } = {}, index } = match;
    words.push(...wordsIn(typed.slice(at, index), prefixes));
    words.push(...amountsIn(found, digits, prefixes));
    at = index + found.length;
  }
  words.push(...wordsIn(typed.slice(at), prefixes));
  const useful = words.length > 0 ? words : signsIn(typed);
  return useful.slice(0, MAX_WORDS);
}

/** True if a row with these words matches. */
export function matches(expression: Expression, words: ReadonlySet<string>): boolean {
  if ("all" in expression) return expression.all.every((one) => matches(one, words));
  if ("any" in expression) return expression.any.some((one) => matches(one, words));
  if (words.has(expression.word)) return true;
  return !expression.whole && [...words].some((word) => word.startsWith(expression.word));
}

/** Letters, digits and signs without a blank, or another character that separates words. */
function wordsIn(typed: string, prefixes: readonly string[]): Expression[] {
  const pieces = piecesOf(typed);
  const expressions: Expression[] = [];
  let from = 0;
  for (let n = 1; n <= pieces.length; n++) {
    const piece = pieces[n];
    if (piece && piece.gap !== "blank" && piece.gap !== "break") continue;
    const word = pieces.slice(from, n);
    if (word.some(({ kind }) => kind !== "sign")) expressions.push(oneWord(word, prefixes));
    from = n;
  }
  return expressions;
}

/** Signs count alone only if nothing else is typed: `A & B` is also found by its words. */
function signsIn(typed: string): Expression[] {
  return piecesOf(typed).map(({ text }) => begins([text]));
}

function oneWord(pieces: readonly Piece[], prefixes: readonly string[]): Expression {
  const ways = [inPieces(pieces)];
  const joined = pieces.length > 1 && pieces.every(isJoinable) ? joinedForms(pieces) : [];
  if (joined.length > 0) ways.push(begins(joined));
  if (prefixes.length > 0) {
    const parts = partsOfNumber(pieces);
    const squashed = pieces.map(({ text }) => text).join("");
    if (parts.length > pieces.length && prefixes.some((prefix) => squashed.startsWith(prefix)))
      ways.push(inPieces(parts));
  }
  return any(ways);
}

function isJoinable({ kind, gap }: Piece, n: number): boolean {
  return kind === "word" && (n === 0 || gap === "apostrophe" || gap === "hyphen" || gap === "dot");
}

/** All pieces are whole words, except the last one, which may go on. */
function inPieces(pieces: readonly Piece[]): Expression {
  return all(
    pieces.flatMap((piece, n) => {
      const isLast = n === pieces.length - 1;
      if (piece.kind === "sign") return [];
      const before = piece.gap === "none" ? pieces[n - 1] : undefined;
      const next = pieces[n + 1];
      const after = next?.gap === "none" ? next : undefined;
      const signed: Expression[] = [];
      if (before?.kind === "sign") {
        const words = startsOf(piece).map((start) => before.text + start);
        signed.push(isLast ? begins(words) : is(words));
      }
      if (after?.kind === "sign") {
        const words = endsOf(piece).map((end) => end + after.text);
        signed.push(n === pieces.length - 2 ? begins(words) : is(words));
      }
      if (piece.kind === "unspaced") return [...signed, inUnspaced(piece.text)];
      return signed.length > 0 ? signed : [isLast ? beginsForms(piece) : is(formsOf(piece).map(stored))];
    }),
  );
}

/** Each two characters that follow each other; one alone at any place of the text. */
function inUnspaced(text: string): Expression {
  const pairs = pairsOf(text);
  return pairs.length === 1 ? begins(pairs) : all(pairs.slice(0, -1).map((pair) => is([pair])));
}

function beginsForms(piece: Piece): Expression {
  const [zeros, number] = isNumber(piece.text) ? zerosOf(piece.text) : ["", ""];
  // `007` begins 007 and 0071, and is 7; it also begins the word `007a`.
  if (zeros !== "" && number !== "")
    return any([all([is([zeros]), begins([number])]), is([number]), begins([piece.text])]);
  return begins(formsOf(piece));
}

/** A whole number as it is stored. */
function stored(word: string): string {
  return isNumber(word) ? zerosOf(word)[1] || word : word;
}

const begins = (words: readonly string[]): Expression => any(words.map((word) => ({ word, whole: false })));
const is = (words: readonly string[]): Expression => any(words.map((word) => ({ word, whole: true })));

function any(ways: readonly Expression[]): Expression {
  const [only] = ways;
  return ways.length === 1 && only ? only : { any: ways };
}

function all(parts: readonly Expression[]): Expression {
  const [only] = parts;
  return parts.length === 1 && only ? only : { all: parts };
}

/** What locales write for a currency, if it is neither a code nor a sign of Unicode. */
const CURRENCY_NAMES = [
  String.raw`[A-Z]{1,3}\p{Sc} \p{Sc}[A-Z]{1,2} (?:\p{sc=Arabic}\.){2} (?:فرانک\s)?CFA F\s?CFA CFPF? FCFP Euro kn NIS zł zl Kč`,
  String.raw`[DINS]?kr\.? Ft lei lej ley レイ S?Fr\.? KM КМ din\.? грн\.? лв\.? ден\.? щ\.д\. руб\.? [рp]\.? rb ТМТ Lekë RM Rp`,
  String.raw`Rs\.? 円 元 원 Tk [ACK][rwz] Af Br\.? Bs\.? C?Cg\.? [CR]?F FC F\.?Rw F\.G\. [FG][Gs] Db ZK UM STD ZiG ლ ریال [KLPQR]`,
].flatMap((line) => line.split(" "));
const CURRENCY = `\\p{Sc}|${[...currencyCodes()].join("|")}|${CURRENCY_NAMES.join("|")}`;

/**
 * A number that may be an amount, with its currency: `1788.15`, `1.788,15 €`, `eur 1 788,15`, `1'788.15`, `.99`, `1500.-`. It
 * stands alone: digits of `INV-02102` are none.
 */
const AMOUNT = new RegExp(
  `(?<=^|[\\s(])[-+−]?(?:(?:${CURRENCY}) ?)?[-+−]?(?<digits>(?:\\d+|[.,]\\d+)(?:[ .,'’]\\d+)*)(?:[.,][-–—]+)?(?: ?(?:${CURRENCY}))?(?=$|[\\s),;])`,
  "giu",
);

function amountsIn(found: string, digits: string, prefixes: readonly string[]): Expression[] {
  const plain = wordsIn(found, prefixes);
  const amounts = readingsOf(digits.replace(/^[.,]/, "0$&"));
  if (amounts.length > 0) return [any([...amounts.map((word) => ({ word, whole: true })), all(plain)])];
  // `2102 300` is not one number.
  if (!digits.includes(" ")) return plain;
  return found.split(" ").flatMap((one) => {
    const words = /^\d/.test(one) ? readingsOf(one) : [];
    return words.length === 0
      ? wordsIn(one, prefixes)
      : [any([...words.map((word) => ({ word, whole: true })), all(wordsIn(one, prefixes))])];
  });
}

/** The amounts that a number can mean: `1.788` is 1788 or 1.788. Empty if its groups are none. */
function readingsOf(digits: string): string[] {
  const groups = digits.split(/[ .,'’]/);
  const separators = [...digits.replace(/\d/g, "")];
  const last = separators.at(-1);
  const readings: string[] = [];
  if (areGroups(groups, separators)) readings.push(amountWord(groups.join(""), ""));
  const fraction = groups.at(-1) ?? "";
  const isDecimal = (last === "." || last === ",") && fraction.length <= 4 && !separators.slice(0, -1).includes(last);
  if (isDecimal && areGroups(groups.slice(0, -1), separators.slice(0, -1)))
    readings.push(amountWord(groups.slice(0, -1).join(""), fraction));
  return readings;
}

/** Groups of three digits; in India, of two before the last one. */
function areGroups([first = "", ...others]: readonly string[], separators: readonly string[]): boolean {
  if (others.length === 0) return true;
  if (first.length > 3 || first.startsWith("0") || new Set(separators).size > 1) return false;
  return others.every((group, n) => group.length === 3 || (group.length === 2 && n < others.length - 1));
}
