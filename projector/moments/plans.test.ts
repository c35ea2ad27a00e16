/** How reads reach their rows at a moment: as now, by indexes; of the past, only the copies and searches by key. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import type Database from "better-sqlite3";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { answersOf, callsOf } from "./every-read.suite.ts";
import { MomentConnection } from "./moment-connection.ts";

const folder = temporaryFolder();
const path = join(folder, "cache.sqlite");
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, path, { commands: 300, seed: 3 });
const head = log.headNow();
log.closeNow();
const plain = openCacheForReading(path);
const connection = new MomentConnection(path);
after(() => {
  connection.close();
  plain.close();
});
const AT = { seq: Math.floor(head / 2), atMs: Date.parse("2023-04-01T12:00:00Z") };

/** Steps that read rows by an index or a key, or the rows of such a step. */
const GOOD =
  /^(?:SEARCH |SCAN \(subquery-\d+\)|SCAN json_each VIRTUAL TABLE|SCAN s VIRTUAL TABLE INDEX \d+:.*M|SCAN v VIRTUAL TABLE INDEX 513:|CO-ROUTINE|(?:REUSE )?LIST SUBQUERY|REUSE SUBQUERY|(?:CORRELATED )?SCALAR SUBQUERY|(?:CREATE )?BLOOM FILTER|COMPOUND QUERY|LEFT-MOST SUBQUERY|UNION |MERGE |LEFT$|RIGHT$)/;
/** Reading the whole past after the moment, or a table that is not there but has to be made. */
const BAD = /_past USING PRIMARY KEY \(until>\?\)|AUTOMATIC (?!COVERING INDEX \(invoice_id=\?\)$)/;

/** What is read as a whole, now and at a moment, and why that is bounded. */
const WHOLE: readonly RegExp[] = [
  // One row.
  /^SCAN temp\.moment$/,
  /^SCAN (?:m|here)$/,
  /^SCAN (?:main|temp)\.organization(?:_then)?$/,
  // A row for each currency.
  /^SCAN (?:main|temp)\.currency_balance(?:_then)?$/,
  // What all clients have: those with credit, or of the currencies that there are.
  /^SCAN (?:main|temp)\.client_balance(?:_then)?(?: USING (?:COVERING )?INDEX client_balance_credit)?$/,
  // Up to so many clients, or in the order of a report of all.
  /^SCAN (?:main|temp)\.client(?:_then)? USING (?:COVERING )?INDEX client_sort_key$/,
  // What is open.
  /^SCAN (?:main|temp)\.invoice(?:_then)? USING INDEX invoice_open$/,
  // Sums of postings of all clients.
  /^SCAN main\.posting USING (?:COVERING )?INDEX posting_(?:open|credit|client)$/,
  // Codes and addresses, one of which is looked up as people see it.
  /^SCAN (?:main|temp)\.(?:item|user)(?:_then)?$/,
  // What one payment or credit note was allocated to before.
  /^MATERIALIZE former$/,
];

type Plan = string[];

function planOf(prepare: Database.Database["prepare"], sql: string): Plan {
  const names = Array.from(sql.matchAll(/:(\w+)/g), ([, name]) => [name, null]);
  const values = names.length > 0 ? [Object.fromEntries(names)] : Array.from(sql.matchAll(/\?/g), () => null);
  const rows = prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
  return rows.map(({ detail }) => detail);
}

/** All statements that reads prepare at the moment, with the reads. */
function statements(): Map<string, Set<string>> {
  const { db } = connection;
  connection.standAt(AT);
  const prepare = db.prepare;
  const found = new Map<string, Set<string>>();
  let reading = "";
  const recording = (sql: string) => {
    found.set(sql, (found.get(sql) ?? new Set()).add(reading));
    return prepare(sql);
  };
  Object.assign(db, { prepare: recording });
  for (const call of callsOf(plain)) {
    reading = call.name;
    answersOf({ db, nowMs: AT.atMs }, call);
  }
  Object.assign(db, { prepare });
  return found;
}

test("no read at a moment scans a table or sorts, where it does not now", () => {
  const all = statements();
  assert.ok(all.size > 200, `${all.size} statements`);
  for (const [sql, reads] of all) {
    const plan = planOf(connection.db.prepare as Database.Database["prepare"], sql);
    const sortsNow =
      !sql.includes("temp.") &&
      planOf(plain.prepare.bind(plain) as never, sql)
        .join()
        .includes("TEMP B-TREE");
    for (const detail of plan) {
      const what = `${[...reads].join(", ")}: ${detail}\n${sql}\n${plan.join("\n")}`;
      assert.doesNotMatch(detail, BAD, what);
      const [, scanned] = /^SCAN (\w+)$/.exec(detail) ?? [];
      const isMade =
        scanned !== undefined &&
        plan.some((step) => /^(?:CO-ROUTINE|MATERIALIZE) /.test(step) && step.endsWith(` ${scanned}`));
      const isSort = detail.startsWith("USE TEMP B-TREE");
      // The rows of a page are few.
      const sorts = sortsNow || sql.includes("IN (SELECT value FROM json_each(");
      assert.ok(isSort ? sorts : isMade || GOOD.test(detail) || WHOLE.some((one) => one.test(detail)), what);
    }
  }
});
