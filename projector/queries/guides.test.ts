/** The SQL of the guides, on a real cache: it runs, and returns what the app shows. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { dateAt } from "../../events/values/calendar.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import type { Row } from "../tables/tables.ts";
import { invoiceList, listInvoices } from "./invoices.ts";

const ROOT = join(import.meta.dirname, "../..");
const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "cache.sqlite"), { commands: 1200, seed: 11 });
log.closeNow();
const db = openCacheForReading(join(folder, "cache.sqlite"));

interface Statement {
  place: string;
  sql: string;
}

/** The statements in blocks of SQL, and in text as code. */
function statementsIn(document: string): Statement[] {
  const text = readFileSync(join(ROOT, document), "utf8");
  const blocks = [...text.matchAll(/```sql\n(.*?)```/gs), ...text.matchAll(/`(SELECT [^`]+)`/g)];
  return blocks.flatMap(({ 1: block = "", index }) => {
    const place = `${document}:${text.slice(0, index).split("\n").length}`;
    return block.split(/;\s*(?:\n|$)/).flatMap((sql) => (sql.trim() === "" ? [] : [{ place, sql: sql.trim() }]));
  });
}

const documents = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".md") && !/(?:^|[\\/])(?:node_modules|\.\w+)[\\/]/.test(file),
);
const statements = documents.flatMap(statementsIn);

test("every SQL statement of the guides runs on a cache", () => {
  assert.ok(statements.length >= 2, "the statements are found");
  for (const { place, sql } of statements) assert.doesNotThrow(() => db.prepare(sql).all(), place);
});

test("the guide's invoices past due are those that the app lists", () => {
  const [statement] = statements.filter(({ sql }) => sql.includes("balance_minor"));
  assert.ok(statement);
  const today = "date('now', 'localtime')";
  assert.ok(statement.sql.includes(today), "not the day in UTC");
  const days = db.prepare<[], string>("SELECT DISTINCT due_on FROM invoice WHERE due_on IS NOT NULL").pluck().all();
  const sizes = new Set<number>();
  for (const day of [...days, dateAt(Date.now(), "UTC")]) {
    const query = invoiceList.parse({ overdue: "true", limit: 200, sort: "due_on" });
    const { rows, next } = listInvoices(db, query, { today: day });
    assert.equal(next, null);
    const guide = db.prepare<[], Record<string, unknown>>(statement.sql.replace(today, `'${day}'`)).all();
    assert.deepEqual(guide.map(lineOf).sort(), rows.map((row) => lineOf(balanceOf(row))).sort(), day);
    sizes.add(rows.length);
  }
  assert.ok(sizes.size > 3 && sizes.has(0));
});

function balanceOf({ number, buyer_name, gross_minor, currency, ...row }: Row<"invoice">) {
  const balance_minor = gross_minor - row.prepaid_minor + row.rounding_minor - row.paid_minor;
  return { number, buyer_name, balance_minor, currency };
}

function lineOf({ number, buyer_name, balance_minor, currency }: Record<string, unknown>): string {
  return [number, buyer_name, balance_minor, currency].join("|");
}
