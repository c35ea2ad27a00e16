/** Official rules and schemas accept what is written. What a document must state is for `checkFormat` to say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SemanticInvoice } from "../../events/einvoice/semantic.ts";
import { anySemanticInvoice } from "../../fixtures/einvoice/any-semantic-invoice.ts";
import { type Assertion, judge } from "../../fixtures/einvoice/judge/judge.ts";
import { typicalInvoice } from "../../fixtures/einvoice/typical-invoice.ts";
import { einvoiceXml } from "./einvoice.ts";
import { CII_FORMATS, UBL_FORMATS, type XmlFormat } from "./profiles.ts";

async function saidOf(format: XmlFormat, documents: readonly SemanticInvoice[]): Promise<Assertion[]> {
  const files = documents.map((document) => ({ format, bytes: Buffer.from(einvoiceXml(document, format)) }));
  const verdicts = await judge(files);
  assert.equal(verdicts.length, documents.length);
  return verdicts.flatMap(({ assertions }) => assertions);
}

for (const format of [...UBL_FORMATS, ...CII_FORMATS])
  test(`${format}: nothing is said against typical invoices, not even a warning`, async () => {
    assert.deepEqual(
      await saidOf(
        format,
        [0, 5, 11].map((n) => typicalInvoice(n)),
      ),
      [],
    );
  });

test("whatever a document states, its file fits the schema", async () => {
  const documents = fc.sample(anySemanticInvoice, 80);
  // The schema of CII D16B has room for one preceding invoice.
  const forCii = documents.map((document) => ({ ...document, preceding: document.preceding.slice(0, 1) }));
  for (const [format, given] of [["ubl", documents] as const, ["cii", forCii] as const]) {
    const said = await saidOf(format, given);
    const ofSchema = said.filter(({ source }) => source === "xml" || source === "xsd");
    assert.deepEqual(ofSchema, [], format);
    assert.ok(said.length > 0, "the rules, unlike the schema, have something to say against such documents");
  }
});
