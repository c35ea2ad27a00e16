import assert from "node:assert/strict";
import { test } from "node:test";
import { DraftLines } from "./draft-lines.ts";

function linesOf(id: number, descriptions: string[], from = 1) {
  const numbers = descriptions.map((_, n) => n + from);
  return {
    count: descriptions.length,
    columns: [{ same: id }, { each: numbers }, { same: null }, { same: null }, { each: descriptions }],
  };
}

const NAMES = ["invoice_id", "n", "item_id", "code", "description"];

test("the words of an invoice's lines are kept until they are taken", () => {
  const lines = new DraftLines(NAMES);
  lines.add(linesOf(7, ["Blue mug", "Ladder"]));
  lines.add(linesOf(7, ["Bowl"], 3));
  assert.equal(lines.take(7), "blue mug ladder bowl");
  assert.equal(lines.take(7), null);
});

test("a revision begins anew, and a deleted line makes the others unknown", () => {
  const lines = new DraftLines(NAMES);
  lines.add(linesOf(7, ["Mug", "Ladder"]));
  lines.add(linesOf(7, ["Bowl"]));
  assert.equal(lines.take(7), "bowl");
  lines.add(linesOf(8, ["Mug"]));
  lines.forget(8);
  assert.equal(lines.take(8), null);
});

test("when too many are kept, all are forgotten, and the rest of a forgotten invoice is not taken for the whole", () => {
  const lines = new DraftLines(NAMES, 5);
  lines.add(linesOf(7, ["Teapot"]));
  lines.add(linesOf(8, ["Mug"]));
  lines.add(linesOf(7, ["Bowl"], 2));
  assert.deepEqual([lines.take(7), lines.take(8)], [null, "mug"]);
});
