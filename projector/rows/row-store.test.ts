import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { createIndexSql, createTableSql, defineTable, integer, nullable, type RowOf, text } from "../tables/table.ts";
import { RowStore } from "./row-store.ts";

const person = defineTable(
  "person",
  "for these tests",
  { id: integer("key"), email: text("unique"), note: nullable(text("anything")) },
  { key: ["id"], indexes: [{ name: "person_email", on: ["email"], unique: true }], derived: true },
);
const child = defineTable(
  "child",
  "for these tests",
  { parent: integer("key"), n: integer("key"), value: integer("anything") },
  { key: ["parent", "n"], derived: true },
);
const balance = defineTable(
  "balance",
  "for these tests",
  { owner: integer("key"), currency: text("key"), value: integer("anything") },
  { key: ["owner", "currency"], derived: true },
);
const event = defineTable(
  "event",
  "for these tests",
  { seq: integer("key"), what: text("anything") },
  { key: ["seq"], appendOnly: true },
);

type Child = RowOf<typeof child>;

/** A store, a flush that returns its statements, and the rows of its table. */
function storeOf<R extends Record<string, unknown>>(table: Parameters<typeof createTableSql>[0]) {
  const statements: string[] = [];
  const db = new Database(":memory:", { verbose: (sql) => statements.push(String(sql)) });
  db.exec(createTableSql(table));
  for (const sql of createIndexSql(table)) db.exec(sql);
  const store = new RowStore<R>(db, table);
  const flush = () => {
    statements.length = 0;
    store.flushDeletes();
    store.flushRows();
    store.forget();
    return [...statements];
  };
  const rows = () => db.prepare(`SELECT * FROM ${table.name} ORDER BY ${table.key.join(", ")}`).all() as R[];
  return { store, flush, rows };
}

const people = () => storeOf<RowOf<typeof person>>(person);
const rowOf = (id: number, email: string, note: string | null = null) => ({ id, email, note });

test("get() of a row that was never put is undefined", () => {
  assert.equal(people().store.get(1), undefined);
});

test("get() returns the buffered row, and after a flush the stored one", () => {
  const { store, flush, rows } = people();
  store.put(rowOf(1, "a"));
  assert.deepEqual(store.get(1), rowOf(1, "a"));
  assert.deepEqual(rows(), []);
  flush();
  assert.deepEqual(rows(), [rowOf(1, "a")]);
  assert.deepEqual(store.get(1), rowOf(1, "a"));
  store.put(rowOf(1, "b", "again"));
  assert.deepEqual(store.get(1), rowOf(1, "b", "again"));
});

test("put() replaces every column of the row with its key", () => {
  const { store, flush, rows } = people();
  store.put(rowOf(1, "a", "note"));
  flush();
  store.put(rowOf(1, "b"));
  flush();
  assert.deepEqual(rows(), [rowOf(1, "b", null)]);
});

test("delete() removes buffered and stored rows", () => {
  const { store, flush, rows } = people();
  store.put(rowOf(1, "a"));
  store.put(rowOf(2, "b"));
  store.delete(1);
  assert.equal(store.get(1), undefined);
  flush();
  assert.deepEqual(rows(), [rowOf(2, "b")]);
  store.delete(2);
  assert.equal(store.get(2), undefined);
  flush();
  assert.deepEqual(rows(), []);
});

test("delete() of a missing row does nothing", () => {
  const { store, flush, rows } = people();
  store.delete(9);
  flush();
  assert.deepEqual(rows(), []);
});

test("rows that were deleted and put again may swap values under a unique index", () => {
  const { store, flush, rows } = people();
  store.put(rowOf(1, "a"));
  store.put(rowOf(2, "b"));
  flush();
  for (const id of [1, 2]) store.delete(id);
  store.put(rowOf(1, "b"));
  store.put(rowOf(2, "a"));
  flush();
  assert.deepEqual(rows(), [rowOf(1, "b"), rowOf(2, "a")]);
});

test("forget() drops puts and deletes that were not flushed", () => {
  const { store, flush, rows } = people();
  store.put(rowOf(1, "a"));
  flush();
  store.delete(1);
  store.put(rowOf(2, "b"));
  store.forget();
  assert.equal(store.size, 0);
  assert.deepEqual(flush(), []);
  assert.deepEqual(rows(), [rowOf(1, "a")]);
  assert.deepEqual(store.get(1), rowOf(1, "a"));
});

test("size counts each buffered row once", () => {
  const { store } = people();
  store.put(rowOf(1, "a"));
  store.put(rowOf(1, "b"));
  store.delete(2);
  assert.equal(store.size, 2);
});

test("flushRows() writes fifty rows in a statement, and the rest one by one", () => {
  for (const [count, statements] of [
    [1, 1],
    [49, 49],
    [50, 1],
    [51, 2],
    [100, 2],
    [101, 3],
  ] as const) {
    const { store, flush, rows } = people();
    for (let id = 1; id <= count; id++) store.put(rowOf(id, `e${id}`));
    assert.equal(flush().length, statements, `${count} rows`);
    assert.equal(rows().length, count);
  }
});

