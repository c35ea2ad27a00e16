/** The company's position, by currency: receivables by age, and monthly revenue. As dated, or until any day. */
import type Database from "better-sqlite3";
import { prepare } from "../prepared.ts";
import { type AgeClass, ageClassesOf, agesUpTo, noAges, overdueOf } from "./ageing.ts";
import { type Dated, type DatedAnswer, type DatedWords, datedOf, datedOfAnswer } from "./dated.ts";
import { creditsSql, IS_OPEN, IS_OWED, openDocumentsSql, REST, valuesAt } from "./open-amounts.ts";

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

interface Overview extends DatedAnswer {
  /** YYYY-MM-DD */
  today: string;
  /** The day that ages and months refer to: `dated_until`, or today. */
  day: string;
  currencies: CurrencyOverview[];
}

/**
 * @param today YYYY-MM-DD
 * @returns currencies by number of invoices, largest first
 */
export function overviewOf(db: Database.Database, today: string, words: DatedWords = {}): Overview {
  return db.transaction(() => {
    const dated = datedOf(db, words);
    const day = words.dated_until ?? today;
    const standing = standingAt(db, dated, day);
    const currencies = prepare<[], { currency: string; open_minor: number; credit_minor: number }>(
      db,
      "SELECT currency, open_minor, credit_minor FROM currency_balance ORDER BY invoices DESC, currency",
    )
      .all()
      .map(({ currency, ...now }) => {
        const { ages: sums = noAges(), documents = 0, everything = 0 } = standing.get(currency) ?? {};
        const open_minor = dated.isAll ? now.open_minor : sums.reduce((sum, age) => sum + age.balance_minor, 0);
        const credit_minor = dated.isAll ? now.credit_minor : everything;
        const overdue = overdueOf(sums);
        const months = monthsUpTo(day.slice(0, 7)).map((month) => monthAt(db, dated, { currency, month }));
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
    return { today, day, ...datedOfAnswer(words), currencies };
  })();
}

interface Standing {
  ages: ReturnType<typeof noAges>;
  /** The credit of documents. */
  documents: number;
  /** The credit of documents and payments; if nothing is left out, a table has it. */
  everything: number;
}

/** In place of an age class: a document with credit, of any age. */
const CREDIT = -1;

/** What is open by age class, and the credit, by currency. */
function standingAt(db: Database.Database, dated: Dated, day: string): Map<string, Standing> {
  const standing = new Map<string, Standing>();
  const of = (currency: string) => {
    const one = standing.get(currency) ?? { ages: noAges(), documents: 0, everything: 0 };
    standing.set(currency, one);
    return one;
  };
  for (const { currency, age, documents, balance_minor } of bandsAt(db, dated, day))
    if (age === CREDIT) of(currency).documents = balance_minor;
    else of(currency).ages[age] = { documents, balance_minor };
  if (dated.isAll) return standing;
  const credits = prepare<[object], { currency: string; is_document: 0 | 1; credit_minor: number }>(
    db,
    `SELECT currency, is_document, sum(credit_minor) AS credit_minor FROM (${creditsSql()}) GROUP BY 1, 2`,
  ).all(valuesAt(dated));
  for (const { currency, is_document, credit_minor } of credits) {
    of(currency).everything += credit_minor;
    if (is_document) of(currency).documents += credit_minor;
  }
  return standing;
}

type Band = { currency: string; age: number; documents: number; balance_minor: number };

/** What is open, by currency and age class; if nothing is left out, with the documents that have credit. */
function bandsAt(db: Database.Database, dated: Dated, day: string): Band[] {
  const [current, first, second, third] = agesUpTo(day);
  const documents = dated.isAll
    ? `SELECT i.currency, i.due_on, ${IS_OWED} AS is_owed, ${REST} AS rest FROM invoice AS i INDEXED BY invoice_open
       WHERE ${IS_OPEN}`
    : `SELECT currency, due_on, 1 AS is_owed, open_minor AS rest FROM (${openDocumentsSql(dated)})`;
  return prepare<[object], Band>(
    db,
    `SELECT currency, CASE WHEN NOT is_owed THEN ${CREDIT} WHEN due_on IS NULL OR due_on >= :current THEN 0
       WHEN due_on >= :first THEN 1 WHEN due_on >= :second THEN 2 WHEN due_on >= :third THEN 3 ELSE 4 END AS age,
       count(*) AS documents, sum(rest) AS balance_minor
     FROM (${documents}) GROUP BY 1, 2`,
  ).all({ current, first, second, third, ...valuesAt(dated) });
}

/** The figures of one month: a range of an index that has them all. */
function monthAt(
  db: Database.Database,
  { until }: Dated,
  { currency, month }: { currency: string; month: string },
): MonthOfRevenue {
  const last = `${month}-31`;
  const row = prepare<[object], Omit<MonthOfRevenue, "month">>(
    db,
    `SELECT coalesce(sum(p.net_minor), 0) AS net_minor, coalesce(sum(p.net_minor + p.tax_minor), 0) AS gross_minor,
       coalesce(sum(p.cash_minor), 0) AS received_minor
     FROM posting AS p INDEXED BY posting_currency
     WHERE p.currency = :currency AND p.dated_on BETWEEN :from AND :to
       AND p.kind <> 'allocation'`,
  ).get({ currency, from: `${month}-01`, to: until < last ? until : last });
  return { month, ...(row ?? { net_minor: 0, gross_minor: 0, received_minor: 0 }) };
}

function monthsUpTo(last: string): string[] {
  const [year = 0, month = 0] = last.split("-").map(Number);
  return Array.from({ length: MONTHS }, (_, n) => {
    const count = year * 12 + month - 1 - (MONTHS - 1 - n);
    return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}`;
  });
}
