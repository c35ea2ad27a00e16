/** Decisions about refunds. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clientOf,
  draftOf,
  type Input,
  issuedOf,
  LINE,
  NOON_MS,
  type Office,
  type OpenOffice,
  paymentOf,
  refundOf,
} from "./office.suite.ts";

const MONEY = { paidOn: "2024-03-15", currency: "GBP", amountMinor: 12_000, method: "bank_transfer" };
const BELOW_ZERO = [{ ...LINE, quantity6: -1_000_000 }];

/** A refund of these sources, and their sum. */
const outOf = (...list: (readonly [number, number])[]) => ({
  ...MONEY,
  amountMinor: list.reduce((sum, [, amountMinor]) => sum + amountMinor, 0),
  sources: list.map(([sourceId, amountMinor]) => ({ sourceId, amountMinor })),
});

const refundedOf = ({ books }: Office, ...ids: number[]) =>
  ids.map((id) => (books.payment(id) ?? books.invoice(id))?.refundedMinor);

export function refundDecisions(open: OpenOffice): void {
  test("RefundClient pays out a payment, a credit note, an invoice below zero and what was prepaid too much", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const payment = await paymentOf(office, { clientId });
    const note = await issuedOf(office, { clientId, kind: "credit_note" });
    const below = await issuedOf(office, { clientId, lines: BELOW_ZERO });
    const prepaid = await issuedOf(office, { clientId, prepaidMinor: 13_000 });
    const refund = {
      ...outOf([payment, 5_000], [note, 12_000], [below, 11_999], [prepaid, 1_000]),
      clientId,
      reference: "B-1",
    };
    const event = await office.accepts("RefundClient", refund);
    assert.deepEqual(event.data, refund);
    assert.deepEqual(refundedOf(office, payment, note, below, prepaid), [5_000, 12_000, 11_999, 1_000]);
    const paid = [note, below, prepaid].map((id) => office.books.invoice(id)?.paidMinor);
    assert.deepEqual(paid, [12_000, -11_999, -1_000]);
    const bare = await office.accepts("RefundClient", { ...outOf([payment, 1]), clientId });
    assert.deepEqual(bare.data, { ...outOf([payment, 1]), clientId, reference: null });
  });

  test("RefundClient refuses more than is left of a source", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const invoice = await issuedOf(office, { clientId });
    const payment = await paymentOf(office, { clientId, allocations: [{ invoiceId: invoice, amountMinor: 2_000 }] });
    const note = await issuedOf(office, { clientId, kind: "credit_note" });
    await office.run("ApplyCredit", { allocations: [{ invoiceId: invoice, amountMinor: 4_000 }] }, { id: note });
    await refundOf(office, { clientId, sourceId: payment, amountMinor: 3_000 });
    const number = office.books.invoice(note)?.number ?? null;
    for (const [source, creditMinor, name] of [
      [payment, 7_000, null],
      [note, 8_000, number],
    ] as const) {
      await office.refuses(
        "RefundClient",
        { ...outOf([source, creditMinor + 1]), clientId },
        {},
        {
          rule: "REFUNDED_BEYOND_CREDIT",
          field: "sources.0.amountMinor",
          values: { source, number: name, currency: "GBP", creditMinor, amountMinor: creditMinor + 1 },
        },
      );
      await office.accepts("RefundClient", { ...outOf([source, creditMinor]), clientId });
    }
  });

  test("RefundClient refuses what is no credit of the client in the currency", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const payment = await paymentOf(office, { clientId });
    const other = await clientOf(office);
    const theirs = await paymentOf(office, { clientId: other });
    const euros = await paymentOf(office, { clientId, currency: "EUR" });
    const reversed = await paymentOf(office, { clientId });
    await office.run("ReversePayment", { reason: "r" }, { id: reversed });
    const draft = await draftOf(office, { clientId, kind: "credit_note" });
    const invoice = await issuedOf(office, { clientId });
    const owed = await issuedOf(office, { clientId, kind: "credit_note", lines: BELOW_ZERO });
    const field = "sources.1.sourceId";
    const no = (source: number, status: string, kind: string) =>
      ({ rule: "NOT_A_SOURCE", field, values: { source, status, kind } }) as const;
    for (const [source, expected] of [
      [99, { rule: "UNKNOWN_SOURCE", field, values: { source: 99 } }],
      [clientId, { rule: "UNKNOWN_SOURCE", field, values: { source: clientId } }],
      [theirs, { rule: "SOURCE_OF_ANOTHER_CLIENT", field, values: { source: theirs, client: clientId } }],
      [euros, { rule: "SOURCE_IN_ANOTHER_CURRENCY", field, values: { source: euros, currency: "EUR" } }],
      [reversed, { rule: "PAYMENT_REVERSED", field, values: { payment: reversed } }],
      [draft, no(draft, "draft", "credit_note")],
      [invoice, no(invoice, "issued", "invoice")],
      [owed, no(owed, "issued", "credit_note")],
      [payment, { rule: "SOURCE_TWICE", field, values: { source: payment } }],
    ] as const)
      await office.refuses("RefundClient", { ...outOf([payment, 1], [source, 1]), clientId }, {}, expected);
  });

  test("RefundClient refuses an amount that is not the sum of its sources", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const payment = await paymentOf(office, { clientId });
    for (const [sources, sourcesMinor] of [
      [[], 0],
      [[{ sourceId: payment, amountMinor: 11_999 }], 11_999],
    ] as const)
      await office.refuses(
        "RefundClient",
        { ...MONEY, clientId, sources },
        {},
        {
          rule: "SOURCES_NOT_THE_AMOUNT",
          field: "sources",
          values: { currency: "GBP", amountMinor: 12_000, sourcesMinor },
        },
      );
  });

  for (const [what, input, expected] of [
    ["an unknown client", { clientId: 99 }, { rule: "UNKNOWN_CLIENT", field: "clientId" }],
    ["an unknown currency", { currency: "QQQ" }, { rule: "UNKNOWN_CURRENCY", field: "currency" }],
    ["a day that is not", { paidOn: "2024-02-30" }, { rule: "UNKNOWN_DATE", field: "paidOn" }],
    [
      "tomorrow",
      { paidOn: "2024-03-16" },
      { rule: "DATED_IN_FUTURE", field: "paidOn", values: { on: "2024-03-16", today: "2024-03-15" } },
    ],
    [
      "a day before the latest of its sources",
      { paidOn: "2024-03-13" },
      { rule: "DATED_TOO_EARLY", field: "paidOn", values: { on: "2024-03-13", earliest: "2024-03-14" } },
    ],
  ] as const) {
    test(`RefundClient refuses ${what}: ${expected.rule}`, async (t) => {
      const office = await open(t);
      const clientId = await clientOf(office);
      const early = await paymentOf(office, { clientId, receivedOn: "2024-03-01" });
      const late = await paymentOf(office, { clientId, receivedOn: "2024-03-14" });
      const refund = { ...outOf([late, 1], [early, 1]), clientId };
      await office.refuses("RefundClient", { ...refund, ...input }, {}, expected);
      await office.accepts("RefundClient", { ...refund, paidOn: "2024-03-14" });
    });
  }

  test("references are unique among the refunds to a client that count", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const payment = await paymentOf(office, { clientId, reference: "R-1" });
    const refund = (reference: string) => ({ ...outOf([payment, 1]), clientId, reference });
    const id = (await office.run("RefundClient", refund("R-1"))).stream; // payments have references of their own
    const taken = { rule: "REFUND_REFERENCE_TAKEN", field: "reference" } as const;
    for (const reference of ["R-1", "r–1"])
      await office.refuses(
        "RefundClient",
        refund(reference),
        {},
        { ...taken, values: { reference, refund: id, existing: "R-1" } },
      );
    const other = await clientOf(office);
    const theirs = await paymentOf(office, { clientId: other });
    await office.accepts("RefundClient", { ...outOf([theirs, 1]), clientId: other, reference: "R-1" });
    await office.run("ReverseRefund", { reason: "r" }, { id });
    await office.accepts("RefundClient", refund("R-1"));
  });

  test("a client who is archived can be refunded, and the refund reversed", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const sourceId = await paymentOf(office, { clientId });
    await office.run("ArchiveClient", {}, { id: clientId });
    const refund = await office.accepts("RefundClient", { ...outOf([sourceId, 12_000]), clientId });
    await office.accepts("ReverseRefund", { reason: "r" }, { id: refund.stream });
    await office.accepts("ReversePayment", { reason: "r" }, { id: sourceId });
  });

  test("what is refunded can neither be allocated nor applied, and the payment cannot be reversed", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const invoiceId = await issuedOf(office, { clientId, lines: [LINE, LINE] });
    const payment = await paymentOf(office, { clientId });
    const note = await issuedOf(office, { clientId, kind: "credit_note" });
    const refund = (await office.run("RefundClient", { ...outOf([payment, 4_000], [note, 4_000]), clientId })).stream;
    const beyond = {
      rule: "ALLOCATED_BEYOND_AMOUNT",
      field: "allocations",
      values: { currency: "GBP", allocatedMinor: 8_001, availableMinor: 8_000 },
    } as const;
    const to = (amountMinor: number) => ({ allocations: [{ invoiceId, amountMinor }] });
    for (const [command, id] of [
      ["ReallocatePayment", payment],
      ["ApplyCredit", note],
    ] as const) {
      await office.refuses(command, to(8_001), { id }, beyond);
      await office.accepts(command, to(8_000), { id });
      await office.accepts(command, {}, { id });
    }
    const refunded = { payment, currency: "GBP", refundedMinor: 4_000 };
    await office.refuses(
      "ReversePayment",
      { reason: "r" },
      { id: payment },
      { rule: "PAYMENT_REFUNDED", values: refunded },
    );
    const settled = { rule: "VOID_PAID_INVOICE", values: { invoice: note, paidMinor: 4_000, way: "invoice" } } as const;
    await office.refuses("VoidInvoice", VOID, { id: note }, settled);
    await office.run("ReverseRefund", { reason: "r" }, { id: refund });
    assert.deepEqual(refundedOf(office, payment, note), [0, 0]);
    await office.accepts("ReversePayment", { reason: "r" }, { id: payment });
    await office.accepts("VoidInvoice", VOID, { id: note });
  });

  test("ReverseRefund gives the credit back, once: a mistake, or money that came back on a day", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const sourceId = await paymentOf(office, { clientId });
    const refund = async () => await refundOf(office, { clientId, sourceId });
    const first = await refund();
    const mistake = await office.accepts("ReverseRefund", { reason: "never sent" }, { id: first });
    assert.deepEqual(mistake.data, { reason: "never sent", kind: "mistake", on: null });
    await office.decidesNothing("ReverseRefund", { reason: "again" }, { id: first });
    const second = await refund();
    office.clock.nowMs = NOON_MS + 3 * 86_400_000;
    const returned = { reason: "account closed", kind: "returned" };
    const event = await office.accepts("ReverseRefund", returned, { id: second });
    assert.deepEqual(event.data, { ...returned, on: "2024-03-18" });
    assert.deepEqual(refundedOf(office, sourceId), [0]);
  });

  for (const [what, input, expected] of REVERSALS) {
    test(`ReverseRefund and ReversePayment refuse ${what}: ${expected.rule}`, async (t) => {
      const office = await open(t);
      const clientId = await clientOf(office);
      const sourceId = await paymentOf(office, { clientId, receivedOn: "2024-03-10" });
      const id = await refundOf(office, { clientId, sourceId, paidOn: "2024-03-10" });
      await office.refuses("ReverseRefund", { reason: "r", ...input }, { id }, expected);
      const payment = await paymentOf(office, { clientId, receivedOn: "2024-03-10" });
      await office.refuses("ReversePayment", { reason: "r", ...input }, { id: payment }, expected);
    });
  }

  test("ReverseRefund refuses a refund that does not exist", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    for (const id of [1, 99, await paymentOf(office, { clientId })])
      await office.refuses(
        "ReverseRefund",
        { reason: "r" },
        { id },
        { rule: "UNKNOWN_REFUND", values: { refund: id } },
      );
  });
}

const VOID: Input = { reason: "r", neverDelivered: true };

const REVERSALS = [
  [
    "a day for a mistake",
    { on: "2024-03-12" },
    { rule: "REVERSAL_DATE_NOT_ALLOWED", field: "on", values: { on: "2024-03-12" } },
  ],
  [
    "money that came back tomorrow",
    { kind: "returned", on: "2024-03-16" },
    { rule: "DATED_IN_FUTURE", field: "on", values: { on: "2024-03-16", today: "2024-03-15" } },
  ],
  [
    "money that came back before it left",
    { kind: "returned", on: "2024-03-09" },
    { rule: "DATED_TOO_EARLY", field: "on", values: { on: "2024-03-09", earliest: "2024-03-10" } },
  ],
  ["a day that is not", { kind: "returned", on: "2024-02-30" }, { rule: "UNKNOWN_DATE", field: "on" }],
] as const;
