import type { RefundEvent, RefundSource } from "../../events/business/refund.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { refundColumns, refundSourceColumns } from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import { later, owedOf, signOf } from "./allocate.ts";
import { type PostingLine, post } from "./post.ts";
import { inconsistent, must, type Projections, type Tables } from "./projection.ts";
import { putUniqueText } from "./unique-text.ts";

export const refundProjections: Projections<RefundEvent["type"]> = {
  RefundPaid(tables, event) {
    const { clientId, currency, reference, sources, amountMinor, paidOn: on } = event.data;
    must(tables.client.get(clientId), event, `client ${clientId}`);
    const refund = refundColumns.row(event.data, {
      id: event.stream,
      version: event.version,
      reversed: 0,
      reversed_on: null,
      source_count: sources.length,
    });
    const total = sources.reduce((sum, source) => sum + source.amountMinor, 0);
    if (total !== amountMinor) throw inconsistent(event, `its sources come to ${total}, it is ${amountMinor}`);
    tables.refund.put(refund);
    for (const [i, source] of sources.entries()) {
      tables.refundSource.put(refundSourceColumns.row(source, { refund_id: refund.id, n: i + 1 }));
      takeCredit(tables, event, refund, source);
    }
    const lines = sources.map((source) => refundLine("refund", on, refund.id, source));
    post(tables, event, { clientId, currency }, lines);
    putUniqueText(tables, uniqueIn(refund), { before: null, now: reference });
  },
  RefundReversed(tables, event) {
    const refund = must(tables.refund.get(event.stream), event, `refund ${event.stream}`);
    const { id, client_id: clientId, currency, paid_on, source_count } = refund;
    const { on: reversed_on } = event.data;
    const lines: PostingLine[] = [];
    for (let n = 1; n <= source_count; n++) {
      const { source_id: sourceId, amount_minor } = must(tables.refundSource.get(id, n), event, `source ${n}`);
      const back = { sourceId, amountMinor: -amount_minor };
      takeCredit(tables, event, refund, back);
      lines.push(refundLine("reversal", later(paid_on, reversed_on), id, back));
    }
    post(tables, event, { clientId, currency }, lines);
    tables.refund.put({ ...refund, version: event.version, reversed: 1, reversed_on });
    putUniqueText(tables, uniqueIn(refund), { before: refund.reference, now: null });
  },
};

/** A reference is unique among the refunds of a client that are not reversed. */
function uniqueIn({ id, client_id }: Row<"refund">) {
  return { stream: id, kind: "refund", scope: client_id } as const;
}

/** The line of what is paid out of a source; below zero: it is given back. */
function refundLine(
  kind: "refund" | "reversal",
  on: string,
  refundId: number,
  { sourceId, amountMinor }: RefundSource,
): PostingLine {
  return { kind, on, documentId: refundId, creditId: sourceId, cashMinor: -amountMinor, creditMinor: -amountMinor };
}

/** Takes a part of a source's credit; a negative amount gives it back. @throws LogError INCONSISTENT_LOG if it is not there */
function takeCredit(
  tables: Tables,
  event: LogEvent,
  refund: Row<"refund">,
  { sourceId, amountMinor }: RefundSource,
): void {
  const payment = tables.payment.get(sourceId);
  const source = payment ?? must(tables.invoice.get(sourceId), event, `payment or document ${sourceId}`);
  if (source.client_id !== refund.client_id || source.currency !== refund.currency)
    throw inconsistent(
      event,
      `${sourceId} is credit of client ${source.client_id} in ${source.currency}, the refund is to client ${refund.client_id} in ${refund.currency}`,
    );
  if (payment) takeOfPayment(tables, event, payment, amountMinor);
  else takeOfDocument(tables, event, source as Row<"invoice">, amountMinor);
}

function takeOfPayment(tables: Tables, event: LogEvent, payment: Row<"payment">, amountMinor: number): void {
  const { id, amount_minor, allocated_minor, reversed } = payment;
  const refunded_minor = payment.refunded_minor + amountMinor;
  const rest = amount_minor - allocated_minor - refunded_minor;
  if (reversed || rest < 0) throw inconsistent(event, `payment ${id} has no ${amountMinor} left`);
  tables.payment.put({ ...payment, refunded_minor });
}

function takeOfDocument(tables: Tables, event: LogEvent, document: Row<"invoice">, amountMinor: number): void {
  const { id, kind, status } = document;
  const owed = owedOf(document);
  if (status !== "issued" || owed >= 0) throw inconsistent(event, `${kind} ${id} is ${status}, and ${owed} is owed`);
  const paid_minor = document.paid_minor + signOf(document) * amountMinor;
  if (Math.abs(paid_minor) > -owed) throw inconsistent(event, `${kind} ${id} has no ${amountMinor} left`);
  tables.invoice.put({ ...document, paid_minor, refunded_minor: document.refunded_minor + amountMinor });
}
