/**
 * Refuses new passwords that are guessed first (NIST SP 800-63B, 3.1.1.2): common ones from a list, repetitions, sequences,
 * and what everybody knows about the user. It asks for no kinds of characters. Passwords that are already set stay valid.
 *
 * A password is counted in pieces: a character, or a run such as `aaaa`, `4321` or `qwer`, or a date. What remains beside
 * a common or known word must have as many pieces as would be needed without it.
 */
import { readFileSync } from "node:fs";
import { HttpProblem } from "../http/problems.ts";

/** Fewer pieces than this are guessed quickly, however long the password is. */
const MIN_PIECES = 6;
/** What a word of the context has at least: shorter ones occur by chance. */
const MIN_WORD = 3;
/** Shortest run that counts as one piece. */
const MIN_RUN = 3;

/** Words that say nothing here, besides those in the list. */
const OWN_WORDS = ["invoify", "password", "passwort", "пароль", "changeme", "letmein"];
/** Neighbours on keyboards, and on none: one after another, in both directions. */
const ROWS = [
  "qwertyuiop[]",
  "qwertzuiopü+",
  "azertyuiop",
  "asdfghjkl;'",
  "qsdfghjklm",
  "zxcvbnm,./",
  "yxcvbnm,.-",
  "йцукенгшщзхъ",
  "фывапролджэ",
  "ячсмитьбю.",
  "1234567890-=",
];
const DATE = /\d{1,4}[./-]\d{1,2}[./-]\d{2,4}/g;
const YEAR = /(?:19|20)\d\d/g;
/** What is no letter before a word. */
const BEFORE = /^[^\p{L}]*/u;
/** A word that begins a text, up to its last letter. */
const CORE = /^(?:.*\p{L})?/su;
/** Digits and signs that stand for letters: `p@ssw0rd`. */
const LETTER_OF: Readonly<Record<string, string>> = {
  "@": "a",
  "4": "a",
  "3": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  $: "s",
  "5": "s",
  "7": "t",
};

/** Why a password is guessed first. */
type Weakness = "repeats" | "sequence" | "about_you" | "common";

const REASONS: Readonly<Record<Weakness, string>> = {
  repeats: "it repeats a few characters",
  sequence: "it is a sequence of neighbouring characters",
  about_you: "it is little more than a name or an address that others know",
  common: "it is one of the most common ones, or nearly",
};

/** What others know about a user. */
interface PasswordContext {
  email: string;
  name: string;
  organization: string;
}

/**
 * Refuses a weak new password.
 *
 * @param options.field the field of the body that has it
 * @throws HttpProblem 422 PASSWORD_TOO_WEAK
 */
export function checkNewPassword(password: string, { field, about }: { field: string; about: PasswordContext }): void {
  const reason = weaknessOf(password, about);
  if (reason === null) return;
  const detail = `the password is easy to guess: ${REASONS[reason]}; choose another, such as a few words that nobody connects with you`;
  throw new HttpProblem("PASSWORD_TOO_WEAK", detail, { reason }, field);
}

/** The weakness of a password; null if it has none that is known. */
export function weaknessOf(password: string, about: PasswordContext): Weakness | null {
  const whole = plain(password);
  const text = unitOf(whole);
  if (piecesOf(text) < MIN_PIECES) return text.length < whole.length || new Set(text).size < 4 ? "repeats" : "sequence";
  if (piecesOf(withoutRepeats(text)) < MIN_PIECES) return "repeats";
  const words = wordsOf(about);
  const rest = withoutWords(text, words);
  if (rest !== text && piecesOf(rest) < MIN_PIECES) return "about_you";
  const letters = lettersOf(text);
  const restOfLetters = withoutWords(letters, words.map(lettersOf));
  if (restOfLetters !== letters && piecesOf(restOfLetters) < MIN_PIECES) return "about_you";
  return isCommon(text) || isCommon(rest) ? "common" : null;
}

