/**
 * Any commands about money, in any order: never more is settled of a document than is owed, never more is taken from a
 * source than it has, and no money appears or disappears. The books are in memory, and derive every sum anew.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import type { CommandName } from "../commands/commands.ts";
import { Refusal } from "../errors.ts";
import { openMemoryOffice } from "./memory-office.suite.ts";
import { clientOf, type Input, issuedOf, LINE, type Office, paymentOf, refundOf } from "./office.suite.ts";
import { dueMinorOf, owedMinorOf } from "./state-rules.ts";

const RUNS = pickCount({ usual: 60, long: 1_500 });

/** What a step chooses from; the numbers are taken modulo what there is. */
const step = fc.record({
  what: fc.constantFrom("pay", "reallocate", "apply", "refund", "writeOff", "takeBack", "reverse"),
  which: fc.nat(20),
  targets: fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 13_000 })), { maxLength: 3 }),
  amountMinor: fc.integer({ min: 1, max: 13_000 }),
});
type Step = typeof step extends fc.Arbitrary<infer Of> ? Of : never;

interface Ids {
  documents: number[];
  payments: number[];
  refunds: number[];
}

const pick = (ids: readonly number[], n: number) => ids[n % ids.length] ?? 0;

/** What is left of a document or a payment. */
function restOf({ books }: Office, id: number): number {
  const payment = books.payment(id);
  if (!payment) return Math.abs(dueMinorOf(books.invoice(id) ?? assert.fail()));
  return payment.allocations.reduce((left, one) => left - one.amountMinor, payment.amountMinor - payment.refundedMinor);
}

/** Often exactly what is left, or one more; else any amount. */
const amountOf = (office: Office, id: number, amount: number) =>
  Math.max(1, [restOf(office, id), restOf(office, id) + 1, amount][amount % 3] ?? amount);

/** The command of a step. */
function commandOf(
  office: Office,
  clientId: number,
  ids: Ids,
  { what, which, targets, amountMinor }: Step,
): [CommandName, Input, number] {
  const listOf = (among: readonly number[]) =>
    targets.map(([n, amount]) => [pick(among, n), amountOf(office, pick(among, n), amount)] as const);
  const allocations = listOf(ids.documents).map(([invoiceId, amount]) => ({ invoiceId, amountMinor: amount }));
  const sources = listOf([...ids.payments, ...ids.documents]).map(([sourceId, amount]) => ({
    sourceId,
    amountMinor: amount,
  }));
  const money = { clientId, currency: "GBP", method: "card" };
  const kind = which % 2 ? "mistake" : "returned";
  switch (what) {
    case "pay":
      return ["ReceivePayment", { ...money, receivedOn: "2024-03-15", amountMinor, allocations }, 0];
    case "reallocate":
      return ["ReallocatePayment", { allocations }, pick(ids.payments, which)];
    case "apply":
      return ["ApplyCredit", { allocations }, pick(ids.documents, which)];
    case "refund": {
      const sum = sources.reduce((total, source) => total + source.amountMinor, 0);
      return ["RefundClient", { ...money, paidOn: "2024-03-15", amountMinor: sum || 1, sources }, 0];
    }
    case "writeOff":
      return [
        "WriteOffInvoice",
        { reason: "r", amountMinor: which % 3 ? amountOf(office, pick(ids.documents, which), amountMinor) : null },
        pick(ids.documents, which),
      ];
    case "takeBack": {
      const writtenOff = ids.documents.filter((id) => (office.books.invoice(id)?.writtenOffMinor ?? 0) > 0);
      return ["ReverseWriteOff", { reason: "r" }, pick(writtenOff.length > 0 ? writtenOff : ids.documents, which)];
    }
    case "reverse":
      return which % 2
        ? ["ReversePayment", { reason: "r", kind }, pick(ids.payments, which)]
        : ["ReverseRefund", { reason: "r", kind }, pick(ids.refunds, which)];
  }
}

