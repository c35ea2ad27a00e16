/** The company's position, by currency: receivables by age, and monthly revenue. Today's, or that of any moment. */
import type Database from "better-sqlite3";
import { prepare } from "../prepared.ts";
import { type AgeClass, ageClassesOf, agesUpTo, noAges, overdueOf } from "./ageing.ts";
import { type Moment, type MomentOfAnswer, type MomentWords, momentOf, momentOfAnswer } from "./moment.ts";
import { creditDocumentsNowSql, creditsSql, openDocumentsSql, valuesAt } from "./open-amounts.ts";

/** Months in the chart, up to that of the day. */
const MONTHS = 12;

/** Revenue of a month, less credit notes and voided invoices. */
export interface MonthOfRevenue {
  /** YYYY-MM */
  month: string;
  /** Without VAT. */
  net_minor: number;
  gross_minor: number;
  /** Payments received, less what was refunded. */
  received_minor: number;
}

export interface CurrencyOverview {
  currency: string;
  /** What clients owe: the sum of balances of issued invoices. */
  open_minor: number;
  /** The clients' credit: the two sums below. */
  credit_minor: number;
  /** The remaining credit of issued credit notes, and of invoices below zero. */
  credit_notes_minor: number;
  /** The unallocated part of payments that are not reversed. */
  unallocated_minor: number;
  /** What all clients owe: open invoices, less the credit. */
  owed_minor: number;
  /** Sum of balances of issued invoices with a due date before the day. */
  overdue_minor: number;
  overdue_invoices: number;
  /** Payments received in the month of the day. */
  paid_this_month_minor: number;
  months: MonthOfRevenue[];
  ages: AgeClass[];
}

interface Overview extends MomentOfAnswer {
  /** YYYY-MM-DD */
  today: string;
  /** The day that ages and months refer to: `dated_until`, or today. */
  day: string;
  currencies: CurrencyOverview[];
}

/**
 * @param today YYYY-MM-DD
 * @returns currencies by number of invoices, largest first
 * @throws ZodError as `momentOf`
 */
export function overviewOf(db: Database.Database, today: string, words: MomentWords = {}): Overview {
  return db.transaction(() => {
    const moment = momentOf(db, words);
    const day = words.dated_until ?? today;
    const ages = agesAt(db, moment, day);
    const credit = creditAt(db, moment);
    const currencies = prepare<[], { currency: string; open_minor: number; credit_minor: number }>(
      db,
      "SELECT currency, open_minor, credit_minor FROM currency_balance ORDER BY invoices DESC, currency",
    )
      .all()
      .map(({ currency, ...now }) => {
        const sums = ages.get(currency) ?? noAges();
        const open_minor = moment.isNow ? now.open_minor : sums.reduce((sum, age) => sum + age.balance_minor, 0);
        const { documents, everything } = credit.get(currency) ?? { documents: 0, everything: 0 };
        const credit_minor = moment.isNow ? now.credit_minor : everything;
        const overdue = overdueOf(sums);
        const months = monthsUpTo(day.slice(0, 7)).map((month) => monthAt(db, moment, { currency, month }));
        return {
          currency,
          open_minor,
          credit_minor,
          credit_notes_minor: documents,
          unallocated_minor: credit_minor - documents,
          owed_minor: open_minor - credit_minor,
          overdue_minor: overdue.balance_minor,
          overdue_invoices: overdue.documents,
          paid_this_month_minor: months.at(-1)?.received_minor ?? 0,
          months,
          ages: ageClassesOf(sums, day),
        };
      });
    return { today, day, ...momentOfAnswer(words), currencies };
  })();
}

/** Balances of open documents, by currency and age class. */
function agesAt(db: Database.Database, moment: Moment, day: string) {
  const [current, first, second, third] = agesUpTo(day);
  const rows = prepare<[object], { currency: string; age: number; documents: number; balance_minor: number }>(
    db,
    `SELECT currency, CASE WHEN due_on IS NULL OR due_on >= :current THEN 0 WHEN due_on >= :first THEN 1
       WHEN due_on >= :second THEN 2 WHEN due_on >= :third THEN 3 ELSE 4 END AS age,
       count(*) AS documents, sum(open_minor) AS balance_minor
     FROM (${openDocumentsSql(moment)}) GROUP BY 1, 2`,
  ).all({ current, first, second, third, ...valuesAt(moment) });
  const ages = new Map<string, ReturnType<typeof noAges>>();
  for (const { currency, age, documents, balance_minor } of rows) {
    const sums = ages.get(currency) ?? noAges();
    sums[age] = { documents, balance_minor };
    ages.set(currency, sums);
  }
  return ages;
}

/** The credit by currency: that of documents; and everything, unless the moment is the present, where a table has it. */
function creditAt(db: Database.Database, moment: Moment) {
  const sql = moment.isNow
    ? `SELECT currency, sum(credit_minor) AS documents, 0 AS everything FROM (${creditDocumentsNowSql()}) GROUP BY 1`
    : `SELECT currency, sum(CASE is_document WHEN 1 THEN credit_minor ELSE 0 END) AS documents,
         sum(credit_minor) AS everything
       FROM (${creditsSql()}) GROUP BY 1`;
  const rows = prepare<[object], { currency: string; documents: number; everything: number }>(db, sql);
  return new Map(rows.all(valuesAt(moment)).map((sums) => [sums.currency, sums]));
}

/** The figures of one month: a range of an index that has them all. */
function monthAt(
  db: Database.Database,
  { until, known }: Moment,
  { currency, month }: { currency: string; month: string },
): MonthOfRevenue {
  const last = `${month}-31`;
  const row = prepare<[object], Omit<MonthOfRevenue, "month">>(
    db,
    `SELECT coalesce(sum(p.net_minor), 0) AS net_minor, coalesce(sum(p.net_minor + p.tax_minor), 0) AS gross_minor,
       coalesce(sum(p.cash_minor), 0) AS received_minor
     FROM posting AS p INDEXED BY posting_currency
     WHERE p.currency = :currency AND p.dated_on BETWEEN :from AND :to AND p.seq <= :known
       AND p.kind <> 'allocation'`,
  ).get({ currency, from: `${month}-01`, to: until < last ? until : last, known });
  return { month, ...(row ?? { net_minor: 0, gross_minor: 0, received_minor: 0 }) };
}

function monthsUpTo(last: string): string[] {
  const [year = 0, month = 0] = last.split("-").map(Number);
  return Array.from({ length: MONTHS }, (_, n) => {
    const count = year * 12 + month - 1 - (MONTHS - 1 - n);
    return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}`;
  });
}
