/** `diffCaches()` on small files with random rows, against the difference of two maps. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openAnyCache } from "./cache-file.ts";
import { diffCaches } from "./diff-caches.ts";
import type { RowDifference } from "./diff-table.ts";

const folder = temporaryFolder();
let files = 0;

interface ItemRow {
  code: string;
  n: number;
  note: string | null;
  bytes: Uint8Array | null;
  due_minor: number;
  currency: string;
}

/** Writes a file that describes itself as a cache. @param options.ddl more columns, or another key */
function writeCache(
  rows: readonly ItemRow[],
  { key = "code, n", ddl = "", seq = 7 }: { key?: string; ddl?: string; seq?: number } = {},
): string {
  const path = join(folder, `${++files}.sqlite`);
  const db = new Database(path);
  db.exec(`CREATE TABLE meta (id INTEGER PRIMARY KEY, log_id TEXT, checkpoint INTEGER, projector_version TEXT);
    INSERT INTO meta VALUES (1, 'log', ${seq}, 'v');
    CREATE TABLE thing (code TEXT NOT NULL, n INTEGER NOT NULL, note TEXT, bytes BLOB, due_minor INTEGER NOT NULL,
      currency TEXT NOT NULL${ddl}, PRIMARY KEY (${key})) WITHOUT ROWID;
    CREATE TABLE thing_part (thing_id INTEGER PRIMARY KEY REFERENCES owner, part_minor INTEGER NOT NULL);
    CREATE TABLE owner (id INTEGER PRIMARY KEY, currency TEXT NOT NULL)`);
  const insert = db.prepare("INSERT INTO thing (code, n, note, bytes, due_minor, currency) VALUES (?, ?, ?, ?, ?, ?)");
  for (const { code, n, note, bytes, due_minor, currency } of rows)
    insert.run(code, n, note, bytes, due_minor, currency);
  db.close();
  return path;
}

function differenceOf(pathA: string, pathB: string) {
  const [a, b] = [openAnyCache(pathA), openAnyCache(pathB)];
  try {
    const rows: RowDifference[] = [];
    return { ...diffCaches(a, b, { onDifference: (row) => rows.push(row) }), rows };
  } finally {
    a.db.close();
    b.db.close();
  }
}

// UTF-16 and UTF-8 sort the last two differently: SQLite's order is that of the bytes.
const codes = fc.constantFrom("", "a", "A", "é", "\uff5e", "\u{1f600}");
const itemRow: fc.Arbitrary<ItemRow> = fc.record({
  code: codes,
  n: fc.integer({ min: -1, max: 1 }),
  note: fc.option(fc.constantFrom("x", "y")),
  bytes: fc.option(fc.constantFrom(Buffer.from([]), Buffer.from([1]), Buffer.from([1, 2]))),
  due_minor: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.MAX_SAFE_INTEGER)),
  currency: fc.constantFrom("EUR", "JPY"),
});
const keyOf = ({ code, n }: ItemRow) => JSON.stringify([code, n]);
const itemRows = fc.uniqueArray(itemRow, { selector: keyOf, maxLength: 12 });
const COLUMNS = ["note", "bytes", "due_minor", "currency"] as const;

