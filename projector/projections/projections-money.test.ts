/** Tests of the form: given these events, then these amounts paid, credited, owed and received. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { StreamId } from "../../events/sequence.ts";
import { allocationsOf, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { withoutSince } from "../../fixtures/data/without-since.ts";
import { Cache } from "../cache/cache.ts";

const folder = temporaryFolder();
let files = 0;

function foldLog(log: LogBuilder) {
  const cache = Cache.create(join(folder, `${++files}.sqlite`));
  cache.apply(0, log.bodies);
  const rows = (sql: string) => (cache.db.prepare(sql).all() as object[]).map(withoutSince);
  return {
    rows,
    /** The debt and the credit of each client, in pounds. */
    balances: () => rows("SELECT client_id, outstanding_minor, credit_minor FROM client_balance ORDER BY client_id"),
    paid: (id: StreamId) => cache.db.prepare("SELECT paid_minor FROM invoice WHERE id = ?").pluck().get(id),
    month: (month: string) => rows(`SELECT * FROM month_sum WHERE month = '${month}'`),
  };
}

const balance = (client_id: StreamId, outstanding_minor: number, credit_minor: number) => ({
  client_id,
  outstanding_minor,
  credit_minor,
});

/** A client with two invoices, of 1,200 and 600. */
function twoInvoices() {
  const log = LogBuilder.founded();
  const client = log.client();
  const first = log.issue("INV-1", { clientId: client, lines: [line("Mug", 1000)] }, { counter: 1 });
  const second = log.issue("INV-2", { clientId: client, lines: [line("Plate", 500)] }, { counter: 2 });
  return { log, client, first, second };
}

test("payment: allocated to two invoices, the rest is the client's credit", () => {
  const { log, client, first, second } = twoInvoices();
  const payment = log.payment(client, 2000, [
    [first, 1200],
    [second, 100],
  ]);
  const { rows, balances, paid, month } = foldLog(log);
  assert.deepEqual([paid(first), paid(second)], [1200, 100]);
  assert.deepEqual(balances(), [balance(client, 500, 700)]);
  assert.deepEqual(rows("SELECT id, version, amount_minor, allocated_minor, reversed, allocation_count FROM payment"), [
    { id: payment, version: 1, amount_minor: 2000, allocated_minor: 1300, reversed: 0, allocation_count: 2 },
  ]);
  assert.deepEqual(rows("SELECT * FROM payment_allocation ORDER BY n"), [
    { payment_id: payment, n: 1, invoice_id: first, amount_minor: 1200, allocated_on: "2024-06-20" },
    { payment_id: payment, n: 2, invoice_id: second, amount_minor: 100, allocated_on: "2024-06-20" },
  ]);
  const sums = { net_minor: 1500, tax_minor: 300, gross_minor: 1800, received_minor: 2000 };
  assert.deepEqual(month("2024-06"), [{ month: "2024-06", currency: "GBP", invoices: 2, credit_notes: 0, ...sums }]);
});

test("payment: one received in another month counts in that month", () => {
  const { log, client } = twoInvoices();
  log.payment(client, 70, [], "2024-02-29");
  const counts = { invoices: 0, credit_notes: 0, net_minor: 0, tax_minor: 0, gross_minor: 0 };
  assert.deepEqual(foldLog(log).month("2024-02"), [
    { month: "2024-02", currency: "GBP", ...counts, received_minor: 70 },
  ]);
});

test("payment: reallocated, the new list replaces the old one", () => {
  const { log, client, first, second } = twoInvoices();
  const payment = log.payment(client, 1000, [
    [first, 600],
    [second, 400],
  ]);
  log.add(payment, { type: "PaymentReallocated", data: { allocations: allocationsOf([[second, 550]]), on: null } });
  let now = foldLog(log);
  assert.deepEqual([now.paid(first), now.paid(second)], [0, 550]);
  assert.deepEqual(now.balances(), [balance(client, 1250, 450)]);
  assert.deepEqual(now.rows("SELECT n, invoice_id, amount_minor FROM payment_allocation"), [
    { n: 1, invoice_id: second, amount_minor: 550 },
  ]);
  const longer = allocationsOf([
    [first, 1],
    [second, 2],
  ]);
  log.add(payment, { type: "PaymentReallocated", data: { allocations: longer, on: null } });
  now = foldLog(log);
  assert.deepEqual([now.paid(first), now.paid(second)], [1, 2]);
  assert.deepEqual(now.balances(), [balance(client, 1797, 997)]);
});

