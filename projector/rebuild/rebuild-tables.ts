/**
 * The tables that a fold writes during a rebuild. Rows are buffered. If there is a second thread, it adds invoices to
 * the search index during the fold; the rest of the index is built at the end.
 */
import type Database from "better-sqlite3";
import { columnsToIndex, type InvoiceToIndex } from "../cache/search-index.ts";
import type { Tables } from "../projections/projection.ts";
import { CurrentEvent } from "../rows/current-event.ts";
import { outputTo } from "../rows/row-reviser.ts";
import { RowStore } from "../rows/row-store.ts";
import { RowWriter } from "../rows/row-writer.ts";
import { WriteOnlyRows } from "../rows/write-only-rows.ts";
import { PAST_TABLES, TABLES, type TableName, WRITE_ONLY_TABLES, type WriteOnlyTable } from "../tables/tables.ts";
import { collectGarbage } from "./collect-garbage.ts";
import type { RowThread } from "./row-thread.ts";

/** Rows of a write-only table that are written together. A small batch leaves memory early. */
const WRITE_ONLY_ROWS = 3_000;

/** Events whose rows are in memory, bytes: those of write-only tables, and of the others. Rows can have long texts. */
const WRITE_ONLY_BYTES = 2 * 1024 * 1024;
const KEYED_BYTES = 32 * 1024 * 1024;

/** Invoices that are added to the search index together. */
const INDEX_BATCH = 1_024;

export class RebuildTables {
  /** For the fold. */
  readonly tables: Tables;
  readonly #keyed: RowStore<Record<string, unknown>>[] = [];
  readonly #leaves: WriteOnlyRows<Record<string, unknown>>[] = [];
  readonly #maxBufferedRows: number;
  readonly #thread: RowThread | null;
  /** Bytes of the events since the last flush of the write-only tables, and of the others. */
  #leafBytes = 0;
  #keyedBytes = 0;
  /** Issued invoices that the thread has yet to index. Drafts are indexed at the end, as their words may change. */
  #issued: InvoiceToIndex[] = [];

  /**
   * @param maxBufferedRows keyed rows in memory before they are written
   * @param thread writes the write-only tables, to a different file than `db`; null if this thread writes all tables to
   *   `db`
   * @param keepPast false: rows that are replaced or deleted are dropped
   */
  constructor(
    db: Database.Database,
    { maxBufferedRows, thread, keepPast }: { maxBufferedRows: number; thread: RowThread | null; keepPast: boolean },
  ) {
    this.#maxBufferedRows = maxBufferedRows;
    const event = new CurrentEvent();
    const stores = Object.entries(TABLES).map(([name, table]) => {
      const pastTable = (keepPast && PAST_TABLES[name as TableName]) || null;
      const past = pastTable && (thread?.columnWriterOf(pastTable) ?? new RowWriter(db, pastTable));
      const store = isWriteOnly(name)
        ? new WriteOnlyRows(table, thread?.writerOf(name, keepPast) ?? outputTo(db, table, pastTable), event)
        : new RowStore(db, table, { alone: true, event, past });
      if (store instanceof WriteOnlyRows) this.#leaves.push(store);
      else this.#keyed.push(store);
      return [name, store];
    });
    this.#thread = thread;
    const tables = Object.fromEntries(stores) as Omit<Tables, "search" | "event">;
    const noteChange = (id: number) => {
      const invoice = tables.invoice.get(id);
      if (invoice?.status === "issued") this.#issued.push(columnsToIndex(invoice));
    };
    this.tables = {
      ...tables,
      event,
      search: { invoice: thread ? noteChange : () => {}, client() {}, item() {}, payment() {} },
    };
  }

  /**
   * Writes the buffers that are full. Call it between two events, inside a transaction.
   *
   * @param bytes size of the events that were folded since the last call
   */
  flushMany(bytes: number): void {
    this.#leafBytes += bytes;
    this.#keyedBytes += bytes;
    const limit = Math.min(WRITE_ONLY_ROWS, this.#maxBufferedRows);
    const isLong = this.#leafBytes > WRITE_ONLY_BYTES;
    for (const store of this.#leaves) if (isLong || store.size > limit) store.flush();
    if (isLong) this.#leafBytes = 0;
    if (this.#issued.length > Math.min(INDEX_BATCH, this.#maxBufferedRows)) this.#flushLeaves();
    let buffered = 0;
    for (const store of this.#keyed) {
      if (store.formerSize > limit) store.flushFormer();
      buffered += store.size;
    }
    if (buffered <= this.#maxBufferedRows && this.#keyedBytes <= KEYED_BYTES) return;
    this.#flushKeyed();
    collectGarbage();
  }

  /** Writes all buffered rows. */
  flush(): void {
    this.#flushLeaves();
    this.#flushKeyed();
  }

  /** Writes the write-only tables, then indexes invoices: the index reads their lines. */
  #flushLeaves(): void {
    for (const store of this.#leaves) store.flush();
    if (this.#issued.length > 0) this.#thread?.index(this.#issued);
    this.#issued = [];
  }

  #flushKeyed(): void {
    for (const store of this.#keyed) store.flushDeletes();
    for (const store of this.#keyed) {
      store.flushRows();
      store.flushFormer();
      store.settle();
    }
    this.#keyedBytes = 0;
  }
}

function isWriteOnly(name: string): name is WriteOnlyTable {
  return WRITE_ONLY_TABLES.includes(name as WriteOnlyTable);
}
