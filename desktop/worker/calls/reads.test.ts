/** Reads that need more than one query of the projector. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { draftInvoice, issueInvoice } from "../../app-tests/sales.suite.ts";
import { desktopAt, registerClients, runApi } from "../sync/desktop.suite.ts";

const api = await runApi();
const [client = 0] = await registerClients(api, "Ada Ltd");
const invoice = await issueInvoice(api, { clientId: client });
const note = (await api.send("POST", `/api/invoices/${invoice}/credit-note`)).stream;
await api.send("POST", `/api/invoices/${note}/issue`);
await api.send("POST", `/api/invoices/${note}/apply`, {
  allocations: [{ invoiceId: invoice, amountMinor: 5_000 }],
});
const discarded = (await api.send("POST", `/api/invoices/${invoice}/credit-note`, { draft: null })).stream;
await api.send("POST", `/api/invoices/${discarded}/discard`);
const euros = await draftInvoice(api, { clientId: client, currency: "EUR" });
const seat = await desktopAt(api);

test("getInvoice names the documents that correct an invoice, except discarded drafts", async () => {
  const detail = await seat.ask("getInvoice", { id: invoice });
  assert.deepEqual(detail?.corrected_by, [
    {
      id: note,
      number: "INV-00002",
      kind: "credit_note",
      status: "issued",
      issued_on: detail?.issued_on,
      gross_minor: 12_000,
      cancelled_by_id: null,
    },
  ]);
  assert.deepEqual([detail?.corrects, detail?.settles], [null, []]);
  assert.equal(detail?.credits[0]?.amount_minor, 5_000);
});

test("getInvoice of a credit note names what it corrects, and what it settles", async () => {
  const detail = await seat.ask("getInvoice", { id: note });
  assert.equal(detail?.corrects?.number, "INV-00001");
  assert.deepEqual(
    detail?.settles.map(({ id, number }) => [id, number]),
    [[invoice, "INV-00001"]],
  );
  assert.deepEqual(detail?.corrected_by, []);
});

test("getInvoice is null for the id of a client", async () => {
  assert.equal(await seat.ask("getInvoice", { id: client }), null);
});

test("listCurrencies has the organization's currency first, then those of issued documents", async () => {
  assert.deepEqual(await seat.ask("listCurrencies"), ["GBP"]);
  await api.send("POST", `/api/invoices/${euros}/issue`, { exchangeRate6: 850_000 });
  await seat.ask("pullFromServer");
  assert.deepEqual(await seat.ask("listCurrencies"), ["GBP", "EUR"]);
});
