import assert from "node:assert/strict";
import { test } from "node:test";
import { basisPointsOf, withCurrentRates, withFormerRates } from "./former-rates.ts";

test("withCurrentRates() converts rates in basis points at every depth, and changes nothing else", () => {
  const input = {
    lines: [{ a: 1, vatRateBp: 2000 }, { vatRateBp: null }, { vatRate3: 9975 }],
    draft: { vatRateBp: 0 },
  };
  const before = structuredClone(input);
  assert.deepEqual(withCurrentRates(input, []), {
    lines: [{ a: 1, vatRate3: 20_000 }, { vatRate3: null }, { vatRate3: 9975 }],
    draft: { vatRate3: 0 },
  });
  assert.deepEqual(input, before);
  const current = { lines: [{ vatRate3: 9975 }] };
  assert.equal(withCurrentRates(current, []), current);
  for (const value of [null, undefined, "vatRateBp", 1, []]) assert.equal(withCurrentRates(value, []), value);
});

test("withCurrentRates() reports rates that differ, and what is no rate in basis points", () => {
  const pathsOf = (input: unknown) => {
    const issues: Parameters<typeof withCurrentRates>[1] = [];
    withCurrentRates(input, issues);
    return issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  };
  assert.deepEqual(pathsOf({ vatRateBp: 2000, vatRate3: 20_000 }), []);
  assert.deepEqual(pathsOf({ vatRateBp: null, vatRate3: null }), []);
  const differs = "vatRateBp must be the same rate as vatRate3";
  assert.deepEqual(pathsOf({ lines: [{}, { vatRateBp: 2000, vatRate3: 2000 }] }), [`lines.1.${differs}`]);
  assert.deepEqual(pathsOf({ vatRateBp: null, vatRate3: 0 }), [differs]);
  for (const wrong of [-1, 10_001, 997.5, "2000", true, {}])
    assert.deepEqual(pathsOf({ vatRateBp: wrong }), ["vatRateBp must be a whole number from 0 to 10000"]);
});

test("withFormerRates() gives each rate in both units, and null where basis points cannot say it", () => {
  const answer = { rows: [{ vat_rate3: 20_000 }, { vat_rate3: 9_975 }, { vat_rate3: null, of: [{ vat_rate3: 0 }] }] };
  assert.deepEqual(withFormerRates(answer), {
    rows: [
      { vat_rate3: 20_000, vat_rate_bp: 2_000 },
      { vat_rate3: 9_975, vat_rate_bp: null },
      { vat_rate3: null, vat_rate_bp: null, of: [{ vat_rate3: 0, vat_rate_bp: 0 }] },
    ],
  });
  const other = { rows: [{ id: 1, image: Uint8Array.of(1) }], next: null };
  assert.equal(withFormerRates(other), other);
  assert.deepEqual([basisPointsOf(100_000), basisPointsOf(5), basisPointsOf(null)], [10_000, null, null]);
});
