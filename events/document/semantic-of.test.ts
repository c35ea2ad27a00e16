import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyStatedDocument } from "../../fixtures/einvoice/any-stated.suite.ts";
import { checkArithmetic } from "../einvoice/rules/amounts.ts";
import { further } from "./further.ts";
import { semanticOf } from "./semantic-of.ts";
import type { StatedDocument } from "./stated.ts";

const IBAN = "DE89370400440532013000";
const LISTS = ["notes", "preceding"];
const NO_TERMS = Object.fromEntries(Object.keys(further.shape).map((name) => [name, LISTS.includes(name) ? [] : null]));

/** A document in euros that states no payment. */
function stated({ iban, payee }: { iban: string; payee: string | null }): StatedDocument {
  const [any] = fc.sample(
    anyStatedDocument.filter((one) => one !== null),
    { numRuns: 1, seed: 1 },
  );
  assert.ok(any);
  const { seller, content } = any;
  const more = payee === null ? null : { ...NO_TERMS, payee: { name: payee, id: null, companyId: null } };
  return {
    ...any,
    seller: { ...seller, iban, bic: null, more: seller.more && { ...seller.more, accounts: [] } },
    content: { ...content, currency: "EUR", more } as StatedDocument["content"],
  };
}

test("an IBAN has its electronic form in files, however it was typed", () => {
  for (const iban of [IBAN, "de89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"]) {
    const { payment } = semanticOf(stated({ iban, payee: null }));
    assert.deepEqual([payment?.meansCode, payment?.accounts.map(({ account }) => account)], ["58", [IBAN]]);
  }
  const { payment } = semanticOf(stated({ iban: "12 34 x", payee: null }));
  assert.deepEqual([payment?.meansCode, payment?.accounts[0]?.account], ["30", "12 34 x"]);
});

test("the seller's account is named as the seller's if another is paid in the seller's place", () => {
  const document = semanticOf(stated({ iban: IBAN, payee: "Factor AG" }));
  assert.deepEqual(document.payment?.accounts, [{ account: IBAN, name: document.seller.name, bic: null }]);
  assert.equal(semanticOf(stated({ iban: IBAN, payee: null })).payment?.accounts[0]?.name, null);
});

test("a base quantity of zero is a wrong sum, and not an error of ours", () => {
  const document = semanticOf(stated({ iban: IBAN, payee: null }));
  const lines = document.lines.map((line) => ({ ...line, baseQuantity6: 0 }));
  assert.ok(checkArithmetic({ ...document, lines }).some(({ path }) => path === "lines.0.netMinor"));
});
