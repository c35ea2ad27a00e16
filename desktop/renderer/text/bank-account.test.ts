/** IBAN and BIC, as people type them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bicProblem, ibanProblem, plainAccount, shownIban } from "./bank-account.ts";

test("the examples of the IBAN registry are right, however they are typed", () => {
  for (const typed of [
    "GB29 NWBK 6016 1331 9268 19",
    "de89 3704 0044 0532 0130 00",
    "NO93-8601-1117-947",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "FR14 2004 1010 0505 0001 3M02 606",
  ])
    assert.equal(ibanProblem(plainAccount(typed)), null, typed);
});

test("any wrong digit, and any two that changed places, are found", () => {
  const iban = "GB29NWBK60161331926819";
  for (let n = 4; n < iban.length; n++) {
    const [before, sign = "", next = "", rest] = [iban.slice(0, n), iban[n], iban[n + 1], iban.slice(n + 2)];
    const other = sign === "7" ? "8" : "7";
    assert.match(ibanProblem(before + other + next + rest) ?? "", /check digits/);
    if (next !== "" && next !== sign) assert.match(ibanProblem(before + next + sign + rest) ?? "", /check digits/);
  }
  for (const wrong of ["", "GB", "GB2", "1234567890123456", `GB29${"1".repeat(31)}`])
    assert.match(ibanProblem(wrong) ?? "", /is not an IBAN/);
});

test("a BIC has 8 or 11 signs", () => {
  for (const bic of ["DEUTDEFF", "DEUTDEFF500"]) assert.equal(bicProblem(bic), null);
  for (const bic of ["DEUT", "DEUTDEFF5", "1EUTDEFF"]) assert.notEqual(bicProblem(bic), null);
});

test("an IBAN is shown in fours", () => {
  assert.equal(shownIban("GB29NWBK60161331926819"), "GB29 NWBK 6016 1331 9268 19");
});
