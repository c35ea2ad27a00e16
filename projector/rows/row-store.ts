/**
 * The rows of one table by key, for folds to read and write. Changes are buffered in memory until they are flushed:
 * first the deletes, then the new rows, in key order and many per statement. A row that is not in memory is read from
 * the table.
 */
import type Database from "better-sqlite3";
import { selectSql, type Table } from "../tables/table.ts";
import { byKey, type Key, RowWriter } from "./row-writer.ts";

/** Child numbers are below this, so parent and child fit into one number. An event has room for fewer children. */
const CHILDREN = 65_536;
const MAX_PARENT = 2 ** 53 / CHILDREN;

/** Recently read rows in memory. */
const MAX_CACHED = 50_000;

/** Texts of two-part keys that get a number. They stay in memory as long as the store. */
const MAX_TEXTS = 10_000;

/** A table as a fold sees it. */
export interface Rows<R> {
  /** The row with this key; undefined if there is none. Treat it as read-only: `put` a changed copy. */
  get(...key: Key[]): R | undefined;
  /** Adds the row, or replaces the one with its key. */
  put(row: R): void;
  delete(...key: Key[]): void;
}

export class RowStore<R extends Record<string, unknown>> implements Rows<R> {
  readonly table: Table;
  readonly #db: Database.Database;
  readonly #alone: boolean;
  /** New rows by key; null for a deleted row. */
  #buffer = new Map<Key, R | null>();
  /** Rows as the table has them, by key: those read, and after `settle` those written. Null: no such row. */
  #cached = new Map<Key, R | null>();
  /**
   * Keys of rows to delete, including rows that were put again since. Deleting their old values first lets two rows
   * swap values under a unique index.
   */
  readonly #deleted = new Map<Key, readonly Key[]>();
  /** Texts of two-part keys, numbered in order of appearance. */
  readonly #texts = new Map<string, number>();
  readonly #keyOf: (row: R) => Key;
  readonly #writer: RowWriter<R>;
  readonly #compare: (a: R, b: R) => number;
  #select: Database.Statement<unknown[], R> | undefined;

  /** @param options.alone true if nothing else writes this table, so rows read or written can be cached */
  constructor(db: Database.Database, table: Table, { alone = false } = {}) {
    this.#db = db;
    this.table = table;
    this.#alone = alone;
    this.#writer = new RowWriter(db, table);
    this.#compare = byKey(table);
    const [first = "", second] = table.key;
    this.#keyOf = (row) => this.#join(row[first] as Key, second === undefined ? undefined : (row[second] as Key));
  }

  /** The number of rows to write or delete. */
  get size(): number {
    return this.#buffer.size;
  }

  /** The rows to write. */
  bufferedRows(): R[] {
    const rows: R[] = [];
    for (const row of this.#buffer.values()) if (row !== null) rows.push(row);
    return rows;
  }

  get(first: Key, second?: Key): R | undefined {
    const key = this.#join(first, second);
    let known = this.#buffer.get(key);
    if (known === undefined) known = this.#cached.get(key);
    if (known !== undefined) return known ?? undefined;
    this.#select ??= this.#db.prepare<unknown[], R>(selectSql(this.table));
    const row = second === undefined ? this.#select.get(first) : this.#select.get(first, second);
    if (row === undefined || !this.#alone) return row;
    if (this.#cached.size === MAX_CACHED) this.#cached.clear();
    this.#cached.set(key, row);
    return row;
  }

  put(row: R): void {
    this.#buffer.set(this.#keyOf(row), row);
  }

  delete(first: Key, second?: Key): void {
    const key = this.#join(first, second);
    this.#buffer.set(key, null);
    this.#deleted.set(key, second === undefined ? [first] : [first, second]);
  }

  /** Executes the deletes. Flush the deletes of every store before the rows of any. */
  flushDeletes(): void {
    for (const key of this.#deleted.values()) this.#writer.delete(key);
  }

  /** Writes the new rows, in key order. */
  flushRows(): void {
    const rows = this.bufferedRows();
    if (rows.length === 0) return;
    if (!this.table.appendOnly) rows.sort(this.#compare);
    this.#writer.write(rows);
  }

  /** Call after a flush: empties the buffer. If nothing else writes the table, the written rows stay cached. */
  settle(): void {
    this.#cached = this.#alone ? this.#buffer : new Map();
    this.#buffer = new Map();
    this.#deleted.clear();
  }

  /** Drops all buffered and cached rows, written or not. */
  forget(): void {
    // clear() allocates a new table even if the map is empty, as most are after each command of a writer.
    if (this.#buffer.size > 0) this.#buffer.clear();
    if (this.#cached.size > 0) this.#cached.clear();
    if (this.#deleted.size > 0) this.#deleted.clear();
  }

  /** Joins two keys into one: a number if possible, which a map finds several times as fast as a text. */
  #join(first: Key, second: Key | undefined): Key {
    if (second === undefined) return first;
    const a = this.#numberOf(first);
    const b = this.#numberOf(second);
    return a < MAX_PARENT && b < CHILDREN ? a * CHILDREN + b : `${first}\u0000${second}`;
  }

  /** A number stands for itself, a text for its order of appearance: there are few currencies and months. */
  #numberOf(key: Key): number {
    if (typeof key === "number") return key;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    if (this.#texts.size === MAX_TEXTS) return Number.POSITIVE_INFINITY; // for every further text
    const number = this.#texts.size;
    this.#texts.set(key, number);
    return number;
  }
}
