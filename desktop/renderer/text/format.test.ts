import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, amount, bytes, day, millionths, money, month, price, rate } from "./format.ts";

/** Replaces no-break spaces by spaces. Swiss apostrophes differ between releases of Unicode's data. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ").replaceAll("’", "'");

test("money() and amount() write the currency's decimals in the locale's style", () => {
  const texts = (minor: number, currency: string, locale: string) =>
    [amount(minor, currency, locale), money(minor, currency, locale)].map(plain);
  assert.deepEqual(texts(123_456_789, "EUR", "de-DE"), ["1.234.567,89", "1.234.567,89 €"]);
  assert.deepEqual(texts(123_456_789, "EUR", "en-GB"), ["1,234,567.89", "€1,234,567.89"]);
  assert.deepEqual(texts(1_234_567, "JPY", "ja-JP"), ["1,234,567", "￥1,234,567"]);
  assert.deepEqual(texts(1_234_567, "KWD", "de-CH"), ["1'234.567", "KWD 1'234.567"]);
  assert.deepEqual(texts(-5, "EUR", "fr-FR"), ["-0,05", "-0,05 €"]);
  assert.deepEqual(texts(0, "EUR", "de-DE"), ["0,00", "0,00 €"]);
});

test("money() is exact up to the largest amount", () => {
  assert.equal(money(Number.MAX_SAFE_INTEGER, "EUR", "en-GB"), "€90,071,992,547,409.91");
  assert.equal(money(Number.MIN_SAFE_INTEGER, "EUR", "en-GB"), "-€90,071,992,547,409.91");
});

test("price() and millionths() write as many decimals as the value has", () => {
  assert.equal(price(1_500_000, "EUR", "en-GB"), "1.50");
  assert.equal(price(1_234_567, "EUR", "de-DE"), "1,234567");
  assert.equal(price(2_000_000, "JPY", "ja-JP"), "2");
  assert.equal(millionths(1_000_000, "en-GB"), "1");
});

test("day(), month() and rate() follow the locale", () => {
  assert.deepEqual(
    ["en-GB", "de-DE", "ja-JP", "en-US"].map((locale) => day("2026-06-30", locale)),
    ["30 Jun 2026", "30. Juni 2026", "2026年6月30日", "Jun 30, 2026"],
  );
  assert.equal(day(null, "en-GB"), "");
  assert.deepEqual([month("2026-01", "en-GB"), month("2026-02", "de-DE")], ["Jan 26", "Feb"]);
  assert.deepEqual([rate(1_250, "de-DE"), rate(2_000, "en-GB"), rate(null, "en-GB")].map(plain), ["12,5 %", "20%", ""]);
});

test("ago() counts minutes, hours and days; a future time is just now", () => {
  const at = (seconds: number) => ago(1e12 - seconds * 1000, 1e12, "en-GB");
  assert.deepEqual([0, 44, 60, 7200, 86_400, 3 * 86_400, -500].map(at), [
    "just now",
    "just now",
    "1 minute ago",
    "2 hours ago",
    "yesterday",
    "3 days ago",
    "just now",
  ]);
});

test("bytes() chooses the unit", () => {
  assert.deepEqual(
    [999, 4_096, 1_250_000, 3_400_000_000].map((size) => bytes(size, "en-GB")),
    ["1 kB", "4.1 kB", "1.3 MB", "3.4 GB"],
  );
});
