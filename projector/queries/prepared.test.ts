import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import { prepare, prepareArray, prepareValue } from "./prepared.ts";

test("callers of one SQL get the form of rows that they asked for, in any order", () => {
  const db = new Database(":memory:");
  const sql = "SELECT 1 AS one, ? AS two";
  const [objects, values, arrays] = [
    prepare<[number], object>(db, sql),
    prepareValue<[number], number>(db, sql),
    prepareArray<[number], number[]>(db, sql),
  ];
  for (const statement of [objects, prepare<[number], object>(db, sql)])
    assert.deepEqual(statement.get(2), { one: 1, two: 2 });
  for (const statement of [values, prepareValue<[number], number>(db, sql)]) assert.equal(statement.get(2), 1);
  for (const statement of [arrays, prepareArray<[number], number[]>(db, sql)])
    assert.deepEqual(statement.all(2), [[1, 2]]);
  // @ts-expect-error a shared statement cannot be changed
  assert.ok(objects.pluck);
  assert.equal(prepare(db, sql), objects, "prepared once");
  db.close();
});
