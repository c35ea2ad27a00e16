/** Every part of a draft can be typed: nothing of it is lost by opening a form and saving it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type DraftInput, draftInput } from "../../../../events/document/draft.ts";
import { isBlank, NEW_INVOICE, NEW_LINE, typedOf } from "../../form/typed-invoice.ts";
import { leavesOf, statedIn } from "../../more/schema-leaves.suite.ts";
import { copiedLine, copyOfLine } from "./invoice-form-clipboard.ts";
import { fieldOnScreen, inputOf } from "./invoice-form-input.ts";

const FIXED = { reasonCode: null, percent6: null, baseMinor: null } as const;
const OBJECT = { id: "Meter 7", scheme: "MG" };
const PARTY = { id: "4035811991014", scheme: "0088" };
const PERIOD = { from: "2026-05-01", to: "2026-05-31" };

const LINE: DraftInput["lines"][number] = {
  ...{ itemId: 7, code: "W-1", description: "Widget", quantity6: 12_000_000, unit: "C62", price6: 99_500_000 },
  adjustments: [
    { kind: "allowance", reason: "Loyal", amountMinor: 500, ...FIXED, reasonCode: "95" },
    { kind: "charge", reason: null, amountMinor: null, reasonCode: "FC", percent6: 2_500_000, baseMinor: 10_000 },
  ],
  ...{ vatCategory: "S", vatRate3: 9_975 },
  more: {
    ...{ note: "Two\nlines", object: OBJECT, orderLine: "10", accountingReference: "4711", period: PERIOD },
    ...{ grossPrice6: 120_000_000, baseQuantity6: 10_000_000, about: "A widget", buyerItemId: "B-1" },
    standardItemId: { id: "04012345123456", scheme: "0160" },
    classifications: [{ code: "9873242", scheme: "STI", version: "2.0" }],
    origin: "BE",
    attributes: [
      { name: "Colour", value: "Red" },
      { name: "Size", value: "L" },
    ],
  },
};

const FULL: DraftInput = {
  ...{ clientId: 3, currency: "EUR", termsDays: 30, deliveredOn: "2026-05-31", buyerReference: "BR", note: "Note" },
  orderReference: "PO-1",
  lines: [LINE, { ...LINE, adjustments: [], vatCategory: "E", vatRate3: 0, more: null }],
  adjustments: [
    { kind: "charge", reason: "Freight", amountMinor: 1_000, ...FIXED, vatCategory: "S", vatRate3: 9_975 },
    {
      ...{ kind: "allowance", reason: "Bonus", amountMinor: null, reasonCode: "42", percent6: 5_000_000 },
      ...{ baseMinor: 100_000, vatCategory: "E", vatRate3: 0 },
    },
  ],
  ...{ prepaidMinor: 1_000, roundingMinor: -3 },
  reasons: [{ vatCategory: "E", reason: "Article 132", reasonCode: "VATEX-EU-132" }],
  more: {
    ...{ typeCode: "380", taxPointOn: "2026-05-30", taxPointCode: "35", terms: "Net\n30 days", project: "P" },
    ...{ contract: "C", salesOrder: "S", receipt: "R", despatch: "D", tender: "T", object: OBJECT },
    accountingReference: "4711",
    notes: [
      { subject: "AAI", text: "General" },
      { subject: null, text: "Plain" },
    ],
    preceding: [{ number: "INV-1", issuedOn: "2026-01-31" }],
    payee: { name: "Factor", id: PARTY, companyId: PARTY },
    delivery: {
      ...{ name: "Warehouse", location: PARTY },
      address: { street: "Kaai 1", street2: "b", city: "Gent", postcode: "9000", region: "OVL", country: "BE" },
    },
    period: PERIOD,
    payment: {
      ...{ meansCode: "59", meansText: "SEPA direct debit", remittance: "+++123+++" },
      accounts: [{ account: "BE68539007547034", name: "Seller", bic: "GKCCBEBB" }],
      card: { number: "1234", holder: "A. Holder" },
      directDebit: { mandate: "M-1", account: "BE68539007547034" },
    },
  },
};

test("the form has a field for every part of a draft", () => {
  const stated = new Set(statedIn(FULL));
  assert.deepEqual(
    leavesOf(draftInput)
      .map(([path]) => path)
      .filter((path) => !stated.has(path)),
    [],
  );
  assert.ok(draftInput.safeParse(FULL).success);
  for (const locale of ["en-GB", "de-DE", "fr-CH"]) {
    const typed = typedOf(FULL, locale);
    assert.deepEqual(inputOf(typed, { currency: "EUR", locale }), { input: FULL, errors: [] });
    // What is stored on the disk is JSON.
    assert.deepEqual(JSON.parse(JSON.stringify(typed)), typed);
  }
});

test("a draft without anything more is typed as it was before there was more", () => {
  const typed = typedOf(
    { ...FULL, more: null, lines: [{ ...LINE, adjustments: [], more: null }], adjustments: [] },
    "en-GB",
  );
  assert.deepEqual(Object.keys(typed.lines[0] ?? {}).sort(), Object.keys({ key: 1, ...NEW_LINE }).sort());
  assert.deepEqual(typed.more, NEW_INVOICE.more);
});

test("a line that states anything is no blank line", () => {
  const [typed = assert.fail()] = typedOf(FULL, "en-GB").lines;
  for (const [path, value] of Object.entries(typed.more ?? {}))
    assert.ok(!isBlank({ ...NEW_LINE, key: 1, more: { [path]: value } }), path);
  assert.ok(isBlank({ ...NEW_LINE, key: 1, more: { attributes: [{ name: "", value: " " }] } }));
});

test("a copied line has all that the line states, and nothing that the form has no field for", () => {
  const [line = assert.fail()] = typedOf(FULL, "en-GB").lines;
  const { key: _, ...typed } = line;
  assert.deepEqual(copiedLine(copyOfLine(line)), { ...typed, itemId: null });
  for (const json of ["", "text", "null", "[]", "7", '"x"']) assert.equal(copiedLine(json), null, json);
  const odd = {
    description: 7,
    adjustments: [null, 5],
    more: { evil: "x", note: 5, attributes: [null, { name: 7, x: 1 }] },
  };
  assert.deepEqual(copiedLine(JSON.stringify(odd)), {
    ...{ ...NEW_LINE, vatCategory: "S", ownVat: true },
    more: {
      attributes: [
        { name: "", value: "" },
        { name: "", value: "" },
      ],
    },
  });
});

test("a refusal of any path is at a field of the form, although blank lines and entries are not sent", () => {
  const typed = typedOf(FULL, "en-GB");
  const blank = { ...NEW_LINE, key: 9 };
  const screen = {
    ...typed,
    lines: [blank, ...typed.lines],
    more: { ...typed.more, notes: [{ text: "" }, { text: "x" }] },
  };
  assert.equal(fieldOnScreen("lines.0.more.origin", screen), "lines.1.more.origin");
  assert.equal(fieldOnScreen("lines.0.more.attributes.1.value", screen), "lines.1.more.attributes.1.value");
  assert.equal(fieldOnScreen("more.notes.0.text", screen), "more.notes.1.text");
  assert.equal(fieldOnScreen("more.delivery.address.country", screen), "more.delivery.address.country");
  assert.equal(fieldOnScreen("lines.0.adjustments.1.reasonCode", screen), "lines.1.adjustments.1.reason");
  assert.equal(fieldOnScreen("adjustments.1.reasonCode", screen), "adjustments.1.reason");
  assert.equal(fieldOnScreen("reasons.0.reasonCode", screen), "reasons.E");
});
