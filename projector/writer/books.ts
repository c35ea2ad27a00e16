/** Books over a cache: keyed reads of the current rows, inside the writer's transaction. */
import type Database from "better-sqlite3";
import type { Books } from "../../events/business/books.ts";
import type { InvoiceContent } from "../../events/business/draft.ts";
import type { InvoiceOnBooks } from "../../events/business/invoice.ts";
import type { AllRows } from "../cache/projection-tables.ts";
import { sameText, type UniqueKind } from "../cache/same-text.ts";
import {
  adjustmentColumns,
  buyerColumns,
  clientColumns,
  contentColumns,
  creditAllocationColumns,
  itemColumns,
  lineColumns,
  paymentAllocationColumns,
  paymentColumns,
  profileColumns,
  refundColumns,
  sellerColumns,
  seriesColumns,
  taxColumns,
  totalsColumns,
  userColumns,
  vatRateColumns,
} from "../tables/mappings.ts";
import type { Row } from "../tables/tables.ts";

/**
 * @param db for lookups by unique texts; flush all buffered rows before a read
 */
export function booksOf(db: Database.Database, tables: AllRows): Books {
  const idBy = (sql: string) => {
    const statement = db.prepare<unknown[], number>(sql).pluck();
    return (...values: unknown[]) => statement.get(...values);
  };
  const same = (kind: UniqueKind) => sameText((sql) => db.prepare<[object]>(sql), kind);
  const userIdByEmail = same("user");
  const itemIdByCode = same("item");
  const paymentIdByReference = same("payment");
  const refundIdByReference = same("refund");
  const activeOwners = idBy("SELECT count(*) FROM \"user\" WHERE role = 'owner' AND active = 1");

  return {
    organization() {
      const row = tables.organization.get(1);
      if (!row) return undefined;
      const series = children(row.series_count, (n) => seriesColumns.data(rowOf(tables.numberSeries.get(1, n))));
      const vatRates = children(row.vat_rate_count, (n) => vatRateColumns.data(rowOf(tables.savedVatRate.get(1, n))));
      const { id, version, logo, locked_up_to: lockedUpTo } = row;
      const profile = { ...profileColumns.data(row), series, vatRates };
      return { id, version, hasLogo: logo !== null, lockedUpTo, profile };
    },
    user(id) {
      const row = tables.user.get(id);
      if (!row) return undefined;
      const { version, active, sessions_ended: sessionsEnded } = row;
      return { id, version, ...userColumns.data(row), active: active === 1, sessionsEnded };
    },
    userIdByEmail: (email, own) => userIdByEmail(email, { own }),
    activeOwners: () => activeOwners() ?? 0,
    client(id) {
      const row = tables.client.get(id);
      if (!row) return undefined;
      return { id, version: row.version, archived: row.archived === 1, details: clientColumns.data(row) };
    },
    item(id) {
      const row = tables.item.get(id);
      if (!row) return undefined;
      return { id, version: row.version, archived: row.archived === 1, details: itemColumns.data(row) };
    },
    itemIdByCode: (code, own) => itemIdByCode(code, { own }),
    invoice(id) {
      const row = tables.invoice.get(id);
      return row && invoiceOnBooks(row);
    },
    invoiceContent(id) {
      const row = tables.invoice.get(id);
      return row && contentOf(tables, row);
    },
    invoiceStatement(id) {
      const row = tables.invoice.get(id);
      if (row === undefined || row.issued_on === null) return undefined;
      const [seller, buyer] = [1, 2].map((n) => rowOf(tables.invoiceParty.get(id, n)));
      const { accounting_currency: currency, accounting_rate6: rate6, accounting_tax_minor: taxMinor } = row;
      const accounting =
        currency === null || rate6 === null || taxMinor === null ? null : { currency, rate6, taxMinor };
      return { seller: sellerColumns.data(rowOf(seller)), buyer: buyerColumns.data(rowOf(buyer)), accounting };
    },
    deliveries(id) {
      const count = tables.invoice.get(id)?.delivery_count ?? 0;
      return children(count, (n) => rowOf(tables.documentDelivery.get(id, n)).how);
    },
    invoiceIdBySameNumber: same("invoice"),
    series(name, period) {
      const row = tables.seriesCounter.get(name, period);
      const { last_number: lastNumber, pattern } = row ?? { last_number: null, pattern: null };
      return { lastNumber, pattern, lastIssuedOn: tables.seriesTotal.get(name)?.last_issued_on ?? null };
    },
    payment(id) {
      const row = tables.payment.get(id);
      if (!row) return undefined;
      const allocations = children(row.allocation_count, (n) =>
        paymentAllocationColumns.data(rowOf(tables.paymentAllocation.get(id, n))),
      );
      const { clientId, receivedOn, currency, amountMinor, reference } = paymentColumns.data(row);
      const money = { clientId, receivedOn, currency, amountMinor, reference, refundedMinor: row.refunded_minor };
      return { id, version: row.version, ...money, reversed: row.reversed === 1, allocations };
    },
    paymentIdByReference: (scope, reference) => paymentIdByReference(reference, { scope }),
    refund(id) {
      const row = tables.refund.get(id);
      if (!row) return undefined;
      const { clientId, paidOn, reference } = refundColumns.data(row);
      return { id, version: row.version, clientId, paidOn, reference, reversed: row.reversed === 1 };
    },
    refundIdByReference: (scope, reference) => refundIdByReference(reference, { scope }),
    creditAllocations(creditNoteId) {
      const count = tables.invoice.get(creditNoteId)?.allocation_count ?? 0;
      return children(count, (n) => creditAllocationColumns.data(rowOf(tables.creditAllocation.get(creditNoteId, n))));
    },
  };
}

