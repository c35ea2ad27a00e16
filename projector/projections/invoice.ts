import type { CancelEvent } from "../../events/business/cancel.ts";
import type { DeliveryEvent } from "../../events/business/delivery.ts";
import type { InvoiceEvent } from "../../events/business/invoice.ts";
import type { InvoiceIssued, IssueEvent } from "../../events/business/issue.ts";
import type { InvoiceContent } from "../../events/document/draft.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import { deliveryRow } from "../tables/delivery-rows.ts";
import {
  adjustmentColumns,
  contentColumns,
  creditAllocationColumns,
  lineColumns,
  taxColumns,
  totalsColumns,
} from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";
import { allocationLine, owedOf, settle } from "./allocate.ts";
import { putFurther } from "./further.ts";
import { countNumber } from "./numbers.ts";
import { putBuyer, putSeller } from "./party.ts";
import { type PostingLine, post } from "./post.ts";
import { inconsistent, must, type Projections, type Tables } from "./projection.ts";
import { putUniqueText } from "./unique-text.ts";

export const invoiceProjections: Projections<(InvoiceEvent | IssueEvent | CancelEvent | DeliveryEvent)["type"]> = {
  InvoiceDrafted(tables, event) {
    const { kind, correctsId, content } = event.data;
    if (correctsId !== null) must(tables.invoice.get(correctsId), event, `invoice ${correctsId}`);
    putContent(tables, event, content, {
      kind,
      corrects_id: correctsId,
      drafted_at: event.at,
      line_count: 0,
      adjustment_count: 0,
      tax_count: 0,
      more_count: 0,
    });
  },
  InvoiceRevised(tables, event) {
    putContent(tables, event, event.data.content, invoiceOf(tables, event));
  },
  InvoiceDraftDiscarded(tables, event) {
    tables.invoice.put({ ...invoiceOf(tables, event), status: "discarded", version: event.version });
  },
  InvoiceIssued(tables, event) {
    putIssued(tables, event, invoiceOf(tables, event), event.data);
  },
  InvoiceCancelled(tables, event) {
    const { cancelsId, content, allocatedMinor, issuedOn } = event.data;
    const cancelled = must(tables.invoice.get(cancelsId), event, `invoice ${cancelsId}`);
    const { kind, status, credited_minor } = cancelled;
    if (kind !== "invoice" || status !== "issued" || credited_minor !== 0)
      throw inconsistent(
        event,
        `only an issued invoice without credit notes can be cancelled: ${cancelsId} is ${status}`,
      );
    const counts = { line_count: 0, adjustment_count: 0, tax_count: 0, more_count: 0 };
    putContent(tables, event, content, {
      kind: "credit_note",
      corrects_id: cancelsId,
      drafted_at: event.at,
      ...counts,
    });
    const id = event.stream;
    const settling = allocatedMinor === 0 ? [] : [{ invoiceId: cancelsId, amountMinor: allocatedMinor }];
    const lines = settling.map((allocation) => allocationLine("allocation", issuedOn, allocation, id));
    putIssued(tables, event, invoiceOf(tables, event), event.data, lines);
    for (const allocation of settling) {
      settle(tables, event, cancelsId, allocatedMinor);
      const rest = { credit_note_id: id, n: 1, allocated_on: issuedOn };
      tables.creditAllocation.put(creditAllocationColumns.row(allocation, rest));
    }
    const creditNote = invoiceOf(tables, event);
    tables.invoice.put({ ...creditNote, paid_minor: allocatedMinor, allocation_count: settling.length });
    const invoice = must(tables.invoice.get(cancelsId), event, `invoice ${cancelsId}`);
    tables.invoice.put({ ...invoice, cancelled_by_id: id });
  },
  InvoiceVoided(tables, event) {
    const before = invoiceOf(tables, event);
    const { lines, issued } = takeCancellationBack(tables, event, before);
    const { paid_minor, credited_minor, delivery_count } = issued;
    if (delivery_count !== 0)
      throw inconsistent(event, `it was delivered in ${delivery_count} ways; it must be in none`);
    if (paid_minor !== 0 || credited_minor !== 0)
      throw inconsistent(event, `${paid_minor} of it is settled and ${credited_minor} credited; both must be 0`);
    tables.invoice.put({ ...issued, status: "void", version: event.version });
    count(tables, event, issued, -1, lines);
  },
  DocumentDelivered(tables, event) {
    const issued = invoiceOf(tables, event);
    const { stream, version, at, actor } = event;
    const n = issued.delivery_count + 1;
    tables.documentDelivery.put(deliveryRow(event.data, { invoice_id: stream, n, at, actor }), false);
    tables.invoice.put({ ...issued, version, delivery_count: n });
  },
};

