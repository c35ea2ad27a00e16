/**
 * Patterns of document numbers, such as `RE-{YYYY}-{0000}`: how a number is made from a date and a counter, and how it is
 * read back. Pure code, which runs in browsers too.
 *
 * A pattern is a text of letters, digits, blanks and `/ _ . -` with exactly one counter: `{0}` to `{000000000000}`, where the
 * zeros are its fewest digits. `{YYYY}` or `{YY}` is the year of the issue date, `{MM}` its month.
 */
import { uniqueKey } from "./unique-key.ts";

export const MAX_PATTERN = 40;
/** Characters of a number: a counter has at most 16 digits, in place of `{0}`. */
export const MAX_OWN_NUMBER = MAX_PATTERN - "{0}".length + 16;
/** The characters that patterns put into numbers. */
export const OWN_NUMBER = /^[A-Za-z0-9/_. -]*$/;

/** When a series begins again with its first number. */
export const RESETS = ["never", "yearly", "monthly"] as const;
export type Reset = (typeof RESETS)[number];

const PART = String.raw`[A-Za-z0-9/_. \-]|\{YYYY\}|\{YY\}|\{MM\}`;
/** What a pattern is made of. `patternFault` also finds what this cannot say. */
export const NUMBER_PATTERN = new RegExp(`^(?:${PART})*\\{0{1,12}\\}(?:${PART})*$`);
const TOKEN = /\{([^{}]*)\}/g;

/** What is wrong with a pattern. */
export type PatternFault =
  | "characters"
  | "braces"
  | "no counter"
  | "several counters"
  | "several years"
  | "several months"
  | "blanks"
  | "too long";

/** What is wrong with a pattern; null: nothing. */
export function patternFault(pattern: string): PatternFault | null {
  if (pattern.length > MAX_PATTERN) return "too long";
  const tokens = tokensOf(pattern);
  const literals = pattern.replaceAll(TOKEN, "");
  if (/[{}]/.test(literals) || tokens.some((token) => !/^(?:0{1,12}|YYYY|YY|MM)$/.test(token))) return "braces";
  if (!OWN_NUMBER.test(literals)) return "characters";
  const count = (one: RegExp) => tokens.filter((token) => one.test(token)).length;
  if (count(/^0/) === 0) return "no counter";
  if (count(/^0/) > 1) return "several counters";
  if (count(/^Y/) > 1) return "several years";
  if (count(/^M/) > 1) return "several months";
  return pattern === pattern.trim() && !pattern.includes("  ") ? null : "blanks";
}

/** For input that is refused: what a pattern must be. */
export const PATTERN_FAULTS: Readonly<Record<PatternFault, string>> = {
  characters: "can contain only letters, digits, blanks and / _ . - beside {0000}, {YYYY}, {YY} and {MM}",
  braces: "can contain only {YYYY}, {YY}, {MM} and a counter of 1 to 12 zeros, such as {0000}, in braces",
  "no counter": "must contain a counter, such as {0000}",
  "several counters": "must contain only one counter",
  "several years": "must contain the year only once",
  "several months": "must contain the month only once",
  blanks: "must not begin or end with a blank, or have several together",
  "too long": `must have at most ${MAX_PATTERN} characters`,
};

/** True if a series that begins again cannot repeat its numbers: yearly needs the year, monthly year and month. */
export function allowsReset(pattern: string, reset: Reset): boolean {
  const tokens = tokensOf(pattern);
  const hasYear = tokens.some((token) => token.startsWith("Y"));
  return reset === "never" || (hasYear && (reset === "yearly" || tokens.includes("MM")));
}

/** The period in which a counter counts: `YYYY`, `YYYY-MM`, or an empty text if it never begins again. */
export function periodOf(reset: Reset, date: string): string {
  return reset === "never" ? "" : date.slice(0, reset === "yearly" ? 4 : 7);
}

/** The number that a pattern makes. @param date `YYYY-MM-DD` */
export function formatNumber(pattern: string, date: string, counter: number): string {
  return pattern.replaceAll(TOKEN, (_, token: string) => {
    if (token === "MM") return date.slice(5, 7);
    if (token.startsWith("Y")) return date.slice(4 - token.length, 4);
    return String(counter).padStart(token.length, "0");
  });
}

