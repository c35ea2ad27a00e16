import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { arbitraryOf } from "../../fixtures/data/arbitrary.ts";
import { client } from "../business/client.ts";
import { invoiceDrafted } from "../business/invoice.ts";
import { invoiceIssued } from "../business/issue.ts";
import { item, itemAddedV1, itemAddedV2 } from "../business/item.ts";
import { organizationLogoChanged, organizationProfile } from "../business/organization.ts";
import { allocated, paymentReceived } from "../business/payment.ts";
import { noFields, userAdded } from "../business/user.ts";
import { bytes, int, line, MAX_INT } from "../values/schema.ts";
import { compileReader, describeShape, explain, type Shape, shapeOf, toPositions } from "./shape.ts";

const SCHEMAS: Record<string, z.ZodType> = {
  organizationProfile,
  organizationLogoChanged,
  userAdded,
  noFields,
  client,
  item,
  itemAddedV1,
  itemAddedV2,
  invoiceDrafted,
  invoiceIssued,
  paymentReceived,
  allocated,
};

/** A schema that uses every supported type. */
const everything = z.object({
  text: line(5),
  code: z.string().regex(/^[a-z]+$/),
  count: int(-2, 300),
  flag: z.boolean(),
  kind: z.enum(["one", "two"]),
  image: bytes(4),
  maybe: int(0, 1).nullable(),
  list: z.array(z.object({ n: int(0, 9), s: line(2).nullable() })).max(2),
});
const VALUE = {
  text: "abc",
  code: "x",
  count: 7,
  flag: true,
  kind: "two",
  image: Buffer.from([1, 2]),
  maybe: null,
  list: [{ n: 1, s: null }],
};
const shape = shapeOf(everything);
const read = compileReader(shape);

test("shapeOf() keeps every bound and pattern of a schema", () => {
  assert.deepEqual(shape, {
    kind: "object",
    fields: [
      { name: "text", shape: { kind: "string", min: 1, max: 5, patterns: [/^[^\p{Cc}\p{Cs}]*$/u] } },
      { name: "code", shape: { kind: "string", min: 0, max: Number.POSITIVE_INFINITY, patterns: [/^[a-z]+$/] } },
      { name: "count", shape: { kind: "int", min: -2, max: 300 } },
      { name: "flag", shape: { kind: "boolean" } },
      { name: "kind", shape: { kind: "enum", values: ["one", "two"] } },
      { name: "image", shape: { kind: "bytes", max: 4 } },
      { name: "maybe", shape: { kind: "nullable", of: { kind: "int", min: 0, max: 1 } } },
      {
        name: "list",
        shape: {
          kind: "array",
          max: 2,
          of: {
            kind: "object",
            fields: [
              { name: "n", shape: { kind: "int", min: 0, max: 9 } },
              {
                name: "s",
                shape: { kind: "nullable", of: { kind: "string", min: 1, max: 2, patterns: [/^[^\p{Cc}\p{Cs}]*$/u] } },
              },
            ],
          },
        },
      },
    ],
  });
});

test("shapeOf() bounds an integer without bounds by 2^53 - 1", () => {
  const expected = { kind: "int", min: -MAX_INT, max: MAX_INT };
  assert.deepEqual([shapeOf(z.int()), shapeOf(z.number().int())], [expected, expected]);
});

test("shapeOf() refuses types that an event cannot use, and names the field", () => {
  const types = {
    union: z.union([z.string(), z.int()]),
    optional: z.string().optional(),
    default: z.string().default(""),
    record: z.record(z.string(), z.string()),
    tuple: z.tuple([z.string()]),
    literal: z.literal("a"),
    number: z.number(),
    bigint: z.bigint(),
    date: z.date(),
    any: z.any(),
    pipe: z.string().transform((text) => text.length),
  };
  for (const [name, type] of Object.entries(types))
    assert.throws(() => shapeOf(z.object({ list: z.array(z.object({ [name]: type })) })), {
      name: "TypeError",
      message: `data.list[].${name}: an event schema cannot use ${name}`,
    });
});

test("shapeOf() refuses checks that the reader does not support", () => {
  const checks = [
    z.string().trim(),
    z.string().refine((text) => text !== "x"),
    z.string().startsWith("x"),
    z.string().regex(/x/g),
    z.email(),
    z.int().gt(0),
    z.int().lt(9),
    z.int().multipleOf(5),
    z.int32(),
    z.array(z.string()).min(1),
    z.array(z.string()).length(1),
    z.object({}).refine(() => true),
  ];
  for (const [n, check] of checks.entries())
    assert.throws(() => shapeOf(check), { name: "TypeError", message: /^data: an event schema cannot use / }, `${n}`);
});

test("describeShape() writes one line that differs where the shape does", () => {
  assert.equal(
    describeShape(shape),
    "{text: string(1..5 /^[^\\p{Cc}\\p{Cs}]*$/u), code: string(0..Infinity /^[a-z]+$/), count: int(-2..300), " +
      "flag: boolean, kind: enum(one|two), image: bytes(..4), maybe: int(0..1)?, " +
      "list: [{n: int(0..9), s: string(1..2 /^[^\\p{Cc}\\p{Cs}]*$/u)?}; 2]}",
  );
});

test("toPositions() writes objects as arrays in the schema's order, whatever order the value has", () => {
  const reversed = Object.fromEntries(Object.entries(VALUE).reverse());
  const expected = ["abc", "x", 7, true, "two", Buffer.from([1, 2]), null, [[1, null]]];
  assert.deepEqual(toPositions(shape, VALUE), expected);
  assert.deepEqual(toPositions(shape, reversed), expected);
});

