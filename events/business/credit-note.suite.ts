/** Decisions about credit notes. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clientOf,
  draftOf,
  type Input,
  issuedOf,
  LINE,
  type Office,
  type OpenOffice,
  paymentOf,
} from "./office.suite.ts";

/** An issued credit note over 120.00 that stands alone. */
const creditNoteOf = (office: Office, input: Input) => issuedOf(office, { kind: "credit_note", ...input });

export function creditNoteDecisions(open: OpenOffice): void {
  test("DraftCreditNote credits the whole invoice by default", async (t) => {
    const office = await open(t);
    const adjustments = [{ kind: "charge", reason: "carriage", amountMinor: 500, vatCategory: "E", vatRate3: 0 }];
    const reasons = [{ vatCategory: "E", reason: "Insurance" }];
    const id = await issuedOf(office, { note: "thanks", prepaidMinor: 700, buyerReference: "B", adjustments, reasons });
    const drafted = (await office.events()).find(({ type }) => type === "InvoiceDrafted");
    assert.ok(drafted?.type === "InvoiceDrafted");

    const event = await office.accepts("DraftCreditNote", {}, { id });
    assert.equal(event.type, "InvoiceDrafted");
    assert.deepEqual([event.version, event.stream], [1, event.seq]);
    const { content } = drafted.data;
    const totals = { ...content.totals, prepaidMinor: 0, payableMinor: content.totals.grossMinor };
    assert.deepEqual(event.data, {
      kind: "credit_note",
      correctsId: id,
      content: { ...content, note: null, totals },
    });
    await office.accepts("DraftCreditNote", {}, { id }); // each call drafts one
  });

  test("DraftCreditNote credits the lines in the input, with the invoice's client and currency", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const other = await clientOf(office);
    const id = await issuedOf(office, { clientId });
    const half = { ...LINE, quantity6: 500_000 };
    const event = await office.accepts("DraftCreditNote", { draft: { clientId, lines: [half] } }, { id });
    assert.equal(event.type === "InvoiceDrafted" && event.data.content.totals.grossMinor, 6_000);

    const forAnother = { rule: "CREDIT_NOTE_FOR_ANOTHER" } as const;
    const values = { client: clientId, currency: "GBP" };
    const refusesDraft = (draft: Input, field: string) =>
      office.refuses("DraftCreditNote", { draft }, { id }, { ...forAnother, field, values });
    await refusesDraft({ clientId: other, lines: [half] }, "clientId");
    await refusesDraft({ lines: [half] }, "clientId");
    await refusesDraft({ clientId, currency: "EUR", lines: [half] }, "currency");

    const refusesRevision = (input: Input, field: string) =>
      office.refuses("ReviseInvoice", input, { id: event.stream }, { ...forAnother, field, values });
    await refusesRevision({ clientId: other }, "clientId");
    await refusesRevision({ clientId: null }, "clientId");
    await refusesRevision({ currency: "EUR" }, "currency");
    await office.accepts("ReviseInvoice", { lines: [LINE] }, { id: event.stream });
  });

  test("DraftCreditNote refuses what is not an issued invoice", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const expected = (invoice: number, status: string, kind: string) =>
      ({ rule: "NOT_AN_ISSUED_INVOICE", values: { invoice, number: numberOf(invoice), status, kind } }) as const;
    const numberOf = (id: number) => office.books.invoice(id)?.number ?? null;
    const draft = await draftOf(office, { clientId });
    await office.refuses("DraftCreditNote", {}, { id: draft }, expected(draft, "draft", "invoice"));
    const voided = await issuedOf(office, { clientId });
    await office.run("VoidInvoice", { reason: "r", neverDelivered: true }, { id: voided });
    await office.refuses("DraftCreditNote", {}, { id: voided }, expected(voided, "void", "invoice"));
    const creditNote = await creditNoteOf(office, { clientId });
    await office.refuses("DraftCreditNote", {}, { id: creditNote }, expected(creditNote, "issued", "credit_note"));
  });

  test("IssueInvoice credits an invoice up to its gross, and not beyond", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const id = await issuedOf(office, { clientId });
    const partOf = async (quantity6: number) =>
      (await office.run("DraftCreditNote", { draft: { clientId, lines: [{ ...LINE, quantity6 }] } }, { id })).stream;

    const first = await partOf(600_000);
    const second = await partOf(400_001 + 9_999); // 0.41 of it
    const third = await partOf(400_000);
    await office.accepts("IssueInvoice", {}, { id: first });
    await office.refuses(
      "IssueInvoice",
      {},
      { id: second },
      {
        rule: "CREDITED_BEYOND_INVOICE",
        values: {
          invoice: id,
          number: "INV-00001",
          currency: "GBP",
          grossMinor: 12_000,
          creditedMinor: 7_200,
          thisMinor: 4_920,
        },
      },
    );
    await office.accepts("IssueInvoice", {}, { id: third });
    assert.equal(office.books.invoice(id)?.creditedMinor, 12_000);

    await office.refuses(
      "VoidInvoice",
      { reason: "r", neverDelivered: true },
      { id },
      { rule: "VOID_CREDITED_INVOICE", values: { invoice: id, creditedMinor: 12_000 } },
    );
    await office.run("VoidInvoice", { reason: "r", neverDelivered: true }, { id: first });
    await office.accepts("IssueInvoice", {}, { id: second }); // what is void does not count
    await office.run("VoidInvoice", { reason: "r", neverDelivered: true }, { id: second });
    await office.run("VoidInvoice", { reason: "r", neverDelivered: true }, { id: third });
    await office.accepts("VoidInvoice", { reason: "r", neverDelivered: true }, { id });
  });

  test("IssueInvoice credits an invoice below zero down to its gross, and not beyond", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const back = (quantity6: number) => ({ clientId, lines: [{ ...LINE, quantity6 }] });
    const id = await issuedOf(office, back(-1_000_000));
    const creditNote = async (quantity6: number) =>
      (await office.run("DraftCreditNote", { draft: back(quantity6) }, { id })).stream;
    await office.accepts("IssueInvoice", {}, { id: await creditNote(-500_000) });
    await office.refuses(
      "IssueInvoice",
      {},
      { id: await creditNote(-600_000) },
      {
        rule: "CREDITED_BEYOND_INVOICE",
        values: {
          invoice: id,
          number: "INV-00001",
          currency: "GBP",
          grossMinor: -12_000,
          creditedMinor: -6_000,
          thisMinor: -7_200,
        },
      },
    );
    await office.accepts("IssueInvoice", {}, { id: await creditNote(-500_000) });
  });

  test("IssueInvoice refuses a credit note whose invoice was voided in the meantime", async (t) => {
    const office = await open(t);
    const id = await issuedOf(office);
    const { stream: creditNote } = await office.run("DraftCreditNote", {}, { id });
    await office.run("VoidInvoice", { reason: "r", neverDelivered: true }, { id });
    const values = { invoice: id, number: "INV-00001", status: "void", kind: "invoice" };
    await office.refuses("IssueInvoice", {}, { id: creditNote }, { rule: "NOT_AN_ISSUED_INVOICE", values });
  });

  test("ApplyCredit settles invoices with a credit note: the whole new list each time", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const [a, b] = [await issuedOf(office, { clientId }), await issuedOf(office, { clientId })];
    const creditNote = await creditNoteOf(office, { clientId });
    const to = (...list: [number, number][]) => ({
      allocations: list.map(([invoiceId, amountMinor]) => ({ invoiceId, amountMinor })),
    });
    const paidAmounts = () => [a, b, creditNote].map((id) => office.books.invoice(id)?.paidMinor);
    await office.decidesNothing("ApplyCredit", {}, { id: creditNote });

    const first = await office.accepts("ApplyCredit", to([a, 7_000], [b, 5_000]), { id: creditNote });
    assert.deepEqual(first.data, { ...to([a, 7_000], [b, 5_000]), on: "2024-03-15" });
    assert.deepEqual(paidAmounts(), [7_000, 5_000, 12_000]);
    await office.decidesNothing("ApplyCredit", to([a, 7_000], [b, 5_000]), { id: creditNote });
    await office.accepts("ApplyCredit", to([b, 12_000]), { id: creditNote });
    assert.deepEqual(paidAmounts(), [0, 12_000, 12_000]);

    const applied = {
      rule: "VOID_PAID_INVOICE",
      values: { invoice: creditNote, paidMinor: 12_000, way: "invoice" },
    } as const;
    await office.refuses("VoidInvoice", { reason: "r", neverDelivered: true }, { id: creditNote }, applied);
    await office.refuses(
      "VoidInvoice",
      { reason: "r", neverDelivered: true },
      { id: b },
      { rule: "VOID_PAID_INVOICE", values: { invoice: b, paidMinor: 12_000, way: "cancel" } },
    );
    await office.accepts("ApplyCredit", {}, { id: creditNote });
    await office.accepts("VoidInvoice", { reason: "r", neverDelivered: true }, { id: creditNote });
  });

  test("ApplyCredit refuses what is not an issued credit note", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const expected = (invoice: number, status: string, kind: string) =>
      ({ rule: "NOT_AN_ISSUED_CREDIT_NOTE", values: { invoice, status, kind } }) as const;
    const invoice = await issuedOf(office, { clientId });
    await office.refuses("ApplyCredit", {}, { id: invoice }, expected(invoice, "issued", "invoice"));
    const draft = await draftOf(office, { clientId, kind: "credit_note" });
    await office.refuses("ApplyCredit", {}, { id: draft }, expected(draft, "draft", "credit_note"));
    const creditNote = await creditNoteOf(office, { clientId });
    await office.run("VoidInvoice", { reason: "r", neverDelivered: true }, { id: creditNote });
    await office.refuses("ApplyCredit", {}, { id: creditNote }, expected(creditNote, "void", "credit_note"));
  });

  test("ApplyCredit refuses more than is left of the credit note", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const invoiceId = await issuedOf(office, { clientId, lines: [LINE, LINE] });
    const creditNote = await creditNoteOf(office, { clientId, prepaidMinor: 2_000 }); // 20.00 of it was paid out
    await office.refuses(
      "ApplyCredit",
      { allocations: [{ invoiceId, amountMinor: 10_001 }] },
      { id: creditNote },
      {
        rule: "ALLOCATED_BEYOND_AMOUNT",
        field: "allocations",
        values: { currency: "GBP", allocatedMinor: 10_001, availableMinor: 10_000 },
      },
    );
    await office.accepts("ApplyCredit", { allocations: [{ invoiceId, amountMinor: 10_000 }] }, { id: creditNote });
  });

  test("ApplyCredit and payments share an invoice's balance", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const invoiceId = await issuedOf(office, { clientId });
    const creditNote = await creditNoteOf(office, { clientId });
    await paymentOf(office, { clientId, allocations: [{ invoiceId, amountMinor: 5_000 }] });
    await office.refuses(
      "ApplyCredit",
      { allocations: [{ invoiceId, amountMinor: 7_001 }] },
      { id: creditNote },
      {
        rule: "ALLOCATED_BEYOND_BALANCE",
        field: "allocations.0.amountMinor",
        values: {
          invoice: invoiceId,
          number: "INV-00001",
          currency: "GBP",
          balanceMinor: 7_000,
          amountMinor: 7_001,
          writtenOffMinor: 0,
        },
      },
    );
    await office.accepts("ApplyCredit", { allocations: [{ invoiceId, amountMinor: 7_000 }] }, { id: creditNote });
    // The previous list is removed first, so it does not count against the new one.
    await office.accepts("ApplyCredit", { allocations: [{ invoiceId, amountMinor: 6_999 }] }, { id: creditNote });
  });
}
