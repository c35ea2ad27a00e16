import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  ago,
  amount,
  bytes,
  count,
  day,
  kilobytes,
  millionths,
  money,
  month,
  monthAndYear,
  price,
  rate,
  shortMoney,
  time,
} from "./format.ts";

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

test("day() is English in the locale's order of day and month; rate() follows the locale", () => {
  assert.deepEqual(
    ["en-GB", "de-DE", "ja-JP", "en-US", "fil-PH"].map((locale) => day("2026-06-30", locale)),
    ["30 Jun 2026", "30 Jun 2026", "30 Jun 2026", "Jun 30, 2026", "Jun 30, 2026"],
  );
  assert.equal(day(null, "en-GB"), "");
  assert.deepEqual([month("2026-01"), monthAndYear("2026-02")], ["Jan", "Feb 2026"]);
  assert.deepEqual([rate(9_975, "de-DE"), rate(20_000, "en-GB"), rate(null, "en-GB")].map(plain), [
    "9,975 %",
    "20%",
    "",
  ]);
});

test("time() has the locale's 12 or 24 hours", () => {
  const at = new Date(2026, 5, 30, 23, 5).getTime();
  assert.deepEqual(
    ["de-DE", "en-GB", "en-US", "ko-KR"].map((locale) => plain(time(at, locale))),
    ["30 Jun 2026, 23:05", "30 Jun 2026, 23:05", "Jun 30, 2026, 11:05 PM", "30 Jun 2026, 11:05 pm"],
  );
  assert.equal(time(Date.UTC(2026, 4, 7, 22, 30), "en-GB", "Asia/Tokyo"), "8 May 2026, 07:30");
});

test("shortMoney() writes at most one decimal, and a letter at the number", () => {
  const texts = (locale: string) =>
    [123_456_789_00, -1_250_00, 99_900, 0].map((minor) => shortMoney(minor, "EUR", locale));
  assert.deepEqual(texts("en-GB").map(plain), ["€123.5M", "-€1.3K", "€999", "€0"]);
  assert.deepEqual(texts("de-DE").map(plain), ["123,5M €", "-1,3K €", "999 €", "0 €"]);
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

/** Locales with other words, other letters, other digits, other calendars, or written from right to left. */
const LOCALES =
  "en-GB en-US en-AU en-CA en-IN en-ZA ar-EG ar-SA bg-BG bn-BD cs-CZ da-DK de-AT de-CH de-DE el-GR es-ES es-MX et-EE eu-ES fa-IR fi-FI fil-PH fr-CA fr-FR ga-IE he-IL hi-IN hr-HR hu-HU it-IT ja-JP ja-JP-u-ca-japanese ko-KR lt-LT lv-LV mr-IN nb-NO nl-NL pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sl-SI sv-SE sw-KE th-TH tr-TR uk-UA vi-VN zh-CN zh-TW".split(
    " ",
  );
const ENGLISH = new Set(
  `jan feb mar apr may jun june jul july aug sep sept oct nov dec january february march april august september october
   november december am pm a m p just now minute minutes hour hours day days yesterday ago k b t kb mb gb`.split(/\s+/),
);

test("every format writes English words and no others, in every locale", () => {
  const months = Array.from({ length: 12 }, (_, n) => `2026-${String(n + 1).padStart(2, "0")}`);
  for (const locale of LOCALES) {
    const texts = [
      ...months.flatMap((name) => [month(name), monthAndYear(name), day(`${name}-28`, locale)]),
      ...months.flatMap((name) => [3, 15].map((hour) => time(Date.parse(`${name}-28T0${hour % 10}:00`), locale))),
      ...[0, 60, 120, 3_600, 7_200, 86_400, 200_000, 9e8].map((s) => ago(1e12 - s * 1000, 1e12, locale)),
      ...[999, 4_096, 1_250_000, 3_400_000_000].map((size) => bytes(size, locale)),
      ...[71_450, 2_440_000].map((size) => kilobytes(size, "up", locale)),
      ...[0, 7, 9_975, 100_000].map((rate3) => rate(rate3, locale)),
      ...[0, -1_234_567, 123_456_789_012].flatMap((minor) => [
        amount(minor, "EUR", locale),
        count(minor, locale),
        price(minor, "EUR", locale),
        millionths(minor, locale),
        ...["EUR", "JPY", "KWD", "PLN"].flatMap((currency) =>
          [money, shortMoney].map((write) => write(minor, currency, locale).replace(signOf(currency, locale), "")),
        ),
      ]),
    ];
    for (const text of texts)
      for (const [word] of text.matchAll(/[\p{L}\p{M}]+/gu))
        assert.ok(ENGLISH.has(word.toLowerCase()), `${locale}: ${word} in ${text}`);
  }
});

/** The currency's sign, which belongs to the figure. */
function signOf(currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return format.formatToParts(1).find(({ type }) => type === "currency")?.value ?? assert.fail();
}

test("words come from this file, or from English names of codes", async () => {
  const root = fileURLToPath(new URL("../", import.meta.url));
  for (const path of await readdir(root, { recursive: true })) {
    if (!/\.tsx?$/.test(path) || path.includes(".test.") || path === join("text", "format.ts")) continue;
    const source = await readFile(join(root, path), "utf8");
    assert.doesNotMatch(source, /\.toLocale(Date|Time)?String\(/, path);
    assert.doesNotMatch(
      source,
      /Intl\.(DateTimeFormat\((?!\)|"en-u-hc-h23")|(RelativeTimeFormat|ListFormat|PluralRules|DurationFormat|DisplayNames|Collator)\((?!"en"))/,
      path,
    );
  }
});
