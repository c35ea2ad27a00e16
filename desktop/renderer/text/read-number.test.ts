import assert from "node:assert/strict";
import { test } from "node:test";
import { isPercentage, type NumberField, readNumber } from "./read-number.ts";

/** The value as a decimal number, or the problem. */
function read(text: string, locale: string, field: Partial<NumberField> = {}): number | string {
  const { decimals = 2 } = field;
  const { value, problem } = readNumber(text, { ...field, locale, decimals });
  return value === null ? problem : value / 10 ** decimals;
}

test("readNumber() reads what the locale displays", () => {
  const all: [string, string, number][] = [
    ["12", "en-GB", 12],
    ["1,234.5", "en-GB", 1234.5],
    ["1,234", "en-GB", 1234],
    ["1.234", "de-DE", 1234],
    ["1.234,50", "de-DE", 1234.5],
    ["1 234,50", "fr-FR", 1234.5],
    ["1’234.50", "de-CH", 1234.5],
    ["12.50", "fr-CH", 12.5],
    ["12,50", "fr-CH", 12.5],
    ["1.234,56", "de-AT", 1234.56],
    ["12,34,567.5", "en-IN", 1_234_567.5],
    ["1,234,567", "ja-JP", 1_234_567],
    ["1.234,5", "es-ES", 1234.5],
    ["12.345", "es-ES", 12_345],
    ["-7.05", "en-GB", -7.05],
    ["90071992547409.91", "en-GB", 90071992547409.91],
  ];
  for (const [text, locale, value] of all)
    assert.equal(read(text, locale, { currency: "CHF" }), value, `${text} in ${locale}`);
  assert.equal(read("1.234", "en-GB", { decimals: 3 }), 1.234);
  assert.equal(read("1.234", "de-DE", { decimals: 6 }), 1234, "a quantity too");
});

test("readNumber() refuses separators in the wrong position, and names what they may mean", () => {
  const all: [string, string, string][] = [
    ["0.500", "de-DE", "Did you mean 0,5 or 500? Write one of these."],
    ["0,500", "en-GB", "Did you mean 0.5 or 500? Write one of these."],
    ["1,5", "en-GB", "Did you mean 1.5 or 15? Write one of these."],
    ["1.23", "de-DE", "Did you mean 1,23 or 123? Write one of these."],
    ["12.3456", "de-DE", "Did you mean 12,3456 or 123.456? Write one of these."],
    ["1234,567", "en-GB", "Did you mean 1,234.567 or 1,234,567? Write one of these."],
    ["-1234,567", "en-GB", "Did you mean -1,234.567 or -1,234,567? Write one of these."],
    ["1.234", "es-ES", "Did you mean 1,234 or 1234? Write one of these."],
    ["1.234", "fr-FR", "Did you mean 1,234 or 1\u202f234? Write one of these."],
    ["123,456", "en-IN", "Did you mean 123.456 or 1,23,456? Write one of these."],
    [".500", "de-DE", "Did you mean 0,5 or 500? Write one of these."],
    ["Rs.500", "en-IN", "Did you mean 0.5 or 500? Write one of these."],
    ["1.234,50", "en-GB", "Did you mean 1,234.5? Write it like that."],
    ["1234,567.5", "en-GB", "Did you mean 1,234,567.5? Write it like that."],
    ["12,34,567", "en-GB", "Did you mean 1,234,567? Write it like that."],
    ["0,500.5", "en-GB", "Did you mean 500.5? Write it like that."],
    ["१,२३४", "de-DE", "Did you mean 1,234 or 1.234? Write one of these."],
    ["༡.༢༣༤", "de-DE", "Did you mean 1,234 or 1.234? Write one of these."],
    ["1 5", "en-GB", "Did you mean 15? Write it like that."],
    ["0 500", "fr-FR", "Did you mean 500? Write it like that."],
    ["1.234.-", "de-CH", "Did you mean 1’234? Write it like that."],
  ];
  for (const [text, locale, problem] of all)
    assert.equal(String(read(text, locale, { currency: "INR" })).replaceAll("'", "’"), problem, `${text} in ${locale}`);
});

test("readNumber() says what is wrong with a number that it understands", () => {
  assert.equal(read("", "en-GB"), "is missing");
  assert.equal(read(" \u200e ", "en-GB"), "is missing");
  assert.equal(read("1.5", "en-GB", { decimals: 0 }), "must be a whole number");
  assert.equal(read("1.2345", "en-GB"), "has too many decimals: at most 2 are allowed");
  const thousands = "has too many decimals: at most 2 are allowed. If you mean 1,234, write it like that";
  assert.equal(read("1.234", "en-GB"), thousands);
  assert.equal(read("90071992547409.92", "en-GB"), "is too large");
  assert.equal(read("1".repeat(400), "en-GB"), "is too large");
  assert.equal(read("10 %", "en-GB"), "cannot be a percentage");
});

