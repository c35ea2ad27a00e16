/**
 * Declares a table as columns with a comment each. The row's type, the DDL and the statements that write rows all
 * follow from the declaration. The DDL keeps the comments, so `.schema` in the sqlite3 shell explains itself.
 */

type SqlType = "INTEGER" | "TEXT" | "BLOB";

export interface Column<Value> {
  readonly type: SqlType;
  readonly comment: string;
  readonly nullable: boolean;
  /** An SQL expression that is true for every row. */
  readonly check: string | null;
  /** The only permitted texts; null: any. */
  readonly values: readonly string[] | null;
  /** The table whose key this is. */
  readonly references: string | null;
  /** True if the digest leaves it out: it follows from other columns, by rules that change with Unicode. */
  readonly derived: boolean;
  /** Only for the type checker. */
  readonly value?: Value;
}

interface ColumnOptions {
  check?: string;
  values?: readonly string[];
  references?: string;
  derived?: boolean;
}

export function integer(comment: string, options: ColumnOptions = {}): Column<number> {
  return column("INTEGER", comment, options);
}

export function text(comment: string, options: ColumnOptions = {}): Column<string> {
  return column("TEXT", comment, options);
}

/** 0 or 1. */
export function flag(name: string, comment: string): Column<0 | 1> {
  return column("INTEGER", comment, { check: `${name} IN (0, 1)` });
}

export function oneOf<const Values extends readonly string[]>(
  name: string,
  values: Values,
  comment: string,
): Column<Values[number]> {
  // Not IN: for more than two values, SQLite would build a temporary table in each statement and search it.
  return column("TEXT", comment, { check: values.map((value) => `${name} = '${value}'`).join(" OR "), values });
}

export function blob(comment: string, options: ColumnOptions = {}): Column<Uint8Array> {
  return column("BLOB", comment, options);
}

export function nullable<Value>(column: Column<Value>): Column<Value | null> {
  return { ...column, nullable: true };
}

function column<Value>(
  type: SqlType,
  comment: string,
  { check, values, references, derived = false }: ColumnOptions,
): Column<Value> {
  return {
    type,
    comment,
    nullable: false,
    check: check ?? null,
    values: values ?? null,
    references: references ?? null,
    derived,
  };
}

/** `sql`: an expression of the row's other columns. */
export interface ComputedColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly sql: string;
  readonly comment: string;
}

export type Columns = Readonly<Record<string, Column<unknown>>>;

interface Index {
  name: string;
  on: readonly string[];
  unique?: boolean;
  /** An SQL condition: the index contains only rows that meet it. */
  where?: string;
}

export interface Table<C extends Columns = Columns> {
  readonly name: string;
  readonly comment: string;
  readonly columns: C;
  /** Of `columns`, in their order: what projections write, and what answers have. */
  readonly columnNames: readonly string[];
  /** The columns in the file, in their order: `columnNames`, and `since` where rows have it. */
  readonly storedNames: readonly string[];
  /** One column, or the parent's key and the number of the child. */
  readonly key: readonly string[];
  /**
   * Columns that SQLite computes when they are read, for people who read the cache with SQL: in no file's bytes, no digest,
   * no past and no answer.
   */
  readonly computed: readonly ComputedColumn[];
  readonly indexes: readonly Index[];
  /** True if rows are only added, in key order. */
  readonly appendOnly: boolean;
  /** True if the digest leaves the table out, as it does with derived columns. */
  readonly derived: boolean;
  /**
   * The column with the event that last wrote the row: `since`, which the stores set; or the table's own `seq`, if its
   * rows belong to one event; null in a derived table, which is only of now.
   */
  readonly recorded: "since" | "seq" | null;
  /** True if rows that are replaced or deleted go to the table's past: `past.ts`. */
  readonly keepsPast: boolean;
}

/** The column that every row has whose table keeps a past. Projections and answers do not know it. */
export const SINCE: Column<number> = integer("the event that last wrote the row; not in the digest", { derived: true });

export type RowOf<T extends Table> = {
  [Name in keyof T["columns"]]: T["columns"][Name] extends Column<infer Value> ? Value : never;
};

