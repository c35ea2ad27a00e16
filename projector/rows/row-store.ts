/**
 * Keyed rows over one table: what a fold reads and writes. Rows are held back in memory until they are flushed: first
 * the deletes, then what was put, many rows in a statement and in key order. A row that is not held is read from the
 * table by its key.
 */
import type Database from "better-sqlite3";
import { selectSql, type Table } from "../tables/table.ts";
import { byKey, type Key, RowWriter } from "./row-writer.ts";

/** Children are numbered below this within their parent, so that both fit one number. An event has room for fewer. */
const CHILDREN = 65_536;
const MAX_PARENT = 2 ** 53 / CHILDREN;

/** Rows that are kept because they were read or written lately. */
const MAX_KEPT = 50_000;

/** Texts of two-part keys that are numbered, to stay in memory for good. */
const MAX_TEXTS = 10_000;

/** What a fold sees of a table. */
export interface Rows<R> {
  /** The row with this key; undefined if there is none. Treat it as read-only: `put` a changed copy. */
  get(...key: Key[]): R | undefined;
  /** Adds the row, or takes the place of the one with its key. */
  put(row: R): void;
  delete(...key: Key[]): void;
}

export class RowStore<R extends Record<string, unknown>> implements Rows<R> {
  readonly table: Table;
  readonly #db: Database.Database;
  readonly #alone: boolean;
  /** What was put, by key; null where it was deleted. */
  #held = new Map<Key, R | null>();
  /** Rows as the table has them, by key: those that were read, and after `settle` those that were written. */
  #kept = new Map<Key, R | null>();
  /**
   * Rows to delete, also those that were put again since: their old values go first, so that two rows may take each
   * other's place under a unique index.
   */
  readonly #deleted = new Map<Key, readonly Key[]>();
  /** Texts of two-part keys, numbered as they came. */
  readonly #texts = new Map<string, number>();
  readonly #keyOf: (row: R) => Key;
  readonly #writer: RowWriter<R>;
  readonly #compare: (a: R, b: R) => number;
  #select: Database.Statement<unknown[], R> | undefined;

  /** @param options.alone nobody else writes this table: rows that were read or written are remembered */
  constructor(db: Database.Database, table: Table, { alone = false } = {}) {
    this.#db = db;
    this.table = table;
    this.#alone = alone;
    this.#writer = new RowWriter(db, table);
    this.#compare = byKey(table);
    const [first = "", second] = table.key;
    this.#keyOf = (row) => this.#join(row[first] as Key, second === undefined ? undefined : (row[second] as Key));
  }

  /** Rows that wait to be written or deleted. */
  get size(): number {
    return this.#held.size;
  }

  /** The rows that wait to be written. */
  bufferedRows(): R[] {
    const rows: R[] = [];
    for (const row of this.#held.values()) if (row !== null) rows.push(row);
    return rows;
  }

  get(first: Key, second?: Key): R | undefined {
    const key = this.#join(first, second);
    let known = this.#held.get(key);
    if (known === undefined) known = this.#kept.get(key);
    if (known !== undefined) return known ?? undefined;
    this.#select ??= this.#db.prepare<unknown[], R>(selectSql(this.table));
    const row = second === undefined ? this.#select.get(first) : this.#select.get(first, second);
    if (row === undefined || !this.#alone) return row;
    if (this.#kept.size === MAX_KEPT) this.#kept.clear();
    this.#kept.set(key, row);
    return row;
  }

  put(row: R): void {
    this.#held.set(this.#keyOf(row), row);
  }

  delete(first: Key, second?: Key): void {
    const key = this.#join(first, second);
    this.#held.set(key, null);
    this.#deleted.set(key, second === undefined ? [first] : [first, second]);
  }

  /** Deletes what was deleted. Every store's deletes come before any store's rows. */
  flushDeletes(): void {
    for (const key of this.#deleted.values()) this.#writer.delete(key);
  }

  /** Writes what was put, in key order. */
  flushRows(): void {
    const rows = this.bufferedRows();
    if (rows.length === 0) return;
    if (!this.table.appendOnly) rows.sort(this.#compare);
    this.#writer.write(rows);
  }

  /** What was held has been written: it waits no more, but is remembered until the next time if nobody else writes. */
  settle(): void {
    this.#kept = this.#alone ? this.#held : new Map();
    this.#held = new Map();
    this.#deleted.clear();
  }

  /** Forgets everything, written or not. */
  forget(): void {
    // To clear a map makes a new one inside, even of one that is empty: most are, after each command of a writer.
    if (this.#held.size > 0) this.#held.clear();
    if (this.#kept.size > 0) this.#kept.clear();
    if (this.#deleted.size > 0) this.#deleted.clear();
  }

  /** One key of two: a number where that can be, which a map finds several times as fast as a text made of both. */
  #join(first: Key, second: Key | undefined): Key {
    if (second === undefined) return first;
    const a = this.#numberOf(first);
    const b = this.#numberOf(second);
    return a < MAX_PARENT && b < CHILDREN ? a * CHILDREN + b : `${first}\u0000${second}`;
  }

  /** A number by itself, a text by its place among those that came so far: currencies and months are few. */
  #numberOf(key: Key): number {
    if (typeof key === "number") return key;
    const found = this.#texts.get(key);
    if (found !== undefined) return found;
    if (this.#texts.size === MAX_TEXTS) return Number.POSITIVE_INFINITY; // and so from now on
    const number = this.#texts.size;
    this.#texts.set(key, number);
    return number;
  }
}
