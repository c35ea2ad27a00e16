/** The meaning of each business rule, for the API's documentation. A new rule does not compile without one. */
import { RULES, type Rule } from "../../events/rules.ts";
import { STATUS_OF_REFUSAL } from "../http/problems.ts";
import type { JsonSchema } from "./json-schema.ts";

export const RULE_DOCS: { readonly [R in Rule]: string } = {
  USER_INACTIVE: "the user who sends the command is deactivated, or does not exist",
  ROLE_TOO_WEAK: "the user's role may not give this command",
  VERSION_MISMATCH: "the version differs from the one in If-Match: another user changed it",
  KEY_REUSED: "the Idempotency-Key was used for another command",
  STREAM_NOT_BEGUN: "no command with that key started a stream",
  NOT_RECORDABLE: "the event would not fit the log: a newer release of the server has a rule of its own for it",
  TOO_LONG: "the fields are each within their limits, but together longer than an event of 1 MiB can hold",
  UNKNOWN_CURRENCY: "the code is not a currency of ISO 4217",
  UNKNOWN_COUNTRY: "the code is not a country of ISO 3166-1",
  UNKNOWN_UNIT: "the code is not a unit of UN/ECE Recommendation 20 or 21",
  BLANK_TEXT: "the text has no visible character",
  HIDDEN_CHARACTER: "the text has a character that cannot be seen, or that changes the direction of the text",
  EMAIL_DOMAIN_NOT_VALID: "the part after the @ is no name of a domain",
  UNKNOWN_DATE: "the calendar has no such day",
  AMOUNT_TOO_LARGE: "the amount is beyond 2^53 - 1 minor units",
  VAT_RATE_NOT_ALLOWED: "the rate does not go with the VAT category (EN 16931)",

  ORGANIZATION_EXISTS: "the log already has its organization",
  CURRENCY_FIXED: "the organization's currency cannot change",
  UNKNOWN_TIME_ZONE: "the name is not a time zone of the IANA list",
  LOGO_NOT_AN_IMAGE: "the bytes are not an image of the stated media type",
  SERIES_TWICE: "two number series have the same name, or names that look the same",
  SERIES_REPEATS:
    "the number series would repeat its numbers: a yearly one needs {YYYY} or {YY} in its pattern, a monthly one also {MM}",
  SERIES_MAKES_SAME: "two number series would make the same numbers, or numbers that look the same",
  SERIES_FROZEN:
    "the number series has given numbers: when it begins again cannot change, nor its pattern and first number if it never does",
  VAT_RATE_TWICE: "two saved VAT rates have the same name, or names that look the same",
  LOCK_IN_FUTURE: "the books can be locked up to the day before today, in the organization's time zone",
  PERIOD_LOCKED: "the date is in a locked period: choose a later one, or an owner moves the lock back",
  SERIES_IN_USE: "the number series has given numbers, so it cannot be removed, and its foreign setting cannot change",
  UNKNOWN_USER: "there is no such user",
  EMAIL_TAKEN: "another user has this e-mail address, or one that looks the same",
  LAST_OWNER: "the organization would have no active owner",

  UNKNOWN_CLIENT: "there is no such client",
  CLIENT_ARCHIVED: "the client is archived: restore it first",
  UNKNOWN_ITEM: "there is no such item",
  ITEM_ARCHIVED: "the item is archived: restore it first",
  ITEM_CODE_TAKEN: "another item has this code, or one that looks the same",

  UNKNOWN_INVOICE: "there is no such invoice or credit note",
  NOT_A_DRAFT: "the document is issued, void or discarded, and can no longer be changed",
  NOT_ISSUED: "only an issued document can be voided or delivered",
  NOT_AN_ISSUED_INVOICE: "only an issued invoice can be paid or credited",
  NOT_AN_ISSUED_CREDIT_NOTE: "only an issued credit note with a client can settle invoices",
  TOO_MANY_LINES: "one document has at most 2,000 lines: an import says so, elsewhere the input has no such shape",
  TOO_MANY_VAT_RATES: "one document has at most 200 different pairs of VAT category and rate",
  VAT_MIXED_WITH_O: "VAT category O cannot be combined with another on one document (BR-O-11)",
  CREDIT_NOTE_FOR_ANOTHER: "a credit note must have the client and the currency of the invoice that it corrects",
  CREDITED_BEYOND_INVOICE: "the credit notes of an invoice would exceed it",
  VOID_UNCONFIRMED:
    "only what nobody has received can be voided, and `neverDelivered: true` confirms it: otherwise cancel it",
  VOID_DELIVERED: "the document was delivered: cancel it with a credit note",
  VOID_PAID_INVOICE: "the document is settled: remove the allocations, or reverse its refunds or write-offs, first",
  VOID_CREDITED_INVOICE: "the invoice has issued credit notes: void them first",

  NO_LINES: "a document without lines cannot be issued",
  NO_BUYER: "a document without a client cannot be issued",
  ISSUED_IN_FUTURE: "the issue date is after today in the organization's time zone",
  ISSUED_BEFORE_LAST: "the issue date is before the latest one in the number series",
  DUE_BEFORE_ISSUED: "the due date is before the issue date",
  SELLER_VAT_ID_MISSING: "the VAT category needs the organization's VAT id",
  BUYER_VAT_ID_MISSING: "the VAT category needs the client's VAT id",
  EXEMPTION_REASON_MISSING: "the VAT category needs a reason why there is no VAT",
  EXCHANGE_RATE_MISSING: "VAT in another currency needs the rate to the organization's",
  UNKNOWN_SERIES: "there is no such number series, or none for this kind of document",
  SERIES_OF_OTHER_KIND: "the number series is for the other kind of document",
  NUMBER_MISSING: "a foreign number series needs the number with the command",
  NUMBER_NOT_ALLOWED: "the number series makes its own numbers",
  NUMBER_OF_SERIES:
    "a number series of the organization would make this number later; confirmNumber gives it away, and the series passes over it",
  NUMBERS_TAKEN: "10,000 numbers of the series in a row belong to other documents; add a series with another pattern",
  NUMBER_TAKEN: "another document has this number, or (in a foreign series) one that looks the same",

  UNKNOWN_PAYMENT: "there is no such payment",
  PAYMENT_REVERSED: "the payment is reversed",
  RECEIVED_IN_FUTURE: "the payment is dated after today in the organization's time zone",
  REFERENCE_TAKEN: "another payment of this client has this reference, or one that looks the same",
  ALLOCATED_TWICE: "an invoice is listed twice among the allocations",
  ALLOCATED_BEYOND_AMOUNT:
    "the allocations exceed what is left of the payment, the credit note or the invoice below zero",
  ALLOCATED_BEYOND_BALANCE: "an allocation exceeds what is open on the invoice: what is written off is not open",
  INVOICE_OF_ANOTHER_CLIENT: "the invoice belongs to another client",
  INVOICE_IN_ANOTHER_CURRENCY: "the invoice is in another currency",
  FEES_BEYOND_AMOUNT: "the bank's fees are not less than the payment",
  DATED_IN_FUTURE: "the day is after today in the organization's time zone",
  DATED_TOO_EARLY: "the day is before that of the payment, refund, document or write-off that it acts on",
  REVERSAL_DATE_NOT_ALLOWED: "a mistake is reversed on its own day; only returned money has another day",
  PAYMENT_REFUNDED: "a part of the payment is refunded: reverse the refunds first",

  UNKNOWN_REFUND: "there is no such refund",
  REFUND_REFERENCE_TAKEN: "another refund to this client has this reference, or one that looks the same",
  UNKNOWN_SOURCE: "there is no such payment, credit note or invoice",
  NOT_A_SOURCE: "the document is not issued, or is no credit of the client",
  SOURCE_TWICE: "a source is listed twice",
  SOURCE_OF_ANOTHER_CLIENT: "the source is the credit of another client",
  SOURCE_IN_ANOTHER_CURRENCY: "the source is in another currency",
  SOURCES_NOT_THE_AMOUNT: "the amounts of the sources do not add up to the refund",
  REFUNDED_BEYOND_CREDIT: "more is refunded than is left of the payment, credit note or invoice",

  NOTHING_TO_WRITE_OFF: "nothing is owed because of the document",
  WRITTEN_OFF_BEYOND_BALANCE: "more is written off than is owed because of the document",
};

/** Every rule, with what it means and the status that it is answered with. */
export const RULE_SCHEMA: JsonSchema = {
  description: "A business rule that refused a command; values name what it compared",
  oneOf: (Object.keys(RULES) as Rule[]).map((rule) => ({
    const: rule,
    description: `${STATUS_OF_REFUSAL[RULES[rule].kind]}: ${RULE_DOCS[rule]}`,
  })),
};
