/** What a country is likely to mean. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isCurrency } from "../../../events/values/currency.ts";
import { countryOf, currencyIn } from "./countries.ts";
import { countries, currencies } from "./named-codes.ts";

test("every country has a currency that the server knows; most currencies are some country's", () => {
  const used = new Set(countries().map(([code]) => currencyIn(code)));
  for (const currency of used) assert.ok(isCurrency(currency), currency);
  for (const [currency] of currencies().slice(0, 20)) assert.ok(used.has(currency), currency);
});

test("the country of a language tag is the one it says, or the one where most speak it", () => {
  assert.deepEqual(["en-GB", "de", "ja-JP", "de-CH"].map(countryOf), ["GB", "DE", "JP", "CH"]);
  assert.deepEqual(["GB", "DE", "JP", "CH"].map(currencyIn), ["GBP", "EUR", "JPY", "CHF"]);
});
