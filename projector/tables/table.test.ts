import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import {
  blob,
  createIndexSql,
  createTableSql,
  defineTable,
  deleteSql,
  flag,
  integer,
  nullable,
  oneOf,
  selectSql,
  text,
  upsertSql,
} from "./table.ts";
import { TABLES } from "./tables.ts";

const shelf = defineTable("shelf", "where things lie", { id: integer("key") }, { key: ["id"], derived: true });
const thing = defineTable(
  "thing",
  "for these tests",
  {
    shelf_id: integer("the shelf", { references: "shelf" }),
    n: integer("place on it, from 1"),
    name: text("what it is called"),
    kind: oneOf("kind", ["cup", "plate"], "what it is"),
    broken: flag("broken", "1: in pieces"),
    image: nullable(blob("a picture")),
    weight: nullable(integer("in grams", { check: "weight > 0" })),
  },
  {
    key: ["shelf_id", "n"],
    indexes: [
      { name: "thing_name", on: ["name"], unique: true, where: "broken = 0" },
      { name: "thing_kind", on: ["kind", "n"] },
    ],
  },
);

function newDatabase(): Database.Database {
  const db = new Database(":memory:");
  db.pragma("foreign_keys = ON");
  for (const table of [shelf, thing]) {
    db.exec(createTableSql(table));
    for (const sql of createIndexSql(table)) db.exec(sql);
  }
  db.exec("INSERT INTO shelf VALUES (1)");
  return db;
}

const CUP = [1, 1, "mug", "cup", 0, null, 250, 5];
const insert = (db: Database.Database, values: readonly unknown[]) => db.prepare(upsertSql(thing, 1)).run(values);

test("createTableSql() puts each comment beside its column, and the table's on the first line", () => {
  assert.equal(
    createTableSql(thing),
    `CREATE TABLE "thing" ( -- for these tests
  shelf_id INTEGER NOT NULL REFERENCES shelf, -- the shelf
  n INTEGER NOT NULL, -- place on it, from 1
  name TEXT NOT NULL, -- what it is called
  kind TEXT NOT NULL CHECK (kind = 'cup' OR kind = 'plate'), -- what it is
  broken INTEGER NOT NULL CHECK (broken IN (0, 1)), -- 1: in pieces
  image BLOB, -- a picture
  weight INTEGER CHECK (weight > 0), -- in grams
  since INTEGER NOT NULL, -- the event that last wrote the row; not in the digest
  PRIMARY KEY (shelf_id, n)
) STRICT, WITHOUT ROWID`,
  );
  const ddl = newDatabase().prepare("SELECT sql FROM sqlite_schema WHERE name = 'thing'").pluck().get();
  assert.equal(ddl, createTableSql(thing));
});

test("createTableSql() of a single integer key makes it the rowid", () => {
  assert.equal(
    createTableSql(shelf),
    'CREATE TABLE "shelf" ( -- where things lie\n  id INTEGER PRIMARY KEY -- key\n) STRICT',
  );
});

test("a declared table refuses rows that break its types, checks, keys or references", () => {
  const db = newDatabase();
  insert(db, CUP);
  const broken: [change: (row: unknown[]) => unknown, code: string][] = [
    [(row) => row.splice(2, 1, null), "SQLITE_CONSTRAINT_NOTNULL"],
    [(row) => row.splice(1, 1, "two"), "SQLITE_CONSTRAINT_DATATYPE"],
    [(row) => row.splice(1, 1, 1.5), "SQLITE_CONSTRAINT_DATATYPE"],
    [(row) => row.splice(3, 1, "bowl"), "SQLITE_CONSTRAINT_CHECK"],
    [(row) => row.splice(4, 1, 2), "SQLITE_CONSTRAINT_CHECK"],
    [(row) => row.splice(6, 1, 0), "SQLITE_CONSTRAINT_CHECK"],
    [(row) => row.splice(0, 1, 9), "SQLITE_CONSTRAINT_FOREIGNKEY"],
    [(row) => row.splice(1, 1, 2), "SQLITE_CONSTRAINT_UNIQUE"],
  ];
  for (const [change, code] of broken) {
    const row = code === "SQLITE_CONSTRAINT_UNIQUE" ? [...CUP] : [1, 5, "jug", "cup", 0, null, 1, 5];
    change(row);
    assert.throws(() => insert(db, row), { code }, JSON.stringify(row));
  }
  insert(db, [1, 2, "mug", "cup", 1, null, null, 5]); // outside the partial index
});

test("upsertSql() inserts new rows and updates every column of existing ones", () => {
  const db = newDatabase();
  insert(db, CUP);
  db.prepare(upsertSql(thing, 2)).run([
    1,
    1,
    "saucer",
    "plate",
    1,
    Buffer.from([7]),
    null,
    6,
    1,
    2,
    "b",
    "cup",
    0,
    null,
    1,
    7,
  ]);
  assert.deepEqual(db.prepare('SELECT * FROM "thing"').raw().all(), [
    [1, 1, "saucer", "plate", 1, Buffer.from([7]), null, 6],
    [1, 2, "b", "cup", 0, null, 1, 7],
  ]);
});

