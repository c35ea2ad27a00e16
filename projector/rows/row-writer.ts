/** Writes rows of one table, many per statement. SQLite inserts fastest in key order. */
import type Database from "better-sqlite3";
import { deleteSql, type Table, upsertSql } from "../tables/table.ts";
import { type Columns, type ColumnsOf, columnsOf, type Value } from "./row-columns.ts";

export type Key = number | string;

/** Rows per statement. More than about fifty gain nothing, and SQLite takes longer to compile the statement. */
const ROWS_PER_STATEMENT = 50;

/** Rows that are searched together for columns with one value. */
export const ROWS_PER_BATCH = 20 * ROWS_PER_STATEMENT;

/** Prepared statements. Each set of columns with one value needs its own, and the set varies from batch to batch. */
const MAX_STATEMENTS = 16;

/** Takes columns of rows, each key at most once: writes them to the file, or sends them to the thread that does. */
export interface ColumnOutput {
  /** @param columns in the order of the table's */
  writeColumns(columns: Columns): void;
}

/** Takes the rows of a table, in the same way. */
export interface RowOutput<R> {
  /** Inserts rows, or replaces those with the same keys. @param rows each key at most once */
  write(rows: readonly R[]): void;
  delete(key: readonly Key[]): void;
  /**
   * Takes all that happened to some keys, as `RowReviser.revise`. Null: the past is not kept.
   *
   * @param rows in the order of keys and events
   */
  readonly revise: ((rows: readonly R[], kinds: Uint8Array<ArrayBuffer>) => void) | null;
}

export class RowWriter<R extends Record<string, unknown>> implements ColumnOutput {
  readonly #db: Database.Database;
  readonly #table: Table;
  readonly #columnsOf: ColumnsOf<R>;
  #upsertOne: Database.Statement<unknown[]> | undefined;
  /** By the names of the columns whose value is bound once. */
  readonly #upsertMany = new Map<string, Database.Statement<unknown[]>>();
  #delete: Database.Statement<unknown[]> | undefined;

  constructor(db: Database.Database, table: Table) {
    this.#db = db;
    this.#table = table;
    this.#columnsOf = columnsOf(table);
  }

  delete(key: readonly Key[]): void {
    this.#delete ??= this.#db.prepare<unknown[]>(deleteSql(this.#table));
    this.#delete.run(key);
  }

  write(rows: readonly R[]): void {
    for (let at = 0; at < rows.length; at += ROWS_PER_BATCH)
      this.writeColumns(this.#columnsOf(rows, at, Math.min(rows.length, at + ROWS_PER_BATCH)));
  }

  /** Writes rows that are given as columns, in the table's order. */
  writeColumns({ count, columns }: Columns): void {
    const many = count - (count % ROWS_PER_STATEMENT);
    if (many > 0) this.#writeMany({ count: many, columns });
    if (many === count) return;
    this.#upsertOne ??= this.#db.prepare<unknown[]>(upsertSql(this.#table, 1));
    for (let at = many; at < count; at++)
      this.#upsertOne.run(...columns.map((column) => ("same" in column ? column.same : (column.each[at] as Value))));
  }

  /** @param count a multiple of ROWS_PER_STATEMENT; the columns may have more rows */
  #writeMany({ count, columns }: Columns): void {
    const same: Record<string, Value> = {};
    const own: ArrayLike<Value>[] = [];
    for (const [n, column] of columns.entries()) {
      if ("same" in column && this.#table.storedNames[n]) same[this.#table.storedNames[n]] = column.same;
      else if ("each" in column) own.push(column.each);
    }
    const upsert = this.#upsertOf(Object.keys(same));
    const width = own.length;
    const values = new Array<Value>(ROWS_PER_STATEMENT * width).fill(null);
    for (let at = 0; at < count; at += ROWS_PER_STATEMENT) {
      for (let n = 0; n < width; n++) {
        const column = own[n] as ArrayLike<Value>;
        for (let row = 0; row < ROWS_PER_STATEMENT; row++) values[row * width + n] = column[at + row] as Value;
      }
      // Spread into arguments: better-sqlite3 needs a call into V8 for each element of an array.
      upsert.run(same, ...values);
    }
  }

  #upsertOf(same: readonly string[]): Database.Statement<unknown[]> {
    const key = same.join(" ");
    const prepared = this.#upsertMany.get(key);
    if (prepared) return prepared;
    if (this.#upsertMany.size === MAX_STATEMENTS) this.#upsertMany.clear();
    const statement = this.#db.prepare<unknown[]>(upsertSql(this.#table, ROWS_PER_STATEMENT, same));
    this.#upsertMany.set(key, statement);
    return statement;
  }
}

/** Compiles a function that tells whether two rows are the same but for their `since`. */
export function sameRow<R>({ columnNames, columns, key }: Table): (a: R, b: R) => boolean {
  const same = columnNames
    .filter((name) => !key.includes(name))
    .map((name) => {
      const [left, right] = ["a", "b"].map((row) => `${row}[${JSON.stringify(name)}]`);
      return columns[name]?.type === "BLOB" ? `sameBytes(${left}, ${right})` : `${left} === ${right}`;
    });
  const body = `return (a, b) => ${same.join(" && ") || "true"};`;
  return new Function("sameBytes", body)(sameBytes) as (a: R, b: R) => boolean;
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === b || (a !== null && b !== null && Buffer.compare(a, b) === 0);
}

/** Compiles a function that compares rows by key, with constant column names, as in `columnsOf`. */
export function byKey<R extends Record<string, unknown>>({ key }: Table): (a: R, b: R) => number {
  const parts = key.map((name) => {
    const [left, right] = ["a", "b"].map((row) => `${row}[${JSON.stringify(name)}]`);
    return `if (${left} !== ${right}) return ${left} < ${right} ? -1 : 1;`;
  });
  return new Function("a", "b", `${parts.join(" ")} return 0;`) as (a: R, b: R) => number;
}
