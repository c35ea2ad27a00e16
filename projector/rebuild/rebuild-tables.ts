/**
 * The tables as a fold sees them while a cache is rebuilt: rows are held back. A second thread, where there is one, puts
 * invoices into the search's index on the way; the rest comes at the end.
 */
import type Database from "better-sqlite3";
import { type InvoiceWords, wordsOf } from "../cache/cache-schema.ts";
import type { Tables } from "../projections/projection.ts";
import { RowStore } from "../rows/row-store.ts";
import { RowWriter } from "../rows/row-writer.ts";
import { WriteOnlyRows } from "../rows/write-only-rows.ts";
import { LEAVES, TABLES, type WriteOnlyTable } from "../tables/tables.ts";
import { collectGarbage } from "./collect-garbage.ts";
import type { RowThread } from "./row-thread.ts";

/** Rows of leaves that are written together: what is written soon is soon forgotten, and costs no memory. */
const WRITE_ONLY_ROWS = 1_000;

/** Invoices that are put into the search's index together. */
const INDEXED_TOGETHER = 1_024;

export class RebuildTables {
  /** For the fold. */
  readonly tables: Tables;
  readonly #keyed: RowStore<Record<string, unknown>>[] = [];
  readonly #leaves: WriteOnlyRows<Record<string, unknown>>[] = [];
  readonly #maxBufferedRows: number;
  readonly #link: RowThread | null;
  /** Invoices that the thread is to index. A draft would change its words: what is one at the end is indexed then. */
  #issued: InvoiceWords[] = [];

  /**
   * @param maxBufferedRows rows that are held by key before they are written
   * @param link to a thread that writes the leaves, into another file than `db`; null: there is one file and one thread
   */
  constructor(db: Database.Database, { maxBufferedRows, link }: { maxBufferedRows: number; link: RowThread | null }) {
    this.#maxBufferedRows = maxBufferedRows;
    const stores = Object.entries(TABLES).map(([name, table]) => {
      const store = isWriteOnly(name)
        ? new WriteOnlyRows(table, link?.writerOf(name) ?? new RowWriter(db, table))
        : new RowStore(db, table, { alone: true });
      if (store instanceof WriteOnlyRows) this.#leaves.push(store);
      else this.#keyed.push(store);
      return [name, store];
    });
    this.#link = link;
    const tables = Object.fromEntries(stores) as Omit<Tables, "search">;
    const changed = (id: number) => {
      const invoice = tables.invoice.get(id);
      if (invoice?.status === "issued") this.#issued.push(wordsOf(invoice));
    };
    this.tables = { ...tables, search: { invoice: link ? changed : () => {}, client() {} } };
  }

  /** Writes what has become many. Inside a transaction of the caller's, between two events. */
  flushMany(): void {
    const limit = Math.min(WRITE_ONLY_ROWS, this.#maxBufferedRows);
    for (const store of this.#leaves) if (store.size > limit) store.flush();
    if (this.#issued.length > Math.min(INDEXED_TOGETHER, this.#maxBufferedRows)) this.#flushLeaves();
    let held = 0;
    for (const store of this.#keyed) held += store.size;
    if (held <= this.#maxBufferedRows) return;
    this.#flushKeyed();
    collectGarbage();
  }

  /** Writes all that is held back. */
  flush(): void {
    this.#flushLeaves();
    this.#flushKeyed();
  }

  /** Writes leaves, and then indexes the invoices whose lines they are. */
  #flushLeaves(): void {
    for (const store of this.#leaves) store.flush();
    if (this.#issued.length > 0) this.#link?.index(this.#issued);
    this.#issued = [];
  }

  #flushKeyed(): void {
    for (const store of this.#keyed) store.flushDeletes();
    for (const store of this.#keyed) {
      store.flushRows();
      store.settle();
    }
  }
}

function isWriteOnly(name: string): name is WriteOnlyTable {
  return LEAVES.includes(name as WriteOnlyTable);
}
