/** Refunds: money that goes back to a client, out of what the company owes that client. */
import { z } from "zod";
import { refusal } from "../errors.ts";
import type { StreamId, StreamState } from "../sequence.ts";
import { checkCurrency } from "../values/currency.ts";
import { sumMinor } from "../values/money.ts";
import { currency, date, int, line, MAX_INT, streamId } from "../values/schema.ts";
import { clientOf } from "./client.ts";
import { entryDay } from "./entry-day.ts";
import { issuedOnOf, PAYMENT_METHODS, type PaymentBooks } from "./payment.ts";
import { type Reversed, reversalOf } from "./reversal.ts";
import { checkNotReversed, checkSource, creditMinorOf, nameOf } from "./state-rules.ts";
import { takenBy } from "./taken.ts";

/** The part of a client's credit that a refund pays out. */
export const refundSource = z.object({
  sourceId: streamId().describe(
    "A payment with an unallocated rest, a credit note with a rest, or an invoice below zero.",
  ),
  amountMinor: int(1, MAX_INT).describe("How much of it, in minor units."),
});
export type RefundSource = z.infer<typeof refundSource>;

/** `reference` is unique among the client's refunds. */
export const refundPaid = z.object({
  clientId: streamId().describe("Who is paid."),
  paidOn: date().describe("When it was paid."),
  currency: currency().describe("ISO 4217."),
  amountMinor: int(1, MAX_INT).describe("In minor units: the sum of its sources."),
  method: z.enum(PAYMENT_METHODS).describe("How it was paid."),
  reference: line(100).nullable().describe("Reference of the refund; unique among the client's refunds."),
  sources: z.array(refundSource).max(1000).describe("The credit that it pays out, each source once."),
});
export type RefundPaid = z.infer<typeof refundPaid>;

export type RefundEvent = { type: "RefundPaid"; data: RefundPaid } | { type: "RefundReversed"; data: Reversed };

export interface RefundOnBooks extends StreamState {
  clientId: StreamId;
  paidOn: string;
  reference: string | null;
  reversed: boolean;
}

export interface RefundBooks extends PaymentBooks {
  refund(id: StreamId): RefundOnBooks | undefined;
  /** A refund to the client, not reversed, whose reference is the same to people (`uniqueKey`); an exact one first. */
  refundIdByReference(clientId: StreamId, reference: string): StreamId | undefined;
}

/**
 * Pays credit back. The client can be archived: archiving ends new business, while what the company owes stays owed, and
 * paying it back is how it ends.
 *
 * @param atMs the time of the decision; a refund cannot be dated after today
 */
export function payRefund(books: RefundBooks, refund: RefundPaid, atMs: number): RefundEvent {
  const { clientId, currency, amountMinor, reference, sources } = refund;
  clientOf(books, clientId, "clientId");
  checkCurrency(currency);
  if (reference !== null) refuseTakenReference(books, clientId, reference);
  const seen = new Set<StreamId>();
  let since: Pick<Credit, "on" | "name"> | null = null;
  for (const [n, source] of sources.entries()) {
    const field = `sources.${n}.sourceId`;
    if (seen.has(source.sourceId))
      throw refusal("SOURCE_TWICE", `source ${source.sourceId} is listed twice`, {
        field,
        values: { source: source.sourceId },
      });
    seen.add(source.sourceId);
    const { on, name } = checkCredit(books, refund, source, n);
    if (since === null || on > since.on) since = { on, name };
  }
  const amounts = sources.map((source) => source.amountMinor);
  const sourcesMinor = sumMinor(amounts, "sources");
  if (sourcesMinor !== amountMinor || since === null)
    throw refusal("SOURCES_NOT_THE_AMOUNT", `the sources come to ${sourcesMinor}, not to ${amountMinor}`, {
      field: "sources",
      values: { currency, amountMinor, sourcesMinor },
    });
  entryDay(books, refund.paidOn, { field: "paidOn", atMs, since });
  return { type: "RefundPaid", data: refund };
}

/** Reverses a refund: its sources are the client's credit again. Reversing it again decides nothing. */
export function reverseRefund(books: RefundBooks, id: StreamId, reversal: Reversed, atMs: number): RefundEvent | null {
  const refund = refundOf(books, id);
  if (refund.reversed) return null;
  const of = { on: refund.paidOn, name: `refund ${id}` };
  return { type: "RefundReversed", data: reversalOf(books, reversal, { of, atMs }) };
}

function refundOf(books: RefundBooks, id: StreamId): RefundOnBooks {
  const refund = books.refund(id);
  if (!refund) throw refusal("UNKNOWN_REFUND", `there is no refund ${id}`, { values: { refund: id } });
  return refund;
}

function refuseTakenReference(books: RefundBooks, clientId: StreamId, reference: string): void {
  const refund = books.refundIdByReference(clientId, reference);
  if (refund === undefined) return;
  const existing = refundOf(books, refund).reference ?? reference;
  const message = takenBy(`refund ${refund} to this client`, "reference", { text: reference, existing });
  throw refusal("REFUND_REFERENCE_TAKEN", message, { field: "reference", values: { reference, refund, existing } });
}

/** A client's credit: whose it is, how much is left, and since when. */
interface Credit {
  clientId: StreamId | null;
  currency: string;
  creditMinor: number;
  /** The number of a document; null for a payment. */
  number: string | null;
  on: string;
  name: string;
}

/** @param n the position of the source */
function checkCredit(
  books: RefundBooks,
  refund: RefundPaid,
  { sourceId, amountMinor }: RefundSource,
  n: number,
): Credit {
  const field = `sources.${n}.sourceId`;
  const credit = creditOf(books, sourceId, field);
  const { clientId, currency, creditMinor, number, name } = credit;
  if (clientId !== refund.clientId)
    throw refusal("SOURCE_OF_ANOTHER_CLIENT", `${name} belongs to client ${clientId}`, {
      field,
      values: { source: sourceId, client: refund.clientId },
    });
  if (currency !== refund.currency)
    throw refusal("SOURCE_IN_ANOTHER_CURRENCY", `${name} is in ${currency}, not ${refund.currency}`, {
      field,
      values: { source: sourceId, currency },
    });
  if (amountMinor > creditMinor)
    throw refusal("REFUNDED_BEYOND_CREDIT", `${name} has ${creditMinor} left, less than ${amountMinor}`, {
      field: `sources.${n}.amountMinor`,
      values: { source: sourceId, number, currency, creditMinor, amountMinor },
    });
  return credit;
}

function creditOf(books: RefundBooks, id: StreamId, field: string): Credit {
  const payment = books.payment(id);
  if (payment) {
    checkNotReversed(payment, field);
    const { clientId, currency, amountMinor, refundedMinor, receivedOn: on, allocations } = payment;
    const taken = allocations.map((allocation) => -allocation.amountMinor);
    const creditMinor = sumMinor([amountMinor, -refundedMinor, ...taken], "amountMinor");
    return { clientId, currency, creditMinor, number: null, on, name: `payment ${id}` };
  }
  const document = books.invoice(id);
  if (!document)
    throw refusal("UNKNOWN_SOURCE", `there is no payment, credit note or invoice ${id}`, {
      field,
      values: { source: id },
    });
  checkSource(document, field);
  const { clientId, currency, number } = document;
  const creditMinor = creditMinorOf(document);
  return { clientId, currency, creditMinor, number, on: issuedOnOf(document), name: nameOf(document) };
}
