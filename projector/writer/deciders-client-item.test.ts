import assert from "node:assert/strict";
import { test } from "node:test";
import { CLIENT } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { CLIENT_INPUT, clientOf, type Input, ITEM_INPUT, LINE, type Office, openOffice } from "./office.suite.ts";

const folder = temporaryFolder();
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
};

const itemOf = async (office: Office, input: Input = {}) =>
  (await office.run("AddItem", { ...ITEM_INPUT, ...input })).stream;

test("RegisterClient takes all that is said, and null for the rest", async (t) => {
  const office = await openOffice(t, folder);
  assert.deepEqual((await office.accepts("RegisterClient", FULL)).data, FULL);
  assert.deepEqual((await office.accepts("RegisterClient", CLIENT_INPUT)).data, CLIENT);
  await office.accepts("RegisterClient", CLIENT_INPUT); // two clients may have one name
});

test("RegisterClient and ChangeClientDetails refuse a currency that does not exist", async (t) => {
  const office = await openOffice(t, folder);
  const expected = {
    rule: "UNKNOWN_CURRENCY",
    kind: "invalid",
    field: "currency",
    values: { currency: "QQQ" },
  } as const;
  await office.refuses("RegisterClient", { ...CLIENT_INPUT, currency: "QQQ" }, {}, expected);
  await office.refuses("ChangeClientDetails", { currency: "QQQ" }, { id: await clientOf(office) }, expected);
});

test("ChangeClientDetails changes what is given and leaves the rest", async (t) => {
  const office = await openOffice(t, folder);
  const id = await clientOf(office, FULL);
  const event = await office.accepts("ChangeClientDetails", { name: "Fuller Ltd", note: null }, { id });
  assert.deepEqual(event.data, { ...FULL, name: "Fuller Ltd", note: null });
  await office.decidesNothing("ChangeClientDetails", { name: "Fuller Ltd" }, { id });
  await office.decidesNothing("ChangeClientDetails", {}, { id });
  await office.decidesNothing("ChangeClientDetails", { address: FULL.address }, { id });
});

test("ArchiveClient and RestoreClient, once each", async (t) => {
  const office = await openOffice(t, folder);
  const id = await clientOf(office, FULL);
  await office.decidesNothing("RestoreClient", {}, { id });
  await office.accepts("ArchiveClient", {}, { id });
  await office.decidesNothing("ArchiveClient", {}, { id });
  await office.accepts("RestoreClient", {}, { id });
  await office.decidesNothing("ChangeClientDetails", FULL, { id }); // it is as it was
});

test("nothing is written for an archived client", async (t) => {
  const office = await openOffice(t, folder);
  const id = await clientOf(office);
  const { stream: draft } = await office.run("DraftInvoice", { clientId: id, lines: [LINE] });
  const { stream: empty } = await office.run("DraftInvoice", { lines: [LINE] });
  await office.run("ArchiveClient", {}, { id });
  const archived = { rule: "CLIENT_ARCHIVED", values: { client: id } };
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
    const office = await openOffice(t, folder);
    for (const id of [1, 2, 99])
      await office.refuses(command, {}, { id }, { rule: "UNKNOWN_CLIENT", kind: "missing", values: { client: id } });
  });
}

test("AddItem adds an item, in any category that its rate goes with", async (t) => {
  const office = await openOffice(t, folder);
  const vats = [
    ["S", 2000],
    ["S", 1],
    ["Z", 0],
    ["E", 0],
    ["AE", 0],
    ["K", 0],
    ["G", 0],
    ["O", null],
    ["L", 0],
    ["M", 700],
  ] as const;
  for (const [n, [vatCategory, vatRateBp]] of vats.entries()) {
    const item = { ...ITEM_INPUT, code: `I-${n}`, vatCategory, vatRateBp };
    assert.deepEqual((await office.accepts("AddItem", item)).data, item);
  }
});