export function defineTable<const C extends Columns>(
  name: string,
  comment: string,
  columns: C,
  options: {
    key: readonly (keyof C & string)[];
    computed?: readonly ComputedColumn[];
    indexes?: readonly Index[];
    appendOnly?: boolean;
    derived?: boolean;
  },
): Table<C> {
  const { key, computed = [], indexes = [], appendOnly = false, derived = false } = options;
  const columnNames = Object.keys(columns);
  const recorded = derived ? null : columnNames.includes("seq") ? "seq" : "since";
  return {
    name,
    comment,
    columns,
    columnNames,
    storedNames: recorded === "since" ? [...columnNames, "since"] : columnNames,
    key,
    computed,
    indexes,
    appendOnly,
    derived,
    recorded,
    keepsPast: recorded === "since" && !appendOnly,
  };
}

/** The columns in the file, by name. */
export function storedColumns({ columns, recorded }: Table): Columns {
  return recorded === "since" ? { ...columns, since: SINCE } : columns;
}

/** The columns that answers have, for a SELECT: not `*`, which is also `since`. @param alias of the table in the query */
export function columnList({ columnNames }: Table, alias?: string): string {
  return columnNames.map((name) => (alias === undefined ? name : `${alias}.${name}`)).join(", ");
}

/** The statement that creates the table, with its comments. */
export function createTableSql(table: Table): string {
  const { key, columns } = table;
  const rowid = key.length === 1 && columns[key[0] ?? ""]?.type === "INTEGER";
  const definitions = Object.entries(storedColumns(table)).map(([name, column]) => {
    const parts = [name, column.type];
    if (rowid && name === key[0]) parts.push("PRIMARY KEY");
    else if (!column.nullable) parts.push("NOT NULL");
    if (column.check) parts.push(`CHECK (${column.check})`);
    if (column.references) parts.push(`REFERENCES ${column.references}`);
    return { sql: parts.join(" "), comment: column.comment };
  });
  for (const { name, type, sql, comment } of table.computed)
    definitions.push({ sql: `${name} ${type} GENERATED ALWAYS AS (${sql}) VIRTUAL`, comment });
  if (!rowid) definitions.push({ sql: `PRIMARY KEY (${key.join(", ")})`, comment: "" });
  const body = definitions.map(({ sql, comment }, n) => {
    const comma = n < definitions.length - 1 ? "," : "";
    return `  ${sql}${comma}${comment ? ` -- ${comment}` : ""}`;
  });
  const options = rowid ? "STRICT" : "STRICT, WITHOUT ROWID";
  return `CREATE TABLE ${quote(table.name)} ( -- ${table.comment}\n${body.join("\n")}\n) ${options}`;
}

/** The statements that create the table's indexes. */
export function createIndexSql(table: Table): string[] {
  return table.indexes.map(({ name, on, unique, where }) => {
    const condition = where ? ` WHERE ${where}` : "";
    return `CREATE ${unique ? "UNIQUE " : ""}INDEX ${name} ON ${quote(table.name)} (${on.join(", ")})${condition}`;
  });
}

/**
 * Writes `count` rows: inserts new rows and updates every column of existing ones.
 *
 * @param same columns with the same value in all rows, bound once by name
 */
export function upsertSql(table: Table, count: number, same: readonly string[] = []): string {
  const { storedNames, key } = table;
  const row = `(${storedNames.map((name) => (same.includes(name) ? `@${name}` : "?")).join(", ")})`;
  const rows = Array.from({ length: count }, () => row).join(", ");
  const insert = `INSERT INTO ${quote(table.name)} (${storedNames.join(", ")}) VALUES ${rows}`;
  const rest = storedNames.filter((name) => !key.includes(name));
  if (table.appendOnly) return insert;
  return `${insert} ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(", ")}`;
}

export function deleteSql(table: Table): string {
  return `DELETE FROM ${quote(table.name)} WHERE ${table.key.map((name) => `${name} = ?`).join(" AND ")}`;
}

export function selectSql(table: Table): string {
  return `SELECT ${table.storedNames.join(", ")} FROM ${quote(table.name)} WHERE ${table.key.map((name) => `${name} = ?`).join(" AND ")}`;
}

/** Needed because `user`, for example, is an SQL keyword. */
export function quote(name: string): string {
  return `"${name}"`;
}
