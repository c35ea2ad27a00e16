/**
 * Pages of version 1 as pictures: they were looked at, and stay as they are. What is compared is how dark each small part
 * of a page is, because versions of poppler draw the edges of letters differently. After a change of a version that is not
 * released yet, write them again with `PAPER_PICTURES=write`, and look at them.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PNG } from "pngjs";
import { WORLD } from "../hard.suite.ts";
import { INVOICE, inputOf, pagesOf, pictureOf } from "../paper.suite.ts";
import { paper } from "../paper.ts";
import type { PaperInput } from "../parts/input.ts";
import { RICH, STATEMENT } from "../rich.suite.ts";

const FOLDER = join(import.meta.dirname, "pictures");
const DPI = 48;
/** Pixels of a part, in both directions. */
const PART = 6;
/** How much a part may differ in its mean, of 255. */
const TOLERANCE = 26;

const credit = {
  ...INVOICE,
  kind: "credit_note",
  typeCode: "381",
  preceding: RICH.preceding.slice(0, 1),
  dueOn: null,
} as const;
const draft = { ...INVOICE, number: "", issuedOn: "", dueOn: null };

const PAPERS: Readonly<Record<string, PaperInput>> = {
  "invoice-en-a4": inputOf(INVOICE),
  "invoice-en-US-letter": inputOf({ ...INVOICE, currency: "USD" }, { language: "en-US", size: "letter" }),
  "everything-de": inputOf(RICH, { language: "de" }),
  "cancelling-de": inputOf(credit, { language: "de", document: { kind: "invoice", invoice: credit, cancels: true } }),
  "credit-fr": inputOf(credit, { language: "fr", colour: "#b00020" }),
  "draft-pl": inputOf(draft, { language: "pl", mark: "draft", colour: "#ffcc00" }),
  "world-en": inputOf(WORLD),
  "statement-it": { ...inputOf(INVOICE, { language: "it" }), document: STATEMENT },
};

for (const [name, input] of Object.entries(PAPERS))
  test(`the pages of ${name} look as they did`, () => {
    const pdf = paper(input);
    for (const page of pagesOf(pdf).keys()) {
      const file = join(FOLDER, `${name}-${page + 1}.png`);
      const picture = pictureOf(pdf, { page: page + 1, dpi: DPI });
      if (process.env.PAPER_PICTURES === "write") {
        mkdirSync(FOLDER, { recursive: true });
        writeFileSync(file, PNG.sync.write(picture, { colorType: 0 }));
      }
      assert.ok(existsSync(file), `${file} is missing`);
      assertAlike(PNG.sync.read(readFileSync(file)), picture, file);
    }
    assert.ok(!existsSync(join(FOLDER, `${name}-${pagesOf(pdf).length + 1}.png`)), `${name} has fewer pages`);
  });

function assertAlike(expected: PNG, actual: PNG, file: string): void {
  assert.deepEqual([actual.width, actual.height], [expected.width, expected.height], file);
  for (let y = 0; y < actual.height; y += PART)
    for (let x = 0; x < actual.width; x += PART) {
      const difference = Math.abs(meanOf(expected, x, y) - meanOf(actual, x, y));
      assert.ok(difference <= TOLERANCE, `${file} differs by ${difference.toFixed()} at ${x}, ${y}`);
    }
}

/** The mean lightness of a part. */
function meanOf({ data, width, height }: PNG, left: number, top: number): number {
  let sum = 0;
  let count = 0;
  for (let y = top; y < Math.min(top + PART, height); y++)
    for (let x = left; x < Math.min(left + PART, width); x++) {
      const at = 4 * (y * width + x);
      sum += ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 3;
      count++;
    }
  return sum / count;
}
