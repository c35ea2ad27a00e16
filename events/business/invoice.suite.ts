/** Decisions about drafts and issued invoices. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clientOf, draftOf, issuedOf, LINE, type Office, type OpenOffice, paymentOf } from "./office.suite.ts";

const MAX = Number.MAX_SAFE_INTEGER;

async function contentOf(office: Office) {
  const event = (await office.events()).at(-1);
  assert.ok(event?.type === "InvoiceDrafted" || event?.type === "InvoiceRevised");
  return event.data.content;
}

export function invoiceDecisions(open: OpenOffice): void {
  test("DraftInvoice drafts an invoice with its sums", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const input = {
      clientId,
      deliveredOn: "2024-02-29",
      buyerReference: "B-1",
      orderReference: "O-1",
      note: "a note",
      termsDays: 7,
      lines: [
        { ...LINE, adjustments: [{ kind: "allowance", reason: "loyal", amountMinor: 1_000 }] },
        { ...LINE, quantity6: -500_000, vatCategory: "Z", vatRate3: 0 },
      ],
      adjustments: [{ kind: "charge", reason: "carriage", amountMinor: 500, vatCategory: "S", vatRate3: 20_000 }],
      prepaidMinor: 300,
    };
    const event = await office.accepts("DraftInvoice", input);
    assert.equal(event.type, "InvoiceDrafted");
    const { kind, correctsId, content } = event.data;
    assert.deepEqual(
      { kind, correctsId, currency: content.currency },
      { kind: "invoice", correctsId: null, currency: "GBP" },
    );
    assert.deepEqual(
      content.lines.map(({ netMinor }) => netMinor),
      [9_000, -5_000],
    );
    assert.deepEqual(content.totals, {
      linesMinor: 4_000,
      allowancesMinor: 0,
      chargesMinor: 500,
      netMinor: 4_500,
      taxMinor: 1_900,
      grossMinor: 6_400,
      prepaidMinor: 300,
      payableMinor: 6_100,
      roundingMinor: 0,
    });
    assert.deepEqual(content.taxes, [
      { vatCategory: "S", vatRate3: 20_000, taxableMinor: 9_500, taxMinor: 1_900, reason: null, reasonCode: null },
      { vatCategory: "Z", vatRate3: 0, taxableMinor: -5_000, taxMinor: 0, reason: null, reasonCode: null },
    ]);
  });

  test("DraftInvoice accepts an empty draft, and a credit note without an invoice", async (t) => {
    const office = await open(t);
    const empty = await office.accepts("DraftInvoice", {});
    assert.equal(empty.type === "InvoiceDrafted" && empty.data.content.totals.grossMinor, 0);
    const note = await office.accepts("DraftInvoice", { kind: "credit_note", lines: [LINE] });
    assert.equal(note.type === "InvoiceDrafted" && note.data.kind, "credit_note");
  });

  test("DraftInvoice takes the currency of the input, else the client's, else the organization's", async (t) => {
    const office = await open(t);
    const inEuro = await clientOf(office, { currency: "EUR" });
    for (const [input, currency] of [
      [{}, "GBP"],
      [{ clientId: inEuro }, "EUR"],
      [{ clientId: inEuro, currency: "JPY" }, "JPY"],
    ] as const) {
      await office.accepts("DraftInvoice", { ...input, lines: [LINE] });
      const content = await contentOf(office);
      assert.equal(content.currency, currency);
      assert.equal(content.totals.netMinor, currency === "JPY" ? 100 : 10_000);
    }
  });

  const adjustment = { kind: "charge", reason: "r", amountMinor: 1, vatCategory: "S", vatRate3: 0 };
  for (const [what, input, expected] of [
    ["an unknown client", { clientId: 99 }, { rule: "UNKNOWN_CLIENT", field: "clientId" }],
    ["a user as client", { clientId: 2 }, { rule: "UNKNOWN_CLIENT", field: "clientId" }],
    ["an unknown item", { lines: [LINE, { ...LINE, itemId: 99 }] }, { rule: "UNKNOWN_ITEM", field: "lines.1.itemId" }],
    ["an unknown currency", { currency: "QQQ" }, { rule: "UNKNOWN_CURRENCY", field: "currency" }],
    ["a day that is not", { deliveredOn: "2023-02-29" }, { rule: "UNKNOWN_DATE", field: "deliveredOn" }],
    [
      "a line's rate that does not go with its category",
      { lines: [LINE, { ...LINE, vatCategory: "Z" }] },
      { rule: "VAT_RATE_NOT_ALLOWED", field: "lines.1.vatRate3" },
    ],
    [
      "a charge's rate that does not go with its category",
      { lines: [LINE], adjustments: [adjustment] },
      { rule: "VAT_RATE_NOT_ALLOWED", field: "adjustments.0.vatRate3" },
    ],
    [
      "category O beside another",
      { lines: [LINE, { ...LINE, vatCategory: "O", vatRate3: null }] },
      { rule: "VAT_MIXED_WITH_O", field: "lines" },
    ],
    [
      "a line beyond what can be counted",
      { lines: [LINE, { ...LINE, quantity6: MAX, price6: MAX }] },
      { rule: "AMOUNT_TOO_LARGE", field: "lines.1" },
    ],
    [
      "lines beyond what can be counted",
      { lines: Array(2).fill({ ...LINE, adjustments: [{ kind: "charge", reason: "r", amountMinor: MAX - 10_000 }] }) },
      { rule: "AMOUNT_TOO_LARGE", field: "taxes" },
    ],
  ] as const) {
    test(`DraftInvoice and ReviseInvoice refuse ${what}: ${expected.rule}`, async (t) => {
      const office = await open(t);
      await office.refuses("DraftInvoice", input, {}, expected);
      await office.refuses("ReviseInvoice", input, { id: await draftOf(office) }, expected);
    });
  }

  test("ReviseInvoice changes the fields in the input and leaves the rest", async (t) => {
    const office = await open(t);
    const note = { note: "a note", buyerReference: "B-1", prepaidMinor: 100 };
    const adjustments = [{ kind: "charge", reason: "carriage", amountMinor: 500, vatCategory: "E", vatRate3: 0 }];
    const reasons = [{ vatCategory: "E", reason: "Insurance" }];
    const id = await draftOf(office, { ...note, adjustments, reasons });
    const before = await contentOf(office);
    assert.equal(before.taxes[1]?.reason, "Insurance");

    await office.accepts("ReviseInvoice", { note: null, orderReference: "O-1" }, { id });
    assert.deepEqual(await contentOf(office), { ...before, note: null, orderReference: "O-1" });
    await office.accepts("ReviseInvoice", { lines: [LINE, LINE] }, { id });
    const { totals, lines, ...rest } = await contentOf(office);
    const { totals: _, lines: __, taxes, ...restBefore } = before;
    assert.equal(lines.length, 2);
    assert.equal(totals.grossMinor, 24_500);
    assert.equal(totals.prepaidMinor, 100);
    assert.deepEqual(rest, {
      ...restBefore,
      note: null,
      orderReference: "O-1",
      taxes: [{ ...taxes[0], taxableMinor: 20_000, taxMinor: 4_000 }, taxes[1]],
    });
  });

  test("ReviseInvoice without a difference decides nothing", async (t) => {
    const office = await open(t);
    const id = await draftOf(office, { note: "a note" });
    await office.decidesNothing("ReviseInvoice", {}, { id });
    await office.decidesNothing("ReviseInvoice", { note: "a note", lines: [LINE], prepaidMinor: 0 }, { id });
    await office.accepts("ReviseInvoice", { note: null }, { id });
    await office.decidesNothing("ReviseInvoice", { note: null }, { id });
  });

  test("DiscardDraft discards a draft, once; it can then no longer be changed", async (t) => {
    const office = await open(t);
    const id = await draftOf(office);
    await office.accepts("DiscardDraft", {}, { id });
    await office.decidesNothing("DiscardDraft", {}, { id });
    const gone = { rule: "NOT_A_DRAFT", values: { invoice: id, status: "discarded" } } as const;
    await office.refuses("ReviseInvoice", { note: "late" }, { id }, gone);
    await office.refuses("IssueInvoice", {}, { id }, gone);
    await office.refuses(
      "VoidInvoice",
      { reason: "r", neverDelivered: true },
      { id },
      { rule: "NOT_ISSUED", values: { invoice: id, status: "discarded" } },
    );
  });

  test("an issued invoice can no longer be changed", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office);
    const issued = { rule: "NOT_A_DRAFT", values: { invoice: id, status: "issued" } } as const;
    await office.refuses("ReviseInvoice", { note: "late" }, { id }, issued);
    await office.refuses("ReviseInvoice", {}, { id }, issued);
    await office.refuses("IssueInvoice", {}, { id }, issued);
    await office.refuses("DiscardDraft", {}, { id }, issued);
  });

  test("VoidInvoice voids what is issued, once; its number stays taken", async (t) => {
    const office = await open(t);
    const draft = await draftOf(office);
    await office.refuses(
      "VoidInvoice",
      { reason: "r", neverDelivered: true },
      { id: draft },
      { rule: "NOT_ISSUED", values: { invoice: draft, status: "draft" } },
    );
    await office.run("IssueInvoice", {}, { id: draft });
    const event = await office.accepts("VoidInvoice", { reason: "typed twice", neverDelivered: true }, { id: draft });
    assert.deepEqual(event.data, { reason: "typed twice", neverDelivered: true });
    await office.decidesNothing("VoidInvoice", { reason: "again", neverDelivered: true }, { id: draft });
    const next = await issuedOf(office);
    const numbers = [draft, next].map((id) => [office.books.invoice(id)?.number, office.books.invoice(id)?.status]);
    assert.deepEqual(numbers, [
      ["INV-00001", "void"],
      ["INV-00002", "issued"],
    ]);
  });

  test("VoidInvoice refuses an invoice with payments until they are taken off", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const id = await issuedOf(office, { clientId });
    const allocations = [{ invoiceId: id, amountMinor: 1 }];
    const payment = await paymentOf(office, { clientId, allocations });
    const paid = { rule: "VOID_PAID_INVOICE", values: { invoice: id, paidMinor: 1, way: "cancel" } } as const;
    await office.refuses("VoidInvoice", { reason: "r", neverDelivered: true }, { id }, paid);
    await office.run("ReallocatePayment", {}, { id: payment });
    await office.accepts("VoidInvoice", { reason: "r", neverDelivered: true }, { id });
  });

  for (const [command, input] of [
    ["ReviseInvoice", { note: "late" }],
    ["DiscardDraft", {}],
    ["IssueInvoice", {}],
    ["VoidInvoice", { reason: "r", neverDelivered: true }],
    ["DraftCreditNote", {}],
    ["ApplyCredit", {}],
  ] as const) {
    test(`${command} refuses an invoice that does not exist`, async (t) => {
      const office = await open(t);
      const client = await clientOf(office);
      for (const id of [1, 2, client, 99])
        await office.refuses(command, input, { id }, { rule: "UNKNOWN_INVOICE", values: { invoice: id } });
    });
  }
}
