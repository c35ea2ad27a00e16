/**
 * The rows of one table by key, for folds to read and write. Changes are buffered in memory until they are flushed:
 * first the deletes, then the new rows, in key order and many per statement. A row that is not in memory is read from
 * the table. If the table keeps a past, the rows that an event replaced or deleted are written to it.
 */
import type Database from "better-sqlite3";
import { selectSql, type Table } from "../tables/table.ts";
import { CurrentEvent } from "./current-event.ts";
import { FormerRows } from "./former-rows.ts";
import { byKey, type ColumnOutput, type Key, RowWriter, sameRow } from "./row-writer.ts";

/** Child numbers are below this, so parent and child fit into one number. An event has room for fewer children. */
const CHILDREN = 65_536;
const MAX_PARENT = 2 ** 53 / CHILDREN;

/** Recently read rows in memory. */
const MAX_CACHED = 50_000;

/** Texts of two-part keys that get a number. They stay in memory as long as the store. */
const MAX_TEXTS = 10_000;

const NOTHING_READ = { seq: 0, key: 0, row: undefined };

/** A table as a fold sees it. */
export interface Rows<R> {
  /** The row with this key; undefined if there is none. Treat it as read-only: `put` a changed copy. */
  get(...key: Key[]): R | undefined;
  /**
   * Adds the row, or replaces the one with its key. Put a new object each time: it gets its `since`.
   *
   * @param replaces false if there was no row with this key before the event
   */
  put(row: R, replaces?: boolean): void;
  delete(...key: Key[]): void;
}

interface StoreOptions {
  /** True if nothing else writes this table, so rows read or written can be cached. */
  alone?: boolean;
  /** The event that the fold is at. One for all stores. */
  event?: CurrentEvent;
  /** Takes the rows of the table's past; null: it keeps none, and each put sets `since`. */
  past?: ColumnOutput | null;
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
  readonly #event: CurrentEvent;
  /** Rows as they were before the event, by key: those that it puts or deletes. Null: no such row. */
  readonly #before = new Map<Key, R | null>();
  readonly #same: (a: R, b: R) => boolean;
  readonly #former: FormerRows<R> | null;
  /** The row that the event read last: mostly, it is the next that is put. */
  #read: { seq: number; key: Key; row: R | undefined } = NOTHING_READ;

  constructor(db: Database.Database, table: Table, options: StoreOptions = {}) {
    const { alone = false, event = new CurrentEvent(), past = null } = options;
    this.#db = db;
    this.table = table;
    this.#alone = alone;
    this.#event = event;
    this.#same = sameRow(table);
    this.#former = past && new FormerRows(table, past);
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
    return this.#get(this.#join(first, second), first, second);
  }

  put(row: R, replaces = true): void {
    const key = this.#keyOf(row);
    if (this.table.recorded === "since") this.#setSince(row, key, replaces);
    this.#buffer.set(key, row);
  }

  delete(first: Key, second?: Key): void {
    const key = this.#join(first, second);
    if (this.#former) this.#keep(key, first, second);
    this.#buffer.set(key, null);
    this.#deleted.set(key, second === undefined ? [first] : [first, second]);
  }

  /** Compares the rows that the event touched with what they were. */
  endEvent(seq: number): void {
    for (const [key, before] of this.#before) {
      if (before === null) continue;
      const after = this.#buffer.get(key);
      if (after && this.#same(before, after)) setSince(after, sinceOf(before));
      else (this.#former as FormerRows<R>).add(before, seq);
    }
    this.#before.clear();
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

  /** The number of former rows to write. */
  get formerSize(): number {
    return this.#former?.size ?? 0;
  }

  /** Writes the former rows. */
  flushFormer(): void {
    this.#former?.flush();
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
    if (this.#before.size > 0) this.#before.clear();
    this.#former?.forget();
    this.#read = NOTHING_READ;
  }

  #get(key: Key, first: Key, second: Key | undefined): R | undefined {
    let known = this.#buffer.get(key);
    if (known === undefined) known = this.#cached.get(key);
    if (known !== undefined) return known ?? undefined;
    const { seq } = this.#event;
    if (seq !== 0 && this.#read.seq === seq && this.#read.key === key) return this.#read.row;
    this.#select ??= this.#db.prepare<unknown[], R>(selectSql(this.table));
    const row = second === undefined ? this.#select.get(first) : this.#select.get(first, second);
    if (this.#alone) {
      if (this.#cached.size === MAX_CACHED) this.#cached.clear();
      this.#cached.set(key, row ?? null);
    } else if (seq !== 0) this.#read = { seq, key, row };
    return row;
  }

  #setSince(row: R, key: Key, replaces: boolean): void {
    const { seq } = this.#event;
    if (seq === 0) throw new Error(`${this.table.name}: a row is put outside an event`);
    if (this.#former) {
      const [first = "", second] = this.table.key;
      const parent = row[first] as Key;
      // A number that comes first in a key is that of a stream: what belongs to the stream that the event begins is new.
      if (!replaces || parent === seq) this.#keepRow(key, null);
      else this.#keep(key, parent, second === undefined ? undefined : (row[second] as Key));
    }
    setSince(row, seq);
  }

  /** Remembers the row with this key as it was before the event. */
  #keep(key: Key, first: Key, second: Key | undefined): void {
    if (!this.#before.has(key)) this.#keepRow(key, this.#get(key, first, second) ?? null);
  }

  #keepRow(key: Key, row: R | null): void {
    if (this.#before.has(key)) return;
    if (this.#before.size === 0) this.#event.touch(this);
    this.#before.set(key, row);
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

function sinceOf(row: Record<string, unknown>): number {
  return row.since as number;
}

function setSince(row: Record<string, unknown>, since: number): void {
  row.since = since;
}
