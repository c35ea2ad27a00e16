/** The tables that a fold writes, over one database: every row store, and the search texts that have changed. */
import type Database from "better-sqlite3";
import type { Sequence } from "../../events/sequence.ts";
import type { Tables } from "../projections/projection.ts";
import { CurrentEvent } from "../rows/current-event.ts";
import { RowStore } from "../rows/row-store.ts";
import { RowWriter } from "../rows/row-writer.ts";
import { PAST_TABLES, type Row, TABLES, type TableName } from "../tables/tables.ts";
import { explainConstraint, type SqliteError } from "./constraint.ts";
import { FORMER_NAMES, type FormerName, FormerWords } from "./former-words.ts";
import { defineSearchFunctions, SEARCH, type SearchName } from "./search-index.ts";

/** Every table, read by key. Deciders read more tables than a fold. */
export type AllRows = { readonly [Name in TableName]: RowStore<Row<Name>> };

export class ProjectionTables {
  /** For folds and books. */
  readonly tables: Tables & AllRows;
  readonly #db: Database.Database;
  readonly #stores: RowStore<Record<string, unknown>>[];
  readonly #changedTexts: Record<SearchName, Set<number>> = {
    invoice: new Set(),
    client: new Set(),
    item: new Set(),
    payment: new Set(),
  };
  readonly #event = new CurrentEvent();
  readonly #refresh: Partial<Record<SearchName, Database.Statement<[string]>>> = {};
  readonly #former: Partial<Record<FormerName, FormerWords>> = {};

  /** @param options.keepPast false: rows that are replaced or deleted are dropped */
  constructor(db: Database.Database, { keepPast = true } = {}) {
    this.#db = db;
    defineSearchFunctions(db);
    const event = this.#event;
    const stores = Object.fromEntries(
      Object.entries(TABLES).map(([name, table]) => {
        const pastTable = keepPast ? PAST_TABLES[name as TableName] : undefined;
        const past = pastTable ? new RowWriter(db, pastTable) : null;
        return [name, new RowStore(db, table, { event, past })];
      }),
    );
    this.#stores = Object.values(stores);
    const changed = this.#changedTexts;
    this.tables = {
      ...(stores as unknown as AllRows),
      event,
      search: {
        invoice: (id) => changed.invoice.add(id),
        client: (id) => changed.client.add(id),
        item: (id) => changed.item.add(id),
        payment: (id) => changed.payment.add(id),
      },
    };
  }

  /** The number of buffered rows. */
  get size(): number {
    let size = 0;
    for (const store of this.#stores) size += store.size;
    return size;
  }

  /** Writes all buffered rows, inside the caller's transaction. */
  flush(): void {
    for (const store of this.#stores) store.flushDeletes();
    for (const store of this.#stores) store.flushRows();
    for (const store of this.#stores) store.flushFormer();
    this.forgetRows();
  }

  /** Explains which constraint the buffered rows violate. */
  explain(error: SqliteError): string {
    return explainConstraint(this.#db, this.#stores, error);
  }

  /** Drops buffered rows and pending search texts. */
  forget(): void {
    this.forgetRows();
    for (const ids of Object.values(this.#changedTexts)) ids.clear();
  }

  /** Drops the buffered rows, written or not. */
  forgetRows(): void {
    for (const store of this.#stores) store.forget();
    this.#event.abandon();
  }

  /**
   * Updates the search indexes from the rows written since the last call, inside the caller's transaction.
   *
   * @param after the last event that the indexes contain
   */
  flushSearch(after: Sequence): void {
    for (const name of FORMER_NAMES) {
      if (this.#changedTexts[name].size === 0) continue;
      this.#former[name] ??= new FormerWords(this.#db, name);
      for (const id of this.#changedTexts[name]) this.#former[name].add(id, after);
    }
    for (const [name, ids] of Object.entries(this.#changedTexts) as [SearchName, Set<number>][]) {
      if (ids.size === 0) continue;
      const { select, key } = SEARCH[name];
      // One statement for all ids: at the start of each statement, FTS5 writes out its pending terms.
      this.#refresh[name] ??= this.#db.prepare(
        `INSERT OR REPLACE INTO ${name}_search (rowid, text) ${select}
          WHERE ${key} IN (SELECT value FROM json_each(?)) ORDER BY ${key}`,
      );
      this.#refresh[name].run(JSON.stringify([...ids]));
      ids.clear();
    }
  }
}
