/**
 * Every rule that can refuse a command: the kind of refusal, and the values that it compares (as a type). Clients know
 * the names, so they never change. The API documents each rule and the renderer has words for each: a new one that
 * lacks either does not compile.
 */
import type { StreamId } from "./sequence.ts";

/** The kind of refusal. It determines what an API client does next, and the status of the API's response. */
export type RefusalKind =
  | "invalid" // the input breaks a rule in any state: correct it
  | "conflict" // the current state does not allow it: read the state
  | "missing" // what the input names does not exist
  | "forbidden" // the role does not allow it
  | "stale"; // the stream is no longer at the version that the API client saw

export type RefusalValues = Readonly<Record<string, string | number | null>>;

/** `values` exists for the type checker only. */
interface RuleDefinition<Values> {
  kind: RefusalKind;
  values?: Values;
}

const rule = <Values extends RefusalValues = Record<never, never>>(kind: RefusalKind): RuleDefinition<Values> => ({
  kind,
});

type Vat = { vatCategory: string; vatRate3: number | null };

/** `number` null: a draft. */
type NumberedInvoice = { invoice: StreamId; number: string | null };

/** `…_TAKEN`: the text that was asked for, and `existing`: the text of the other thing, which is the same to people. */
export const RULES = {
  // Any command.
  USER_INACTIVE: rule<{ user: StreamId }>("forbidden"),
  ROLE_TOO_WEAK: rule<{ role: string }>("forbidden"),
  VERSION_MISMATCH: rule<{ version: number; expected: number }>("stale"),
  KEY_REUSED: rule<{ key: string; seq: number }>("invalid"),
  STREAM_NOT_BEGUN: rule<{ key: string }>("missing"),
  NOT_RECORDABLE: rule("invalid"),
  TOO_LONG: rule<{ what: "document" | "organization" | "cancellation"; bytes: number; limit: number }>("invalid"),
  UNKNOWN_CURRENCY: rule<{ currency: string }>("invalid"),
  UNKNOWN_COUNTRY: rule<{ country: string }>("invalid"),
  UNKNOWN_UNIT: rule<{ unit: string }>("invalid"),
  BLANK_TEXT: rule("invalid"),
  HIDDEN_CHARACTER: rule<{ character: string }>("invalid"),
  EMAIL_DOMAIN_NOT_VALID: rule<{ domain: string }>("invalid"),
  UNKNOWN_DATE: rule<{ date: string }>("invalid"),
  AMOUNT_TOO_LARGE: rule<{ amount: string; limit: number }>("invalid"),
  VAT_RATE_NOT_ALLOWED: rule<Vat>("invalid"),
  UNKNOWN_CODE: rule<{ list: string; code: string }>("invalid"),

  // The organization and its users.
  ORGANIZATION_EXISTS: rule("conflict"),
  CURRENCY_FIXED: rule<{ from: string; to: string }>("conflict"),
  UNKNOWN_TIME_ZONE: rule<{ timeZone: string }>("invalid"),
  LOGO_NOT_AN_IMAGE: rule<{ mediaType: string }>("invalid"),
  SERIES_TWICE: rule<{ series: string; existing: string }>("invalid"),
  VAT_RATE_TWICE: rule<{ rate: string }>("invalid"),
  LOCK_IN_FUTURE: rule<{ lockedUpTo: string; today: string }>("conflict"),
  // Of a void, with the way instead.
  PERIOD_LOCKED: rule<{ on: string; lockedUpTo: string; way?: string }>("conflict"),
  SERIES_REPEATS: rule<{ series: string; pattern: string; reset: string }>("invalid"),
  SERIES_MAKES_SAME: rule<{ series: string; existing: string }>("invalid"),
  SERIES_IN_USE: rule<{ series: string }>("conflict"),
  SERIES_FROZEN: rule<{ series: string; part: "pattern" | "first" | "reset" }>("conflict"),
  UNKNOWN_USER: rule<{ id: StreamId }>("missing"),
  EMAIL_TAKEN: rule<{ email: string; user: StreamId; existing: string }>("conflict"),
  LAST_OWNER: rule<{ user: StreamId }>("conflict"),

  // Clients and items.
  UNKNOWN_CLIENT: rule<{ client: StreamId }>("missing"),
  CLIENT_ARCHIVED: rule<{ client: StreamId }>("conflict"),
  UNKNOWN_ITEM: rule<{ item: StreamId }>("missing"),
  ITEM_ARCHIVED: rule<{ item: StreamId }>("conflict"),
  ITEM_CODE_TAKEN: rule<{ code: string; item: StreamId; existing: string }>("conflict"),

  // Invoices and credit notes.
  UNKNOWN_INVOICE: rule<{ invoice: StreamId }>("missing"),
  NOT_A_DRAFT: rule<{ invoice: StreamId; status: string }>("conflict"),
  NOT_ISSUED: rule<{ invoice: StreamId; status: string }>("conflict"),
  NOT_AN_ISSUED_INVOICE: rule<NumberedInvoice & { status: string; kind: string }>("conflict"),
  NOT_AN_ISSUED_CREDIT_NOTE: rule<{ invoice: StreamId; status: string; kind: string }>("conflict"),
  VAT_MIXED_WITH_O: rule("invalid"),
  TOO_MANY_LINES: rule<{ lines: number; limit: number }>("invalid"),
  TOO_MANY_VAT_RATES: rule<{ rates: number; limit: number }>("invalid"),
  ADJUSTMENT_REASON_MISSING: rule("invalid"),
  ADJUSTMENT_AMOUNT_MISSING: rule("invalid"),
  ADJUSTMENT_NOT_PERCENT: rule<{ currency: string; amountMinor: number; computedMinor: number }>("invalid"),
  GROSS_PRICE_BELOW_PRICE: rule<{ currency: string; grossPrice6: number; price6: number }>("invalid"),
  PERIOD_ENDS_BEFORE_START: rule<{ from: string; to: string }>("invalid"),
  CREDIT_NOTE_FOR_ANOTHER: rule<{ client: StreamId | null; currency: string }>("invalid"),
  CREDITED_BEYOND_INVOICE: rule<
    NumberedInvoice & { currency: string; grossMinor: number; creditedMinor: number; thisMinor: number }
  >("conflict"),
  ALREADY_CANCELLED: rule<NumberedInvoice & { creditNote: StreamId }>("conflict"),
  CANCEL_BELOW_ZERO: rule<NumberedInvoice>("conflict"),
  CANCEL_CREDITED: rule<NumberedInvoice & { currency: string; creditedMinor: number }>("conflict"),
  CANCEL_WRITTEN_OFF: rule<NumberedInvoice>("conflict"),
  CANCELLED_BEFORE_ISSUED: rule<{ issuedOn: string; invoiceIssuedOn: string }>("invalid"),
  CANCELLATION_KEPT: rule<NumberedInvoice & { currency: string; amountMinor: number }>("conflict"),
  VOID_UNCONFIRMED: rule<NumberedInvoice & { kind: string; way: string }>("invalid"),
  VOID_DELIVERED: rule<NumberedInvoice & { kind: string; way: string }>("conflict"),
  VOID_PAID_INVOICE: rule<{ invoice: StreamId; paidMinor: number; way: string }>("conflict"),
  VOID_CREDITED_INVOICE: rule<{ invoice: StreamId; creditedMinor: number }>("conflict"),

  // Issuing.
  NO_LINES: rule<{ invoice: StreamId }>("conflict"),
  NO_BUYER: rule<{ invoice: StreamId }>("conflict"),
  ISSUED_IN_FUTURE: rule<{ issuedOn: string; today: string }>("conflict"),
  ISSUED_BEFORE_LAST: rule<{ series: string; issuedOn: string; lastIssuedOn: string }>("conflict"),
  SELLER_VAT_ID_MISSING: rule<Vat>("conflict"),
  BUYER_VAT_ID_MISSING: rule<Vat>("conflict"),
  EXEMPTION_REASON_MISSING: rule<Vat>("conflict"),
  // `findings`: how many; the others are those of the first one.
  FORMAT_RULES: rule<{ format: string; findings: number; rule: string; text: string }>("conflict"),
  EXCHANGE_RATE_MISSING: rule<{ currency: string; home: string }>("invalid"),
  UNKNOWN_SERIES: rule<{ series: string | null; kind: string }>("missing"),
  SERIES_OF_OTHER_KIND: rule<{ series: string; kind: string }>("invalid"),
  NUMBER_MISSING: rule<{ series: string }>("invalid"),
  NUMBER_NOT_ALLOWED: rule<{ series: string; number: string }>("invalid"),
  NUMBER_TAKEN: rule<{ number: string; invoice: StreamId; existing: string }>("conflict"),
  NUMBER_OF_SERIES: rule<{ series: string; number: string }>("conflict"),
  NUMBERS_TAKEN: rule<{ series: string; from: string; to: string }>("conflict"),

  // Payments and credit.
  UNKNOWN_PAYMENT: rule<{ payment: StreamId }>("missing"),
  PAYMENT_REVERSED: rule<{ payment: StreamId }>("conflict"),
  RECEIVED_IN_FUTURE: rule<{ receivedOn: string; today: string }>("conflict"),
  REFERENCE_TAKEN: rule<{ reference: string; payment: StreamId; existing: string }>("conflict"),
  ALLOCATED_TWICE: rule<NumberedInvoice>("invalid"),
  ALLOCATED_BEYOND_AMOUNT: rule<{ currency: string; allocatedMinor: number; availableMinor: number }>("conflict"),
  ALLOCATED_BEYOND_BALANCE: rule<
    NumberedInvoice & { currency: string; balanceMinor: number; amountMinor: number; writtenOffMinor: number }
  >("conflict"),
  INVOICE_OF_ANOTHER_CLIENT: rule<NumberedInvoice & { client: StreamId }>("conflict"),
  INVOICE_IN_ANOTHER_CURRENCY: rule<NumberedInvoice & { currency: string }>("conflict"),
  FEES_BEYOND_AMOUNT: rule<{ currency: string; amountMinor: number; feesMinor: number }>("invalid"),
  DATED_IN_FUTURE: rule<{ on: string; today: string }>("conflict"),
  DATED_TOO_EARLY: rule<{ on: string; earliest: string }>("conflict"),
  REVERSAL_DATE_NOT_ALLOWED: rule<{ on: string }>("invalid"),
  PAYMENT_REFUNDED: rule<{ payment: StreamId; currency: string; refundedMinor: number }>("conflict"),

  // Refunds. A source is a payment, or a document that is the client's credit.
  UNKNOWN_REFUND: rule<{ refund: StreamId }>("missing"),
  REFUND_REFERENCE_TAKEN: rule<{ reference: string; refund: StreamId; existing: string }>("conflict"),
  UNKNOWN_SOURCE: rule<{ source: StreamId }>("missing"),
  NOT_A_SOURCE: rule<{ source: StreamId; status: string; kind: string }>("conflict"),
  SOURCE_TWICE: rule<{ source: StreamId }>("invalid"),
  SOURCE_OF_ANOTHER_CLIENT: rule<{ source: StreamId; client: StreamId }>("conflict"),
  SOURCE_IN_ANOTHER_CURRENCY: rule<{ source: StreamId; currency: string }>("conflict"),
  SOURCES_NOT_THE_AMOUNT: rule<{ currency: string; amountMinor: number; sourcesMinor: number }>("invalid"),
  REFUNDED_BEYOND_CREDIT: rule<{
    source: StreamId;
    number: string | null;
    currency: string;
    creditMinor: number;
    amountMinor: number;
  }>("conflict"),

  // Write-offs.
  NOTHING_TO_WRITE_OFF: rule<NumberedInvoice>("conflict"),
  WRITTEN_OFF_BEYOND_BALANCE: rule<NumberedInvoice & { currency: string; balanceMinor: number; amountMinor: number }>(
    "conflict",
  ),
} as const;

export type Rule = keyof typeof RULES;

/** The values that a rule compares. */
export type ValuesOf<R extends Rule> = NonNullable<(typeof RULES)[R]["values"]>;
