/** Statements. Each figure is compared with an account computed from all rows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { decodeEvent } from "../../../events/encoding/event.ts";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { withoutSince } from "../../../fixtures/data/without-since.ts";
import { openCacheForReading } from "../../cache/cache.ts";
import type { Row } from "../../tables/tables.ts";
import { plansOf, recording } from "../query-plans.suite.ts";
import { statementOf } from "./statement.ts";

const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "cache.sqlite"), { commands: 1500, seed: 4 });
const events = log.readNow(0, log.headNow()).map((body) => decodeEvent(body));
log.closeNow();
const plain = openCacheForReading(join(folder, "cache.sqlite"));
const rowsOf = <R>(sql: string) =>
  plain
    .prepare<[], R>(sql)
    .all()
    .map((row) => withoutSince(row as object) as R);

const invoices = rowsOf<Row<"invoice">>("SELECT * FROM invoice");
const payments = rowsOf<Row<"payment">>("SELECT * FROM payment");
const refunds = rowsOf<Row<"refund">>("SELECT * FROM refund");
const accounts = rowsOf<Row<"clientBalance">>("SELECT * FROM client_balance");
const DAYS = [...new Set(invoices.map(({ issued_on }) => issued_on).filter((day) => day !== null))].sort();

/** All movements of an account: day, kind, id, and the change of what the client owes. */
function movementsOf(client: number, currency: string) {
  const documents = invoices
    .filter((row) => row.client_id === client && row.currency === currency && row.status === "issued")
    .map(({ id, kind, issued_on, gross_minor, prepaid_minor, rounding_minor }) => {
      const owed = gross_minor - prepaid_minor + rounding_minor;
      return { on: issued_on ?? "", kind: kind as string, id, amount: kind === "invoice" ? owed : 0 - owed };
    });
  const ofAccount = (row: { client_id: number | null; currency: string }) =>
    row.client_id === client && row.currency === currency;
  const money = [
    ...payments.filter(ofAccount).map((row) => ({ ...row, kind: "payment", on: row.received_on, sign: -1 })),
    ...refunds.filter(ofAccount).map((row) => ({ ...row, kind: "refund", on: row.paid_on, sign: 1 })),
  ].flatMap(({ id, kind, on, sign, amount_minor, reversed, reversed_on }) => {
    // A mistake never happened, and what was returned on the same day cancels out.
    if (reversed && (reversed_on === null || reversed_on === on)) return [];
    const amount = sign * amount_minor;
    return [
      { on, kind, id, amount },
      ...(reversed_on === null ? [] : [{ on: reversed_on, kind: "reversal", id, amount: -amount }]),
    ];
  });
  const writtenOff = invoices.filter(ofAccount).flatMap(({ id }) => writeOffsOf(id));
  const all = [...documents, ...writtenOff, ...money];
  return all.sort((a, b) => (a.on === b.on ? a.id - b.id : a.on < b.on ? -1 : 1));
}

/** What was written off of a document and what of it was reversed: one entry a day, if it is not nothing. */
function writeOffsOf(id: number) {
  const days = new Map<string, { amounts: number[]; kind: string }>();
  let open = 0;
  const add = (on: string, amount: number, kind: string) => {
    const day = days.get(on);
    days.set(on, {
      amounts: [...(day?.amounts ?? []), amount],
      kind: kind === "reversal" ? (day?.kind ?? kind) : kind,
    });
    open += amount;
  };
  for (const event of events) {
    if (event.stream !== id) continue;
    if (event.type === "InvoiceWrittenOff") add(event.data.on, -event.data.amountMinor, "write_off");
    if (event.type === "WriteOffReversed") add(event.data.on, -open, "reversal");
  }
  return [...days]
    .map(([on, { amounts, kind }]) => ({ on, kind, id, amount: amounts.reduce((sum, amount) => sum + amount, 0) }))
    .filter(({ amount }) => amount !== 0);
}

const total = (amounts: { amount: number }[]) => amounts.reduce((sum, { amount }) => sum + amount, 0);

test("statementOf() lists documents and payments, with the balance after each", () => {
  assert.ok(accounts.length > 4 && new Set(accounts.map(({ currency }) => currency)).size > 1);
  const kinds = new Set<string>();
  for (const { client_id: client, currency } of accounts) {
    const expected = movementsOf(client, currency);
    const statement = statementOf(plain, { client, currency }) ?? assert.fail();
    assert.deepEqual(
      statement.entries.map(({ on, kind, id, amount_minor }) => ({ on, kind, id, amount: amount_minor })),
      expected,
    );
    let balance = 0;
    for (const entry of statement.entries) {
      balance += entry.amount_minor;
      assert.equal(entry.balance_minor, balance);
      kinds.add(entry.kind);
    }
    assert.deepEqual([statement.opening_minor, statement.closing_minor], [0, balance]);
    assert.deepEqual([statement.from, statement.to, statement.shortened], [null, null, false]);
  }
  // Refunds are rare in random histories: another test has them.
  for (const kind of ["invoice", "credit_note", "payment", "write_off"]) assert.ok(kinds.has(kind), kind);
});

