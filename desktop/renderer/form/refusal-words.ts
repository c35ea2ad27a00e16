/** Explains the server's refusals in the users' words: with amounts as money, and documents by number. */
import type { Rule, ValuesOf } from "../../../events/rules.ts";
import type { Failure } from "../../contract/call-error.ts";
import { vatName } from "../text/codes.ts";
import { count, day, kilobytes, money, rate } from "../text/format.ts";
import { listWords, placeWords } from "./place-words.ts";
import { vatCategoryIn } from "./read-vat.ts";

/** Writes values in the reader's locale. Any value may be missing, because an older server does not send all of them. */
class Format {
  readonly #locale: string;

  constructor(locale: string) {
    this.#locale = locale;
  }

  /** Null if the amount or its currency is missing. */
  money(minor: number | undefined, currency: string | undefined): string | null {
    return currency === undefined || minor === undefined ? null : money(minor, currency, this.#locale);
  }

  day(date: string | undefined): string {
    return day(date ?? null, this.#locale);
  }

  /** `more` if the number is missing. */
  count(value: number | undefined): string {
    return value === undefined ? "more" : count(value, this.#locale);
  }

  kilobytes(value: number, direction: "up" | "down"): string {
    return kilobytes(value, direction, this.#locale);
  }

  rate(rate3: number | null | undefined): string {
    return typeof rate3 === "number" ? rate(rate3, this.#locale) : "no rate";
  }
}

/** The words for a rule; null if an older server did not send the values that they need. */
type Words<R extends Rule> = (values: Partial<ValuesOf<R>>, format: Format) => string | null;

/** The text that is taken, and how it differs from the text that was typed. An older server does not send the first. */
function taken(typed: string, existing = typed): string {
  return existing === typed ? typed : `${existing}, which looks the same as ${typed}`;
}

const WORDS: { readonly [R in Rule]: Words<R> } = {
  // Payments and credit.
  ALLOCATED_BEYOND_AMOUNT({ currency, allocatedMinor, availableMinor }, format) {
    const [allocated, available] = [format.money(allocatedMinor, currency), format.money(availableMinor, currency)];
    return allocated && available && `You applied ${allocated} to invoices, but only ${available} is available.`;
  },
  ALLOCATED_BEYOND_BALANCE({ number, currency, amountMinor, balanceMinor, writtenOffMinor = 0 }, format) {
    const [amount, open] = [format.money(amountMinor, currency), format.money(balanceMinor, currency)];
    if (balanceMinor !== undefined && balanceMinor < 0)
      return `${invoiceName(number)} is a credit of the client, so nothing is owed for it.`;
    const writtenOff = format.money(writtenOffMinor, currency);
    const more = writtenOffMinor > 0 ? ` ${writtenOff} of it was written off: reverse the write-off first.` : "";
    return amount && open && `${invoiceName(number)} has a balance of ${open}, which is less than ${amount}.${more}`;
  },
  ALLOCATED_TWICE: ({ number }) => `${invoiceName(number)} is listed twice.`,
  NOT_AN_ISSUED_INVOICE: ({ number, status, kind }) =>
    kind === "credit_note"
      ? "That is a credit note. Payments and credit can be applied to invoices only."
      : `${invoiceName(number)} is ${statusWords(status)}. Only an issued invoice can be paid or credited.`,
  INVOICE_OF_ANOTHER_CLIENT: ({ number }) => `${invoiceName(number)} belongs to another client.`,
  INVOICE_IN_ANOTHER_CURRENCY: ({ number, currency = "another currency" }) =>
    `${invoiceName(number)} is in ${currency}.`,
  RECEIVED_IN_FUTURE: ({ receivedOn, today }, format) =>
    `${format.day(receivedOn)} is in the future. Today is ${format.day(today)}.`,
  REFERENCE_TAKEN: ({ reference = "", existing }) =>
    `Another payment from this client has the reference ${taken(reference, existing)}. Was this payment already recorded?`,
  PAYMENT_REVERSED: () => "This payment was reversed, so it can no longer be applied or refunded.",
  FEES_BEYOND_AMOUNT: () => "The bank’s fees must be less than the payment.",
  DATED_IN_FUTURE: ({ on, today }, format) => `${format.day(on)} is in the future. Today is ${format.day(today)}.`,
  DATED_TOO_EARLY: ({ on, earliest }, format) =>
    `${format.day(on)} is too early. The earliest possible day is ${format.day(earliest)}.`,
  REVERSAL_DATE_NOT_ALLOWED: () => "A mistake is reversed on its own day. Choose a day only if the money was returned.",
  PAYMENT_REFUNDED({ refundedMinor, currency }, format) {
    const amount = format.money(refundedMinor, currency);
    return amount && `${amount} of this payment was refunded. Reverse the refunds first.`;
  },
  PERIOD_LOCKED({ on, lockedUpTo, way }, format) {
    const locked = `The books are locked up to ${format.day(lockedUpTo)}.`;
    if (way !== undefined)
      return `${locked} This was issued on ${format.day(on)}, so it can no longer be voided. ${insteadOfVoid(way)}`;
    return `${locked} ${format.day(on)} is in a locked period: choose a later day. Only an owner can move the lock back, in Settings.`;
  },
  LOCK_IN_FUTURE: ({ today }, format) => `Choose a day before today, ${format.day(today)}.`,
  UNKNOWN_PAYMENT: () => "This payment does not exist.",
  NOT_AN_ISSUED_CREDIT_NOTE: ({ status }) =>
    `This is ${statusWords(status)}. Only an issued credit note can be applied.`,

  // Refunds and write-offs.
  UNKNOWN_REFUND: () => "This refund does not exist.",
  REFUND_REFERENCE_TAKEN: ({ reference = "", existing }) =>
    `Another refund to this client has the reference ${taken(reference, existing)}. Was this refund already recorded?`,
  UNKNOWN_SOURCE: () => "This payment, credit note or invoice does not exist.",
  NOT_A_SOURCE: () => "This is not a credit of the client, so nothing can be refunded from it.",
  SOURCE_TWICE: () => "This credit is listed twice.",
  SOURCE_OF_ANOTHER_CLIENT: () => "This credit belongs to another client.",
  SOURCE_IN_ANOTHER_CURRENCY: ({ currency = "another currency" }) => `This credit is in ${currency}.`,
  SOURCES_NOT_THE_AMOUNT({ amountMinor, sourcesMinor, currency }, format) {
    const [amount, sum] = [format.money(amountMinor, currency), format.money(sourcesMinor, currency)];
    return amount && sum && `The refund is ${amount}, but the credit that you selected comes to ${sum}.`;
  },
  REFUNDED_BEYOND_CREDIT({ number, creditMinor, amountMinor, currency }, format) {
    const [amount, left] = [format.money(amountMinor, currency), format.money(creditMinor, currency)];
    return amount && left && `${number ?? "This payment"} has ${left} left, which is less than ${amount}.`;
  },
  NOTHING_TO_WRITE_OFF: ({ number }) => `${invoiceName(number)} has no balance, so there is nothing to write off.`,
  WRITTEN_OFF_BEYOND_BALANCE({ number, balanceMinor, amountMinor, currency }, format) {
    const [amount, open] = [format.money(amountMinor, currency), format.money(balanceMinor, currency)];
    return amount && open && `${invoiceName(number)} has a balance of ${open}, which is less than ${amount}.`;
  },

  // Clients and items.
  UNKNOWN_CLIENT: () => "This client does not exist.",
  CLIENT_ARCHIVED: () => "This client is archived. Restore it first.",
  UNKNOWN_ITEM: () => "This item does not exist.",
  ITEM_ARCHIVED: () => "This item is archived. Restore it first.",
  ITEM_CODE_TAKEN: ({ code = "", existing }) => `Another item has the code ${taken(code, existing)}.`,

  // Invoices and credit notes.
  NO_LINES: () => "Add at least one line.",
  NO_BUYER: () => "Choose a client.",
  ISSUED_IN_FUTURE: ({ issuedOn, today }, format) =>
    `${format.day(issuedOn)} is in the future. Today is ${format.day(today)}.`,
  ISSUED_BEFORE_LAST: ({ lastIssuedOn }, format) =>
    `The last document in this number series was issued on ${format.day(lastIssuedOn)}. Choose that day or a later one.`,
  SELLER_VAT_ID_MISSING: ({ vatCategory }) =>
    `${vatWords(vatCategory)} needs your organization's VAT ID or tax number. Add it in Settings.`,
  BUYER_VAT_ID_MISSING: ({ vatCategory }) =>
    `${vatWords(vatCategory)} needs the client's VAT ID${vatCategory === "AE" ? " or company number" : ""}.`,
  ADJUSTMENT_REASON_MISSING: () => "Say why, or choose a reason.",
  ADJUSTMENT_AMOUNT_MISSING: () => "Give an amount or a percentage.",
  ADJUSTMENT_NOT_PERCENT({ computedMinor, currency }, format) {
    const amount = format.money(computedMinor, currency);
    return amount && `The percentage is ${amount}. Clear the amount, and it is computed.`;
  },
  GROSS_PRICE_BELOW_PRICE: () => "The price before its discount is below the price.",
  PERIOD_ENDS_BEFORE_START: ({ from, to }, format) =>
    `The last day, ${format.day(to)}, is before the first day, ${format.day(from)}.`,
  FORMAT_RULES: ({ text = "", findings = 1 }) =>
    findings <= 1 ? text : `${text} ${findings === 2 ? "One more point is" : `${findings - 1} more points are`} open.`,
  EXEMPTION_REASON_MISSING: ({ vatCategory }) => `${vatWords(vatCategory)} needs a reason why no VAT is charged.`,
  VAT_RATE_NOT_ALLOWED: ({ vatCategory, vatRate3 }, format) =>
    `${vatWords(vatCategory)} cannot have ${format.rate(vatRate3)}.`,
  TOO_MANY_LINES: ({ lines, limit }, format) =>
    `A document has at most ${format.count(limit)} lines, and this one has ${format.count(lines)}. Split it in two.`,
  TOO_MANY_VAT_RATES: ({ rates, limit }, format) =>
    `A document has at most ${format.count(limit)} different VAT rates, and this one has ${format.count(rates)}.`,
  VAT_MIXED_WITH_O: () => `“${vatName("O")}” cannot be combined with another VAT category on one document.`,
  EXCHANGE_RATE_MISSING: () => "VAT must also be stated in your organization's currency. Enter the exchange rate.",
  CREDITED_BEYOND_INVOICE({ number, currency, grossMinor, creditedMinor, thisMinor }, format) {
    const [gross, credited, more] = [grossMinor, creditedMinor, thisMinor].map((minor) =>
      format.money(minor, currency),
    );
    if (!gross || !credited || !more) return null;
    const before = creditedMinor === 0 ? "nothing has" : `${credited} has already`;
    return `${invoiceName(number)} totals ${gross}, and ${before} been credited. A further ${more} is too much.`;
  },
  ALREADY_CANCELLED: ({ number }) => `${invoiceName(number)} is already cancelled.`,
  CANCEL_BELOW_ZERO: ({ number }) => `${invoiceName(number)} is below zero. Write a credit note for it instead.`,
  CANCEL_CREDITED: ({ number }) => `${invoiceName(number)} has credit notes. Credit the rest with another credit note.`,
  CANCEL_WRITTEN_OFF: ({ number }) => `${invoiceName(number)} is written off. Reverse the write-off first.`,
  CANCELLED_BEFORE_ISSUED: ({ invoiceIssuedOn }, format) =>
    `The invoice was issued on ${format.day(invoiceIssuedOn)}. Choose that day or a later one.`,
  CANCELLATION_KEPT: ({ number }) =>
    `${invoiceName(number)} is cancelled by this credit note, so its part stays applied. Void the credit note to take it back.`,
  VOID_UNCONFIRMED: ({ kind, way }) =>
    `Confirm that nobody can have received it. If they have: ${insteadOfVoid(way, kind)}`,
  VOID_DELIVERED: ({ kind, way }) => `This was delivered, so it can no longer be voided. ${insteadOfVoid(way, kind)}`,
  VOID_PAID_INVOICE: ({ way }) =>
    `Payments or credit are applied here. ${way === "cancel" ? "Cancel it instead, or remove them first." : "Remove them first, then void it."}`,
  VOID_CREDITED_INVOICE: () => "This invoice has credit notes. Void them first.",
  CREDIT_NOTE_FOR_ANOTHER: () => "A credit note must have the same client and currency as its invoice.",
  UNKNOWN_INVOICE: () => "This invoice does not exist.",
  NOT_A_DRAFT: ({ status = "" }) => `This is no longer a draft. It is ${status} and can no longer be changed.`,
  NOT_ISSUED: ({ status }) => `This is ${statusWords(status)}. Only an issued document can be delivered or voided.`,
  NUMBER_MISSING: () => "This number series does not assign numbers. Enter a number.",
  NUMBER_NOT_ALLOWED: () => "This number series assigns numbers itself. Leave the number empty.",
  NUMBER_OF_SERIES: ({ series = "", number = "" }) =>
    `The series “${series}” would make the number ${number} later. If you use it here, the series passes over it.`,
  NUMBERS_TAKEN: ({ series = "", from = "", to = "" }) =>
    `The numbers ${from} to ${to} of the series “${series}” all belong to other documents. Add a series with another pattern in Settings.`,
  NUMBER_TAKEN: ({ number = "", existing }) => `Another document has the number ${taken(number, existing)}.`,

  // The organization and its users.
  UNKNOWN_SERIES: ({ series }) =>
    series ? `There is no series “${series}”.` : "There is no number series for this kind of document.",
  SERIES_OF_OTHER_KIND: ({ series = "" }) => `The series “${series}” is for another kind of document.`,
  SERIES_IN_USE: ({ series = "" }) => `The series “${series}” is in use, so it cannot be removed or become external.`,
  SERIES_FROZEN: ({ series = "", part }) =>
    `The series “${series}” has numbers, so its ${part === "first" ? "first number" : (part ?? "pattern")} cannot change. Add a new series above it.`,
  SERIES_REPEATS: ({ series = "", reset }) =>
    `The series “${series}” would repeat its numbers. To begin again each ${reset === "monthly" ? "month" : "year"}, its pattern needs ${reset === "monthly" ? "the year and {MM}" : "{YYYY} or {YY}"}.`,
  SERIES_MAKES_SAME: ({ series = "", existing = "" }) =>
    `The series “${series}” would make the same numbers as “${existing}”. Choose another pattern.`,
  SERIES_TWICE: ({ series = "", existing = series }) =>
    existing === series
      ? `The series “${series}” is listed twice.`
      : `The series “${series}” and “${existing}” look the same. Choose another name.`,
  VAT_RATE_TWICE: ({ rate = "" }) => `The VAT rate “${rate}” is listed twice.`,
  CURRENCY_FIXED: ({ from = "" }) => `The organization's currency is ${from} and cannot be changed.`,
  UNKNOWN_TIME_ZONE: ({ timeZone = "" }) => `${timeZone} is not a time zone.`,
  LOGO_NOT_AN_IMAGE: () => "This file is not a PNG or JPEG image.",
  ORGANIZATION_EXISTS: () => "The organization already exists.",
  // Without the address, it belongs to another organization, and the server says so.
  EMAIL_TAKEN: ({ email, existing }) =>
    email === undefined ? null : `Another user has the e-mail address ${taken(email, existing)}.`,
  LAST_OWNER: () => "This is the only active owner. Make another user an owner first.",
  UNKNOWN_USER: () => "This user does not exist.",
  USER_INACTIVE: () => "Your account is no longer active. Ask an owner.",
  ROLE_TOO_WEAK: () => "Your role does not allow this. Ask an owner.",

  // Everywhere.
  UNKNOWN_CURRENCY: ({ currency = "" }) => `${currency} is not a currency.`,
  UNKNOWN_COUNTRY: ({ country = "" }) => (country === "ZZ" ? "Choose a country." : `${country} is not a country.`),
  UNKNOWN_CODE: ({ code = "" }) => `${code} is not in the list.`,
  UNKNOWN_UNIT: ({ unit = "" }) => `${unit} is not a unit.`,
  BLANK_TEXT: () => "This text has no visible characters.",
  EMAIL_DOMAIN_NOT_VALID: ({ domain = "" }) => `No e-mail can be sent to ${domain}. Check the part after the @.`,
  HIDDEN_CHARACTER: () => "This text contains a hidden character. Delete the text and type it again.",
  UNKNOWN_DATE: ({ date = "" }) => `The day ${date} does not exist.`,
  AMOUNT_TOO_LARGE: () => "The amount is too large.",
  VERSION_MISMATCH: () => "Another user changed this in the meantime. Review their changes, then submit again.",
  STREAM_NOT_BEGUN: () => "This belongs to something that was not saved. Save that first.",
  NOT_RECORDABLE: () => "This is too long to be saved. Shorten its texts, or split it in two.",
  TOO_LONG: ({ what, bytes, limit }, format) => {
    const advice =
      what === "organization"
        ? "Shorten its texts, or remove some."
        : what === "cancellation"
          ? "Write a credit note over the whole invoice instead, and apply it to the invoice."
          : "Shorten its texts, or split it in two.";
    if (bytes === undefined || limit === undefined) return `This is too long to be saved. ${advice}`;
    return `This is too long: it takes ${format.kilobytes(bytes, "up")}, and at most ${format.kilobytes(limit, "down")} can be saved. ${advice}`;
  },
  KEY_REUSED: () => "An earlier version of this was already saved. Look for it before you submit again.",
};

/** `Invoice INV-00042`, or `The invoice` if it has no number. */
function invoiceName(number: string | null | undefined): string {
  return number ? `Invoice ${number}` : "The invoice";
}

/** @param way undefined from an older server, which tells the kind alone */
function insteadOfVoid(way: string | undefined, kind = "invoice"): string {
  switch (way ?? (kind === "credit_note" ? "invoice" : "cancel")) {
    case "invoice":
      return "Write an invoice over the same amount instead.";
    case "credit_note":
      return "Credit it with a credit note instead.";
    default:
      return "Cancel it instead.";
  }
}

function statusWords(status = ""): string {
  return status === "draft" ? "still a draft" : status === "issued" ? "already issued" : status;
}

function vatWords(category: string | undefined): string {
  const known = vatCategoryIn(category ?? "");
  return known ? `“${vatName(known)}”` : "This VAT";
}

/** The same failure, with a message in the users' words if the rule is known. @param locale of amounts and days */
export function inWords(failure: Failure, locale: string): Failure {
  const { code, values = {} } = failure;
  if (code === "NOT_VALID") return { ...failure, message: invalidWords(failure) };
  // The server sent the code and the values together, so the values are those of the rule.
  const words = Object.hasOwn(WORDS, code) ? (WORDS[code as Rule] as Words<Rule>) : null;
  const message = words?.(values as Partial<ValuesOf<Rule>>, new Format(locale));
  return message ? { ...failure, message } : failure;
}

/** The first fault of input that does not fit: `Line 4, price is missing.` */
function invalidWords({ message, field, errors = [] }: Failure): string {
  const [first = { field: field ?? "", message: message.replace(/^[^ ]*: /, "") }] = errors;
  const [, most] = /^has too many entries: at most (\d+)$/.exec(first.message) ?? [];
  if (most !== undefined) return `At most ${most} ${listWords(first.field)} are allowed.`;
  const place = placeWords(first.field) || "What you entered";
  return /^(?:is|has|must|can) /.test(first.message) ? `${place} ${first.message}.` : `${place}: ${first.message}`;
}
