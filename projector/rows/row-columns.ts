/**
 * Rows of one table turned into columns, for statements that write many rows: a column that has one value throughout is
 * bound once for all of them. Binding a value costs as much as SQLite takes to insert it.
 */
import type { Table } from "../tables/table.ts";

export type Value = number | string | Uint8Array | null;

export interface Columns {
  /** Rows. */
  readonly count: number;
  /** In the order of the table's columns. */
  readonly columns: readonly ColumnValues[];
}

/** One value that all rows have, or each row's own. */
export type ColumnValues = { readonly same: Value } | { readonly each: ArrayLike<Value> };

/** Takes the rows from one place to another (left out) apart. */
export type ColumnsOf<R> = (rows: readonly R[], from: number, upTo: number) => Columns;

/**
 * Makes the function that does it for a table. It has the columns by name: reading them by a name that varies takes V8
 * several times as long.
 */
export function columnsOf<R>({ columnNames }: Table): ColumnsOf<R> {
  const readers = columnNames.map((name) => {
    const value = `[${JSON.stringify(name)}]`;
    return `function (rows, from, upTo) {
      const first = rows[from]${value};
      let at = from + 1;
      while (at < upTo && rows[at]${value} === first) at++;
      if (at === upTo) return { same: first };
      const each = new Array(upTo - from).fill(null); // of one kind to V8, whatever comes in
      for (let n = from; n < at; n++) each[n - from] = first;
      for (; at < upTo; at++) each[at - from] = rows[at]${value};
      return { each };
    }`;
  });
  const read = new Function(`return [${readers.join(", ")}]`)() as ((...args: unknown[]) => ColumnValues)[];
  return (rows, from, upTo) => ({ count: upTo - from, columns: read.map((column) => column(rows, from, upTo)) });
}
