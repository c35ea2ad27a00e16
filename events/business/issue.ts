/** Issuing: the draft is given its number, its dates and copies of seller and buyer, and can no longer be changed. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { StreamId } from "../sequence.ts";
import { addDays, dateAt } from "../values/calendar.ts";
import { checkDate } from "../values/date.ts";
import { taxInHome } from "../values/money.ts";
import { currency, date, int, line, MAX_INT, minor } from "../values/schema.ts";
import { DRAFT_LIMITS } from "../values/size-limits.ts";
import { needsReason } from "../values/vat.ts";
import { activeClient } from "./client.ts";
import { type InvoiceContent, tax, totals } from "./draft.ts";
import { draftOnBooks, type InvoiceBooks, invoiceOf } from "./invoice.ts";
import { numberOf, passedOver, seriesPeriod } from "./numbering.ts";
import { checkTimeZone, type OrganizationOnBooks, type OrganizationProfile } from "./organization.ts";
import { MAX_PASSED_OVER } from "./own-numbers.ts";
import { type Buyer, buyer, type Seller, seller } from "./party.ts";
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
  seller,
  buyer,
  taxes: z.array(tax).max(DRAFT_LIMITS.taxes),
  totals,
  accounting: accounting.nullable(),
});

/** `period` and `passedOver` as `DocumentNumber` has them. */
export const invoiceIssued = invoiceIssuedV1.extend({
  period: seriesPeriod(),
  passedOver: z.array(passedOver).max(MAX_PASSED_OVER),
});
/** Numbers counted from 1 for ever, and a number that was taken stopped its series. */
export function upcastIssuedV1(old: z.infer<typeof invoiceIssuedV1>): InvoiceIssued {
  return { ...old, period: "", passedOver: [] };
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
  if (dueOn < issuedOn)
    throw refusal("DUE_BEFORE_ISSUED", `due on ${dueOn}, before it is issued on ${issuedOn}`, {
      field: "dueOn",
      values: { dueOn, issuedOn },
    });

  const seller = sellerOf(organization, content);
  const buyer = buyerOf(client.details, content);
  checkParties(content, seller, buyer);
  if (invoice.correctsId !== null)
    checkCreditable(invoiceOf(books, invoice.correctsId, null), content.totals.grossMinor);
  const series = pickSeries(profile, invoice.kind, input.series);
  const number = numberOf(books, profile, series, { ...input, issuedOn });
  const accounting = accountingOf(content, profile.currency, input.exchangeRate6);
  const { taxes, totals } = content;
  return { type: "InvoiceIssued", data: { ...number, issuedOn, dueOn, seller, buyer, taxes, totals, accounting } };
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

function sellerOf({ profile }: OrganizationOnBooks, content: InvoiceContent): Seller {
  const { legalName, address, companyId, iban, bic } = profile;
  return { name: legalName, address, vatId: outsideVat(content) ? null : profile.vatId, companyId, iban, bic };
}

function buyerOf(client: Buyer, content: InvoiceContent): Buyer {
  const { name, address, companyId } = client;
  return { name, address, vatId: outsideVat(content) ? null : client.vatId, companyId };
}

/** True if the document is not subject to VAT: it then must not show VAT identifiers (BR-O-2 to BR-O-4). */
function outsideVat(content: InvoiceContent): boolean {
  return content.taxes.some((tax) => tax.vatCategory === "O");
}

function checkParties(content: InvoiceContent, seller: Seller, buyer: Buyer): void {
  for (const { vatCategory, vatRateBp, reason } of content.taxes) {
    const values = { vatCategory, vatRateBp };
    if (vatCategory !== "O" && seller.vatId === null)
      throw refusal("SELLER_VAT_ID_MISSING", `category ${vatCategory} needs the organization's VAT id`, { values });
    if ((vatCategory === "AE" || vatCategory === "K") && buyer.vatId === null)
      throw refusal("BUYER_VAT_ID_MISSING", `category ${vatCategory} needs the client's VAT id`, { values });
    if (needsReason(vatCategory) && reason === null)
      throw refusal("EXEMPTION_REASON_MISSING", `category ${vatCategory} needs a reason why there is no VAT`, {
        field: "reasons",
        values,
      });
  }
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
