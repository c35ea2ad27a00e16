/** IBAN and BIC, as users type them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bicProblem, formatIban, ibanProblem, normalizeAccount } from "./bank-account.ts";

test("the examples of the IBAN registry are valid, in any spelling", () => {
  for (const typed of [
    "GB29 NWBK 6016 1331 9268 19",
    "de89 3704 0044 0532 0130 00",
    "NO93-8601-1117-947",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "FR14 2004 1010 0505 0001 3M02 606",
  ])
    assert.equal(ibanProblem(normalizeAccount(typed)), null, typed);
});

test("ibanProblem() detects any wrong digit and any two swapped characters", () => {
  const iban = "GB29NWBK60161331926819";
  for (let n = 4; n < iban.length; n++) {
    const [before, character = "", next = "", rest] = [iban.slice(0, n), iban[n], iban[n + 1], iban.slice(n + 2)];
    const other = character === "7" ? "8" : "7";
    assert.match(ibanProblem(before + other + next + rest) ?? "", /check digits/);
    if (next !== "" && next !== character)
      assert.match(ibanProblem(before + next + character + rest) ?? "", /check digits/);
  }
  for (const wrong of ["", "GB", "GB2", "1234567890123456", `GB29${"1".repeat(31)}`])
    assert.match(ibanProblem(wrong) ?? "", /is not an IBAN/);
});

test("a BIC has 8 or 11 characters", () => {
  for (const bic of ["DEUTDEFF", "DEUTDEFF500"]) assert.equal(bicProblem(bic), null);
  for (const bic of ["DEUT", "DEUTDEFF5", "1EUTDEFF"]) assert.notEqual(bicProblem(bic), null);
});

test("formatIban() writes groups of four", () => {
  assert.equal(formatIban("GB29NWBK60161331926819"), "GB29 NWBK 6016 1331 9268 19");
});
