/** Payments received, and credit from credit notes: how both are applied to invoices. */
import { z } from "zod";
import { type Refusal, refusal } from "../errors.ts";
import type { StreamId, StreamState } from "../sequence.ts";
import { checkCurrency } from "../values/currency.ts";
import { checkDate } from "../values/date.ts";
import { sumMinor } from "../values/money.ts";
import { currency, date, int, line, MAX_INT, minorFromZero, streamId } from "../values/schema.ts";
import { activeClient } from "./client.ts";
import { entryDay, todayOf } from "./entry-day.ts";
import { type InvoiceBooks, type InvoiceOnBooks, invoiceOf, ownAllocationOf } from "./invoice.ts";
import { checkOpenPeriod } from "./period-lock.ts";
import { type Reversed, reversalOf } from "./reversal.ts";
import {
  checkApplicable,
  checkNotReversed,
  checkReversible,
  checkSettleable,
  dueMinorOf,
  nameOf,
  owedMinorOf,
} from "./state-rules.ts";
import { takenBy } from "./taken.ts";

export const PAYMENT_METHODS = ["bank_transfer", "card", "cash", "cheque", "direct_debit", "other"] as const;

/** The part of a payment, or of a client's credit, that settles an invoice. */
export const allocation = z.object({
  invoiceId: streamId().describe("An issued document of the same client and currency that is owed."),
  amountMinor: int(1, MAX_INT).describe("How much of it, in minor units."),
});
export type Allocation = z.infer<typeof allocation>;

const allocations = z.array(allocation).max(1000).describe("The invoices that it settles: the whole list.");

/** A payment as release 0.1 wrote it: without bank fees. */
export const paymentReceivedV1 = z.object({
  clientId: streamId().describe("Who paid."),
  receivedOn: date().describe("When it came in."),
  currency: currency().describe("ISO 4217."),
  amountMinor: int(1, MAX_INT).describe("In minor units."),
  method: z.enum(PAYMENT_METHODS).describe("How it was paid."),
  reference: line(100).nullable().describe("Reference of the payment; unique among the client's."),
  allocations,
});

/**
 * The client paid `amountMinor`, and all of it settles; the bank kept `feesMinor`, so the rest reached the account. The
 * unallocated part is the client's credit. `reference` is unique among the client's payments.
 */
export const paymentReceived = paymentReceivedV1.extend({
  feesMinor: minorFromZero().describe("What the bank kept of it; less than the amount."),
});
export type PaymentReceived = z.infer<typeof paymentReceived>;

export function upcastPaymentReceivedV1(old: z.infer<typeof paymentReceivedV1>): PaymentReceived {
  return { ...old, feesMinor: 0 };
}

/** Allocations as release 0.1 wrote them: without a date. */
export const allocatedV1 = z.object({ allocations });

/** The whole new list: it replaces the previous one. */
export const allocated = allocatedV1.extend({
  on: date()
    .nullable()
    .describe("The day on which the change counts; null in earlier events: as if it had always been so."),
});
type Allocated = z.infer<typeof allocated>;

export function upcastAllocatedV1(old: z.infer<typeof allocatedV1>): Allocated {
  return { ...old, on: null };
}

export type PaymentEvent =
  | { type: "PaymentReceived"; data: PaymentReceived }
  | { type: "PaymentReallocated"; data: Allocated }
  | { type: "PaymentReversed"; data: Reversed };

export type CreditEvent = { type: "CreditApplied"; data: Allocated };

export interface PaymentOnBooks extends StreamState {
  clientId: StreamId;
  receivedOn: string;
  currency: string;
  amountMinor: number;
  reference: string | null;
  reversed: boolean;
  allocations: readonly Allocation[];
  /** The part of it that is refunded. */
  refundedMinor: number;
}

export interface PaymentBooks extends InvoiceBooks {
  payment(id: StreamId): PaymentOnBooks | undefined;
  /** A payment of the client, not reversed, whose reference is the same to people (`uniqueKey`); an exact one first. */
  paymentIdByReference(clientId: StreamId, reference: string): StreamId | undefined;
  /** The invoices that a credit note, or an invoice below zero, is applied to. */
  creditAllocations(creditNoteId: StreamId): readonly Allocation[];
}

/** @param atMs the time of the decision; a payment cannot be dated after today */
export function receivePayment(books: PaymentBooks, payment: PaymentReceived, atMs: number): PaymentEvent {
  const { clientId, currency, reference, receivedOn, amountMinor, feesMinor } = payment;
  activeClient(books, clientId, "clientId");
  checkDate(receivedOn, "receivedOn");
  const today = todayOf(books, atMs);
  if (receivedOn > today)
    throw refusal("RECEIVED_IN_FUTURE", `${receivedOn} is after today, ${today}`, {
      field: "receivedOn",
      values: { receivedOn, today },
    });
  checkOpenPeriod(books, { receivedOn });
  checkCurrency(currency);
  if (feesMinor >= amountMinor)
    throw refusal("FEES_BEYOND_AMOUNT", `fees of ${feesMinor} leave nothing of ${amountMinor}`, {
      field: "feesMinor",
      values: { currency, amountMinor, feesMinor },
    });
  if (reference !== null) refuseTakenReference(books, clientId, reference);
  checkAllocations(books, { clientId, currency, availableMinor: amountMinor, former: [] }, payment.allocations);
  return { type: "PaymentReceived", data: payment };
}

