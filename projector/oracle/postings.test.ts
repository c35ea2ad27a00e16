/** The postings of random businesses add up to every figure of the model, as dated until any day and as known at any event. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import type { Books, Day } from "./books-lists.suite.ts";
import { type Cached, forEachBusiness } from "./cached-business.suite.ts";
import {
  ALWAYS,
  accountingTaxOf,
  balancesOn,
  creditOn,
  documentsOn,
  monthsOn,
  openOn,
  settledOf,
} from "./model-figures.suite.ts";

const RUNS = pickCount({ usual: 25, long: 2000 });

type Figures = (string | number | null)[][];

const isSome = (figures: Figures[number], keys: number) => figures.slice(keys).some((figure) => figure !== 0);

function rowsOf(db: Database.Database, sql: string, values: object = {}): Figures {
  return db.prepare<[object], Figures[number]>(sql).raw().all(values);
}

test("open amounts and credits of documents, payments and clients are sums of postings", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, events, books }, moments) => {
    for (const { day, known } of [...moments, { day: ALWAYS, known: events.length }]) {
      const then = books(known);
      const sums = (id: string, amount: string) =>
        rowsOf(
          db,
          `SELECT ${id}, sum(${amount}) AS rest FROM posting
           WHERE dated_on <= :day AND seq <= :known AND ${amount} <> 0 GROUP BY 1 HAVING rest <> 0 ORDER BY 1`,
          { day, known },
        );
      const what = `dated until ${day}, known at ${known}`;
      assert.deepEqual(sums("document_id", "open_minor"), sorted(openOn(then, day)), `open, ${what}`);
      assert.deepEqual(sums("credit_id", "credit_minor"), sorted(creditOn(then, day)), `credit, ${what}`);
      assert.deepEqual(
        rowsOf(
          db,
          `SELECT client_id, currency, sum(open_minor) AS open, sum(credit_minor) AS credit FROM posting
           WHERE dated_on <= :day AND seq <= :known GROUP BY 1, 2 HAVING open <> 0 OR credit <> 0 ORDER BY 1, 2`,
          { day, known },
        ),
        balancesOn(then, day)
          .map(({ clientId, currency, open, credit }) => [clientId, currency, open, credit])
          .filter((figures) => isSome(figures, 2)),
        `clients, ${what}`,
      );
    }
  });
});

test("no source gives more than it has, on any day", async () => {
  await forEachBusiness(RUNS, ({ events, books }, moments) => {
    for (const { day, known } of [...moments, { day: ALWAYS, known: events.length }])
      for (const [source, credit] of creditOn(books(known), day))
        assert.ok(credit > 0, `source ${source} has ${credit}, dated until ${day}, known at ${known}`);
  });
});

test("months of revenue and money are sums of postings", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, books }, moments) => {
    for (const { day, known } of moments)
      assert.deepEqual(
        rowsOf(
          db,
          `SELECT substr(dated_on, 1, 7) AS month, currency, sum(net_minor), sum(tax_minor), sum(cash_minor) FROM posting
           WHERE dated_on <= :day AND seq <= :known GROUP BY 1, 2 ORDER BY 1, 2`,
          { day, known },
        ).filter((figures) => isSome(figures, 2)),
        monthsOn(books(known), day)
          .map(({ month, currency, net, tax, received, refunded }) => [month, currency, net, tax, received - refunded])
          .filter((figures) => isSome(figures, 2)),
        `dated until ${day}, known at ${known}`,
      );
  });
});

test("VAT is a sum of postings, also in the organization's currency", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, books }, moments) => {
    for (const { day, known } of moments) {
      const from = `${day.slice(0, 7)}-01`;
      const expected = [...accountingTaxOf(books(known), { from, to: day, day })].filter(([, tax]) => tax !== 0).sort();
      const sql = `SELECT currency, sum(accounting_tax_minor) AS tax FROM posting
        WHERE dated_on BETWEEN :from AND :day AND seq <= :known GROUP BY 1 HAVING tax <> 0 ORDER BY 1`;
      assert.deepEqual(rowsOf(db, sql, { from, day, known }), expected, `from ${from}, known at ${known}`);
    }
  });
});

test("the heads of clients and currencies, month_sum and the amounts of documents follow from the books", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, books }) => {
    const now = books();
    const heads = `SELECT client_id, currency, outstanding_minor, credit_minor, invoices, invoiced_minor, credit_notes,
      credited_minor FROM client_balance ORDER BY 1, 2`;
    assert.deepEqual(
      rowsOf(db, heads).filter((figures) => isSome(figures, 2)),
      balancesOn(now, ALWAYS).map(Object.values),
    );
    assert.deepEqual(
      rowsOf(db, "SELECT currency, open_minor, credit_minor FROM currency_balance ORDER BY 1").filter((figures) =>
        isSome(figures, 1),
      ),
      totalsOf(now, ALWAYS),
    );
    const months = `SELECT month, currency, invoices, credit_notes, net_minor, tax_minor, gross_minor, received_minor
      FROM month_sum ORDER BY 1, 2`;
    assert.deepEqual(
      rowsOf(db, months).filter((figures) => isSome(figures, 2)),
      monthsOn(now, ALWAYS)
        .map(({ refunded, received, ...month }) => [...Object.values(month), received - refunded])
        .filter((figures) => isSome(figures, 2)),
    );
    assert.deepEqual(documentRows(db), expectedDocuments(now));
  });
});

test("every posting has the sums of its client and its currency after it", async () => {
  await forEachBusiness(RUNS, ({ cache: { db } }) => {
    const wrong = `SELECT * FROM (
        SELECT seq, n, client_open_minor - sum(open_minor) OVER client AS a, client_credit_minor - sum(credit_minor) OVER client AS b,
          total_open_minor - sum(open_minor) OVER currency AS c, total_credit_minor - sum(credit_minor) OVER currency AS d
        FROM posting WINDOW
          client AS (PARTITION BY client_id, currency ORDER BY seq, n),
          currency AS (PARTITION BY currency ORDER BY seq, n))
      WHERE (a, b, c, d) <> (0, 0, 0, 0)`;
    assert.deepEqual(db.prepare(wrong).all(), []);
  });
});

function sorted(amounts: Map<number, number>): Figures {
  return [...amounts].sort(([a], [b]) => a - b);
}

function totalsOf(books: Books, day: Day): Figures {
  const balances = balancesOn(books, day);
  const sum = (currency: string, name: "open" | "credit") =>
    balances.reduce((total, one) => (one.currency === currency ? total + one[name] : total), 0);
  return [...new Set(balances.map(({ currency }) => currency))]
    .sort()
    .map((currency) => [currency, sum(currency, "open"), sum(currency, "credit")])
    .filter((figures) => isSome(figures, 1));
}

function documentRows(db: Cached["cache"]["db"]): Figures {
  return rowsOf(
    db,
    `SELECT id, status, gross_minor - prepaid_minor + rounding_minor, paid_minor, credited_minor, written_off_minor, refunded_minor
     FROM invoice WHERE status IN ('issued', 'void') ORDER BY id`,
  );
}

function expectedDocuments(books: Books): Figures {
  return [...books.documents]
    .sort((a, b) => a.id - b.id)
    .map((document) => {
      const corrections = documentsOn(books, ALWAYS).filter(({ correctsId }) => correctsId === document.id);
      const credited = corrections.reduce((sum, { gross }) => sum + gross, 0);
      const { paid, writtenOff, refunded } = settledOf(books, document);
      const status = document.isVoid ? "void" : "issued";
      return [document.id, status, document.payable, paid, credited, writtenOff, refunded];
    });
}
