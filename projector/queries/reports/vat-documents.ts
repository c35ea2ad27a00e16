/**
 * What postings say of documents: which ones count in a period, with which sign, and their VAT in the organization's currency.
 * What a document states since it was issued never changes, so it is read from `main` at any moment, too.
 */
import type Database from "better-sqlite3";
import { taxInHome, type VatCategory } from "../../../events/values/money.ts";
import { homeCurrencyOf } from "../currencies.ts";
import { prepare, prepareArray } from "../prepared.ts";
import { currenciesOfPostings, type Dated } from "./dated.ts";

/** A period, both days included. */
export interface Period {
  from: string;
  to: string;
}

/** A VAT breakdown's row of a document, as the document states it: never negative because of its kind. */
export interface TaxRow {
  vat_category: VatCategory;
  vat_rate3: number | null;
  taxable_minor: number;
  tax_minor: number;
}

/** The same, in the organization's currency. */
export interface TaxRowAtHome extends TaxRow {
  /** Null if the document states no exchange rate: then it has no VAT. */
  accounting_taxable_minor: number | null;
  accounting_tax_minor: number;
}

/** The parts of a document that its VAT in the organization's currency follows from. */
export interface Exchange {
  currency: string;
  accounting_currency: string | null;
  accounting_rate6: number | null;
  /** As the document states it. */
  accounting_tax_minor: number | null;
}

/** 1 if the posting `p` counts its document in, -1 if it takes it out again. */
export const COUNT = "CASE p.kind WHEN 'void' THEN -1 ELSE 1 END";
/** The sign with which the amounts of the document `i` count in the posting `p`. */
const SIGN = `${COUNT} * CASE i.kind WHEN 'credit_note' THEN -1 ELSE 1 END`;
/** The postings `p` of documents in one part of a period. */
export const IN_PART = `p.currency = :currency AND (p.dated_on, p.seq, p.n) > (:after_day, :after_seq, :after_n)
  AND (p.dated_on, p.seq, p.n) <= (:day, :seq, :n)
  AND p.kind <> 'allocation' AND p.kind IN ('invoice', 'credit_note', 'void')`;

/** The named values of `IN_PART`. */
export type PartValues = { currency: string } & Place & {
    [Name in keyof Place as `after_${Name}`]: Place[Name];
  };

/** Where a posting is in the order of `posting_currency`. */
interface Place {
  day: string;
  seq: number;
  n: number;
}

/** Postings of a part: together they cost about a millisecond. */
const PART_POSTINGS = 128;
const LAST = Number.MAX_SAFE_INTEGER;

export interface PartOptions {
  /** For tests. */
  postings?: number;
}

/** Cuts the postings in one currency and period into parts, in the order of their days. */
export function* partsOfPeriod(
  db: Database.Database,
  { currency, from, to }: Period & { currency: string },
  { until }: Dated,
  { postings = PART_POSTINGS }: PartOptions = {},
): Generator<PartValues> {
  const lastDay = to < until ? to : until;
  const endAfter = prepare<[object], Place>(
    db,
    `SELECT p.dated_on AS day, p.seq, p.n FROM posting AS p INDEXED BY posting_currency
     WHERE p.currency = :currency AND (p.dated_on, p.seq, p.n) > (:day, :seq, :n) AND p.dated_on <= :last_day
       AND p.kind <> 'allocation' ORDER BY p.dated_on, p.seq, p.n LIMIT 1 OFFSET :skipped`,
  );
  let after: Place | undefined = { day: from, seq: 0, n: 0 };
  while (after) {
    const end = endAfter.get({ currency, ...after, last_day: lastDay, skipped: postings - 1 });
    const { day: after_day, seq: after_seq, n: after_n }: Place = after;
    yield { currency, after_day, after_seq, after_n, ...(end ?? { day: lastDay, seq: LAST, n: LAST }) };
    after = end;
  }
}

/** The currencies of all documents, the organization's first. */
export function currenciesInOrder(db: Database.Database): { home: string; currencies: string[] } {
  const home = homeCurrencyOf(db);
  const others = currenciesOfPostings(db).filter((currency) => currency !== home);
  return { home, currencies: [home, ...others] };
}

