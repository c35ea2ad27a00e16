/** The tables as a fold sees them while a cache is rebuilt: rows are held back, and no search text is kept up on the way. */
import type Database from "better-sqlite3";
import { collectGarbage } from "./collect-garbage.ts";
import { LeafStore } from "./leaf-store.ts";
import type { Tables } from "./projections/projection.ts";
import { RowStore } from "./row-store.ts";
import { LEAVES, type LeafName, TABLES } from "./tables.ts";

/** Rows of leaves that are written together: what is written soon is soon forgotten, and costs no memory. */
const LEAF_ROWS = 1_000;

export class RebuildTables {
  /** For the fold. */
  readonly tables: Tables;
  readonly #keyed: RowStore<Record<string, unknown>>[] = [];
  readonly #leaves: LeafStore<Record<string, unknown>>[] = [];
  readonly #maxHeldRows: number;

  /** @param maxHeldRows rows that are held by key before they are written */
  constructor(db: Database.Database, { maxHeldRows }: { maxHeldRows: number }) {
    this.#maxHeldRows = maxHeldRows;
    const stores = Object.entries(TABLES).map(([name, table]) => {
      const isLeaf = LEAVES.includes(name as LeafName);
      const store = isLeaf ? new LeafStore(db, table) : new RowStore(db, table);
      if (store instanceof LeafStore) this.#leaves.push(store);
      else this.#keyed.push(store);
      return [name, store];
    });
    this.tables = { ...Object.fromEntries(stores), search: { invoice() {}, client() {} } };
  }

  /** Writes what has become many. Inside a transaction of the caller's, between two events. */
  flushMany(): void {
    const limit = Math.min(LEAF_ROWS, this.#maxHeldRows);
    for (const store of this.#leaves) if (store.size > limit) store.flush();
    let held = 0;
    for (const store of this.#keyed) held += store.size;
    if (held <= this.#maxHeldRows) return;
    this.#flushKeyed();
    collectGarbage();
  }

  /** Writes all that is held back. */
  flush(): void {
    for (const store of this.#leaves) store.flush();
    this.#flushKeyed();
  }

  #flushKeyed(): void {
    for (const store of this.#keyed) store.flushDeletes();
    for (const store of this.#keyed) {
      store.flushRows();
      store.forget();
    }
  }
}
