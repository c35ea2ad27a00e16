/** What the end of a page may part, and what not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { typicalInvoice } from "../../../fixtures/einvoice/typical-invoice.ts";
import { INVOICE, inputOf, pagesOf } from "../paper.suite.ts";
import { paper } from "../paper.ts";

const textsOf = (pdf: Uint8Array) => pagesOf(pdf).map(({ words }) => words.map(({ text }) => text).join(" "));

test("the sums are never alone on a page: the last line and the heads of the table are above them", () => {
  let moved = 0;
  for (let count = 1; count <= 22; count++) {
    const pages = textsOf(paper(inputOf(typicalInvoice(3, count))));
    const last = pages.findIndex((text) => text.includes("Amount due"));
    const page = pages[last] ?? assert.fail();
    assert.ok(page.includes(` set no. ${count} `), `${count} lines: ${page}`);
    assert.equal(page.split(" Quantity ").length, 2, `${count} lines: ${page}`);
    if (last > 0 && !page.includes(`set no. ${count - 1} `)) moved++;
  }
  assert.ok(moved > 0, "no last line was moved to the sums");
});

test("a short note is not parted by the end of a page", () => {
  const lines = ["first words", "second words", "third words", "last words"];
  for (let gap = 0; gap < 40; gap += 2) {
    const invoice = {
      ...INVOICE,
      terms: Array.from({ length: gap }, (_, n) => `Term ${n}`).join("\n"),
      notes: [{ subject: null, text: lines.join("\n") }],
    };
    const pages = textsOf(paper(inputOf(invoice)));
    const own = pages.filter((text) => lines.some((line) => text.includes(line)));
    assert.equal(own.length, 1, `${gap} terms`);
    assert.ok(own[0]?.includes("Notes first words second words third words last words"), `${gap} terms`);
  }
});
