/** Decisions about payments. Run by `decisions.test.ts`. */
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

const MONEY = { receivedOn: "2024-03-15", currency: "GBP", amountMinor: 12_000, method: "bank_transfer" };

const to = (...list: (readonly [number, number])[]) => ({
  allocations: list.map(([invoiceId, amountMinor]) => ({ invoiceId, amountMinor })),
});

/** What has been settled of these invoices. */
const paidOf = ({ books }: Office, ...ids: number[]) => ids.map((id) => books.invoice(id)?.paidMinor);

/** A client with two issued invoices over 120.00 each. */
async function owingClient(office: Office) {
  const clientId = await clientOf(office);
  return { clientId, a: await issuedOf(office, { clientId }), b: await issuedOf(office, { clientId }) };
}

export function paymentDecisions(open: OpenOffice): void {
  test("ReceivePayment applies a payment to invoices, and leaves the rest as credit", async (t) => {
    const office = await open(t);
    const { clientId, a, b } = await owingClient(office);
    const payment = { ...MONEY, clientId, amountMinor: 15_000, reference: "R-1", ...to([a, 12_000], [b, 1_000]) };
    const event = await office.accepts("ReceivePayment", payment);
    assert.deepEqual(event.data, { ...payment, feesMinor: 0 });
    assert.deepEqual(paidOf(office, a, b), [12_000, 1_000]);
    const bare = await office.accepts("ReceivePayment", { ...MONEY, clientId });
    assert.deepEqual(bare.data, { ...MONEY, clientId, reference: null, allocations: [], feesMinor: 0 });
  });

  test("ReceivePayment twice records two payments, unless both have one reference", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const other = await clientOf(office);
    await office.accepts("ReceivePayment", { ...MONEY, clientId });
    await office.accepts("ReceivePayment", { ...MONEY, clientId });
    const id = await paymentOf(office, { clientId, reference: "R-1" });
    const taken = {
      rule: "REFERENCE_TAKEN",
      field: "reference",
      values: { reference: "R-1", payment: id, existing: "R-1" },
    } as const;
    await office.refuses("ReceivePayment", { ...MONEY, clientId, reference: "R-1" }, {}, taken);
    for (const reference of ["r-1", "R -1", "R–1", "Ｒ－１"])
      await office.refuses(
        "ReceivePayment",
        { ...MONEY, clientId, reference },
        {},
        { ...taken, values: { ...taken.values, reference } },
      );
    await office.accepts("ReceivePayment", { ...MONEY, clientId: other, reference: "R-1" });
    await office.run("ReversePayment", { reason: "r" }, { id });
    await office.accepts("ReceivePayment", { ...MONEY, clientId, reference: "R-1" }); // what is reversed is out of the way
  });

  for (const [what, input, expected] of [
    ["an unknown client", { clientId: 99 }, { rule: "UNKNOWN_CLIENT", field: "clientId" }],
    ["a day that is not", { receivedOn: "2024-02-30" }, { rule: "UNKNOWN_DATE", field: "receivedOn" }],
    [
      "tomorrow",
      { receivedOn: "2024-03-16" },
      { rule: "RECEIVED_IN_FUTURE", field: "receivedOn", values: { receivedOn: "2024-03-16", today: "2024-03-15" } },
    ],
    ["an unknown currency", { currency: "QQQ" }, { rule: "UNKNOWN_CURRENCY", field: "currency" }],
  ] as const) {
    test(`ReceivePayment refuses ${what}: ${expected.rule}`, async (t) => {
      const office = await open(t);
      const clientId = await clientOf(office);
      await office.refuses("ReceivePayment", { ...MONEY, clientId, ...input }, {}, expected);
    });
  }

  test("allocations that do not fit the money or the invoice are refused", async (t) => {
    const office = await open(t);
    const { clientId, a, b } = await owingClient(office);
    const draft = await draftOf(office, { clientId });
    const others = await issuedOf(office);
    const inEuro = await issuedOf(office, { clientId, currency: "EUR" }, { exchangeRate6: 850_000 });
    const note = await issuedOf(office, { clientId, kind: "credit_note" });
    const paymentId = await paymentOf(office, { clientId, ...to([a, 2_000]) });
    const invoiceField = "allocations.1.invoiceId";
    const numberOf = (id: number) => office.books.invoice(id)?.number ?? null;
    for (const [list, expected] of [
      [
        [[a, 10_000] as const, [b, 2_001] as const],
        {
          rule: "ALLOCATED_BEYOND_AMOUNT",
          field: "allocations",
          values: { currency: "GBP", allocatedMinor: 12_001, availableMinor: 12_000 },
        },
      ],
      [
        [
          [b, 1],
          [99, 1],
        ],
        { rule: "UNKNOWN_INVOICE", field: invoiceField, values: { invoice: 99 } },
      ],
      [
        [
          [b, 1],
          [b, 1],
        ],
        { rule: "ALLOCATED_TWICE", field: invoiceField, values: { invoice: b, number: numberOf(b) } },
      ],
      [
        [
          [b, 1],
          [draft, 1],
        ],
        {
          rule: "NOT_AN_ISSUED_INVOICE",
          field: invoiceField,
          values: { invoice: draft, number: numberOf(draft), status: "draft", kind: "invoice" },
        },
      ],
      [
        [
          [b, 1],
          [note, 1],
        ],
        {
          rule: "NOT_AN_ISSUED_INVOICE",
          field: invoiceField,
          values: { invoice: note, number: numberOf(note), status: "issued", kind: "credit_note" },
        },
      ],
      [
        [
          [b, 1],
          [others, 1],
        ],
        {
          rule: "INVOICE_OF_ANOTHER_CLIENT",
          field: invoiceField,
          values: { invoice: others, number: numberOf(others), client: clientId },
        },
      ],
      [
        [
          [b, 1],
          [inEuro, 1],
        ],
        {
          rule: "INVOICE_IN_ANOTHER_CURRENCY",
          field: invoiceField,
          values: { invoice: inEuro, number: numberOf(inEuro), currency: "EUR" },
        },
      ],
    ] as const) {
      await office.refuses("ReceivePayment", { ...MONEY, clientId, ...to(...list) }, {}, expected);
      await office.refuses("ReallocatePayment", to(...list), { id: paymentId }, expected);
    }
    const beyond = { rule: "ALLOCATED_BEYOND_BALANCE", field: "allocations.0.amountMinor" } as const;
    await office.refuses(
      "ReceivePayment",
      { ...MONEY, clientId, ...to([a, 10_001]) },
      {},
      {
        ...beyond,
        values: {
          invoice: a,
          number: numberOf(a),
          currency: "GBP",
          balanceMinor: 10_000,
          amountMinor: 10_001,
          writtenOffMinor: 0,
        },
      },
    );
    await office.refuses(
      "ReallocatePayment",
      to([a, 12_000], [b, 1]),
      { id: paymentId },
      { rule: "ALLOCATED_BEYOND_AMOUNT", field: "allocations" },
    );
    await office.accepts("ReallocatePayment", to([a, 12_000]), { id: paymentId }); // its own 20.00 are free for it
  });

  test("a prepaid amount is not paid again", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const id = await issuedOf(office, { clientId, prepaidMinor: 11_999 });
    await office.refuses(
      "ReceivePayment",
      { ...MONEY, clientId, ...to([id, 2]) },
      {},
      { rule: "ALLOCATED_BEYOND_BALANCE", field: "allocations.0.amountMinor" },
    );
    await office.accepts("ReceivePayment", { ...MONEY, clientId, ...to([id, 1]) });
  });

  test("an invoice below zero takes no payment", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const id = await issuedOf(office, { clientId, lines: [{ ...LINE, quantity6: -1_000_000 }] });
    await office.refuses(
      "ReceivePayment",
      { ...MONEY, clientId, ...to([id, 1]) },
      {},
      {
        rule: "ALLOCATED_BEYOND_BALANCE",
        field: "allocations.0.amountMinor",
        values: {
          invoice: id,
          number: "INV-00001",
          currency: "GBP",
          balanceMinor: -12_000,
          amountMinor: 1,
          writtenOffMinor: 0,
        },
      },
    );
  });

  test("ReallocatePayment replaces the previous list", async (t) => {
    const office = await open(t);
    const { clientId, a, b } = await owingClient(office);
    const id = await paymentOf(office, { clientId, ...to([a, 12_000]) });
    await office.decidesNothing("ReallocatePayment", to([a, 12_000]), { id });
    const event = await office.accepts("ReallocatePayment", to([b, 3_000], [a, 4_000]), { id });
    assert.deepEqual(event.data, { ...to([b, 3_000], [a, 4_000]), on: "2024-03-15" });
    assert.deepEqual(paidOf(office, a, b), [4_000, 3_000]);
    await office.decidesNothing("ReallocatePayment", to([b, 3_000], [a, 4_000]), { id });
    await office.accepts("ReallocatePayment", {}, { id });
    assert.deepEqual(paidOf(office, a, b), [0, 0]);
  });

  test("ReversePayment reverses a payment and its allocations, once", async (t) => {
    const office = await open(t);
    const { clientId, a } = await owingClient(office);
    const id = await paymentOf(office, { clientId, ...to([a, 12_000]) });
    const event = await office.accepts("ReversePayment", { reason: "the cheque bounced" }, { id });
    assert.deepEqual(event.data, { reason: "the cheque bounced", kind: "mistake", on: null });
    assert.deepEqual(paidOf(office, a), [0]);
    await office.decidesNothing("ReversePayment", { reason: "again" }, { id });
    const reversed = { rule: "PAYMENT_REVERSED", values: { payment: id } } as const;
    await office.refuses("ReallocatePayment", to([a, 1]), { id }, reversed);
    await office.refuses("ReallocatePayment", {}, { id }, reversed);
  });

  test("ReceivePayment records what the bank kept: the whole amount settles", async (t) => {
    const office = await open(t);
    const { clientId, a } = await owingClient(office);
    const payment = { ...MONEY, clientId, reference: null, feesMinor: 11_999, ...to([a, 12_000]) };
    const event = await office.accepts("ReceivePayment", payment);
    assert.deepEqual(event.data, payment);
    assert.deepEqual(paidOf(office, a), [12_000]);
    await office.refuses(
      "ReceivePayment",
      { ...MONEY, clientId, feesMinor: 12_000 },
      {},
      {
        rule: "FEES_BEYOND_AMOUNT",
        field: "feesMinor",
        values: { currency: "GBP", amountMinor: 12_000, feesMinor: 12_000 },
      },
    );
  });

  test("ReallocatePayment and ApplyCredit count from a day, by default today", async (t) => {
    const office = await open(t);
    const clientId = await clientOf(office);
    const payment = await paymentOf(office, { clientId, receivedOn: "2024-03-10" });
    const note = await issuedOf(office, { clientId, kind: "credit_note" }, { issuedOn: "2024-03-10" });
    const a = await issuedOf(office, { clientId });
    for (const [command, id] of [
      ["ReallocatePayment", payment],
      ["ApplyCredit", note],
    ] as const) {
      const dated = (on: string | null) => ({ ...to([a, 1]), on });
      const early = {
        rule: "DATED_TOO_EARLY",
        field: "on",
        values: { on: "2024-03-09", earliest: "2024-03-10" },
      } as const;
      await office.refuses(command, dated("2024-03-09"), { id }, early);
      const future = {
        rule: "DATED_IN_FUTURE",
        field: "on",
        values: { on: "2024-03-16", today: "2024-03-15" },
      } as const;
      await office.refuses(command, dated("2024-03-16"), { id }, future);
      const event = await office.accepts(command, dated("2024-03-10"), { id });
      assert.deepEqual(event.data, dated("2024-03-10"));
      await office.decidesNothing(command, dated("2024-03-12"), { id }); // the same list, whatever its day
    }
  });

  test("ReversePayment of returned money counts on its own day", async (t) => {
    const office = await open(t);
    const { clientId, a } = await owingClient(office);
    const id = await paymentOf(office, { clientId, receivedOn: "2024-03-10", ...to([a, 12_000]) });
    const returned = { reason: "the cheque bounced", kind: "returned", on: "2024-03-12" };
    const event = await office.accepts("ReversePayment", returned, { id });
    assert.deepEqual(event.data, returned);
    assert.deepEqual(paidOf(office, a), [0]);
    await office.decidesNothing("ReversePayment", { reason: "again" }, { id });
  });

  test("credit of an invoice below zero settles invoices, and payments settle credit notes below zero", async (t) => {
    const office = await open(t);
    const { clientId, a } = await owingClient(office);
    const below = await issuedOf(office, { clientId, lines: [{ ...LINE, quantity6: -1_000_000 }] });
    const lines = [{ ...LINE, quantity6: -2_000_000 }];
    const owed = await issuedOf(office, { clientId, kind: "credit_note", lines });
    const beyond = { currency: "GBP", allocatedMinor: 12_001, availableMinor: 12_000 };
    await office.refuses(
      "ApplyCredit",
      to([a, 1], [owed, 12_000]),
      { id: below },
      { rule: "ALLOCATED_BEYOND_AMOUNT", field: "allocations", values: beyond },
    );
    await office.accepts("ApplyCredit", to([a, 2_000], [owed, 10_000]), { id: below });
    assert.deepEqual(paidOf(office, a, owed, below), [2_000, -10_000, -12_000]);
    await office.accepts("ReceivePayment", { ...MONEY, clientId, amountMinor: 14_000, ...to([owed, 14_000]) });
    assert.deepEqual(paidOf(office, owed), [-24_000]);
    await office.refuses(
      "ReceivePayment",
      { ...MONEY, clientId, ...to([owed, 1]) },
      {},
      { rule: "ALLOCATED_BEYOND_BALANCE", field: "allocations.0.amountMinor" },
    );
    await office.refuses("VoidInvoice", { reason: "r" }, { id: below }, { rule: "VOID_PAID_INVOICE" });
    await office.accepts("ApplyCredit", {}, { id: below });
    assert.deepEqual(paidOf(office, a, owed, below), [0, -14_000, 0]);
  });

  for (const [command, input] of [
    ["ReallocatePayment", {}],
    ["ReversePayment", { reason: "r" }],
  ] as const satisfies [string, Input][]) {
    test(`${command} refuses a payment that does not exist`, async (t) => {
      const office = await open(t);
      for (const id of [1, 2, 99])
        await office.refuses(command, input, { id }, { rule: "UNKNOWN_PAYMENT", values: { payment: id } });
    });
  }
}
