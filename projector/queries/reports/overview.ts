/** The company's position today, by currency: receivables by age, and monthly revenue. */
import type Database from "better-sqlite3";
import { addDays } from "../../../events/values/calendar.ts";
import { prepare } from "../prepared.ts";

/** Months in the chart, up to the current one. */
const MONTHS = 12;
/** Ends of the age classes, in days after the due date: not due, 1 to 30, 31 to 60, 61 to 90, older. */
const AGES = [0, 30, 60, 90] as const;

/** Revenue of a month, less credit notes and voided invoices. */
export interface MonthOfRevenue {
  /** YYYY-MM */
  month: string;
  /** Without VAT. */
  net_minor: number;
  gross_minor: number;
  received_minor: number;
}

/** Balances of open invoices of one age. */
export interface AgeClass {
  /** Days after the due date, both ends included; null: unlimited. */
  from_days: number | null;
  to_days: number | null;
  /** The due dates of these invoices, both ends included; null: unlimited. YYYY-MM-DD */
  due_from: string | null;
  due_to: string | null;
  invoices: number;
  balance_minor: number;
}

export interface CurrencyOverview {
  currency: string;
  /** Sum of the balances of issued documents that clients owe. */
  open_minor: number;
  /** The clients' credit: the two sums below. */
  credit_minor: number;
  /** What is left of issued credit notes, and of invoices below zero. */
  credit_notes_minor: number;
  /** The unallocated part of payments that are not reversed. */
  unallocated_minor: number;
  /** What all clients owe: open invoices, less the credit. */
  owed_minor: number;
  /** Sum of balances of issued invoices with a due date before today. */
  overdue_minor: number;
  overdue_invoices: number;
  /** Payments received this month. */
  paid_this_month_minor: number;
  months: MonthOfRevenue[];
  ages: AgeClass[];
}

interface Overview {
  /** YYYY-MM-DD */
  today: string;
  currencies: CurrencyOverview[];
}

type Sums = Pick<CurrencyOverview, "currency" | "open_minor" | "credit_minor">;
type AgeBand = { currency: string; age: number; documents: number; balance_minor: number };

/** @param today YYYY-MM-DD @returns currencies by number of invoices, largest first */
export function overviewOf(db: Database.Database, today: string): Overview {
  return db.transaction(() => {
    const months = monthsUpTo(today.slice(0, 7));
    const revenue = Map.groupBy(
      prepare<[string], MonthOfRevenue & { currency: string }>(
        db,
        `SELECT substr(p.dated_on, 1, 7) AS month, c.currency, sum(p.net_minor) AS net_minor,
           sum(p.net_minor + p.tax_minor) AS gross_minor, sum(p.cash_minor) AS received_minor
         FROM currency_balance AS c CROSS JOIN posting AS p INDEXED BY posting_currency
           ON p.currency = c.currency AND p.dated_on >= ? AND p.kind <> 'allocation'
         GROUP BY 2, 1`,
      ).all(months[0] ?? today),
      ({ currency }) => currency,
    );
    const aged = Map.groupBy(agedBalances(db, today), ({ currency }) => currency);
    const sums = prepare<[], Sums>(
      db,
      "SELECT currency, open_minor, credit_minor FROM currency_balance ORDER BY invoices DESC, currency",
    ).all();
    const currencies = sums.map(({ currency, open_minor, credit_minor }) => {
      const bands = aged.get(currency) ?? [];
      const ages = agesOf(bands, today);
      const credit_notes_minor = bands.find(({ age }) => age === CREDIT_NOTES)?.balance_minor ?? 0;
      const late = ages.filter(({ from_days }) => from_days !== null);
      const rows = revenue.get(currency) ?? [];
      const chart = months.map((month) => monthOf(rows, month));
      return {
        currency,
        open_minor,
        credit_minor,
        credit_notes_minor,
        unallocated_minor: credit_minor - credit_notes_minor,
        owed_minor: open_minor - credit_minor,
        overdue_minor: late.reduce((sum, { balance_minor }) => sum + balance_minor, 0),
        overdue_invoices: late.reduce((sum, { invoices }) => sum + invoices, 0),
        paid_this_month_minor: chart.at(-1)?.received_minor ?? 0,
        months: chart,
        ages,
      };
    });
    return { today, currencies };
  })();
}

/** The number of the band that holds what is left of credit notes and invoices below zero, of any age. */
const CREDIT_NOTES = -1;

/** Balances of open documents by age class. Class 0 is not due yet. */
function agedBalances(db: Database.Database, today: string): AgeBand[] {
  // Dates as text sort like dates.
  const ends = AGES.map((days) => addDays(today, -days));
  return prepare<string[], AgeBand>(
    db,
    `SELECT currency,
       CASE WHEN (kind = 'invoice') = (gross_minor < prepaid_minor) THEN ${CREDIT_NOTES} WHEN due_on IS NULL OR due_on >= ? THEN 0
         WHEN due_on >= ? THEN 1 WHEN due_on >= ? THEN 2 WHEN due_on >= ? THEN 3 ELSE 4 END AS age,
       count(*) AS documents, sum(abs(gross_minor - prepaid_minor - paid_minor)) AS balance_minor
     FROM invoice INDEXED BY invoice_open
     WHERE status = 'issued' AND gross_minor - prepaid_minor <> paid_minor GROUP BY 1, 2`,
  ).all(...ends);
}

function agesOf(rows: readonly AgeBand[], today: string): AgeClass[] {
  return [...AGES, null].map((to, n) => {
    const { documents = 0, balance_minor = 0 } = rows.find(({ age }) => age === n) ?? {};
    const before = n === 0 ? null : (AGES[n - 1] ?? 0) + 1;
    return {
      from_days: before,
      to_days: to,
      due_from: to === null ? null : addDays(today, -to),
      due_to: before === null ? null : addDays(today, -before),
      invoices: documents,
      balance_minor,
    };
  });
}

function monthOf(rows: readonly MonthOfRevenue[], month: string): MonthOfRevenue {
  const { net_minor = 0, gross_minor = 0, received_minor = 0 } = rows.find((row) => row.month === month) ?? {};
  return { month, net_minor, gross_minor, received_minor };
}

function monthsUpTo(last: string): string[] {
  const [year = 0, month = 0] = last.split("-").map(Number);
  return Array.from({ length: MONTHS }, (_, n) => {
    const count = year * 12 + month - 1 - (MONTHS - 1 - n);
    return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}`;
  });
}
