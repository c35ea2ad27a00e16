/** A refund while it is typed: the amount and its parts follow each other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  amountNow,
  errorOfSource,
  fieldOfRefund,
  refundInputOf,
  sourcesNow,
  type TypedRefund,
} from "./refund-form-input.ts";

const GBP = { currency: "GBP", locale: "en-GB" };
const TYPED: TypedRefund = {
  ...{ client: 7, currency: "", paidOn: "2026-03-04", method: "cash", reference: " RF ", leads: "all", amount: "" },
  sources: {},
};
const credit = [
  { id: 30, kind: "credit_note", name: "INV-3", on: "2026-01-01", credit_minor: 10_000 },
  { id: 10, kind: "payment", name: null, on: "2026-02-01", credit_minor: 5_000 },
] as const;

test("all of the credit, until something is typed", () => {
  assert.deepEqual(sourcesNow(TYPED, credit, GBP), { 30: "100.00", 10: "50.00" });
  assert.equal(amountNow(TYPED, credit, GBP), "150.00");
  assert.equal(amountNow(TYPED, null, GBP), "", "nothing while it is read");
  const { input, errors } = refundInputOf(TYPED, credit, GBP);
  assert.deepEqual(errors, []);
  assert.deepEqual(input, {
    ...{ clientId: 7, paidOn: "2026-03-04", currency: "GBP", amountMinor: 15_000, method: "cash", reference: "RF" },
    sources: [
      { sourceId: 30, amountMinor: 10_000 },
      { sourceId: 10, amountMinor: 5_000 },
    ],
  });
});

test("a typed amount is taken from the first credits, at size − 1, size and size + 1 of one and of all", () => {
  const sources = (amount: string) => sourcesNow({ ...TYPED, leads: "amount", amount }, credit, GBP);
  assert.deepEqual(sources("99.99"), { 30: "99.99" });
  assert.deepEqual(sources("100"), { 30: "100.00" });
  assert.deepEqual(sources("100.01"), { 30: "100.00", 10: "0.01" });
  const errorsOf = (amount: string) => refundInputOf({ ...TYPED, leads: "amount", amount }, credit, GBP).errors;
  assert.deepEqual(errorsOf("149.99"), []);
  assert.deepEqual(errorsOf("150"), []);
  assert.deepEqual(errorsOf("150.01"), [{ field: "amountMinor", message: "The client’s credit is only £150.00." }]);
  assert.deepEqual(errorsOf("x"), [{ field: "amountMinor", message: "Enter an amount above zero." }]);
});

test("typed parts make the amount, and each has its own error", () => {
  const typed = { ...TYPED, leads: "sources", sources: { 10: "50.01", 30: "1", 99: "2" } } as const;
  assert.equal(amountNow(typed, credit, GBP), "53.01");
  assert.deepEqual(refundInputOf(typed, credit, GBP).errors, [
    { field: "source-10", message: "Only £50.00 is left." },
    { field: "source-99", message: "Nothing of this is left. Clear the amount." },
  ]);
  assert.equal(errorOfSource("50", 5_000, GBP), null);
  assert.equal(errorOfSource("", undefined, GBP), null);
});

test("what is missing is said at its field", () => {
  const { errors } = refundInputOf({ ...TYPED, client: null, paidOn: "" }, [], GBP);
  assert.deepEqual(
    errors.map(({ field }) => field),
    ["clientId", "paidOn", "amountMinor"],
  );
});

test("fieldOfRefund() finds the row of a path in the command", () => {
  const sent = [{ sourceId: 30, amountMinor: 1 }];
  assert.equal(fieldOfRefund("sources.0.amountMinor", sent), "source-30");
  assert.equal(fieldOfRefund("sources.0", sent), "source-30");
  assert.equal(fieldOfRefund("sources", sent), "amountMinor");
  assert.equal(fieldOfRefund("paidOn", sent), "paidOn");
});
