/** Why SQLite refused rows, in words that name the values, and the row that stands in the way. */
import type Database from "better-sqlite3";
import type { RowStore } from "../rows/row-store.ts";
import { quote, type Table } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";

export type SqliteError = InstanceType<typeof Database.SqliteError>;
type Row = Record<string, unknown>;

/** Rows of a table that were to be written, some of which may have been. */
interface Rows {
  table: Table;
  rows: readonly Row[];
}

/**
 * Explains a broken constraint. Slow: it looks at every row that was to be written.
 *
 * @param stores that still hold the rows of one event
 * @returns SQLite's own message where there is nothing to add
 */
export function explainConstraint(
  db: Database.Database,
  stores: readonly RowStore<Row>[],
  { code, message }: SqliteError,
): string {
  const held = stores.map((store) => ({ table: store.table, rows: store.bufferedRows() }));
  const explain = EXPLANATIONS[code];
  return explain?.(db, held, message.replace(/^[^:]*: /, "")) ?? message;
}

type Explain = (db: Database.Database, held: readonly Rows[], what: string) => string | null;

const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  SQLITE_CONSTRAINT_UNIQUE: takenValue,
  SQLITE_CONSTRAINT_CHECK: brokenCheck,
  SQLITE_CONSTRAINT_FOREIGNKEY: missingParent,
};

/** @param what `invoice.series, invoice.counter` */
function takenValue(db: Database.Database, held: readonly Rows[], what: string): string | null {
  const columns = what.split(", ").map((column) => column.split("."));
  const names = columns.map(([, name = ""]) => name);
  const found = held.find(({ table }) => table.name === columns[0]?.[0]);
  if (!found) return null;
  const { table, rows } = found;
  const isIndexed = table.indexes.find(({ on }) => on.join() === names.join())?.where ?? "true";
  const equal = names.map((name) => `${name} = ?`).join(" AND ");
  const select = db.prepare<unknown[], Row>(`SELECT * FROM ${quote(table.name)} WHERE ${equal} AND ${isIndexed}`);
  for (const row of rows) {
    const stored = select.all(...names.map((name) => row[name]));
    const beside = rows.filter((other) => names.every((name) => other[name] === row[name]));
    const other = [...stored, ...beside].find((other) => table.key.some((name) => other[name] !== row[name]));
    if (other)
      return `${nameOf(table, row)} cannot have ${valuesOf(row, names)}: ${nameOf(table, other)} has it${lastEventOf(db, other)}`;
  }
  return null;
}

/** @param what the expression: `allocated_minor BETWEEN 0 AND amount_minor` */
function brokenCheck(db: Database.Database, held: readonly Rows[], what: string): string | null {
  for (const { table, rows } of held) {
    if (!Object.values(table.columns).some(({ check }) => check === what)) continue;
    const names = table.columnNames.filter((name) => new RegExp(`\\b${name}\\b`).test(what));
    const holds = db.prepare<unknown[]>(
      `SELECT ${what} FROM (SELECT ${names.map((name) => `? AS ${name}`).join(", ")})`,
    );
    const row = rows.find((row) => holds.pluck().get(...names.map((name) => row[name])) === 0);
    if (row) return `${nameOf(table, row)} has ${valuesOf(row, names)}, against the rule ${what}`;
  }
  return null;
}

function missingParent(db: Database.Database, held: readonly Rows[]): string | null {
  for (const { table, rows } of held)
    for (const [name, { references }] of Object.entries(table.columns)) {
      const parent = Object.values<Table>(TABLES).find((parent) => parent.name === references);
      if (!parent) continue;
      const select = db.prepare(`SELECT 1 FROM ${quote(parent.name)} WHERE ${parent.key[0]} = ?`);
      const row = rows.find((row) => row[name] !== null && select.get(row[name]) === undefined);
      if (row) return `${nameOf(table, row)} has ${valuesOf(row, [name])}, and there is no such ${parent.name}`;
    }
  return null;
}

/** `invoice 7`, `number_series 1 2` */
function nameOf({ name, key }: Table, row: Row): string {
  return [name, ...key.map((part) => row[part])].join(" ");
}

/** `series main, counter 7` */
function valuesOf(row: Row, names: readonly string[]): string {
  return names.map((name) => `${name} ${textOf(row[name])}`).join(", ");
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}

/** ` (its last event is 6 InvoiceIssued)`, where the row is a stream's. */
function lastEventOf(db: Database.Database, { id }: Row): string {
  const select = db.prepare<unknown[], { seq: number; type: string }>(
    "SELECT seq, type FROM activity WHERE stream = ? ORDER BY version DESC LIMIT 1",
  );
  const event = typeof id === "number" ? select.get(id) : undefined;
  return event ? ` (its last event is ${event.seq} ${event.type})` : "";
}
