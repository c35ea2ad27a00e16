/** The parts of clients' credit, compared with the same computed from all rows, and with the balances. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { withoutSince } from "../../fixtures/data/without-since.ts";
import { openCacheForReading } from "../cache/cache.ts";
import type { Row } from "../tables/tables.ts";
import { creditSourcesOf } from "./credit-sources.ts";
import { plansOf, recording } from "./query-plans.suite.ts";

const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "cache.sqlite"), { commands: 1500, seed: 4 });
log.closeNow();
const db = openCacheForReading(join(folder, "cache.sqlite"));
const rowsOf = <R>(sql: string) =>
  db
    .prepare<[], R>(sql)
    .all()
    .map((row) => withoutSince(row as object) as R);
const accounts = rowsOf<Row<"clientBalance">>("SELECT * FROM client_balance");

test("creditSourcesOf() lists what is left of payments and documents; the sum is the client's credit", () => {
  const left = new Map<number, number>();
  for (const row of rowsOf<Row<"payment">>("SELECT * FROM payment WHERE reversed = 0"))
    left.set(row.id, row.amount_minor - row.allocated_minor - row.refunded_minor);
  for (const row of rowsOf<Row<"invoice">>("SELECT * FROM invoice WHERE status = 'issued'")) {
    const balance = row.gross_minor - row.prepaid_minor + row.rounding_minor - row.paid_minor;
    left.set(row.id, Math.max(0, row.kind === "invoice" ? -balance : balance));
  }
  const kinds = new Set<string>();
  for (const { client_id: client, currency, credit_minor } of accounts) {
    const { rows, shortened } = creditSourcesOf(db, { client, currency });
    assert.equal(shortened, false);
    for (const row of rows) assert.equal(row.credit_minor, left.get(row.id), `source ${row.id}`);
    for (const row of rows) kinds.add(row.kind);
    const sum = rows.reduce((all, row) => all + row.credit_minor, 0);
    assert.equal(sum, credit_minor, `client ${client} in ${currency}`);
    const order = rows.map(({ on, id }) => `${on} ${String(id).padStart(9, "0")}`);
    assert.deepEqual(order, order.toSorted(), "oldest first");
  }
  assert.ok(kinds.has("payment") && kinds.has("credit_note"), [...kinds].join());
  assert.deepEqual(creditSourcesOf(db, { client: 999_999, currency: "GBP" }).rows, []);
});

test("creditSourcesOf() reads only what the client has", () => {
  const { db: recorded, statements } = recording(db);
  creditSourcesOf(recorded, { client: 1, currency: "GBP" });
  const plan = [...plansOf(db, statements)].filter((step) => /^(?:SCAN|SEARCH) (?:payment|invoice)/.test(step));
  assert.equal(plan.length, 2);
  for (const step of plan) assert.match(step, /^SEARCH \w+ USING INDEX \w+_client /);
});