test("toPositions() writes an absent value as null, and leaves a misfit unchanged", () => {
  assert.deepEqual(toPositions(shape, { ...VALUE, maybe: undefined, image: "no", list: 5 }), [
    ...["abc", "x", 7, true, "two", "no", null, 5],
  ]);
  assert.equal(toPositions(shape, "no object"), "no object");
});

for (const [name, schema] of Object.entries({ everything, ...SCHEMAS })) {
  const shape = shapeOf(schema);
  const read = compileReader(shape);

  test(`compileReader() returns the value that toPositions() converted: ${name}`, () => {
    fc.assert(
      fc.property(arbitraryOf(shape), (value) => {
        assert.equal(schema.safeParse(value).success, true);
        assert.deepEqual(read(toPositions(shape, value)), value);
      }),
      { numRuns: 50 },
    );
  });

  test(`compileReader(), explain() and zod agree on what fits: ${name}`, () => {
    fc.assert(
      fc.property(arbitraryOf(shape), spoiler, fc.nat(), (value, spoiled, at) => {
        const broken = replaceNth(value, at, spoiled);
        const positions = toPositions(shape, broken);
        const found = read(positions);
        assert.equal(explain(shape, positions, "data") === null, found !== undefined);
        // An object without any of its fields is written with nulls: where all of them can be null, it fits.
        assert.equal(schema.safeParse(found ?? broken).success, found !== undefined);
      }),
      { numRuns: 200 },
    );
  });
}

/** Values at the edge of a bound, which are often wrong. */
const spoiler = fc.constantFrom<unknown[]>(
  ...[
    0,
    -1,
    1.5,
    2 ** 53,
    Number.NaN,
    10_001,
    "",
    "x",
    "\n",
    "\ud800",
    "2024-02-30",
    "EUR",
    "x".repeat(2001),
    "😀".repeat(100),
    "😀".repeat(200),
    "😀".repeat(201),
  ],
  ...[true, null, [], {}, Array(2001).fill(null), Buffer.alloc(49_153)],
);

/** Replaces the nth leaf of the value; n wraps around. */
function replaceNth(value: unknown, at: number, by: unknown): unknown {
  let left = at % leaves(value);
  const walk = (node: unknown): unknown => {
    if (isLeaf(node)) return left-- === 0 ? by : node;
    if (Array.isArray(node)) return node.map(walk);
    return Object.fromEntries(Object.entries(node as object).map(([name, field]) => [name, walk(field)]));
  };
  return walk(value);
}

function leaves(node: unknown): number {
  if (isLeaf(node)) return 1;
  return Object.values(node as object).reduce((sum: number, field) => sum + leaves(field), 0);
}

function isLeaf(node: unknown): boolean {
  return node === null || typeof node !== "object" || node instanceof Uint8Array || Object.keys(node).length === 0;
}

test("explain() names the path and both values", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ text: 5 }, "data.text: the number 5, not a string"],
    [{ text: "" }, "data.text: 0 characters, at least 1"],
    [{ text: "abcdef" }, "data.text: 6 characters, at most 5"],
    [{ code: "A" }, 'data.code: "A" does not match /^[a-z]+$/'],
    [{ count: "1" }, "data.count: a string, not an integer"],
    [{ count: 1.5 }, "data.count: the number 1.5, not an integer"],
    [{ count: 301 }, "data.count: 301 is not within -2 to 300"],
    [{ flag: 1 }, "data.flag: the number 1, not true or false"],
    [{ kind: "three" }, 'data.kind: "three" is none of one, two'],
    [{ image: "ab" }, "data.image: a string, not bytes"],
    [{ image: Buffer.alloc(5) }, "data.image: 5 bytes, at most 4"],
    [{ maybe: 2 }, "data.maybe: 2 is not within 0 to 1"],
    [{ list: null }, "data.list: nil, not an array"],
    [{ list: [VALUE.list[0], { n: 10, s: null }] }, "data.list[1].n: 10 is not within 0 to 9"],
    [{ list: [null] }, "data.list[0]: nil, not an array of 2"],
    [{ list: Array(3).fill(VALUE.list[0]) }, "data.list: 3 elements, at most 2"],
    [{ text: undefined }, "data.text: nothing, not a string"],
  ];
  for (const [spoiled, expected] of cases) {
    const positions = toPositions(shape, { ...VALUE, ...spoiled });
    assert.equal(explain(shape, positions, "data"), expected);
    assert.equal(read(positions), undefined, expected);
  }
});

test("explain() counts positions: one missing, one too many", () => {
  const positions = toPositions(shape, VALUE) as unknown[];
  const names = "text, code, count, flag, kind, image, maybe, list";
  for (const wrong of [positions.slice(0, -1), [...positions, null], []]) {
    assert.equal(explain(shape, wrong, "data"), `data: ${wrong.length} positions, not 8 (${names})`);
    assert.equal(read(wrong), undefined);
  }
});

test("compileReader() makes objects whose fields are in the schema's order", () => {
  assert.deepEqual(Object.keys(read(toPositions(shape, VALUE)) as object), Object.keys(VALUE));
});

test("compileReader() takes field names as they are, not as code", () => {
  const odd: Shape = { kind: "object", fields: [{ name: '"});boom(', shape: { kind: "int", min: 0, max: 1 } }] };
  assert.deepEqual(compileReader(odd)([1]), { '"});boom(': 1 });
});
