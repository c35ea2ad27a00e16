import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { blob, createTableSql, defineTable, integer, nullable, type RowOf, text } from "../tables/table.ts";
import { columnsOf } from "./row-columns.ts";
import { byKey, RowWriter } from "./row-writer.ts";

const page = defineTable(
  "page",
  "for these tests",
  {
    book: integer("key"),
    n: integer("key"),
    words: text("anything"),
    picture: nullable(blob("anything")),
    notes: nullable(integer("anything")),
  },
  { key: ["book", "n"], derived: true },
);
type Page = RowOf<typeof page>;

/** Rows per statement, and rows searched together for columns with one value. */
const STATEMENT = 50;
const BATCH = 1_000;

function newWriter() {
  const written: string[] = [];
  const db = new Database(":memory:", { verbose: (sql) => written.push(String(sql)) });
  db.exec(createTableSql(page));
  const rows = () => db.prepare("SELECT * FROM page ORDER BY book, n").all() as Page[];
  return { writer: new RowWriter<Page>(db, page), rows, written };
}
const row = (n: number): Page => ({ book: 1, n, words: "none", picture: null, notes: n % 3 === 0 ? null : n });
const rowsUpTo = (count: number) => Array.from({ length: count }, (_, n) => row(n + 1));

test("columnsOf() returns a common value once, and different values per row", () => {
  const columns = columnsOf<Page>(page)(rowsUpTo(4), 1, 4);
  assert.deepEqual(columns, {
    count: 3,
    columns: [{ same: 1 }, { each: [2, 3, 4] }, { same: "none" }, { same: null }, { each: [2, null, 4] }],
  });
});

for (const count of [0, 1, STATEMENT - 1, STATEMENT, STATEMENT + 1, BATCH - 1, BATCH, BATCH + 1])
  test(`write() of ${count} rows`, () => {
    const { writer, rows, written } = newWriter();
    writer.write(rowsUpTo(count));
    assert.equal(written.filter((sql) => sql.startsWith("INSERT")).length, Math.floor(count / 50) + (count % 50));
    assert.deepEqual(rows(), rowsUpTo(count));
  });

test("write() of any batches leaves the last row of each key", () => {
  const value = fc.record(
    {
      book: fc.integer({ min: 1, max: 2 }),
      n: fc.integer({ min: 1, max: 70 }),
      words: fc.constantFrom("a", "b", ""),
      picture: fc.constantFrom(null, Buffer.from([1]), Buffer.alloc(0)),
      notes: fc.constantFrom(null, 0, -1, 2 ** 53 - 1),
    },
    { noNullPrototype: true },
  );
  const batch = fc.uniqueArray(value, { selector: ({ book, n }) => `${book} ${n}`, maxLength: 120 });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 20 }), (batches) => {
      const { writer, rows } = newWriter();
      const expected = new Map<string, Page>();
      for (const rows of batches) {
        writer.write(rows);
        for (const row of rows) expected.set(`${row.book} ${row.n}`, row);
      }
      assert.deepEqual(rows(), [...expected.values()].sort(byKey(page)));
    }),
    { numRuns: 100 },
  );
});

test("write() reports which constraint a row violates", () => {
  const { writer } = newWriter();
  const rows = rowsUpTo(STATEMENT + 5);
  rows[7] = { ...row(8), words: null as never };
  assert.throws(() => writer.write(rows), { code: "SQLITE_CONSTRAINT_NOTNULL", message: /page\.words/ });
});
