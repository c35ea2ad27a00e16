import type { InvoiceContent } from "../../events/business/draft.ts";
import type { InvoiceEvent } from "../../events/business/invoice.ts";
import type { IssueEvent } from "../../events/business/issue.ts";
import type { Buyer, Seller } from "../../events/business/party.ts";
import type { LogEvent } from "../../events/encoding/event.ts";
import type { Row } from "../tables/tables.ts";
import { must, type Projections, type Tables } from "./projection.ts";
import { addToBalance, addToMonth } from "./sums.ts";

export const invoiceProjections: Projections<(InvoiceEvent | IssueEvent)["type"]> = {
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
    });
  },
  InvoiceRevised(tables, event) {
    putContent(tables, event, event.data.content, invoiceOf(tables, event));
  },
  InvoiceDraftDiscarded(tables, event) {
    tables.invoice.put({ ...invoiceOf(tables, event), status: "discarded", version: event.version });
  },
  InvoiceIssued(tables, event) {
    const draft = invoiceOf(tables, event);
    const { series, counter, number, issuedOn, dueOn, seller, buyer, taxes, totals, accounting } = event.data;
    putTaxes(tables, draft.id, taxes, draft.tax_count);
    const issued: Row<"invoice"> = {
      ...draft,
      version: event.version,
      status: "issued",
      number,
      series,
      counter,
      issued_on: issuedOn,
      due_on: dueOn,
      buyer_name: buyer.name,
      ...totalsOf(totals),
      accounting_currency: accounting?.currency ?? null,
      accounting_rate6: accounting?.rate6 ?? null,
      accounting_tax_minor: accounting?.taxMinor ?? null,
      tax_count: taxes.length,
    };
    tables.invoice.put(issued);
    putParty(tables, draft.id, 1, seller, seller);
    putParty(tables, draft.id, 2, buyer, null);
    const before = tables.seriesCounter.get(series) ?? { last_number: 0, last_issued_on: issuedOn, documents: 0 };
    tables.seriesCounter.put({
      name: series,
      last_number: counter ?? before.last_number,
      last_issued_on: issuedOn > before.last_issued_on ? issuedOn : before.last_issued_on,
      documents: before.documents + 1,
    });
    count(tables, event, issued, 1);
    tables.search.invoice(draft.id);
  },
  InvoiceVoided(tables, event) {
    const issued = invoiceOf(tables, event);
    tables.invoice.put({ ...issued, status: "void", version: event.version });
    count(tables, event, issued, -1);
  },
};

function invoiceOf(tables: Tables, event: LogEvent): Row<"invoice"> {
  return must(tables.invoice.get(event.stream), event, `invoice ${event.stream}`);
}

type Kept = Pick<
  Row<"invoice">,
  "kind" | "corrects_id" | "drafted_at" | "line_count" | "adjustment_count" | "tax_count"
>;

