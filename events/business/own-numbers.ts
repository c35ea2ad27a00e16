/**
 * What numbers a series makes: the next one on a day, and which series would make a number. Pure code without schemas, which
 * forms use too.
 */
import type { StreamId } from "../sequence.ts";
import { formatNumber, periodOf, readNumber } from "../values/number-pattern.ts";
import type { Series, SeriesBooks } from "./series.ts";

/** The most numbers that one document passes over. */
export const MAX_PASSED_OVER = 10_000;

/** A number that is taken, with the document that has it, or one that is the same to people. */
interface Taken {
  counter: number;
  number: string;
  takenBy: StreamId;
}

/** Where a series is on a day: what its next number follows from. */
export interface NextCounter {
  period: string;
  pattern: string;
  counter: number;
  lastIssuedOn: string | null;
}

/** The next counter of a series that makes its own numbers, on that day. */
export function nextCounter(books: SeriesBooks, series: Series, date: string): NextCounter {
  const period = periodOf(series.reset, date);
  const { lastNumber, pattern, lastIssuedOn } = books.series(series.name, period);
  const counter = lastNumber === null ? series.first : lastNumber + 1;
  return { period, pattern: pattern ?? series.pattern, counter, lastIssuedOn };
}

/**
 * The first number from a counter on that no document has, with those before it that one has.
 *
 * @param takenBy the document that has a number, or one that is the same to people
 * @returns null if more than `MAX_PASSED_OVER` are taken
 */
export function freeNumber(
  { pattern, counter: first }: Pick<NextCounter, "pattern" | "counter">,
  date: string,
  takenBy: (number: string) => StreamId | undefined,
): { counter: number; number: string; passedOver: Taken[] } | null {
  const passedOver: Taken[] = [];
  for (let counter = first; passedOver.length <= MAX_PASSED_OVER; counter++) {
    const number = formatNumber(pattern, date, counter);
    const taken = takenBy(number);
    if (taken === undefined) return { counter, number, passedOver };
    passedOver.push({ counter, number, takenBy: taken });
  }
  return null;
}

/**
 * The series that would make this number later, or one that is the same to people; null if none would. A number of a
 * period that is over is not made any more, because issue dates stay in order.
 *
 * @param of.issuedOn tells the century of a year of two digits
 */
export function seriesThatMakes(
  books: SeriesBooks,
  all: readonly Series[],
  of: { number: string; issuedOn: string },
): string | null {
  return all.find((series) => !series.foreign && makesLater(books, series, of))?.name ?? null;
}

function makesLater(
  books: SeriesBooks,
  series: Series,
  { number, issuedOn }: { number: string; issuedOn: string },
): boolean {
  const { lastIssuedOn } = books.series(series.name, "");
  const running =
    lastIssuedOn === null ? null : books.series(series.name, periodOf(series.reset, lastIssuedOn)).pattern;
  return [...new Set([series.pattern, running ?? series.pattern])].some((pattern) => {
    const parts = readNumber(pattern, number);
    if (!parts) return false;
    const year = parts.year?.length === 2 ? issuedOn.slice(0, 2) + parts.year : parts.year;
    const month = parts.month === null ? "" : `-${parts.month}`;
    if (year !== null && lastIssuedOn !== null && year + month < lastIssuedOn.slice(0, month === "" ? 4 : 7))
      return false;
    const period = series.reset === "never" ? "" : periodOf(series.reset, `${year ?? ""}${month}`);
    const there = books.series(series.name, period);
    if ((there.pattern ?? series.pattern) !== pattern) return false; // another one makes the numbers of that period
    return parts.counter >= (there.lastNumber === null ? series.first : there.lastNumber + 1);
  });
}
