/** That a paper leaves nothing out of its document. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SemanticInvoice } from "../../events/einvoice/semantic.ts";
import { anySemanticInvoice } from "../../fixtures/einvoice/any-semantic-invoice.ts";
import { LARGEST, longInvoice, SCRIPT_TEXTS, unbrokenInvoice, WORLD } from "./hard.suite.ts";
import { INVOICE, inputOf, pagesOf, textOf } from "./paper.suite.ts";
import { paper } from "./paper.ts";
import { withoutMissing } from "./parts/missing-glyphs.ts";
import { RICH, STATEMENT } from "./rich.suite.ts";
import { compact, statedTexts } from "./stated.suite.ts";
import { compose } from "./v1/compose.ts";
import { LANGUAGES, wordingOf } from "./v1/words/words.ts";

/** What the sheet of a document says, in one text. */
function sheetText(invoice: SemanticInvoice, language: string): string {
  const texts: string[] = [];
  JSON.stringify(compose(inputOf(invoice, { language }), { fonts: () => [], logo: null }), (_, value) => {
    if (typeof value === "string") texts.push(value);
    return value;
  });
  return compact(texts.join("\n"));
}

function assertStated(invoice: SemanticInvoice, language: string, text: string): void {
  for (const stated of statedTexts(invoice, wordingOf(language)))
    assert.ok(text.includes(compact(withoutMissing(stated))), `${JSON.stringify(stated)} is not on the paper`);
}

test("a sheet has every text and figure of any document", () => {
  fc.assert(
    fc.property(anySemanticInvoice, fc.constantFrom(...LANGUAGES), (invoice, language) => {
      assertStated(invoice, language, sheetText(invoice, language));
    }),
    { numRuns: 300 },
  );
});

test("the pages of a document with everything have every text and figure, in every language", () => {
  for (const language of [...LANGUAGES, "de-CH", "en-US"])
    assertStated(RICH, language, compact(textOf(paper(inputOf(RICH, { language })))));
});

test("the pages have what any document says in letters of Europe and East Asia", () => {
  const letters = fc.constantFrom(
    ...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789äöüßéèçłżńσφωбджя日本語中文한국#*_$`@<>[]{}\\/"~=-+',
  );
  const word = fc.array(letters, { minLength: 1, maxLength: 40 }).map((parts) => parts.join(""));
  const document = fc
    .tuple(anySemanticInvoice, fc.infiniteStream(word))
    .map(([invoice, words]) => withTexts(invoice, () => words.next().value));
  fc.assert(
    fc.property(document, fc.constantFrom("a4" as const, "letter" as const), (invoice, size) => {
      assertStated(invoice, "en", compact(textOf(paper(inputOf(invoice, { size })))));
    }),
    { numRuns: 12 },
  );
});

test("any document becomes a file of PDF/A, whatever characters it has", () => {
  fc.assert(
    fc.property(anySemanticInvoice, (invoice) => {
      assert.ok(paper(inputOf(invoice)).length > 1000);
    }),
    { numRuns: 25 },
  );
});

test("unbroken words of 200 wide letters are whole, and within their page", () => {
  for (const letter of ["W", "i", "字", "ש"]) {
    const { invoice, ends } = unbrokenInvoice(letter);
    const pdf = paper(inputOf(invoice));
    const text = compact(textOf(pdf));
    for (const end of ends) assert.ok(text.includes(end) || isLeftOut(end, invoice), `${end} of ${letter}`);
    assertWithinPages(pdf);
  }
});

/** A text that no paper shows: the codes of adjustments and tax points beside their reasons. */
function isLeftOut(end: string, invoice: SemanticInvoice): boolean {
  return !statedTexts(invoice, wordingOf("en")).some((text) => text.includes(end));
}

function assertWithinPages(pdf: Uint8Array): void {
  for (const { width, height, words } of pagesOf(pdf))
    for (const { text, xMin, xMax, yMin, yMax } of words)
      assert.ok(
        xMin >= 15 && xMax <= width - 15 && yMin >= 15 && yMax <= height - 15,
        `${text} is at ${xMin}, ${yMin}`,
      );
}

test("the largest figures stand beside their words", () => {
  const pdf = paper(inputOf(LARGEST));
  assertStated(LARGEST, "en", compact(textOf(pdf)));
  assertWithinPages(pdf);
});

test("2,000 lines of 400 letters are all there, with the head of the table on each page", () => {
  const pdf = paper(inputOf(longInvoice(2000)));
  const text = textOf(pdf);
  for (let n = 1; n <= 2000; n++) assert.ok(text.includes(` Part ${n} `), `Part ${n}`);
  const pages = pagesOf(pdf);
  assert.ok(pages.length > 100, `${pages.length} pages`);
  for (const [n, { words }] of pages.entries()) {
    const texts = words.map((word) => word.text).join(" ");
    assert.ok(texts.includes(`Page ${n + 1} of ${pages.length}`), `page ${n + 1}`);
    if (n < pages.length - 1)
      assert.ok(texts.includes("# Description Quantity Unit price VAT Net EUR"), `page ${n + 1}`);
  }
});

test("letters of other scripts are in the text of the file", () => {
  const text = compact(textOf(paper(inputOf(WORLD))).normalize("NFC"));
  // Poppler turns the order of letters from right to left around, and Hindi's marks have an order of their own.
  for (const script of SCRIPT_TEXTS.filter((each) => !/[\u0590-\u06ff\u0900-\u097f]/.test(each)))
    assert.ok(text.includes(compact(script)), script);
  for (const letter of "חברתאולמ") assert.ok(text.includes(letter), letter);
});

test("a statement has all of its entries", () => {
  const text = textOf(paper({ ...inputOf(INVOICE), document: STATEMENT }));
  for (const part of [
    "Statement of account",
    "Opening balance 123.45",
    "Invoice INV-1 14 Feb 2026 1,000.00 1,123.45",
    "Returned: Payment MB-41",
    "Written off: Invoice INV-2 −23.45",
    "Write-off reversed: Invoice INV-2",
    "Refund 100.00 1,673.45",
    "Closing balance 1,673.45",
    "Credit note CN-1 9 Mar 2026 50.00 −50.00",
    "DE89 3704 0044 0532 0130 00",
  ])
    assert.ok(text.includes(part), `${part} in ${text}`);
});

/** The document with other texts in place of all that users write. */
function withTexts(invoice: SemanticInvoice, next: () => string): SemanticInvoice {
  const codes = /^(?:kind|typeCode|currency|country|unit|vatCategory|subject|origin|meansCode|taxPointCode|scheme)$/;
  const change = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return codes.test(key) || /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : next();
    if (Array.isArray(value)) return value.map((each) => change(each, key));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(each, name)]));
  };
  return change(invoice, "") as SemanticInvoice;
}
