/**
 * Rows that no projection reads, such as the lines of invoices: in a rebuild they are not held by key, but go to the table
 * a batch at a time, in key order.
 */

import type { Table } from "../tables/table.ts";
import { byKey, type Key, type RowOutput } from "./row-writer.ts";

/** What a projection sees of such a table. */
export interface RowSink<R> {
  /** Adds the row, or takes the place of the one with its key. */
  put(row: R): void;
  delete(...key: Key[]): void;
}

export class WriteOnlyRows<R extends Record<string, unknown>> implements RowSink<R> {
  readonly #table: Table;
  readonly #writer: RowOutput<R>;
  readonly #compare: (a: R, b: R) => number;
  /** As they came: of two with one key, the later one holds. */
  #rows: R[] = [];
  /** Those of them that stand for a row that was deleted: they have a key alone. */
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
    const gone = Object.fromEntries(this.#table.key.map((name, n) => [name, key[n]])) as R;
    this.#rows.push(gone);
    this.#deleted.add(gone);
  }

  /** Writes what was put, in key order, and deletes what was deleted. */
  flush(): void {
    const rows = this.#inOrder();
    if (this.#deleted.size === 0) this.#writer.write(rows);
    else {
      for (const row of rows) if (this.#deleted.has(row)) this.#writer.delete(this.#keyOf(row));
      this.#writer.write(rows.filter((row) => !this.#deleted.has(row)));
    }
    this.forget();
  }

  /** Forgets what is held. */
  forget(): void {
    this.#rows = [];
    this.#deleted.clear();
  }

  /** By key, the last of each. Most logs bring them so. */
  #inOrder(): R[] {
    const rows = this.#rows;
    if (this.#table.appendOnly) return rows;
    let n = 1;
    while (n < rows.length && this.#compare(rows[n - 1] as R, rows[n] as R) < 0) n++;
    if (n >= rows.length) return rows;
    rows.sort(this.#compare); // of equal keys the later one stays behind
    return rows.filter((row, n) => n + 1 === rows.length || this.#compare(row, rows[n + 1] as R) !== 0);
  }

  #keyOf(row: R): Key[] {
    return this.#table.key.map((name) => row[name] as Key);
  }
}
