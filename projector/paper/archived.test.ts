/** That papers are PDF/A-3a for judges who know nothing of us: veraPDF, in the validator of Mustang. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PNG } from "pngjs";
import { judge } from "../../fixtures/einvoice/judge/judge.ts";
import { typicalInvoice } from "../../fixtures/einvoice/typical-invoice.ts";
import { einvoiceXml } from "../formats/einvoice.ts";
import { FACTUR_X_FILE, withFacturXMetadata } from "../maker/factur-x.ts";
import { LARGEST, longInvoice, SCRIPT_TEXTS, unbrokenInvoice, WORLD } from "./hard.suite.ts";
import { INVOICE, inputOf } from "./paper.suite.ts";
import { paper } from "./paper.ts";
import type { PaperInput } from "./parts/input.ts";
import { RICH, STATEMENT } from "./rich.suite.ts";
import { LANGUAGES } from "./v1/words/words.ts";

/** The same e-invoice is in all of them: the pages are what is judged here. */
const attachment = {
  name: FACTUR_X_FILE,
  mediaType: "text/xml",
  bytes: Buffer.from(einvoiceXml(typicalInvoice(1), "factur-x")),
  description: "The invoice for software",
  relationship: "alternative",
} as const;
const logo = { mediaType: "image/png", image: PNG.sync.write(new PNG({ width: 40, height: 20, fill: true })) } as const;

const credit = { ...INVOICE, kind: "credit_note", typeCode: "381", preceding: RICH.preceding, dueOn: null } as const;
/** With characters that no font has. */
const strange = {
  ...INVOICE,
  buyer: { ...INVOICE.buyer, name: SCRIPT_TEXTS.join(" / ") },
  notes: [{ subject: null, text: "Soft\u00adhyphen, joiner\u200d, emoji 😀 and \u{e000}" }],
};

const PAPERS: Readonly<Record<string, PaperInput>> = {
  ...Object.fromEntries(
    LANGUAGES.flatMap((language) => [
      [`invoice-${language}`, inputOf(INVOICE, { language, size: "letter" })],
      [`everything-${language}`, inputOf(RICH, { language })],
    ]),
  ),
  credit: inputOf(credit),
  cancelling: inputOf(INVOICE, { document: { kind: "invoice", invoice: credit, cancels: true } }),
  statement: { ...inputOf(INVOICE, { language: "nl" }), document: STATEMENT },
  "statement-letter": { ...inputOf(INVOICE, { size: "letter" }), document: STATEMENT },
  world: inputOf(WORLD),
  strange: inputOf(strange),
  largest: inputOf(LARGEST),
  unbroken: inputOf(unbrokenInvoice("W").invoice),
  long: inputOf(longInvoice(200, 100)),
  logo: inputOf(INVOICE, { logo, colour: "#00ffff" }),
  ...Object.fromEntries((["draft", "void", "copy"] as const).map((mark) => [mark, inputOf(INVOICE, { mark })])),
};

test("every kind of paper is PDF/A-3a", async () => {
  const files = Object.values(PAPERS).map((input) => ({
    format: "factur-x" as const,
    bytes: withFacturXMetadata(paper({ ...input, attachment })),
  }));
  const verdicts = await judge(files);
  for (const [n, name] of Object.keys(PAPERS).entries()) {
    const { accepted, assertions } = verdicts[n] ?? assert.fail(name);
    assert.ok(accepted, `${name}: ${JSON.stringify(assertions.filter(({ severity }) => severity === "error"))}`);
  }
});

test("the judge refuses pages that are no PDF/A", async () => {
  const file = Buffer.from(withFacturXMetadata(paper({ ...inputOf(INVOICE), attachment })));
  // The part of the standard that the file claims.
  const at = file.lastIndexOf("<pdfaid:part>3</pdfaid:part>");
  assert.ok(at > 0);
  file.write("1", at + "<pdfaid:part>".length);
  const [verdict] = await judge([{ format: "factur-x", bytes: file }]);
  assert.equal(verdict?.accepted, false);
});
