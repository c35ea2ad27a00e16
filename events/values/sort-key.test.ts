import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sortKeyOf } from "./sort-key.ts";

/** As SQLite compares texts. */
const compare = (a: string, b: string) => Buffer.compare(Buffer.from(sortKeyOf(a)), Buffer.from(sortKeyOf(b)));

test("sortKeyOf() sorts names as people do", () => {
  const sorted = [
    "",
    "1 & 1",
    "３M",
    "20 Minuten",
    "100 Grad",
    "Æon Ltd",
    "»Alpha« GmbH",
    "ÄPFEL & Co",
    "Apfel Zentrale",
    "H&M",
    "Item 2",
    "item 10",
    "Łódź Sp.",
    "O’Connor",
    "Oak",
    "Strasse 1",
    "Straße 2",
    "STRASSE 11",
    "zebra",
    "Ελληνική",
    "東京商事",
    "株式会社",
  ];
  assert.deepEqual(sorted.toReversed().sort(compare), sorted);
  for (const [a, b] of [
    ["Müller", "MULLER"],
    ["ＡＢＣ", "abc"],
    ["O'Connor", "O’Connor"],
    ["A  B", "A\u00a0b"],
    ["Item 007", "item 7"],
  ] as const)
    assert.equal(compare(a, b), 0, `${a} and ${b}`);
});

test("sortKeyOf() sorts numbers of any length by value", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 60n }), fc.bigInt({ min: 0n, max: 10n ** 60n }), (a, b) => {
      assert.equal(compare(`No. ${a}x`, `No. 00${b}a`), a === b ? 1 : a < b ? -1 : 1);
    }),
  );
  const counts = fc.nat({ max: 30 }).map((digits) => 10n ** BigInt(digits));
  fc.assert(
    fc.property(counts, counts, (a, b) => assert.equal(compare(String(a), String(b)), a < b ? -1 : a > b ? 1 : 0)),
  );
});

test("sortKeyOf() is short, without halves of a character, and the same for any composition", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      const key = sortKeyOf(text);
      assert.ok([...key].length <= 96 && key.isWellFormed());
      assert.equal(sortKeyOf(text.normalize("NFD")), key);
      assert.equal(sortKeyOf(` ${text}\t`), key);
    }),
  );
});
