import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amount, decimal, millionths, parseDecimal, thousandths } from "./decimals.ts";

test("decimal() keeps every digit and writes no needless zero", () => {
  assert.equal(decimal(0, 6), "0");
  assert.equal(decimal(1, 6), "0.000001");
  assert.equal(decimal(-1, 6), "-0.000001");
  assert.equal(decimal(1_000_000, 6), "1");
  assert.equal(decimal(-1_500_000, 6), "-1.5");
  assert.equal(decimal(100, 0), "100");
  assert.equal(decimal(-0, 2, 2), "0.00");
  assert.equal(millionths(Number.MAX_SAFE_INTEGER), "9007199254.740991");
  assert.equal(thousandths(9_975), "9.975");
  assert.equal(thousandths(20_000), "20");
});

test("amount() has the decimals of its currency, and a third one only where it counts", () => {
  assert.equal(amount(123_450, "EUR"), "1234.50");
  assert.equal(amount(0, "EUR"), "0.00");
  assert.equal(amount(-5, "EUR"), "-0.05");
  assert.equal(amount(123_450, "JPY"), "123450");
  assert.equal(amount(-100, "JPY"), "-100");
  assert.equal(amount(123_450, "KWD"), "123.45");
  assert.equal(amount(123_400, "KWD"), "123.40");
  assert.equal(amount(123_456, "KWD"), "123.456");
  assert.equal(amount(Number.MAX_SAFE_INTEGER, "EUR"), "90071992547409.91");
});

test("parseDecimal() of decimal() is the integer", () => {
  const property = fc.property(fc.maxSafeInteger(), fc.nat(6), fc.nat(3), (value, scale, least) => {
    const text = decimal(value, scale, Math.min(least, scale));
    assert.match(text, /^-?(0|[1-9]\d*)(\.\d+)?$/);
    assert.equal(parseDecimal(text, scale), value);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test("parseDecimal() reads what xs:decimal allows, and nothing else", () => {
  const read = { "+1.50": 150, ".5": 50, "5.": 500, "007": 700, "1.230000": 123, "-0": 0, "-0.00": 0 };
  for (const [text, value] of Object.entries(read)) assert.ok(Object.is(parseDecimal(text, 2), value), text);
  for (const text of ["", ".", "-", "1e3", "1,5", "0x10", "1.005", "NaN", "1 000", "90071992547409.92"])
    assert.equal(parseDecimal(text, 2), null, text);
});
