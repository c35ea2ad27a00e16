/**
 * The words of a text, as search compares them. An index stores these words, and a search asks for the same ones: every
 * rule about letters and signs is here, and SQLite's tokenizer only splits at blanks.
 */
import { decimalsOf } from "../../events/values/currency.ts";
import { foldText, spellOut } from "../../events/values/fold-text.ts";

/** A part of a text: letters and digits, or the signs that distinguish names: `H&M`, `C++`, `C#`. */
export interface Piece {
  readonly kind: "word" | "unspaced" | "sign";
  /** Folded. An unspaced piece is of a script that puts no blanks between words. */
  readonly text: string;
  /** The same, with `ae` for ä, `oe` for ö and ø, `ue` for ü, `aa` for å. */
  readonly long: string;
  /** What stands before it: nothing; an apostrophe; a hyphen; a dot or a slash; blanks; anything else. */
  readonly gap: Gap;
}

type Gap = "none" | "apostrophe" | "hyphen" | "dot" | "blank" | "break";

/** Characters of a word that count. */
const MAX_LETTERS = 60;
const MAX_SIGNS = 8;

const ASCII = /^[\0-\x7f]*$/;
/** Written in one word and in two: `O'Connor`, `OConnor`. The accents and the dot of `col·lecció` are used alike. */
const APOSTROPHE = /[`´ʹʻʼʽ‘’‛′·]/gu;
/** The sign of an abbreviation, and what keyboards have for it: `בע״מ` is also written `בע"מ` and `בעמ`. */
const GERSHAYIM = /(?<=\p{sc=Hebrew})["”“״](?=\p{sc=Hebrew})/gu;
const HYPHEN = /[\p{Pd}−]/gu;
/** Invisible characters, except the zero width space, which separates words. */
const INVISIBLE = /(?!\u200b)\p{Cf}/gu;
const OTHER_DIGIT = /(?![0-9])\p{Nd}/gu;

const UNSPACED =
  "\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\p{sc=Bopo}\u30fc\u3006";
const LETTER = "\\p{L}\\p{M}\\p{N}\\p{Co}";
const PIECE = new RegExp(
  `((?:(?=[${LETTER}])[${UNSPACED}])+)|((?:(?![${UNSPACED}])[${LETTER}])+)|([&+#]+)|(['./-])|([^\\S\\n]+)|.`,
  "gsu",
);

const ASCII_PIECE = /(\u0100)|([a-z0-9]+)|([&+#]+)|(['./-])|([^\S\n]+)|./gs;

/** The pieces of a text, in its order. A new line ends every connection. */
export function piecesOf(text: string): Piece[] {
  if (ASCII.test(text)) return scan(text.toLowerCase().replaceAll("`", "'"), ASCII_PIECE);
  const shown = visible(text).replace(APOSTROPHE, "'").replace(GERSHAYIM, "'");
  const pieces = scan(fold(shown));
  const long = spellOut(shown);
  if (long === shown) return pieces;
  const others = scan(fold(long));
  return pieces.map((piece, n) => ({ ...piece, long: others[n]?.text ?? piece.text }));
}

function fold(text: string): string {
  return foldText(text).replace(HYPHEN, "-").replace(APOSTROPHE, "'");
}

/** The text without invisible characters, and with the digits of all scripts as 0 to 9. */
export function visible(text: string): string {
  return text.normalize("NFC").replace(INVISIBLE, "").replace(OTHER_DIGIT, asciiDigit);
}

/** Digits of a script are ten consecutive characters, from 0 to 9. Some blocks of digits follow each other. */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value++;
  return String(value % 10);
}

function scan(text: string, pattern = PIECE): Piece[] {
  const pieces: Piece[] = [];
  let gap: Gap = "break";
  for (const [found, unspaced, word, signs, join, blank] of text.matchAll(pattern)) {
    if (unspaced !== undefined || word !== undefined || signs !== undefined) {
      const kind = unspaced !== undefined ? "unspaced" : word !== undefined ? "word" : "sign";
      const piece = kind === "unspaced" ? found : cut(found, kind === "sign" ? MAX_SIGNS : MAX_LETTERS);
      pieces.push({ kind, text: piece, long: piece, gap });
      gap = "none";
    } else if (gap !== "none") gap = "break";
    else if (join !== undefined) gap = join === "'" ? "apostrophe" : join === "-" ? "hyphen" : "dot";
    else gap = blank === undefined ? "break" : "blank";
  }
  return pieces;
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : [...text].slice(0, max).join("");
}

/** The words to store for a text, separated by blanks. */
export function wordsOf(text: string): string {
  const known = memory.get(text);
  if (known !== undefined) return known;
  const words = new Set<string>();
  const pieces = piecesOf(text);
  for (const [n, piece] of pieces.entries()) {
    if (piece.kind === "sign") addSign(words, pieces, n);
    else if (piece.kind === "unspaced") for (const pair of pairsOf(piece.text)) words.add(pair);
    else for (const form of formsOf(piece)) addWord(words, form);
  }
  for (const joined of joinedIn(pieces)) words.add(joined);
  const stored = [...words].join(" ");
  if (memory.size >= MAX_REMEMBERED) memory.clear();
  if (text.length <= MAX_REMEMBERED_LETTERS) memory.set(text, stored);
  return stored;
}

/** Names and descriptions repeat. */
const memory = new Map<string, string>();
const MAX_REMEMBERED = 20_000;
const MAX_REMEMBERED_LETTERS = 200;

/** The spellings of a piece: one, or two if it has an umlaut. */
export function formsOf({ text, long }: Piece): string[] {
  return text === long ? [text] : [text, long];
}

const ALL_DIGITS = /^[0-9]+$/;

/** Digits at the end of a word are a number with a prefix: `DE123456789`. Short ones, as in `LS1`, are not. */
const PREFIXED = /^[^0-9]+([0-9]{3,})$/u;

/**
 * A number is stored without its leading zeros, which are a word of their own: 00471 is `00` and `471`. So it is found with
 * and without them, and from its first digit.
 */
function addWord(words: Set<string>, word: string): void {
  if (!isNumber(word)) words.add(word);
  const digits = isNumber(word) ? word : PREFIXED.exec(word)?.[1];
  if (digits === undefined) return;
  const [zeros, number] = zerosOf(digits);
  if (zeros !== "") words.add(zeros);
  if (number !== "") words.add(number);
}

export function isNumber(word: string): boolean {
  return ALL_DIGITS.test(word);
}

/** The leading zeros, and the rest. */
export function zerosOf(digits: string): [zeros: string, number: string] {
  const number = digits.replace(/^0+/, "");
  return [digits.slice(0, digits.length - number.length), number];
}

/** Each two characters that follow each other, and the last one alone: any part of the text is found. */
export function pairsOf(text: string): string[] {
  const characters = [...text];
  return characters.map((character, n) => character + (characters[n + 1] ?? ""));
}

/** Signs are stored with the word before them, and with the word after them. */
function addSign(words: Set<string>, pieces: readonly Piece[], n: number): void {
  const [before, sign, after] = [pieces[n - 1], pieces[n], pieces[n + 1]];
  if (sign === undefined) return;
  // `A & B` is `A&B`.
  const isLoose = sign.text.includes("&") || (sign.gap === "blank" && after?.gap === "blank");
  const touches = (gap: Gap | undefined) => gap === "none" || (gap === "blank" && isLoose);
  if (before && touches(sign.gap)) for (const end of endsOf(before)) words.add(end + sign.text);
  if (after && touches(after.gap)) for (const start of startsOf(after)) words.add(sign.text + start);
  else words.add(sign.text);
}

/** What a sign is stored with: a word, or one character of a script without blanks. */
export function endsOf(piece: Piece): string[] {
  return piece.kind === "unspaced" ? [[...piece.text].at(-1) ?? ""] : formsOf(piece);
}

export function startsOf(piece: Piece): string[] {
  return piece.kind === "unspaced" ? [[...piece.text][0] ?? ""] : formsOf(piece);
}

/** Words with apostrophes, hyphens, or dots between single letters, written as one: `oconnor`, `cafebar`, `rem`. */
function joinedIn(pieces: readonly Piece[]): string[] {
  const joined: string[] = [];
  for (const gaps of [["apostrophe"], ["apostrophe", "hyphen", "dot"]]) {
    let from = 0;
    for (let n = 1; n <= pieces.length; n++) {
      if (isJoined(pieces[n - 1], pieces[n], gaps)) continue;
      if (n - from > 1) joined.push(...joinedForms(pieces.slice(from, n)));
      from = n;
    }
  }
  return joined;
}

function isJoined(before: Piece | undefined, piece: Piece | undefined, gaps: readonly string[]): boolean {
  if (before?.kind !== "word" || piece?.kind !== "word" || !gaps.includes(piece.gap)) return false;
  return piece.gap !== "dot" || (isLetter(before.text) && isLetter(piece.text));
}

const isLetter = (text: string) => /^\p{L}\p{M}*$/u.test(text);

/** The spellings of several pieces as one word. None for a number in groups, such as a date. */
export function joinedForms(pieces: readonly Piece[]): string[] {
  const forms = new Set([pieces.map(({ text }) => text).join(""), pieces.map(({ long }) => long).join("")]);
  return [...forms].filter((form) => !isNumber(form)).map((form) => cut(form, MAX_LETTERS));
}

const LETTERS_OR_DIGITS = /[0-9]+|[^0-9]+/g;

/** The parts of a number: letters and digits are separate words, so its digits are found without its prefix. */
export function partsOfNumber(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) =>
    piece.kind !== "word" || !/[0-9]/.test(piece.text)
      ? [piece]
      : (piece.text.match(LETTERS_OR_DIGITS) ?? []).map((text, n) => ({
          ...piece,
          text,
          long: text,
          gap: n === 0 ? piece.gap : ("break" as const),
        })),
  );
}

/** The words to store for a reference: its letters and its digits separately, so `R00471` is found by 471 and `r471`. */
export function wordsOfReference(reference: string): string {
  const words = new Set<string>();
  const pieces = piecesOf(reference);
  addParts(words, pieces);
  for (const joined of joinedIn(pieces)) if (!/[0-9]/.test(joined)) words.add(joined);
  return [...words].join(" ");
}

function addParts(words: Set<string>, pieces: readonly Piece[]): void {
  for (const [n, piece] of pieces.entries()) if (piece.kind === "sign") addSign(words, pieces, n);
  for (const piece of partsOfNumber(pieces))
    if (piece.kind === "unspaced") for (const pair of pairsOf(piece.text)) words.add(pair);
    else if (piece.kind === "word") for (const form of formsOf(piece)) addWord(words, form);
}

/** The words to store for the number of a document, and its counter without the prefix. */
export function wordsOfNumber(number: string, counter: number | null): string {
  // The usual form needs no search for its pieces.
  const [plain, letters = "", zeros = "", digits = ""] = /^([A-Za-z]+)-(0*)([1-9][0-9]*)$/.exec(number) ?? [];
  if (plain !== undefined && counter !== null) {
    const rest = digits === String(counter) ? "" : ` ${counter}`;
    return `${letters.toLowerCase()} ${digits}${zeros === "" ? "" : ` ${zeros}`}${rest}`;
  }
  const words = new Set(counter === null ? [] : [String(counter)]);
  const pieces = piecesOf(number);
  addParts(words, pieces);
  // The prefixes of foreign numbers are unknown: `C489449` and `PO-77` are found as one word too.
  if (counter === null) {
    for (const { kind, text } of pieces) if (kind === "word") addWord(words, text);
    for (const joined of joinedIn(pieces)) words.add(joined);
  }
  return [...words].join(" ");
}

/**
 * The word for an amount, such as `=1788.15`. It has no zeros at its end, so one search finds it in every currency:
 * `1788.50` is `=1788.5`, in yen or in dinars too.
 */
export function wordOfAmount(minor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  const digits = String(Math.abs(minor)).padStart(decimals + 1, "0");
  const at = digits.length - decimals;
  return amountWord(digits.slice(0, at), digits.slice(at));
}

/** @param whole @param fraction digits */
export function amountWord(whole: string, fraction: string): string {
  const decimals = fraction.replace(/0+$/, "");
  return `=${zerosOf(whole)[1] || "0"}${decimals === "" ? "" : `.${decimals}`}`;
}

/** The word for the client of a row that has no copy of the client's name, or that is found by its current one. */
export function wordOfClient(id: number): string {
  return `@${id}`;
}

/** The words for a whole name or code. A search for it finds the row that has it, before others that begin alike. */
export function wordsOfWhole(text: string): string[] {
  const pieces = piecesOf(text);
  const forms = new Set([pieces.map(({ text }) => text).join(""), pieces.map(({ long }) => long).join("")]);
  forms.delete("");
  return [...forms].map((form) => `!${cut(form, MAX_LETTERS)}`);
}
