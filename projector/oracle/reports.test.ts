/** Reports of random businesses say what the model says, as dated until any day and as known at any event. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Moments } from "../moments/moments.ts";
import type { Parts } from "../queries/read.ts";
import { agedBalancesOf, agedBalancesParts } from "../queries/reports/aged-balances.ts";
import { clientUntilOf } from "../queries/reports/client-balances.ts";
import { listOpenItems } from "../queries/reports/open-items.ts";
import { overviewOf } from "../queries/reports/overview.ts";
import { salesListOf, salesListParts } from "../queries/reports/sales-list.ts";
import { statementOf } from "../queries/reports/statement.ts";
import { vatReportOf, vatReportParts } from "../queries/reports/vat-report.ts";
import { type Books, type Day, documentOf, type Payment } from "./books-lists.suite.ts";
import { type Cached, forEachBusiness, type Moment } from "./cached-business.suite.ts";
import {
  ALWAYS,
  accountingTaxOf,
  agesOn,
  balancesOn,
  creditOn,
  monthsOn,
  openOn,
  salesListOf as salesOf,
  statementOn,
  vatOf,
} from "./model-figures.suite.ts";

const RUNS = pickCount({ usual: 25, long: 2000 });

/** A moment, and the figures of that moment: the present if the words leave it out. */
interface Look extends Moment {
  words: { dated_until?: Day };
  books: Books;
  db: Database.Database;
  what: string;
}

/** Looks at random moments, and at the present. */
async function atMoments(check: (look: Look) => void): Promise<void> {
  await forEachBusiness(RUNS, ({ cache: { db, path }, events, books }: Cached, moments) => {
    const past = new Moments(path);
    try {
      for (const { day, known } of moments) {
        const what = `dated until ${day}, known at ${known}`;
        const then = past.sourceAt({ seq: known, atMs: events[known - 1]?.at ?? 0 }).db;
        check({ day, known, words: { dated_until: day }, books: books(known), db: then, what });
        check({ day: ALWAYS, known, words: {}, books: books(known), db: then, what: `known at ${known}` });
        check({ day, known: events.length, words: { dated_until: day }, books: books(), db, what: `until ${day}` });
      }
    } finally {
      past.close();
    }
    check({ day: ALWAYS, known: events.length, words: {}, books: books(), db, what: "now" });
  });
}

test("the overview has what is open, credit, ages, and twelve months by currency", async () => {
  await atMoments(({ db, day, words, books, what }) => {
    const today = day === ALWAYS ? "2024-06-30" : day;
    const balances = balancesOn(books, day);
    for (const row of overviewOf(db, today, words).currencies) {
      const { currency } = row;
      const of = balances.filter((balance) => balance.currency === currency);
      const open = of.reduce((sum, balance) => sum + balance.open, 0);
      const credit = of.reduce((sum, balance) => sum + balance.credit, 0);
      const ages = agesOn(books, currency, { day, today });
      const months = monthsOn(books, day).filter((month) => month.currency === currency);
      const at = (name: "net" | "gross", month: string) => months.find((one) => one.month === month)?.[name] ?? 0;
      const cash = (month: string) => {
        const { received = 0, refunded = 0 } = months.find((one) => one.month === month) ?? {};
        return received - refunded;
      };
      assert.deepEqual(
        row,
        {
          currency,
          open_minor: open,
          credit_minor: credit,
          credit_notes_minor: credit - unallocated(books, currency, day),
          unallocated_minor: unallocated(books, currency, day),
          owed_minor: open - credit,
          overdue_minor: ages.slice(1).reduce((sum, age) => sum + age.open, 0),
          overdue_invoices: ages.slice(1).reduce((sum, age) => sum + age.documents, 0),
          paid_this_month_minor: cash(today.slice(0, 7)),
          months: row.months.map(({ month }) => {
            return { month, net_minor: at("net", month), gross_minor: at("gross", month), received_minor: cash(month) };
          }),
          ages: row.ages.map((age, n) => {
            return { ...age, invoices: ages[n]?.documents, balance_minor: ages[n]?.open };
          }),
        },
        `${currency}, ${what}`,
      );
      assert.equal(row.months.at(-1)?.month, today.slice(0, 7));
    }
  });
});

