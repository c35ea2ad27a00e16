import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import type { Row } from "../tables/tables.ts";
import { createIndexes, createTables } from "./cache-schema.ts";
import { ProjectionTables } from "./projection-tables.ts";

const USER: Row<"user"> = {
  id: 3,
  version: 1,
  email: "a@b.example",
  name: "A",
  role: "clerk",
  active: 1,
  sessions_ended: 0,
  sort_key: "a",
};
const PAYMENT: Row<"payment"> = {
  id: 4,
  version: 1,
  client_id: 1,
  received_on: "2024-06-15",
  currency: "GBP",
  amount_minor: 5,
  allocated_minor: 0,
  method: "cash",
  reference: null,
  fees_minor: 0,
  refunded_minor: 0,
  reversed: 0,
  reversed_on: null,
  allocation_count: 0,
  change_count: 0,
};

/** The explanation for rows that violate a constraint. @param put puts the rows, after user 3 is stored */
function explanationOf(put: (tables: ProjectionTables["tables"]) => void): string {
  const db = new Database(":memory:");
  db.pragma("foreign_keys = ON");
  createTables(db);
  createIndexes(db);
  const rows = new ProjectionTables(db);
  rows.tables.event.begin(3);
  rows.tables.user.put(USER);
  rows.tables.event.end();
  rows.flush();
  rows.tables.event.begin(100);
  put(rows.tables);
  rows.tables.event.end();
  try {
    rows.flush();
    assert.fail("no constraint was violated");
  } catch (error) {
    assert.ok(error instanceof Database.SqliteError);
    return rows.explain(error);
  } finally {
    db.close();
  }
}

test("explain() names a value that a stored row has, and the stored row", () => {
  assert.equal(
    explanationOf(({ user }) => {
      user.put({ ...USER, id: 7, email: "c@d.example" });
      user.put({ ...USER, id: 8 });
    }),
    "user 8 cannot have email a@b.example: user 3 has it",
  );
});

test("explain() names a value that another row of the same event has", () => {
  assert.equal(
    explanationOf(({ user }) => {
      user.put({ ...USER, id: 7, email: "c@d.example" });
      user.put({ ...USER, id: 8, email: "c@d.example" });
    }),
    "user 7 cannot have email c@d.example: user 8 has it",
  );
});

test("explain() names a broken rule and all its values", () => {
  assert.equal(
    explanationOf(({ user, payment }) => {
      user.put(USER);
      payment.put({ ...PAYMENT, id: 6 });
      payment.put({ ...PAYMENT, allocated_minor: 6 });
    }),
    "payment 4 has amount_minor 5, allocated_minor 6, which breaks the rule allocated_minor BETWEEN 0 AND amount_minor",
  );
});

test("explain() names a missing row", () => {
  assert.equal(
    explanationOf(({ payment }) => payment.put({ ...PAYMENT, client_id: 99 })),
    "payment 4 has client_id 99, but there is no such client",
  );
});

test("explain() returns SQLite's message if it already names the column", () => {
  const broken = { ...USER, id: 9, name: null } as unknown as Row<"user">;
  assert.equal(
    explanationOf(({ user }) => user.put(broken)),
    "NOT NULL constraint failed: user.name",
  );
});