function invoiceOnBooks(row: Row<"invoice">): InvoiceOnBooks {
  const { id, version, kind, status, currency, number } = row;
  return {
    id,
    version,
    kind,
    status,
    clientId: row.client_id,
    currency,
    correctsId: row.corrects_id,
    number,
    issuedOn: row.issued_on,
    totals: totalsOf(row),
    paidMinor: row.paid_minor,
    writtenOffMinor: row.written_off_minor,
    writtenOffOn: row.written_off_on,
    refundedMinor: row.refunded_minor,
    creditedMinor: row.credited_minor,
    deliveryCount: row.delivery_count,
    cancelledById: row.cancelled_by_id,
  };
}

function totalsOf(row: Row<"invoice">) {
  return { ...totalsColumns.data(row), payableMinor: row.gross_minor - row.prepaid_minor };
}

function contentOf(tables: AllRows, row: Row<"invoice">): InvoiceContent {
  const adjustments = children(row.adjustment_count, (n) => rowOf(tables.invoiceAdjustment.get(row.id, n)));
  return {
    ...contentColumns.data(row),
    lines: children(row.line_count, (n) => ({
      ...lineColumns.data(rowOf(tables.invoiceLine.get(row.id, n))),
      adjustments: adjustments.filter(({ line_n }) => line_n === n).map(adjustmentColumns.data),
    })),
    adjustments: adjustments.flatMap((row) => {
      const { line_n, vat_category: vatCategory, vat_rate_bp: vatRateBp } = row;
      return line_n !== null || vatCategory === null
        ? []
        : [{ ...adjustmentColumns.data(row), vatCategory, vatRateBp }];
    }),
    taxes: children(row.tax_count, (n) => taxColumns.data(rowOf(tables.invoiceTax.get(row.id, n)))),
    totals: totalsOf(row),
  };
}

/** Reads the children of a row. They are numbered from 1, and the row stores their count. */
function children<T>(count: number, read: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => read(i + 1));
}

function rowOf<R>(row: R | undefined): R {
  if (row === undefined) throw new Error("a child row is missing");
  return row;
}
