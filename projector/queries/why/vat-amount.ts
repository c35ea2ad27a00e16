/** What a document adds to a figure of the VAT report, or of the sales list. */
import type Database from "better-sqlite3";
import type { VatCategory } from "../../../events/values/money.ts";
import { homeCurrencyOf } from "../currencies.ts";
import { prepare, prepareValue } from "../prepared.ts";
import { type Exchange, rowsAtHome, type TaxRow, type TaxRowAtHome } from "../reports/vat-documents.ts";
import type { PostingFigure } from "./figures.ts";

type VatFigure = Extract<PostingFigure, { figure: `vat_${string}` }>;

const AMOUNTS: { readonly [Name in VatFigure["figure"]]: (row: TaxRowAtHome) => number } = {
  vat_taxable: ({ taxable_minor }) => taxable_minor,
  vat_tax: ({ tax_minor }) => tax_minor,
  vat_home_taxable: ({ accounting_taxable_minor }) => accounting_taxable_minor ?? 0,
  vat_home_tax: ({ accounting_tax_minor }) => accounting_tax_minor,
  vat_documents: () => 0,
};

interface Posting {
  document_id: number;
  kind: string;
}

/** @returns null for documents without a row of the category and rate */
export function vatAmountOf(
  db: Database.Database,
  { figure, vat_category, vat_rate3 }: VatFigure,
): (posting: Posting) => number | null {
  const home = homeCurrencyOf(db);
  const rate = vat_rate3 ?? null;
  const isOfFigure = (row: TaxRow) =>
    vat_category === undefined || (row.vat_category === vat_category && row.vat_rate3 === rate);
  return ({ document_id, kind }) => {
    const { document, rows } = documentOf(db, document_id);
    const own = rowsAtHome(rows, document, home).filter(isOfFigure);
    if (own.length === 0) return null;
    const count = kind === "void" ? -1 : 1;
    if (figure === "vat_documents") return count;
    const sign = document.kind === "credit_note" ? -count : count;
    return own.reduce((sum, row) => sum + sign * AMOUNTS[figure](row), 0);
  };
}

/** @returns null for documents that are not in the row or sum of the sales list */
export function salesAmountOf(
  db: Database.Database,
  { figure, vat_category, domestic, country, vat_id, client }: Extract<PostingFigure, { figure: `sales_${string}` }>,
): (posting: Posting) => number | null {
  const sql = `SELECT sum(CASE i.kind WHEN 'credit_note' THEN -t.taxable_minor ELSE t.taxable_minor END)
    FROM main.invoice_tax AS t
      CROSS JOIN main.invoice AS i ON i.id = t.invoice_id
      CROSS JOIN main.party AS s ON s.id = i.seller_id
      CROSS JOIN main.party AS b ON b.id = i.buyer_id
    WHERE t.invoice_id = :id AND t.vat_category = :vat_category
      AND (t.vat_category = 'AE' AND b.country = s.country) = :domestic
      AND (:country IS NULL OR b.country = :country AND b.vat_id IS :vat_id AND (b.vat_id IS NOT NULL OR i.client_id = :client))
    HAVING count(*) > 0`;
  const of = { vat_category, domestic: domestic ? 1 : 0, country: country ?? null };
  const row = { vat_id: vat_id ?? null, client: client ?? null };
  return ({ document_id: id, kind }) => {
    const taxable = prepareValue<[object], number>(db, sql).get({ id, ...of, ...row });
    if (taxable === undefined) return null;
    const count = kind === "void" ? -1 : 1;
    return figure === "sales_documents" ? count : count * taxable;
  };
}

interface Document extends Exchange {
  kind: string;
}

function documentOf(db: Database.Database, id: number): { document: Document; rows: TaxRow[] } {
  const document = prepare<[number], Document>(
    db,
    `SELECT kind, currency, accounting_currency, accounting_rate6, accounting_tax_minor FROM invoice WHERE id = ?`,
  ).get(id);
  if (!document) throw new Error(`document ${id} of a posting is missing`);
  const rows = prepare<[number], { vat_category: VatCategory } & TaxRow>(
    db,
    "SELECT vat_category, vat_rate3, taxable_minor, tax_minor FROM invoice_tax WHERE invoice_id = ? ORDER BY n",
  ).all(id);
  return { document, rows };
}
