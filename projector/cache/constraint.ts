/** Explains why SQLite refused rows: names the values, and the row that they conflict with. */
import type Database from "better-sqlite3";
import type { RowStore } from "../rows/row-store.ts";
import { quote, type Table } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";

export type SqliteError = InstanceType<typeof Database.SqliteError>;
type Row = Record<string, unknown>;

/** Buffered rows of a table. Some may have been written before the error. */
interface Rows {
  table: Table;
  rows: readonly Row[];
}

/**
 * Explains a constraint violation. Slow: it compares every buffered row.
 *
 * @param stores the row stores, which still buffer the rows of one event
 * @returns SQLite's message if there is nothing to add
 */
export function explainConstraint(
  db: Database.Database,
  stores: readonly RowStore<Row>[],
  { code, message }: SqliteError,
): string {
  const buffered = stores.map((store) => ({ table: store.table, rows: store.bufferedRows() }));
  const explain = EXPLANATIONS[code];
  return explain?.(db, buffered, message.replace(/^[^:]*: /, "")) ?? message;
}

type Explain = (db: Database.Database, buffered: readonly Rows[], what: string) => string | null;

const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  SQLITE_CONSTRAINT_UNIQUE: takenValue,
  SQLITE_CONSTRAINT_CHECK: brokenCheck,
  SQLITE_CONSTRAINT_FOREIGNKEY: missingParent,
};

/** @param what the columns, such as `invoice.series, invoice.counter` */
function takenValue(db: Database.Database, buffered: readonly Rows[], what: string): string | null {
  const columns = what.split(", ").map((column) => column.split("."));
  const names = columns.map(([, name = ""]) => name);
  const conflict = buffered.find(({ table }) => table.name === columns[0]?.[0]);
  if (!conflict) return null;
  const { table, rows } = conflict;
  const isIndexed = table.indexes.find(({ on }) => on.join() === names.join())?.where ?? "true";
  const equal = names.map((name) => `${name} = ?`).join(" AND ");
  const select = db.prepare<unknown[], Row>(`SELECT * FROM ${quote(table.name)} WHERE ${equal} AND ${isIndexed}`);
  for (const row of rows) {
    const stored = select.all(...names.map((name) => row[name]));
    const others = rows.filter((other) => names.every((name) => other[name] === row[name]));
    const other = [...stored, ...others].find((other) => table.key.some((name) => other[name] !== row[name]));
    if (other)
      return `${nameOf(table, row)} cannot have ${valuesOf(row, names)}: ${nameOf(table, other)} has it${lastEventOf(db, other)}`;
  }
  return null;
}

/** @param what the expression, such as `allocated_minor BETWEEN 0 AND amount_minor` */
function brokenCheck(db: Database.Database, buffered: readonly Rows[], what: string): string | null {
  for (const { table, rows } of buffered) {
    if (!Object.values(table.columns).some(({ check }) => check === what)) continue;
    const names = table.columnNames.filter((name) => new RegExp(`\\b${name}\\b`).test(what));
    const holds = db.prepare<unknown[]>(
      `SELECT ${what} FROM (SELECT ${names.map((name) => `? AS ${name}`).join(", ")})`,
    );
    const row = rows.find((row) => holds.pluck().get(...names.map((name) => row[name])) === 0);
    if (row) return `${nameOf(table, row)} has ${valuesOf(row, names)}, which breaks the rule ${what}`;
  }
  return null;
}

function missingParent(db: Database.Database, buffered: readonly Rows[]): string | null {
  for (const { table, rows } of buffered)
    for (const [name, { references }] of Object.entries(table.columns)) {
      const parent = Object.values<Table>(TABLES).find((parent) => parent.name === references);
      if (!parent) continue;
      const select = db.prepare(`SELECT 1 FROM ${quote(parent.name)} WHERE ${parent.key[0]} = ?`);
      const row = rows.find((row) => row[name] !== null && select.get(row[name]) === undefined);
      if (row) return `${nameOf(table, row)} has ${valuesOf(row, [name])}, but there is no such ${parent.name}`;
    }
  return null;
}

/** `invoice 7`, `number_series 1 2` */
function nameOf({ name, key }: Table, row: Row): string {
  return [name, ...key.map((part) => row[part])].join(" ");
}

/** `series main, counter 7`; without empty texts, such as the period of a series that has none. */
function valuesOf(row: Row, names: readonly string[]): string {
  const stated = names.filter((name) => row[name] !== "");
  return stated.map((name) => `${name} ${textOf(row[name])}`).join(", ");
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}

/** ` (its last event is 6 InvoiceIssued)` if the row belongs to a stream. */
function lastEventOf(db: Database.Database, { id }: Row): string {
  const select = db.prepare<unknown[], { seq: number; type: string }>(
    "SELECT seq, type FROM activity WHERE stream = ? ORDER BY version DESC LIMIT 1",
  );
  const event = typeof id === "number" ? select.get(id) : undefined;
  return event ? ` (its last event is ${event.seq} ${event.type})` : "";
}
