import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CATALOGUE, type EventType, type Fact } from "../../events/encoding/catalogue.ts";
import { arbitraryOf } from "../../fixtures/data/arbitrary.ts";
import { ALONE, titleOf, wordsOf } from "./event-words.ts";

test("wordsOf() describes any event that the schemas allow in one line that begins with its title", () => {
  for (const type of Object.keys(CATALOGUE) as EventType[]) {
    const shape = CATALOGUE[type].schemas.at(-1)?.shape;
    assert.ok(shape);
    const check = (data: unknown) => {
      const words = wordsOf({ type, data } as Fact, {
        currency: "GBP",
        invoice: (id) => `no. ${id}`,
        source: (id) => `no. ${id}`,
      });
      assert.ok(words === titleOf(type) || words.startsWith(`${titleOf(type)}: `), words);
      assert.doesNotMatch(words, /[\n\t]|undefined|null|NaN/);
    };
    fc.assert(fc.property(arbitraryOf(shape), check), { numRuns: 30 });
  }
});

test("titleOf() is unique for each type, and returns an unknown type as it is", () => {
  const titles = Object.keys(CATALOGUE).map(titleOf);
  assert.equal(new Set(titles).size, titles.length);
  assert.equal(titleOf("InvoiceFramed"), "InvoiceFramed");
  assert.equal(titleOf("toString"), "toString");
});

const ALLOCATIONS = [
  { invoiceId: 7, amountMinor: 100_00 },
  { invoiceId: 9, amountMinor: 50 },
];

test("wordsOf() names amounts and invoices if they are known", () => {
  const fact: Fact = { type: "PaymentReallocated", data: { allocations: ALLOCATIONS, on: null } };
  const about = { currency: "EUR", invoice: (id: number) => `INV-${id}`, source: (id: number) => `payment ${id}` };
  assert.equal(wordsOf(fact, about), "Payment reallocated: 100.00 EUR for INV-7, 0.50 EUR for INV-9");
  assert.equal(wordsOf(fact, ALONE), "Payment reallocated: for invoice 7, for invoice 9");
  assert.equal(
    wordsOf({ ...fact, data: { allocations: [], on: null } } as Fact, about),
    "Payment reallocated: no allocations",
  );
});

test("wordsOf() describes a payment with and without allocations", () => {
  const payment = {
    clientId: 3,
    receivedOn: "2024-03-15",
    currency: "GBP",
    amountMinor: 1_234_56,
    method: "bank_transfer",
    reference: null,
    allocations: [],
    feesMinor: 0,
  };
  const words = (change: object) => wordsOf({ type: "PaymentReceived", data: { ...payment, ...change } } as Fact);
  assert.equal(words({}), "Payment received: 1,234.56 GBP by bank transfer on 2024-03-15, unallocated");
  assert.equal(
    words({ reference: "R 1", allocations: ALLOCATIONS.slice(0, 1) }),
    "Payment received: 1,234.56 GBP by bank transfer on 2024-03-15, reference R 1, 100.00 GBP for invoice 7",
  );
});

test("wordsOf() puts a text of several lines on one line", () => {
  assert.equal(
    wordsOf({ type: "InvoiceVoided", data: { reason: "wrong\n\tclient", neverDelivered: true } }),
    "Voided: wrong client, never delivered",
  );
});
