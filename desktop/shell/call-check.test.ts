import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_ARGUMENT, refusalOf } from "./call-check.ts";

const NAMES = new Set(["getInvoice"]);
const codeOf = (name: unknown, argument: unknown) => refusalOf(name, argument, NAMES)?.code ?? null;

test("refusalOf() accepts existing calls with plain data", () => {
  for (const argument of [undefined, null, {}, { id: 7 }, { rows: [1, "a", true, null, { x: undefined }] }])
    assert.equal(codeOf("getInvoice", argument), null, JSON.stringify(argument));
  assert.equal(codeOf("getInvoice", Object.assign(Object.create(null), { id: 1 })), null);
});

test("refusalOf() refuses every other name, including those that every object has", () => {
  for (const name of ["dropTables", "__proto__", "toString", "", 7, null, undefined, ["getInvoice"], Symbol("x")])
    assert.equal(codeOf(name, {}), "UNKNOWN_CALL", String(name));
});

test("refusalOf() leaves names to the worker until they are known", () => {
  assert.equal(refusalOf("getInvoice", {}, null), null);
  assert.equal(refusalOf(7, {}, null)?.code, "UNKNOWN_CALL");
});

test("refusalOf() refuses an argument that is not plain data, at any depth", () => {
  const itself: Record<string, unknown> = {};
  itself.inner = itself;
  const foreign = [new Map(), new Date(), new Uint8Array(4), new Error("x"), () => {}, 1n, Symbol("x"), /x/, itself];
  for (const value of foreign)
    for (const argument of [value, { value }, { list: [{ value }] }])
      assert.equal(codeOf("getInvoice", argument), "NOT_VALID");
});

test("refusalOf() bounds size and depth: at the limit, and one above", () => {
  const text = "x".repeat(MAX_ARGUMENT - 8);
  assert.equal(codeOf("getInvoice", text), null);
  assert.equal(codeOf("getInvoice", `${text}x`), "NOT_VALID");
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  assert.equal(codeOf("getInvoice", deep(16)), null);
  assert.equal(codeOf("getInvoice", deep(17)), "NOT_VALID");
  // The same list again and again: small in memory, but endless to walk through.
  let shared: unknown[] = [];
  for (let level = 0; level < 14; level++) shared = Array.from({ length: 64 }, () => shared);
  assert.equal(codeOf("getInvoice", shared), "NOT_VALID");
});
