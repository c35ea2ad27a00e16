/** Putting money against invoices while it is typed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allocationsOf,
  errorOfRow,
  errorsOfRows,
  fieldOfPath,
  oldestFirst,
  sumOf,
  typedOfAllocations,
} from "./typed-allocations.ts";

const GBP = { currency: "GBP", locale: "en-GB" };
const OPEN = [
  { id: 30, balance_minor: 10_000 },
  { id: 10, balance_minor: 5_000 },
  { id: 20, balance_minor: 1 },
];

test("oldestFirst() fills in the order of the invoices, at size − 1, size and size + 1", () => {
  const allocate = (minor: number) => oldestFirst(OPEN, minor, GBP);
  assert.deepEqual(allocate(0), {});
  assert.deepEqual(allocate(9_999), { 30: "99.99" });
  assert.deepEqual(allocate(10_000), { 30: "100.00" });
  assert.deepEqual(allocate(10_001), { 30: "100.00", 10: "0.01" });
  assert.deepEqual(allocate(15_001), { 30: "100.00", 10: "50.00", 20: "0.01" });
  assert.deepEqual(allocate(99_999), { 30: "100.00", 10: "50.00", 20: "0.01" }, "what is left is credit");
  assert.deepEqual(oldestFirst([], 100, GBP), {});
});

test("allocationsOf() reads amounts in order, with the currency's decimals and the user's separators", () => {
  const order = [30, 10];
  const typed = { 10: "50", 20: " 0.01 ", 30: "1,000.5", 40: "", 50: "0", 60: "much", 70: "-1" };
  const list = allocationsOf(typed, order, GBP);
  assert.deepEqual(
    list.map(({ invoiceId, amountMinor }) => [invoiceId, amountMinor]),
    [
      [30, 100_050],
      [10, 5_000],
      [20, 1],
    ],
  );
  assert.equal(sumOf(list), 105_051);
  const minor = (text: string, currency: string, locale: string) =>
    allocationsOf({ 1: text }, [], { currency, locale })[0]?.amountMinor;
  assert.equal(minor("1.234,50", "EUR", "de-DE"), 123_450);
  assert.equal(minor("1234", "JPY", "ja-JP"), 1_234);
  assert.equal(minor("1234.5", "JPY", "ja-JP"), undefined);
  assert.equal(minor("1.234", "KWD", "en-GB"), 1_234);
});

test("allocationsOf() reads the texts of typedOfAllocations() back", () => {
  const list = [{ invoiceId: 7, amountMinor: 123_456 }];
  for (const [currency, locale] of [
    ["EUR", "de-DE"],
    ["JPY", "ja-JP"],
    ["KWD", "en-GB"],
    ["CHF", "de-CH"],
  ] as const)
    assert.deepEqual(allocationsOf(typedOfAllocations(list, { currency, locale }), [], { currency, locale }), list);
});

test("errorOfRow() explains why a row's amount is refused", () => {
  assert.equal(errorOfRow("", 100, GBP), null);
  assert.equal(errorOfRow("1.00", 100, GBP), null);
  assert.equal(errorOfRow("1.01", 100, GBP), "The balance is only £1.00.");
  assert.equal(errorOfRow("1,x", 100, GBP), "Enter an amount above zero.");
  assert.equal(errorOfRow("0", 100, GBP), "Enter an amount above zero.");
  assert.equal(errorOfRow("1.00", undefined, GBP), "This invoice is no longer open. Clear the amount.");
  assert.deepEqual(
    errorsOfRows({ 10: "50.01", 30: "1", 99: "1" }, OPEN, GBP).map(({ field }) => field),
    ["allocation-10", "allocation-99"],
  );
});

test("fieldOfPath() finds the row of a path in the command", () => {
  const sent = [
    { invoiceId: 30, amountMinor: 1 },
    { invoiceId: 10, amountMinor: 2 },
  ];
  assert.equal(fieldOfPath("allocations.1.amountMinor", sent), "allocation-10");
  assert.equal(fieldOfPath("allocations.0.invoiceId", sent), "allocation-30");
  assert.equal(fieldOfPath("allocations.2.invoiceId", sent), "allocations.2.invoiceId");
  assert.equal(fieldOfPath("allocations", sent), "allocations");
  assert.equal(fieldOfPath("reference", sent), "reference");
});