test("payment: a reversed one keeps its row but no allocations", () => {
  const { log, client, first } = twoInvoices();
  const payment = log.payment(client, 1000, [[first, 600]]);
  log.add(payment, { type: "PaymentReversed", data: { reason: "bounced", kind: "mistake", on: null } });
  const { rows, balances, paid, month } = foldLog(log);
  assert.equal(paid(first), 0);
  assert.deepEqual(balances(), [balance(client, 1800, 0)]);
  assert.deepEqual(rows("SELECT * FROM payment_allocation"), []);
  assert.deepEqual(rows("SELECT version, reversed, allocated_minor, allocation_count FROM payment"), [
    { version: 2, reversed: 1, allocated_minor: 0, allocation_count: 0 },
  ]);
  assert.deepEqual(month("2024-06").map(withoutSince), [
    {
      ...{ month: "2024-06", currency: "GBP", invoices: 2, credit_notes: 0 },
      ...{ net_minor: 1500, tax_minor: 300, gross_minor: 1800, received_minor: 0 },
    },
  ]);
});

test("invoice: a void invoice keeps its number, and its amounts no longer count", () => {
  const { log, client, first } = twoInvoices();
  log.add(first, { type: "InvoiceVoided", data: { reason: "twice", neverDelivered: true } });
  const { rows, balances, month } = foldLog(log);
  assert.deepEqual(rows(`SELECT status, number, gross_minor, version FROM invoice WHERE id = ${first}`), [
    { status: "void", number: "INV-1", gross_minor: 1200, version: 3 },
  ]);
  assert.deepEqual(balances(), [balance(client, 600, 0)]);
  assert.deepEqual(rows("SELECT last_number, documents FROM series_counter"), [{ last_number: 2, documents: 2 }]);
  assert.deepEqual(month("2024-06"), [
    {
      ...{ month: "2024-06", currency: "GBP", invoices: 1, credit_notes: 0 },
      ...{ net_minor: 500, tax_minor: 100, gross_minor: 600, received_minor: 0 },
    },
  ]);
});

/** A credit note of 360 that corrects the first of two invoices. */
function withCreditNote() {
  const invoices = twoInvoices();
  const { log, client, first } = invoices;
  const input = { clientId: client, lines: [line("Back", 300)] };
  const note = log.issue("CN-1", input, {
    kind: "credit_note",
    correctsId: first,
    counter: 3,
    issuedOn: "2024-07-01",
  });
  return { ...invoices, note };
}

test("credit note: an issued one adds to the client's credit and reduces the month's totals", () => {
  const { log, client, first } = withCreditNote();
  const { rows, balances, month } = foldLog(log);
  assert.deepEqual(rows(`SELECT paid_minor, credited_minor FROM invoice WHERE id = ${first}`), [
    { paid_minor: 0, credited_minor: 360 },
  ]);
  assert.deepEqual(balances(), [balance(client, 1800, 360)]);
  assert.deepEqual(rows("SELECT invoices, credit_notes, invoiced_minor, credited_minor FROM client_balance"), [
    { invoices: 2, credit_notes: 1, invoiced_minor: 1800, credited_minor: 360 },
  ]);
  assert.deepEqual(month("2024-07"), [
    {
      ...{ month: "2024-07", currency: "GBP", invoices: 0, credit_notes: 1 },
      ...{ net_minor: -300, tax_minor: -60, gross_minor: -360, received_minor: 0 },
    },
  ]);
});

