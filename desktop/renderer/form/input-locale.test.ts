import assert from "node:assert/strict";
import { test } from "node:test";
import { foreignLocale, textOfState } from "./input-locale.ts";

const STATE = { value: { price: "1.234" }, base: { price: "" }, version: 3 };

test("foreignLocale() names the locale of stored numbers, if they are written differently now", () => {
  const text = textOfState(STATE, "de-DE");
  assert.deepEqual(JSON.parse(text), { ...STATE, locale: "de-DE" });
  assert.equal(foreignLocale(text, "en-GB"), "de-DE");
  assert.equal(foreignLocale(text, "es-CL"), null, "the same separators");
  assert.equal(foreignLocale(text, "de-DE"), null);
});

test("foreignLocale() does not know where input of an older release was typed", () => {
  for (const text of [JSON.stringify(STATE), "", "null", "[]", '{"locale":7}', '{"locale":"not a locale"}'])
    assert.equal(foreignLocale(text, "en-GB"), null, text);
});
