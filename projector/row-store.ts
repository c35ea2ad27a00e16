/**
 * Keyed rows over one table: what a fold reads and writes. Rows are held back in memory until they are flushed: first
 * the deletes, then what was put, many rows in a statement and in key order. A row that is not held is read from the
 * table by its key.
 */
import type Database from "better-sqlite3";
import { deleteSql, selectSql, type Table, upsertSql } from "./table.ts";

type Value = number | string | Uint8Array | null;
export type Key = number | string;

/** Children are numbered below this within their parent, so that both fit one number. An event has room for fewer. */
const CHILDREN = 65_536;

/** Rows a statement writes at once: past some fifty the gain is gone, and SQLite compiles the statement longer. */
const ROWS_A_STATEMENT = 50;

/** What a fold sees of a table. */
export interface Rows<R> {
  /** The row with this key; undefined if there is none. Treat it as read-only: `put` a changed copy. */
  get(...key: Key[]): R | undefined;
  /** Adds the row, or takes the place of the one with its key. */
  put(row: R): void;
  delete(...key: Key[]): void;
}

export class RowStore<R extends Record<string, unknown>> implements Rows<R> {
  readonly #db: Database.Database;
  readonly #table: Table;
  /** What was put, by key; null where it was deleted. */
  readonly #held = new Map<Key, R | null>();
  /**
   * Rows to delete, also those that were put again since: their old values go first, so that two rows may take each
   * other's place under a unique index.
   */
  readonly #deleted = new Map<Key, readonly Key[]>();
  readonly #keyOf: (row: R) => Key;
  #select: Database.Statement<unknown[], R> | undefined;
  #upsertOne: Database.Statement<unknown[]> | undefined;
  #upsertMany: Database.Statement<unknown[]> | undefined;
  #delete: Database.Statement<unknown[]> | undefined;

  constructor(db: Database.Database, table: Table) {
    this.#db = db;
    this.#table = table;
    const [first = "", second] = table.key;
    this.#keyOf = (row) => joinKey(row[first] as Key, second === undefined ? undefined : (row[second] as Key));
  }

  /** Rows that wait to be written or deleted. */
  get size(): number {
    return this.#held.size;
  }

  get(first: Key, second?: Key): R | undefined {
    const held = this.#held.get(joinKey(first, second));
    if (held !== undefined) return held ?? undefined;
    this.#select ??= this.#db.prepare<unknown[], R>(selectSql(this.#table));
    return second === undefined ? this.#select.get(first) : this.#select.get(first, second);
  }

  put(row: R): void {
    this.#held.set(this.#keyOf(row), row);
  }

  delete(first: Key, second?: Key): void {
    const key = joinKey(first, second);
    this.#held.set(key, null);
    this.#deleted.set(key, second === undefined ? [first] : [first, second]);
  }

  /** Deletes what was deleted. Every store's deletes come before any store's rows. */
  flushDeletes(): void {
    if (this.#deleted.size === 0) return;
    this.#delete ??= this.#db.prepare<unknown[]>(deleteSql(this.#table));
    for (const key of this.#deleted.values()) this.#delete.run(key);
  }

  /** Writes what was put, in key order. */
  flushRows(): void {
    const rows: R[] = [];
    for (const row of this.#held.values()) if (row !== null) rows.push(row);
    if (rows.length === 0) return;
    if (!this.#table.appendOnly) rows.sort(this.#compare);
    const names = this.#table.columnNames;
    let next = 0;
    if (rows.length >= ROWS_A_STATEMENT) {
      this.#upsertMany ??= this.#db.prepare<unknown[]>(upsertSql(this.#table, ROWS_A_STATEMENT));
      const values = new Array<Value>(ROWS_A_STATEMENT * names.length);
      for (; next + ROWS_A_STATEMENT <= rows.length; next += ROWS_A_STATEMENT) {
        let at = 0;
        for (let n = next; n < next + ROWS_A_STATEMENT; n++) {
          const row = rows[n] as Record<string, Value>;
          for (const name of names) values[at++] = row[name] as Value;
        }
        this.#upsertMany.run(values);
      }
    }
    this.#upsertOne ??= this.#db.prepare<unknown[]>(upsertSql(this.#table, 1));
    for (; next < rows.length; next++) {
      const row = rows[next] as Record<string, Value>;
      this.#upsertOne.run(names.map((name) => row[name] as Value));
    }
  }

  /** Forgets what is held, written or not. */
  forget(): void {
    this.#held.clear();
    this.#deleted.clear();
  }

  readonly #compare = (a: R, b: R): number => {
    for (const name of this.#table.key) {
      const left = a[name] as Key;
      const right = b[name] as Key;
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}

function joinKey(first: Key, second: Key | undefined): Key {
  if (second === undefined) return first;
  if (typeof first === "number" && typeof second === "number") return first * CHILDREN + second;
  return `${first}\u0000${second}`;
}
