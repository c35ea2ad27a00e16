import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../errors.ts";
import { VAT_CATEGORIES, type VatCategory } from "./money.ts";
import { checkVat, needsReason, usualReason } from "./vat.ts";

/** Rates to try with each category: none (null), 0 %, 0.01 %, 20 %, 100 %. */
const RATES = [null, 0, 1, 20_000, 100_000];
const ALLOWED: Record<VatCategory, (number | null)[]> = {
  S: [1, 20_000, 100_000], // BR-S-5: greater than zero
  Z: [0], // BR-Z-5
  E: [0], // BR-E-5
  AE: [0], // BR-AE-5
  K: [0], // BR-IC-5
  G: [0], // BR-G-5
  O: [null], // BR-O-5: no rate
  L: [0, 1, 20_000, 100_000], // BR-AF-5: zero or greater
  M: [0, 1, 20_000, 100_000], // BR-AG-5: zero or greater
  B: [1, 20_000, 100_000], // the usual rates
};

test("checkVat() accepts each category with its own rates only", () => {
  for (const vatCategory of VAT_CATEGORIES)
    for (const vatRate3 of RATES) {
      const act = () => checkVat({ vatCategory, vatRate3 }, "");
      if (ALLOWED[vatCategory].includes(vatRate3)) act();
      else assert.throws(act, { rule: "VAT_RATE_NOT_ALLOWED" }, `${vatCategory} ${vatRate3}`);
    }
});

test("checkVat() names the rule, the field and the values", () => {
  const messages: [VatCategory, number | null, string][] = [
    ["O", 0, "category O has no rate, not 0"],
    ["S", 0, "category S has a rate above zero, not 0"],
    ["S", null, "category S has a rate above zero, not null"],
    ["L", null, "category L has a rate, not null"],
    ["AE", 20_000, "category AE has the rate zero, not 20000"],
  ];
  for (const [vatCategory, vatRate3, message] of messages)
    assert.throws(
      () => checkVat({ vatCategory, vatRate3 }, "lines.3."),
      (error) => {
        assert.ok(error instanceof Refusal);
        assert.equal(error.message, `lines.3.vatRate3: ${message}`);
        assert.deepEqual([error.kind, error.field], ["invalid", "lines.3.vatRate3"]);
        assert.deepEqual(error.values, { vatCategory, vatRate3 });
        return true;
      },
    );
});

test("needsReason() is true if the breakdown must say why there is no VAT", () => {
  const needing = VAT_CATEGORIES.filter(needsReason);
  assert.deepEqual(needing, ["E", "AE", "K", "G", "O"]); // BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10
});

test("usualReason() returns a reason that is the same for every seller, and null for an exemption", () => {
  const reasons = Object.fromEntries(VAT_CATEGORIES.map((category) => [category, usualReason(category)]));
  assert.deepEqual(reasons, {
    ...{ S: null, Z: null, E: null, L: null, M: null, B: null },
    ...{ AE: "Reverse charge", K: "Intra-community supply", G: "Export outside the EU", O: "Not subject to VAT" },
  });
});
