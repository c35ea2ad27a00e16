/** The rows that a document is stated by, by key: of a writer's buffered tables, or of a cache. */
import type Database from "better-sqlite3";
import { columnList, quote } from "../tables/table.ts";
import { type Row, TABLES, type TableName } from "../tables/tables.ts";

type Key = number | string;

const NAMES = [
  "organization",
  "organizationIdentifier",
  "organizationAccount",
  "client",
  "item",
  "itemClassification",
  "itemAttribute",
  "party",
  "partyIdentifier",
  "partyAccount",
  "invoice",
  "invoiceLine",
  "invoiceAdjustment",
  "invoiceTax",
  "invoiceMore",
  "invoiceNote",
  "invoicePreceding",
  "invoiceAccount",
  "invoiceLineMore",
  "invoiceLineClassification",
  "invoiceLineAttribute",
] as const satisfies readonly TableName[];

/** Tables of which a document is read. `get(id, n)` is the child n of a row. */
export type StatedRows = {
  readonly [Name in (typeof NAMES)[number]]: { get(first: Key, second?: Key): Row<Name> | undefined };
};

/**
 * Reads from a cache, also at a moment. The children of a row are read together, so one use of it belongs in one
 * transaction.
 */
export function statedRows(db: Database.Database): StatedRows {
  return Object.fromEntries(NAMES.map((name) => [name, reader(db, name)])) as unknown as StatedRows;
}

function reader(db: Database.Database, name: TableName) {
  const table = TABLES[name];
  const [parent = "", child] = table.key;
  const order = child === undefined ? "" : ` ORDER BY ${child}`;
  const sql = `SELECT ${columnList(table)} FROM ${quote(table.name)} WHERE ${parent} = ?${order}`;
  let statement: Database.Statement<[Key], Record<string, Key>> | undefined;
  const known = new Map<Key, Map<Key | undefined, unknown>>();
  return {
    get(first: Key, second?: Key) {
      let rows = known.get(first);
      if (!rows) {
        statement ??= db.prepare<[Key], Record<string, Key>>(sql);
        const found = statement.all(first);
        rows = new Map(found.map((row) => [child === undefined ? undefined : row[child], row]));
        known.set(first, rows);
      }
      return rows.get(second);
    },
  };
}
