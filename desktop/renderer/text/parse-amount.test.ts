import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAmount } from "./parse-amount.ts";

test("parseAmount() reads amounts in the locale's style into minor units", () => {
  const all: [string, number, string, number | null][] = [
    ["12", 2, "en-GB", 1_200],
    ["1,234.5", 2, "en-GB", 123_450],
    ["1.234,50", 2, "de-DE", 123_450],
    ["1 234,50", 2, "fr-FR", 123_450],
    ["1’234.50", 2, "de-CH", 123_450],
    ["-7.05", 2, "en-GB", -705],
    ["1234", 0, "ja-JP", 1_234],
    ["1.234", 3, "en-GB", 1_234],
    ["90071992547409.91", 2, "en-GB", Number.MAX_SAFE_INTEGER],
  ];
  for (const [text, decimals, locale, minor] of all)
    assert.equal(parseAmount(text, decimals, locale), minor, `${text} in ${locale}`);
});

test("parseAmount() returns null for text that is not an amount, or that has too many decimals", () => {
  for (const text of ["", "x", "1.234", "1e3", "--1", "1.2.3", "90071992547409.92", "=1"])
    assert.equal(parseAmount(text, 2, "en-GB"), null, text);
  assert.equal(parseAmount("1.5", 0, "en-GB"), null);
});

test("parseAmount() never mistakes another language's decimal separator for a grouping separator", () => {
  assert.equal(parseAmount("1,5", 2, "en-GB"), null, "1.5 in German, not 15");
  assert.equal(parseAmount("1.5", 2, "de-DE"), null);
  assert.equal(parseAmount("1.234,50", 2, "en-GB"), null);
  assert.equal(parseAmount("1.234,50", 2, "de-DE"), 123_450);
  assert.equal(parseAmount("1,2345", 2, "en-GB"), null);
  assert.equal(parseAmount("12,34,567.5", 2, "en-IN"), 123_456_750);
  assert.equal(parseAmount("1,234,567", 0, "ja-JP"), 1_234_567);
  assert.equal(parseAmount("1’234.50", 2, "de-CH"), 123_450);
  assert.equal(parseAmount("1 234,50", 2, "fr-FR"), 123_450);
  assert.equal(parseAmount(",5", 2, "de-DE"), null);
});