test("credit note: applied to invoices and taken back", () => {
  const { log, client, first, second, note } = withCreditNote();
  const both = allocationsOf([
    [first, 200],
    [second, 100],
  ]);
  log.add(note, { type: "CreditApplied", data: { allocations: both, on: null } });
  let now = foldLog(log);
  assert.deepEqual([now.paid(first), now.paid(second), now.paid(note)], [200, 100, 300]);
  assert.deepEqual(now.balances(), [balance(client, 1500, 60)]);
  assert.equal(now.rows("SELECT * FROM credit_allocation").length, 2);
  log.add(note, { type: "CreditApplied", data: { allocations: allocationsOf([[second, 360]]), on: null } });
  now = foldLog(log);
  assert.deepEqual([now.paid(first), now.paid(second), now.paid(note)], [0, 360, 360]);
  assert.deepEqual(now.balances(), [balance(client, 1440, 0)]);
  assert.deepEqual(now.rows("SELECT n, invoice_id, amount_minor FROM credit_allocation"), [
    { n: 1, invoice_id: second, amount_minor: 360 },
  ]);
  log.add(note, { type: "CreditApplied", data: { allocations: [], on: null } });
  now = foldLog(log);
  assert.deepEqual([now.paid(first), now.paid(second), now.paid(note)], [0, 0, 0]);
  assert.deepEqual(now.balances(), [balance(client, 1800, 360)]);
  assert.deepEqual(now.rows("SELECT * FROM credit_allocation"), []);
});

test("credit note: when it is void, the invoice is no longer credited", () => {
  const { log, client, first, note } = withCreditNote();
  log.add(note, { type: "InvoiceVoided", data: { reason: "wrong", neverDelivered: true } });
  const { rows, balances, month } = foldLog(log);
  assert.deepEqual(rows(`SELECT credited_minor FROM invoice WHERE id = ${first}`), [{ credited_minor: 0 }]);
  assert.deepEqual(balances(), [balance(client, 1800, 0)]);
  const nothing = { invoices: 0, credit_notes: 0, net_minor: 0, tax_minor: 0, gross_minor: 0, received_minor: 0 };
  assert.deepEqual(month("2024-07"), [{ month: "2024-07", currency: "GBP", ...nothing }]);
});

test("sums are separate for each client and currency", () => {
  const { log, client, first } = twoInvoices();
  const other = log.client("Other");
  log.issue("INV-3", { clientId: other, lines: [line("Jug", 100)] }, { counter: 3 });
  log.issue("INV-4", { clientId: client, currency: "EUR", lines: [line("Jug", 200)] }, { counter: 4 });
  log.payment(client, 50, [[first, 50]]);
  const { rows } = foldLog(log);
  assert.deepEqual(
    rows("SELECT client_id, currency, outstanding_minor AS owed FROM client_balance ORDER BY client_id, currency"),
    [
      { client_id: client, currency: "EUR", owed: 240 },
      { client_id: client, currency: "GBP", owed: 1750 },
      { client_id: other, currency: "GBP", owed: 120 },
    ],
  );
  assert.deepEqual(rows("SELECT currency, gross_minor FROM month_sum ORDER BY currency"), [
    { currency: "EUR", gross_minor: 240 },
    { currency: "GBP", gross_minor: 1920 },
  ]);
});

test("series counter: a foreign series counts its documents and has the latest date, in any order", () => {
  const log = LogBuilder.founded();
  const clientId = log.client();
  for (const [number, issuedOn] of [
    ["A7", "2020-03-01"],
    ["A9", "2021-03-01"],
    ["A8", "2020-05-01"],
  ] as const)
    log.issue(number, { clientId, lines: [line("Mug", 1)] }, { series: "import", issuedOn });
  assert.deepEqual(foldLog(log).rows("SELECT * FROM series_counter"), [
    {
      ...{ name: "import", period: "", first_number: 0, last_number: 0, pattern: "" },
      ...{ last_issued_on: "2021-03-01", documents: 3, passed_over: 0 },
    },
  ]);
});
