/** For tests: an old API client that folds pages of the old sync contract, to compare with a cache. */
import assert from "node:assert/strict";
import type Database from "better-sqlite3";
import { INVOICE_COLUMNS } from "../../tables/invoice-rows.ts";
import { columnList, quote, type Table } from "../../tables/table.ts";
import { TABLES, type TableName } from "../../tables/tables.ts";
import { INVOICE_PARTY } from "../../tables/views.ts";
import { type Change, COLLECTIONS, tableOf } from "./changes.ts";

type PlainRow = Record<string, unknown>;
/** All tables, and the view of parties that was a table once. */
export const PULLED = { ...TABLES, invoiceParty: INVOICE_PARTY };
type Pulled = keyof typeof PULLED;
type Tables = Partial<Record<Pulled, PlainRow[]>>;

/** Tables that are not pulled: the events, sums over many things, and what only deciders read. */
export const NOT_PULLED: readonly TableName[] = [
  "activity",
  "allocationChange",
  // Old clients know nothing of what is beyond the usual; parties are read by document.
  "organizationIdentifier",
  "organizationAccount",
  "itemClassification",
  "itemAttribute",
  "party",
  "partyIdentifier",
  "partyAccount",
  "invoiceMore",
  "invoiceNote",
  "invoicePreceding",
  "invoiceAccount",
  "invoiceLineMore",
  "invoiceLineClassification",
  "invoiceLineAttribute",
  "currencyBalance",
  "numberPassedOver",
  "posting",
  "seriesCounter",
  "seriesTotal",
  "uniqueText",
];

/** Stores the last upsert of each thing. */
export class OldClient {
  readonly things = new Map<string, Change>();

  take(changes: readonly Change[]): void {
    for (const change of changes) {
      const name = `${change.collection}/${change.mongoId}`;
      if (change.type === "delete") this.things.delete(name);
      else this.things.set(name, change);
    }
  }

  /** Its things, as rows of the cache's tables. */
  tables(): Tables {
    const tables: Tables = {};
    for (const [kind, { name, children }] of Object.entries(COLLECTIONS)) {
      const things = [...this.things.values()].filter(({ collection }) => collection === name);
      const fields = Object.entries(children as Record<string, TableName | Table>);
      for (const { type: _, collection: __, mongoId, ...row } of things) {
        for (const [field, child] of fields) {
          const name = typeof child === "string" ? child : "invoiceParty";
          const parent = tableOf(child).key[0] ?? "";
          for (const nested of row[field] as PlainRow[])
            tables[name] = [...(tables[name] ?? []), { [parent]: Number(mongoId), ...nested }];
          delete row[field];
        }
        assert.equal(String(row.id), mongoId);
        tables[kind as TableName] = [...(tables[kind as TableName] ?? []), row];
      }
    }
    for (const [table, rows] of Object.entries(tables)) rows.sort(byKey(PULLED[table as Pulled].key));
    return tables;
  }
}

/** The rows of a cache that an old client should have: all but discarded drafts, with the names that drafts show. */
export function tablesOf(db: Database.Database): Tables {
  const discarded = "(SELECT id FROM invoice WHERE status = 'discarded')";
  const tables: Tables = {};
  for (const [table, { name, key }] of Object.entries<Table>(PULLED)) {
    if (NOT_PULLED.includes(table as TableName)) continue;
    const parent = { invoice: "id", invoice_line: key[0], invoice_adjustment: key[0], invoice_tax: key[0] }[name];
    const where = parent ? `WHERE ${parent} NOT IN ${discarded}` : "";
    const rows = db
      .prepare<[], PlainRow>(
        `SELECT ${name === "invoice" ? INVOICE_COLUMNS : columnList(PULLED[table as Pulled])} FROM ${quote(name)} AS i ${where}`,
      )
      .all()
      .map(withoutBytes);
    if (rows.length > 0) tables[table as Pulled] = rows.sort(byKey(key));
  }
  return tables;
}

function withoutBytes(row: PlainRow): PlainRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
    ]),
  );
}

function byKey(key: readonly string[]): (a: PlainRow, b: PlainRow) => number {
  return (a, b) => {
    for (const name of key)
      if (a[name] !== b[name]) return (a[name] as number | string) < (b[name] as number | string) ? -1 : 1;
    return 0;
  };
}
