/** The reads for the screens of clients, items and payments, from the cache of a real sync. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { issueInvoice } from "../../app-tests/sales.suite.ts";
import { desktopAt, registerClients, runApi } from "../sync/desktop.suite.ts";

const api = await runApi();
const [ada = 0, bob = 0] = await registerClients(api, "Ada Ltd", "Bob Ltd");
const invoice = await issueInvoice(api, { clientId: ada });
const item = (
  await api.send("POST", "/api/items", {
    code: "HOUR",
    description: "An hour of advice",
    unit: "HUR",
    price6: 100_000_000,
    vatCategory: "S",
    vatRate3: 20_000,
  })
).stream;
const payment = (
  await api.send("POST", "/api/payments", {
    clientId: ada,
    receivedOn: new Date().toISOString().slice(0, 10),
    currency: "GBP",
    amountMinor: 15_000,
    method: "cash",
    reference: "At the door",
    allocations: [{ invoiceId: invoice, amountMinor: 12_000 }],
  })
).stream;
const seat = await desktopAt(api);

test("getClient and listClients have what a client owes, and their credit", async () => {
  const client = await seat.ask("getClient", { id: ada });
  assert.deepEqual(
    client?.balances.map(({ currency, outstanding_minor, credit_minor }) => [
      currency,
      outstanding_minor,
      credit_minor,
    ]),
    [["GBP", 0, 3_000]],
  );
  const { rows, next } = await seat.ask("listClients", { limit: 1 });
  const { since: _, ...row } = client ?? assert.fail();
  assert.deepEqual(rows, [row]);
  assert.deepEqual((await seat.ask("listClients", { limit: 1, cursor: next ?? "" })).rows[0]?.id, bob);
  assert.equal(await seat.ask("getClient", { id: invoice }), null);
});

test("getClient has the day of the registration, in the organization's time zone", async () => {
  // The day in one of these zones is never that of UTC.
  for (const timeZone of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
    await api.send("PATCH", "/api/organization", { timeZone });
    await seat.ask("pullFromServer");
    const client = (await seat.ask("getClient", { id: ada })) ?? assert.fail();
    const format = new Intl.DateTimeFormat("sv", { timeZone });
    assert.equal(client.since, format.format(client.registered_at));
  }
});

test("getOpenInvoices lists the invoices that a payment can be applied to", async () => {
  assert.deepEqual((await seat.ask("getOpenInvoices", { client: ada, currency: "GBP" })).rows, []);
  const { rows, shortened } = await seat.ask("getOpenInvoices", { client: ada, currency: "GBP", payment });
  assert.deepEqual(
    rows.map(({ id, balance_minor }) => [id, balance_minor]),
    [[invoice, 12_000]],
  );
  assert.equal(shortened, false);
});

test("getStatement is the client's account, and null for an unknown client", async () => {
  const statement = await seat.ask("getStatement", { client: ada, currency: "GBP" });
  assert.deepEqual(
    statement?.entries.map(({ kind, amount_minor, balance_minor }) => [kind, amount_minor, balance_minor]),
    [
      ["invoice", 12_000, 12_000],
      ["payment", -15_000, -3_000],
    ],
  );
  assert.deepEqual([statement?.closing_minor, statement?.open], [-3_000, []]);
  assert.equal(await seat.ask("getStatement", { client: 9_999, currency: "GBP" }), null);
  assert.equal(await seat.refused("getStatement", { client: ada, currency: "GBP", from: "yesterday" }), "NOT_VALID");
});

test("listPayments has the client's name, and getPayment the numbers of the invoices", async () => {
  const { rows } = await seat.ask("listPayments", { q: "door" });
  assert.deepEqual(
    rows.map(({ id, client_name, reference }) => [id, client_name, reference]),
    [[payment, "Ada Ltd", "At the door"]],
  );
  const { received_on: allocated_on, allocations } = (await seat.ask("getPayment", { id: payment })) ?? assert.fail();
  assert.deepEqual(allocations, [
    { n: 1, invoice_id: invoice, amount_minor: 12_000, allocated_on, number: "INV-00001" },
  ]);
  assert.equal(await seat.ask("getPayment", { id: ada }), null);
});

test("items can be listed, searched, and read one by one", async () => {
  assert.deepEqual((await seat.ask("listItems", { q: "ADVICE" })).rows[0]?.id, item);
  assert.deepEqual((await seat.ask("listItems", { archived: true })).rows, []);
  assert.equal((await seat.ask("getItem", { id: item }))?.code, "HOUR");
  assert.equal(await seat.ask("getItem", { id: payment }), null);
});

test("listActivity describes events in words, with their actors", async () => {
  const { rows } = await seat.ask("listActivity", { stream: payment });
  assert.deepEqual(
    rows.map(({ actor_name, stream_kind }) => [actor_name, stream_kind]),
    [["Olive Owner", "payment"]],
  );
  const words = rows[0]?.words ?? [];
  assert.deepEqual(words.slice(0, 4), [
    "Payment received: ",
    { kind: "money", minor: 15_000, currency: "GBP" },
    " by ",
    { kind: "method", code: "cash" },
  ]);
  assert.deepEqual(words.slice(-3), [{ kind: "money", minor: 12_000, currency: "GBP" }, " for ", "INV-00001"]);
});

test("getOrganization and getOverview use the current day in the organization's time zone", async () => {
  const organization = await seat.ask("getOrganization");
  assert.equal(
    organization?.today,
    new Date().toLocaleDateString("sv", { timeZone: organization?.time_zone ?? "UTC" }),
  );
  const overview = await seat.ask("getOverview");
  assert.equal(overview.today, organization?.today);
  assert.deepEqual(
    overview.currencies.map(({ currency, owed_minor }) => [currency, owed_minor]),
    [["GBP", -3_000]],
  );
});
