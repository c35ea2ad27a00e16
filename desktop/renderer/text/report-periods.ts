/** The periods of reports: months, quarters and years. The address has one as a word: `2026-09`, `2026-Q3` or `2026`. */
import { day, month } from "./format.ts";

/** Both days are included. YYYY-MM-DD */
export interface ReportPeriod {
  from: string;
  to: string;
}

export interface PeriodGroup {
  name: string;
  /** The latest first. */
  periods: readonly (readonly [word: string, name: string])[];
}

/** The word of a period whose days are chosen freely. */
export const FREE_PERIOD = "own";

const [MONTHS, QUARTERS, YEARS] = [25, 13, 8];

/**
 * What users choose from, the latest first.
 *
 * @param today YYYY-MM-DD
 * @param chosen the word in the address: an older period is offered too
 */
export function periodGroups(today: string, chosen: string): PeriodGroup[] {
  const groups = [
    { name: "Months", words: lastWords(today, MONTHS, monthWord, 1) },
    { name: "Quarters", words: lastWords(today, QUARTERS, quarterWord, 3) },
    { name: "Years", words: lastWords(today, YEARS, yearWord, 12) },
  ];
  const at = [/^\d{4}-\d\d$/, /^\d{4}-Q\d$/, /^\d{4}$/].findIndex((form) => form.test(chosen));
  const group = groups[at];
  if (group && daysOf(chosen) && !group.words.includes(chosen)) group.words.push(chosen);
  return groups.map(({ name, words }) => ({
    name,
    periods: words.map((word) => [word, isOver(word, today) ? nameOf(word) : `${nameOf(word)}, not over yet`] as const),
  }));
}

/** The quarter before the current one: what a return is due for. */
export function defaultPeriod(today: string): string {
  return lastWords(today, 2, quarterWord, 3)[1] ?? quarterWord(today);
}

/**
 * The days of a period in the address.
 *
 * @param own the days of a free period
 * @returns null if they are not two days in order
 */
export function reportPeriodOf(word: string, today: string, own: ReportPeriod): ReportPeriod | null {
  if (word === FREE_PERIOD) return isDay(own.from) && isDay(own.to) && own.from <= own.to ? own : null;
  return daysOf(word) ?? daysOf(defaultPeriod(today));
}

/** `Q3 2026` or `Sep 2026`; for a free period, its days. */
export function periodName(word: string, { from, to }: ReportPeriod, locale: string): string {
  return daysOf(word) ? nameOf(word) : `${day(from, locale)} to ${day(to, locale)}`;
}

/** True for a date that exists, from the year 1900: while a year is being typed, it is shorter. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < "1900") return false;
  const atMs = Date.parse(text);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
}

function nameOf(word: string): string {
  const [year = "", part] = word.split("-");
  if (part === undefined) return year;
  if (!part.startsWith("Q")) return `${month(word)} ${year}`;
  const days = daysOf(word);
  if (days === null) return word;
  const { from, to } = days;
  return `${part} ${year} (${month(from.slice(0, 7))} to ${month(to.slice(0, 7))})`;
}

function isOver(word: string, today: string): boolean {
  return (daysOf(word)?.to ?? "") < today;
}

/** @returns null if the word names no month, quarter or year */
function daysOf(word: string): ReportPeriod | null {
  const [, year = "", rest = ""] = /^(\d{4})(-Q[1-4]|-0[1-9]|-1[0-2])?$/.exec(word) ?? [];
  if (year < "1900") return null;
  const [first, count] =
    rest === "" ? [1, 12] : rest.startsWith("-Q") ? [Number(rest.slice(2)) * 3 - 2, 3] : [Number(rest.slice(1)), 1];
  const date = (month: number, day: number) => new Date(Date.UTC(Number(year), month, day)).toISOString().slice(0, 10);
  return { from: date(first - 1, 1), to: date(first - 1 + count, 0) };
}

/** The words of the current period and of those before it. @param months of a period */
function lastWords(today: string, count: number, wordOf: (date: string) => string, months: number): string[] {
  const [year = 0, month = 0] = today.split("-").map(Number);
  return Array.from({ length: count }, (_, n) =>
    wordOf(new Date(Date.UTC(year, month - 1 - n * months, 1)).toISOString().slice(0, 10)),
  );
}

function monthWord(date: string): string {
  return date.slice(0, 7);
}

function quarterWord(date: string): string {
  return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
}

function yearWord(date: string): string {
  return date.slice(0, 4);
}
