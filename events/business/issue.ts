/** Issuing: the draft is given its number, its dates and copies of seller and buyer, and can no longer be changed. */
import { z } from "zod";
import {
  buyerV1,
  sellerV1,
  taxV1,
  totalsV1,
  upcastPartiesV1,
  upcastTaxV1,
  upcastTotalsV1,
} from "../document/basis-points.ts";
import { type InvoiceContent, tax, totals } from "../document/draft.ts";
import { buyer, seller } from "../document/party.ts";
import type { StatedDocument } from "../document/stated.ts";
import { DOCUMENT_FORMATS } from "../einvoice/formats.ts";
import { refusal } from "../errors.ts";
import type { StreamId } from "../sequence.ts";
import { addDays, dateAt } from "../values/calendar.ts";
import { checkDate } from "../values/date.ts";
import { taxInHome } from "../values/money.ts";
import { currency, date, int, language, line, MAX_INT, minor } from "../values/schema.ts";
import { DRAFT_LIMITS } from "../values/size-limits.ts";
import { activeClient } from "./client.ts";
import { checkFormatRules } from "./format-rules.ts";
import { draftOnBooks, type InvoiceBooks, type InvoiceOnBooks, invoiceOf } from "./invoice.ts";
import { numberOf, passedOver, seriesPeriod } from "./numbering.ts";
import { checkTimeZone, type OrganizationProfile } from "./organization.ts";
import { MAX_PASSED_OVER } from "./own-numbers.ts";
import { buyerOf, checkParties, sellerOf } from "./parties.ts";
import { checkOpenPeriod } from "./period-lock.ts";
import { pickSeries } from "./series.ts";
import { checkComplete, checkCreditable } from "./state-rules.ts";

/** VAT in the organization's currency (BT-6, BT-111). `rate6`: its units for one unit of the invoice's, in 10⁻⁶. */
const accounting = z.object({ currency: currency(), rate6: int(1, MAX_INT), taxMinor: minor() });

/** `counter`: the number's position in its series; null in a foreign series. */
export const invoiceIssuedV1 = z.object({
  series: line(40),
  counter: int(1, MAX_INT).nullable(),
  number: line(60),
  issuedOn: date(),
  dueOn: date(),
  seller: sellerV1,
  buyer: buyerV1,
  taxes: z.array(taxV1).max(200),
  totals: totalsV1,
  accounting: accounting.nullable(),
});

/** `period` and `passedOver` as `DocumentNumber` has them. */
export const invoiceIssuedV2 = invoiceIssuedV1.extend({
  period: seriesPeriod(),
  passedOver: z.array(passedOver).max(MAX_PASSED_OVER),
});

/**
 * `language`: the client's at issue, else the organization's; null in events from before it was recorded. `format`: the one
 * that the client wanted, whose rules the document passed.
 */
export const invoiceIssued = invoiceIssuedV2.extend({
  seller,
  buyer,
  taxes: z.array(tax).max(DRAFT_LIMITS.taxes),
  totals,
  language: language().nullable(),
  format: z.enum(DOCUMENT_FORMATS).nullable(),
});

/** Numbers counted from 1 for ever, and a number that was taken stopped its series. */
export function upcastIssuedV1(old: z.infer<typeof invoiceIssuedV1>): z.infer<typeof invoiceIssuedV2> {
  return { ...old, period: "", passedOver: [] };
}
/** Rates were in basis points, and documents stated only the usual. Written out, because a replay of an old log does this often. */
export function upcastIssuedV2(old: z.infer<typeof invoiceIssuedV2>): InvoiceIssued {
  const { seller, buyer } = upcastPartiesV1(old);
  return {
    series: old.series,
    counter: old.counter,
    number: old.number,
    issuedOn: old.issuedOn,
    dueOn: old.dueOn,
    seller,
    buyer,
    taxes: old.taxes.map(upcastTaxV1),
    totals: upcastTotalsV1(old.totals),
    accounting: old.accounting,
    period: old.period,
    passedOver: old.passedOver,
    language: null,
    format: null,
  };
}
export type InvoiceIssued = z.infer<typeof invoiceIssued>;

export type IssueEvent = { type: "InvoiceIssued"; data: InvoiceIssued };

