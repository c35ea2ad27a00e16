/** Writes rows of one table: many in a statement, as SQLite likes them best in key order. */
import type Database from "better-sqlite3";
import { deleteSql, type Table, upsertSql } from "./table.ts";

type Value = number | string | Uint8Array | null;
export type Key = number | string;

/** Rows a statement writes at once: past some fifty the gain is gone, and SQLite compiles the statement longer. */
const ROWS_A_STATEMENT = 50;

export class RowWriter<R extends Record<string, unknown>> {
  readonly #db: Database.Database;
  readonly #table: Table;
  readonly #spread: (row: R, values: Value[], at: number) => void;
  #upsertOne: Database.Statement<unknown[]> | undefined;
  #upsertMany: Database.Statement<unknown[]> | undefined;
  #delete: Database.Statement<unknown[]> | undefined;

  constructor(db: Database.Database, table: Table) {
    this.#db = db;
    this.#table = table;
    this.#spread = spreadOf(table);
  }

  delete(key: readonly Key[]): void {
    this.#delete ??= this.#db.prepare<unknown[]>(deleteSql(this.#table));
    this.#delete.run(key);
  }

  /** Inserts rows, or puts them in place of those with their keys. @param rows each key at most once */
  write(rows: readonly R[]): void {
    const width = this.#table.columnNames.length;
    let next = 0;
    if (rows.length >= ROWS_A_STATEMENT) {
      this.#upsertMany ??= this.#db.prepare<unknown[]>(upsertSql(this.#table, ROWS_A_STATEMENT));
      const values = new Array<Value>(ROWS_A_STATEMENT * width);
      for (; next + ROWS_A_STATEMENT <= rows.length; next += ROWS_A_STATEMENT) {
        for (let n = 0; n < ROWS_A_STATEMENT; n++) this.#spread(rows[next + n] as R, values, n * width);
        this.#upsertMany.run(values);
      }
    }
    if (next === rows.length) return;
    this.#upsertOne ??= this.#db.prepare<unknown[]>(upsertSql(this.#table, 1));
    const values = new Array<Value>(width);
    for (; next < rows.length; next++) {
      this.#spread(rows[next] as R, values, 0);
      this.#upsertOne.run(values);
    }
  }
}

/** Compares rows by their keys. */
export function byKey<R extends Record<string, unknown>>({ key }: Table): (a: R, b: R) => number {
  return (a, b) => {
    for (const name of key) {
      const left = a[name] as Key;
      const right = b[name] as Key;
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}

/**
 * Lays a row's values out in the order of the columns. One function is made for each table, which has the columns by
 * name: reading them by a name that varies takes V8 several times as long.
 */
function spreadOf({ columnNames }: Table) {
  const body = columnNames.map((name, n) => `values[at + ${n}] = row[${JSON.stringify(name)}];`).join("\n");
  return new Function("row", "values", "at", body) as (row: object, values: Value[], at: number) => void;
}
