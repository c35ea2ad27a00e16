import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  allowsReset,
  formatNumber,
  MAX_OWN_NUMBER,
  MAX_PATTERN,
  makeSameNumbers,
  NUMBER_PATTERN,
  OWN_NUMBER,
  patternFault,
  patternOfPrefix,
  periodOf,
  prefixOfPattern,
  readNumber,
} from "./number-pattern.ts";
import { uniqueKey } from "./unique-key.ts";

const literal = fc.string({ unit: fc.constantFrom(..."ABcd019/_.- "), maxLength: 6 });
const counterToken = fc.integer({ min: 1, max: 12 }).map((zeros) => `{${"0".repeat(zeros)}}`);
/** Any pattern without a fault. */
const pattern = fc
  .tuple(
    literal,
    fc.constantFrom("", "{YYYY}", "{YY}"),
    literal,
    fc.constantFrom("", "{MM}"),
    literal,
    counterToken,
    literal,
  )
  .map((parts) => parts.join("").replaceAll(/ +/g, " ").trim())
  .filter((text) => patternFault(text) === null);
const date = fc
  .tuple(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => `${year}-${String(month).padStart(2, "0")}-15`);
const counter = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));

test("patternFault() names what is wrong with a pattern", () => {
  for (const [text, fault] of [
    ["INV-{0000}", null],
    ["RE-{YYYY}-{0000}", null],
    ["{0}", null],
    ["{000000000000}", null],
    ["{MM}/{YY} {0}", null],
    ["", "no counter"],
    ["INV-{YYYY}", "no counter"],
    ["{0}{00}", "several counters"],
    ["{YYYY}{YY}{0}", "several years"],
    ["{MM}{MM}{0}", "several months"],
    ["{0000000000000}", "braces"],
    ["{DD}{0}", "braces"],
    ["{yyyy}{0}", "braces"],
    ["{}{0}", "braces"],
    ["{0}}", "braces"],
    ["{{0}", "braces"],
    ["Ä{0}", "characters"],
    ["a\t{0}", "characters"],
    ["INV–{0}", "characters"],
    [" {0}", "blanks"],
    ["A  {0}", "blanks"],
    [`${"x".repeat(MAX_PATTERN)}{0}`, "too long"],
  ] as const)
    assert.equal(patternFault(text), fault, text);
});

test("every pattern without a fault fits the schema of events, and its numbers fit theirs", () => {
  fc.assert(
    fc.property(pattern, date, counter, (pattern, date, counter) => {
      assert.match(pattern, NUMBER_PATTERN);
      const number = formatNumber(pattern, date, counter);
      assert.ok(number.length <= MAX_OWN_NUMBER && MAX_OWN_NUMBER <= 60, number);
      assert.match(number, OWN_NUMBER);
    }),
  );
});

test("readNumber() reads back what formatNumber() makes, however it is written", () => {
  fc.assert(
    fc.property(pattern, date, counter, (pattern, date, counter) => {
      const number = formatNumber(pattern, date, counter);
      const [year, month] = date.split("-");
      for (const written of [number, number.toLowerCase(), number.replaceAll("-", "\u2013"), ` ${number}`]) {
        const parts = readNumber(pattern, written);
        assert.equal(parts?.counter, counter, `${pattern}: ${written}`);
        assert.equal(parts?.year, pattern.includes("{YYYY}") ? year : pattern.includes("{YY}") ? year?.slice(2) : null);
        assert.equal(parts?.month, pattern.includes("{MM}") ? month : null);
      }
    }),
  );
});

test("a counter grows past its digits, and has no other spelling", () => {
  assert.equal(formatNumber("{00}", "2026-01-01", 100), "100");
  assert.equal(readNumber("{00}", "100")?.counter, 100);
  for (const text of ["1", "001", "00", "1e2", "-1", "99999999999999999"]) assert.equal(readNumber("{00}", text), null);
});

test("makeSameNumbers() is true of patterns that make a number that is the same to people", () => {
  fc.assert(
    fc.property(pattern, pattern, date, date, (one, other, on, later) => {
      const few = Array.from({ length: 30 }, (_, n) => n + 1);
      const keys = new Set(few.map((counter) => uniqueKey(formatNumber(one, on, counter))));
      const meets = few.some((counter) => keys.has(uniqueKey(formatNumber(other, later, counter))));
      if (meets) assert.ok(makeSameNumbers(one, other), `${one} ${other}`);
      assert.equal(makeSameNumbers(one, other), makeSameNumbers(other, one));
    }),
    { numRuns: 300 },
  );
  for (const [one, other, same] of [
    ["INV-{0000}", "inv-{0000}", true],
    ["INV {0000}", "INV{0000}", true],
    ["INV-{0000}", "INV-{00000}", true], // from INV-10000 on
    ["INV-{0000}", "INV-1{000}", true],
    ["INV-{0000}", "CN-{0000}", false],
    ["INV-{0000}", "INV-{YYYY}-{0000}", false],
    ["INV-{0000}", "INV-{YYYY}{0000}", false], // 20,260,001 documents later
    ["A{YYYY}{00}", "A{MM}{0000}", true],
  ] as const)
    assert.equal(makeSameNumbers(one, other), same, `${one} ${other}`);
});

test("a series begins again only with what its numbers need", () => {
  for (const [pattern, never, yearly, monthly] of [
    ["{0}", true, false, false],
    ["{MM}{0}", true, false, false],
    ["{YY}{0}", true, true, false],
    ["{YYYY}{MM}{0}", true, true, true],
  ] as const)
    assert.deepEqual(
      [allowsReset(pattern, "never"), allowsReset(pattern, "yearly"), allowsReset(pattern, "monthly")],
      [never, yearly, monthly],
    );
  assert.deepEqual(
    (["never", "yearly", "monthly"] as const).map((reset) => periodOf(reset, "2026-03-31")),
    ["", "2026", "2026-03"],
  );
});

test("prefix and digits of earlier releases become a pattern, and are read back", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."aZ0/_.-"), maxLength: 20 }),
      fc.integer({ min: 1, max: 12 }),
      (prefix, digits) => {
        const pattern = patternOfPrefix(prefix, digits);
        assert.equal(patternFault(pattern), null);
        assert.deepEqual(prefixOfPattern(pattern), { prefix, digits });
        assert.equal(formatNumber(pattern, "2026-01-01", 7), `${prefix}${"7".padStart(digits, "0")}`);
      },
    ),
  );
  assert.equal(prefixOfPattern("{YY}{0}"), null);
});
