/** The number of a document at issue: the next one of its series, or one from elsewhere. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { StreamId } from "../sequence.ts";
import { formatNumber, MAX_OWN_NUMBER, OWN_NUMBER, periodOf, readNumber } from "../values/number-pattern.ts";
import { int, MAX_INT, streamId } from "../values/schema.ts";
import type { OrganizationBooks, OrganizationProfile } from "./organization.ts";
import type { Series } from "./series.ts";
import { takenBy } from "./taken.ts";

/** The most numbers that one document passes over. */
export const MAX_PASSED_OVER = 10_000;

/** A number that a series did not give to a document, because another document has it or one that looks the same. */
export const passedOver = z.object({
  counter: int(1, MAX_INT),
  number: z.string().max(MAX_OWN_NUMBER).regex(OWN_NUMBER, "must be a number that a pattern makes"),
  takenBy: streamId(),
});
export type PassedOver = z.infer<typeof passedOver>;

/** The period of a series in which a counter counts: a year, a month, or nothing. */
export const seriesPeriod = () => z.string().regex(/^(?:\d{4}(?:-(?:0[1-9]|1[0-2]))?)?$/, "must be a year or a month");

/** What an event says of its document's number. */
export interface DocumentNumber {
  series: string;
  /** The period in which the counter counts; an empty text in a series that never begins again, and in a foreign one. */
  period: string;
  /** The number's position in its period; null in a foreign series. */
  counter: number | null;
  number: string;
  /** The numbers directly before it that belong to other documents, in their order. */
  passedOver: PassedOver[];
}

export interface NumberBooks extends OrganizationBooks {
  invoice(id: StreamId): { number: string | null } | undefined;
  /** A document whose number is the same to people (`uniqueKey`); the one with exactly this number first. */
  invoiceIdBySameNumber(number: string): StreamId | undefined;
}

interface NumberWish {
  /** For a foreign series alone. */
  number: string | null;
  /** True: a foreign number may be one that an own series would make later. */
  confirmNumber: boolean;
  issuedOn: string;
}

/**
 * The number of a document.
 *
 * @throws Refusal NUMBER_MISSING, NUMBER_NOT_ALLOWED, ISSUED_BEFORE_LAST, NUMBER_TAKEN, NUMBER_OF_SERIES, NUMBERS_TAKEN
 */
export function numberOf(
  books: NumberBooks,
  profile: OrganizationProfile,
  series: Series,
  wish: NumberWish,
): DocumentNumber {
  if (series.foreign) return foreignNumber(books, profile, series, wish);
  const { number, issuedOn } = wish;
  if (number !== null)
    throw refusal("NUMBER_NOT_ALLOWED", `series ${series.name} makes its own numbers`, {
      field: "number",
      values: { series: series.name, number },
    });
  const next = nextCounter(books, series, issuedOn);
  if (next.lastIssuedOn !== null && issuedOn < next.lastIssuedOn)
    throw refusal(
      "ISSUED_BEFORE_LAST",
      `series ${series.name} is at ${next.lastIssuedOn}; ${issuedOn} is before that`,
      {
        field: "issuedOn",
        values: { series: series.name, issuedOn, lastIssuedOn: next.lastIssuedOn },
      },
    );
  // Also one that only looks the same: two such numbers would confuse the people who pay them, and passing over costs nothing.
  const made = freeNumber(next, issuedOn, (number) => books.invoiceIdBySameNumber(number));
  if (made === null)
    throw refusal(
      "NUMBERS_TAKEN",
      `${MAX_PASSED_OVER} numbers of series ${series.name} in a row are taken; add a series`,
      {
        field: "series",
        values: {
          series: series.name,
          from: formatNumber(next.pattern, issuedOn, next.counter),
          to: formatNumber(next.pattern, issuedOn, next.counter + MAX_PASSED_OVER),
        },
      },
    );
  return { series: series.name, period: next.period, ...made };
}

/** Where a series is on a day: what its next number follows from. */
export interface NextCounter {
  period: string;
  pattern: string;
  counter: number;
  lastIssuedOn: string | null;
}

/** The next counter of a series that makes its own numbers, on that day. */
export function nextCounter(books: Pick<OrganizationBooks, "series">, series: Series, date: string): NextCounter {
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
): (Pick<DocumentNumber, "number" | "passedOver"> & { counter: number }) | null {
  const passedOver: PassedOver[] = [];
  for (let counter = first; passedOver.length <= MAX_PASSED_OVER; counter++) {
    const number = formatNumber(pattern, date, counter);
    const taken = takenBy(number);
    if (taken === undefined) return { counter, number, passedOver };
    passedOver.push({ counter, number, takenBy: taken });
  }
  return null;
}

function foreignNumber(
  books: NumberBooks,
  profile: OrganizationProfile,
  { name }: Series,
  { number, confirmNumber, issuedOn }: NumberWish,
): DocumentNumber {
  if (number === null)
    throw refusal("NUMBER_MISSING", `series ${name} is foreign and makes no numbers; give one`, {
      field: "number",
      values: { series: name },
    });
  const taken = books.invoiceIdBySameNumber(number);
  if (taken !== undefined) {
    const existing = books.invoice(taken)?.number ?? number;
    throw refusal("NUMBER_TAKEN", takenBy(`invoice ${taken}`, "number", { text: number, existing }), {
      field: "number",
      values: { number, invoice: taken, existing },
    });
  }
  const own = confirmNumber ? null : seriesThatMakes(books, profile.series, { number, issuedOn });
  if (own !== null)
    throw refusal(
      "NUMBER_OF_SERIES",
      `series ${own} would make the number ${number} later; set confirmNumber to use it`,
      {
        field: "number",
        values: { series: own, number },
      },
    );
  return { series: name, period: "", counter: null, number, passedOver: [] };
}

/**
 * The series that would make this number later, or one that is the same to people; null if none would. A number of a
 * period that is over is not made any more, because issue dates stay in order.
 *
 * @param of.issuedOn tells the century of a year of two digits
 */
export function seriesThatMakes(
  books: Pick<OrganizationBooks, "series">,
  all: readonly Series[],
  of: { number: string; issuedOn: string },
): string | null {
  return all.find((series) => !series.foreign && makesLater(books, series, of))?.name ?? null;
}

function makesLater(
  books: Pick<OrganizationBooks, "series">,
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
