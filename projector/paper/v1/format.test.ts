/** Figures and dates as each language writes them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  amountText,
  dateText,
  fill,
  millionthsText,
  moneyText,
  percentText,
  priceText,
  quantityText,
  rateText,
} from "./format.ts";
import { wordingOf } from "./words/words.ts";

const formatsOf = (tag: string) => wordingOf(tag).formats;
/** With blanks of any kind as one space. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

test("moneyText() puts sign, minus and blanks where the language has them", () => {
  const of = (tag: string, minor: number, currency = "EUR") => plain(moneyText(minor, currency, formatsOf(tag)));
  assert.deepEqual(
    ["en", "en-US", "de", "de-AT", "de-CH", "fr", "es", "it", "nl", "pl"].map((tag) => of(tag, -123_450_678)),
    [
      "−€1,234,506.78",
      "−€1,234,506.78",
      "−1.234.506,78 €",
      "€ −1.234.506,78",
      "€ −1'234'506.78",
      "−1 234 506,78 €",
      "−1.234.506,78 €",
      "−1.234.506,78 €",
      "€ −1.234.506,78",
      "−1 234 506,78 €",
    ].map((text) => text.replace("'", wordingOf("de-CH").formats.group).replace("'", wordingOf("de-CH").formats.group)),
  );
  assert.deepEqual(
    [of("en", 5, "CHF"), of("en", 5, "JPY"), of("de", 1_234, "KWD"), of("pl", 100, "PLN"), of("en-US", 100, "USD")],
    ["CHF 0.05", "JP¥5", "1,234 KWD", "1,00 zł", "$1.00"],
  );
});

test("amounts are exact at the ends of their range", () => {
  const { formats } = wordingOf("en");
  assert.equal(amountText(Number.MAX_SAFE_INTEGER, "EUR", formats), "90,071,992,547,409.91");
  assert.equal(amountText(-1, "EUR", formats), "−0.01");
  assert.equal(amountText(0, "JPY", formats), "0");
});

test("every language groups figures alike, whatever their length, for they stand below each other", () => {
  for (const tag of ["es", "it", "pl"]) {
    assert.equal(plain(amountText(12_345, "EUR", formatsOf(tag))), "123,45");
    assert.equal(plain(amountText(123_456, "EUR", formatsOf(tag))).replace(".", " "), "1 234,56");
    assert.equal(plain(amountText(1_234_567, "EUR", formatsOf(tag))).replace(".", " "), "12 345,67");
  }
});

test("prices have at least the currency's decimals, and quantities and rates only what they need", () => {
  const { formats } = wordingOf("en");
  assert.deepEqual(
    [95_000_000, 96_012_345, 1].map((price) => priceText(price, "EUR", formats)),
    ["95.00", "96.012345", "0.000001"],
  );
  assert.equal(priceText(95_000_000, "JPY", formats), "95");
  assert.deepEqual(
    [7_500_000, 1_000_000].map((value) => millionthsText(value, formats)),
    ["7.5", "1"],
  );
  assert.deepEqual(
    [rateText(9_975, formats), rateText(20_000, formats), rateText(0, formats)],
    ["9.975%", "20%", "0%"],
  );
  assert.equal(plain(percentText(2_500_000, formatsOf("de"))), "2,5 %");
});

test("quantityText() has the word that follows the number, and the code where there is none", () => {
  const of = (tag: string, quantity6: number, unit: string) => plain(quantityText(quantity6, unit, wordingOf(tag)));
  assert.deepEqual(
    [of("en", 1_000_000, "HUR"), of("en", 1_500_000, "HUR"), of("en", 0, "HUR")],
    ["1 hour", "1.5 hours", "0 hours"],
  );
  assert.deepEqual([of("fr", 1_500_000, "HUR"), of("fr", 2_000_000, "HUR")], ["1,5 heure", "2 heures"]);
  assert.deepEqual(
    [1, 2, 5, 12, 22, 25].map((n) => of("pl", n * 1_000_000, "HUR")),
    ["1 godzina", "2 godziny", "5 godzin", "12 godzin", "22 godziny", "25 godzin"],
  );
  assert.equal(of("pl", 1_500_000, "HUR"), "1,5 godziny");
  assert.equal(of("en", -1_000_000, "C62"), "−1 piece");
  assert.equal(of("en", 3_000_000, "XBJ"), "3 XBJ");
  assert.equal(of("en", 3_000_000, "constructor"), "3 constructor");
});

test("dateText() has the day as the language writes it", () => {
  assert.deepEqual(
    ["en", "en-US", "de", "fr", "es", "it", "nl", "pl"].map((tag) => plain(dateText("2026-03-07", formatsOf(tag)))),
    ["7 Mar 2026", "Mar 7, 2026", "07.03.2026", "7 mars 2026", "7 mar 2026", "7 mar 2026", "7 mrt 2026", "7 mar 2026"],
  );
});

test("fill() does not read what it filled in", () => {
  assert.equal(fill("{a} {b} {c}", { a: "{b}", b: "$&" }), "{b} $& {c}");
});
