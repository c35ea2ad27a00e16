/** The number of a document at issue: the next one of its series, or one from elsewhere. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { StreamId } from "../sequence.ts";
import { formatNumber, MAX_OWN_NUMBER, OWN_NUMBER } from "../values/number-pattern.ts";
import { int, MAX_INT, streamId } from "../values/schema.ts";
import type { OrganizationBooks, OrganizationProfile } from "./organization.ts";
import { freeNumber, MAX_PASSED_OVER, nextCounter, seriesThatMakes } from "./own-numbers.ts";
import type { Series } from "./series.ts";
import { takenBy } from "./taken.ts";

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
