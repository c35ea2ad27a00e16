/** How reports reach their rows: lists walk indexes, and sums read what they add up, with no sort over it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../../cache/cache.ts";
import { assertIndexed, plansOf, recording } from "../query-plans.suite.ts";
import { agedBalancesOf } from "./aged-balances.ts";
import { clientUntilOf } from "./client-balances.ts";
import { listOpenItems, openItems } from "./open-items.ts";
import { overviewOf } from "./overview.ts";
import { salesListOf } from "./sales-list.ts";
import { statementOf } from "./statement.ts";
import { listVatDocuments, vatDocuments } from "./vat-document-list.ts";
import { vatReportOf } from "./vat-report.ts";

const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "cache.sqlite"), { commands: 600, seed: 3 });
log.closeNow();
const plain = openCacheForReading(join(folder, "cache.sqlite"));
const today = "2023-04-01";
const { client_id: client, currency } =
  plain
    .prepare<[], { client_id: number; currency: string }>(
      "SELECT client_id, currency FROM client_balance ORDER BY invoices DESC",
    )
    .get() ?? assert.fail();
const DATES = [{}, { dated_until: "2023-02-01" }];

/** The statements of some work on the cache. */
function statementsOf(work: (db: Database.Database) => unknown): Set<string> {
  const { db, statements } = recording(plain);
  work(db);
  // What the moment is: one row each, and one for each currency.
  for (const sql of statements)
    if (/ FROM (?:meta|currency_balance|organization)\b(?!.*posting)|ORDER BY dated_on DESC LIMIT 1$/s.test(sql))
      statements.delete(sql);
  assert.ok(statements.size > 0);
  return statements;
}

test("lists of open items and of VAT documents walk an index, as dated until any day and in any order", () => {
  for (const moment of DATES) {
    for (const words of [
      ...["due_on", "-due_on", "issued_on", "-issued_on"].map((sort) => ({ sort })),
      { client },
      { client, sort: "-issued_on", currency },
      { currency },
    ])
      assertIndexed(
        plain,
        statementsOf((db) => {
          const query = { ...moment, ...words, limit: 2 };
          const { next } = listOpenItems(db, openItems.parse(query), today);
          if (next) listOpenItems(db, openItems.parse({ ...query, cursor: next }), today);
        }),
      );
    const row = { from: "2023-01-01", to: "2023-12-31", currency, vat_category: "S", vat_rate3: 20_000, limit: 2 };
    assertIndexed(
      plain,
      statementsOf((db) => {
        const { next } = listVatDocuments(db, vatDocuments.parse({ ...row, ...moment }));
        if (next) listVatDocuments(db, vatDocuments.parse({ ...row, ...moment, cursor: next }));
      }),
    );
  }
});

test("VAT and sales search the documents of their period by day, and sort no rows", () => {
  const period = { from: "2023-01-01", to: "2023-01-31" };
  for (const moment of DATES)
    for (const report of [vatReportOf, salesListOf]) {
      const statements = statementsOf((db) => report(db, { ...period, ...moment }));
      assertIndexed(plain, statements);
      for (const sql of statements)
        assert.match(
          [...plansOf(plain, [sql])][0] ?? "",
          /^SEARCH p USING (?:COVERING )?INDEX posting_currency \(currency=\? AND /,
        );
    }
});

test("balances of a client search the client's postings", () => {
  for (const moment of DATES) {
    const reads = [
      (db: Database.Database) => clientUntilOf(db, { id: client, ...moment }),
      (db: Database.Database) => agedBalancesOf(db, { client, ...moment }, { today }),
      (db: Database.Database) => statementOf(db, { client, currency, to: "2023-03-01", ...moment }),
    ];
    for (const read of reads)
      for (const detail of plansOf(plain, statementsOf(read)))
        assert.doesNotMatch(detail, /SCAN (?!\(subquery|json_each|[os]$|o\b|s\b)/, JSON.stringify(moment));
  }
});

test("sums over all clients read the open documents, or the postings of one index that covers them, in its order", () => {
  for (const moment of DATES)
    for (const report of [
      (db: Database.Database) => overviewOf(db, today, moment),
      (db: Database.Database) => agedBalancesOf(db, moment, { today }),
    ])
      for (const sql of statementsOf(report)) {
        const plan = [...plansOf(plain, [sql])];
        const scans = plan.filter((detail) => /^SCAN (?!\(subquery|json_each|s$|client_balance)/.test(detail));
        for (const scan of scans)
          assert.match(
            scan,
            /^SCAN (?:i USING (?:COVERING )?INDEX invoice_open|p USING COVERING INDEX posting_(?:open|credit))$/,
            plan.join("\n"),
          );
        // Postings are grouped in the order of the index; only what is open at the end is grouped again.
        const inner = plan.indexOf(plan.find((detail) => /^(?:SCAN|SEARCH) p\b/.test(detail)) ?? "");
        if (inner >= 0) assert.ok(!(plan[inner + 1] ?? "").includes("TEMP B-TREE"), plan.join("\n"));
      }
});
