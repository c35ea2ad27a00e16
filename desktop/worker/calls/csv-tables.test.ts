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
        `SELECT coalesce(sum(prepaid_minor + paid_minor - gross_minor), 0) FROM invoice
         WHERE kind = 'credit_note' AND status = 'issued' AND currency = ?`,
      );
      assert.equal(sumOf(own, "Remaining credit", currency), credit.pluck().get(currency));
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
