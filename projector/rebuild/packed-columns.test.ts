import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ColumnValues, Value } from "../rows/row-columns.ts";
import { pack, unpack } from "./packed-columns.ts";

const COUNT = 7;

const bytes = fc.uint8Array({ maxLength: 20 }).map((whole) => whole.subarray(Math.min(3, whole.length)));
const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true }));
const value: fc.Arbitrary<Value> = fc.oneof(number, fc.string({ unit: "binary" }), bytes, fc.constant(null));
const columnOf = (one: fc.Arbitrary<Value>) =>
  fc.array(one, { minLength: COUNT, maxLength: COUNT }).map((each): ColumnValues => ({ each }));
const column = fc.oneof(
  columnOf(number),
  columnOf(bytes),
  columnOf(value),
  columnOf(fc.constantFrom("EUR", "GBP", null)),
  value.map((same): ColumnValues => ({ same })),
);

const valuesOf = (column: ColumnValues) => ("same" in column ? column : { each: Array.from(column.each) });

test("unpack() returns the columns that pack() took, after a transfer", () => {
  fc.assert(
    fc.property(fc.array(column, { minLength: 1, maxLength: 4 }), (columns) => {
      const before = structuredClone(columns.map(valuesOf));
      const { packed, buffers } = pack({ count: COUNT, columns });
      const { count, columns: after } = unpack(structuredClone(packed, { transfer: buffers }));
      assert.equal(count, COUNT);
      assert.deepEqual(after.map(valuesOf), before);
    }),
  );
});

test("pack() takes only `count` rows, and only the bytes in view", () => {
  const whole = new Uint8Array(1_000);
  const ids = Array.from({ length: 5 }, (_, n) => whole.subarray(n * 16, n * 16 + 16));
  const { packed, buffers } = pack({ count: 3, columns: [{ each: ids }, { each: [1, 2, 3, 4, 5] }] });
  assert.deepEqual(
    buffers.map(({ byteLength }) => byteLength),
    [3 * 4, 3 * 16, 3 * 8],
  );
  assert.equal(packed.count, 3);
});

test("pack() sends each of few texts once, and many as they are", () => {
  const days = Array.from({ length: 1000 }, (_, n) => `2024-01-0${1 + (n % 9)}`);
  const names = Array.from({ length: 1000 }, (_, n) => `name ${n}`);
  const different = Array.from({ length: 1000 }, (_, n) => `name ${n >> 1}`).sort();
  const columns = [{ each: days }, { each: names }, { each: different }];
  const { packed, buffers } = pack({ count: 1000, columns });
  const [few, ...many] = packed.columns;
  assert.ok(few && "texts" in few);
  assert.equal(few.texts.length, 9);
  assert.deepEqual(many, columns.slice(1));
  assert.equal(buffers.length, 1);
  assert.deepEqual(unpack(packed).columns.map(valuesOf), columns);
});