/** Without case and accents, and with one spelling for each letter. */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The part that a text repeats: `abc` for `abcabcab`. The text itself if it repeats none. */
function unitOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length++)
    if (text.slice(length) === text.slice(0, -length)) return text.slice(0, length);
  return text;
}

/** What a text repeats, once, wherever that stands: `abcd` for `aabbccdd`, `ab1` for `ababab1`. */
function withoutRepeats(text: string): string {
  return text.replace(/(.{1,8}?)\1+/gsu, "$1");
}

/** A text with letters for the digits and signs that stand for them. */
function lettersOf(text: string): string {
  return [...text].map((character) => LETTER_OF[character] ?? character).join("");
}

function piecesOf(text: string): number {
  const short = text.replace(DATE, "0").replace(YEAR, "0");
  let pieces = 0;
  for (let from = 0; from < short.length; pieces++) {
    const length = runAt(short, from);
    from += length >= MIN_RUN ? length : 1;
  }
  return pieces;
}

/** Length of the run that begins at a place: equal characters, or neighbours in one direction. */
function runAt(text: string, from: number): number {
  let longest = 1;
  for (const step of [-1, 0, 1]) {
    let end = from + 1;
    while (end < text.length && isStep(text[end - 1] ?? "", text[end] ?? "", step)) end++;
    longest = Math.max(longest, end - from);
  }
  return longest;
}

function isStep(one: string, next: string, step: number): boolean {
  if (next.charCodeAt(0) - one.charCodeAt(0) === step) return true;
  return step !== 0 && ROWS.some((row) => row.includes(one) && row[row.indexOf(one) + step] === next);
}

/** The words that others know, longest first: whole, in parts, and backwards. */
function wordsOf({ email, name, organization }: PasswordContext): string[] {
  const [local = "", domain = ""] = email.split("@");
  const site = domain.split(".").slice(0, -1).join("."); // without `com`, which is in many words
  const known = [email, local, domain, site, name, organization].flatMap((text) => {
    const parts = plain(text).split(/[^\p{L}\d]+/u);
    return text === email || text === domain ? [plain(text)] : [plain(text), parts.join(""), ...parts];
  });
  const words = new Set(known.map((word) => plain(word)).filter((word) => word.length >= MIN_WORD));
  return [...words, ...[...words].map((word) => [...word].reverse().join(""))].sort((a, b) => b.length - a.length);
}

function withoutWords(text: string, words: readonly string[]): string {
  return words.reduce((rest, word) => rest.replaceAll(word, ""), text);
}

/** True if there is little beside a common word, also with separators, and with digits and signs for letters. */
function isCommon(text: string): boolean {
  const rest = withoutWords(text, OWN_WORDS);
  if (rest !== text && piecesOf(rest) < MIN_PIECES) return true;
  const [before = ""] = BEFORE.exec(text) ?? [];
  const [core = ""] = CORE.exec(text.slice(before.length)) ?? [];
  const after = text.slice(before.length + core.length);
  return [
    { word: core, beside: [before, after] },
    { word: before + core, beside: [after] }, // `$ummer1`: the sign is a letter
    { word: text, beside: [] },
  ].some(({ word, beside }) => {
    const pieces = beside.reduce((sum, part) => sum + piecesOf(part), 0);
    return pieces < MIN_PIECES && spellingsOf(word).some((spelling) => commonPasswords().has(spelling));
  });
}

/** A word as it stands, with letters for digits and signs, and both without separators. */
function spellingsOf(word: string): string[] {
  const letters = lettersOf(word);
  const compact = [word, letters].map((spelling) => unitOf(spelling.replace(/[^\p{L}\d]/gu, "")));
  return [word, letters, ...compact];
}

let list: ReadonlySet<string> | null = null;

/** Read at the first new password: 4 MB that most processes do not need at the start. */
function commonPasswords(): ReadonlySet<string> {
  if (list === null) {
    const lines = readFileSync(new URL("common-passwords.txt", import.meta.url), "utf8").split("\n");
    list = new Set(lines.filter((line) => line !== "" && !line.startsWith("# ")));
  }
  return list;
}
