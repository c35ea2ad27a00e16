/** VAT of a period, by currency, category and rate. Its rows add up to the documents, and to their postings. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { VAT_CATEGORIES, type VatCategory } from "../../../events/values/money.ts";
import { prepare } from "../prepared.ts";
import {
  checkPeriod,
  type Moment,
  type MomentOfAnswer,
  momentOf,
  momentOfAnswer,
  momentWords,
  periodWords,
} from "./moment.ts";
import {
  COUNT,
  currenciesInOrder,
  documentsIn,
  IN_PERIOD,
  type Period,
  rowsAtHome,
  type TaxRow,
  taxRowsIn,
  valuesIn,
} from "./vat-documents.ts";

export const vatReport = z.strictObject({ ...periodWords, ...momentWords });

/** Amounts of credit notes are negative. */
export interface VatRow {
  currency: string;
  vat_category: VatCategory;
  /** Null for category O, which has no rate. */
  vat_rate_bp: number | null;
  taxable_minor: number;
  tax_minor: number;
  /** In the organization's currency, by the rates of the documents; null if a document states no rate. */
  accounting_taxable_minor: number | null;
  /** In the organization's currency, as the documents state it. */
  accounting_tax_minor: number;
  /** Invoices and credit notes. */
  documents: number;
}

export interface VatOfCurrency {
  currency: string;
  taxable_minor: number;
  tax_minor: number;
  accounting_tax_minor: number;
  /** A document with several rates counts once. */
  documents: number;
}

export interface VatReport extends MomentOfAnswer, Period {
  accounting_currency: string;
  /** The organization's currency first; by category, and the highest rate first. */
  rows: VatRow[];
  currencies: VatOfCurrency[];
  accounting_tax_minor: number;
}

/**
 * Counts documents by their issue date. A void document counts nowhere; a credit note, on its own issue date.
 *
 * @throws ZodError as `checkPeriod` and `momentOf`
 */
export function vatReportOf(db: Database.Database, input: z.output<typeof vatReport>): VatReport {
  checkPeriod(input);
  return db.transaction(() => {
    const moment = momentOf(db, input);
    const { from, to } = input;
    const { home, currencies } = currenciesInOrder(db);
    const parts = currencies.map((currency) => vatOfCurrency(db, { from, to }, { moment, currency, home }));
    const sums = parts.flatMap(({ sums }) => (sums.documents === 0 ? [] : [sums]));
    return {
      from,
      to,
      ...momentOfAnswer(input),
      accounting_currency: home,
      rows: parts.flatMap(({ rows }) => rows),
      currencies: sums,
      accounting_tax_minor: sums.reduce((sum, { accounting_tax_minor }) => sum + accounting_tax_minor, 0),
    };
  })();
}

interface Where {
  moment: Moment;
  currency: string;
  home: string;
}

function vatOfCurrency(db: Database.Database, period: Period, { moment, currency, home }: Where) {
  const values = valuesIn(currency, period, moment);
  const sums = currency === home ? sumsInHome(db, values) : sumsByDocument(db, values, home);
  const rows = [...sums.values()].filter(({ documents }) => documents > 0).map((sum) => rowOf(sum, currency));
  return { rows: rows.sort(inOrder), sums: { currency, ...sumsOf(db, values) } };
}

type Values = ReturnType<typeof valuesIn>;

/** By category and rate. In the organization's currency, nothing has to be converted. */
function sumsInHome(db: Database.Database, values: Values): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const [sign, count, vat_category, vat_rate_bp, taxable_minor, tax_minor] of taxRowsIn(db, values)) {
    const sum = sumOf(sums, { vat_category, vat_rate_bp });
    sum.taxable_minor += sign * taxable_minor;
    sum.tax_minor += sign * tax_minor;
    sum.documents += count;
  }
  for (const sum of sums.values()) {
    sum.accounting_taxable_minor = sum.taxable_minor;
    sum.accounting_tax_minor = sum.tax_minor;
  }
  return sums;
}

/** By category and rate. Each document has its own exchange rate, and its own remainder of rounding. */
function sumsByDocument(db: Database.Database, values: Values, home: string): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const { sign, count, rows, ...document } of documentsIn(db, values))
    for (const row of rowsAtHome(rows, document, home)) {
      const sum = sumOf(sums, row);
      sum.taxable_minor += sign * row.taxable_minor;
      sum.tax_minor += sign * row.tax_minor;
      sum.accounting_taxable_minor += sign * (row.accounting_taxable_minor ?? 0);
      sum.accounting_tax_minor += sign * row.accounting_tax_minor;
      sum.documents += count;
      if (row.accounting_taxable_minor === null) sum.unknown += count;
    }
  return sums;
}

type Key = Pick<VatRow, "vat_category" | "vat_rate_bp">;

function sumOf(sums: Map<string, Sums>, { vat_category, vat_rate_bp }: Key): Sums {
  const key = `${vat_category} ${vat_rate_bp}`;
  let sum = sums.get(key);
  if (!sum) {
    sum = { vat_category, vat_rate_bp, ...NO_SUMS };
    sums.set(key, sum);
  }
  return sum;
}

/** A row while it is added up. */
interface Sums extends TaxRow {
  accounting_taxable_minor: number;
  accounting_tax_minor: number;
  documents: number;
  /** Documents without an exchange rate. */
  unknown: number;
}

const NO_SUMS = {
  taxable_minor: 0,
  tax_minor: 0,
  accounting_taxable_minor: 0,
  accounting_tax_minor: 0,
  documents: 0,
  unknown: 0,
};

function rowOf({ unknown, ...sums }: Sums, currency: string): VatRow {
  return { currency, ...sums, accounting_taxable_minor: unknown === 0 ? sums.accounting_taxable_minor : null };
}

function inOrder(a: VatRow, b: VatRow): number {
  const place = ({ vat_category }: VatRow) => VAT_CATEGORIES.indexOf(vat_category);
  return place(a) - place(b) || (b.vat_rate_bp ?? 0) - (a.vat_rate_bp ?? 0);
}

/** What the postings themselves add up to. */
function sumsOf(db: Database.Database, values: Values): Omit<VatOfCurrency, "currency"> {
  const sums = prepare<[object], Omit<VatOfCurrency, "currency">>(
    db,
    `SELECT coalesce(sum(p.net_minor), 0) AS taxable_minor, coalesce(sum(p.tax_minor), 0) AS tax_minor,
       coalesce(sum(p.accounting_tax_minor), 0) AS accounting_tax_minor, coalesce(sum(${COUNT}), 0) AS documents
     FROM posting AS p INDEXED BY posting_currency WHERE ${IN_PERIOD}`,
  ).get(values);
  return sums ?? { taxable_minor: 0, tax_minor: 0, accounting_tax_minor: 0, documents: 0 };
}