test("diffCaches() finds the rows, columns and sums that differ between two maps", () => {
  fc.assert(
    fc.property(itemRows, itemRows, fc.nat(12), (left, others, kept) => {
      const right = [
        ...left.slice(0, kept),
        ...others.filter((row) => !left.slice(0, kept).some((own) => keyOf(own) === keyOf(row))),
      ];
      const { equal, tables, rows } = differenceOf(writeCache(left), writeCache(right));
      const [a, b] = [left, right].map((rows) => new Map(rows.map((row) => [keyOf(row), row])));
      assert(a && b);
      const expected = [...new Set([...a.keys(), ...b.keys()])].flatMap((key) => {
        const [one, other] = [a.get(key), b.get(key)];
        const columns = COLUMNS.filter((column) => JSON.stringify(one?.[column]) !== JSON.stringify(other?.[column]));
        if (one && other && columns.length === 0) return [];
        return [`${key} ${one ? (other ? `changed ${columns}` : "gone") : "new"}`];
      });
      const found = rows.map(({ key, change, columns }) => {
        const names = change === "changed" ? ` ${columns.map(({ column }) => column)}` : "";
        return `${JSON.stringify(key)} ${change}${names}`;
      });
      assert.deepEqual(found.sort(), expected.sort());
      assert.equal(equal, expected.length === 0);
      const thing = tables.find(({ table }) => table === "thing");
      assert.deepEqual([thing?.rowsA, thing?.rowsB], [left.length, right.length]);
      const sums = ["EUR", "JPY"].flatMap((currency) => {
        const [sumA, sumB] = [left, right].map((rows) =>
          rows.reduce((sum, row) => sum + (row.currency === currency ? BigInt(row.due_minor) : 0n), 0n),
        );
        return sumA === sumB ? [] : [{ column: "due_minor", currency, a: sumA, b: sumB }];
      });
      assert.deepEqual(thing?.sums, sums);
    }),
    { numRuns: 200 },
  );
});

const ROW: ItemRow = { code: "a", n: 1, note: "x", bytes: null, due_minor: 5, currency: "EUR" };

test("diffCaches() names a column that only one cache has, and compares the others", () => {
  const { equal, tables, rows } = differenceOf(
    writeCache([ROW]),
    writeCache([{ ...ROW, note: "y" }], { ddl: ", extra TEXT" }),
  );
  const thing = tables.find(({ table }) => table === "thing");
  assert.deepEqual([equal, thing?.onlyInA, thing?.onlyInB], [false, [], ["extra"]]);
  assert.deepEqual(
    rows.map(({ columns }) => columns),
    [[{ column: "note", currency: null, a: "x", b: "y" }]],
  );
  const alone = differenceOf(writeCache([ROW]), writeCache([ROW], { ddl: ", extra TEXT" }));
  assert.deepEqual([alone.equal, alone.rows], [false, []]);
});

test("diffCaches() counts the rows of tables with two keys, and of those that only one cache has", () => {
  const { equal, tables } = differenceOf(writeCache([ROW]), writeCache([ROW], { key: "code" }));
  const thing = tables.find(({ table }) => table === "thing");
  assert.deepEqual([equal, thing?.keys, thing?.rowsA], [false, { a: ["code", "n"], b: ["code"] }, 1]);
  const path = writeCache([]);
  const db = new Database(path);
  db.exec("CREATE TABLE other (id INTEGER PRIMARY KEY); INSERT INTO other VALUES (1), (2)");
  db.close();
  assert.deepEqual(differenceOf(writeCache([]), path).onlyInB, [{ table: "other", rows: 2 }]);
  assert.deepEqual(differenceOf(path, writeCache([])).onlyInA, [{ table: "other", rows: 2 }]);
});

test("diffCaches() takes two caches at different events for different", () => {
  assert.equal(differenceOf(writeCache([ROW]), writeCache([ROW], { seq: 8 })).equal, false);
});

test("diffCaches() takes the currency of a row without one from its parent", () => {
  const paths = [30, 40].map((amount) => {
    const path = writeCache([]);
    const db = new Database(path);
    db.exec(`INSERT INTO owner VALUES (1, 'JPY'); INSERT INTO thing_part VALUES (1, ${amount})`);
    db.close();
    return path;
  });
  const { tables, rows } = differenceOf(paths[0] ?? "", paths[1] ?? "");
  assert.deepEqual(tables.find(({ table }) => table === "thing_part")?.sums, [
    { column: "part_minor", currency: "JPY", a: 30n, b: 40n },
  ]);
  assert.deepEqual(rows[0]?.columns, [{ column: "part_minor", currency: "JPY", a: 30, b: 40 }]);
});
