/** Tests of the form: given these events, then these postings. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { allocationsOf, LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { back, foldLog, oneInvoice } from "./post.suite.ts";

test("an invoice is posted on its issue date, with what is owed", () => {
  const { log, client, invoice } = oneInvoice();
  const { rows, heads } = foldLog(log);
  assert.deepEqual(rows("SELECT * FROM posting"), [
    {
      ...{ seq: invoice + 1, n: 1, dated_on: "2024-06-15", kind: "invoice", client_id: client, currency: "GBP" },
      ...{ document_id: invoice, credit_id: null, net_minor: 1000, tax_minor: 200, accounting_tax_minor: 200 },
      ...{ cash_minor: 0, open_minor: 1200, credit_minor: 0, client_open_minor: 1200, client_credit_minor: 0 },
      ...{ total_open_minor: 1200, total_credit_minor: 0 },
    },
  ]);
  assert.deepEqual(heads(), [1, 0, 1200, 0]);
});

test("an invoice below zero is credit, and is applied to another", () => {
  const { log, client, invoice } = oneInvoice();
  const below = log.issue("INV-2", { clientId: client, lines: [back(500)] }, { issuedOn: "2024-06-18" });
  let now = foldLog(log);
  assert.deepEqual(now.postings(invoice + 1), [["invoice", "2024-06-18", below, below, 0, 600]]);
  assert.deepEqual(now.heads(), [2, 0, 1200, 600]);
  const { head } = log;
  log.add(below, { type: "CreditApplied", data: { allocations: allocationsOf([[invoice, 450]]), on: null } });
  now = foldLog(log);
  assert.deepEqual(now.postings(head), [["allocation", "2024-06-18", invoice, below, -450, -450]]);
  assert.deepEqual([now.paid(invoice), now.paid(below)], [450, -450]);
  assert.deepEqual(now.heads(), [2, 0, 750, 150]);
});

test("a credit note below zero is owed, and is paid", () => {
  const log = LogBuilder.founded();
  const client = log.client();
  const input = { clientId: client, lines: [back(500)] };
  const note = log.issue("CN-1", input, { kind: "credit_note", issuedOn: "2024-06-18" });
  const payment = log.payment(client, 400, [[note, 400]], "2024-06-20");
  const { postings, paid, heads, rows } = foldLog(log);
  assert.deepEqual(postings(), [
    ["credit_note", "2024-06-18", note, null, 600, 0],
    ["payment", "2024-06-20", payment, payment, 0, 400],
    ["allocation", "2024-06-20", note, payment, -400, -400],
  ]);
  assert.deepEqual(rows("SELECT net_minor, tax_minor FROM posting WHERE net_minor <> 0"), [
    { net_minor: 500, tax_minor: 100 },
  ]);
  assert.equal(paid(note), -400);
  assert.deepEqual(heads(), [0, 1, 200, 0]);
});

test("what was prepaid beyond the total is credit; what was prepaid in full is neither", () => {
  const log = LogBuilder.founded();
  const client = log.client();
  const input = { clientId: client, lines: [line("Mug", 1000)] };
  const beyond = log.issue("INV-1", { ...input, prepaidMinor: 1500 });
  const full = log.issue("INV-2", { ...input, prepaidMinor: 1200 });
  const { postings, heads, rows } = foldLog(log);
  assert.deepEqual(postings(), [
    ["invoice", "2024-06-15", beyond, beyond, 0, 300],
    ["invoice", "2024-06-15", full, null, 0, 0],
  ]);
  assert.deepEqual(heads(), [2, 0, 0, 300]);
  assert.deepEqual(rows("SELECT DISTINCT net_minor, tax_minor FROM posting"), [{ net_minor: 1000, tax_minor: 200 }]);
});

test("a void document counts on no day", () => {
  for (const kind of ["invoice", "credit_note"] as const) {
    const log = LogBuilder.founded();
    const client = log.client();
    const options = { kind, issuedOn: "2024-05-31" };
    const id = log.issue("A-1", { clientId: client, lines: [line("Mug", 1000)] }, options);
    log.add(id, { type: "InvoiceVoided", data: { reason: "Wrong", neverDelivered: true } });
    const { rows, heads } = foldLog(log);
    assert.deepEqual(
      rows(`SELECT dated_on, sum(net_minor) AS net, sum(tax_minor) AS tax, sum(accounting_tax_minor) AS accounting,
        sum(open_minor) AS open, sum(credit_minor) AS credit, count(*) AS postings FROM posting GROUP BY dated_on`),
      [{ dated_on: "2024-05-31", net: 0, tax: 0, accounting: 0, open: 0, credit: 0, postings: 2 }],
    );
    assert.deepEqual(heads(), [0, 0, 0, 0]);
    assert.deepEqual(rows("SELECT invoices, credit_notes, gross_minor FROM month_sum"), [
      { invoices: 0, credit_notes: 0, gross_minor: 0 },
    ]);
  }
});

test("VAT in the organization's currency is that of the document, with its sign", () => {
  const log = LogBuilder.founded();
  const client = log.client();
  const input = { clientId: client, currency: "EUR", lines: [line("Mug", 1000)] };
  const accounting = { currency: "GBP", rate6: 850_000, taxMinor: 170 };
  log.issue("INV-1", input, { accounting });
  log.issue("CN-1", input, { kind: "credit_note", accounting });
  assert.deepEqual(foldLog(log).rows("SELECT kind, tax_minor, accounting_tax_minor FROM posting"), [
    { kind: "invoice", tax_minor: 200, accounting_tax_minor: 170 },
    { kind: "credit_note", tax_minor: -200, accounting_tax_minor: -170 },
  ]);
});

test("the heads of clients and currencies are separate, and each posting has both", () => {
  const { log, client } = oneInvoice();
  const other = log.client("Other");
  log.issue("INV-2", { clientId: other, lines: [line("Jug", 100)] });
  log.issue("INV-3", { clientId: client, currency: "EUR", lines: [line("Jug", 200)] });
  log.payment(other, 500);
  const { rows } = foldLog(log);
  const heads = "client_open_minor AS open, client_credit_minor AS credit, total_open_minor, total_credit_minor";
  assert.deepEqual(rows(`SELECT client_id, currency, ${heads} FROM posting ORDER BY seq`), [
    { client_id: client, currency: "GBP", open: 1200, credit: 0, total_open_minor: 1200, total_credit_minor: 0 },
    { client_id: other, currency: "GBP", open: 120, credit: 0, total_open_minor: 1320, total_credit_minor: 0 },
    { client_id: client, currency: "EUR", open: 240, credit: 0, total_open_minor: 240, total_credit_minor: 0 },
    { client_id: other, currency: "GBP", open: 120, credit: 500, total_open_minor: 1320, total_credit_minor: 500 },
  ]);
  assert.deepEqual(rows("SELECT * FROM currency_balance ORDER BY currency"), [
    { currency: "EUR", invoices: 1, open_minor: 240, credit_minor: 0 },
    { currency: "GBP", invoices: 2, open_minor: 1320, credit_minor: 500 },
  ]);
});
