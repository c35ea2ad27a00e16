/** Tests of the form: given these events, then these postings of allocations, and what counts on each day. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { StreamId } from "../../events/sequence.ts";
import { allocationsOf, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { foldLog, oneInvoice } from "./post.suite.ts";

test("a payment counts on the day of receipt, its allocation not before the document", () => {
  const log = LogBuilder.founded();
  const client = log.client();
  const lines = [line("Mug", 1000)];
  const old = log.issue("INV-1", { clientId: client, lines }, { issuedOn: "2023-12-31" });
  const later = log.issue("INV-2", { clientId: client, lines }, { issuedOn: "2024-01-03" });
  // Received on 30 December, entered with the invoices of January.
  const both = [
    [old, 1200],
    [later, 200],
  ] as const;
  const payment = log.payment(client, 2000, both, "2023-12-30");
  const { postings, at, rows } = foldLog(log);
  assert.deepEqual(postings(later + 1), [
    ["payment", "2023-12-30", payment, payment, 0, 2000],
    ["allocation", "2023-12-31", old, payment, -1200, -1200],
    ["allocation", "2024-01-03", later, payment, -200, -200],
  ]);
  assert.deepEqual(at("2023-12-30"), { open: [], credit: [[payment, 2000]] });
  assert.deepEqual(at("2023-12-31"), { open: [], credit: [[payment, 800]] });
  assert.deepEqual(at("2024-01-03"), { open: [[later, 1000]], credit: [[payment, 600]] });
  assert.deepEqual(rows("SELECT allocated_on FROM payment_allocation ORDER BY n"), [
    { allocated_on: "2023-12-31" },
    { allocated_on: "2024-01-03" },
  ]);
});

test("a reversed payment counts on no day", () => {
  const { log, client, invoice } = oneInvoice();
  const payment = log.payment(client, 900, [[invoice, 500]], "2024-06-20");
  log.add(payment, { type: "PaymentReversed", data: { reason: "Typed twice", kind: "mistake", on: null } });
  const { postings, rows, at } = foldLog(log);
  assert.deepEqual(postings(payment), [
    ["reversal", "2024-06-20", invoice, payment, 500, 500],
    ["reversal", "2024-06-20", payment, payment, 0, -900],
  ]);
  assert.deepEqual(at("2024-06-20"), { open: [[invoice, 1200]], credit: [] });
  assert.deepEqual(
    rows("SELECT dated_on, sum(cash_minor) AS cash FROM posting WHERE credit_id = ? GROUP BY 1", payment),
    [{ dated_on: "2024-06-20", cash: 0 }],
  );
});

test("a new list of allocations without a day posts what differs, by document, as if it had always been so", () => {
  const { log, client, invoice } = oneInvoice();
  const lines = [line("Plate", 500)];
  const [second = 0, third = 0] = ["2024-06-17", "2024-06-25"].map((issuedOn, n) =>
    log.issue(`INV-${n + 2}`, { clientId: client, lines }, { issuedOn }),
  );
  const to = (list: [StreamId, number][]) =>
    log.add(payment, { type: "PaymentReallocated", data: { allocations: allocationsOf(list), on: null } });
  const payment = log.payment(
    client,
    1000,
    [
      [invoice, 300],
      [second, 400],
    ],
    "2024-06-20",
  );
  let { head } = log;
  to([
    [third, 100],
    [second, 450],
    [invoice, 300],
  ]);
  assert.deepEqual(foldLog(log).postings(head), [
    ["allocation", "2024-06-20", second, payment, -50, -50],
    ["allocation", "2024-06-25", third, payment, -100, -100],
  ]);
  ({ head } = log);
  to([[second, 20]]);
  const { postings, rows, paid } = foldLog(log);
  assert.deepEqual(postings(head), [
    ["allocation", "2024-06-25", third, payment, 100, 100],
    ["allocation", "2024-06-20", second, payment, 430, 430],
    ["allocation", "2024-06-20", invoice, payment, 300, 300],
  ]);
  assert.deepEqual([invoice, second, third].map(paid), [0, 20, 0]);
  assert.deepEqual(rows("SELECT n, invoice_id, amount_minor, allocated_on FROM payment_allocation"), [
    { n: 1, invoice_id: second, amount_minor: 20, allocated_on: "2024-06-20" },
  ]);
  assert.deepEqual(rows("SELECT * FROM allocation_change"), []);
});

/** A payment of 1,000 of 20 June, 400 of it allocated to an invoice of 15 June, and an invoice of 600 of 25 June. */
function allocatedPayment() {
  const { log, client, invoice } = oneInvoice();
  const second = log.issue("INV-2", { clientId: client, lines: [line("Plate", 500)] }, { issuedOn: "2024-06-25" });
  const payment = log.payment(client, 1000, [[invoice, 400]], "2024-06-20");
  const to = (on: string | null, list: [StreamId, number][]) =>
    log.add(payment, { type: "PaymentReallocated", data: { allocations: allocationsOf(list), on } });
  return { log, invoice, second, payment, to };
}