test("upsertSql() binds a value once, by column name, if all rows share it", () => {
  const db = newDatabase();
  const upsert = db.prepare(upsertSql(thing, 2, ["shelf_id", "kind", "since"]));
  upsert.run({ shelf_id: 1, kind: "cup", since: 5 }, 1, "mug", 0, null, 250, 2, "jug", 1, null, null);
  assert.deepEqual(db.prepare('SELECT * FROM "thing"').raw().all(), [CUP, [1, 2, "jug", "cup", 1, null, null, 5]]);
});

test("selectSql() and deleteSql() match the whole key", () => {
  const db = newDatabase();
  insert(db, CUP);
  insert(db, [1, 2, "b", "cup", 0, null, 1, 5]);
  assert.equal(db.prepare<unknown[], { name: string }>(selectSql(thing)).get(1, 2)?.name, "b");
  db.prepare(deleteSql(thing)).run(1, 1);
  assert.deepEqual(db.prepare("SELECT n FROM thing").pluck().all(), [2]);
});

/** The cache's own tables, as SQLite sees them. */
function cacheTables(): Database.Database {
  const db = new Database(":memory:");
  for (const table of Object.values(TABLES)) {
    db.exec(createTableSql(table));
    for (const sql of createIndexSql(table)) db.exec(sql);
  }
  return db;
}

test("TABLES: each table and each column has a comment, which the database file keeps", () => {
  const db = cacheTables();
  for (const table of Object.values(TABLES)) {
    assert.match(table.comment, /^\S.*\S$/, table.name);
    const ddl = String(db.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").pluck().get(table.name));
    for (const [name, { comment }] of Object.entries(table.columns)) {
      assert.match(comment, /^\S.*\S$/, `${table.name}.${name}`);
      assert.match(ddl, new RegExp(`^  ${name} (INTEGER|TEXT|BLOB)\\b.* -- \\S`, "m"), `${table.name}.${name}`);
    }
  }
});

test("TABLES: all are STRICT", () => {
  const list = cacheTables().pragma("table_list") as { name: string; schema: string; strict: 0 | 1 }[];
  const loose = list.filter(({ name, schema, strict }) => schema === "main" && name !== "sqlite_schema" && !strict);
  assert.deepEqual(loose, []);
});

test("TABLES: a column that is named after a table references it", () => {
  const elsewhere: Record<string, string> = { corrects_id: "invoice", credit_note_id: "invoice" };
  // That of the document or payment is checked: a second check of as many rows would only take time.
  const unchecked = ["posting.client_id"];
  const db = cacheTables();
  const names = new Set<string>(Object.values(TABLES).map(({ name }) => name));
  let checked = 0;
  for (const { name, columns } of Object.values(TABLES)) {
    const keys = db.pragma(`foreign_key_list("${name}")`) as { table: string; from: string; to: string | null }[];
    for (const [column, { type }] of Object.entries(columns)) {
      const target = elsewhere[column] ?? column.replace(/_id$/, "");
      if (!column.endsWith("_id") || type !== "INTEGER" || !names.has(target)) continue;
      if (unchecked.includes(`${name}.${column}`)) continue;
      checked++;
      assert.deepEqual(
        keys.filter(({ from }) => from === column).map(({ table }) => table),
        [target],
        `${name}.${column}`,
      );
    }
  }
  assert.ok(checked >= 14, `only ${checked} columns were checked`);
});

test("TABLES: parents come before their children", () => {
  const seen = new Set<string>();
  for (const { name, columns } of Object.values(TABLES)) {
    seen.add(name);
    for (const { references } of Object.values(columns)) if (references) assert.ok(seen.has(references), name);
  }
});

test("TABLES: index names begin with the table's name and are unique", () => {
  const names = Object.values(TABLES).flatMap(({ name, indexes }) =>
    indexes.map((index) => [name, index.name] as const),
  );
  for (const [table, index] of names) assert.ok(index.startsWith(`${table}_`), index);
  assert.equal(new Set(names.map(([, index]) => index)).size, names.length);
});

test("TABLES: the tables and columns promised to people who read the cache with SQL exist", () => {
  const db = cacheTables();
  db.prepare(
    `SELECT id, number, kind, status, client_id, currency, issued_on, due_on, net_minor, tax_minor, gross_minor,
     prepaid_minor, paid_minor, version FROM invoice`,
  );
  const promised = `organization user client item invoice invoice_line invoice_tax payment payment_allocation
    credit_allocation activity`.split(/\s+/);
  const names: readonly string[] = Object.values(TABLES).map(({ name }) => name);
  for (const name of promised) assert.ok(names.includes(name), name);
});
