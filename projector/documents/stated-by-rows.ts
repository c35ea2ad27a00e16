/** A document from the rows of the cache. */
import type Database from "better-sqlite3";
import type {
  SemanticAddress,
  SemanticAdjustment,
  SemanticInvoice,
  SemanticParty,
} from "../../events/einvoice/semantic.ts";
import type { VatCategory } from "../../events/values/money.ts";
import { type ReadSource, todayOf } from "../queries/read.ts";
import type { DocumentSource } from "./document-source.ts";

// biome-ignore lint/suspicious/noExplicitAny: rows of any table
type Any = any;

const all = (db: Database.Database, sql: string, ...values: unknown[]): Any[] => db.prepare(sql).all(...values);

export function statedByRows(source: ReadSource, id: number): Omit<DocumentSource, "id" | "logo"> | null {
  const { db } = source;
  const [row] = all(db, "SELECT * FROM invoice WHERE id = ?", id);
  if (!row) return null;
  const [organization] = all(db, "SELECT * FROM organization");
  const [client] = all(db, "SELECT * FROM client WHERE id = ?", row.client_id);
  const [seller = organization, buyer = client] = all(
    db,
    "SELECT * FROM invoice_party WHERE invoice_id = ? ORDER BY n",
    id,
  );
  const [corrected] = all(db, "SELECT number, issued_on, cancelled_by_id FROM invoice WHERE id = ?", row.corrects_id);
  const adjustments = all(db, "SELECT * FROM invoice_adjustment WHERE invoice_id = ? ORDER BY n", id);
  const party = partyOf(seller);
  const invoice: SemanticInvoice = {
    kind: row.kind,
    typeCode: row.kind === "invoice" ? "380" : "381",
    number: row.number ?? "",
    issuedOn: row.issued_on ?? todayOf(source),
    currency: row.currency,
    dueOn: row.due_on,
    buyerReference: row.buyer_reference,
    order: row.order_reference,
    notes: row.note === null ? [] : [{ subject: null, text: row.note }],
    preceding: corrected ? [{ number: corrected.number, issuedOn: corrected.issued_on }] : [],
    seller: { ...party, taxId: null, legalInfo: null },
    buyer: partyOf(buyer),
    delivery:
      row.delivered_on === null ? null : { name: null, location: null, deliveredOn: row.delivered_on, address: null },
    payment: seller.iban
      ? {
          meansCode: "30",
          meansText: null,
          remittance: row.number,
          accounts: [{ account: seller.iban, name: seller.name ?? seller.legal_name, bic: seller.bic }],
          card: null,
          directDebit: null,
        }
      : null,
    adjustments: adjustments
      .filter(({ line_n }) => line_n === null)
      .map((one) => ({ ...adjustmentOf(one), ...vatOf(one) })),
    totals: {
      linesMinor: row.lines_minor,
      allowancesMinor: row.allowances_minor,
      chargesMinor: row.charges_minor,
      netMinor: row.net_minor,
      taxMinor: row.tax_minor,
      grossMinor: row.gross_minor,
      prepaidMinor: row.prepaid_minor,
      roundingMinor: 0,
      payableMinor: row.gross_minor - row.prepaid_minor + row.rounding_minor,
    },
    accounting:
      row.accounting_currency === null
        ? null
        : { currency: row.accounting_currency, taxMinor: row.accounting_tax_minor },
    taxes: all(db, "SELECT * FROM invoice_tax WHERE invoice_id = ? ORDER BY n", id).map((tax) => ({
      ...vatOf(tax),
      taxableMinor: tax.taxable_minor,
      taxMinor: tax.tax_minor,
      reason: tax.reason,
      reasonCode: null,
    })),
    lines: all(db, "SELECT * FROM invoice_line WHERE invoice_id = ? ORDER BY n", id).map((line) => ({
      id: String(line.n),
      note: null,
      object: null,
      quantity6: line.quantity6,
      unit: line.unit,
      netMinor: line.net_minor,
      orderLine: null,
      accountingReference: null,
      period: null,
      adjustments: adjustments.filter(({ line_n }) => line_n === line.n).map(adjustmentOf),
      price6: line.price6,
      grossPrice6: null,
      baseQuantity6: null,
      name: line.description,
      description: null,
      sellerItemId: line.code,
      buyerItemId: null,
      standardItemId: null,
      classifications: [],
      origin: null,
      attributes: [],
      ...vatOf(line),
    })),
    taxPointOn: null,
    taxPointCode: null,
    project: null,
    contract: null,
    salesOrder: null,
    receipt: null,
    despatch: null,
    tender: null,
    object: null,
    accountingReference: null,
    terms: null,
    payee: null,
    taxRepresentative: null,
    period: null,
  };
  return {
    invoice,
    status: row.status,
    number: row.number,
    language: client?.language ?? organization.language,
    cancels: corrected?.cancelled_by_id === id,
    colour: null,
  };
}

function partyOf(row: Any): SemanticParty {
  return {
    name: row?.name ?? row?.legal_name ?? "",
    tradingName: null,
    identifiers: [],
    companyId: row?.company_id ? { id: row.company_id, scheme: null } : null,
    vatId: row?.vat_id ?? null,
    electronicAddress: null,
    address: addressOf(row),
    contact: null,
  };
}

function addressOf(row: Any): SemanticAddress {
  const { street = null, street2 = null, city = null, postcode = null, region = null, country = "" } = row ?? {};
  return { street, street2, street3: null, city, postcode, region, country };
}

function vatOf(row: Any): { vatCategory: VatCategory; vatRate3: number | null } {
  return {
    vatCategory: row.vat_category,
    vatRate3: row.vat_rate3 ?? (row.vat_rate_bp === null ? null : row.vat_rate_bp * 10),
  };
}

function adjustmentOf(row: Any): SemanticAdjustment {
  const { kind, amount_minor: amountMinor, reason } = row;
  return { kind, amountMinor, baseMinor: null, percent6: null, reason, reasonCode: null };
}
