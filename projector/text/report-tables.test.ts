/** Reports as CSV, over the history of a made-up company: the columns add up to the report, in each language's style. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { decimalsOf } from "../../events/values/currency.ts";
import { writeHistory } from "../../fixtures/cli/write-history.ts";
import { companyHistory } from "../../fixtures/company/generator.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { agedBalances, agedBalancesOf } from "../queries/reports/aged-balances.ts";
import { listOpenItems, openItems } from "../queries/reports/open-items.ts";
import { salesListOf } from "../queries/reports/sales-list.ts";
import { vatReportOf } from "../queries/reports/vat-report.ts";
import { csvStyleOf } from "./csv.ts";
import { agedBalancesCsv, openItemsCsv, salesListCsv, vatReportCsv } from "./report-tables.ts";

const YEAR = { from: "2025-01-01", to: "2025-12-31" };
const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeHistory(companyHistory({ seed: 5, invoices: 300, from: YEAR.from, until: YEAR.to }), {
  log,
  cachePath: join(folder, "cache.sqlite"),
});
log.closeNow();
const db = openCacheForReading(join(folder, "cache.sqlite"));

/** Adds up a column in one currency, in minor units, as a spreadsheet reads it. */
function sumIn(csv: string, locale: string) {
  const lines: Record<string, string>[] = parse(csv, {
    bom: true,
    columns: true,
    delimiter: csvStyleOf(locale).separator,
  });
  return (column: string, currency: string, of = currency) =>
    lines
      .filter((line) => line.Currency === of)
      .reduce((sum, line) => {
        const text = line[column] ?? assert.fail(`no column ${column}`);
        assert.equal(text.split(/[.,]/)[1]?.length ?? 0, decimalsOf(currency), `${column}: ${text}`);
        return sum + Number(text.replace(/[.,]/, ""));
      }, 0);
}

for (const locale of ["en-GB", "de-DE"]) {
  test(`open items and aged balances add up to the totals: ${locale}`, () => {
    const aged = agedBalancesOf(db, agedBalances.parse({}), { today: YEAR.to });
    const items: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { rows, next } = listOpenItems(db, openItems.parse({ cursor, limit: 50 }), YEAR.to);
      items.push(openItemsCsv(rows, { locale, head: cursor === undefined }));
      cursor = next;
    }
    const [byItem, byClient] = [sumIn(items.join(""), locale), sumIn(agedBalancesCsv(aged, locale), locale)];
    assert.ok(aged.currencies.length > 3);
    for (const { currency, open_minor, credit_minor, owed_minor, overdue_minor, ages } of aged.currencies) {
      for (const sum of [byItem, byClient])
        assert.deepEqual(
          ["Open", "Credit", "Open less credit"].map((column) => sum(column, currency)),
          [open_minor, credit_minor, owed_minor],
          currency,
        );
      assert.equal(byClient("Overdue", currency), overdue_minor);
      const columns = ["Not due", "1 to 30 days", "31 to 60 days", "61 to 90 days", "Over 90 days"];
      assert.deepEqual(
        columns.map((column) => byClient(column, currency)),
        ages.map(({ balance_minor }) => balance_minor),
      );
    }
  });

  test(`VAT and sales add up to the totals: ${locale}`, () => {
    const report = vatReportOf(db, YEAR);
    const list = salesListOf(db, YEAR);
    const home = report.accounting_currency;
    const [vat, sales] = [sumIn(vatReportCsv(report, locale), locale), sumIn(salesListCsv(list, locale), locale)];
    assert.ok(report.currencies.length > 3 && list.rows.length > 0);
    for (const { currency, taxable_minor, tax_minor, accounting_tax_minor } of report.currencies) {
      assert.deepEqual([vat("Taxable", currency), vat("VAT", currency)], [taxable_minor, tax_minor]);
      assert.equal(vat(`VAT in ${home}`, home, currency), accounting_tax_minor);
      const own = list.currencies.filter((row) => row.currency === currency);
      assert.equal(
        sales("Taxable", currency),
        own.reduce((sum, row) => sum + row.taxable_minor, 0),
      );
    }
  });
}
