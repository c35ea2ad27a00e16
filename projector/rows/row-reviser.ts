/**
 * Replaces and deletes rows that no projection reads back. Only their file has them, so this is where each is compared with
 * what it was, and where what it was becomes a row of the past.
 */
import type Database from "better-sqlite3";
import { spanNode } from "../tables/past.ts";
import { selectSql, type Table } from "../tables/table.ts";
import { type Columns, type ColumnValues, columnsOf, type Value } from "./row-columns.ts";
import { type Key, type RowOutput, RowWriter } from "./row-writer.ts";

/** What an event did to a row, as bits. */
export const REVISION = {
  /** There may be a row with this key before the event. */
  replaces: 1,
  /** The event deleted it: of the columns, only the key and `since` count. */
  deletes: 2,
} as const;

/** A row in the order of the table's columns. `since` is the last. */
type Values = readonly Value[];

export class RowReviser {
  readonly #select: Database.Statement<Key[], Values>;
  readonly #writer: RowWriter<Record<string, unknown>>;
  readonly #pastWriter: RowWriter<Record<string, unknown>>;
  readonly #keys: readonly number[];
  readonly #width: number;

  /** @param past the table of former rows */
  constructor(db: Database.Database, table: Table, past: Table) {
    this.#select = db.prepare<Key[], Values>(selectSql(table)).raw();
    this.#writer = new RowWriter(db, table);
    this.#pastWriter = new RowWriter(db, past);
    this.#keys = table.key.map((name) => table.storedNames.indexOf(name));
    this.#width = table.storedNames.length;
  }

  /**
   * Writes what events did to rows: at most one row for each key and event, in the order of keys, then of events.
   *
   * @param kinds `REVISION` of each row; only that of the first row of a key says if there was one before
   * @returns the rows as they are now, in the order of keys, also those that have not changed
   */
  revise({ count, columns }: Columns, kinds: ArrayLike<number>): Columns {
    const former: Value[][] = [];
    const now: Values[] = [];
    const rows = rowsOf(columns, count);
    for (let at = 0; at < count; ) {
      const key = this.#keyOf(rows[at] as Values);
      const stored = (kinds[at] as number) & REVISION.replaces ? (this.#select.get(...key) ?? null) : null;
      let current: Values | null = stored;
      do {
        const next = (kinds[at] as number) & REVISION.deletes ? null : (rows[at] as Values);
        if (!(current && next && this.#same(current, next))) {
          const until = (rows[at] as Values)[this.#width - 1] as number;
          if (current) former.push(this.#formerRow(current, until));
          current = next;
        }
        at++;
      } while (at < count && this.#hasKey(rows[at] as Values, key));
      if (current) now.push(current);
      else if (stored) this.#writer.delete(key);
    }
    former.sort(([until], [other]) => (until as number) - (other as number)); // stable: then by key
    this.#pastWriter.writeColumns(columnsOfRows(former, this.#width + 2));
    const written = columnsOfRows(now, this.#width);
    this.#writer.writeColumns(written);
    return written;
  }

  #formerRow(row: Values, until: number): Value[] {
    return [until, ...row, spanNode(row[this.#width - 1] as number, until)];
  }

  #keyOf(row: Values): Key[] {
    return this.#keys.map((at) => row[at] as Key);
  }

  #hasKey(row: Values, key: readonly Key[]): boolean {
    return this.#keys.every((at, n) => row[at] === key[n]);
  }

  #same(a: Values, b: Values): boolean {
    for (let n = 0; n < this.#width - 1; n++) if (a[n] !== b[n]) return false;
    return true;
  }
}

/** An output that writes to the file by itself. @param past the table of former rows; null: none are kept */
export function outputTo<R extends Record<string, unknown>>(
  db: Database.Database,
  table: Table,
  past: Table | null,
): RowOutput<R> {
  const writer = new RowWriter<R>(db, table);
  const reviser = past && new RowReviser(db, table, past);
  const columns = columnsOf<R>(table);
  return {
    write: (rows) => writer.write(rows),
    delete: (key) => writer.delete(key),
    revise: reviser && ((rows, kinds) => reviser.revise(columns(rows, 0, rows.length), kinds)),
  };
}

function rowsOf(columns: readonly ColumnValues[], count: number): Values[] {
  return Array.from({ length: count }, (_, row) =>
    columns.map((column) => ("same" in column ? column.same : (column.each[row] as Value))),
  );
}

function columnsOfRows(rows: readonly Values[], width: number): Columns {
  const columns = Array.from({ length: width }, (_, n) => ({ each: rows.map((row) => row[n] as Value) }));
  return { count: rows.length, columns };
}
