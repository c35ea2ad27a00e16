import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amount, millionths } from "../text/format.ts";
import { baseOfDocument, readAdjustment, readMoney, shareText } from "./read-adjustment.ts";

const EN = { currency: "EUR", locale: "en-GB" };
const allowance = (amount: string) => ({ kind: "allowance" as const, reason: "loyal", amount });
const charge = (amount: string) => ({ kind: "charge" as const, reason: "freight", amount });

function read(typed: ReturnType<typeof allowance | typeof charge>, base: number | null | "none", reading = EN) {
  const { value, errors } = readAdjustment(typed, reading, base);
  return errors.length === 0 ? value.amountMinor : errors.map(({ field, message }) => `${field} ${message}`).join();
}

test("readAdjustment() takes a percentage of the base, half away from zero", () => {
  assert.equal(read(allowance("10 %"), 15_000), 1_500);
  assert.equal(read(charge("%2.5"), 1_000), 25);
  assert.equal(read(allowance("2.5%"), 100), 3, "2.5 cents");
  assert.equal(read(allowance("2.4999%"), 100), 2);
  assert.equal(read(allowance("33.333333%"), 300), 100);
  assert.equal(read(allowance("12,5 %"), 1_000, { currency: "EUR", locale: "de-DE" }), 125);
  assert.equal(read(charge("200%"), 1_000), 2_000);
  assert.equal(read(allowance("100%"), Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER, "exact");
  assert.equal(read(allowance("10"), 15_000), 1_000, "without a sign, an amount");
  assert.equal(read(allowance("10 %"), 0), 0);
  assert.equal(read(allowance("10 %"), -15_000), -1_500, "of goods that came back");
});

test("readAdjustment() keeps the percentage, its own base, and the code of the reason", () => {
  const typed = { ...allowance("10 %"), base: "200", reasonCode: "95" };
  assert.deepEqual(readAdjustment(typed, EN, 15_000), {
    value: {
      kind: "allowance",
      reason: "loyal",
      amountMinor: 2_000,
      reasonCode: "95",
      percent6: 10_000_000,
      baseMinor: 20_000,
    },
    errors: [],
  });
  assert.equal(shareText(typed, EN, 15_000, ", the lines"), "20.00 (10% of 200.00)");
  const { value } = readAdjustment({ ...typed, amount: "7" }, EN, 15_000);
  assert.deepEqual([value.amountMinor, value.percent6, value.baseMinor], [700, null, null], "an amount has no base");
  assert.deepEqual(readAdjustment({ ...typed, base: "x" }, EN, 15_000).errors, [
    { field: "baseMinor", message: "is not a number" },
  ]);
  assert.deepEqual(readAdjustment({ ...typed, reason: " " }, EN, 15_000).errors, [], "the code says why");
  assert.deepEqual(readAdjustment({ ...allowance("7"), reason: " " }, EN, 15_000).errors, [
    { field: "reason", message: "is missing" },
  ]);
});

test("readAdjustment() refuses a percentage that has no meaning", () => {
  assert.equal(read(allowance("101%"), 1_000), "amountMinor must be at most 100%");
  assert.equal(read(allowance("-1%"), 1_000), "amountMinor is below zero");
  assert.equal(read(allowance("1.5.2%"), 1_000), "amountMinor is not a number");
  assert.equal(read(allowance("1,5%"), 1_000), "amountMinor Did you mean 1.5 or 15? Write one of these.");
  assert.equal(read(allowance("5% EUR"), 1_000), "amountMinor must be written without a currency");
  assert.match(String(read(allowance("5%"), "none")), /^amountMinor No line has this VAT/);
  assert.equal(read(charge("101%"), Number.MAX_SAFE_INTEGER), "amountMinor is too large");
  assert.equal(read(allowance("5%"), null), 0, "the line's own error is enough");
  assert.equal(readMoney("5 %", EN).error, "cannot be a percentage");
});

test("shareText() says what a percentage is, before it is saved", () => {
  assert.equal(shareText(allowance("10 %"), EN, 15_000), "15.00 (10% of 150.00)");
  assert.equal(shareText(allowance("10 %"), EN, 15_000, ", the lines"), "15.00 (10% of 150.00, the lines)");
  for (const base of [null, "none"] as const) assert.equal(shareText(allowance("10 %"), EN, base), null);
  assert.equal(shareText(allowance("10"), EN, 15_000), null);
  assert.equal(shareText(allowance("1,5%"), EN, 15_000), null);
});

test("a percentage is exact in every currency, as integers divide", () => {
  const base = fc.oneof(fc.maxSafeNat(), fc.nat(1_000_000));
  const property = fc.property(
    base,
    fc.nat(100_000_000),
    fc.constantFrom("EUR", "JPY", "KWD"),
    (base, p6, currency) => {
      const reading = { currency, locale: "de-DE" };
      const minor = Number(read(allowance(`${millionths(p6, "de-DE")} %`), base, reading));
      const error = 2n * (BigInt(minor) * 100_000_000n - BigInt(base) * BigInt(p6));
      assert.ok(error > -100_000_000n && error <= 100_000_000n, `${p6} of ${base} is ${minor}`);
      // The amount that the form shows is the amount that is read back.
      const shown = amount(minor, currency, reading.locale);
      assert.equal(readMoney(shown, reading).value, minor);
    },
  );
  fc.assert(property);
});

test("baseOfDocument() is the net of the lines with the same VAT", () => {
  const line = (price6: number, vatRate3: number) => {
    const own = { itemId: null, code: null, description: "x", unit: "C62", vatCategory: "S" as const };
    return { ...own, quantity6: 2_000_000, price6, vatRate3, adjustments: [], more: null };
  };
  const off = {
    kind: "allowance" as const,
    reason: "x",
    amountMinor: 100,
    reasonCode: null,
    percent6: null,
    baseMinor: null,
  };
  const lines = [{ ...line(10_000_000, 19_000), adjustments: [off] }, line(5_000_000, 7_000), line(1_000_000, 19_000)];
  const base = (vatRate3: number) => baseOfDocument(lines, { vatCategory: "S", vatRate3 }, "EUR");
  assert.deepEqual([base(19_000), base(7_000), base(0)], [2_100, 1_000, "none"]);
});
