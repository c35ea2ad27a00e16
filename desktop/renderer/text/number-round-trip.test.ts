/** What the app displays, in every locale and currency, is read as the same number; no other locale's number is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { currencyCodes, decimalsOf } from "../../../events/values/currency.ts";
import { pickCount } from "../../../fixtures/tests/pick-count.ts";
import { amount, count, millionths, money, percentage, price, rate } from "./format.ts";
import { LOCALES } from "./locales.suite.ts";
import { numberStyle } from "./number-style.ts";
import { type NumberField, readNumber } from "./read-number.ts";
import { typedAmount } from "./typed-amount.ts";

const CURRENCIES = [...currencyCodes()];
const EDGES = [0, 1, 5, 100, 999, 1000, 1234, 1500, 9999, 12_345, 123_456, 12_345_678, Number.MAX_SAFE_INTEGER];
const SIGNED = [...EDGES, -5, -1234, -12_345_678];
/** Numbers with each count of digits. */
const value = fc
  .tuple(fc.integer({ min: 1, max: 15 }), fc.maxSafeNat(), fc.boolean())
  .map(([digits, all, below]) => (all % 10 ** digits) * (below ? -1 : 1) || 0);
const locale = fc.constantFrom(...LOCALES);
const currency = fc.constantFrom(...CURRENCIES);

function assertReads(text: string, expected: number, field: NumberField): void {
  const read = readNumber(text, field);
  assert.equal(read.value, expected, `${JSON.stringify(text)} in ${JSON.stringify(field)}: ${read.problem}`);
}

/** Each way in which the app displays numbers and amounts, and fills them in. */
function assertRoundTrip(value: number, locale: string, currency: string): void {
  const decimals = decimalsOf(currency);
  const amounts = { locale, currency, decimals };
  const numbers = { locale, decimals: 6 };
  assertReads(amount(value, currency, locale), value, amounts);
  assertReads(money(value, currency, locale), value, amounts);
  assertReads(typedAmount(value, decimals, locale, decimals), value, amounts);
  assertReads(price(value, currency, locale), value, { ...numbers, currency });
  assertReads(millionths(value, locale), value, numbers);
  assertReads(typedAmount(value, 6, locale), value, numbers);
  assertReads(count(value, locale), value, { locale, decimals: 0 });
  assertReads(percentage(value, locale), value, { ...numbers, percent: true });
  if (Math.abs(value) < 1e11) assertReads(rate(value, locale), value, { locale, decimals: 3, percent: true });
}

test("readNumber() inverts each format in every locale, at the edges", () => {
  for (const locale of LOCALES) for (const value of SIGNED) assertRoundTrip(value, locale, "EUR");
});

test("readNumber() inverts each format in every currency, in the locales of each style", () => {
  const locales = "en de-AT fr-CH en-IN en-BE es sv he ar-EG fa my da kea";
  for (const locale of locales.split(" "))
    for (const currency of CURRENCIES) assertRoundTrip(-1_234_567, locale, currency);
});

test("readNumber() inverts each format for any number, locale and currency", () => {
  const property = fc.property(value, locale, currency, assertRoundTrip);
  fc.assert(property, { numRuns: pickCount({ usual: 500, long: 10_000 }) });
});

test("in no locale and currency is a character both a decimal and a group separator", () => {
  const property = fc.property(locale, currency, (locale, currency) => {
    const { decimals, groups } = numberStyle(locale, { currency, percent: true });
    for (const decimal of decimals) assert.ok(!groups.has(decimal), `${decimal} in ${locale}, ${currency}`);
  });
  fc.assert(property, { numRuns: pickCount({ usual: 500, long: 10_000 }) });
});

