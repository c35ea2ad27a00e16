/** What is written in UBL or CII is read again as it was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SemanticInvoice } from "../../../events/einvoice/semantic.ts";
import { anySemanticInvoice } from "../../../fixtures/einvoice/any-semantic-invoice.ts";
import { cii } from "../cii.ts";
import { CII_FORMATS, profileOf, UBL_FORMATS } from "../profiles.ts";
import { ubl } from "../ubl.ts";
import { readCii } from "./read-cii.ts";
import { readUbl } from "./read-ubl.ts";

/** What outside of VAT must not be stated is not written. */
function withoutVatIds(document: SemanticInvoice): SemanticInvoice {
  if (!document.taxes.some(({ vatCategory }) => vatCategory === "O")) return document;
  const { seller, buyer } = document;
  return { ...document, seller: { ...seller, vatId: null }, buyer: { ...buyer, vatId: null } };
}

const RUNS = { numRuns: 300 };

test("readUbl() of ubl() is the document, in every format, and nothing is left", () => {
  const property = fc.property(anySemanticInvoice, fc.constantFrom(...UBL_FORMATS), (document, format) => {
    const reading = readUbl(ubl(document, format));
    assert.deepEqual(reading, { document: withoutVatIds(document), ...profileOf(format), leftovers: [] });
  });
  fc.assert(property, RUNS);
});

test("readCii() of cii() is the document, in every format, and nothing is left", () => {
  const property = fc.property(anySemanticInvoice, fc.constantFrom(...CII_FORMATS), (document, format) => {
    const reading = readCii(cii(document, format));
    assert.deepEqual(reading, { document: withoutVatIds(document), ...profileOf(format), leftovers: [] });
  });
  fc.assert(property, RUNS);
});

/** Every text of a document, replaced. */
function withText(document: SemanticInvoice, replace: (text: string) => string): SemanticInvoice {
  const changed = { ...document, number: replace(document.number), terms: replace("terms") };
  const lines = document.lines.map((line) => ({
    ...line,
    unit: replace(line.unit), // an attribute
    name: replace(line.name),
  }));
  return { ...changed, lines, seller: { ...document.seller, name: replace(document.seller.name) } };
}

test("a text with characters that XML does not have still becomes a file that parses", () => {
  // Any 16-bit units: lone halves of characters, control characters, U+FFFE and U+FFFF.
  const units = fc.array(fc.oneof(fc.nat(0x1f), fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff })));
  const anything = units.map((codes) => `x${String.fromCharCode(...codes, 0xfffe, 0, 0xdc00)}`);
  fc.assert(
    fc.property(anySemanticInvoice, anything, (document, text) => {
      const given = withText(document, () => text);
      // The pattern has no flag u, so it sees halves; toWellFormed() has replaced the lone ones before.
      const expected = withText(withoutVatIds(document), () =>
        text.toWellFormed().replace(/[\ufffe\uffff]|(?![\t\n\r\u007f-\u009f])\p{Cc}/gu, "\ufffd"),
      );
      assert.deepEqual(readUbl(ubl(given, "ubl")).document, expected);
      assert.deepEqual(readCii(cii(given, "cii")).document, expected);
    }),
    RUNS,
  );
});
