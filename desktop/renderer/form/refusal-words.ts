/**
 * Why the server said no, in the words of the people who use the screens: amounts as money, documents by their number.
 * Each rule has words here, or null where the server's own message says it best.
 */
import type { Rule, ValuesOf } from "../../../events/rules.ts";
import type { VatCategory } from "../../../events/values/money.ts";
import type { Failure } from "../../contract/call-error.ts";
import { vatName } from "../text/codes.ts";
import { day, money, rate } from "../text/format.ts";

/** How values are written in the reader's language. A server of an older release does not send all of them. */
class Format {
  readonly #locale: string;

  constructor(locale: string) {
    this.#locale = locale;
  }

  /** Null where the amount or its currency is not known. */
  money(minor: number | undefined, currency: string | undefined): string | null {
    return currency === undefined || minor === undefined ? null : money(minor, currency, this.#locale);
  }

  day(date: string | undefined): string {
    return day(date ?? null, this.#locale);
  }

  rate(basisPoints: number | null | undefined): string {
    return typeof basisPoints === "number" ? rate(basisPoints, this.#locale) : "no rate";
  }
}

/** The words for a rule; null keeps the server's message. */
type Words<R extends Rule> = (values: Partial<ValuesOf<R>>, format: Format) => string | null;

const WORDS: { readonly [R in Rule]: Words<R> | null } = {
  // Payments and credit.
  ALLOCATED_BEYOND_AMOUNT({ currency, allocatedMinor, availableMinor }, format) {
    const [allocated, available] = [format.money(allocatedMinor, currency), format.money(availableMinor, currency)];
    return allocated && available && `${allocated} is put against invoices, and only ${available} is there.`;
  },
  ALLOCATED_BEYOND_BALANCE({ number, currency, amountMinor, balanceMinor }, format) {
    const [amount, open] = [format.money(amountMinor, currency), format.money(balanceMinor, currency)];
    return amount && open && `${invoiceName(number)} is open over ${open}, less than ${amount}.`;
  },
  ALLOCATED_TWICE: ({ number }) => `${invoiceName(number)} is listed twice.`,
  NOT_AN_ISSUED_INVOICE: ({ number, status, kind }) =>
    kind === "credit_note"
      ? "That is a credit note: money is put against invoices alone."
      : `${invoiceName(number)} is ${statusWords(status)}: only what is issued can be paid or credited.`,
  INVOICE_OF_ANOTHER_CLIENT: ({ number }) => `${invoiceName(number)} is another client's.`,
  INVOICE_IN_ANOTHER_CURRENCY: ({ number, currency = "another currency" }) =>
    `${invoiceName(number)} is in ${currency}.`,
  RECEIVED_IN_FUTURE: ({ receivedOn, today }, format) =>
    `${format.day(receivedOn)} is still to come: today is ${format.day(today)}.`,
  REFERENCE_TAKEN: ({ reference = "" }) =>
    `Another payment of this client has the reference ${reference}: was it recorded already?`,
  PAYMENT_REVERSED: () => "The payment was reversed: nothing is left of it.",
  UNKNOWN_PAYMENT: () => "There is no such payment.",
  NOT_AN_ISSUED_CREDIT_NOTE: ({ status }) => `This is ${statusWords(status)}: only an issued credit note can be used.`,

  // Clients and items.
  UNKNOWN_CLIENT: () => "There is no such client.",
  CLIENT_ARCHIVED: () => "This client is archived: take it back from the archive first.",
  UNKNOWN_ITEM: () => "There is no such item.",
  ITEM_ARCHIVED: () => "This item is archived: take it back from the archive first.",
  ITEM_CODE_TAKEN: ({ code = "" }) => `Another item has the code ${code}.`,

  // Invoices and credit notes.
  NO_LINES: () => "There are no lines yet.",
  NO_BUYER: () => "There is no client yet.",
  ISSUED_IN_FUTURE: ({ issuedOn, today }, format) =>
    `${format.day(issuedOn)} is still to come: today is ${format.day(today)}.`,
  ISSUED_BEFORE_LAST: ({ lastIssuedOn }, format) =>
    `The last document of this number series is of ${format.day(lastIssuedOn)}: this one cannot be of a day before.`,
  DUE_BEFORE_ISSUED: ({ dueOn, issuedOn }, format) =>
    `${format.day(dueOn)} is before the day it is issued on, ${format.day(issuedOn)}.`,
  SELLER_VAT_ID_MISSING: ({ vatCategory }) =>
    `${vatWords(vatCategory)} needs your organization's VAT id: it is in the organization's settings.`,
  BUYER_VAT_ID_MISSING: ({ vatCategory }) => `${vatWords(vatCategory)} needs the client's VAT id.`,
  EXEMPTION_REASON_MISSING: ({ vatCategory }) => `${vatWords(vatCategory)} needs the reason why there is no VAT.`,
  VAT_RATE_NOT_ALLOWED: ({ vatCategory, vatRateBp }, format) =>
    `${vatWords(vatCategory)} does not go with ${format.rate(vatRateBp)}.`,
  VAT_MIXED_WITH_O: () => `“${vatName("O")}” cannot stand beside another kind of VAT on one document.`,
  EXCHANGE_RATE_MISSING: () => "VAT is stated in your organization's currency too: give the exchange rate.",
  CREDITED_BEYOND_INVOICE({ number, currency, grossMinor, creditedMinor, thisMinor }, format) {
    const [gross, credited, more] = [grossMinor, creditedMinor, thisMinor].map((minor) =>
      format.money(minor, currency),
    );
    if (!gross || !credited || !more) return null;
    const before = creditedMinor === 0 ? "nothing of it is" : `${credited} of it is`;
    return `${invoiceName(number)} is over ${gross}, and ${before} credited: ${more} more is too much.`;
  },
  VOID_PAID_INVOICE: null, // its message names the document and what to do
  VOID_CREDITED_INVOICE: null,
  CREDIT_NOTE_FOR_ANOTHER: () => "A credit note has the client and the currency of its invoice.",
  UNKNOWN_INVOICE: () => "There is no such invoice.",
  NOT_A_DRAFT: ({ status = "" }) => `It is no draft any more: it is ${status} and does not change.`,
  NOT_ISSUED: ({ status = "" }) => `It is ${status}: only what is issued can be voided.`,
  NUMBER_MISSING: () => "This number series takes numbers that you give: type one.",
  NUMBER_NOT_ALLOWED: () => "This number series makes its own numbers: leave it empty.",
  NUMBER_TAKEN: ({ number = "" }) => `Another document has the number ${number}.`,

  // The organization and its users.
  UNKNOWN_SERIES: ({ series }) => (series ? `There is no series “${series}”.` : "There is no number series for it."),
  SERIES_OF_OTHER_KIND: ({ series = "" }) => `The series “${series}” is for other documents.`,
  SERIES_IN_USE: ({ series = "" }) => `The series “${series}” has given numbers: it stays as it is.`,
  SERIES_TWICE: ({ series = "" }) => `The series “${series}” is there twice.`,
  CURRENCY_FIXED: ({ from = "" }) => `The organization's currency is ${from}, and stays so.`,
  UNKNOWN_TIME_ZONE: ({ timeZone = "" }) => `${timeZone} is not a time zone.`,
  LOGO_NOT_AN_IMAGE: () => "This file is not the picture that its name says.",
  ORGANIZATION_EXISTS: () => "There is an organization already.",
  EMAIL_TAKEN: ({ email = "" }) => `Another user has the e-mail address ${email}.`,
  LAST_OWNER: () => "This is the only active owner: make somebody else an owner first.",
  UNKNOWN_USER: () => "There is no such user.",
  USER_INACTIVE: () => "Your account is not active any more: ask an owner.",
  ROLE_TOO_WEAK: () => "Your role may not do this: ask an owner.",

  // Everywhere.
  UNKNOWN_CURRENCY: ({ currency = "" }) => `${currency} is not a currency.`,
  UNKNOWN_DATE: ({ date = "" }) => `There is no ${date} in the calendar.`,
  AMOUNT_TOO_LARGE: () => "The sum is larger than can be counted here.",
  VERSION_MISMATCH: () =>
    "Somebody else changed it meanwhile. What they did is on its way here: look at it, then send.",
  STREAM_NOT_BEGUN: null, // a program's mistake: no form causes it
  NOT_RECORDABLE: null,
  KEY_REUSED: () => "This was sent before with other contents. Send it again.",
};

/** `Invoice INV-00042`, or what stands for one without a number. */
function invoiceName(number: string | null | undefined): string {
  return number ? `Invoice ${number}` : "The invoice";
}

function statusWords(status = ""): string {
  return status === "draft" ? "still a draft" : status === "issued" ? "issued already" : status;
}

function vatWords(category: string | undefined): string {
  return category ? `“${vatName(category as VatCategory)}”` : "This VAT";
}

/** The same failure, its message in words for a clerk where the rule is known. @param locale of amounts and days */
export function inWords(failure: Failure, locale: string): Failure {
  const { code, values = {} } = failure;
  // The values are those of the rule: the server sent both.
  const words = Object.hasOwn(WORDS, code) ? (WORDS[code as Rule] as Words<Rule> | null) : null;
  const message = words?.(values as Partial<ValuesOf<Rule>>, new Format(locale));
  return message ? { ...failure, message } : failure;
}
