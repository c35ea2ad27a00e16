import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import type { Books } from "../../events/business/books.ts";
import { completeDraft, draftOf as inputOf } from "../../events/business/complete-draft.ts";
import type { DraftInput } from "../../events/business/draft.ts";
import {
  clientOf,
  draftOf,
  ITEM_INPUT,
  issuedOf,
  LINE,
  OWNER,
  OWNER_DETAILS,
  paymentOf,
} from "../../events/business/office.suite.ts";
import { CLIENT, PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { ProjectionTables } from "../cache/projection-tables.ts";
import { booksOf } from "./books.ts";
import { openOffice, type WriterOffice } from "./office.suite.ts";

const folder = temporaryFolder();
const UNKNOWN = 99;

/** An office and the books over its cache, read from beside. */
async function openBooks(t: TestContext): Promise<{ office: WriterOffice; books: Books }> {
  const office = await openOffice(t, folder);
  const db = new Database(office.cachePath, { readonly: true });
  t.after(() => db.close());
  return { office, books: booksOf(db, new ProjectionTables(db).tables) };
}

test("organization() is the profile as it was written, its series in their order", async (t) => {
  const { office, books } = await openBooks(t);
  assert.deepEqual(books.organization(), { id: 1, version: 1, profile: PROFILE, hasLogo: false });
  const series = ["b", "a", "c"].map((name) => ({
    name,
    kind: "both",
    prefix: name,
    digits: 3,
    foreign: name === "a",
  }));
  const address = { street: "s", street2: "t", city: "c", postcode: "p", region: "r", country: "FR" };
  const profile = {
    legalName: "L",
    tradingName: "T",
    address,
    vatId: "V",
    companyId: "C",
    email: "e@e",
    phone: "1",
    iban: "I",
    bic: "B",
    timeZone: "Asia/Tokyo",
    language: "fr",
    currency: "GBP",
    termsDays: 0,
    series,
  };
  await office.run("ChangeProfile", profile);
  assert.deepEqual(books.organization(), { id: 1, version: 2, profile, hasLogo: false });
  await office.run("ChangeProfile", { series: [] });
  assert.deepEqual(books.organization()?.profile, { ...profile, series: [] });
  const png = Buffer.from("89504e470d0a1a0a", "hex").toString("base64");
  await office.run("ChangeLogo", { logo: { mediaType: "image/png", image: png } });
  assert.equal(books.organization()?.hasLogo, true);
});

test("user() and userIdByEmail() find users, and activeOwners() counts", async (t) => {
  const { office, books } = await openBooks(t);
  const owner = { id: OWNER, version: 1, ...OWNER_DETAILS, role: "owner", active: true, sessionsEnded: 0 };
  assert.deepEqual(books.user(OWNER), owner);
  const other = { email: "other@example.com", name: "Otto", role: "owner" };
  const { stream: id } = await office.run("AddUser", other);
  assert.equal(books.activeOwners(), 2);
  await office.run("EndSessions", {}, { id });
  await office.run("DeactivateUser", {}, { id });
  assert.equal(books.activeOwners(), 1);
  assert.deepEqual(books.user(id), { id, version: 3, ...other, active: false, sessionsEnded: 1 });
  assert.equal(books.userIdByEmail("other@example.com"), id);
  assert.equal(books.userIdByEmail("nobody@example.com"), undefined);
  assert.equal(books.user(1), undefined); // the organization
});

test("client(), item() and itemIdByCode() give what was written", async (t) => {
  const { office, books } = await openBooks(t);
  const client = await clientOf(office, { name: CLIENT.name });
  assert.deepEqual(books.client(client), { id: client, version: 1, archived: false, details: CLIENT });
  const { stream: item } = await office.run("AddItem", ITEM_INPUT);
  await office.run("ArchiveItem", {}, { id: item });
  assert.deepEqual(books.item(item), { id: item, version: 2, archived: true, details: ITEM_INPUT });
  assert.equal(books.itemIdByCode(ITEM_INPUT.code), item);
  assert.equal(books.itemIdByCode("none"), undefined);
  assert.equal(books.client(item), undefined);
  assert.equal(books.item(client), undefined);
});

test("invoice(), series() and invoiceIdByNumber() follow an invoice through its life", async (t) => {
  const { office, books } = await openBooks(t);
  const clientId = await clientOf(office);
  const id = await draftOf(office, { clientId, prepaidMinor: 1_000 });
  const draft = books.invoice(id);
  assert.deepEqual(draft, {
    id,
    version: 1,
    kind: "invoice",
    status: "draft",
    clientId,
    currency: "GBP",
    correctsId: null,
    number: null,
    totals: books.invoiceContent(id)?.totals,
    paidMinor: 0,
    creditedMinor: 0,
  });
  assert.equal(draft?.totals.payableMinor, 11_000);
  assert.deepEqual(books.series("main"), { lastNumber: 0, lastIssuedOn: null });

  await office.run("IssueInvoice", {}, { id });
  assert.deepEqual(books.series("main"), { lastNumber: 1, lastIssuedOn: "2024-03-15" });
  assert.equal(books.invoiceIdByNumber("INV-00001"), id);
  assert.equal(books.invoiceIdByNumber("INV-00002"), undefined);
  const { stream: note } = await office.run("DraftCreditNote", {}, { id });
  await office.run("IssueInvoice", {}, { id: note });
  const payment = await paymentOf(office, { clientId, allocations: [{ invoiceId: id, amountMinor: 7 }] });
  const changed = { version: 2, status: "issued", number: "INV-00001", paidMinor: 7, creditedMinor: 12_000 };
  assert.deepEqual(books.invoice(id), { ...draft, ...changed });
  assert.deepEqual(
    [books.invoice(note)?.kind, books.invoice(note)?.correctsId, books.invoice(note)?.creditedMinor],
    ["credit_note", id, 0],
  );
  await office.run("ReversePayment", { reason: "r" }, { id: payment });
  await office.run("VoidInvoice", { reason: "r" }, { id: note });
  await office.run("VoidInvoice", { reason: "r" }, { id });
  assert.deepEqual(books.invoice(id), { ...draft, version: 3, status: "void", number: "INV-00001" });
});

test("payment(), paymentIdByReference() and creditAllocations() give the last list, in its order", async (t) => {
  const { office, books } = await openBooks(t);
  const clientId = await clientOf(office);
  const invoices = [await issuedOf(office, { clientId }), await issuedOf(office, { clientId })];
  const note = await issuedOf(office, { clientId, kind: "credit_note" });
  const allocations = invoices.map((invoiceId, n) => ({ invoiceId, amountMinor: n + 1 })).reverse();
  const id = await paymentOf(office, { clientId, reference: "R", allocations });
  const payment = { id, version: 1, clientId, currency: "GBP", amountMinor: 12_000, reversed: false, allocations };
  assert.deepEqual(books.payment(id), payment);
  assert.equal(books.paymentIdByReference(clientId, "R"), id);
  assert.equal(books.paymentIdByReference(UNKNOWN, "R"), undefined);
  assert.equal(books.paymentIdByReference(clientId, "r"), undefined);

  await office.run("ReallocatePayment", { allocations: allocations.slice(1) }, { id });
  assert.deepEqual(books.payment(id), { ...payment, version: 2, allocations: allocations.slice(1) });
  await office.run("ReversePayment", { reason: "r" }, { id });
  assert.deepEqual(books.payment(id), { ...payment, version: 3, reversed: true, allocations: [] });
  assert.equal(books.paymentIdByReference(clientId, "R"), undefined);

  assert.deepEqual(books.creditAllocations(note), []);
  await office.run("ApplyCredit", { allocations }, { id: note });
  assert.deepEqual(books.creditAllocations(note), allocations);
  assert.deepEqual(books.creditAllocations(UNKNOWN), []);
});

test("every read of what does not exist is undefined", async (t) => {
  const { books } = await openBooks(t);
  for (const read of ["user", "client", "item", "invoice", "invoiceContent", "payment"] as const)
    for (const id of [0, UNKNOWN, Number.MAX_SAFE_INTEGER]) assert.equal(books[read](id), undefined, `${read}(${id})`);
  assert.deepEqual(books.series("none"), { lastNumber: 0, lastIssuedOn: null });
});

const text = fc.constantFrom("a", "Grün & Söhne", "日本", "x".repeat(60), "'; --");
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const vat = fc.constantFrom(
  { vatCategory: "S", vatRateBp: 2000 } as const,
  { vatCategory: "S", vatRateBp: 500 } as const,
  { vatCategory: "Z", vatRateBp: 0 } as const,
  { vatCategory: "E", vatRateBp: 0 } as const,
  { vatCategory: "AE", vatRateBp: 0 } as const,
);
const plain = { noNullPrototype: true };
const adjustment = fc.record(
  {
    kind: fc.constantFrom("allowance" as const, "charge" as const),
    reason: text,
    amountMinor: fc.nat(100_000),
  },
  plain,
);
const line = fc
  .record({
    itemId: fc.constant(null),
    code: nullable(text),
    description: text,
    quantity6: fc.integer({ min: -5e9, max: 5e9 }),
    unit: fc.constantFrom("C62", "HUR", "A"),
    price6: fc.nat(2e9),
    adjustments: fc.array(adjustment, { maxLength: 3 }),
  })
  .chain((line) => vat.map((vat) => ({ ...line, ...vat })));
const arbitraryDraft: fc.Arbitrary<Omit<DraftInput, "clientId">> = fc.record({
  currency: nullable(fc.constantFrom("GBP", "EUR", "JPY", "KWD")),
  termsDays: nullable(fc.nat(365)),
  deliveredOn: nullable(fc.constantFrom("2024-02-29", "1999-12-31")),
  buyerReference: nullable(text),
  orderReference: nullable(text),
  note: nullable(fc.constantFrom("one\n\ttwo", "n")),
  lines: fc.array(line, { maxLength: 5 }),
  adjustments: fc.array(
    adjustment.chain((adjustment) => vat.map((vat) => ({ ...adjustment, ...vat }))),
    { maxLength: 3 },
  ),
  prepaidMinor: fc.nat(1e9),
  reasons: fc.constantFrom([], [{ vatCategory: "E" as const, reason: "Insurance" }]),
});

test("invoiceContent() is what was written, whatever the draft said before, and draftOf() is how to write it", async (t) => {
  const { office, books } = await openBooks(t);
  const clientId = await clientOf(office);
  const id = await draftOf(office, { clientId, lines: Array(7).fill(LINE) });
  await fc.assert(
    fc.asyncProperty(arbitraryDraft, async (draft) => {
      const input = { ...draft, clientId };
      const content = completeDraft(input, "GBP");
      await office.run("ReviseInvoice", input, { id });
      assert.deepEqual(books.invoiceContent(id), content);
      assert.deepEqual(completeDraft(inputOf(content), "XXX"), content);
    }),
    { numRuns: 150 },
  );
  const children = ["invoice_line", "invoice_adjustment", "invoice_tax"].map((table) =>
    office.rows(`SELECT count(*) AS n FROM ${table}`),
  );
  const { lines = [], adjustments = [], taxes = [] } = books.invoiceContent(id) ?? {};
  const ofLines = lines.flatMap(({ adjustments }) => adjustments).length;
  assert.deepEqual(
    children.flat().map(({ n }) => n),
    [lines.length, adjustments.length + ofLines, taxes.length],
    "longer versions before it left nothing behind",
  );
});
