/**
 * Reads numbers as users type and paste them.
 *
 * A number that another language would read as another number is never guessed:
 *
 * - What the app displays in the user's locale is accepted, and means what it means there: `1.234` is 1234 in German and
 *   1.234 in English, for amounts, prices and quantities alike.
 * - A group separator counts as one only where the locale groups like that. `0.500`, `1.23`, `12.3456` and `1234.567` are
 *   refused in German, `1.234` in Spanish (which displays 1234), `123,456` in India (which displays 1,23,456), and any
 *   separator that the locale does not use. The problem names each possible meaning in the user's own format.
 * - With digits that the locale does not use, a single separator before three digits is refused: `१,२३४` in German.
 * - `.5` has one meaning, in every locale.
 * - Spaces and apostrophes only ever group, so they are accepted everywhere, in groups of three.
 * - Digits of all scripts, full-width forms, invisible characters, a sign before or after the number, `(12.00)`, `12.-`,
 *   and the currency's sign, code or name are accepted. Another currency is refused by name.
 */
import { currenciesOf, signsOf, signText } from "./currency-signs.ts";
import { type Grouping, type NumberStyle, numberStyle } from "./number-style.ts";
import { plainText } from "./plain-text.ts";

/** What a field accepts. */
export interface NumberField {
  /** BCP 47; the locale that the app displays numbers in. */
  locale: string;
  /** The most decimals. */
  decimals: number;
  /** The amount's currency, which may be written beside it. None: a currency is refused. */
  currency?: string;
  /** True: a percent sign may be written. It changes no value. */
  percent?: boolean;
}

/** A number in 10^-decimals, or why there is none. */
type NumberReading =
  | { value: number; problem: null }
  /** A predicate such as `is missing`, or a sentence. `noNumber`: the text is not even like a number. */
  | { value: null; problem: string; noNumber: boolean };

/** Digits before and after the decimal separator. */
interface Digits {
  whole: string;
  fraction: string;
}

/** A typed number, cut at its separators. `groups` has one element more than `separators`. */
interface Cut {
  groups: readonly string[];
  separators: readonly string[];
}

/** What is written around the digits. */
interface Frame {
  negative: boolean;
  percent: boolean;
  /** The separators directly before and after the digits, such as that of `.5`. */
  lead: string;
  trail: string;
  /** True for `12.-`, which has no decimals. */
  whole: boolean;
  /** True if the leading separator may be the point of an abbreviation: `Rs.500`. */
  abbreviated: boolean;
  /** What is neither a sign nor the currency; empty: nothing. */
  unknown: string;
}