/** Applies a payment to other invoices. The same list again decides nothing, whatever its date. */
export function reallocatePayment(
  books: PaymentBooks,
  id: StreamId,
  { allocations: to, on: stated }: Allocated,
  atMs: number,
): PaymentEvent | null {
  const payment = paymentOf(books, id);
  checkNotReversed(payment);
  const { clientId, currency, amountMinor, refundedMinor, allocations: former } = payment;
  if (sameAllocations(former, to)) return null;
  const on = entryDay(books, stated, { field: "on", atMs, since: sinceOf(payment) });
  checkAllocations(books, { clientId, currency, availableMinor: amountMinor - refundedMinor, former }, to);
  return { type: "PaymentReallocated", data: { allocations: [...to], on } };
}

/** Reverses a payment and removes its allocations. Reversing it again decides nothing. */
export function reversePayment(
  books: PaymentBooks,
  id: StreamId,
  reversal: Reversed,
  atMs: number,
): PaymentEvent | null {
  const payment = paymentOf(books, id);
  if (payment.reversed) return null;
  checkReversible(payment);
  return { type: "PaymentReversed", data: reversalOf(books, reversal, { of: sinceOf(payment), atMs }) };
}

/** Applies a credit note, or an invoice below zero, to invoices of its client. The same list again decides nothing. */
export function applyCredit(
  books: PaymentBooks,
  creditId: StreamId,
  { allocations: to, on: stated }: Allocated,
  atMs: number,
): CreditEvent | null {
  const credit = invoiceOf(books, creditId, null);
  checkApplicable(credit);
  const former = books.creditAllocations(creditId);
  if (sameAllocations(former, to)) return null;
  const { clientId, currency, refundedMinor } = credit;
  checkKeepsCancellation(books, credit, to);
  const since = { on: issuedOnOf(credit), name: nameOf(credit) };
  const on = entryDay(books, stated, { field: "on", atMs, since });
  const availableMinor = Math.max(0, -owedMinorOf(credit)) - refundedMinor;
  checkAllocations(books, { clientId, currency, availableMinor, former }, to);
  return { type: "CreditApplied", data: { allocations: [...to], on } };
}

/** A cancelled invoice stays settled by its credit note: void the credit note to take that back. */
function checkKeepsCancellation(books: PaymentBooks, credit: InvoiceOnBooks, to: readonly Allocation[]): void {
  const ownMinor = ownAllocationOf(books, credit);
  const keptMinor = to.find(({ invoiceId }) => invoiceId === credit.correctsId)?.amountMinor ?? 0;
  if (keptMinor >= ownMinor || credit.correctsId === null) return;
  const cancelled = invoiceOf(books, credit.correctsId, "allocations");
  throw refusal(
    "CANCELLATION_KEPT",
    `${nameOf(credit)} cancels ${nameOf(cancelled)}, so ${ownMinor} of it stays applied`,
    {
      field: "allocations",
      values: { invoice: cancelled.id, number: cancelled.number, currency: credit.currency, amountMinor: ownMinor },
    },
  );
}

/** What acts on a payment is not before it. */
function sinceOf({ id, receivedOn }: PaymentOnBooks): { on: string; name: string } {
  return { on: receivedOn, name: `payment ${id}` };
}

/** The issue date of an issued document. */
export function issuedOnOf({ id, issuedOn }: InvoiceOnBooks): string {
  if (issuedOn === null) throw new Error(`document ${id} has no issue date`);
  return issuedOn;
}

/** The payment with that id. */
export function paymentOf(books: PaymentBooks, id: StreamId): PaymentOnBooks {
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
    const invoice = invoiceOf(books, invoiceId, field);
    checkSettleable(invoice, field);
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
    const dueMinor = dueMinorOf(invoice) + (formerly.get(invoiceId) ?? 0);
    if (amountMinor > dueMinor) throw beyondBalance(invoice, dueMinor, { amountMinor, n });
  }
}

/** @param dueMinor what is owed; below zero for a client's credit @param n the position of the allocation */
function beyondBalance(
  invoice: InvoiceOnBooks,
  dueMinor: number,
  { amountMinor, n }: { amountMinor: number; n: number },
): Refusal {
  const { id, number, currency, writtenOffMinor } = invoice;
  const writtenOff =
    writtenOffMinor > 0 ? `; ${writtenOffMinor} of it is written off: reverse the write-off first` : "";
  const message =
    dueMinor < 0
      ? `${nameOf(invoice)} is a credit of the client of ${-dueMinor}, so nothing is owed because of it`
      : `${nameOf(invoice)} has a balance of ${dueMinor}, less than ${amountMinor}${writtenOff}`;
  return refusal("ALLOCATED_BEYOND_BALANCE", message, {
    field: `allocations.${n}.amountMinor`,
    values: { invoice: id, number, currency, balanceMinor: dueMinor, amountMinor, writtenOffMinor },
  });
}