/**
 * The rows of a document's breakdown in the organization's currency. Each VAT amount is converted by the document's rate;
 * what rounding leaves goes to the row with the most VAT, so that the rows add up to what the document states.
 *
 * @param home the organization's currency
 */
export function rowsAtHome(rows: readonly TaxRow[], exchange: Exchange, home: string): TaxRowAtHome[] {
  const { currency, accounting_rate6: rate6, accounting_tax_minor: stated } = exchange;
  if (currency === home)
    return rows.map((row) => ({
      ...row,
      accounting_taxable_minor: row.taxable_minor,
      accounting_tax_minor: row.tax_minor,
    }));
  if (rate6 === null) return rows.map((row) => ({ ...row, accounting_taxable_minor: null, accounting_tax_minor: 0 }));
  const converted = rows.map((row) => ({
    ...row,
    accounting_taxable_minor: taxInHome(row.taxable_minor, currency, { home, rate6 }),
    accounting_tax_minor: taxInHome(row.tax_minor, currency, { home, rate6 }),
  }));
  const sum = converted.reduce((all, row) => all + row.accounting_tax_minor, 0);
  const [first] = converted;
  const largest = converted.reduce(
    (most, row) => (most && Math.abs(most.tax_minor) >= Math.abs(row.tax_minor) ? most : row),
    first,
  );
  if (largest) largest.accounting_tax_minor += (stated ?? sum) - sum;
  return converted;
}

/** A document that a posting counts in (1) or takes out again (-1), with its breakdown. */
export interface CountedDocument extends Exchange {
  id: number;
  sign: 1 | -1;
  count: 1 | -1;
  rows: TaxRow[];
}

type Flat = Omit<CountedDocument, "rows"> & TaxRow;

/** The documents of a part, one by one. Between two of them, nothing else may use the connection. */
export function* documentsIn(db: Database.Database, values: PartValues): Generator<CountedDocument> {
  const rows = prepare<[object], Flat>(
    db,
    `SELECT i.id, ${SIGN} AS sign, ${COUNT} AS count, i.currency, i.accounting_currency, i.accounting_rate6,
       i.accounting_tax_minor, t.vat_category, t.vat_rate3, t.taxable_minor, t.tax_minor
     FROM posting AS p INDEXED BY posting_currency CROSS JOIN main.invoice AS i ON i.id = p.document_id
       CROSS JOIN main.invoice_tax AS t ON t.invoice_id = i.id
     WHERE ${IN_PART}`,
  );
  let document: CountedDocument | null = null;
  for (const row of rows.iterate(values)) {
    const { vat_category, vat_rate3, taxable_minor, tax_minor, ...rest } = row;
    if (document !== null && (document.id !== row.id || document.count !== row.count)) {
      yield document;
      document = null;
    }
    document ??= { ...rest, rows: [] };
    document.rows.push({ vat_category, vat_rate3, taxable_minor, tax_minor });
  }
  if (document !== null) yield document;
}

/** Sign and count of a document, then category, rate, taxable amount and VAT of a row of its breakdown. */
type SignedRow = [1 | -1, 1 | -1, VatCategory, number | null, number, number];

/** The rows of all breakdowns of a part, for sums. It looks up only void documents: most are not. */
export function taxRowsIn(db: Database.Database, values: PartValues): IterableIterator<SignedRow> {
  return prepareArray<[object], SignedRow>(
    db,
    `SELECT ${COUNT} * CASE coalesce(i.kind, p.kind) WHEN 'credit_note' THEN -1 ELSE 1 END, ${COUNT},
       t.vat_category, t.vat_rate3, t.taxable_minor, t.tax_minor
     FROM posting AS p INDEXED BY posting_currency
       LEFT JOIN main.invoice AS i ON p.kind = 'void' AND i.id = p.document_id
       CROSS JOIN main.invoice_tax AS t ON t.invoice_id = p.document_id
     WHERE ${IN_PART}`,
  ).iterate(values);
}
