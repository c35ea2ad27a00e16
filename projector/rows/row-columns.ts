/**
 * Turns rows of one table into columns, for statements that write many rows. A column with one value throughout is
 * bound only once: binding a value costs as much as inserting it.
 */
import type { Table } from "../tables/table.ts";

export type Value = number | string | Uint8Array | null;

export interface Columns {
  /** The number of rows. */
  readonly count: number;
  /** In the order of the table's columns. */
  readonly columns: readonly ColumnValues[];
}

/** One value for all rows, or one for each row. */
export type ColumnValues = { readonly same: Value } | { readonly each: ArrayLike<Value> };

/** Turns the rows from index `from` up to but excluding `upTo` into columns. */
export type ColumnsOf<R> = (rows: readonly R[], from: number, upTo: number) => Columns;

/**
 * Compiles the function for a table. The column names are constants in it: V8 takes several times as long to read a
 * property whose name varies.
 */
export function columnsOf<R>({ storedNames }: Table): ColumnsOf<R> {
  const readers = storedNames.map((name) => {
    const value = `[${JSON.stringify(name)}]`;
    return `function (rows, from, upTo) {
      const first = rows[from]${value};
      let at = from + 1;
      while (at < upTo && rows[at]${value} === first) at++;
      if (at === upTo) return { same: first };
      const each = new Array(upTo - from).fill(null); // keeps V8's array kind the same for any values
      for (let n = from; n < at; n++) each[n - from] = first;
      for (; at < upTo; at++) each[at - from] = rows[at]${value};
      return { each };
    }`;
  });
  const read = new Function(`return [${readers.join(", ")}]`)() as ((...args: unknown[]) => ColumnValues)[];
  return (rows, from, upTo) => ({ count: upTo - from, columns: read.map((column) => column(rows, from, upTo)) });
}
