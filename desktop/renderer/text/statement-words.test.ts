import assert from "node:assert/strict";
import { test } from "node:test";
import { entryName } from "./statement-words.ts";

test("entryName() says what a line of a statement is", () => {
  const all = [
    ["invoice", "invoice", "INV-7", "Invoice INV-7"],
    ["credit_note", "credit_note", "INV-8", "Credit note INV-8"],
    ["payment", "payment", "MB-41", "Payment MB-41"],
    ["payment", "payment", null, "Payment"],
    ["refund", "refund", "RF-1", "Refund RF-1"],
    ["write_off", "invoice", "INV-7", "Written off: invoice INV-7"],
    ["write_off", "credit_note", "INV-8", "Written off: credit note INV-8"],
    ["reversal", "invoice", "INV-7", "Write-off reversed: invoice INV-7"],
    ["reversal", "payment", null, "Returned: payment"],
    ["reversal", "refund", "RF-1", "Returned: refund RF-1"],
  ] as const;
  for (const [kind, about, name, words] of all) assert.equal(entryName({ kind, about, name }), words);
});