test("what is allocated later counts on its own day, but not before the document and not before what it takes back", () => {
  const { log, invoice, second, payment, to } = allocatedPayment();
  to("2024-07-10", [[invoice, 500]]); // more
  to("2024-07-05", [[invoice, 450]]); // less, but not before 10 July
  to("2024-06-22", [[second, 450]]); // not before the second invoice
  const { postings, rows, at } = foldLog(log);
  assert.deepEqual(postings(payment), [
    ["allocation", "2024-07-10", invoice, payment, -100, -100],
    ["allocation", "2024-07-10", invoice, payment, 50, 50],
    ["allocation", "2024-07-10", invoice, payment, 450, 450],
    ["allocation", "2024-06-25", second, payment, -450, -450],
  ]);
  assert.deepEqual(rows("SELECT n, invoice_id, dated_on, amount_minor FROM allocation_change"), [
    { n: 1, invoice_id: invoice, dated_on: "2024-07-10", amount_minor: 100 },
    { n: 2, invoice_id: invoice, dated_on: "2024-07-10", amount_minor: -50 },
    { n: 3, invoice_id: invoice, dated_on: "2024-07-10", amount_minor: -450 },
  ]);
  assert.deepEqual(rows("SELECT invoice_id, allocated_on FROM payment_allocation"), [
    { invoice_id: second, allocated_on: "2024-06-25" },
  ]);
  const open = at("2024-07-10").open as [number, number][];
  assert.deepEqual(open, [
    [invoice, 1200],
    [second, 150],
  ]);
});

test("a payment that the bank returned counts until that day", () => {
  const { log, invoice, payment, to } = allocatedPayment();
  to("2024-07-10", [[invoice, 500]]);
  const { head } = log;
  log.add(payment, { type: "PaymentReversed", data: { reason: "No funds", kind: "returned", on: "2024-07-01" } });
  const { postings, at, rows } = foldLog(log);
  assert.deepEqual(postings(head), [
    ["reversal", "2024-07-10", invoice, payment, 500, 500],
    ["reversal", "2024-07-01", payment, payment, 0, -1000],
  ]);
  assert.deepEqual((at("2024-06-30").open as number[][])[0], [invoice, 800]);
  assert.deepEqual((at("2024-07-10").open as number[][])[0], [invoice, 1200]);
  assert.deepEqual(rows("SELECT month, received_minor FROM month_sum ORDER BY month"), [
    { month: "2024-06", received_minor: 1000 },
    { month: "2024-07", received_minor: -1000 },
  ]);
});

const DAYS = ["2024-06-15", "2024-06-18", "2024-06-20", "2024-06-25", "2024-07-01", "2024-07-31"];

test("whatever became of a payment that was a mistake, it counts on no day", () => {
  const day = fc.option(fc.constantFrom(...DAYS));
  const amount = fc.integer({ min: 0, max: 3 }).map((n) => n * 100);
  const lists = fc.array(fc.record({ on: day, first: amount, second: amount, swapped: fc.boolean() }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(lists, (lists) => {
      const { log, invoice, second, payment, to } = allocatedPayment();
      const issued = foldLog(log).rows(ON_EACH_DAY, "invoice");
      for (const { on, first, second: rest, swapped } of lists) {
        const list: [StreamId, number][] = [
          [invoice, first],
          [second, rest],
        ];
        to(
          on,
          (swapped ? list.reverse() : list).filter(([, amount]) => amount > 0),
        );
      }
      const before = foldLog(log);
      assert.deepEqual(
        before.rows(`SELECT invoice_id, amount_minor FROM payment_allocation ORDER BY invoice_id`),
        before.rows(`SELECT document_id AS invoice_id, -sum(open_minor) AS amount_minor FROM posting
          WHERE kind = 'allocation' GROUP BY document_id HAVING sum(open_minor) <> 0 ORDER BY document_id`),
      );
      log.add(payment, { type: "PaymentReversed", data: { reason: "Mistake", kind: "mistake", on: null } });
      const { rows, heads } = foldLog(log);
      assert.deepEqual(rows(ON_EACH_DAY, "%"), issued);
      assert.deepEqual(heads(), [2, 0, 1800, 0]);
    }),
    { numRuns: 60 },
  );
});

/** What counts on each day, of postings of a kind. */
const ON_EACH_DAY = `SELECT dated_on, document_id, sum(open_minor) AS open FROM posting WHERE kind LIKE ?
  GROUP BY dated_on, document_id HAVING (sum(open_minor), sum(credit_minor), sum(cash_minor)) <> (0, 0, 0)
  ORDER BY dated_on, document_id`;
