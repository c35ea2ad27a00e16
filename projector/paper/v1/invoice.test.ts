/** What a document is called, and what the law wants it to say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { INVOICE, inputOf } from "../paper.suite.ts";
import { RICH } from "../rich.suite.ts";
import { compose } from "./compose.ts";
import { LANGUAGES } from "./words/words.ts";

const PRECEDING = [{ number: "R-7", issuedOn: "2026-09-30" }];
const CREDIT = { ...INVOICE, kind: "credit_note", typeCode: "381", preceding: PRECEDING, dueOn: null } as const;

const sheetOf = (invoice: typeof INVOICE, language: string, cancels = false) =>
  compose(inputOf(invoice, { language, document: { kind: "invoice", invoice, cancels } }), {
    fonts: () => [],
    logo: null,
  });

test("a credit note has the name that the law of each country has for it", () => {
  assert.deepEqual(Object.fromEntries(LANGUAGES.map((language) => [language, sheetOf(CREDIT, language).heading])), {
    en: "Credit note",
    de: "Rechnungskorrektur",
    fr: "Avoir",
    es: "Factura rectificativa",
    it: "Nota di credito",
    nl: "Creditfactuur",
    pl: "Faktura korygująca",
  });
});

test("a cancelling document says so, and names the invoice with its date", () => {
  const { heading, remarks } = sheetOf(CREDIT, "de", true);
  assert.deepEqual([heading, ...remarks], ["Stornorechnung", "Storniert die Rechnung R-7 vom 30.09.2026"]);
  assert.deepEqual(sheetOf(CREDIT, "en").remarks, ["Corrects invoice R-7 of 30 Sept 2026"]);
});

test("a credit note has no due date on paper, although it states one", () => {
  const dueOn = "2026-12-24";
  const textOf = (invoice: typeof INVOICE) => JSON.stringify(sheetOf({ ...invoice, dueOn }, "de"));
  assert.match(textOf(INVOICE), /24\.12\.2026/);
  assert.doesNotMatch(textOf(CREDIT), /24\.12\.2026|Fällig/);
});

test("an invoice by the buyer is called as the law wants, and mentions it", () => {
  const invoice = { ...INVOICE, typeCode: "389" };
  assert.deepEqual([sheetOf(invoice, "de").heading, ...sheetOf(invoice, "de").remarks], ["Gutschrift"]);
  assert.deepEqual(sheetOf(invoice, "en").remarks, ["Self-billing"]);
  assert.match(sheetOf(invoice, "fr").heading, /autofacturation/);
});

test("reverse charge is mentioned in the document's language (article 226, point 11a)", () => {
  const expected = {
    en: "Reverse charge",
    de: "Steuerschuldnerschaft des Leistungsempfängers",
    fr: "Autoliquidation",
    es: "Inversión del sujeto pasivo",
    it: "Inversione contabile",
    nl: "Btw verlegd",
    pl: "Odwrotne obciążenie",
  };
  for (const [language, words] of Object.entries(expected)) {
    const sums = sheetOf(RICH, language).blocks.find((block) => block.kind === "sums");
    assert.ok(sums?.kind === "sums" && sums.taxes.some(({ notes }) => notes.includes(words)), language);
  }
});

test("nothing asks for money where nothing is to be paid", () => {
  const none = { ...INVOICE, totals: { ...INVOICE.totals, payableMinor: 0 } };
  for (const invoice of [CREDIT, none])
    assert.ok(!sheetOf(invoice, "en").blocks.some((block) => block.kind === "payment"));
  assert.equal(sheetOf(none, "en").headline, null);
});
