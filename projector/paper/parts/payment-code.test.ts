/** Payment codes, read back from the page by a library that did not write them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import jsQR from "jsqr";
import { INVOICE, inputOf, pictureOf } from "../paper.suite.ts";
import { paper } from "../paper.ts";
import { creditTransferText, isIban } from "./payment-code.ts";

const TRANSFER = {
  name: "Nordlicht Werkstatt GmbH",
  iban: "DE89370400440532013000",
  bic: "COBADEFFXXX",
  amountMinor: 181_475,
  remittance: "INV-2026-0042",
};

function scanned(pdf: Uint8Array): string | null {
  const { data, width, height } = pictureOf(pdf, { page: 1, dpi: 150 });
  const read = jsQR as unknown as typeof jsQR.default;
  return read(new Uint8ClampedArray(data), width, height)?.data ?? null;
}

test("creditTransferText() is what EPC069-12 has, line by line", () => {
  assert.deepEqual(creditTransferText(TRANSFER)?.split("\n"), [
    "BCD",
    "002",
    "1",
    "SCT",
    "COBADEFFXXX",
    "Nordlicht Werkstatt GmbH",
    "DE89370400440532013000",
    "EUR1814.75",
    "",
    "",
    "INV-2026-0042",
  ]);
});

test("creditTransferText() puts a creditor reference where banks read one, and a wrong one into the free text", () => {
  const referenceOf = (remittance: string) =>
    creditTransferText({ ...TRANSFER, remittance })
      ?.split("\n")
      .slice(9);
  assert.deepEqual(referenceOf("RF18 5390 0754 7034"), ["RF18539007547034"]);
  assert.deepEqual(referenceOf("RF19 5390 0754 7034"), ["", "RF19 5390 0754 7034"]);
});

test("creditTransferText() has amounts from a cent to the standard's largest, and none beyond", () => {
  const amountOf = (amountMinor: number) => creditTransferText({ ...TRANSFER, amountMinor })?.split("\n")[7];
  assert.deepEqual([1, 10, 100, 99_999_999_999].map(amountOf), ["EUR0.01", "EUR0.10", "EUR1.00", "EUR999999999.99"]);
  assert.deepEqual([0, -1, 100_000_000_000].map(amountOf), [undefined, undefined, undefined]);
});

test("creditTransferText() cuts the name at 70 characters, and has no code for a reference of more than 140", () => {
  assert.equal(creditTransferText({ ...TRANSFER, name: "é".repeat(71) })?.split("\n")[5], "é".repeat(70));
  assert.equal(creditTransferText({ ...TRANSFER, remittance: "x".repeat(141) }), null);
  assert.notEqual(creditTransferText({ ...TRANSFER, remittance: "x".repeat(140) }), null);
});

test("creditTransferText() has a BIC as banks write it, and none in place of another text", () => {
  const bicOf = (bic: string | null) => creditTransferText({ ...TRANSFER, bic })?.split("\n")[4];
  assert.deepEqual(["COBADEFF", "coba de ff", "COBADEFFXXX"].map(bicOf), ["COBADEFF", "COBADEFF", "COBADEFFXXX"]);
  assert.deepEqual([null, "n/a", "My bank", "COBADEFF12"].map(bicOf), ["", "", "", ""]);
});

test("a code's end has no empty lines", () => {
  assert.match(creditTransferText({ ...TRANSFER, remittance: null }) ?? "", /EUR1814\.75$/);
});

test("isIban() knows check digits", () => {
  assert.deepEqual(
    ["DE89 3704 0044 0532 0130 00", "DE88370400440532013000", "GB82WEST12345698765432", "12345678"].map(isIban),
    [true, false, true, false],
  );
});

test("the code on a page is read as it was written, on A4 and Letter", () => {
  for (const size of ["a4", "letter"] as const)
    assert.equal(scanned(paper(inputOf(INVOICE, { size }))), creditTransferText(TRANSFER));
});

test("a page has no code in another currency, without an IBAN, or for what is not paid by transfer", () => {
  const payment = INVOICE.payment ?? assert.fail();
  const account = { account: "12345678", name: null, bic: null };
  for (const invoice of [
    { ...INVOICE, currency: "USD" },
    { ...INVOICE, payment: { ...payment, accounts: [account] } },
    { ...INVOICE, payment: { ...payment, meansCode: "59" } },
    { ...INVOICE, kind: "credit_note" as const },
    { ...INVOICE, totals: { ...INVOICE.totals, payableMinor: 0 } },
  ])
    assert.equal(scanned(paper(inputOf(invoice))), null);
  for (const mark of ["draft", "void"] as const) assert.equal(scanned(paper(inputOf(INVOICE, { mark }))), null);
  assert.notEqual(scanned(paper(inputOf(INVOICE, { mark: "copy" }))), null);
});
