import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { createTableSql, defineTable, integer, type RowOf } from "../tables/table.ts";
import { CurrentEvent } from "./current-event.ts";
import { outputTo } from "./row-reviser.ts";
import { WriteOnlyRows } from "./write-only-rows.ts";

const child = defineTable(
  "child",
  "for these tests",
  { parent: integer("key"), n: integer("key"), value: integer("anything") },
  { key: ["parent", "n"], derived: true },
);
type Child = RowOf<typeof child>;

function newStore() {
  const written: string[] = [];
  const db = new Database(":memory:", { verbose: (sql) => written.push(String(sql)) });
  db.exec(createTableSql(child));
  const rows = () => db.prepare("SELECT * FROM child ORDER BY parent, n").all() as Child[];
  return {
    store: new WriteOnlyRows<Child>(child, outputTo<Child>(db, child, null), new CurrentEvent()),
    rows,
    written,
  };
}
const row = (parent: number, n: number, value = 0): Child => ({ parent, n, value });

test("flush() writes the rows, fifty per statement, and empties the buffer", () => {
  const { store, rows, written } = newStore();
  for (let n = 1; n <= 120; n++) store.put(row(7, n));
  assert.equal(store.size, 120);
  written.length = 0;
  store.flush();
  assert.equal(written.filter((sql) => sql.startsWith("INSERT")).length, 2 + 20);
  assert.equal(store.size, 0);
  assert.equal(rows().length, 120);
});

test("of two rows with one key the later one wins, in one batch or two", () => {
  const { store, rows } = newStore();
  store.put(row(7, 1, 10));
  store.put(row(7, 2, 20));
  store.put(row(7, 1, 11));
  store.flush();
  store.put(row(7, 2, 21));
  store.flush();
  assert.deepEqual(rows(), [row(7, 1, 11), row(7, 2, 21)]);
});

test("delete() removes a buffered or stored row, unless it is put again later", () => {
  const { store, rows } = newStore();
  store.put(row(7, 1));
  store.put(row(7, 2));
  store.flush();
  store.delete(7, 1);
  store.put(row(7, 3));
  store.delete(7, 3);
  store.delete(7, 2);
  store.put(row(7, 2, 5));
  store.flush();
  assert.deepEqual(rows(), [row(7, 2, 5)]);
});

test("forget() drops all buffered rows", () => {
  const { store, rows } = newStore();
  store.put(row(7, 1));
  store.delete(7, 2);
  store.forget();
  store.flush();
  assert.deepEqual(rows(), []);
});

test("any puts, deletes and flushes leave the rows of an equivalent Map", () => {
  const key = { parent: fc.integer({ min: 1, max: 3 }), n: fc.integer({ min: 1, max: 4 }) };
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ ...key, value: fc.integer({ min: 0, max: 99 }) }) },
    { weight: 3, arbitrary: fc.record({ ...key, value: fc.constant(null) }) },
    { weight: 1, arbitrary: fc.constant("flush" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { store, rows } = newStore();
      const model = new Map<number, Child>();
      for (const one of [...steps, "flush" as const]) {
        if (one === "flush") store.flush();
        else if (one.value === null) {
          store.delete(one.parent, one.n);
          model.delete(one.parent * 10 + one.n);
        } else {
          store.put({ ...one, value: one.value });
          model.set(one.parent * 10 + one.n, { ...one, value: one.value });
        }
      }
      const expected = [...model].sort(([a], [b]) => a - b).map(([, child]) => child);
      assert.deepEqual(rows(), expected);
    }),
    { numRuns: 200 },
  );
});