test("flushRows() writes in key order, whatever the order of the puts", () => {
  const { store, flush } = storeOf<Child>(child);
  const keys = [
    [10, 1],
    [9, 2],
    [100, 1],
    [9, 1],
  ] as const;
  for (const [parent, n] of keys) store.put({ parent, n, value: 0 });
  const written = flush().map((sql) => /VALUES \((\d+\.?\d*), (\d+\.?\d*)/.exec(sql)?.slice(1).map(Number));
  assert.deepEqual(written, [
    [9, 1],
    [9, 2],
    [10, 1],
    [100, 1],
  ]);
});

test("flushRows() sorts keys of a number and a text by the number first", () => {
  const { store, flush } = storeOf<RowOf<typeof balance>>(balance);
  for (const [owner, currency] of [
    [10, "EUR"],
    [9, "GBP"],
    [9, "EUR"],
  ] as const)
    store.put({ owner, currency, value: 1 });
  const written = flush().map((sql) => /VALUES \((\d+)\.?\d*, '(\w+)'/.exec(sql)?.slice(1).join(" "));
  assert.deepEqual(written, ["9 EUR", "9 GBP", "10 EUR"]);
});

test("get(), put() and delete() of composite keys keep parents and children apart", () => {
  const { store, flush, rows } = storeOf<Child>(child);
  // The largest child that an event has room for, and the parent after it.
  for (const [parent, n] of [
    [1, 65_535],
    [2, 0],
    [2, 1],
  ] as const)
    store.put({ parent, n, value: parent * 100 + n });
  flush();
  assert.equal(store.get(1, 65_535)?.value, 65_635);
  assert.equal(store.get(2, 0)?.value, 200);
  store.delete(1, 65_535);
  flush();
  assert.deepEqual(
    rows().map(({ parent, n }) => [parent, n]),
    [
      [2, 0],
      [2, 1],
    ],
  );
});

test("delete() takes a key of a number and a text", () => {
  const { store, flush, rows } = storeOf<RowOf<typeof balance>>(balance);
  store.put({ owner: 1, currency: "GBP", value: 1 });
  store.put({ owner: 1, currency: "EUR", value: 2 });
  flush();
  store.delete(1, "GBP");
  flush();
  assert.deepEqual(rows(), [{ owner: 1, currency: "EUR", value: 2 }]);
});

test("keys may have more texts than the store numbers", () => {
  const { store, flush, rows } = storeOf<RowOf<typeof balance>>(balance);
  const keys = Array.from({ length: 10_050 }, (_, n) => [1 + (n % 3), `c${n}`] as const);
  for (const [n, [owner, currency]] of keys.entries()) store.put({ owner, currency, value: n });
  const assertAll = () => {
    for (const [n, [owner, currency]] of keys.entries()) assert.equal(store.get(owner, currency)?.value, n);
    assert.equal(store.get(2, "c0"), undefined);
    assert.equal(store.get(2, "c10049"), undefined);
  };
  assertAll();
  flush();
  assert.equal(rows().length, keys.length);
  assertAll();
  store.put({ owner: 2 ** 50, currency: "c1", value: -1 });
  assert.equal(store.get(2 ** 50, "c1")?.value, -1);
  assert.equal(store.get(2 ** 50 + 1, "c1"), undefined);
});

test("a row of an append-only table cannot be replaced", () => {
  const { store, flush, rows } = storeOf<RowOf<typeof event>>(event);
  store.put({ seq: 1, what: "first" });
  flush();
  store.put({ seq: 1, what: "second" });
  assert.throws(flush, { code: "SQLITE_CONSTRAINT_PRIMARYKEY" });
  assert.deepEqual(rows(), [{ seq: 1, what: "first" }]);
});

test("any puts, deletes and flushes leave the rows of an equivalent Map", () => {
  const key = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }));
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ put: key, value: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ delete: key }) },
    { weight: 1, arbitrary: fc.constant("flush" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { store, flush, rows } = storeOf<Child>(child);
      const model = new Map<string, Child>();
      for (const one of steps) {
        if (one === "flush") flush();
        else if ("put" in one) {
          const [parent, n] = one.put;
          store.put({ parent, n, value: one.value });
          model.set(String(one.put), { parent, n, value: one.value });
        } else {
          store.delete(...one.delete);
          model.delete(String(one.delete));
        }
        for (let parent = 1; parent <= 4; parent++)
          for (let n = 1; n <= 4; n++)
            assert.deepEqual(store.get(parent, n), model.get(String([parent, n])), `${parent}, ${n}`);
      }
      flush();
      const expected = [...model.values()].sort((a, b) => a.parent - b.parent || a.n - b.n);
      assert.deepEqual(rows(), expected);
    }),
    { numRuns: 60 },
  );
});
