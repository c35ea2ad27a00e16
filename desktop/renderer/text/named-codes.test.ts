import assert from "node:assert/strict";
import { test } from "node:test";
import { isCurrency } from "../../../events/values/currency.ts";
import { country, language } from "../../../events/values/schema.ts";
import { codeOfText, countries, currencies, languages, type NamedCode, textOfCode } from "./named-codes.ts";

test("every code is valid in commands, has a unique name, and can be read back from its text", () => {
  const lists: [readonly NamedCode[], (code: string) => boolean][] = [
    [countries(), (code) => country().safeParse(code).success],
    [currencies(), isCurrency],
    [languages(), (code) => language().safeParse(code).success],
  ];
  for (const [list, accepts] of lists) {
    assert.ok(list.length > 40);
    assert.equal(new Set(list.map(([, name]) => name)).size, list.length);
    for (const [code, name] of list) {
      assert.ok(accepts(code), code);
      assert.notEqual(name, code);
      assert.equal(codeOfText(list, textOfCode(list, code)), code);
      assert.equal(codeOfText(list, name.toUpperCase()), code);
      assert.equal(codeOfText(list, code.toLowerCase()), code);
    }
  }
  assert.equal(countries().length, 250);
});

test("codeOfText() accepts the beginning of exactly one name, and no ambiguous text", () => {
  assert.equal(codeOfText(countries(), " germ "), "DE");
  assert.equal(codeOfText(countries(), "united kingdom"), "GB");
  assert.equal(codeOfText(countries(), "turkiye"), "TR");
  assert.equal(codeOfText(countries(), "cote d'ivoire"), "CI");
  assert.equal(codeOfText(countries(), "united"), null);
  assert.equal(codeOfText(countries(), "Atlantis"), null);
  assert.equal(codeOfText(countries(), ""), null);
  assert.equal(codeOfText(currencies(), "eur"), "EUR");
  assert.equal(codeOfText(currencies(), "swiss"), "CHF");
  assert.equal(codeOfText(currencies(), "German Mark"), null, "no longer legal tender");
});

test("textOfCode() returns a code outside the list as it is", () => {
  assert.equal(textOfCode(countries(), "ZZ"), "ZZ");
  assert.equal(textOfCode(currencies(), null), "");
  assert.equal(textOfCode(currencies(), "JPY"), "Japanese Yen (JPY)");
});