/** @param more lines that are posted after those of the document */
function putIssued(
  tables: Tables,
  event: LogEvent,
  draft: Row<"invoice">,
  data: InvoiceIssued,
  more: readonly PostingLine[] = [],
): void {
  const { series, period, counter, number, issuedOn, dueOn, seller, buyer, taxes, totals, accounting } = data;
  putTaxes(tables, draft.id, taxes, draft.tax_count);
  const issued: Row<"invoice"> = {
    ...draft,
    version: event.version,
    status: "issued",
    number,
    series,
    period: counter === null ? null : period,
    counter,
    issued_on: issuedOn,
    due_on: dueOn,
    seller_id: putSeller(tables, seller),
    buyer_id: putBuyer(tables, buyer),
    buyer_name: buyer.name,
    ...totalsColumns.part(totals),
    accounting_currency: accounting?.currency ?? null,
    accounting_rate6: accounting?.rate6 ?? null,
    accounting_tax_minor: accounting?.taxMinor ?? null,
    language: data.language,
    format: data.format,
    tax_count: taxes.length,
  };
  tables.invoice.put(issued);
  putUniqueText(tables, { stream: draft.id, kind: "invoice", scope: 0 }, { before: null, now: number });
  countNumber(tables, draft.id, data);
  count(tables, event, issued, 1, more);
  tables.search.invoice(draft.id);
}

/**
 * If a cancelling credit note becomes void, its invoice is no longer cancelled, and what the credit note settles of it is
 * taken back. @returns the credit note without that, and the lines to post after that of the void
 */
function takeCancellationBack(
  tables: Tables,
  event: LogEvent,
  issued: Row<"invoice">,
): { lines: PostingLine[]; issued: Row<"invoice"> } {
  const { id, corrects_id, allocation_count } = issued;
  const cancelled = corrects_id === null ? undefined : tables.invoice.get(corrects_id);
  if (cancelled?.cancelled_by_id !== id) return { lines: [], issued };
  const lines: PostingLine[] = [];
  let paid_minor = issued.paid_minor;
  for (let n = 1; n <= allocation_count; n++) {
    const row = must(tables.creditAllocation.get(id, n), event, `allocation ${n}`);
    if (row.invoice_id !== cancelled.id)
      throw inconsistent(event, `it is applied to invoice ${row.invoice_id}, which it does not cancel`);
    const back = { invoiceId: cancelled.id, amountMinor: -row.amount_minor };
    lines.push(allocationLine("allocation", row.allocated_on, back, id));
    settle(tables, event, cancelled.id, -row.amount_minor);
    tables.creditAllocation.delete(id, n);
    paid_minor -= row.amount_minor;
  }
  const invoice = must(tables.invoice.get(cancelled.id), event, `invoice ${cancelled.id}`);
  tables.invoice.put({ ...invoice, cancelled_by_id: null });
  return { lines, issued: { ...issued, paid_minor, allocation_count: 0 } };
}

function invoiceOf(tables: Tables, event: LogEvent): Row<"invoice"> {
  return must(tables.invoice.get(event.stream), event, `invoice ${event.stream}`);
}

/** The columns of a draft that a revision keeps. */
type Before = Pick<
  Row<"invoice">,
  "kind" | "corrects_id" | "drafted_at" | "line_count" | "adjustment_count" | "tax_count" | "more_count"
>;

