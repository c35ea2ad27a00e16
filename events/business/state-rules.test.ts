/** What the rules about states say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkApplicable, checkIssuedInvoice, checkSource } from "./state-rules.ts";

test("a refusal says in words what the document is", () => {
  const of = { id: 7, number: "INV-7", clientId: 3, totals: { grossMinor: 100, roundingMinor: 0, payableMinor: 100 } };
  const note = { ...of, kind: "credit_note" } as const;
  const invoice = { ...of, kind: "invoice" } as const;
  assert.throws(() => checkIssuedInvoice({ ...note, status: "issued" }, null), /INV-7 is an issued credit note$/);
  assert.throws(() => checkIssuedInvoice({ ...invoice, status: "void" }, null), /INV-7 is a void invoice$/);
  assert.throws(() => checkApplicable({ ...invoice, status: "issued" }), /INV-7 is an issued invoice$/);
  assert.throws(() => checkSource({ ...note, status: "draft" }, null), /is a draft credit note that is no credit/);
});
