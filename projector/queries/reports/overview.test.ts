/** The overview. Each figure is compared with SQL on invoices and payments, not on the stored sums. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import { addDays } from "../../../events/values/calendar.ts";
import { writeRandomHistory } from "../../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../../cache/cache.ts";
import { timeText } from "../../text/figures.ts";
import { plansOf, recording } from "../query-plans.suite.ts";
import { READS } from "../reads/reads.ts";
import { overviewOf } from "./overview.ts";

const folder = temporaryFolder();
/** Days within the history, which begins on 1 January 2023, at its end, and long after. */
const DAYS = ["2023-01-01", "2023-01-31", "2023-02-20", "2023-05-17", "2023-08-01", "2023-12-31", "2024-06-15"];

/** Issued documents, with what the client owes for each; below zero is credit. */
const OWED = `(SELECT currency, due_on, (gross_minor - prepaid_minor + rounding_minor - paid_minor) * iif(kind = 'invoice', 1, -1) AS owed
  FROM invoice WHERE status = 'issued')`;

/** Money by the day on which it came or went. A mistake never happened; what was returned went on its own day. */
const ONE_WAY = `SELECT currency, received_on AS day, amount_minor AS amount, reversed, reversed_on FROM payment
  UNION ALL SELECT currency, paid_on, -amount_minor, reversed, reversed_on FROM refund`;
const CASH = `(SELECT currency, day, amount FROM (${ONE_WAY}) WHERE reversed = 0 OR reversed_on IS NOT NULL
  UNION ALL SELECT currency, reversed_on, -amount FROM (${ONE_WAY}) WHERE reversed_on IS NOT NULL)`;

async function cacheOf(seed: number) {
  const path = join(folder, `cache-${seed}.sqlite`);
  const log = SqliteLog.open(join(folder, `log-${seed}.sqlite`), { create: true });
  await writeRandomHistory(log, path, { commands: 1200, seed });
  log.closeNow();
  return openCacheForReading(path);
}

const caches = [await cacheOf(4), await cacheOf(19)];

for (const [n, plain] of caches.entries()) {
  const sum = (sql: string, ...values: string[]) =>
    plain
      .prepare<string[], number>(sql)
      .pluck()
      .get(...values) ?? 0;
  const currencies = plain
    .prepare<[], string>("SELECT currency FROM invoice WHERE number IS NOT NULL UNION SELECT currency FROM payment")
    .pluck()
    .all();

  test(`overviewOf() returns what is owed, overdue and credited in each currency, in history ${n}`, () => {
    assert.ok(currencies.length > 1);
    for (const today of DAYS) {
      const overview = overviewOf(plain, today);
      assert.equal(overview.today, today);
      assert.deepEqual(overview.currencies.map(({ currency }) => currency).sort(), currencies.toSorted());
      for (const figures of overview.currencies) {
        const { currency } = figures;
        const open = sum(`SELECT sum(max(owed, 0)) FROM ${OWED} WHERE currency = ?`, currency);
        const creditNotes = sum(`SELECT sum(max(-owed, 0)) FROM ${OWED} WHERE currency = ?`, currency);
        const unallocated = sum(
          `SELECT sum(p.amount_minor - p.refunded_minor - coalesce((SELECT sum(a.amount_minor) FROM payment_allocation AS a
             WHERE a.payment_id = p.id), 0)) FROM payment AS p WHERE p.currency = ? AND p.reversed = 0`,
          currency,
        );
        const overdue = `${OWED} WHERE owed > 0 AND currency = ? AND due_on < ?`;
        assert.deepEqual(
          [
            figures.open_minor,
            figures.credit_minor,
            figures.credit_notes_minor,
            figures.unallocated_minor,
            figures.owed_minor,
            figures.overdue_minor,
            figures.overdue_invoices,
          ],
          [
            open,
            creditNotes + unallocated,
            creditNotes,
            unallocated,
            open - creditNotes - unallocated,
            sum(`SELECT sum(owed) FROM ${overdue}`, currency, today),
            sum(`SELECT count(*) FROM ${overdue}`, currency, today),
          ],
          `${currency} on ${today}`,
        );
      }
    }
  });

  test(`overviewOf() returns twelve months less credit notes, voids and reversals, in history ${n}`, () => {
    for (const today of DAYS)
      for (const { currency, months, paid_this_month_minor } of overviewOf(plain, today).currencies) {
        assert.equal(months.length, 12);
        assert.equal(months.at(-1)?.month, today.slice(0, 7));
        for (const figures of months) {
          const issuedSum = (column: string) =>
            sum(
              `SELECT sum(CASE kind WHEN 'invoice' THEN ${column} ELSE -${column} END) FROM invoice
               WHERE currency = ? AND status = 'issued' AND substr(issued_on, 1, 7) = ?`,
              currency,
              figures.month,
            );
          const received = sum(
            `SELECT sum(amount) FROM ${CASH} WHERE currency = ? AND day LIKE ? || '-%'`,
            currency,
            figures.month,
          );
          assert.deepEqual(
            [figures.net_minor, figures.gross_minor, figures.received_minor],
            [issuedSum("net_minor"), issuedSum("gross_minor"), received],
            `${currency} in ${figures.month}`,
          );
          if (figures.month === today.slice(0, 7)) assert.equal(paid_this_month_minor, received);
        }
      }
  });

  test(`overviewOf() counts every open invoice in one age class, in history ${n}`, () => {
    for (const today of DAYS)
      for (const { currency, ages } of overviewOf(plain, today).currencies) {
        assert.deepEqual(
          ages.map(({ from_days, to_days }) => [from_days, to_days]),
          [
            [null, 0],
            [1, 30],
            [31, 60],
            [61, 90],
            [91, null],
          ],
        );
        for (const { from_days, to_days, invoices, balance_minor } of ages) {
          const first = to_days === null ? "0000-00-00" : addDays(today, -to_days);
          const last = from_days === null ? "9999-99-99" : addDays(today, -from_days);
          const [count, balance] = ["count(*)", "sum(owed)"].map((what) =>
            sum(
              `SELECT ${what} FROM ${OWED} WHERE currency = ? AND owed > 0 AND coalesce(due_on, '9999-99-99') BETWEEN ? AND ?`,
              currency,
              first,
              last,
            ),
          );
          assert.deepEqual([invoices, balance_minor], [count, balance], `${currency} from day ${from_days}`);
        }
      }
  });
}

