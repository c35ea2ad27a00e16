/** Open invoices, compared with the same computed from all rows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { withoutSince } from "../../fixtures/data/without-since.ts";
import { openCacheForReading } from "../cache/cache.ts";
import type { Row } from "../tables/tables.ts";
import { openInvoicesOf } from "./open-invoices.ts";
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

const invoices = rowsOf<Row<"invoice">>("SELECT * FROM invoice");
const payments = rowsOf<Row<"payment">>("SELECT * FROM payment");
const paid = rowsOf<Row<"paymentAllocation">>("SELECT * FROM payment_allocation");
const credited = rowsOf<Row<"creditAllocation">>("SELECT * FROM credit_allocation");
const accounts = rowsOf<Row<"clientBalance">>("SELECT * FROM client_balance");

/** @param former amounts that count as open besides the balance, by invoice */
function expectedRows(client: number, currency: string, former: ReadonlyMap<number, number> = new Map()) {
  return invoices
    .filter((row) => row.client_id === client && row.currency === currency)
    .filter(({ status }) => status === "issued")
    .map(({ id, kind, due_on, gross_minor, prepaid_minor, rounding_minor, paid_minor }) => {
      const owed = (gross_minor - prepaid_minor + rounding_minor - paid_minor) * (kind === "invoice" ? 1 : -1);
      return { id, due_on, balance_minor: owed + (former.get(id) ?? 0) };
    })
    .filter(({ balance_minor }) => balance_minor > 0)
    .sort((a, b) => ((a.due_on ?? "") < (b.due_on ?? "") ? -1 : a.due_on === b.due_on ? a.id - b.id : 1));
}

function balancesOf(account: Parameters<typeof openInvoicesOf>[1]) {
  const { rows, shortened } = openInvoicesOf(db, account);
  assert.equal(shortened, false);
  return rows.map(({ id, due_on, balance_minor }) => ({ id, due_on, balance_minor }));
}

test("openInvoicesOf() lists a client's open invoices of one currency, oldest first", () => {
  let open = 0;
  for (const { client_id: client, currency } of accounts) {
    const rows = balancesOf({ client, currency });
    assert.deepEqual(rows, expectedRows(client, currency));
    open += rows.length;
  }
  assert.ok(open > 10, `${open} open invoices`);
  assert.deepEqual(balancesOf({ client: 999_999, currency: "GBP" }), []);
  assert.deepEqual(balancesOf({ client: accounts[0]?.client_id ?? 0, currency: "XAU" }), []);
});

test("openInvoicesOf() of a payment counts its allocations as open", () => {
  const allocating = payments.filter(({ reversed, allocated_minor }) => reversed === 0 && allocated_minor > 0);
  assert.ok(allocating.length > 3, `${allocating.length} payments are allocated`);
  const sumOf = (rows: { balance_minor: number }[]) => rows.reduce((sum, { balance_minor }) => sum + balance_minor, 0);
  let more = 0;
  for (const { id, client_id: client, currency } of allocating) {
    const own = paid.filter(({ payment_id }) => payment_id === id);
    const former = new Map(own.map(({ invoice_id, amount_minor }) => [invoice_id, amount_minor]));
    const rows = balancesOf({ client, currency, payment: id });
    assert.deepEqual(rows, expectedRows(client, currency, former));
    more += sumOf(rows) - sumOf(expectedRows(client, currency));
  }
  assert.ok(more > 0);
});

test("openInvoicesOf() of a credit note counts its allocations as open", () => {
  const notes = invoices.filter(({ id }) => credited.some(({ credit_note_id }) => credit_note_id === id));
  assert.ok(notes.length > 0, "no credit note settles anything");
  for (const { id, client_id, currency } of notes) {
    const own = credited.filter(({ credit_note_id }) => credit_note_id === id);
    const former = new Map(own.map(({ invoice_id, amount_minor }) => [invoice_id, amount_minor]));
    const client = client_id ?? 0;
    assert.deepEqual(balancesOf({ client, currency, credit_note: id }), expectedRows(client, currency, former));
  }
});

test("openInvoicesOf() reads only the client's rows", () => {
  const recorded = recording(db);
  openInvoicesOf(recorded.db, { client: 1, currency: "GBP" });
  assert.equal(recorded.statements.size, 1);
  const plan = [...plansOf(db, recorded.statements)];
  assert.ok(plan.some((detail) => /SEARCH i USING INDEX invoice_client \(client_id=\?\)/.test(detail)));
  // The allocations of one payment are a short list, which may be scanned.
  for (const detail of plan) assert.doesNotMatch(detail, /SCAN (?!former\b)/);
});
