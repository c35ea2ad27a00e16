/** Countries and currencies to choose from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isCurrency } from "../../events/currency.ts";
import { COUNTRY_NAMES, CURRENCY_NAMES, countryOf, currencyIn } from "./countries.ts";

test("every country has a name, once, and a currency that the server knows", () => {
  assert.ok(COUNTRY_NAMES.length > 240);
  assert.equal(new Set(COUNTRY_NAMES.map(([code]) => code)).size, COUNTRY_NAMES.length);
  for (const [code, name] of COUNTRY_NAMES) {
    assert.notEqual(name, code);
    assert.ok(isCurrency(currencyIn(code)), code);
  }
  for (const [code, name] of CURRENCY_NAMES) assert.notEqual(name, code);
});

test("the country of a language tag is the one it says, or the one where most speak it", () => {
  assert.deepEqual(["en-GB", "de", "ja-JP", "de-CH"].map(countryOf), ["GB", "DE", "JP", "CH"]);
  assert.deepEqual(["GB", "DE", "JP", "CH"].map(currencyIn), ["GBP", "EUR", "JPY", "CHF"]);
});
