/**
 * Rows that no projection reads back, such as invoice lines. A rebuild does not buffer them by key: it writes them in
 * batches, each in key order. Of a table that keeps a past, what happened to a row that is replaced or deleted goes to the
 * place where its file is.
 */

import type { Table } from "../tables/table.ts";
import type { CurrentEvent } from "./current-event.ts";
import { REVISION } from "./row-reviser.ts";
import { byKey, type Key, type RowOutput } from "./row-writer.ts";

/** A write-only table as a projection sees it. */
export interface RowSink<R> {
  /**
   * Adds the row, or replaces the one with its key.
   *
   * @param replaces true if there may have been a row with this key before the event; only of tables that keep a past
   */
  put(row: R, replaces?: boolean): void;
  /** Deletes the row with this key, which was there before the event. */
  delete(...key: Key[]): void;
}

export class WriteOnlyRows<R extends Record<string, unknown>> implements RowSink<R> {
  readonly #table: Table;
  readonly #output: RowOutput<R>;
  readonly #event: CurrentEvent;
  readonly #compare: (a: R, b: R) => number;
  readonly #sameParent: (a: R, b: R) => boolean;
  /** In order of arrival. Of two rows with one key, the later one wins. */
  #rows: R[] = [];
  /** Those that stand for a delete. Only their key and `since` count. */
  readonly #deleted = new Set<R>();
  /** Those that replace a row of an earlier event. */
  readonly #replacing = new Set<R>();
  readonly #nothing: Readonly<Record<string, unknown>>;

  constructor(table: Table, output: RowOutput<R>, event: CurrentEvent) {
    this.#table = table;
    this.#output = output;
    this.#event = event;
    this.#compare = byKey(table);
    const [parent = ""] = table.key;
    this.#sameParent = (a, b) => a[parent] === b[parent];
    const empty = { INTEGER: 0, TEXT: "", BLOB: new Uint8Array() };
    this.#nothing = Object.fromEntries(Object.entries(table.columns).map(([name, { type }]) => [name, empty[type]]));
  }

  get size(): number {
    return this.#rows.length;
  }

  put(row: R, replaces = false): void {
    if (this.#table.recorded === "since") (row as Record<string, unknown>).since = this.#event.seq;
    if (replaces && this.#output.revise !== null) this.#replacing.add(row);
    this.#rows.push(row);
  }

  delete(...key: Key[]): void {
    const named = Object.fromEntries(this.#table.key.map((name, n) => [name, key[n]]));
    const row = { ...this.#nothing, ...named, since: this.#event.seq } as unknown as R;
    this.#rows.push(row);
    this.#deleted.add(row);
  }

  /** Executes the deletes, then writes the new rows in key order. */
  flush(): void {
    const rows = this.#inOrder();
    if (this.#output.revise === null) this.#write(this.#lastOfEach(rows));
    else this.#writeRevisable(rows, this.#output.revise);
    this.forget();
  }

  /** Drops all buffered rows. */
  forget(): void {
    this.#rows = [];
    if (this.#deleted.size > 0) this.#deleted.clear();
    if (this.#replacing.size > 0) this.#replacing.clear();
  }

  #write(rows: readonly R[]): void {
    for (const row of rows) if (this.#deleted.has(row)) this.#output.delete(this.#keyOf(row));
    this.#output.write(this.#deleted.size === 0 ? rows : rows.filter((row) => !this.#deleted.has(row)));
  }

  /**
   * Rows of parents that are new go straight to the table. If a row of a parent was there before, all rows of that parent
   * are revised, so that who takes them sees them together.
   */
  #writeRevisable(rows: readonly R[], revise: NonNullable<RowOutput<R>["revise"]>): void {
    const added: R[] = [];
    const revised: R[] = [];
    for (let at = 0; at < rows.length; ) {
      const first = rows[at] as R;
      let end = at + 1;
      while (end < rows.length && this.#sameParent(first, rows[end] as R)) end++;
      const isNew = this.#isNew(rows, at, end);
      for (; at < end; at++) (isNew ? added : revised).push(rows[at] as R);
    }
    if (added.length > 0) this.#output.write(added);
    if (revised.length === 0) return;
    const { once, kinds } = this.#oncePerEvent(revised);
    revise(once, kinds);
  }

  /** True if the rows have different keys, and none was there before. */
  #isNew(rows: readonly R[], from: number, upTo: number): boolean {
    for (let at = from; at < upTo; at++) {
      const row = rows[at] as R;
      if (this.#replacing.has(row) || this.#deleted.has(row)) return false;
      if (at > from && this.#compare(rows[at - 1] as R, row) === 0) return false;
    }
    return true;
  }

  /** The rows, at most one of each key and event, with what the event did to each. */
  #oncePerEvent(rows: readonly R[]): { once: R[]; kinds: Uint8Array<ArrayBuffer> } {
    const once: R[] = [];
    const kinds: number[] = [];
    for (const row of rows) {
      const before = once.at(-1);
      const deletes = this.#deleted.has(row) ? REVISION.deletes : 0;
      if (before !== undefined && this.#compare(before, row) === 0 && before.since === row.since) {
        // The event wrote it before: its last row counts, and what was there before the first one.
        once[once.length - 1] = row;
        kinds.push(((kinds.pop() as number) & REVISION.replaces) | deletes);
      } else {
        once.push(row);
        kinds.push((deletes || this.#replacing.has(row) ? REVISION.replaces : 0) | deletes);
      }
    }
    return { once, kinds: Uint8Array.from(kinds) };
  }

  /** In key order, and of each key in order of arrival. In most logs, rows already arrive in this order. */
  #inOrder(): R[] {
    const rows = this.#rows;
    if (this.#table.appendOnly) return rows;
    let n = 1;
    while (n < rows.length && this.#compare(rows[n - 1] as R, rows[n] as R) < 0) n++;
    if (n < rows.length) rows.sort(this.#compare); // the sort is stable
    return rows;
  }

  #lastOfEach(rows: readonly R[]): readonly R[] {
    if (this.#table.appendOnly) return rows;
    return rows.filter((row, n) => n + 1 === rows.length || this.#compare(row, rows[n + 1] as R) !== 0);
  }

  #keyOf(row: R): Key[] {
    return this.#table.key.map((name) => row[name] as Key);
  }
}
