/** Every term of the model is where EN 16931-3-2 (UBL) and EN 16931-3-3 (CII) bind it, and nothing else is in the file. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SaxesParser } from "saxes";
import { termsInvoice } from "../../fixtures/einvoice/terms-invoice.ts";
import { cii } from "./cii.ts";
import { ubl } from "./ubl.ts";

/** The file as lines of `place = text` and `place/@attribute = text`, in its order; without the root's name. */
function placesIn(xml: string): string[] {
  const places: string[] = [];
  const open: string[] = [];
  let text = "";
  const parser = new SaxesParser({ xmlns: false });
  parser.on("opentag", ({ name, attributes }) => {
    open.push(name);
    text = "";
    if (open.length === 1) return; // declarations of namespaces
    for (const [attribute, value] of Object.entries(attributes))
      places.push(`${open.slice(1).join("/")}/@${attribute} = ${value}`);
  });
  parser.on("text", (part) => {
    text += part;
  });
  parser.on("closetag", () => {
    if (text.trim() !== "") places.push(`${open.slice(1).join("/")} = ${text}`);
    text = "";
    open.pop();
  });
  parser.write(xml).close();
  return places;
}

/** The places of a file as reviewed against the standard. */
function bound(name: string): string[] {
  return readFileSync(new URL(`bindings/${name}.txt`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
}

test("an invoice in UBL", () => {
  assert.deepEqual(placesIn(ubl(termsInvoice("invoice"), "peppol-bis-3")), bound("ubl-invoice"));
});

test("a credit note in UBL", () => {
  assert.deepEqual(placesIn(ubl(termsInvoice("credit_note"), "xrechnung-ubl")), bound("ubl-credit-note"));
});

test("an invoice in CII", () => {
  assert.deepEqual(placesIn(cii(termsInvoice("invoice"), "xrechnung-cii")), bound("cii-invoice"));
});

test("a credit note in CII differs only by its type", () => {
  const differing = bound("cii-invoice").map((place) => place.replace("TypeCode = 380", "TypeCode = 381"));
  assert.deepEqual(placesIn(cii(termsInvoice("credit_note"), "xrechnung-cii")), differing);
});
