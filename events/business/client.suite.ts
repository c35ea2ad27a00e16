/** Decisions about clients. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT } from "../../fixtures/data/events.ts";
import type { Client } from "./client.ts";
import { CLIENT_INPUT, clientOf, LINE, type OpenOffice } from "./office.suite.ts";

const FULL = {
  name: "Full Ltd",
  contact: "Fiona",
  email: "fiona@full.example",
  phone: "+44 20",
  address: { street: "1 A", street2: "b", city: "York", postcode: "YO1", region: "N", country: "GB" },
  vatId: "GB1",
  companyId: "7",
  termsDays: 14,
  currency: "EUR",
  vatCategory: "S",
  language: "en-GB",
  note: "two\nlines",
  more: {
    tradingName: "Fiona's",
    identifier: { id: "4012345000009", scheme: "0088" },
    companyIdScheme: "0088",
    electronicAddress: { id: "fiona@full.example", scheme: "EM" },
    format: "ubl",
    buyerReference: "04011000-1234512345-35",
  },
} satisfies Client;

export function clientDecisions(open: OpenOffice): void {
  test("RegisterClient takes every field, and null for an absent one", async (t) => {
    const office = await open(t);
    assert.deepEqual((await office.accepts("RegisterClient", FULL)).data, FULL);
    assert.deepEqual((await office.accepts("RegisterClient", CLIENT_INPUT)).data, CLIENT);
    await office.accepts("RegisterClient", CLIENT_INPUT); // two clients may have one name
  });

  test("RegisterClient and ChangeClientDetails refuse a currency that does not exist", async (t) => {
    const office = await open(t);
    const expected = { rule: "UNKNOWN_CURRENCY", field: "currency", values: { currency: "QQQ" } } as const;
    await office.refuses("RegisterClient", { ...CLIENT_INPUT, currency: "QQQ" }, {}, expected);
    await office.refuses("ChangeClientDetails", { currency: "QQQ" }, { id: await clientOf(office) }, expected);
  });

  test("ChangeClientDetails changes the fields in the input and leaves the rest", async (t) => {
    const office = await open(t);
    const id = await clientOf(office, FULL);
    const event = await office.accepts("ChangeClientDetails", { name: "Fuller Ltd", note: null }, { id });
    assert.deepEqual(event.data, { ...FULL, name: "Fuller Ltd", note: null });
    await office.decidesNothing("ChangeClientDetails", { name: "Fuller Ltd" }, { id });
    await office.decidesNothing("ChangeClientDetails", {}, { id });
    await office.decidesNothing("ChangeClientDetails", { address: FULL.address }, { id });
  });

  test("ArchiveClient and RestoreClient, once each", async (t) => {
    const office = await open(t);
    const id = await clientOf(office, FULL);
    await office.decidesNothing("RestoreClient", {}, { id });
    await office.accepts("ArchiveClient", {}, { id });
    await office.decidesNothing("ArchiveClient", {}, { id });
    await office.accepts("RestoreClient", {}, { id });
    await office.decidesNothing("ChangeClientDetails", FULL, { id }); // it is as it was
  });

  test("nothing is written for an archived client", async (t) => {
    const office = await open(t);
    const id = await clientOf(office);
    const { stream: draft } = await office.run("DraftInvoice", { clientId: id, lines: [LINE] });
    const { stream: empty } = await office.run("DraftInvoice", { lines: [LINE] });
    await office.run("ArchiveClient", {}, { id });
    const archived = { rule: "CLIENT_ARCHIVED", values: { client: id } } as const;
    const inField = { ...archived, field: "clientId" };
    const payment = { clientId: id, receivedOn: "2024-03-15", currency: "GBP", amountMinor: 1, method: "cash" };
    await office.refuses("ChangeClientDetails", { name: "Other" }, { id }, archived);
    await office.refuses("DraftInvoice", { clientId: id }, {}, inField);
    await office.refuses("ReviseInvoice", { clientId: id }, { id: empty }, inField);
    await office.refuses("ReviseInvoice", { note: "late" }, { id: draft }, inField);
    await office.refuses("IssueInvoice", {}, { id: draft }, inField);
    await office.refuses("ReceivePayment", payment, {}, inField);
    await office.run("RestoreClient", {}, { id });
    await office.accepts("ReceivePayment", payment);
    await office.accepts("IssueInvoice", {}, { id: draft });
  });

  for (const command of ["ChangeClientDetails", "ArchiveClient", "RestoreClient"] as const) {
    test(`${command} refuses a client that does not exist`, async (t) => {
      const office = await open(t);
      for (const id of [1, 2, 99])
        await office.refuses(command, {}, { id }, { rule: "UNKNOWN_CLIENT", values: { client: id } });
    });
  }
}
