import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { further, furtherOfItem, furtherOfLine } from "../../../events/document/further.ts";
import { furtherOfClient, furtherOfOrganization } from "../../../events/document/party.ts";
import { codeLists } from "../../../events/einvoice/words/code-words.ts";
import { codeIn } from "./code-lists.ts";
import {
  entriesAt,
  fieldsOfGroup,
  listsOfGroup,
  type MoreField,
  type MoreGroup,
  moreOnScreen,
  NOTHING_MORE,
  textAt,
  withMore,
} from "./more.ts";
import { DOCUMENT_MORE, ITEM_MORE, LINE_MORE } from "./more-of-document.ts";
import { CLIENT_MORE, ORGANIZATION_MORE } from "./more-of-parties.ts";
import { wordsOfMore } from "./more-words.ts";
import { readMore, typedMore } from "./read-more.ts";
import { leavesOf } from "./schema-leaves.suite.ts";

const READING = { locale: "de-DE", currency: "EUR" };
const GROUPS: readonly (readonly [name: string, schema: z.ZodObject, group: MoreGroup])[] = [
  ["a document", further, DOCUMENT_MORE],
  ["a line", furtherOfLine, LINE_MORE],
  ["an item", furtherOfItem, ITEM_MORE],
  ["the organization", furtherOfOrganization, ORGANIZATION_MORE],
  ["a client", furtherOfClient, CLIENT_MORE],
];

function fieldsByPath(group: MoreGroup): Map<string, MoreField> {
  const ofLists = listsOfGroup(group).flatMap(([path, { fields }]) =>
    Object.entries(fields).map(([name, field]): [string, MoreField] => [`${path}[].${name}`, field]),
  );
  return new Map([...fieldsOfGroup(group), ...ofLists]);
}

/** A valid value for a field, which no other field has. */
function sampleOf(schema: z.ZodType, { kind = "line", list }: MoreField, n: number): unknown {
  const samples: Partial<Record<NonNullable<MoreField["kind"]>, unknown>> = {
    ...{
      date: "2026-02-28",
      code: list && codeLists()[list][0]?.[0],
      country: "BE",
      format: "ubl",
      account: "BE68539007547034",
      bic: "GKCCBEBB",
    },
    ...{ email: "a@b.example", colour: "#0a1b2c", quantity6: 12_500_000, price6: 1_234_560_000 },
  };
  const sample = samples[kind] ?? `text ${n}`;
  assert.ok(schema.safeParse(sample).success, `${JSON.stringify(sample)} is no ${kind}`);
  return sample;
}

/** The group with every field filled in, and lists with two entries. */
function fullOf(schema: z.ZodObject, group: MoreGroup): object {
  const fields = fieldsByPath(group);
  let n = 0;
  const fill = (part: unknown, path: string): unknown => {
    if (part instanceof z.ZodNullable) return fill(part.unwrap(), path);
    if (part instanceof z.ZodArray) return [fill(part.element, `${path}[]`), fill(part.element, `${path}[]`)];
    if (part instanceof z.ZodObject)
      return Object.fromEntries(
        Object.entries(part.shape).map(([name, one]) => [name, fill(one, path === "" ? name : `${path}.${name}`)]),
      );
    return sampleOf(part as z.ZodType, fields.get(path) ?? assert.fail(`no form has a field for ${path}`), n++);
  };
  return fill(schema, "") as object;
}

for (const [name, schema, group] of GROUPS) {
  test(`"More" of ${name} has a field for each part of the command, and no other`, () => {
    const inForm = [...fieldsByPath(group).keys()].sort();
    assert.deepEqual(
      inForm,
      leavesOf(schema)
        .map(([path]) => path)
        .sort(),
    );
  });

  test(`fields in "More" of ${name} show the limits of the command`, () => {
    const fields = fieldsByPath(group);
    for (const [path, leaf] of leavesOf(schema)) {
      const { kind = "line", max } = fields.get(path) ?? assert.fail(path);
      if (leaf instanceof z.ZodString && (kind === "line" || kind === "lines" || kind === "account"))
        assert.equal(max, leaf.maxLength, `the limit of ${path}`);
    }
    for (const [path, { max }] of listsOfGroup(group)) {
      const list = path.split(".").reduce<unknown>((part, step) => {
        const inner = part instanceof z.ZodNullable ? part.unwrap() : part;
        return inner instanceof z.ZodObject ? inner.shape[step] : undefined;
      }, schema);
      assert.ok(list instanceof z.ZodArray, path);
      assert.equal(
        list.safeParse(Array.from({ length: max + 1 })).error?.issues.some(({ code }) => code === "too_big"),
        true,
      );
      assert.equal(
        list.safeParse(Array.from({ length: max })).error?.issues.some(({ code }) => code === "too_big"),
        false,
      );
    }
  });

  test(`what is filled in behind "More" of ${name} is what is sent, and empty fields are nothing`, () => {
    const full = fullOf(schema, group);
    const typed = typedMore(group, full, READING);
    assert.deepEqual(readMore(group, typed, READING), { value: full, errors: [] });
    assert.ok(schema.safeParse(full).success);
    assert.deepEqual(readMore(group, NOTHING_MORE, READING), { value: null, errors: [] });
    assert.deepEqual(typedMore(group, null, READING), NOTHING_MORE);
  });

  test(`each field in "More" of ${name}, alone, is a valid command or has an error at a field`, () => {
    const typed = typedMore(group, fullOf(schema, group), READING);
    for (const [path] of fieldsOfGroup(group)) {
      const { value, errors } = readMore(group, { [path]: textAt(typed, path) }, READING);
      if (errors.length === 0) assert.ok(schema.safeParse(value).success, `${path} alone: ${JSON.stringify(value)}`);
      for (const { field } of errors) assert.ok(fieldsByPath(group).has(field), `${field} is a field`);
    }
    for (const [path, { fields }] of listsOfGroup(group))
      for (const part of Object.keys(fields)) {
        const [entry] = entriesAt(typed, path);
        const alone = { [path]: [{}, { [part]: entry?.[part] ?? "" }] };
        const { value, errors } = readMore(group, alone, READING);
        const parts = Object.keys(fields).map((one) => `${path}.1.${one}`);
        if (errors.length === 0) assert.ok(schema.safeParse(value).success, `${path}.${part} alone`);
        for (const { field } of errors) assert.ok(parts.includes(field), `${field} is on the screen`);
      }
  });

  test(`the labels in "More" of ${name} tell its fields apart`, () => {
    const labels = [
      ...fieldsOfGroup(group).map(([, { label }]) => label),
      ...listsOfGroup(group).map(([, { one }]) => one),
    ];
    assert.deepEqual([...new Set(labels)], labels);
  });
}