test("a client has its balances", async () => {
  await atMoments(({ db, day, words, books, what }) => {
    for (const id of clientsOf(books)) {
      const balances = clientUntilOf(db, { id, ...words })?.balances ?? [];
      assert.deepEqual(
        balances
          .map((row) => [
            ...[row.currency, row.outstanding_minor, row.credit_minor, row.invoices, row.invoiced_minor],
            ...[row.credit_notes, row.credited_minor],
          ])
          .filter((figures) => figures.slice(1).some((figure) => figure !== 0))
          .sort(),
        balancesOn(books, day)
          .filter(({ clientId }) => clientId === id)
          .map(({ clientId: _, ...figures }) => Object.values(figures))
          .sort(),
        what,
      );
    }
  });
});

test("a statement has each movement on its day, and the open documents", async () => {
  await atMoments(({ db, day, words: { dated_until: to }, books, what }) => {
    for (const { clientId, currency } of balancesOn(books, ALWAYS)) {
      const account = { client: clientId, currency, ...(to && { to }) };
      const statement = statementOf(db, account);
      const lines = netLines(books, { clientId, currency, day });
      assert.deepEqual(
        statement?.entries.map(({ on, id, amount_minor }): Line => [on, id, amount_minor]).sort(inDays),
        lines.sort(inDays),
        `client ${clientId}, ${currency}, ${what}`,
      );
      const sum = lines.reduce((total, [, , amount]) => total + amount, 0);
      const { open, credit } = balanceOf(books, { clientId, currency, day });
      assert.deepEqual([statement?.closing_minor, open - credit], [sum, sum]);
      const rests = [...restsOf(books, day)].filter(([id]) => books.documents.some((one) => one.id === id));
      assert.deepEqual(
        statement?.open.map(({ id, balance_minor }) => [id, balance_minor]).sort(byId),
        rests.filter(([id]) => isOf(documentOf(books, id), { clientId, currency })).sort(byId),
        what,
      );
    }
  });
});

test("open items are the documents and payments with a rest", async () => {
  await atMoments(({ db, day, words, books, what }) => {
    const { rows } = listOpenItems(db, { ...words, limit: 500 }, "2024-06-30");
    assert.deepEqual(
      rows.map(({ id, balance_minor }) => [id, balance_minor]).sort(byId),
      sorted(restsOf(books, day)),
      what,
    );
  });
});

test("VAT by category and rate adds up to the documents, also in the organization's currency", async () => {
  await atMoments(({ db, day, words, books, what }) => {
    const from = `${(day === ALWAYS ? "2024-01-31" : day).slice(0, 7)}-01`;
    for (const to of [`${from.slice(0, 7)}-28`, "2024-12-31"]) {
      const report = vatReportOf(db, { from, to, ...words });
      const period = { from, to, day };
      const rows = report.rows.map(({ currency, vat_category: category, vat_rate3: rate3, ...row }) => {
        const { taxable_minor: taxable, tax_minor: tax, documents } = row;
        return { currency, category, rate3, taxable, tax, documents };
      });
      assert.deepEqual(rows.sort(inOrder), vatOf(books, period).sort(inOrder), what);
      for (const [currency, tax] of accountingTaxOf(books, period)) {
        const own = report.rows.filter((row) => row.currency === currency);
        assert.equal(
          own.reduce((sum, row) => sum + row.accounting_tax_minor, 0),
          tax,
          `${currency}, ${what}`,
        );
        assert.equal(report.currencies.find((row) => row.currency === currency)?.accounting_tax_minor, tax);
      }
    }
  });
});

test("the sales list has what was supplied in categories K and AE, by the buyer's VAT id", async () => {
  await atMoments(({ db, day, words, books, what }) => {
    const period = { from: "2023-12-01", to: "2024-03-31" };
    const rows = salesListOf(db, { ...period, ...words }).rows.map((row) => {
      assert.equal(
        row.domestic,
        row.vat_category === "AE" && row.country === "GB",
        "reverse charge at home is no EC sale",
      );
      const { vat_id: vatId, country, vat_category: category, currency, taxable_minor: taxable, documents } = row;
      return { vatId, country, category, currency, taxable, documents };
    });
    assert.deepEqual(rows.sort(inOrder), salesOf(books, { ...period, day }).sort(inOrder), what);
  });
});