/** What a number that fits a pattern is made of. The year is null if the pattern has none, and so is the month. */
export interface NumberParts {
  counter: number;
  /** `YYYY`, or `YY` if the pattern has only that. */
  year: string | null;
  month: string | null;
}

/** Reads a number that a pattern makes, or that is the same to people; null: the pattern never makes it. */
export function readNumber(pattern: string, number: string): NumberParts | null {
  const groups = readerOf(pattern).exec(uniqueKey(number))?.groups;
  if (!groups) return null;
  const counter = Number(groups.counter);
  if (counter === 0 || !Number.isSafeInteger(counter)) return null;
  return { counter, year: groups.year ?? null, month: groups.month ?? null };
}

const readers = new Map<string, RegExp>();

function readerOf(pattern: string): RegExp {
  const known = readers.get(pattern);
  if (known) return known;
  const source = partsOf(pattern).map((part) => {
    if ("literal" in part) return uniqueKey(part.literal).replaceAll(/[.\-/]/g, String.raw`\$&`);
    const { token } = part;
    if (token === "MM") return "(?<month>0[1-9]|1[0-2])";
    if (token.startsWith("Y")) return `(?<year>[0-9]{${token.length}})`;
    return `(?<counter>[0-9]{${token.length}}|[1-9][0-9]{${token.length},15})`;
  });
  const reader = new RegExp(`^${source.join("")}$`);
  if (readers.size > 1_000) readers.clear();
  readers.set(pattern, reader);
  return reader;
}

/** Counters up to this are compared, also where a pattern has fewer digits. */
const COMPARED_DIGITS = 5;

/**
 * True if two patterns can make numbers that are the same to people, with counters of their own digits, or of five if that is
 * more. Larger counters are not compared: a number that is taken is passed over.
 */
export function makeSameNumbers(one: string, other: string): boolean {
  const others = shapesOf(other);
  return shapesOf(one).some((shape) => others.some((to) => fits(shape, to)));
}

function fits(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((characters, n) => meet(characters, other[n] ?? ""));
}

function meet(one: string, other: string): boolean {
  return [...one].some((character) => other.includes(character));
}

const DIGITS = "0123456789";

/** The numbers of a pattern by their length: for each place, the characters that it can have. */
function shapesOf(pattern: string): string[][] {
  const parts = partsOf(pattern);
  const least = tokensOf(pattern).find((token) => token.startsWith("0"))?.length ?? 1;
  const widths = Array.from({ length: Math.max(1, COMPARED_DIGITS - least + 1) }, (_, n) => least + n);
  return widths.map((width) =>
    parts.flatMap((part) => {
      if ("literal" in part) return [...uniqueKey(part.literal)];
      if (part.token === "MM") return ["01", DIGITS];
      if (part.token.startsWith("Y")) return Array<string>(part.token.length).fill(DIGITS);
      const first = width > least ? DIGITS.slice(1) : DIGITS;
      return [first, ...Array<string>(width - 1).fill(DIGITS)];
    }),
  );
}

type Part = { literal: string } | { token: string };

function partsOf(pattern: string): Part[] {
  return pattern
    .split(/(\{[^{}]*\})/)
    .filter((text) => text !== "" && text.trim() !== "")
    .map((text) => (text.startsWith("{") ? { token: text.slice(1, -1) } : { literal: text }));
}

function tokensOf(pattern: string): string[] {
  return [...pattern.matchAll(TOKEN)].map(([, token = ""]) => token);
}

/** The pattern of a series of earlier releases, whose numbers were a prefix and a counter. */
export function patternOfPrefix(prefix: string, digits: number): string {
  return `${prefix}{${"0".repeat(digits)}}`;
}

/** Prefix and fewest digits of a pattern that has nothing else; null for the others. */
export function prefixOfPattern(pattern: string): { prefix: string; digits: number } | null {
  const [, prefix, zeros] = /^([^{}]*)\{(0+)\}$/.exec(pattern) ?? [];
  return prefix === undefined || zeros === undefined ? null : { prefix, digits: zeros.length };
}
