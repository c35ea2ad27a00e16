/** The list of characters, compared with the fonts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { charactersOf } from "./characters-of-font.suite.ts";
import { readFonts } from "./fonts.ts";
import { missingGlyphs, withoutMissing } from "./missing-glyphs.ts";

const sets = readFonts(null).map(charactersOf);

test("missingGlyphs() names what no font has, and nothing that one has", () => {
  const isForPrivateUse = (code: number) => /[\p{Co}\p{Cs}]/u.test(String.fromCodePoint(code));
  for (let code = 0x21; code < 0x2_ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    if (/[\s\p{Default_Ignorable_Code_Point}\p{Cc}]/u.test(character)) continue;
    const has = sets.some((set) => set.has(code)) && !isForPrivateUse(code);
    if (has) assert.deepEqual(missingGlyphs(character), [], `U+${code.toString(16)}`);
    else if (character.normalize("NFC") === character && character.normalize("NFD") === character)
      assert.deepEqual(missingGlyphs(character), [character], `U+${code.toString(16)}`);
  }
});

test("the bold font has what the regular one of its family has", () => {
  assert.deepEqual(sets[1], sets[0]);
});

test("missingGlyphs() names each character once, in order, and knows marks and what is not seen", () => {
  assert.deepEqual(missingGlyphs("😀 Ünï ไ 😀 ไ"), ["😀", "ไ"]);
  assert.deepEqual(missingGlyphs("e\u0301 \u200d\ufe0f\n\tא\u05b8 日本"), []);
});

test("withoutMissing() replaces what cannot be shown, and makes control characters blanks", () => {
  assert.equal(withoutMissing("a😀b\u0000c\nd"), "a\ufffdb c\nd");
  assert.equal(withoutMissing("Größe €5 日本"), "Größe €5 日本");
});