/** A client with an invoice, a credit note and both below zero; a payment, a part of which is refunded. */
async function openClient(): Promise<{ office: Office; clientId: number; ids: Ids }> {
  const office = await openMemoryOffice(null);
  const clientId = await clientOf(office);
  const below = [{ ...LINE, quantity6: -1_000_000 }];
  const documents: number[] = [];
  for (const input of [
    {},
    { lines: [LINE, LINE] },
    { kind: "credit_note" },
    { lines: below },
    { kind: "credit_note", lines: below },
    { prepaidMinor: 12_500 },
  ])
    documents.push(await issuedOf(office, { clientId, ...input }));
  const payment = await paymentOf(office, { clientId });
  const refund = await refundOf(office, { clientId, sourceId: payment, amountMinor: 500 });
  return { office, clientId, ids: { documents, payments: [payment], refunds: [refund] } };
}

/** Checks every document and payment. @returns what is owed in all, less the credit */
function checkBooks({ books }: Office, { documents, payments }: Ids): number {
  let owedMinor = 0;
  for (const id of documents) {
    const document = books.invoice(id) ?? assert.fail();
    const { totals, paidMinor, writtenOffMinor, refundedMinor } = document;
    const settled = paidMinor * Math.sign(totals.payableMinor);
    assert.ok(settled >= 0 && settled <= Math.abs(totals.payableMinor), `${settled} settled of ${id}`);
    assert.ok(
      writtenOffMinor >= 0 && refundedMinor >= 0 && writtenOffMinor + refundedMinor <= settled,
      `parts of ${id}`,
    );
    assert.ok(writtenOffMinor === 0 || owedMinorOf(document) > 0, `${id} is written off`);
    assert.ok(refundedMinor === 0 || owedMinorOf(document) < 0, `${id} is refunded`);
    owedMinor += Math.sign(owedMinorOf(document)) * (Math.abs(totals.payableMinor) - settled);
  }
  for (const id of payments) {
    const { amountMinor, refundedMinor, allocations, reversed } = books.payment(id) ?? assert.fail();
    const rest = allocations.reduce((left, allocation) => left - allocation.amountMinor, amountMinor - refundedMinor);
    assert.ok(refundedMinor >= 0 && rest >= 0, `payment ${id} has ${rest} left`);
    if (reversed) assert.deepEqual([refundedMinor, allocations], [0, []]);
    else owedMinor -= rest;
  }
  return owedMinor;
}

/** What is owed in all, from the events alone: documents, payments, refunds and write-offs. */
async function owedByEvents({ events, books }: Office): Promise<number> {
  let owedMinor = 0;
  const amounts = new Map<number, number>();
  const writtenOff = new Map<number, number>();
  for (const event of await events()) {
    const document = books.invoice(event.stream);
    const owed = document ? owedMinorOf(document) : 0;
    const amount = amounts.get(event.stream) ?? 0;
    if (event.type === "InvoiceIssued") owedMinor += owed;
    if (event.type === "PaymentReceived") amounts.set(event.stream, -event.data.amountMinor);
    if (event.type === "RefundPaid") amounts.set(event.stream, event.data.amountMinor);
    owedMinor += (amounts.get(event.stream) ?? 0) - amount;
    if (event.type === "PaymentReversed" || event.type === "RefundReversed") owedMinor -= amount;
    const before = writtenOff.get(event.stream) ?? 0;
    if (event.type === "InvoiceWrittenOff") writtenOff.set(event.stream, before + event.data.amountMinor);
    if (event.type === "WriteOffReversed") writtenOff.set(event.stream, 0);
    owedMinor -= (writtenOff.get(event.stream) ?? 0) - before;
  }
  return owedMinor;
}

test("any commands about money keep every document and every source within its amount, and the sum of all", async () => {
  const accepted = new Set<CommandName>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const { office, clientId, ids } = await openClient();
      for (const one of steps) {
        const [command, input, id] = commandOf(office, clientId, ids, one);
        try {
          const { seq, stream } = await office.run(command, input, { id });
          if (seq !== null) accepted.add(command);
          if (command === "ReceivePayment") ids.payments.push(stream);
          if (command === "RefundClient") ids.refunds.push(stream);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
        checkBooks(office, ids);
      }
      assert.equal(checkBooks(office, ids), await owedByEvents(office));
    }),
    { numRuns: RUNS },
  );
  assert.equal(accepted.size, 8, [...accepted].join());
});
