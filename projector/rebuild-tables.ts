/** The tables as a fold sees them while a cache is rebuilt: rows are held back, and no search text is kept up on the way. */
import type Database from "better-sqlite3";
import { collectGarbage } from "./collect-garbage.ts";
import type { LeafLink } from "./leaf-link.ts";
import { LeafStore } from "./leaf-store.ts";
import type { Tables } from "./projections/projection.ts";
import { RowStore } from "./row-store.ts";
import { RowWriter } from "./row-writer.ts";
import { LEAVES, type LeafName, TABLES } from "./tables.ts";

/** Rows of leaves that are written together: what is written soon is soon forgotten, and costs no memory. */
const LEAF_ROWS = 1_000;

export class RebuildTables {
  /** For the fold. */
  readonly tables: Tables;
  readonly #keyed: RowStore<Record<string, unknown>>[] = [];
  readonly #leaves: LeafStore<Record<string, unknown>>[] = [];
  readonly #maxHeldRows: number;

  /**
   * @param maxHeldRows rows that are held by key before they are written
   * @param link to a thread that writes the leaves, into another file than `db`; null: there is one file and one thread
   */
  constructor(db: Database.Database, { maxHeldRows, link }: { maxHeldRows: number; link: LeafLink | null }) {
    this.#maxHeldRows = maxHeldRows;
    const stores = Object.entries(TABLES).map(([name, table]) => {
      const store = isLeaf(name)
        ? new LeafStore(table, link?.writerOf(name) ?? new RowWriter(db, table))
        : new RowStore(db, table, { alone: true });
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
      store.settle();
    }
  }
}

function isLeaf(name: string): name is LeafName {
  return LEAVES.includes(name as LeafName);
}