test("statementOf() without a range closes with what the client owes less the credit", () => {
  for (const { client_id: client, currency, outstanding_minor, credit_minor } of accounts) {
    const { closing_minor, open } = statementOf(plain, { client, currency }) ?? assert.fail();
    assert.equal(closing_minor, outstanding_minor - credit_minor, `client ${client} in ${currency}`);
    const left = payments.filter((row) => row.client_id === client && row.currency === currency && row.reversed === 0);
    const unallocated = left.reduce(
      (sum, { amount_minor, allocated_minor, refunded_minor }) => sum + amount_minor - allocated_minor - refunded_minor,
      0,
    );
    assert.equal(open.reduce((sum, { balance_minor }) => sum + balance_minor, 0) - unallocated, closing_minor);
  }
});

test("statementOf() of a period opens with the balance before it, and includes both its days", () => {
  const at = (part: number) => DAYS[Math.floor(DAYS.length * part)] ?? assert.fail();
  for (const [from, to] of [
    [at(0.3), at(0.7)],
    [at(0.5), at(0.5)],
    [at(0.6), undefined],
    [undefined, at(0.4)],
    ["2022-01-01", "2022-12-31"],
    ["2099-01-01", undefined],
    [at(0.7), at(0.3)],
  ] as const)
    for (const { client_id: client, currency } of accounts) {
      const all = movementsOf(client, currency).filter(({ on }) => to === undefined || on <= to);
      const before = all.filter(({ on }) => from !== undefined && on < from);
      const statement = statementOf(plain, { client, currency, from, to }) ?? assert.fail();
      assert.deepEqual(
        statement.entries.map(({ id }) => id),
        all.slice(before.length).map(({ id }) => id),
      );
      assert.deepEqual([statement.opening_minor, statement.closing_minor], [total(before), total(all)]);
    }
});

test("statementOf() lists open items by due date, with credit notes as negative amounts", () => {
  let open = 0;
  for (const { client_id: client, currency } of accounts) {
    const expected = invoices
      .filter((row) => row.client_id === client && row.currency === currency && row.status === "issued")
      .map(({ id, kind, due_on, gross_minor, prepaid_minor, rounding_minor, paid_minor }) => {
        const balance = gross_minor - prepaid_minor + rounding_minor - paid_minor;
        return { id, due_on, balance_minor: kind === "invoice" ? balance : 0 - balance };
      })
      .filter(({ balance_minor }) => balance_minor !== 0)
      .sort((a, b) =>
        (a.due_on ?? "") === (b.due_on ?? "") ? a.id - b.id : (a.due_on ?? "") < (b.due_on ?? "") ? -1 : 1,
      );
    const items = statementOf(plain, { client, currency })?.open ?? [];
    assert.deepEqual(statementOf(plain, { client, currency, to: "2000-01-01" })?.open, [], "nothing was open then");
    assert.deepEqual(
      items.map(({ id, due_on, balance_minor }) => ({ id, due_on, balance_minor })),
      expected,
    );
    open += expected.length;
  }
  assert.ok(open > 20, `${open} open items`);
});

test("statementOf() includes no other client and no other currency", () => {
  const [account] = accounts;
  const client = account?.client_id ?? 0;
  assert.equal(statementOf(plain, { client: 999_999, currency: "GBP" }), undefined);
  assert.equal(statementOf(plain, { client: 1, currency: "GBP" }), undefined, "the organization is not a client");
  const none = statementOf(plain, { client, currency: "XAU" });
  assert.deepEqual([none?.entries, none?.open, none?.closing_minor], [[], [], 0]);
});

test("statementOf() reads only the client's rows", () => {
  const { db, statements } = recording(plain);
  statementOf(db, { client: accounts[0]?.client_id ?? 0, currency: "GBP", from: "2023-02-01" });
  statementOf(db, { client: accounts[0]?.client_id ?? 0, currency: "GBP", from: "2023-02-01", to: "2023-02-20" });
  assert.ok(statements.size > 3);
  for (const detail of plansOf(plain, statements))
    assert.doesNotMatch(detail, /SCAN (?!meta|currency_balance|o$|s$|\(subquery)/, detail);
});
