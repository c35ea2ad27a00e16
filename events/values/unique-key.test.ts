import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryCharacter } from "../../fixtures/data/arbitrary.ts";
import { foldText } from "./fold-text.ts";
import { uniqueKey } from "./unique-key.ts";

test("uniqueKey() is one for texts that are the same to people", () => {
  for (const texts of [
    [
      "AB-1",
      "ab-1",
      " A B - 1 ",
      "ab\u20111",
      "AB–1",
      "AB—1",
      "AB−1",
      "AB\u00ad-1",
      "A\u200bB-1",
      "ＡＢ－１",
      "Ab-1\ufeff",
    ],
    ["AB-1", "АВ-1", "аb-1", "ΑΒ-1", "ꓮꓐ-1", "AB-١", "AB-१", "AB-۱", "AB-𝟏", "A\u2800B-\u3000\u00a01"],
    ["COPE", "СОРЕ", "соре", "ᏟᎾРE".replace("Ꮎ", "O"), "ᴄᴏpe"],
    ["O'NEIL", "o’neil", "Oʼneil", "O‘Neil"],
    ["7/2024", "7⁄2024", "7∕2024"],
    ["STRASSE", "Straße", "straſſe"],
    ["MÜLLER 7", "Muller7", "mu\u0308ller\t7"],
    ["ガス", "ｶﾞｽ"],
    ["LJ1", "ǈ1", "ǉ1"],
  ]) {
    const keys = texts.map(uniqueKey);
    assert.deepEqual(new Set(keys), new Set([keys[0]]), JSON.stringify(texts));
  }
});

test("uniqueKey() keeps texts apart that differ to people, although their characters resemble each other", () => {
  for (const texts of [
    ["B0", "BO", "BÖÖ", "B00"],
    ["I1", "l1", "11", "|1", "i!"],
    ["AB-1", "AB1", "AB_1", "AB.1", "AB/1", "AB+1"],
    ["5", "S", "2", "Z", "8", "B", "З", "3", "Б", "6"],
    ["rn", "m", "cl", "d", "vv", "w"],
    ["Г1", "R1", "Д1", "Ц1", "Ш1"],
    ["東京", "東亰", "东京"],
    ["が", "か", "ぱ", "ば"],
    ["A1", "A2", "A3", "A٤", "A५"],
  ]) {
    const keys = texts.map(uniqueKey);
    assert.equal(new Set(keys).size, texts.length, `${JSON.stringify(texts)}: ${JSON.stringify(keys)}`);
  }
});

const text = fc
  .array(fc.oneof(arbitraryCharacter, fc.constantFrom(..."AB01 -–’АВмꭰⲏ\u200b\u0301\u3099\u00a8ﷺ가가")), {
    maxLength: 12,
  })
  .map((characters) => characters.join(""));

test("uniqueKey() of a key is the key, and composition, case and folding do not matter", () => {
  fc.assert(
    fc.property(text, (one) => {
      const key = uniqueKey(one);
      assert.equal(uniqueKey(key), key);
      for (const form of ["NFC", "NFD", "NFKC", "NFKD"] as const)
        assert.equal(uniqueKey(one.normalize(form)), key, form);
    }),
    { numRuns: 5_000 },
  );
});

/** An accent of ancient Greek, which is a letter in capitals: the only character whose accent depends on its case. */
const hasIota = (characters: string) => characters.normalize("NFKD").includes("\u0345");

test("uniqueKey() of every character is a key, whatever the case", () => {
  const wrong: string[] = [];
  let characters = 0;
  for (let point = 0; point < 0x11_0000; point++) {
    const character = String.fromCodePoint(point);
    if (/[\p{Cn}\p{Cs}\p{Co}\p{Script=Han}\p{Script=Hangul}]/u.test(character) || hasIota(character)) continue;
    characters++;
    const one = `A${character}1`;
    const key = uniqueKey(one);
    if (uniqueKey(key) !== key || uniqueKey(one.toUpperCase()) !== key || uniqueKey(one.toLowerCase()) !== key)
      wrong.push(`U+${point.toString(16)} ${key}`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(characters > 30_000, `${characters}`);
});

test("uniqueKey() of a variant of any text is the key of the text", () => {
  const variant = fc.tuple(text, fc.infiniteStream(fc.nat())).map(([one, random]) => {
    const pick = (of: readonly string[]) => of[(random.next().value ?? 0) % of.length] ?? "";
    const varied = [...one].map((character) => {
      const same = VARIANTS.get(character) ?? [character, character.toUpperCase(), character.toLowerCase()];
      return pick(same) + pick(["", "", "", " ", "\u200b", "\u00a0", "\u00ad", "\u2060"]);
    });
    return { one, other: pick(["", " "]) + varied.join("") };
  });
  fc.assert(
    fc.property(variant, ({ one, other }) => {
      fc.pre(!hasIota(one));
      assert.equal(uniqueKey(other), uniqueKey(one));
    }),
    { numRuns: 5_000 },
  );
});

/** Ways to write one character. */
const VARIANTS = new Map([
  ["A", ["A", "a", "Ａ", "А", "а", "Α", "α", "Á", "á", "A\u0301", "Ꭺ", "ꓮ"]],
  ["B", ["B", "b", "В", "в", "Β", "β", "Ｂ"]],
  ["0", ["0", "０", "٠", "०", "𝟎"]],
  ["1", ["1", "１", "١", "१", "𝟏"]],
  ["-", ["-", "‐", "‑", "–", "—", "−", "－", "﹘"]],
  ["’", ["’", "'", "‘", "ʼ", "＇"]],
]);

test("no two letters of one script have the same key", () => {
  for (const script of ["Greek", "Cyrillic", "Armenian", "Coptic", "Cherokee", "Lisu"]) {
    const seen = new Map<string, string>();
    for (let point = 0; point < 0x1_0000; point++) {
      const letter = String.fromCodePoint(point);
      if (
        !new RegExp(`^\\p{Script=${script}}$`, "u").test(letter) ||
        foldText(letter) !== letter ||
        !/\p{L}/u.test(letter)
      )
        continue;
      const upper = letter.toUpperCase();
      if (upper === "Ӏ") continue; // the same stroke as І
      const key = uniqueKey(letter);
      assert.equal(seen.get(key) ?? upper, upper, `${script}: ${seen.get(key)} and ${upper} are ${key}`);
      seen.set(key, upper);
    }
    assert.ok(seen.size > 20, script);
  }
});