test("AddItem and ChangeItem refuse a rate that does not go with its category", async (t) => {
  const office = await openOffice(t, folder);
  const id = await itemOf(office);
  for (const [vatCategory, vatRateBp] of [
    ["S", 0],
    ["S", null],
    ["Z", 1],
    ["Z", null],
    ["E", 500],
    ["AE", null],
    ["O", 0],
    ["O", 2000],
    ["L", null],
    ["M", null],
  ] as const) {
    const values = { vatCategory, vatRateBp };
    const expected = { rule: "VAT_RATE_NOT_ALLOWED", kind: "invalid", field: "vatRateBp", values } as const;
    await office.refuses("AddItem", { ...ITEM_INPUT, code: "OTHER", ...values }, {}, expected);
    await office.refuses("ChangeItem", values, { id }, expected);
  }
  // A change is judged with what stays: zero is no standard rate.
  await office.refuses(
    "ChangeItem",
    { vatRateBp: 0 },
    { id },
    {
      rule: "VAT_RATE_NOT_ALLOWED",
      kind: "invalid",
      field: "vatRateBp",
    },
  );
});

test("ChangeItem changes what is given and leaves the rest", async (t) => {
  const office = await openOffice(t, folder);
  const id = await itemOf(office);
  const event = await office.accepts("ChangeItem", { price6: 0, description: "For nothing" }, { id });
  assert.deepEqual(event.data, { ...ITEM_INPUT, price6: 0, description: "For nothing" });
  await office.decidesNothing("ChangeItem", { code: "WORK" }, { id });
  await office.decidesNothing("ChangeItem", {}, { id });
});

test("AddItem and ChangeItem refuse a code that another item has, archived or not", async (t) => {
  const office = await openOffice(t, folder);
  const id = await itemOf(office);
  const other = await itemOf(office, { code: "OTHER" });
  const taken = { rule: "ITEM_CODE_TAKEN", field: "code", values: { code: "WORK", item: id } };
  await office.refuses("AddItem", ITEM_INPUT, {}, taken);
  await office.refuses("ChangeItem", { code: "WORK" }, { id: other }, taken);
  await office.run("ArchiveItem", {}, { id });
  await office.refuses("AddItem", ITEM_INPUT, {}, taken);
  await office.run("RestoreItem", {}, { id });
  await office.accepts("ChangeItem", { code: "work" }, { id }); // case counts, and its own code may change
  await office.accepts("AddItem", ITEM_INPUT);
});

test("ArchiveItem and RestoreItem, once each", async (t) => {
  const office = await openOffice(t, folder);
  const id = await itemOf(office);
  await office.decidesNothing("RestoreItem", {}, { id });
  await office.accepts("ArchiveItem", {}, { id });
  await office.decidesNothing("ArchiveItem", {}, { id });
  await office.refuses("ChangeItem", { price6: 1 }, { id }, { rule: "ITEM_ARCHIVED", values: { item: id } });
  await office.accepts("RestoreItem", {}, { id });
  await office.accepts("ChangeItem", { price6: 1 }, { id });
});

test("an archived item is not for new lines; those that it has stay", async (t) => {
  const office = await openOffice(t, folder);
  const itemId = await itemOf(office);
  const clientId = await clientOf(office);
  const withItem = { clientId, lines: [LINE, { ...LINE, itemId }] };
  const { stream: draft } = await office.run("DraftInvoice", withItem);
  const { stream: plain } = await office.run("DraftInvoice", { clientId, lines: [LINE] });
  const { stream: issued } = await office.run("DraftInvoice", withItem);
  await office.run("IssueInvoice", {}, { id: issued });
  await office.run("ArchiveItem", {}, { id: itemId });

  const archived = { rule: "ITEM_ARCHIVED", field: "lines.1.itemId", values: { item: itemId } };
  await office.refuses("DraftInvoice", withItem, {}, archived);
  await office.refuses("ReviseInvoice", { lines: withItem.lines }, { id: plain }, archived);
  await office.accepts("ReviseInvoice", { note: "still the same lines" }, { id: draft });
  await office.accepts("IssueInvoice", {}, { id: draft });
  await office.accepts("DraftCreditNote", {}, { id: issued });
});

for (const command of ["ChangeItem", "ArchiveItem", "RestoreItem"] as const) {
  test(`${command} refuses an item that does not exist`, async (t) => {
    const office = await openOffice(t, folder);
    for (const id of [1, 2, 99])
      await office.refuses(command, {}, { id }, { rule: "UNKNOWN_ITEM", kind: "missing", values: { item: id } });
  });
}