test("the histories contain every case that affects a figure", () => {
  const [db] = caches;
  for (const [what, sql] of Object.entries({
    voided: "SELECT count(*) FROM invoice WHERE status = 'void'",
    "credit notes": "SELECT count(*) FROM invoice WHERE status = 'issued' AND kind = 'credit_note'",
    reversed: "SELECT count(*) FROM payment WHERE reversed = 1",
    unallocated: "SELECT count(*) FROM payment WHERE reversed = 0 AND allocated_minor < amount_minor",
    "partly paid":
      "SELECT count(*) FROM invoice WHERE paid_minor > 0 AND paid_minor < gross_minor - prepaid_minor + rounding_minor",
  }))
    assert.ok((db?.prepare<[], number>(sql).pluck().get() ?? 0) > 0, what);
});

test("overviewOf() scans neither invoices nor payments", () => {
  const [plain] = caches;
  assert.ok(plain);
  const { db, statements } = recording(plain);
  overviewOf(db, "2023-05-17");
  assert.equal(statements.size, 3);
  for (const detail of plansOf(plain, statements))
    assert.doesNotMatch(detail, /SCAN (?!currency_balance\b|i USING COVERING INDEX invoice_open\b)/);
});

test("screens that need today work in UTC, and say so, if this runtime does not know the time zone", async () => {
  (await cacheOf(5)).close();
  const db = new Database(join(folder, "cache-5.sqlite"));
  db.exec("UPDATE organization SET time_zone = 'Mars/Olympus'");
  const source = { db, nowMs: Date.UTC(2023, 4, 17, 23, 59) };
  const overview = READS.getOverview.run(source, {});
  assert.deepEqual([overview.today, overview.unknown_time_zone], ["2023-05-17", "Mars/Olympus"]);
  assert.ok(READS.listInvoices.run(source, READS.listInvoices.input.parse({ overdue: true })).rows.length > 0);
  assert.match(timeText(source.nowMs, "Mars/Olympus"), /^2023-05-17T23:59:00\+00:00$/);
  db.close();
});
