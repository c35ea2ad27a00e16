/** VAT of a period, by currency, category and rate. Its rows add up to the documents, and to their postings. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { VAT_CATEGORIES, type VatCategory } from "../../../events/values/money.ts";
import { prepare } from "../prepared.ts";
import { inOne, type Parts } from "../read.ts";
import { checkPeriod, type DatedAnswer, datedOf, datedOfAnswer, datedWords, periodWords } from "./dated.ts";
import {
  COUNT,
  currenciesInOrder,
  documentsIn,
  IN_PART,
  type PartOptions,
  type PartValues,
  type Period,
  partsOfPeriod,
  rowsAtHome,
  type TaxRow,
  taxRowsIn,
} from "./vat-documents.ts";

export const vatReport = z.strictObject({ ...periodWords, ...datedWords });

/** Amounts of credit notes are negative. */
export interface VatRow {
  currency: string;
  vat_category: VatCategory;
  /** Null for category O, which has no rate. */
  vat_rate3: number | null;
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
  /** The sum of the rows; null if that of a row is. */
  accounting_taxable_minor: number | null;
  accounting_tax_minor: number;
  /** A document with several rates counts once. */
  documents: number;
}

export interface VatReport extends DatedAnswer, Period {
  accounting_currency: string;
  /** The organization's currency first; by category, and the highest rate first. */
  rows: VatRow[];
  currencies: VatOfCurrency[];
  accounting_tax_minor: number;
}

/** @throws ZodError as `vatReportParts` */
export function vatReportOf(db: Database.Database, input: z.output<typeof vatReport>): VatReport {
  return inOne(db, vatReportParts(db, input));
}

/**
 * Counts documents by their issue date. A void document counts nowhere; a credit note, on its own issue date.
 *
 * @throws ZodError as `checkPeriod`
 */
export function* vatReportParts(
  db: Database.Database,
  input: z.output<typeof vatReport>,
  options: PartOptions = {},
): Parts<VatReport> {
  checkPeriod(input);
  const dated = datedOf(db, input);
  const { from, to } = input;
  const { home, currencies } = currenciesInOrder(db);
  const rows: VatRow[] = [];
  const sums: VatOfCurrency[] = [];
  for (const currency of currencies) {
    const groups = new Map<string, Sums>();
    const sum = { currency, ...NO_TOTALS };
    for (const values of partsOfPeriod(db, { currency, from, to }, dated, options)) {
      if (currency === home) addInHome(groups, db, values);
      else addByDocument(groups, db, { values, home });
      addPostings(sum, db, values);
      yield;
    }
    const own = [...groups.values()].filter(({ documents }) => documents > 0).map((group) => rowOf(group, currency));
    rows.push(...own.sort(inOrder));
    if (sum.documents !== 0) sums.push({ ...sum, accounting_taxable_minor: taxableOf(own) });
  }
  return {
    from,
    to,
    ...datedOfAnswer(input),
    accounting_currency: home,
    rows,
    currencies: sums,
    accounting_tax_minor: sums.reduce((all, { accounting_tax_minor }) => all + accounting_tax_minor, 0),
  };
}

/** By category and rate. In the organization's currency, nothing has to be converted. */
function addInHome(sums: Map<string, Sums>, db: Database.Database, values: PartValues): void {
  for (const [sign, count, vat_category, vat_rate3, taxable_minor, tax_minor] of taxRowsIn(db, values)) {
    const sum = sumOf(sums, { vat_category, vat_rate3 });
    sum.taxable_minor += sign * taxable_minor;
    sum.tax_minor += sign * tax_minor;
    sum.accounting_taxable_minor = sum.taxable_minor;
    sum.accounting_tax_minor = sum.tax_minor;
    sum.documents += count;
  }
}

/** By category and rate. Each document has its own exchange rate, and its own remainder of rounding. */
function addByDocument(
  sums: Map<string, Sums>,
  db: Database.Database,
  { values, home }: { values: PartValues; home: string },
): void {
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
}

type Key = Pick<VatRow, "vat_category" | "vat_rate3">;

function sumOf(sums: Map<string, Sums>, { vat_category, vat_rate3 }: Key): Sums {
  const key = `${vat_category} ${vat_rate3}`;
  let sum = sums.get(key);
  if (!sum) {
    sum = { vat_category, vat_rate3, ...NO_SUMS };
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

/** Null if the taxable amount of a row is not known. */
function taxableOf(rows: readonly VatRow[]): number | null {
  return rows.reduce<number | null>(
    (sum, { accounting_taxable_minor: minor }) => (sum === null || minor === null ? null : sum + minor),
    0,
  );
}

function inOrder(a: VatRow, b: VatRow): number {
  const place = ({ vat_category }: VatRow) => VAT_CATEGORIES.indexOf(vat_category);
  return place(a) - place(b) || (b.vat_rate3 ?? 0) - (a.vat_rate3 ?? 0);
}

const NO_TOTALS = { taxable_minor: 0, tax_minor: 0, accounting_tax_minor: 0, documents: 0 };
type Totals = typeof NO_TOTALS;

/** Adds what the postings themselves say. */
function addPostings(sum: Totals, db: Database.Database, values: PartValues): void {
  const part = prepare<[object], Totals>(
    db,
    `SELECT coalesce(sum(p.net_minor), 0) AS taxable_minor, coalesce(sum(p.tax_minor), 0) AS tax_minor,
       coalesce(sum(p.accounting_tax_minor), 0) AS accounting_tax_minor, coalesce(sum(${COUNT}), 0) AS documents
     FROM posting AS p INDEXED BY posting_currency WHERE ${IN_PART}`,
  ).get(values);
  sum.taxable_minor += part?.taxable_minor ?? 0;
  sum.tax_minor += part?.tax_minor ?? 0;
  sum.accounting_tax_minor += part?.accounting_tax_minor ?? 0;
  sum.documents += part?.documents ?? 0;
}
