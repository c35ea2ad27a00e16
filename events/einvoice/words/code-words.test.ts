import assert from "node:assert/strict";
import { test } from "node:test";
import { type CodeList, codesOf, isCode } from "../code-lists/code-lists.ts";
import { SCHEME_OF_COUNTRY } from "./address-schemes.ts";
import { type CodeListName, codeLists } from "./code-words.ts";

test("each list has each code and each text once, in the order of the texts", () => {
  for (const [name, list] of Object.entries(codeLists())) {
    assert.ok(list.length > 0, name);
    assert.equal(new Set(list.map(([code]) => code)).size, list.length, `codes of ${name}`);
    const words = list.map(([, text]) => text);
    assert.equal(new Set(words).size, words.length, `words of ${name}`);
    const { compare } = new Intl.Collator("en");
    assert.deepEqual(words, words.toSorted(compare), name);
    for (const [code, text] of list) assert.match(`${code}|${text}`, /^[A-Z0-9-]+\|[A-Z]\S*/, `${code} of ${name}`);
  }
});

test("each kind of document has types of its own", () => {
  const { documentTypes, invoiceTypes, creditNoteTypes } = codeLists();
  const codes = (list: typeof documentTypes) => list.map(([code]) => code);
  assert.ok(codes(invoiceTypes).includes("380") && !codes(invoiceTypes).includes("381"));
  assert.ok(codes(creditNoteTypes).includes("381") && !codes(creditNoteTypes).includes("380"));
  assert.deepEqual(new Set([...codes(invoiceTypes), ...codes(creditNoteTypes)]), new Set(codes(documentTypes)));
});

test("the scheme of a country is one of the schemes of addresses", () => {
  const schemes = new Map(codeLists().electronicSchemes);
  for (const [country, scheme] of Object.entries(SCHEME_OF_COUNTRY)) assert.ok(schemes.has(scheme), country);
});

test("only codes that the rules of EN 16931 allow have words", () => {
  const LISTS: { readonly [Name in CodeListName]: CodeList } = {
    ...{ documentTypes: "uncl1001", invoiceTypes: "uncl1001", creditNoteTypes: "uncl1001", taxPoints: "uncl2005" },
    ...{ noteSubjects: "uncl4451", paymentMeans: "uncl4461", allowanceReasons: "uncl5189", chargeReasons: "uncl7161" },
    ...{ exemptions: "vatex", schemes: "icd", electronicSchemes: "eas", objectSchemes: "uncl1153" },
    classificationSchemes: "uncl7143",
  };
  const words = codeLists();
  for (const [name, list] of Object.entries(LISTS) as [CodeListName, CodeList][])
    for (const [code] of words[name]) assert.ok(isCode(list, code), `${code} of ${name}`);
  // Where people pick from the whole list, each code has words.
  const whole = [
    "documentTypes",
    "taxPoints",
    "paymentMeans",
    "allowanceReasons",
    "chargeReasons",
    "exemptions",
  ] as const;
  for (const name of whole) {
    const worded = new Set(words[name].map(([code]) => code));
    for (const code of codesOf(LISTS[name])) assert.ok(worded.has(code), `${code} of ${name}`);
  }
});