function putContent(tables: Tables, event: LogEvent, content: InvoiceContent, kept: Kept): void {
  const id = event.stream;
  const client = content.clientId === null ? null : tables.client.get(content.clientId);
  let adjustments = 0;
  for (const [i, line] of content.lines.entries()) {
    if (line.itemId !== null) must(tables.item.get(line.itemId), event, `item ${line.itemId}`);
    tables.invoiceLine.put({
      invoice_id: id,
      n: i + 1,
      item_id: line.itemId,
      code: line.code,
      description: line.description,
      quantity6: line.quantity6,
      unit: line.unit,
      price6: line.price6,
      vat_category: line.vatCategory,
      vat_rate_bp: line.vatRateBp,
      net_minor: line.netMinor,
    });
    for (const { kind, reason, amountMinor } of line.adjustments)
      tables.invoiceAdjustment.put({
        invoice_id: id,
        n: ++adjustments,
        line_n: i + 1,
        kind,
        reason,
        amount_minor: amountMinor,
        vat_category: null,
        vat_rate_bp: null,
      });
  }
  for (const { kind, reason, amountMinor, vatCategory, vatRateBp } of content.adjustments)
    tables.invoiceAdjustment.put({
      invoice_id: id,
      n: ++adjustments,
      line_n: null,
      kind,
      reason,
      amount_minor: amountMinor,
      vat_category: vatCategory,
      vat_rate_bp: vatRateBp,
    });
  putTaxes(tables, id, content.taxes, kept.tax_count);
  // What a longer version before this one left behind.
  for (let n = content.lines.length + 1; n <= kept.line_count; n++) tables.invoiceLine.delete(id, n);
  for (let n = adjustments + 1; n <= kept.adjustment_count; n++) tables.invoiceAdjustment.delete(id, n);

  tables.invoice.put({
    id,
    version: event.version,
    number: null,
    kind: kept.kind,
    status: "draft",
    client_id: content.clientId,
    corrects_id: kept.corrects_id,
    buyer_name: client === null ? null : must(client, event, `client ${content.clientId}`).name,
    currency: content.currency,
    issued_on: null,
    due_on: null,
    delivered_on: content.deliveredOn,
    terms_days: content.termsDays,
    buyer_reference: content.buyerReference,
    order_reference: content.orderReference,
    note: content.note,
    series: null,
    counter: null,
    ...totalsOf(content.totals),
    paid_minor: 0,
    credited_minor: 0,
    accounting_currency: null,
    accounting_rate6: null,
    accounting_tax_minor: null,
    drafted_at: kept.drafted_at,
    line_count: content.lines.length,
    adjustment_count: adjustments,
    tax_count: content.taxes.length,
    allocation_count: 0,
  });
  tables.search.invoice(id);
}

function totalsOf(totals: InvoiceContent["totals"]) {
  return {
    lines_minor: totals.linesMinor,
    allowances_minor: totals.allowancesMinor,
    charges_minor: totals.chargesMinor,
    net_minor: totals.netMinor,
    tax_minor: totals.taxMinor,
    gross_minor: totals.grossMinor,
    prepaid_minor: totals.prepaidMinor,
  };
}

function putTaxes(tables: Tables, invoiceId: number, taxes: InvoiceContent["taxes"], before: number): void {
  for (const [i, tax] of taxes.entries())
    tables.invoiceTax.put({
      invoice_id: invoiceId,
      n: i + 1,
      vat_category: tax.vatCategory,
      vat_rate_bp: tax.vatRateBp,
      taxable_minor: tax.taxableMinor,
      tax_minor: tax.taxMinor,
      reason: tax.reason,
    });
  for (let n = taxes.length + 1; n <= before; n++) tables.invoiceTax.delete(invoiceId, n);
}

function putParty(tables: Tables, invoiceId: number, n: 1 | 2, party: Buyer, bank: Seller | null): void {
  tables.invoiceParty.put({
    invoice_id: invoiceId,
    n,
    name: party.name,
    ...party.address,
    vat_id: party.vatId,
    company_id: party.companyId,
    iban: bank?.iban ?? null,
    bic: bank?.bic ?? null,
  });
}

/** Takes an issued document into the sums (1), or out of them again (-1). */
function count(tables: Tables, event: LogEvent, document: Row<"invoice">, sign: 1 | -1): void {
  const { client_id, currency, issued_on, gross_minor, prepaid_minor, corrects_id } = document;
  const clientId = must(client_id ?? undefined, event, `client of invoice ${document.id}`);
  const date = must(issued_on ?? undefined, event, `issue date of invoice ${document.id}`);
  const gross = sign * gross_minor;
  const payable = sign * (gross_minor - prepaid_minor);
  const note = document.kind === "credit_note";
  addToBalance(
    tables,
    event,
    { clientId, currency },
    note
      ? { credit_notes: sign, credited_minor: gross, credit_minor: payable }
      : { invoices: sign, invoiced_minor: gross, outstanding_minor: payable },
  );
  const signed = note ? -sign : sign;
  addToMonth(
    tables,
    event,
    { date, currency },
    {
      ...(note ? { credit_notes: sign } : { invoices: sign }),
      net_minor: signed * document.net_minor,
      tax_minor: signed * document.tax_minor,
      gross_minor: signed * gross_minor,
    },
  );
  if (corrects_id === null) return;
  const corrected = must(tables.invoice.get(corrects_id), event, `invoice ${corrects_id}`);
  tables.invoice.put({ ...corrected, credited_minor: corrected.credited_minor + gross });
}
