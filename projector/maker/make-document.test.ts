/** Files of documents, judged by the official rules, veraPDF and Mustang. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DOCUMENT_FORMATS, isEInvoice } from "../../events/einvoice/formats.ts";
import { checkFormat } from "../../events/einvoice/rules/check-format.ts";
import type { SemanticInvoice } from "../../events/einvoice/semantic.ts";
import type { Refusal } from "../../events/errors.ts";
import { anyDocument } from "../../fixtures/einvoice/any-document.ts";
import { judge } from "../../fixtures/einvoice/judge/judge.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { makeDocument } from "./make-document.ts";
import { sourceOfDocument } from "./maker.suite.ts";

/** Mustang takes a minute for 2,000. */
const LINES = pickCount({ usual: 100, long: 2_000 });

const { buyer, seller } = sourceOfDocument().invoice;

test("a document that keeps all rules is accepted in every format, as invoice and as credit note", async () => {
  const creditNote: Partial<SemanticInvoice> = {
    kind: "credit_note",
    typeCode: "381",
    number: "GU-1",
    preceding: [{ number: "RE-2026-0001", issuedOn: "2026-03-01" }],
  };
  for (const changes of [{}, creditNote]) {
    const files = DOCUMENT_FORMATS.filter(isEInvoice).map(
      (format) => makeDocument(sourceOfDocument(changes), format).file,
    );
    for (const [n, { accepted, assertions }] of (await judge(files)).entries())
      assert.ok(accepted, `${files[n]?.format}: ${JSON.stringify(assertions)}`);
  }
});

test("Factur-X is accepted whatever letters names have, and with many lines", async () => {
  const named = (name: string) => sourceOfDocument({ buyer: { ...buyer, name }, seller: { ...seller, name } });
  const sources = [
    named("株式会社サンプル 東京支店"),
    named("شركة المثال المحدودة"),
    named("דוגמה בע״מ"),
    named("Πρώτη Α.Ε. / Пример ООО"),
    named("x".repeat(200)),
    named(`<fx:Version>2</fx:Version> & "' $& ]]>`),
    sourceOfDocument({}, LINES),
  ];
  const files = sources.map((source) => makeDocument(source, "factur-x").file);
  for (const [n, { accepted, assertions }] of (await judge(files)).entries())
    assert.ok(accepted, `${sources[n]?.invoice.buyer.name}: ${JSON.stringify(assertions.slice(0, 3))}`);
});

test("paper says on drafts and void documents what they are, and equal input gives equal bytes", () => {
  const source = sourceOfDocument();
  const bytesOf = (changes: object) => Buffer.from(makeDocument({ ...source, ...changes }, "pdf").file.bytes);
  const [issued, again, draft, isVoid] = [{}, {}, { status: "draft", number: null }, { status: "void" }].map(bytesOf);
  assert.ok(issued && again && draft && isVoid);
  assert.ok(issued.equals(again));
  assert.ok(!issued.equals(draft) && !issued.equals(isVoid) && !draft.equals(isVoid));
});

test("a draft is no e-invoice", () => {
  for (const format of DOCUMENT_FORMATS.filter(isEInvoice)) {
    const draft = { ...sourceOfDocument(), status: "draft", number: null } as const;
    assert.throws(() => makeDocument(draft, format), { rule: "NOT_ISSUED" });
  }
});

test("a discarded draft has no file", () => {
  const discarded = { ...sourceOfDocument(), status: "discarded", number: null } as const;
  for (const format of DOCUMENT_FORMATS) assert.throws(() => makeDocument(discarded, format), { rule: "NOT_ISSUED" });
});

test("a void document is no e-invoice: software that reads one sees no mark", () => {
  for (const format of DOCUMENT_FORMATS.filter(isEInvoice))
    assert.throws(() => makeDocument({ ...sourceOfDocument(), status: "void" }, format), { rule: "NOT_ISSUED" });
  assert.equal(makeDocument({ ...sourceOfDocument(), status: "void" }, "pdf").file.format, "pdf");
});

test("a document that lacks something for a format is refused with the first thing that it lacks", () => {
  const source = sourceOfDocument({ buyer: { ...buyer, electronicAddress: null }, buyerReference: null });
  assert.throws(
    () => makeDocument(source, "peppol-bis-3"),
    (error: Refusal) => {
      const { rule, values } = error;
      assert.deepEqual([rule, values["format"]], ["FORMAT_RULES", "peppol-bis-3"]);
      assert.ok(Number(values["findings"]) >= 2 && error.message.endsWith(" more)"));
      assert.match(error.message, /electronic address is missing|reference is missing/);
      return true;
    },
  );
  assert.equal(makeDocument(source, "pdf").file.format, "pdf");
  assert.equal(makeDocument(source, "ubl").file.format, "ubl");
});

test("any document that passes our check is accepted whole, as Factur-X", async () => {
  const passing = anyDocument.filter(makesNoFindings);
  const documents = fc.sample(passing, pickCount({ usual: 10, long: 300 }));
  const files = documents.map((invoice) => makeDocument(sourceOfDocument(invoice), "factur-x").file);
  for (const [n, { accepted, assertions }] of (await judge(files)).entries())
    assert.ok(accepted, `${JSON.stringify(assertions)} ${JSON.stringify(documents[n])}`);
});

function makesNoFindings(document: SemanticInvoice): boolean {
  return checkFormat(document, "factur-x").length === 0;
}
