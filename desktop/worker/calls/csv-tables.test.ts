/** The sums of exported columns are the figures of the overview, over the history of a made-up company. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import { decimalsOf } from "../../../events/values/currency.ts";
import { writeHistory } from "../../../fixtures/cli/write-history.ts";
import { companyHistory } from "../../../fixtures/company/generator.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../../../projector/cache/cache.ts";
import { overviewOf } from "../../../projector/queries/reports/overview.ts";
import { csvStyleOf } from "../../../projector/text/csv.ts";
import { read } from "./reads.ts";

const UNTIL = "2025-12-31";
const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
// Twelve months, so that the overview has all of them.
const history = companyHistory({ seed: 11, invoices: 400, from: "2025-01-01", until: UNTIL });
await writeHistory(history, { log, cachePath: join(folder, "cache.sqlite") });
log.closeNow();
const db = openCacheForReading(join(folder, "cache.sqlite"));
const source = { db, nowMs: Date.parse(`${UNTIL}T12:00:00Z`), bodyAt: () => null };

type Line = Record<string, string>;

const parsed = (csv: string, locale: string): Line[] =>
  parse(csv, { bom: true, columns: true, delimiter: csvStyleOf(locale).separator });

/** All lines of an export, as a spreadsheet reads them. */
function linesIn(locale: string): Line[] {
  const parts: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const part = read("exportInvoices", source, { locale, ...(cursor !== undefined && { cursor }) });
    parts.push(part.csv);
    cursor = part.next;
  }
  return parsed(parts.join(""), locale);
}

/** The sum of a column, in minor units; an empty cell is nothing. */
function sumOf(lines: readonly Line[], column: string, currency: string): number {
  return lines.reduce((sum, line) => sum + minorOf(line[column] ?? "", currency), 0);
}

function minorOf(text: string, currency: string): number {
  const decimals = decimalsOf(currency);
  assert.match(text, decimals === 0 ? /^(?:-?\d+)?$/ : new RegExp(`^(?:-?\\d+[.,]\\d{${decimals}})?$`));
  return Number(text.replace(/[.,]/, ""));
}

for (const locale of ["en-GB", "de-DE", "de-CH"])
  test(`the columns of exported invoices add up to the overview: ${locale}`, () => {
    const lines = linesIn(locale);
    const { currencies } = overviewOf(db, UNTIL);
    assert.ok(currencies.length > 3 && lines.length > 400);
    for (const status of ["draft", "void", "issued"])
      assert.ok(
        lines.some((line) => line.Status === status),
        status,
      );
    for (const { currency, open_minor, overdue_minor, months } of currencies) {
      const own = lines.filter((line) => line.Currency === currency);
      assert.equal(sumOf(own, "Balance", currency), open_minor, currency);
      const overdue = own.filter(({ Kind, Due = "" }) => Kind === "invoice" && Due < UNTIL);
      assert.equal(sumOf(overdue, "Balance", currency), overdue_minor, currency);
      for (const { month, net_minor, gross_minor } of months) {
        const issued = own.filter(({ Issued }) => Issued?.startsWith(month));
        assert.deepEqual(
          [sumOf(issued, "Net", currency), sumOf(issued, "Gross", currency)],
          [net_minor, gross_minor],
          `${currency} ${month}`,
        );
        assert.equal(sumOf(issued, "Net", currency) + sumOf(issued, "VAT", currency), gross_minor);
      }
      const credit = db.prepare<[string], number>(
        `SELECT coalesce(sum(CASE kind WHEN 'invoice' THEN 1 ELSE -1 END * (gross_minor - prepaid_minor + rounding_minor - paid_minor)), 0)
         FROM invoice WHERE status = 'issued' AND currency = ? AND CASE kind
           WHEN 'invoice' THEN gross_minor + rounding_minor < prepaid_minor ELSE gross_minor + rounding_minor >= prepaid_minor END`,
      );
      assert.equal(sumOf(own, "Remaining credit", currency), credit.pluck().get(currency));
      for (const [column, name] of [
        ["written_off_minor", "Written off"],
        ["refunded_minor", "Refunded"],
      ] as const) {
        const sum = db.prepare<[string], number>(`SELECT coalesce(sum(${column}), 0) FROM invoice WHERE currency = ?`);
        assert.equal(sumOf(own, name, currency), sum.pluck().get(currency), `${currency} ${name}`);
      }
    }
  });

test("the amounts of exported payments and refunds add up; what was reversed is in a column of its own", () => {
  const linesOf = (name: "exportPayments" | "exportRefunds"): Line[] => {
    const parts: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const part = read(name, source, { locale: "de-DE", ...(cursor !== undefined && { cursor }) });
      parts.push(part.csv);
      cursor = part.next;
    }
    return parsed(parts.join(""), "de-DE");
  };
  const tables = [
    ["exportPayments", "payment", { Amount: "amount_minor", "Bank fees": "fees_minor", Refunded: "refunded_minor" }],
    ["exportRefunds", "refund", { Amount: "amount_minor" }],
  ] as const;
  for (const [name, table, columns] of tables) {
    const lines = linesOf(name);
    const currencies = db.prepare<[], string>(`SELECT DISTINCT currency FROM ${table}`).pluck().all();
    assert.ok(currencies.length > 0, table);
    for (const currency of currencies) {
      const own = lines.filter((line) => line.Currency === currency);
      const sum = (column: string, reversed: number) =>
        db
          .prepare<[string, number], number>(
            `SELECT coalesce(sum(${column}), 0) FROM ${table} WHERE currency = ? AND reversed = ?`,
          )
          .pluck()
          .get(currency, reversed);
      for (const [heading, column] of Object.entries(columns))
        assert.equal(sumOf(own, heading, currency), sum(column, 0), `${table} ${currency} ${heading}`);
      assert.equal(sumOf(own, "Reversed", currency), sum("amount_minor", 1), `${table} ${currency} reversed`);
    }
    assert.ok(lines.every((line) => line.Client !== ""));
  }
});

test("the amounts of an exported statement add up to its closing balance", () => {
  const accounts = db
    .prepare<[], { client: number; currency: string }>("SELECT client_id AS client, currency FROM client_balance")
    .all();
  let opened = 0;
  for (const account of accounts)
    for (const period of [{}, { from: "2025-06-01", to: "2025-09-30" }]) {
      const statement = read("getStatement", source, { ...account, ...period }) ?? assert.fail();
      const lines = parsed(read("exportStatement", source, { ...account, ...period, locale: "de-DE" }) ?? "", "de-DE");
      assert.equal(sumOf(lines, "Amount", account.currency), statement.closing_minor);
      const last = lines.at(-1)?.Balance;
      if (last !== undefined) assert.equal(minorOf(last, account.currency), statement.closing_minor);
      if (statement.opening_minor !== 0) opened++;
    }
  assert.ok(opened > 0);
  assert.equal(read("exportStatement", source, { client: 999_999, currency: "EUR", locale: "en" }), null);
});
