/** For tests of query plans: a list must walk an index, and neither scan a table nor sort. */
import assert from "node:assert/strict";
import type Database from "better-sqlite3";

/** Wraps a connection to record its statements. */
export function recording(db: Database.Database): { db: Database.Database; statements: Set<string> } {
  const statements = new Set<string>();
  const recorded = new Proxy(db, {
    get(target, name) {
      if (name === "prepare")
        return (sql: string) => {
          statements.add(sql);
          return target.prepare(sql);
        };
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { db: recorded, statements };
}

/**
 * The steps in the plan of a statement that walks indexes: it searches, or scans the result of a search, a list of ids
 * or a full-text match; or it looks up words of a full-text index (512, plus a mask of columns).
 */
const GOOD =
  /^(?:SEARCH |SCAN \(subquery-\d+\)|SCAN json_each VIRTUAL TABLE|SCAN s VIRTUAL TABLE INDEX \d+:.*M|SCAN v VIRTUAL TABLE INDEX 513:|CO-ROUTINE|LIST SUBQUERY|CORRELATED SCALAR SUBQUERY|CREATE BLOOM FILTER|COMPOUND QUERY|LEFT-MOST SUBQUERY|UNION )/;

/** The steps of SQLite's query plans. @param statements with question marks only, or named values only */
export function* plansOf(db: Database.Database, statements: Iterable<string>): Generator<string> {
  for (const sql of statements) {
    const names = Array.from(sql.matchAll(/:(\w+)/g), ([, name]) => [name, null]);
    const values = names.length > 0 ? [Object.fromEntries(names)] : Array.from(sql.matchAll(/\?/g), () => null);
    const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    for (const { detail } of plan) yield detail;
  }
}

export function assertIndexed(db: Database.Database, statements: Iterable<string>): void {
  for (const sql of statements) {
    const plan = [...plansOf(db, [sql])];
    for (const detail of plan) assert.match(detail, GOOD, `${sql}\n${plan.join("\n")}`);
  }
}
