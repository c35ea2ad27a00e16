import type { Allocation, CreditEvent, PaymentEvent } from "../../events/business/payment.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { creditAllocationColumns, paymentAllocationColumns, paymentColumns } from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import {
  type Allocated,
  allocationLine,
  later,
  owedOf,
  type Reallocation,
  reallocate,
  settle,
  signOf,
} from "./allocate.ts";
import { type PostingLine, post } from "./post.ts";
import { inconsistent, must, type Projections, type Tables } from "./projection.ts";
import { putUniqueText } from "./unique-text.ts";

export const paymentProjections: Projections<PaymentEvent["type"] | CreditEvent["type"]> = {
  PaymentReceived(tables, event) {
    const { clientId, receivedOn, currency, amountMinor, reference, allocations } = event.data;
    must(tables.client.get(clientId), event, `client ${clientId}`);
    const id = event.stream;
    const payment = paymentColumns.row(event.data, {
      id,
      version: event.version,
      allocated_minor: 0,
      refunded_minor: 0,
      reversed: 0,
      reversed_on: null,
      allocation_count: 0,
      change_count: 0,
    });
    const { row, lines } = allocatePayment(tables, event, payment, { to: allocations, on: null });
    tables.payment.put(row);
    const cash = { cashMinor: amountMinor, creditMinor: amountMinor };
    const received: PostingLine = { kind: "payment", on: receivedOn, documentId: id, creditId: id, ...cash };
    post(tables, event, { clientId, currency }, [received, ...lines]);
    tables.search.payment(id);
    putUniqueText(tables, uniqueIn(payment), { before: null, now: reference });
  },
  PaymentReallocated(tables, event) {
    const { allocations: to, on } = event.data;
    const { row, lines } = allocatePayment(tables, event, paymentOf(tables, event), { to, on });
    tables.payment.put(row);
    post(tables, event, { clientId: row.client_id, currency: row.currency }, lines);
  },
  PaymentReversed(tables, event) {
    const payment = paymentOf(tables, event);
    const { client_id: clientId, currency, refunded_minor: refunded } = payment;
    if (refunded !== 0) throw inconsistent(event, `${refunded} of payment ${payment.id} is refunded`);
    const { on: reversed_on } = event.data;
    post(tables, event, { clientId, currency }, reverse(tables, event, payment, reversed_on));
    const rest = { version: event.version, allocated_minor: 0, allocation_count: 0, reversed: 1, reversed_on } as const;
    tables.payment.put({ ...payment, ...rest });
    putUniqueText(tables, uniqueIn(payment), { before: payment.reference, now: null });
  },
  CreditApplied(tables, event) {
    const { stream: id, version } = event;
    const credit = must(tables.invoice.get(id), event, `credit note ${id}`);
    const owed = owedOf(credit);
    if (owed >= 0) throw inconsistent(event, `${credit.kind} ${id} has no credit: ${owed} is owed`);
    const { clientId, currency, on } = accountOf(credit, event);
    const count = credit.allocation_count;
    const former = Array.from({ length: count }, (_, i) => {
      const row = must(tables.creditAllocation.get(id, i + 1), event, `allocation ${i + 1}`);
      return { invoiceId: row.invoice_id, amountMinor: row.amount_minor, on: row.allocated_on };
    });
    const source = { id, clientId, currency, on, former };
    const change = { to: event.data.allocations, on: event.data.on };
    const { rows, lines, byMinor } = reallocate(tables, event, source, change);
    for (const [i, { on: allocated_on, ...allocation }] of rows.entries())
      tables.creditAllocation.put(
        creditAllocationColumns.row(allocation, { credit_note_id: id, n: i + 1, allocated_on }),
      );
    for (let n = rows.length + 1; n <= count; n++) tables.creditAllocation.delete(id, n);
    post(tables, event, { clientId, currency }, lines);
    const paid_minor = credit.paid_minor + signOf(credit) * byMinor;
    tables.invoice.put({ ...credit, version, paid_minor, allocation_count: rows.length });
  },
};

/** A reference is unique among the payments of a client that are not reversed. */
function uniqueIn({ id, client_id }: Row<"payment">) {
  return { stream: id, kind: "payment", scope: client_id } as const;
}

function paymentOf(tables: Tables, event: LogEvent): Row<"payment"> {
  return must(tables.payment.get(event.stream), event, `payment ${event.stream}`);
}

/** The account of an issued document, and its issue date. */
function accountOf({ id, client_id, currency, issued_on }: Row<"invoice">, event: LogEvent) {
  const clientId = must(client_id ?? undefined, event, `client of document ${id}`);
  return { clientId, currency, on: must(issued_on ?? undefined, event, `issue date of document ${id}`) };
}

