import assert from "node:assert/strict";
import { test } from "node:test";
import { isCurrency } from "../../../events/values/currency.ts";
import { countryOf, currencyIn } from "./countries.ts";
import { countries, currencies } from "./named-codes.ts";

test("every country's currency is known to the server; most currencies belong to a country", () => {
  const used = new Set(countries().map(([code]) => currencyIn(code)));
  for (const currency of used) assert.ok(isCurrency(currency), currency);
  for (const [currency] of currencies().slice(0, 20)) assert.ok(used.has(currency), currency);
});

test("countryOf() is the region of a language tag, or else the one with the most speakers", () => {
  assert.deepEqual(["en-GB", "de", "ja-JP", "de-CH"].map(countryOf), ["GB", "DE", "JP", "CH"]);
  assert.deepEqual(["GB", "DE", "JP", "CH"].map(currencyIn), ["GBP", "EUR", "JPY", "CHF"]);
});
