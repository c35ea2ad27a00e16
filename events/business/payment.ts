/** Payments received, and credit from credit notes: how both are applied to invoices. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { StreamId, StreamState } from "../sequence.ts";
import { dateAt } from "../values/calendar.ts";
import { checkCurrency } from "../values/currency.ts";
import { checkDate } from "../values/date.ts";
import { sumMinor } from "../values/money.ts";
import { currency, date, int, line, MAX_INT, streamId } from "../values/schema.ts";
import { activeClient } from "./client.ts";
import { type InvoiceBooks, invoiceOf, issuedInvoice } from "./invoice.ts";
import { checkTimeZone } from "./organization.ts";
import { balanceMinorOf, checkApplicable, checkNotReversed, nameOf } from "./state-rules.ts";
import { takenBy } from "./taken.ts";

export const PAYMENT_METHODS = ["bank_transfer", "card", "cash", "cheque", "direct_debit", "other"] as const;

/** The part of a payment or credit note that is applied to an invoice. */
export const allocation = z.object({
  invoiceId: streamId().describe("An issued invoice of the same client and currency."),
  amountMinor: int(1, MAX_INT).describe("How much of it, in minor units."),
});
export type Allocation = z.infer<typeof allocation>;

const allocations = z.array(allocation).max(1000).describe("The invoices that it settles: the whole list.");

/** The unallocated rest is the client's credit. `reference` is unique among the client's payments. */
export const paymentReceived = z.object({
  clientId: streamId().describe("Who paid."),
  receivedOn: date().describe("When it came in."),
  currency: currency().describe("ISO 4217."),
  amountMinor: int(1, MAX_INT).describe("In minor units."),
  method: z.enum(PAYMENT_METHODS).describe("How it was paid."),
  reference: line(100).nullable().describe("Reference of the payment; unique among the client's."),
  allocations,
});
export type PaymentReceived = z.infer<typeof paymentReceived>;

/** The whole new list: it replaces the previous one. */
export const allocated = z.object({ allocations });
export const paymentReversed = z.object({ reason: line(500).describe("Why, for those who read the history.") });

export type PaymentEvent =
  | { type: "PaymentReceived"; data: PaymentReceived }
  | { type: "PaymentReallocated"; data: z.infer<typeof allocated> }
  | { type: "PaymentReversed"; data: z.infer<typeof paymentReversed> };

export type CreditEvent = { type: "CreditApplied"; data: z.infer<typeof allocated> };

export interface PaymentOnBooks extends StreamState {
  clientId: StreamId;
  currency: string;
  amountMinor: number;
  reference: string | null;
  reversed: boolean;
  allocations: readonly Allocation[];
}

export interface PaymentBooks extends InvoiceBooks {
  payment(id: StreamId): PaymentOnBooks | undefined;
  /** A payment of the client, not reversed, whose reference is the same to people (`uniqueKey`); an exact one first. */
  paymentIdByReference(clientId: StreamId, reference: string): StreamId | undefined;
  /** The invoices that a credit note is applied to. */
  creditAllocations(creditNoteId: StreamId): readonly Allocation[];
}

/** @param atMs the time of the decision; a payment cannot be dated after today */
export function receivePayment(books: PaymentBooks, payment: PaymentReceived, atMs: number): PaymentEvent {
  const { clientId, currency, reference, receivedOn } = payment;
  activeClient(books, clientId, "clientId");
  checkDate(receivedOn, "receivedOn");
  const { timeZone = "UTC" } = books.organization()?.profile ?? {};
  checkTimeZone({ timeZone });
  const today = dateAt(atMs, timeZone);
  if (receivedOn > today)
    throw refusal("RECEIVED_IN_FUTURE", `${receivedOn} is after today, ${today}`, {
      field: "receivedOn",
      values: { receivedOn, today },
    });
  checkCurrency(currency);
  if (reference !== null) refuseTakenReference(books, clientId, reference);
  checkAllocations(books, { clientId, currency, availableMinor: payment.amountMinor, former: [] }, payment.allocations);
  return { type: "PaymentReceived", data: payment };
}

/** Applies a payment to other invoices. The same list again decides nothing. */
export function reallocatePayment(books: PaymentBooks, id: StreamId, to: readonly Allocation[]): PaymentEvent | null {
  const payment = paymentOf(books, id);
  checkNotReversed(payment);
  const { clientId, currency, amountMinor, allocations } = payment;
  if (sameAllocations(allocations, to)) return null;
  checkAllocations(books, { clientId, currency, availableMinor: amountMinor, former: allocations }, to);
  return { type: "PaymentReallocated", data: { allocations: [...to] } };
}

