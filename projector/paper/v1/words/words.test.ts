/** That each language has every word, and writes figures as it should. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { COUNTRY_CODES } from "../../../../events/values/country-codes.ts";
import { countryName, FORMATS } from "./cldr.ts";
import { EN } from "./en.ts";
import { LANGUAGES, wordingOf } from "./words.ts";

/** All texts of a table by their path. */
function textsOf(value: unknown, path: string, into = new Map<string, string>()): Map<string, string> {
  if (typeof value === "string") into.set(path, value);
  else for (const [key, each] of Object.entries(value as object)) textsOf(each, `${path}.${key}`, into);
  return into;
}

const isOfUnits = (path: string) => path.includes(".units.");

test("every language has every word of English, none empty, with the same places to fill in", () => {
  const english = textsOf(EN, "");
  const placesOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  assert.ok(english.size > 150, `${english.size} words`);
  for (const language of LANGUAGES) {
    const texts = textsOf(wordingOf(language).words, "");
    for (const [path, text] of english) {
      assert.ok(texts.get(path)?.trim(), `${language}${path}`);
      assert.deepEqual(placesOf(texts.get(path) ?? ""), placesOf(text), `${language}${path}`);
    }
    for (const path of texts.keys()) assert.ok(english.has(path) || isOfUnits(path), `${language}${path}`);
  }
});

test("no language has left its sentences in English", () => {
  const english = textsOf(EN, "");
  for (const language of LANGUAGES.filter((each) => each !== "en")) {
    const same = [...textsOf(wordingOf(language).words, "")].filter(
      ([path, text]) => !isOfUnits(path) && english.get(path) === text && text.includes(" ") && !text.includes("{"),
    );
    assert.deepEqual(same, [], language);
  }
});

test("every language names every country, and none of them by its code", () => {
  for (const language of LANGUAGES)
    for (const code of COUNTRY_CODES) {
      const name = countryName(code, language);
      assert.ok(name.length > 2 && name !== "null", `${code} in ${language}: ${name}`);
    }
  assert.equal(countryName("ZZ", "de"), "");
});

test("formats have what they need", () => {
  for (const [name, { date, months, currency, percent }] of Object.entries(FORMATS)) {
    assert.equal(months.length, date.includes("{month}") ? 12 : 0, name);
    assert.match(date, /\{dd?\}/);
    assert.match(date, /\{y\}/);
    assert.match(currency, /\{amount\}/);
    assert.match(currency, /\{sign\}/);
    assert.match(percent, /\{amount\}/);
  }
});

test("wordingOf() takes the country's formats, and English for a language without words", () => {
  assert.equal(wordingOf("de-CH").formats, FORMATS["de-CH"]);
  assert.equal(wordingOf("de-DE").formats, FORMATS.de);
  assert.deepEqual([wordingOf("de-Latn-AT").country, wordingOf("fr").country], ["AT", null]);
  for (const tag of ["sv", "ja-JP", "", "constructor"]) {
    const { language, formats } = wordingOf(tag);
    assert.deepEqual([language, formats], ["en", FORMATS.en], tag);
  }
});
