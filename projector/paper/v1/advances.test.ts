/** That widths and heights which are known before anything is set are those of the typesetter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { typicalInvoice } from "../../../fixtures/einvoice/typical-invoice.ts";
import { longInvoice, WORLD } from "../hard.suite.ts";
import { INVOICE, inputOf, pagesOf } from "../paper.suite.ts";
import { familiesFor, readFonts } from "../parts/fonts.ts";
import type { PaperInput } from "../parts/input.ts";
import { openTypesetter } from "../parts/typesetter.ts";
import { RICH, STATEMENT } from "../rich.suite.ts";
import { lineWidth } from "./advances.ts";
import { compose } from "./compose.ts";
import { TEMPLATE } from "./template.ts";
import { LANGUAGES } from "./words/words.ts";

const LETTERS = [
  ...Array.from({ length: 0x180 }, (_, code) => String.fromCodePoint(code)),
  ..."–—‘’‚“”„•…€\u2212\u2011\u202f",
].filter((letter) => lineWidth(letter, 400) !== null);

test("lineWidth() is the width that the typesetter gives each letter", () => {
  const compiler = NodeCompiler.create({ workspace: "/nowhere", fontArgs: [{ fontBlobs: readFonts(null) }] });
  compiler.mapShadow("/nowhere/letters.json", Buffer.from(JSON.stringify(LETTERS)));
  for (const weight of [400, 600] as const)
    for (const tabular of [false, true]) {
      const template = `
        #set text(font: "InvfL", size: 2048pt, weight: ${weight}, kerning: false, features: (calt: 0))
        #set text(number-width: "${tabular ? "tabular" : "proportional"}")
        #context [#metadata(json("letters.json").map(it => measure(it).width.pt()))<widths>]`;
      const [found] = compiler.query({ mainFileContent: template }, { selector: "<widths>" }) as { value: number[] }[];
      const widths = LETTERS.map((letter) => 2048 * (lineWidth(letter, weight, tabular) ?? Number.NaN));
      assert.ok(LETTERS.length > 300);
      assert.deepEqual(widths, found?.value, `${weight}, tabular: ${tabular}`);
    }
});

const PAPERS: readonly PaperInput[] = [
  ...LANGUAGES.flatMap((language) => [inputOf(RICH, { language }), inputOf(INVOICE, { language, size: "letter" })]),
  inputOf(typicalInvoice(7, 20), { language: "de" }),
  inputOf({ ...typicalInvoice(7, 20), currency: "JPY" }),
  inputOf(longInvoice(40, 30)),
  inputOf(WORLD),
  { ...inputOf(INVOICE, { language: "fr" }), document: STATEMENT },
];
const typesetter = openTypesetter(null);
const HEIGHTS = ["height", "heights", "factHeights"];
const WIDTHS = ["widths", "taxWidths", "factWidth"];

test("rows have the heights that the typesetter finds", () => {
  let known = 0;
  for (const input of PAPERS) {
    const sheet = compose(input, { fonts: familiesFor, logo: null });
    known += sizesOf(sheet, HEIGHTS).filter((size) => size !== null).length;
    assertPlaces(sheet, withoutSizes(sheet, HEIGHTS), 0.1);
  }
  assert.ok(known > 500, `${known} heights are known`);
});

test("columns have the widths that the typesetter finds, but for the kerning of their heads", () => {
  for (const input of PAPERS.filter(({ document }) => document.kind === "statement" || document.invoice !== RICH)) {
    const sheet = compose(input, { fonts: familiesFor, logo: null });
    assert.ok(!sizesOf(sheet, ["widths", "factWidth"]).includes(null));
    // A last line that is set apart needs the widths of the others.
    const whole = {
      ...sheet,
      blocks: sheet.blocks.map((block) => ("keepLast" in block ? { ...block, keepLast: false } : block)),
    };
    assertPlaces(whole, withoutSizes(whole, WIDTHS), 6);
  }
});

/** Asserts that all words of two sheets are at the same places. @param most points between them */
function assertPlaces(sheet: object, expected: object, most: number): void {
  const [words, then] = [sheet, expected].map((data) =>
    pagesOf(typesetter.set({ template: TEMPLATE, data, files: {}, standard: "a-2a" })).flatMap((page, n) =>
      page.words
        .map(({ text, xMax, yMin }) => ({ text, xMax, yMin: 1_000 * n + yMin }))
        // The order in which a reader finds words may change when columns move.
        .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : a.yMin - b.yMin || a.xMax - b.xMax)),
    ),
  );
  const textsOf = (each: typeof words) => each?.map(({ text }) => text);
  assert.deepEqual(textsOf(words), textsOf(then));
  for (const [n, { text, xMax, yMin }] of words?.entries() ?? []) {
    const other = then?.[n] ?? assert.fail();
    const isThere = Math.abs(yMin - other.yMin) <= most && Math.abs(xMax - other.xMax) <= most;
    assert.ok(isThere, `${text} is at ${xMax}, ${yMin} in place of ${other.xMax}, ${other.yMin}`);
  }
}

function sizesOf(sheet: object, keys: readonly string[]): unknown[] {
  const sizes: unknown[] = [];
  JSON.stringify(sheet, (key, each) => {
    if (keys.includes(key)) sizes.push(each);
    return each;
  });
  return sizes.flat();
}

/** The sheet with nothing known of these sizes. */
function withoutSizes(sheet: object, keys: readonly string[]): object {
  const text = JSON.stringify(sheet, (key, each) => {
    if (!keys.includes(key)) return each;
    return Array.isArray(each) ? each.map(() => null) : null;
  });
  return JSON.parse(text) as object;
}
