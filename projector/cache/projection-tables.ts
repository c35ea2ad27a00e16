/** The tables as a fold sees them, over one database: every row store, and which search texts have changed. */
import type Database from "better-sqlite3";
import type { Tables } from "../projections/projection.ts";
import { RowStore } from "../rows/row-store.ts";
import { type Row, TABLES, type TableName } from "../tables/tables.ts";
import { SEARCH, type SearchName } from "./cache-schema.ts";
import { explainConstraint, type SqliteError } from "./constraint.ts";

/** Every table by key: what deciders read, and more than a fold needs. */
export type AllRows = { readonly [Name in TableName]: RowStore<Row<Name>> };

export class ProjectionTables {
  /** For the fold, and for the books. */
  readonly tables: Tables & AllRows;
  readonly #db: Database.Database;
  readonly #stores: RowStore<Record<string, unknown>>[];
  readonly #changedTexts: Record<SearchName, Set<number>> = { invoice: new Set(), client: new Set() };
  readonly #refresh: Partial<Record<SearchName, Database.Statement<[string]>>> = {};

  constructor(db: Database.Database) {
    this.#db = db;
    const stores = Object.fromEntries(Object.entries(TABLES).map(([name, table]) => [name, new RowStore(db, table)]));
    this.#stores = Object.values(stores);
    const changed = this.#changedTexts;
    this.tables = {
      ...(stores as unknown as AllRows),
      search: { invoice: (id) => changed.invoice.add(id), client: (id) => changed.client.add(id) },
    };
  }

  /** Rows that are held back. */
  get size(): number {
    let size = 0;
    for (const store of this.#stores) size += store.size;
    return size;
  }

  /** Writes all rows that are held back. Inside the caller's transaction. */
  flush(): void {
    for (const store of this.#stores) store.flushDeletes();
    for (const store of this.#stores) store.flushRows();
    this.forgetRows();
  }

  /** Why the rows that are held back do not fit their tables. */
  explain(error: SqliteError): string {
    return explainConstraint(this.#db, this.#stores, error);
  }

  /** Drops all that is held back. */
  forget(): void {
    this.forgetRows();
    for (const ids of Object.values(this.#changedTexts)) ids.clear();
  }

  /** Drops the rows that are held back, written or not. */
  forgetRows(): void {
    for (const store of this.#stores) store.forget();
  }

  /** Brings the search indexes up to the rows that were written since the last time. Inside the caller's transaction. */
  flushSearch(): void {
    for (const [name, ids] of Object.entries(this.#changedTexts) as [SearchName, Set<number>][]) {
      if (ids.size === 0) continue;
      const { select, key } = SEARCH[name];
      // One statement for all of them: at the beginning of each one, the search index writes out what it has gathered.
      this.#refresh[name] ??= this.#db.prepare(
        `INSERT OR REPLACE INTO ${name}_search (rowid, text) ${select}
          WHERE ${key} IN (SELECT value FROM json_each(?)) ORDER BY ${key}`,
      );
      this.#refresh[name].run(JSON.stringify([...ids]));
      ids.clear();
    }
  }
}