/** True if the text, up to how spaces are written, is how this locale writes this number with some count of decimals. */
function isDisplayed(text: string, value: number, { locale, currency = "", decimals }: NumberField): boolean {
  const plain = (text: string) =>
    text
      .replace(/[\p{Cf}\s]/gu, "")
      .replace(/[’']/g, "")
      .replace("−", "-");
  const digits = String(Math.abs(value)).padStart(decimals + 1, "0");
  const exact = `${value < 0 ? "-" : ""}${digits.slice(0, digits.length - decimals)}.${digits.slice(-decimals)}`;
  const amount = { style: "currency", currency, currencyDisplay: "code" } as const;
  // Amounts may be grouped in another way than numbers, and the user may type the digits 0 to 9: `100,000` in `mr-IN`.
  const latin = { numberingSystem: "latn" } as const;
  return [{}, latin, amount, { ...amount, ...latin }].some((style) =>
    Array.from({ length: decimals + 1 }, (_, places) => {
      const fixed = { minimumFractionDigits: places, maximumFractionDigits: 6 };
      const parts = new Intl.NumberFormat(locale, { ...style, ...fixed }).formatToParts(
        exact as Intl.StringNumericLiteral,
      );
      return parts.flatMap(({ type, value }) => (type === "currency" ? [] : [value])).join("");
    }).some((one) => plain(one) === plain(text)),
  );
}

test("readNumber() never takes another locale's number for another value, unless it displays that value like this", () => {
  const property = fc.property(value, locale, locale, currency, (value, from, to, currency) => {
    const decimals = decimalsOf(currency);
    const cases: [string, NumberField][] = [
      [amount(value, currency, from), { locale: to, currency, decimals }],
      [price(value, currency, from), { locale: to, currency, decimals: 6 }],
      [millionths(value, from), { locale: to, currency, decimals: 6 }],
    ];
    for (const [text, field] of cases) {
      const read = readNumber(text, field).value;
      if (read !== null && read !== value)
        assert.ok(isDisplayed(text, read, field), `${JSON.stringify(text)} of ${from} is ${read} in ${to}`);
    }
  });
  fc.assert(property, { numRuns: pickCount({ usual: 1_500, long: 30_000 }) });
});

const typedText = fc
  .array(fc.oneof(fc.constantFrom(...".,.,.,-− '’()%0005"), fc.integer({ min: 0, max: 9999 }).map(String)), {
    maxLength: 7,
  })
  .map((parts) => parts.join(""));

test("the meanings that readNumber() names are numbers that it reads, each another one", () => {
  const property = fc.property(typedText, locale, (text, locale) => {
    const { problem } = readNumber(text, { locale, decimals: 6 });
    const [, meanings = ""] = /^Did you mean (.*)\? Write/.exec(problem ?? "") ?? [];
    if (meanings === "") return;
    const values = meanings.split(" or ").map((one) => {
      const read = readNumber(one, { locale, decimals: 6 });
      assert.ok(read.value !== null || !read.noNumber, `${one}: ${read.problem}`);
      return read.value ?? read.problem;
    });
    assert.ok(values.length <= 2);
  });
  fc.assert(property, { numRuns: pickCount({ usual: 1_000, long: 10_000 }) });
});

/** How release 0.1 read numbers, for texts that it stored. */
function readBefore(text: string, decimals: number, locale: string): number | null {
  const parts = new Intl.NumberFormat(locale).formatToParts(-1234567.5);
  const separator = (type: string) => parts.find((part) => part.type === type)?.value.trim() ?? "";
  const group = separator("group").replace(/['’]/, "") || "\u0000";
  const plain = text.replaceAll(/[\s\u00a0\u202f'’]/g, "").replace(/^[−–]/, "-");
  const [wholeText = "", rest = "", ...more] = plain.split(separator("decimal") || ".");
  const [, minus = "", digits = ""] = /^(-?)(.+)$/.exec(wholeText) ?? [];
  const groups = digits.split(group);
  const sizes = [/^\d{2,3}$/, /^\d{3}$/] as const;
  const isGrouped = groups.every(
    (part, n) => /^\d+$/.test(part) && (n === 0 || sizes[n === groups.length - 1 ? 1 : 0].test(part)),
  );
  const whole = groups.join("");
  if (more.length > 0 || !isGrouped || whole.length > 16 || !/^\d*$/.test(rest) || rest.length > decimals) return null;
  const minor = Number(`${minus}${whole}${rest.padEnd(decimals, "0")}`);
  return Number.isSafeInteger(minor) ? minor : null;
}

test("readNumber() reads stored input of release 0.1 as the same number, or asks", () => {
  const property = fc.property(typedText, locale, fc.constantFrom(0, 2, 3, 6), (text, locale, decimals) => {
    const before = readBefore(text, decimals, locale);
    const now = readNumber(text, { locale, decimals }).value;
    if (before !== null && now !== null) assert.equal(now, before || 0, `${JSON.stringify(text)} in ${locale}`);
  });
  fc.assert(property, { numRuns: pickCount({ usual: 1_500, long: 30_000 }) });
});