function allocationsOf(tables: Tables, event: LogEvent, { id, allocation_count }: Row<"payment">): Allocated[] {
  return Array.from({ length: allocation_count }, (_, i) => {
    const row = must(tables.paymentAllocation.get(id, i + 1), event, `allocation ${i + 1}`);
    return { invoiceId: row.invoice_id, amountMinor: row.amount_minor, on: row.allocated_on };
  });
}

/** Replaces the allocations of a payment. @returns the payment's new row, and the lines to post */
function allocatePayment(
  tables: Tables,
  event: LogEvent,
  payment: Row<"payment">,
  change: { to: readonly Allocation[]; on: string | null },
): { row: Row<"payment">; lines: Reallocation["lines"] } {
  const { id, client_id: clientId, currency, received_on: on, amount_minor: amount, allocation_count } = payment;
  const former = allocationsOf(tables, event, payment);
  const { rows, lines, byMinor, changes } = reallocate(tables, event, { id, clientId, currency, on, former }, change);
  const allocated = payment.allocated_minor + byMinor;
  const left = amount - payment.refunded_minor;
  if (allocated > left)
    throw inconsistent(
      event,
      `payment ${id} is ${amount}${left === amount ? "" : `, of which ${payment.refunded_minor} is refunded`}, but ${allocated} is allocated to ${rows.map(({ invoiceId }) => `invoice ${invoiceId}`).join(", ")}`,
    );
  for (const [i, { on: allocated_on, ...allocation }] of rows.entries())
    tables.paymentAllocation.put(paymentAllocationColumns.row(allocation, { payment_id: id, n: i + 1, allocated_on }));
  for (let n = rows.length + 1; n <= allocation_count; n++) tables.paymentAllocation.delete(id, n);
  let change_count = payment.change_count;
  for (const { invoiceId: invoice_id, amountMinor: amount_minor, on: dated_on } of changes)
    tables.allocationChange.put({ payment_id: id, n: ++change_count, invoice_id, dated_on, amount_minor });
  const counts = { allocated_minor: allocated, allocation_count: rows.length, change_count };
  return { row: { ...payment, version: event.version, ...counts }, lines };
}

/**
 * Takes a payment and its allocations back.
 *
 * @param returnedOn the day the money went back; null if the payment was a mistake: then each line of it is taken back on
 *   its own day, as if it had never been
 * @returns the lines to post
 */
function reverse(tables: Tables, event: LogEvent, payment: Row<"payment">, returnedOn: string | null): PostingLine[] {
  const { id, received_on, amount_minor: amount } = payment;
  const allocations = allocationsOf(tables, event, payment);
  for (let n = 1; n <= allocations.length; n++) tables.paymentAllocation.delete(id, n);
  for (const { invoiceId, amountMinor } of allocations) settle(tables, event, invoiceId, -amountMinor);
  const back =
    returnedOn === null
      ? datedParts(tables, event, payment, allocations)
      : allocations.map((allocated) => ({ ...allocated, on: later(allocated.on, returnedOn) }));
  const lines = back.map(({ on, invoiceId, amountMinor }) =>
    allocationLine("reversal", on, { invoiceId, amountMinor: -amountMinor }, id),
  );
  const cash = { cashMinor: -amount, creditMinor: -amount };
  const on = later(received_on, returnedOn);
  lines.push({ kind: "reversal", on, documentId: id, creditId: id, ...cash });
  return lines;
}

/** All that was ever allocated of a payment, with its days: what came later are the rows of `allocation_change`. */
function datedParts(
  tables: Tables,
  event: LogEvent,
  { id, received_on, change_count }: Row<"payment">,
  allocations: readonly Allocated[],
): Allocated[] {
  const changes = Array.from({ length: change_count }, (_, i) => {
    const row = must(tables.allocationChange.get(id, i + 1), event, `change ${i + 1} of payment ${id}`);
    return { invoiceId: row.invoice_id, amountMinor: row.amount_minor, on: row.dated_on };
  });
  const first = new Map<number, number>();
  for (const { invoiceId, amountMinor } of allocations) first.set(invoiceId, (first.get(invoiceId) ?? 0) + amountMinor);
  for (const { invoiceId, amountMinor } of changes) first.set(invoiceId, (first.get(invoiceId) ?? 0) - amountMinor);
  const parts: Allocated[] = [];
  for (const [invoiceId, amountMinor] of first) {
    if (amountMinor === 0) continue;
    const { issued_on } = must(tables.invoice.get(invoiceId), event, `invoice ${invoiceId}`);
    parts.push({ invoiceId, amountMinor, on: later(received_on, issued_on) });
  }
  return [...parts, ...changes];
}