test("reports that are made in parts say the same, whatever the parts", async () => {
  await atMoments(({ db, words, books, what }) => {
    const period = { from: "2023-12-01", to: "2024-12-31", ...words };
    for (const postings of [1, 3]) {
      const vat = partsOf(db, vatReportParts(db, period, { postings }));
      assert.deepEqual(vat.answer, vatReportOf(db, period), what);
      const sales = partsOf(db, salesListParts(db, period, { postings }));
      assert.deepEqual(sales.answer, salesListOf(db, period), what);
      const documents = vat.answer.currencies.reduce((sum, row) => sum + row.documents, 0);
      for (const filter of [{}, { currency: "GBP" }, { client: clientsOf(books).values().next().value }]) {
        const input = { ...filter, ...words };
        const at = { today: "2024-06-30" };
        const aged = partsOf(db, agedBalancesParts(db, input, { ...at, postings }));
        assert.deepEqual(aged.answer, agedBalancesOf(db, input, at), what);
        const { answer: first } = partsOf(db, agedBalancesParts(db, input, { ...at, postings, maxClients: 1 }));
        assert.deepEqual(first.clients, aged.answer.clients.slice(0, 1));
        assert.equal(first.shortened, aged.answer.clients.length > 1);
      }
      for (const { count } of [vat, sales]) assert.ok(count >= documents / postings, `${count} parts`);
    }
  });
});

/** All parts, one after the other. */
function partsOf<Answer>(db: Database.Database, parts: Parts<Answer>): { answer: Answer; count: number } {
  return db.transaction(() => {
    for (let count = 0; ; count++) {
      const { done, value } = parts.next();
      if (done) return { answer: value, count };
    }
  })();
}

interface Account {
  clientId: number;
  currency: string;
}

function isOf(one: Account, { clientId, currency }: Account): boolean {
  return one.clientId === clientId && one.currency === currency;
}

function clientsOf({ documents, payments }: Books): Set<number> {
  return new Set([...documents, ...payments].map(({ clientId }) => clientId));
}

/** What is left of the payments in a currency. */
function unallocated(books: Books, currency: string, day: Day): number {
  const credit = creditOn(books, day);
  const rest = ({ id }: Payment) => credit.get(id) ?? 0;
  return books.payments.reduce((sum, payment) => (payment.currency === currency ? sum + rest(payment) : sum), 0);
}

function balanceOf(books: Books, { day, ...account }: Account & { day: Day }) {
  return balancesOn(books, day).find((one) => isOf(one, account)) ?? { open: 0, credit: 0 };
}

/** What is open, and credit below zero, by document and payment. */
function restsOf(books: Books, day: Day): Map<number, number> {
  const rests = new Map(openOn(books, day));
  for (const [id, credit] of creditOn(books, day)) rests.set(id, -credit);
  return rests;
}

type Line = [on: Day, id: number, amount: number];

/** As a statement has them. Lines of one document on one day have no order. */
function inDays([on, id, amount]: Line, [otherOn, otherId, other]: Line): number {
  return on === otherOn ? id - otherId || amount - other : on < otherOn ? -1 : 1;
}

/** What cancels out on one day is left out of a statement: a payment that was returned on its own day. */
function netLines(books: Books, account: Account & { day: Day }): Line[] {
  const lines = statementOn(books, account);
  const groups = Map.groupBy(lines, ({ on, id, what }) => `${on} ${id} ${what.startsWith("write_off")}`);
  return [...groups.values()].flatMap((own): Line[] => {
    const amount = own.reduce((sum, line) => sum + line.amount, 0);
    return own[0] && (amount !== 0 || own.length === 1) ? [[own[0].on, own[0].id, amount]] : [];
  });
}

function sorted(rests: Map<number, number>): [number, number][] {
  return [...rests].sort(byId);
}

function byId([a]: readonly number[], [b]: readonly number[]): number {
  return (a ?? 0) - (b ?? 0);
}

function inOrder(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
