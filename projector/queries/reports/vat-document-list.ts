/** The documents behind a row of the VAT report. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { VAT_CATEGORIES } from "../../../events/values/money.ts";
import type { Row } from "../../tables/tables.ts";
import { homeCurrencyOf } from "../currencies.ts";
import { listIds, type Page, pageWords } from "../list.ts";
import { currencyWord, numberWord, orderOf } from "../list-words.ts";
import { prepare } from "../prepared.ts";
import { checkPeriod, datedOf, datedWords, periodWords, wrongInput } from "./dated.ts";
import { type Exchange, rowsAtHome, type TaxRow } from "./vat-documents.ts";

export const vatDocuments = z.strictObject({
  ...periodWords,
  ...datedWords,
  currency: currencyWord().describe("ISO 4217: the currency of the row."),
  vat_category: z.enum(VAT_CATEGORIES).describe("The VAT category of the row."),
  vat_rate3: numberWord(z.int().min(0).max(100_000))
    .optional()
    .describe("The rate of the row, in thousandths of a per cent. Left out: the rows without a rate, of category O."),
  vat_rate_bp: numberWord(z.int().min(0).max(10_000))
    .optional()
    .describe("Deprecated: the rate in basis points, as 0.1 had it."),
  ...pageWords,
});
type VatDocuments = z.output<typeof vatDocuments>;

/** A document's part of a row; that of a credit note is negative. */
export interface VatDocument
  extends Pick<Row<"invoice">, "id" | "number" | "kind" | "client_id" | "buyer_name" | "currency"> {
  /** YYYY-MM-DD */
  issued_on: string;
  taxable_minor: number;
  tax_minor: number;
  /** In the organization's currency; null if the document states no exchange rate. */
  accounting_taxable_minor: number | null;
  accounting_tax_minor: number;
}

/** By issue date. @throws ZodError as `checkPeriod`, `datedOf` and `listIds` */
export function listVatDocuments(db: Database.Database, query: VatDocuments): Page<VatDocument> {
  checkPeriod(query);
  return db.transaction(() => {
    const dated = datedOf(db, query);
    const { vat_category, currency, from, to } = query;
    const vat_rate3 = rateOf(query);
    const list = {
      from: { table: "invoice", alias: "t", index: "invoice_issued_on" },
      id: "t.id",
      order: orderOf("issued_on"),
      served: [{ sql: "t.issued_on BETWEEN ? AND ?", values: [from, to < dated.until ? to : dated.until] }],
      filter: [
        { sql: "t.currency = ?", values: [currency] },
        { sql: "t.status = 'issued'", values: [] },
        {
          sql: `EXISTS (SELECT 1 FROM invoice_tax WHERE invoice_id = t.id AND vat_category = ? AND ${vat_rate3 === null ? "vat_rate3 IS NULL" : "vat_rate3 = ?"})`,
          values: [vat_category, ...(vat_rate3 === null ? [] : [vat_rate3])],
        },
      ],
    };
    const { rows, next } = listIds(db, list, query);
    return { rows: documentsOf(db, rows, { vat_category, vat_rate3 }), next };
  })();
}

/** @throws ZodError if the rate and its former name differ */
function rateOf({ vat_rate3, vat_rate_bp }: VatDocuments): number | null {
  if (vat_rate_bp === undefined) return vat_rate3 ?? null;
  const former = vat_rate_bp * 10;
  if (vat_rate3 === undefined || vat_rate3 === former) return former;
  throw wrongInput("vat_rate_bp", vat_rate_bp, "must be the same rate as vat_rate3");
}

type Flat = Exchange & Omit<VatDocument, "accounting_taxable_minor"> & TaxRow & { n: number };

function documentsOf(
  db: Database.Database,
  ids: readonly number[],
  { vat_category, vat_rate3 }: Pick<TaxRow, "vat_category" | "vat_rate3">,
): VatDocument[] {
  const home = homeCurrencyOf(db);
  const isOfRow = (row: TaxRow) => row.vat_category === vat_category && row.vat_rate3 === vat_rate3;
  const rows = Map.groupBy(
    prepare<[string], Flat>(
      db,
      `SELECT i.id, i.number, i.kind, i.issued_on, i.client_id, i.buyer_name, i.currency, i.accounting_currency,
         i.accounting_rate6, i.accounting_tax_minor, t.n, t.vat_category, t.vat_rate3, t.taxable_minor, t.tax_minor
       FROM main.invoice AS i CROSS JOIN main.invoice_tax AS t ON t.invoice_id = i.id
       WHERE i.id IN (SELECT value FROM json_each(?))`,
    ).all(JSON.stringify(ids)),
    ({ id }) => id,
  );
  return ids.flatMap((id) => {
    const own = rows.get(id) ?? [];
    const [document] = own;
    const part = document && rowsAtHome(own, document, home).find(isOfRow);
    if (!document || !part) return [];
    const signed = (minor: number) => (document.kind === "credit_note" ? 0 - minor : minor);
    const { number, kind, issued_on, client_id, buyer_name, currency } = document;
    return {
      ...{ id, number, kind, issued_on, client_id, buyer_name, currency },
      taxable_minor: signed(part.taxable_minor),
      tax_minor: signed(part.tax_minor),
      accounting_taxable_minor: part.accounting_taxable_minor === null ? null : signed(part.accounting_taxable_minor),
      accounting_tax_minor: signed(part.accounting_tax_minor),
    };
  });
}