test("what is still being typed is shown as it is", () => {
  for (const text of ["be", "Belg", "2026-0", "x", "#", "\u{1F600}"])
    for (const [name, , group] of GROUPS)
      for (const [path] of fieldsOfGroup(group)) {
        const [word] = wordsOfMore(group, { [path]: text }, "en-GB");
        assert.equal(word?.text, text, `${path} of ${name}`);
      }
});

test("withMore() leaves out what became empty, and does not depend on the order of typing", () => {
  const one = withMore(withMore(NOTHING_MORE, "project", "P"), "contract", "C");
  const other = withMore(withMore(NOTHING_MORE, "contract", "C"), "project", "P");
  assert.equal(JSON.stringify(one), JSON.stringify(other));
  assert.deepEqual(withMore(withMore(one, "project", ""), "contract", ""), NOTHING_MORE);
});

test("moreOnScreen() counts the entries that are blank on the screen, and were not sent", () => {
  const typed = { notes: [{ text: "" }, { text: "a" }, { text: " " }, { text: "b" }] };
  assert.equal(moreOnScreen(typed, "notes.0.text"), "notes.1.text");
  assert.equal(moreOnScreen(typed, "notes.1.subject"), "notes.3.subject");
  assert.equal(moreOnScreen(typed, "project"), "project");
});

test("readMore() takes the means of payment from what else is filled in", () => {
  const means = (typed: Record<string, string>) =>
    readMore<{ payment: { meansCode: string } }>(DOCUMENT_MORE, typed, READING).value?.payment.meansCode;
  assert.equal(means({ "payment.remittance": "R-1" }), "30");
  assert.equal(means({ "payment.card.number": "1234" }), "48");
  assert.equal(means({ "payment.directDebit.mandate": "M-1" }), "49");
  assert.equal(means({ "payment.directDebit.mandate": "M-1", "payment.meansCode": "59" }), "59");
});

test("readMore() names a field that others cannot be without, and an account whose check digits are wrong", () => {
  const errors = (typed: Record<string, string>) => readMore(DOCUMENT_MORE, typed, READING).errors;
  assert.deepEqual(errors({ "delivery.address.city": "Gent" }), [
    { field: "delivery.address.country", message: "is missing" },
  ]);
  assert.deepEqual(errors({ "object.scheme": "AAJ" }), [{ field: "object.id", message: "is missing" }]);
  assert.match(errors({ "payment.directDebit.account": "BE68 5390 0754 7035" })[0]?.message ?? "", /check digits/);
  assert.deepEqual(errors({ "payment.directDebit.account": "12-34-56 12345678" }), []);
});

test("codeIn() takes every code of the standard, and no other text", () => {
  assert.deepEqual([codeIn("schemes", "0088"), codeIn("noteSubjects", "ABV")], ["0088", "ABV"]);
  assert.deepEqual([codeIn("documentTypes", "381"), codeIn("invoiceTypes", "381")], ["381", null]);
  for (const list of Object.keys(codeLists()) as (keyof ReturnType<typeof codeLists>)[])
    for (const text of ["999", "QQ", "q", "VATEX-EU-", "30 "])
      assert.equal(codeIn(list, text), null, `${text} of ${list}`);
});

test("readMore() refuses an unknown code and an unknown country at their fields", () => {
  const typed = { typeCode: "999", "delivery.address.country": "QQ", notes: [{ subject: "??", text: "t" }] };
  const { errors } = readMore(DOCUMENT_MORE, typed, READING);
  assert.deepEqual(
    errors.map(({ field }) => field),
    ["typeCode", "delivery.address.country", "notes.0.subject"],
  );
  for (const { message } of errors) assert.match(message, /^“.+” is not a known .+\. Pick one from the list\.$/);
});
