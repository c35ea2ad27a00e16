/** The rows of all tables, and their digest, in a form that tests can compare row by row. */
import assert from "node:assert/strict";
import type Database from "better-sqlite3";
import { rowsDigestOf } from "../cache/digest.ts";
import { rowsOf, TABLES_IN_TIME } from "./past-model.suite.ts";

export interface BooksAt {
  digest: string;
  /** For each table, its rows by their keys. */
  tables: Map<string, Map<string, string>>;
}

export function booksOf(db: Database.Database): BooksAt {
  return {
    digest: rowsDigestOf(db).rowsDigest,
    tables: new Map(TABLES_IN_TIME.map((table) => [table.name, rowsOf(db, table)])),
  };
}

/** Says which rows of which table differ, and how. */
export function assertSameBooks(actual: BooksAt, expected: BooksAt | undefined, what: string): void {
  assert.ok(expected);
  for (const [table, rows] of expected.tables) {
    const found = actual.tables.get(table) ?? new Map<string, string>();
    const keys = new Set([...rows.keys(), ...found.keys()]);
    const differing = [...keys].filter((key) => rows.get(key) !== found.get(key));
    const lines = differing.slice(0, 3).map((key) => `  ${key}: ${found.get(key)}\n   not ${rows.get(key)}`);
    assert.equal(differing.length, 0, `${what}: ${table} has other rows than a replay:\n${lines.join("\n")}`);
  }
  assert.equal(actual.digest, expected.digest, `${what}: the digest differs, the rows do not`);
}
