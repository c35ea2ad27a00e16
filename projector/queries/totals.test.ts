import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { invoiceList, invoicesByIds, listInvoiceIds } from "./invoices.ts";
import { invoiceTotals } from "./totals.ts";

const TODAY = "2023-05-17";
const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "cache.sqlite"), { commands: 1200, seed: 19 });
log.closeNow();
const db = openCacheForReading(join(folder, "cache.sqlite"));

test("invoiceTotals() adds up the issued documents of any list, by currency", () => {
  for (const words of [
    {},
    { open: "true" },
    { overdue: "true" },
    { status: "void" },
    { kind: "credit_note", currency: "GBP" },
    { status: "issued", issued_from: "2023-02-01", issued_to: "2023-02-28" },
    { due_from: "2023-03-01", due_to: "2023-04-30", open: "true" },
    { client: "3" },
  ]) {
    const filter = invoiceList.parse(words);
    const { ids } = listInvoiceIds(db, filter, { today: TODAY, max: 100_000 });
    const issued = invoicesByIds(db, ids).filter(({ status }) => status === "issued");
    const expected = [...Map.groupBy(issued, ({ currency }) => currency)].map(([currency, rows]) => {
      const sum = (of: (row: (typeof rows)[number]) => number) =>
        rows.reduce((total, row) => total + (row.kind === "credit_note" ? -of(row) : of(row)), 0);
      return {
        currency,
        documents: rows.length,
        net_minor: sum((row) => row.net_minor),
        gross_minor: sum((row) => row.gross_minor),
        balance_minor: sum((row) => row.gross_minor - row.prepaid_minor + row.rounding_minor - row.paid_minor),
      };
    });
    const totals = invoiceTotals(db, filter, { today: TODAY });
    const byCurrency = (a: { currency: string }, b: { currency: string }) => (a.currency < b.currency ? -1 : 1);
    assert.deepEqual(totals?.toSorted(byCurrency), expected.toSorted(byCurrency), JSON.stringify(words));
  }
});

test("invoiceTotals() is null for a list that is longer than the maximum", () => {
  const filter = invoiceList.parse({ status: "issued" });
  const { length } = listInvoiceIds(db, filter, { today: TODAY, max: 100_000 }).ids;
  assert.equal(invoiceTotals(db, filter, { today: TODAY, max: length - 1 }), null);
  assert.ok(invoiceTotals(db, filter, { today: TODAY, max: length }));
});
