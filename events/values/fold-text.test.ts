import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryCharacter } from "../../fixtures/data/arbitrary.ts";
import { foldText } from "./fold-text.ts";

test("foldText() folds case, accents, width and ligatures of all scripts", () => {
  for (const [text, folded] of [
    ["Straße", "strasse"],
    ["STRASSE", "strasse"],
    ["STRAẞE", "strasse"],
    ["Łódź", "lodz"],
    ["Ørsted", "orsted"],
    ["Iğdır", "igdir"],
    ["İZMİR", "izmir"],
    ["Ελληνική", "ελληνικη"],
    ["ΟΔΟΣ", "οδοσ"],
    ["οδός", "οδοσ"],
    ["ＡＢＣ１", "abc1"],
    ["Ångström ﬁx №7", "angstrom fix no7"],
    ["Пётр", "петр"],
    ["שָׁלוֹם", "שלום"],
    ["مُحَمَّد", "محمد"],
    ["أحمد إبراهيم آمنة ٱلهدى", "احمد ابراهيم امنه الهدي"],
    ["شرکت یکم", "شركت يكم"],
    ["\u845b\u{e0100}城 ❤\ufe0f", "葛城 ❤"],
    ["ｶﾞｽ", "ガス"],
    ["ガス", "ガス"],
    ["हिन्दी", "हिन्दी"],
    ["ไทย", "ไทย"],
    ["H&M, A&B", "h&m, a&b"],
  ] as const)
    assert.equal(foldText(text), folded.normalize("NFC"), text);
});

test("foldText() changes a folded text no more, and composition does not matter", () => {
  const text = fc.array(arbitraryCharacter, { maxLength: 12 }).map((characters) => characters.join(""));
  fc.assert(
    fc.property(text, (one) => {
      const folded = foldText(one);
      assert.equal(foldText(folded), folded);
      assert.equal(foldText(one.normalize("NFD")), foldText(one.normalize("NFC")));
    }),
    { numRuns: 5_000 },
  );
});
