/**
 * Why the server said no, in the words of the people who asked: amounts as money, documents by their number. A rule
 * that is not here keeps the server's own message.
 */
import type { VatCategory } from "../../../events/values/money.ts";
import type { Failure } from "../../contract/call-error.ts";
import { vatName } from "../text/codes.ts";
import { day, money, rate } from "../text/format.ts";

type Values = Readonly<Record<string, string | number | null>>;

/** What was compared, as it is written for people. An older server does not name all of it. */
class Told {
  readonly #values: Values;
  readonly #locale: string;

  constructor(values: Values, locale: string) {
    this.#values = values;
    this.#locale = locale;
  }

  text(name: string): string {
    return String(this.#values[name] ?? "");
  }

  /** Null where the currency is not known. */
  money(name: string): string | null {
    const { currency, [name]: minor } = this.#values;
    return typeof currency === "string" && typeof minor === "number" ? money(minor, currency, this.#locale) : null;
  }

  day(name: string): string {
    return day(this.text(name) || null, this.#locale);
  }

  rate(name: string): string {
    const basisPoints = this.#values[name];
    return typeof basisPoints === "number" ? rate(basisPoints, this.#locale) : "no rate";
  }

  /** `Invoice INV-00042`, or what stands for one without a number. */
  invoice(otherwise = "The invoice"): string {
    const number = this.text("number");
    return number === "" ? otherwise : `Invoice ${number}`;
  }

  status(): string {
    const word = this.text("status");
    return word === "draft" ? "still a draft" : word === "issued" ? "issued already" : word;
  }
}

const WORDS: Readonly<Record<string, (told: Told) => string | null>> = {
  // Payments and credit.
  ALLOCATED_BEYOND_AMOUNT(told) {
    const [allocated, available] = [told.money("allocatedMinor"), told.money("availableMinor")];
    return allocated && available && `${allocated} is put against invoices, and only ${available} is there.`;
  },
  ALLOCATED_BEYOND_BALANCE(told) {
    const [amount, open] = [told.money("amountMinor"), told.money("balanceMinor")];
    return amount && open && `${told.invoice()} is open over ${open}, less than ${amount}.`;
  },
  ALLOCATED_TWICE: (told) => `${told.invoice()} is listed twice.`,
  NOT_AN_ISSUED_INVOICE: (told) =>
    told.text("kind") === "credit_note"
      ? "That is a credit note: money is put against invoices alone."
      : `${told.invoice()} is ${told.status()}: only what is issued can be paid or credited.`,
  INVOICE_OF_ANOTHER_CLIENT: (told) => `${told.invoice()} is another client's.`,
  INVOICE_IN_ANOTHER_CURRENCY: (told) => `${told.invoice()} is in ${told.text("currency")}.`,
  RECEIVED_IN_FUTURE: (told) => `${told.day("receivedOn")} is still to come: today is ${told.day("today")}.`,
  REFERENCE_TAKEN: (told) =>
    `Another payment of this client has the reference ${told.text("reference")}: was it recorded already?`,
  PAYMENT_REVERSED: () => "The payment was reversed: nothing is left of it.",
  UNKNOWN_PAYMENT: () => "There is no such payment.",
  NOT_AN_ISSUED_CREDIT_NOTE: (told) => `This is ${told.status()}: only an issued credit note can be used.`,

  // Clients and items.
  UNKNOWN_CLIENT: () => "There is no such client.",
  CLIENT_ARCHIVED: () => "This client is archived: take it back from the archive first.",
  UNKNOWN_ITEM: () => "There is no such item.",
  ITEM_ARCHIVED: () => "This item is archived: take it back from the archive first.",
  ITEM_CODE_TAKEN: (told) => `Another item has the code ${told.text("code")}.`,

  // Invoices and credit notes.
  NO_LINES: () => "There are no lines yet.",
  NO_BUYER: () => "There is no client yet.",
  ISSUED_IN_FUTURE: (told) => `${told.day("issuedOn")} is still to come: today is ${told.day("today")}.`,
  ISSUED_BEFORE_LAST: (told) =>
    `The last document of this number series is of ${told.day("lastIssuedOn")}: this one cannot be of a day before.`,
  DUE_BEFORE_ISSUED: (told) => `${told.day("dueOn")} is before the day it is issued on, ${told.day("issuedOn")}.`,
  SELLER_VAT_ID_MISSING: (told) =>
    `${vatWords(told)} needs your organization's VAT id: it is in the organization's settings.`,
  BUYER_VAT_ID_MISSING: (told) => `${vatWords(told)} needs the client's VAT id.`,
  EXEMPTION_REASON_MISSING: (told) => `${vatWords(told)} needs the reason why there is no VAT.`,
  VAT_RATE_NOT_ALLOWED: (told) => `${vatWords(told)} does not go with ${told.rate("vatRateBp")}.`,
  VAT_MIXED_WITH_O: () => `“${vatName("O")}” cannot stand beside another kind of VAT on one document.`,
  EXCHANGE_RATE_MISSING: () => "VAT is stated in your organization's currency too: give the exchange rate.",
  CREDITED_BEYOND_INVOICE(told) {
    const [gross, credited, more] = ["grossMinor", "creditedMinor", "thisMinor"].map((name) => told.money(name));
    if (!gross || !credited || !more) return null;
    const before = told.text("creditedMinor") === "0" ? "nothing of it is" : `${credited} of it is`;
    return `${told.invoice()} is over ${gross}, and ${before} credited: ${more} more is too much.`;
  },
  CREDIT_NOTE_FOR_ANOTHER: () => "A credit note has the client and the currency of its invoice.",
  UNKNOWN_INVOICE: () => "There is no such invoice.",
  NOT_A_DRAFT: (told) => `It is no draft any more: it is ${told.text("status")} and does not change.`,
  NOT_ISSUED: (told) => `It is ${told.text("status")}: only what is issued can be voided.`,
  NUMBER_MISSING: () => "This number series takes numbers that you give: type one.",
  NUMBER_NOT_ALLOWED: () => "This number series makes its own numbers: leave it empty.",
  NUMBER_TAKEN: (told) => `Another document has the number ${told.text("number")}.`,

  // The organization and its users.
  UNKNOWN_SERIES: (told) =>
    told.text("series") === "" ? "There is no number series for it." : `There is no series “${told.text("series")}”.`,
  SERIES_OF_OTHER_KIND: (told) => `The series “${told.text("series")}” is for other documents.`,
  SERIES_IN_USE: (told) => `The series “${told.text("series")}” has given numbers: it stays as it is.`,
  SERIES_TWICE: (told) => `The series “${told.text("series")}” is there twice.`,
  CURRENCY_FIXED: (told) => `The organization's currency is ${told.text("from")}, and stays so.`,
  UNKNOWN_TIME_ZONE: (told) => `${told.text("timeZone")} is not a time zone.`,
  LOGO_NOT_AN_IMAGE: () => "This file is not the picture that its name says.",
  ORGANIZATION_EXISTS: () => "There is an organization already.",
  EMAIL_TAKEN: (told) => `Another user has the e-mail address ${told.text("email")}.`,
  LAST_OWNER: () => "This is the only active owner: make somebody else an owner first.",
  UNKNOWN_USER: () => "There is no such user.",
  USER_INACTIVE: () => "Your account is not active any more: ask an owner.",
  ROLE_TOO_WEAK: () => "Your role may not do this: ask an owner.",

  // Everywhere.
  UNKNOWN_CURRENCY: (told) => `${told.text("currency")} is not a currency.`,
  UNKNOWN_DATE: (told) => `There is no ${told.text("date")} in the calendar.`,
  AMOUNT_TOO_LARGE: () => "The sum is larger than can be counted here.",
  VERSION_MISMATCH: () =>
    "Somebody else changed it meanwhile. What they did is on its way here: look at it, then send.",
  KEY_REUSED: () => "This was sent before with other contents. Send it again.",
};

function vatWords(told: Told): string {
  const category = told.text("vatCategory");
  return category === "" ? "This VAT" : `“${vatName(category as VatCategory)}”`;
}

/** The same failure, its message in words for a clerk where the rule is known. @param locale of amounts and days */
export function inWords(failure: Failure, locale: string): Failure {
  const words = WORDS[failure.code]?.(new Told(failure.values ?? {}, locale));
  return words ? { ...failure, message: words } : failure;
}