export interface IssueBooks extends InvoiceBooks {
  /** A document whose number is the same to people (`uniqueKey`); the one with exactly this number first. */
  invoiceIdBySameNumber(number: string): StreamId | undefined;
}

/**
 * `series` null: the first one for the kind. `number`: foreign series only. `issuedOn` null: today, in the
 * organization's time zone.
 */
export const issueInput = z.object({
  series: line(40).nullable().describe("Name of the number series; null: the first for this kind of document."),
  number: line(60).nullable().describe("The number, for a foreign series alone."),
  issuedOn: date().nullable().describe("Issue date; null: today."),
  dueOn: date().nullable().describe("When it is due; null: by its terms."),
  exchangeRate6: int(1, MAX_INT)
    .nullable()
    .describe("Rate to the organization's currency in millionths, where the document has VAT in another one."),
  confirmNumber: z
    .boolean()
    .default(false)
    .describe("true: the number may be one that an own series would make later; that series then passes over it."),
});
type IssueInput = z.infer<typeof issueInput>;

/** @param atMs the time of the decision; with the organization's time zone it gives today's date */
export function issueInvoice(books: IssueBooks, id: StreamId, input: IssueInput, atMs: number): IssueEvent {
  const invoice = draftOnBooks(books, id);
  const content = books.invoiceContent(id);
  const organization = books.organization();
  if (!content || !organization) throw new Error(`invoice ${id} has no content, or the log no organization`);
  const { profile } = organization;
  checkComplete(invoice, content.lines.length);
  const client = activeClient(books, invoice.clientId, "clientId");

  const issuedOn = issueDay(profile, input.issuedOn, atMs);
  checkOpenPeriod(books, { issuedOn });
  const dueOn = input.dueOn ?? addDays(issuedOn, content.termsDays ?? client.details.termsDays ?? profile.termsDays);
  checkDate(dueOn, "dueOn");
  const { taxes, totals } = content;
  const seller = sellerOf(profile, taxes);
  const buyer = buyerOf(client.details, taxes);
  checkParties(content, seller, buyer);
  if (invoice.correctsId !== null)
    checkCreditable(invoiceOf(books, invoice.correctsId, null), content.totals.grossMinor);
  const series = pickSeries(profile, invoice.kind, input.series);
  const number = numberOf(books, profile, series, { ...input, issuedOn });
  const accounting = accountingOf(content, profile.currency, input.exchangeRate6);
  const language = client.details.language ?? profile.language;
  const format = client.details.more?.format ?? null;
  const stated = { issuedOn, dueOn, seller, buyer, taxes, totals, accounting, language, format };
  const corrected = correctedBy(books, invoice);
  checkFormatRules({ ...stated, kind: invoice.kind, number: number.number, content, corrected });
  return { type: "InvoiceIssued", data: { ...number, ...stated } };
}

/** The invoice that a credit note corrects. */
function correctedBy(books: IssueBooks, { correctsId }: InvoiceOnBooks): StatedDocument["corrected"] {
  if (correctsId === null) return null;
  const { number, issuedOn } = invoiceOf(books, correctsId, null);
  return number === null || issuedOn === null ? null : { number, issuedOn };
}

/** The issue date. @param stated null: today @throws Refusal UNKNOWN_DATE, ISSUED_IN_FUTURE, UNKNOWN_TIME_ZONE */
export function issueDay(profile: OrganizationProfile, stated: string | null, atMs: number): string {
  checkTimeZone(profile);
  const today = dateAt(atMs, profile.timeZone);
  const issuedOn = stated ?? today;
  checkDate(issuedOn, "issuedOn");
  if (issuedOn > today)
    throw refusal("ISSUED_IN_FUTURE", `${issuedOn} is after today, ${today}`, {
      field: "issuedOn",
      values: { issuedOn, today },
    });
  return issuedOn;
}

function accountingOf(content: InvoiceContent, home: string, rate6: number | null): InvoiceIssued["accounting"] {
  if (content.currency === home) return null;
  if (rate6 === null) {
    if (content.totals.taxMinor === 0) return null;
    throw refusal("EXCHANGE_RATE_MISSING", `VAT in ${content.currency} must also be stated in ${home}; give the rate`, {
      field: "exchangeRate6",
      values: { currency: content.currency, home },
    });
  }
  return { currency: home, rate6, taxMinor: taxInHome(content.totals.taxMinor, content.currency, { home, rate6 }) };
}
