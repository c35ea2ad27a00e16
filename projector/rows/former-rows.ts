/** Rows of one table as they were, to be written to its past. */
import { spanNode } from "../tables/past.ts";
import type { Table } from "../tables/table.ts";
import { type Columns, type ColumnsOf, type ColumnValues, columnsOf } from "./row-columns.ts";
import { type ColumnOutput, ROWS_PER_BATCH } from "./row-writer.ts";

export class FormerRows<R> {
  readonly #output: ColumnOutput;
  readonly #columnsOf: ColumnsOf<R>;
  #rows: R[] = [];
  #untils: number[] = [];

  /** @param output of the past table */
  constructor(table: Table, output: ColumnOutput) {
    this.#output = output;
    this.#columnsOf = columnsOf(table);
  }

  get size(): number {
    return this.#rows.length;
  }

  /** @param row as it was, with its `since` @param until the event that replaced or deleted it */
  add(row: R, until: number): void {
    this.#rows.push(row);
    this.#untils.push(until);
  }

  /** Writes them in the order in which they were added. */
  flush(): void {
    const count = this.#rows.length;
    if (count === 0) return;
    for (let at = 0; at < count; at += ROWS_PER_BATCH) {
      const upTo = Math.min(count, at + ROWS_PER_BATCH);
      this.#output.writeColumns(pastColumns(this.#columnsOf(this.#rows, at, upTo), this.#untils.slice(at, upTo)));
    }
    this.forget();
  }

  forget(): void {
    if (this.#rows.length === 0) return;
    this.#rows = [];
    this.#untils = [];
  }
}

/** The columns of a past table: between `until` and `node`, those of its table, of which `since` is the last. */
export function pastColumns({ count, columns }: Columns, untils: readonly number[]): Columns {
  const since = columns.at(-1) as ColumnValues;
  const sinceAt = (row: number) => ("same" in since ? since.same : since.each[row]) as number;
  const nodes = untils.map((until, row) => spanNode(sinceAt(row), until));
  return { count, columns: [{ each: untils }, ...columns, { each: nodes }] };
}