test("readNumber() refuses what is no number", () => {
  const none = ["x", "-", ".", "%", "€", "1e3", "--1", "-1-", "(1", "1)", "(-1)", "-(1)", "+-1", "1+", "=1", "1.2.3"];
  const more = [
    "01.02.2024",
    "1..5",
    "1,,234",
    "1, 234",
    "1 .5",
    "5 Taler",
    "12²",
    "½",
    "1/2",
    "0x10",
    "1\n234",
    "1_000",
  ];
  for (const text of [...none, ...more, "1٢", "1\u0967", "1,234.5.6", "12:30", "5'6\"", "∞", "NaN"])
    for (const locale of ["en-GB", "de-DE", "fr-FR", "ar-EG", "en-IN"])
      assert.equal(read(text, locale), "is not a number", `${text} in ${locale}`);
});

test("readNumber() reads digits, spaces, dashes and separators of all kinds", () => {
  for (const text of [
    "１２３．５",
    "١٢٣٫٥",
    "۱۲۳٫۵",
    "१२३.५",
    "১২৩.৫",
    "၁၂၃.၅",
    "\u200f123.5\u061c",
    "+123.5",
    "123。5",
  ])
    assert.equal(read(text, "en-GB"), 123.5, text);
  for (const space of [" ", "\u00a0", "\u202f", "\u2009", "\u3000", "'", "’", "ʼ", "٬"])
    assert.equal(read(`1${space}234${space}567`, "en-GB"), 1_234_567, JSON.stringify(space));
  for (const minus of ["-", "−", "–", "—", "－", "\u200e-", "\u061c-"])
    assert.equal(read(`${minus}1,5`, "de-DE"), -1.5, JSON.stringify(minus));
  for (const system of Intl.supportedValuesOf("numberingSystem")) {
    const text = new Intl.NumberFormat("en", { numberingSystem: system, useGrouping: false }).format(9_876_543_210);
    const locale = /\p{Nd}/u.test(text) ? "en-GB" : `en-u-nu-${system}`;
    assert.equal(read(text, locale), 9_876_543_210, system);
  }
});

test("readNumber() reads the decimals alone, whole francs, and each way to write a negative amount", () => {
  for (const locale of ["en-GB", "de-DE", "fr-FR"])
    for (const text of [".5", ",5", ".50"]) assert.equal(read(text, locale), 0.5, `${text} in ${locale}`);
  for (const text of ["12.-", "12.—", "12.--", "12,-", "CHF 12.-", "12.- CHF", "Fr. 12.—", "12."])
    assert.equal(read(text, "de-CH", { currency: "CHF" }), 12, text);
  for (const text of ["12-", "12.00-", "(12.00)", "-12", "CHF -12", "-CHF 12", "(CHF 12)", "CHF (12)", "(12) CHF"])
    assert.equal(read(text, "de-CH", { currency: "CHF" }), -12, text);
  assert.ok(Object.is(read("-0", "en-GB"), 0), "zero has no sign");
});

test("readNumber() accepts the amount's own currency, and refuses another one by name", () => {
  const eur = { currency: "EUR" };
  for (const text of ["€ 12", "12€", "12 EUR", "eur 12", "12 Euro", "12 euros", "€ 12 EUR"])
    assert.equal(read(text, "en-GB", eur), 12, text);
  for (const text of ["USD 12", "US$12", "12 US Dollar"])
    assert.equal(read(text, "en-GB", eur), "must be in EUR, not USD", text);
  assert.equal(read("12 zł", "de-DE", eur), "must be in EUR, not PLN");
  assert.equal(read("$12", "en-GB", eur), "must be in EUR, not $");
  assert.equal(read("$12 CAD", "en-US", { currency: "USD" }), "must be in USD, not CAD");
  assert.equal(read("A$ 12", "en-US", { currency: "USD" }), "must be in USD, not AUD");
  for (const text of ["$12", "C$12", "CA$12", "12 CAD"])
    assert.equal(read(text, "en-CA", { currency: "CAD" }), 12, text);
  for (const text of ["kr.500", "500 kr.", "kr. 500", "500,00 kr"])
    assert.equal(read(text, "da-DK", { currency: "DKK" }), 500, text);
  for (const text of ["Rs 500", "Rs. 500", "₹500", "500 INR"])
    assert.equal(read(text, "en-IN", { currency: "INR" }), 500);
  assert.equal(read("$.50", "en-US", { currency: "USD" }), 0.5);
  assert.equal(read("12 EUR", "en-GB"), "must be written without a currency");
});

test("readNumber() reads percentages where they are allowed", () => {
  const percent = { percent: true };
  for (const text of ["12.5%", "12.5 %", "%12.5", "12.5٪", "１２．５％"]) {
    assert.equal(read(text, "en-GB", percent), 12.5, text);
    assert.equal(isPercentage(text), true, text);
  }
  assert.equal(read("12.5", "en-GB", percent), 12.5);
  assert.equal(isPercentage("12.5"), false);
  assert.equal(read("12 EUR %", "en-GB", percent), "must be written without a currency");
  for (const text of ["%12%", "12%%", "12‰"]) assert.equal(read(text, "en-GB", percent), "is not a number", text);
});
