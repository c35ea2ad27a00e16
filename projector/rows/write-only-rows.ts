/**
 * Rows that no projection reads back, such as invoice lines. A rebuild does not buffer them by key: it writes them in
 * batches, each in key order.
 */

import type { Table } from "../tables/table.ts";
import { byKey, type Key, type RowOutput } from "./row-writer.ts";

/** A write-only table as a projection sees it. */
export interface RowSink<R> {
  /** Adds the row, or replaces the one with its key. */
  put(row: R): void;
  delete(...key: Key[]): void;
}

export class WriteOnlyRows<R extends Record<string, unknown>> implements RowSink<R> {
  readonly #table: Table;
  readonly #writer: RowOutput<R>;
  readonly #compare: (a: R, b: R) => number;
  /** In order of arrival. Of two rows with one key, the later one wins. */
  #rows: R[] = [];
  /** Those that stand for a delete. They have only a key. */
  readonly #deleted = new Set<R>();

  constructor(table: Table, writer: RowOutput<R>) {
    this.#table = table;
    this.#writer = writer;
    this.#compare = byKey(table);
  }

  get size(): number {
    return this.#rows.length;
  }

  put(row: R): void {
    this.#rows.push(row);
  }

  delete(...key: Key[]): void {
    const keyOnly = Object.fromEntries(this.#table.key.map((name, n) => [name, key[n]])) as R;
    this.#rows.push(keyOnly);
    this.#deleted.add(keyOnly);
  }

  /** Executes the deletes, then writes the new rows in key order. */
  flush(): void {
    const rows = this.#inOrder();
    if (this.#deleted.size === 0) this.#writer.write(rows);
    else {
      for (const row of rows) if (this.#deleted.has(row)) this.#writer.delete(this.#keyOf(row));
      this.#writer.write(rows.filter((row) => !this.#deleted.has(row)));
    }
    this.forget();
  }

  /** Drops all buffered rows. */
  forget(): void {
    this.#rows = [];
    this.#deleted.clear();
  }

  /** The last row of each key, in key order. In most logs, rows already arrive in this order. */
  #inOrder(): R[] {
    const rows = this.#rows;
    if (this.#table.appendOnly) return rows;
    let n = 1;
    while (n < rows.length && this.#compare(rows[n - 1] as R, rows[n] as R) < 0) n++;
    if (n >= rows.length) return rows;
    rows.sort(this.#compare); // the sort is stable: of equal keys, the later row stays last
    return rows.filter((row, n) => n + 1 === rows.length || this.#compare(row, rows[n + 1] as R) !== 0);
  }

  #keyOf(row: R): Key[] {
    return this.#table.key.map((name) => row[name] as Key);
  }
}
