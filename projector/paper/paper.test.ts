/** Papers, read back by poppler's tools. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { INVOICE, inputOf, textOf } from "./paper.suite.ts";
import { paper } from "./paper.ts";
import { LANGUAGES } from "./v1/words/words.ts";

test("paper() states number, parties, lines, sums and how to pay", () => {
  const text = textOf(paper(inputOf(INVOICE)));
  for (const part of [
    "Invoice INV-2026-0042",
    "Nordlicht Werkstatt GmbH",
    "VAT ID DE123456789",
    "Café Amélie SARL",
    "VAT ID FR12345678901",
    "28 Nov 2026",
    "Espresso machine, overhaul",
    "1,105.00",
    "8.704%",
    "€1,814.75",
    "DE89 3704 0044 0532 0130 00",
    "Page 1 of 1",
  ])
    assert.ok(text.includes(part), `${part} in ${text}`);
});

test("paper() gives equal bytes for equal input", () => {
  assert.deepEqual(paper(inputOf(INVOICE)), paper(inputOf(structuredClone(INVOICE))));
});

test("paper() sets every language on A4 and Letter", () => {
  for (const language of LANGUAGES)
    for (const size of ["a4", "letter"] as const)
      assert.match(textOf(paper(inputOf(INVOICE, { language, size }))), /INV-2026-0042/);
});

test("paper() is a PDF/A-3 file with its attachment", () => {
  const attachment = {
    name: "factur-x.xml",
    mediaType: "text/xml",
    bytes: Buffer.from("<a/>"),
    description: "The invoice",
    relationship: "alternative",
  } as const;
  const file = Buffer.from(paper(inputOf(INVOICE, { attachment }))).toString("latin1");
  for (const part of ["/AFRelationship /Alternative", "factur-x.xml", "<pdfaid:part>3</pdfaid:part>"])
    assert.ok(file.includes(part), part);
});
