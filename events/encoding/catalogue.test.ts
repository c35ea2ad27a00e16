import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { CATALOGUE, definitionOf, type EventType, STREAM_KINDS } from "./catalogue.ts";
import { describeShape, type Shape } from "./shape.ts";

const GOLDEN = new URL("../golden.json", import.meta.url);
const TYPES = Object.keys(CATALOGUE) as EventType[];

/** The field lists of the code, by type and schema version. */
const now = Object.fromEntries(
  TYPES.flatMap((type) => CATALOGUE[type].schemas.map(({ shape }, n) => [`${type} ${n + 1}`, describeShape(shape)])),
);

/** Adds missing entries. Existing entries stay, whatever the code says. */
const grown = (shapes: Record<string, string>) => `${JSON.stringify({ ...now, ...shapes }, null, 2)}\n`;

function golden(): Record<string, string> {
  return JSON.parse(readFileSync(GOLDEN, "utf8"));
}

if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, grown(golden()));

for (const [name, frozen] of Object.entries(golden()))
  test(`CATALOGUE has ${name} as it was released`, () => {
    assert.equal(
      now[name],
      frozen,
      `The fields of ${name} differ from the released ones. Existing logs hold such events, and only the shape that wrote ` +
        "their bytes can read them. Restore the shape, add the new one at the end of its type's list in catalogue.ts with " +
        "an upcaster from this one, and add its entry: UPDATE_GOLDEN=1 node --test events/encoding/catalogue.test.ts",
    );
  });

test("golden.json lists every type and schema version of CATALOGUE", () => {
  const missing = Object.keys(now).filter((name) => !(name in golden()));
  assert.deepEqual(
    missing,
    [],
    "New shapes are frozen once they are released. Check them again, then run: " +
      "UPDATE_GOLDEN=1 node --test events/encoding/catalogue.test.ts (it adds entries and never changes one)",
  );
});

test("UPDATE_GOLDEN=1 leaves the committed golden.json unchanged, byte for byte", () => {
  assert.equal(readFileSync(GOLDEN, "utf8"), grown(golden()));
});

test("CATALOGUE has an upcaster from each shape except the last", () => {
  for (const type of TYPES)
    for (const [n, { upcast }] of CATALOGUE[type].schemas.entries())
      assert.equal(upcast === null, n === CATALOGUE[type].schemas.length - 1, `${type} ${n + 1}`);
});

test("CATALOGUE has the types that begin each kind of stream: credit notes that cancel begin issued", () => {
  const beginning = TYPES.filter((type) => CATALOGUE[type].begins).map((type) => CATALOGUE[type].stream);
  assert.deepEqual(beginning.sort(), [...STREAM_KINDS, "invoice"].sort());
  for (const type of TYPES) assert.ok(STREAM_KINDS.includes(CATALOGUE[type].stream));
});

test("CATALOGUE bounds every text, list and number", () => {
  const unboundedPaths = (shape: Shape, path: string): string[] => {
    switch (shape.kind) {
      case "object":
        return shape.fields.flatMap((field) => unboundedPaths(field.shape, `${path}.${field.name}`));
      case "nullable":
        return unboundedPaths(shape.of, path);
      case "array":
        return [...(Number.isFinite(shape.max) ? [] : [path]), ...unboundedPaths(shape.of, `${path}[]`)];
      case "string":
        return fits(shape, "A".repeat(3000)) || fits(shape, "a".repeat(3000)) || fits(shape, "1".repeat(3000))
          ? [path]
          : [];
      default:
        return [];
    }
  };
  const fits = ({ max, patterns }: Extract<Shape, { kind: "string" }>, text: string) =>
    text.length <= max && patterns.every((pattern) => pattern.test(text));
  for (const type of TYPES)
    for (const { shape } of CATALOGUE[type].schemas) assert.deepEqual(unboundedPaths(shape, type), []);
});

test("CATALOGUE allows no lone surrogate in any text: UTF-8 cannot encode it", () => {
  const textsOf = (shape: Shape): Extract<Shape, { kind: "string" }>[] => {
    if (shape.kind === "object") return shape.fields.flatMap((field) => textsOf(field.shape));
    if (shape.kind === "nullable" || shape.kind === "array") return textsOf(shape.of);
    return shape.kind === "string" ? [shape] : [];
  };
  for (const type of TYPES)
    for (const { shape } of CATALOGUE[type].schemas)
      for (const { patterns } of textsOf(shape))
        for (const text of ["\ud800", "a\udfff", "\ude00\ud83d", "a\ud800@b"])
          assert.ok(patterns.length > 0 && !patterns.every((pattern) => pattern.test(text)), `${type}: ${patterns}`);
});

test("CATALOGUE nests at most eight arrays, including the event's own", () => {
  const depthOf = (shape: Shape): number => {
    if (shape.kind === "object") return 1 + Math.max(0, ...shape.fields.map((field) => depthOf(field.shape)));
    if (shape.kind === "array") return 1 + depthOf(shape.of);
    return shape.kind === "nullable" ? depthOf(shape.of) : 0;
  };
  const depths = TYPES.flatMap((type) => CATALOGUE[type].schemas.map(({ shape }) => 1 + depthOf(shape)));
  assert.equal(Math.max(...depths), 8); // as scan.ts allows
});

test("definitionOf() knows the types of the catalogue, and no property names of objects", () => {
  for (const type of TYPES) assert.equal(definitionOf(type), CATALOGUE[type]);
  for (const type of ["", "Nope", "toString", "__proto__", "constructor", "hasOwnProperty", "useradded"])
    assert.equal(definitionOf(type), undefined);
});