function putContent(tables: Tables, event: LogEvent, content: InvoiceContent, before: Before): void {
  const id = event.stream;
  const { clientId } = content;
  if (clientId !== null) must(tables.client.get(clientId), event, `client ${clientId}`);
  let adjustments = 0;
  for (const [i, line] of content.lines.entries()) {
    const n = i + 1;
    if (line.itemId !== null) must(tables.item.get(line.itemId), event, `item ${line.itemId}`);
    tables.invoiceLine.put(lineColumns.row(line, { invoice_id: id, n }), n <= before.line_count);
    for (const adjustment of line.adjustments) {
      const rest = { invoice_id: id, n: ++adjustments, line_n: n, vat_category: null, vat_rate3: null };
      tables.invoiceAdjustment.put(adjustmentColumns.row(adjustment, rest), rest.n <= before.adjustment_count);
    }
  }
  for (const adjustment of content.adjustments) {
    const { vatCategory: vat_category, vatRate3: vat_rate3 } = adjustment;
    const rest = { invoice_id: id, n: ++adjustments, line_n: null, vat_category, vat_rate3 };
    tables.invoiceAdjustment.put(adjustmentColumns.row(adjustment, rest), rest.n <= before.adjustment_count);
  }
  putTaxes(tables, id, content.taxes, before.tax_count);
  // Delete the rest of a longer version before this one.
  for (let n = content.lines.length + 1; n <= before.line_count; n++) tables.invoiceLine.delete(id, n);
  for (let n = adjustments + 1; n <= before.adjustment_count; n++) tables.invoiceAdjustment.delete(id, n);

  const rest = {
    id,
    version: event.version,
    number: null,
    kind: before.kind,
    status: "draft",
    corrects_id: before.corrects_id,
    seller_id: null,
    buyer_id: null,
    buyer_name: null,
    issued_on: null,
    due_on: null,
    series: null,
    period: null,
    counter: null,
    paid_minor: 0,
    written_off_minor: 0,
    written_off_on: null,
    refunded_minor: 0,
    credited_minor: 0,
    cancelled_by_id: null,
    delivery_count: 0,
    accounting_currency: null,
    accounting_rate6: null,
    accounting_tax_minor: null,
    language: null,
    format: null,
    drafted_at: before.drafted_at,
    line_count: content.lines.length,
    adjustment_count: adjustments,
    tax_count: content.taxes.length,
    more_count: putFurther(tables, id, content, before.more_count),
    allocation_count: 0,
  } as const;
  tables.invoice.put(contentColumns.row(content, rest));
  tables.search.invoice(id);
}

function putTaxes(tables: Tables, invoiceId: number, taxes: InvoiceContent["taxes"], before: number): void {
  for (const [i, tax] of taxes.entries())
    tables.invoiceTax.put(taxColumns.row(tax, { invoice_id: invoiceId, n: i + 1 }), i < before);
  for (let n = taxes.length + 1; n <= before; n++) tables.invoiceTax.delete(invoiceId, n);
}

/** Adds an issued document to the sums (1), or removes it again (-1). @param more the other lines of the event */
function count(
  tables: Tables,
  event: LogEvent,
  document: Row<"invoice">,
  sign: 1 | -1,
  more: readonly PostingLine[] = [],
): void {
  const { id, kind, client_id, currency, issued_on, corrects_id } = document;
  const clientId = must(client_id ?? undefined, event, `client of invoice ${id}`);
  const on = must(issued_on ?? undefined, event, `issue date of invoice ${id}`);
  const owed = owedOf(document);
  const signed = kind === "credit_note" ? -sign : sign;
  post(tables, event, { clientId, currency }, [
    {
      kind: sign === 1 ? kind : "void",
      on,
      documentId: id,
      creditId: owed < 0 ? id : null,
      netMinor: signed * document.net_minor,
      taxMinor: signed * document.tax_minor,
      accountingTaxMinor: signed * (document.accounting_tax_minor ?? document.tax_minor),
      openMinor: owed > 0 ? sign * owed : 0,
      creditMinor: owed < 0 ? -sign * owed : 0,
    },
    ...more,
  ]);
  if (corrects_id === null) return;
  const corrected = must(tables.invoice.get(corrects_id), event, `invoice ${corrects_id}`);
  tables.invoice.put({ ...corrected, credited_minor: corrected.credited_minor + sign * document.gross_minor });
}
