/** Books over a cache: keyed reads of the current rows, inside the writer's transaction. */
import type Database from "better-sqlite3";
import type { Books } from "../../events/business/books.ts";
import type { InvoiceOnBooks } from "../../events/business/invoice.ts";
import type { AllRows } from "../cache/projection-tables.ts";
import { sameText, type UniqueKind } from "../cache/same-text.ts";
import { accountingOf, contentOf, totalsOf } from "../stated/content.ts";
import { buyerOf, children, clientOf, furtherOfOrganization, itemOf, rowOf, sellerOf } from "../stated/further.ts";
import { deliveryOf } from "../tables/delivery-rows.ts";
import {
  creditAllocationColumns,
  paymentAllocationColumns,
  paymentColumns,
  profileColumns,
  refundColumns,
  seriesColumns,
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
      const more = furtherOfOrganization(tables, row);
      const profile = { ...profileColumns.data(row), series, vatRates, more };
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
      return { id, version: row.version, archived: row.archived === 1, details: clientOf(row) };
    },
    item(id) {
      const row = tables.item.get(id);
      if (!row) return undefined;
      return { id, version: row.version, archived: row.archived === 1, details: itemOf(tables, row) };
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
      if (!row || row.seller_id === null || row.buyer_id === null) return undefined;
      const { language, format } = row;
      const parties = { seller: sellerOf(tables, row.seller_id), buyer: buyerOf(tables, row.buyer_id) };
      return { ...parties, accounting: accountingOf(row), language, format };
    },
    deliveries(id) {
      const count = tables.invoice.get(id)?.delivery_count ?? 0;
      return children(count, (n) => deliveryOf(rowOf(tables.documentDelivery.get(id, n))));
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
