import type { Allocation, CreditEvent, PaymentEvent } from "../../events/business/payment.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { creditAllocationColumns, paymentAllocationColumns, paymentColumns } from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import { inconsistent, must, type Projections, type Tables } from "./projection.ts";
import { addToBalance, addToMonth } from "./sums.ts";
import { putUniqueText } from "./unique-text.ts";

export const paymentProjections: Projections<PaymentEvent["type"] | CreditEvent["type"]> = {
  PaymentReceived(tables, event) {
    const { clientId, receivedOn, currency, amountMinor, reference, allocations } = event.data;
    must(tables.client.get(clientId), event, `client ${clientId}`);
    const payment = paymentColumns.row(event.data, {
      id: event.stream,
      version: event.version,
      allocated_minor: 0,
      reversed: 0,
      allocation_count: 0,
    });
    addToMonth(tables, event, { date: receivedOn, currency }, { received_minor: amountMinor });
    addToBalance(tables, event, { clientId, currency }, { credit_minor: amountMinor });
    tables.payment.put(allocatePayment(tables, event, payment, allocations));
    tables.search.payment(event.stream);
    putUniqueText(tables, uniqueIn(payment), { before: null, now: reference });
  },
  PaymentReallocated(tables, event) {
    tables.payment.put(allocatePayment(tables, event, paymentOf(tables, event), event.data.allocations));
  },
  PaymentReversed(tables, event) {
    const payment = allocatePayment(tables, event, paymentOf(tables, event), []);
    const { client_id: clientId, received_on: date, currency, amount_minor: amountMinor } = payment;
    addToMonth(tables, event, { date, currency }, { received_minor: -amountMinor });
    addToBalance(tables, event, { clientId, currency }, { credit_minor: -amountMinor });
    tables.payment.put({ ...payment, reversed: 1 });
    putUniqueText(tables, uniqueIn(payment), { before: payment.reference, now: null });
  },
  CreditApplied(tables, event) {
    const creditNote = must(tables.invoice.get(event.stream), event, `credit note ${event.stream}`);
    if (creditNote.kind !== "credit_note")
      throw inconsistent(event, `${event.stream} is an invoice, not a credit note`);
    const clientId = must(creditNote.client_id ?? undefined, event, `client of credit note ${event.stream}`);
    const { allocations } = event.data;
    for (let n = 1; n <= creditNote.allocation_count; n++) {
      const { invoice_id, amount_minor } = must(
        tables.creditAllocation.get(creditNote.id, n),
        event,
        `allocation ${n}`,
      );
      settle(tables, event, invoice_id, -amount_minor);
      if (n > allocations.length) tables.creditAllocation.delete(creditNote.id, n);
    }
    let used = 0;
    for (const [i, allocation] of allocations.entries()) {
      const { invoiceId, amountMinor } = allocation;
      tables.creditAllocation.put(creditAllocationColumns.row(allocation, { credit_note_id: creditNote.id, n: i + 1 }));
      settle(tables, event, invoiceId, amountMinor);
      used += amountMinor;
    }
    addToBalance(
      tables,
      event,
      { clientId, currency: creditNote.currency },
      { credit_minor: creditNote.paid_minor - used },
    );
    tables.invoice.put({
      ...creditNote,
      version: event.version,
      paid_minor: used,
      allocation_count: allocations.length,
    });
  },
};

/** A reference is unique among the payments of a client that are not reversed. */
function uniqueIn({ id, client_id }: Row<"payment">) {
  return { stream: id, kind: "payment", scope: client_id } as const;
}

function paymentOf(tables: Tables, event: LogEvent): Row<"payment"> {
  return must(tables.payment.get(event.stream), event, `payment ${event.stream}`);
}

/** Replaces the allocations of a payment. @returns the payment's new row */
function allocatePayment(
  tables: Tables,
  event: LogEvent,
  payment: Row<"payment">,
  allocations: readonly Allocation[],
): Row<"payment"> {
  for (let n = 1; n <= payment.allocation_count; n++) {
    const { invoice_id, amount_minor } = must(tables.paymentAllocation.get(payment.id, n), event, `allocation ${n}`);
    settle(tables, event, invoice_id, -amount_minor);
    if (n > allocations.length) tables.paymentAllocation.delete(payment.id, n);
  }
  let allocated = 0;
  for (const [i, allocation] of allocations.entries()) {
    const { invoiceId, amountMinor } = allocation;
    tables.paymentAllocation.put(paymentAllocationColumns.row(allocation, { payment_id: payment.id, n: i + 1 }));
    settle(tables, event, invoiceId, amountMinor);
    allocated += amountMinor;
  }
  const { client_id: clientId, currency, amount_minor: amount } = payment;
  if (allocated > amount)
    throw inconsistent(
      event,
      `payment ${payment.id} is ${amount}, but ${allocated} is allocated to ${allocations.map(({ invoiceId }) => `invoice ${invoiceId}`).join(", ")}`,
    );
  addToBalance(tables, event, { clientId, currency }, { credit_minor: payment.allocated_minor - allocated });
  return {
    ...payment,
    version: event.version,
    allocated_minor: allocated,
    allocation_count: allocations.length,
  };
}

/** Allocates an amount to an invoice; a negative amount takes it back. */
function settle(tables: Tables, event: LogEvent, invoiceId: number, amountMinor: number): void {
  const invoice = must(tables.invoice.get(invoiceId), event, `invoice ${invoiceId}`);
  if (invoice.status !== "issued" || invoice.kind !== "invoice")
    throw inconsistent(
      event,
      `only an issued invoice can be settled: ${invoiceId} has the kind ${invoice.kind} and is ${invoice.status}`,
    );
  tables.invoice.put({ ...invoice, paid_minor: invoice.paid_minor + amountMinor });
  const clientId = must(invoice.client_id ?? undefined, event, `client of invoice ${invoiceId}`);
  addToBalance(tables, event, { clientId, currency: invoice.currency }, { outstanding_minor: -amountMinor });
}
