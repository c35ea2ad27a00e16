/** The books over a cache: keyed reads of the rows as they are now, inside the writer's transaction. */
import type Database from "better-sqlite3";
import type { Books } from "../../events/business/books.ts";
import type { InvoiceContent } from "../../events/business/draft.ts";
import type { InvoiceOnBooks } from "../../events/business/invoice.ts";
import type { Series } from "../../events/business/organization.ts";
import type { Address } from "../../events/business/party.ts";
import type { Allocation } from "../../events/business/payment.ts";
import type { AllRows } from "../cache/projection-tables.ts";
import type { Row } from "../tables/tables.ts";

/**
 * @param db where rows are looked up by what is unique beside their key; all that is held back must have been flushed
 */
export function booksOf(db: Database.Database, tables: AllRows): Books {
  const idBy = (sql: string) => {
    const statement = db.prepare<unknown[], number>(sql).pluck();
    return (...values: unknown[]) => statement.get(...values);
  };
  const userIdByEmail = idBy('SELECT id FROM "user" WHERE email = ?');
  const itemIdByCode = idBy("SELECT id FROM item WHERE code = ?");
  const invoiceIdByNumber = idBy("SELECT id FROM invoice WHERE number = ?");
  const paymentIdByReference = idBy(
    "SELECT id FROM payment WHERE client_id = ? AND reference = ? AND reference IS NOT NULL AND reversed = 0",
  );
  const activeOwners = idBy("SELECT count(*) FROM \"user\" WHERE role = 'owner' AND active = 1");

  return {
    organization() {
      const row = tables.organization.get(1);
      if (!row) return undefined;
      const series = children<Series>(row.series_count, (n) => {
        const { name, kind, prefix, digits, is_foreign } = rowOf(tables.numberSeries.get(1, n));
        return { name, kind, prefix, digits, foreign: is_foreign === 1 };
      });
      return {
        id: row.id,
        version: row.version,
        hasLogo: row.logo !== null,
        profile: {
          legalName: row.legal_name,
          tradingName: row.trading_name,
          address: addressOf(row),
          vatId: row.vat_id,
          companyId: row.company_id,
          email: row.email,
          phone: row.phone,
          iban: row.iban,
          bic: row.bic,
          timeZone: row.time_zone,
          language: row.language,
          currency: row.currency,
          termsDays: row.terms_days,
          series,
        },
      };
    },
    user(id) {
      const row = tables.user.get(id);
      if (!row) return undefined;
      const { version, email, name, role, active, sessions_ended: sessionsEnded } = row;
      return { id, version, email, name, role, active: active === 1, sessionsEnded };
    },
    userIdByEmail,
    activeOwners: () => activeOwners() ?? 0,
    client(id) {
      const row = tables.client.get(id);
      if (!row) return undefined;
      const details = {
        name: row.name,
        contact: row.contact,
        email: row.email,
        phone: row.phone,
        address: addressOf(row),
        vatId: row.vat_id,
        companyId: row.company_id,
        termsDays: row.terms_days,
        currency: row.currency,
        vatCategory: row.vat_category,
        language: row.language,
        note: row.note,
      };
      return { id, version: row.version, archived: row.archived === 1, details };
    },
    item(id) {
      const row = tables.item.get(id);
      if (!row) return undefined;
      const { code, description, unit, price6, vat_category: vatCategory, vat_rate_bp: vatRateBp } = row;
      const details = { code, description, unit, price6, vatCategory, vatRateBp };
      return { id, version: row.version, archived: row.archived === 1, details };
    },
    itemIdByCode,
    invoice(id) {
      const row = tables.invoice.get(id);
      return row && invoiceOnBooks(row);
    },
    invoiceContent(id) {
      const row = tables.invoice.get(id);
      return row && contentOf(tables, row);
    },
    invoiceIdByNumber,
    series(name) {
      const row = tables.seriesCounter.get(name);
      return { lastNumber: row?.last_number ?? 0, lastIssuedOn: row?.last_issued_on ?? null };
    },
    payment(id) {
      const row = tables.payment.get(id);
      if (!row) return undefined;
      const allocations = children<Allocation>(row.allocation_count, (n) => {
        const { invoice_id, amount_minor } = rowOf(tables.paymentAllocation.get(id, n));
        return { invoiceId: invoice_id, amountMinor: amount_minor };
      });
      const { version, client_id: clientId, currency, amount_minor: amountMinor, reversed } = row;
      return { id, version, clientId, currency, amountMinor, reversed: reversed === 1, allocations };
    },
    paymentIdByReference,
    creditAllocations(creditNoteId) {
      const count = tables.invoice.get(creditNoteId)?.allocation_count ?? 0;
      return children<Allocation>(count, (n) => {
        const { invoice_id, amount_minor } = rowOf(tables.creditAllocation.get(creditNoteId, n));
        return { invoiceId: invoice_id, amountMinor: amount_minor };
      });
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
    totals: totalsOf(row),
    paidMinor: row.paid_minor,
    creditedMinor: row.credited_minor,
  };
}

function totalsOf(row: Row<"invoice">) {
  return {
    linesMinor: row.lines_minor,
    allowancesMinor: row.allowances_minor,
    chargesMinor: row.charges_minor,
    netMinor: row.net_minor,
    taxMinor: row.tax_minor,
    grossMinor: row.gross_minor,
    prepaidMinor: row.prepaid_minor,
    payableMinor: row.gross_minor - row.prepaid_minor,
  };
}

function contentOf(tables: AllRows, row: Row<"invoice">): InvoiceContent {
  const adjustments = children(row.adjustment_count, (n) => rowOf(tables.invoiceAdjustment.get(row.id, n)));
  return {
    clientId: row.client_id,
    currency: row.currency,
    termsDays: row.terms_days,
    deliveredOn: row.delivered_on,
    buyerReference: row.buyer_reference,
    orderReference: row.order_reference,
    note: row.note,
    lines: children(row.line_count, (n) => {
      const line = rowOf(tables.invoiceLine.get(row.id, n));
      return {
        itemId: line.item_id,
        code: line.code,
        description: line.description,
        quantity6: line.quantity6,
        unit: line.unit,
        price6: line.price6,
        adjustments: adjustments.filter(({ line_n }) => line_n === n).map(adjustmentOf),
        vatCategory: line.vat_category,
        vatRateBp: line.vat_rate_bp,
        netMinor: line.net_minor,
      };
    }),
    adjustments: adjustments.flatMap((row) =>
      row.line_n !== null || row.vat_category === null
        ? []
        : [{ ...adjustmentOf(row), vatCategory: row.vat_category, vatRateBp: row.vat_rate_bp }],
    ),
    taxes: children(row.tax_count, (n) => {
      const tax = rowOf(tables.invoiceTax.get(row.id, n));
      return {
        vatCategory: tax.vat_category,
        vatRateBp: tax.vat_rate_bp,
        taxableMinor: tax.taxable_minor,
        taxMinor: tax.tax_minor,
        reason: tax.reason,
      };
    }),
    totals: totalsOf(row),
  };
}

function adjustmentOf({ kind, reason, amount_minor }: Row<"invoiceAdjustment">) {
  return { kind, reason, amountMinor: amount_minor };
}

function addressOf({ street, street2, city, postcode, region, country }: Address): Address {
  return { street, street2, city, postcode, region, country };
}

/** Children are numbered from 1; their parent keeps the count. */
function children<T>(count: number, read: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => read(i + 1));
}

function rowOf<R>(row: R | undefined): R {
  if (row === undefined) throw new Error("a child that its parent counts is missing");
  return row;
}
