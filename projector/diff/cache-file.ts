/**
 * A cache as it describes itself: its tables, keys and columns, read from the file. It can be a cache of any release, so
 * nothing here depends on the tables of this one, except for what they call derived.
 */
import type Database from "better-sqlite3";
import type { LogId } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { asCacheError } from "../cache/cache-check.ts";
import { CacheError } from "../cache/errors.ts";
import { quote } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";

export interface TableShape {
  readonly name: string;
  readonly key: readonly string[];
  /** In the order of the DDL, with the key. */
  readonly columns: readonly string[];
  /** The table that the first column of the key refers to, and its key: it has the currency of rows that have none. */
  readonly parent: { table: string; key: string } | null;
}

export interface CacheFile {
  readonly path: string;
  readonly db: Database.Database;
  readonly logId: LogId | null;
  /** The checkpoint. */
  readonly seq: Sequence;
  /** Version of the projector that made it. */
  readonly projector: string;
  readonly tables: ReadonlyMap<string, TableShape>;
}

/** What is local to a file. */
const LOCAL_TABLES = ["meta"];

/** States that rows had earlier. */
const PAST = /_past$/;

/** The event that last wrote a row. */
const SINCE = "since";

/**
 * Opens a cache of any release, read-only.
 *
 * @param options.all also the tables and columns that the digest leaves out
 * @throws CacheError DAMAGED_CACHE, UNAVAILABLE
 */
export function openAnyCache(path: string, { all = false }: { all?: boolean } = {}): CacheFile {
  let db: Database.Database | undefined;
  try {
    db = openDatabase(path, { readonly: true, fileMustExist: true });
    db.pragma("busy_timeout = 10000");
    // All tables are read as of one commit.
    db.exec("BEGIN");
    const meta = db
      .prepare<[], { log_id: LogId | null; checkpoint: number; projector_version: string }>("SELECT * FROM meta")
      .get();
    if (!meta) throw new CacheError("DAMAGED_CACHE", `${path}: the table meta is empty`);
    const { log_id: logId, checkpoint: seq, projector_version: projector } = meta;
    return { path, db, logId, seq, projector, tables: tablesOf(db, all) };
  } catch (error) {
    db?.close();
    throw asCacheError(error, path);
  }
}

function tablesOf(db: Database.Database, all: boolean): Map<string, TableShape> {
  // Tables of search indexes are virtual, or shadows.
  const names = db
    .prepare<[], string>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .pluck()
    .all();
  return new Map(
    names
      .filter((name) => !LOCAL_TABLES.includes(name) && (all || !isDerived(name)))
      .map((name) => [name, shapeOf(db, name, all)]),
  );
}

function shapeOf(db: Database.Database, name: string, all: boolean): TableShape {
  const columns = db
    .prepare<[string], { name: string; pk: number }>("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid")
    .all(name);
  const key = columns
    .filter(({ pk }) => pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map(({ name }) => name);
  return {
    name,
    key,
    columns: columns.map((column) => column.name).filter((column) => all || !isDerived(name, column)),
    parent: parentOf(db, name, key[0]),
  };
}

function parentOf(db: Database.Database, table: string, column: string | undefined): TableShape["parent"] {
  const parent = db
    .prepare<[string, string | undefined], string>('SELECT "table" FROM pragma_foreign_key_list(?) WHERE "from" = ?')
    .pluck()
    .get(table, column);
  if (parent === undefined) return null;
  const columns = db
    .prepare<[string], { name: string; pk: number }>("SELECT name, pk FROM pragma_table_info(?)")
    .all(parent);
  const key = columns.find(({ pk }) => pk === 1)?.name;
  return key !== undefined && columns.some(({ name }) => name === "currency") ? { table: parent, key } : null;
}

const declared = new Map<string, (typeof TABLES)[keyof typeof TABLES]>(
  Object.values(TABLES).map((table) => [table.name, table]),
);

/** True for what the digest leaves out: it follows from the rest. */
function isDerived(table: string, column?: string): boolean {
  if (column === undefined) return PAST.test(table) || declared.get(table)?.derived === true;
  if (column === SINCE) return true;
  const columns: Readonly<Record<string, { derived: boolean }>> = declared.get(table)?.columns ?? {};
  return columns[column]?.derived === true;
}

/** The rows of a table by key, each with the columns, and then its currency (null: unknown). */
export function rowsOf(
  { db, tables }: CacheFile,
  { name, columns }: Pick<TableShape, "name" | "columns">,
): IterableIterator<unknown[]> {
  const shape = tables.get(name);
  const { key = [], parent = null } = shape ?? {};
  const own = shape?.columns.includes("currency") === true;
  const join =
    own || parent === null
      ? ""
      : ` LEFT JOIN ${quote(parent.table)} AS p ON p.${quote(parent.key)} = t.${quote(key[0] ?? "")}`;
  const currency = own ? "t.currency" : parent === null ? "NULL" : "p.currency";
  const select = [...columns.map((column) => `t.${quote(column)}`), currency].join(", ");
  const order = key.map((column) => `t.${quote(column)}`).join(", ");
  return db
    .prepare<[], unknown[]>(`SELECT ${select} FROM ${quote(name)} AS t${join} ORDER BY ${order}`)
    .raw()
    .iterate();
}

/** The organization's currency; null before the first event. */
export function homeCurrencyOf({ db, tables }: CacheFile): string | null {
  if (tables.get("organization")?.columns.includes("currency") !== true) return null;
  return db.prepare<[], string>("SELECT currency FROM organization").pluck().get() ?? null;
}