/** Reverses a payment and removes its allocations. Reversing it again decides nothing. */
export function reversePayment(books: PaymentBooks, id: StreamId, reason: string): PaymentEvent | null {
  return paymentOf(books, id).reversed ? null : { type: "PaymentReversed", data: { reason } };
}

/** Applies a credit note to invoices of the same client. The same list again decides nothing. */
export function applyCredit(
  books: PaymentBooks,
  creditNoteId: StreamId,
  to: readonly Allocation[],
): CreditEvent | null {
  const creditNote = invoiceOf(books, creditNoteId, null);
  checkApplicable(creditNote);
  const former = books.creditAllocations(creditNoteId);
  if (sameAllocations(former, to)) return null;
  const { clientId, currency, totals } = creditNote;
  checkAllocations(books, { clientId, currency, availableMinor: totals.payableMinor, former }, to);
  return { type: "CreditApplied", data: { allocations: [...to] } };
}

function paymentOf(books: PaymentBooks, id: StreamId): PaymentOnBooks {
  const payment = books.payment(id);
  if (!payment) throw refusal("UNKNOWN_PAYMENT", `there is no payment ${id}`, { values: { payment: id } });
  return payment;
}

function refuseTakenReference(books: PaymentBooks, clientId: StreamId, reference: string): void {
  const payment = books.paymentIdByReference(clientId, reference);
  if (payment === undefined) return;
  const existing = paymentOf(books, payment).reference ?? reference;
  const message = takenBy(`payment ${payment} of this client`, "reference", { text: reference, existing });
  throw refusal("REFERENCE_TAKEN", message, {
    field: "reference",
    values: { reference, payment, existing },
  });
}

function sameAllocations(a: readonly Allocation[], b: readonly Allocation[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ invoiceId, amountMinor }, n) => b[n]?.invoiceId === invoiceId && b[n]?.amountMinor === amountMinor)
  );
}

/** The money to allocate: whose it is, how much there is, and the list that is replaced. */
interface Money {
  clientId: StreamId;
  currency: string;
  availableMinor: number;
  former: readonly Allocation[];
}

function checkAllocations(books: PaymentBooks, from: Money, to: readonly Allocation[]): void {
  const total = sumMinor(
    to.map((allocation) => allocation.amountMinor),
    "allocations",
  );
  if (total > from.availableMinor)
    throw refusal("ALLOCATED_BEYOND_AMOUNT", `${total} is allocated, but only ${from.availableMinor} is available`, {
      field: "allocations",
      values: { currency: from.currency, allocatedMinor: total, availableMinor: from.availableMinor },
    });
  const formerly = new Map(from.former.map(({ invoiceId, amountMinor }) => [invoiceId, amountMinor]));
  const seen = new Set<StreamId>();
  for (const [n, { invoiceId, amountMinor }] of to.entries()) {
    const field = `allocations.${n}.invoiceId`;
    const invoice = issuedInvoice(books, invoiceId, field);
    const values = { invoice: invoiceId, number: invoice.number };
    if (seen.has(invoiceId)) throw refusal("ALLOCATED_TWICE", `${nameOf(invoice)} is listed twice`, { field, values });
    seen.add(invoiceId);
    if (invoice.clientId !== from.clientId)
      throw refusal("INVOICE_OF_ANOTHER_CLIENT", `${nameOf(invoice)} belongs to client ${invoice.clientId}`, {
        field,
        values: { ...values, client: from.clientId },
      });
    if (invoice.currency !== from.currency)
      throw refusal(
        "INVOICE_IN_ANOTHER_CURRENCY",
        `${nameOf(invoice)} is in ${invoice.currency}, not ${from.currency}`,
        {
          field,
          values: { ...values, currency: invoice.currency },
        },
      );
    const balance = balanceMinorOf(invoice) + (formerly.get(invoiceId) ?? 0);
    if (amountMinor > balance)
      throw refusal(
        "ALLOCATED_BEYOND_BALANCE",
        `${nameOf(invoice)} has a balance of ${balance}, less than ${amountMinor}`,
        {
          field: `allocations.${n}.amountMinor`,
          values: { ...values, currency: invoice.currency, balanceMinor: balance, amountMinor },
        },
      );
  }
}