const NUMBER = /^(\D*)(\d(?:.*\d)?)(\D*)$/;
const ONLY_GROUPS = /[ '٬]/;
const WESTERN: Grouping = { last: 3, inner: 3, least: 0 };

/** Reads a number. It is exact: nothing is rounded. */
export function readNumber(text: string, field: NumberField): NumberReading {
  const style = numberStyle(field.locale, field);
  const plain = plainText(text, style.digits);
  if (plain === "") return { ...refused("is missing"), noNumber: true };
  const [, head, body, tail] = NUMBER.exec(plain ?? "") ?? [];
  if (head === undefined || body === undefined || tail === undefined) return NO_NUMBER;
  const frame = readFrame(head, tail, field);
  const cut = frame && cutAt(body, frame);
  if (!frame || !cut) return NO_NUMBER;
  if (frame.unknown !== "") return foreignText(frame.unknown, field);
  if (frame.percent && !field.percent) return refused("cannot be a percentage");
  const doubtful = frame.abbreviated || (hasForeignDigits(text, style) && couldBeThousands(cut));
  const digits = doubtful ? null : digitsOf(cut, style);
  if (digits === null || (frame.whole && digits.fraction !== ""))
    return unclear(cut, frame, { ...field, style, doubtful });
  return exactValue(digits, frame, { cut, field });
}

/** The problem of a reading as a sentence. @param label the field's */
export function sentenceOf(label: string, problem: string): string {
  return /^[a-z]/.test(problem) ? `${label} ${problem}.` : problem;
}

/** True if the text has a percent sign. */
export function isPercentage(text: string): boolean {
  return plainText(text)?.includes("%") ?? false;
}

function refused(problem: string): NumberReading & { value: null } {
  return { value: null, problem, noNumber: false };
}

const NO_NUMBER: NumberReading = { value: null, problem: "is not a number", noNumber: true };

const BARE: Frame = {
  negative: false,
  percent: false,
  lead: "",
  trail: "",
  whole: false,
  abbreviated: false,
  unknown: "",
};

/** @returns null if the signs around the number contradict each other */
function readFrame(head: string, tail: string, { currency, locale }: NumberField): Frame | null {
  if (head === "" && tail === "") return BARE;
  const signs = currency ? signsOf(currency, locale) : [];
  const dashed = /^[.,]-{1,2}(?!-)/.exec(tail)?.[0] ?? "";
  const trail = dashed === "" ? (/^[.,٫]/.exec(tail)?.[0] ?? "") : "";
  const after = withoutSign(tail.slice(dashed.length + trail.length), signs);
  const before = withoutSign(head, signs);
  // The sign `B/.` has taken its point with it. A point that is left over and touches the digits belongs to them.
  const point = /[.,٫]$/.exec(before.rest)?.[0] ?? "";
  const lead = point !== "" && head.endsWith(point) ? point : "";
  const opening = before.found || lead !== "" ? before.rest.replace(/[.,٫]$/, "") : before.rest;
  const closing = after.found ? after.rest.replace(/^\.|\.$/, "") : after.rest;
  if (!areMarksValid(opening, closing)) return null;
  const unknown = [opening, closing].findIndex((rest) => rest.replace(MARKS, "") !== "");
  return {
    negative: /[-(]/.test(opening + closing),
    percent: `${opening}${closing}`.includes("%"),
    lead,
    trail,
    whole: dashed !== "",
    abbreviated: lead !== "" && /\p{L}$/u.test(head.slice(0, -1)),
    unknown: unknown < 0 ? "" : (unknown === 0 ? head : tail).replace(MARKS, "").trim(),
  };
}

const MARKS = /[-+()%]/g;

/** True for at most one sign, one percent sign, and one pair of parentheses, which stand for a minus. */
function areMarksValid(opening: string, closing: string): boolean {
  const marks = `${opening}${closing}`;
  const [signs, percents] = [marks.replace(/[^-+]/g, "").length, marks.replace(/[^%]/g, "").length];
  const opened = opening.replace(/[^(]/g, "").length;
  if (/\)/.test(opening) || /[(+]/.test(closing) || opened !== closing.replace(/[^)]/g, "").length) return false;
  return opened + signs <= 1 && percents <= 1;
}

/** The text, in lower case and without spaces, without the first of the signs that is in it. */
function withoutSign(text: string, signs: readonly string[]): { rest: string; found: boolean } {
  if (text === "" || text === "-") return { rest: text, found: false };
  const rest = signText(text);
  const sign = signs.find((one) => rest.includes(one));
  return sign === undefined ? { rest, found: false } : { rest: rest.replace(sign, ""), found: true };
}

/** @returns null if two separators follow each other */
function cutAt(body: string, { lead, trail }: Frame): Cut | null {
  const groups = [...(lead === "" ? [] : [""]), ...body.split(/\D/u), ...(trail === "" ? [] : [""])];
  const separators = [lead, ...(body.match(/\D/gu) ?? []), trail].filter((one) => one !== "");
  if (lead !== "" && separators.length > 1) return null;
  return groups.length === separators.length + 1 && !groups.slice(1, -1).includes("") ? { groups, separators } : null;
}

/** @returns null if this is not how the locale writes numbers */
function digitsOf({ groups, separators }: Cut, style: NumberStyle): Digits | null {
  const last = separators.at(-1) ?? "";
  // Nothing can be grouped before `.5`. `.500` may be the end of a longer number.
  const isLead = groups[0] === "" && !ONLY_GROUPS.test(last) && (groups[1] ?? "").length % 3 !== 0;
  const hasDecimals = style.decimals.has(last) || isLead;
  const grouped = hasDecimals ? groups.slice(0, -1) : groups;
  const between = hasDecimals ? separators.slice(0, -1) : separators;
  const fraction = hasDecimals ? (groups.at(-1) ?? "") : "";
  const [first = ""] = between;
  if (between.some((one) => one !== first || !style.groups.has(one))) return null;
  if (between.length > 0) {
    // A single point or comma could be the decimal separator of another language.
    const couldBeDecimal = between.length === 1 && !hasDecimals && !ONLY_GROUPS.test(first);
    const digits = grouped.join("").length;
    const groupings = couldBeDecimal
      ? style.groupings.filter(({ least }) => digits >= least)
      : [...style.groupings, WESTERN];
    if (grouped[0]?.startsWith("0") || !groupings.some((grouping) => isGrouped(grouped, grouping))) return null;
  }
  return { whole: grouped.join(""), fraction };
}

/** True for digits that the locale does not use: their separators may be those of another locale. */
function hasForeignDigits(text: string, { digits }: NumberStyle): boolean {
  return (text.match(/(?![0-9０-９])\p{Nd}/gu) ?? []).some((digit) => !digits.has(digit));
}

/** True for `1.234` and `1,234`. */
function couldBeThousands({ groups, separators: [point = "", ...more] }: Cut): boolean {
  return /[.,]/.test(point) && more.length === 0 && /^[1-9]\d{0,2}$/.test(groups[0] ?? "") && groups[1]?.length === 3;
}

function isGrouped(groups: readonly string[], { last, inner }: Grouping): boolean {
  const lengths = groups.map(({ length }) => length);
  const [first = 0] = lengths;
  return (
    first >= 1 && first <= inner && lengths.at(-1) === last && lengths.slice(1, -1).every((length) => length === inner)
  );
}

function exactValue({ whole, fraction }: Digits, frame: Frame, how: { cut: Cut; field: NumberField }): NumberReading {
  const { decimals, locale } = how.field;
  if (fraction.length > decimals) {
    const few = decimals === 0 ? "must be a whole number" : `has too many decimals: at most ${decimals} are allowed`;
    // Three decimals may be the thousands of another language.
    const thousands = how.cut.separators.length === 1 && fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
    const other = thousands ? spell({ whole: whole + fraction, fraction: "" }, frame, locale) : null;
    return refused(other === null ? few : `${few}. If you mean ${other}, write it like that`);
  }
  const digits = `${whole}${fraction.padEnd(decimals, "0")}`.replace(/^0+(?=\d)/, "");
  const value = digits.length > 16 ? Number.NaN : Number(digits);
  if (!Number.isSafeInteger(value)) return refused("is too large");
  return { value: frame.negative && value !== 0 ? -value : value, problem: null };
}

interface Doubt extends NumberField {
  style: NumberStyle;
  /** True if even the locale's own decimal separator may be something else. */
  doubtful: boolean;
}

/** Names what the text may mean: its point or comma begins the decimals, or it groups. */
function unclear(cut: Cut, frame: Frame, how: Doubt): NumberReading {
  const meanings = meaningsOf(cut, frame, how).map((digits) => spell(digits, frame, how.locale));
  const [first, second] = new Set(meanings);
  if (first === undefined) return NO_NUMBER;
  if (second === undefined) return refused(`Did you mean ${first}? Write it like that.`);
  return refused(`Did you mean ${first} or ${second}? Write one of these.`);
}

function meaningsOf({ groups, separators }: Cut, frame: Frame, { style, doubtful }: Doubt): Digits[] {
  const points = separators.filter((one) => !ONLY_GROUPS.test(one));
  const [point = "", ...more] = points;
  const end = groups.at(-1) ?? "";
  const isLast = separators.at(-1) === points.at(-1);
  const decimal = { whole: groups.slice(0, -1).join(""), fraction: end };
  const grouped = { whole: groups.join(""), fraction: "" };
  if (points.some((one) => !/[.,٫]/.test(one) && !style.decimals.has(one) && !style.groups.has(one))) return [];
  if (frame.whole) return end.length === 3 ? [grouped] : [];
  if (point === "" || (more.length === 0 && !isLast)) return [grouped];
  if (more.length === 0) return style.decimals.has(point) && !doubtful ? [decimal] : [decimal, grouped];
  // `1.2.3` or a date is no number. `12.34.567` is one with separators in the wrong position.
  const inner = groups.slice(1, -1).every(({ length }) => length === 2 || length === 3);
  if (new Set(points).size === 1) return inner && end.length === 3 ? [grouped] : [];
  return isLast && points.filter((one) => one === points.at(-1)).length === 1 ? [decimal] : [];
}

/** The number in the locale's own format. */
function spell({ whole, fraction }: Digits, { negative }: Frame, locale: string): string {
  const text = `${negative ? "-" : ""}${whole === "" ? "0" : whole}.${fraction === "" ? "0" : fraction}`;
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 20 });
  return format.format(text as Intl.StringNumericLiteral);
}

function foreignText(text: string, { currency, locale }: NumberField): NumberReading {
  const others = currenciesOf(signText(text), locale);
  if (others.length === 0) return NO_NUMBER;
  if (!currency) return refused("must be written without a currency");
  return refused(`must be in ${currency}, not ${others.length === 1 ? others[0] : text}`);
}
