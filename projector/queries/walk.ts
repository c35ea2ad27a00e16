/** The rows that a list walks: those of a table by an index, now or at a moment. */
import { quote, type Table } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import type { Moment } from "./moment.ts";

export type Value = string | number | Uint8Array;

/** A condition in SQL, and the values of its question marks. */
export interface Condition {
  sql: string;
  values: readonly Value[];
}

/** A table that is walked by an index. */
export interface Walked {
  table: string;
  /** Its name in the conditions. */
  alias: string;
  /** Null: by its key. */
  index: string | null;
  /** The rows of another table that belong to each row: each is an entry; a row without any is an entry without an id. */
  joins?: { table: string; alias: string; index: string; on: string };
}

/** Several sources of ids, merged as `found`: an id that several of them have is one entry. The order is by id alone. */
export interface Merged {
  sources: readonly IdSource[];
}

/** Rows with an id, which SQLite can read in order of it. */
export interface IdSource {
  /** The SQL of the id. */
  id: string;
  from: string;
  served: readonly Condition[];
}

/** A part of the rows. Together, the parts are all; none has a row of another one. */
interface Source {
  from: string;
  /** The conditions in `from`. */
  on: readonly Condition[];
  where: readonly Condition[];
}

/** With `INDEXED BY`, a query fails if it cannot use the index. @param from as SQL: it is read as it stands */
export function sourcesOf(from: Walked | string, moment: Moment | null): Source[] {
  if (typeof from === "string") return [{ from, on: [], where: [] }];
  const { joins } = from;
  const walked = rowsOf(from, moment);
  if (!joins) return walked.map(({ from, where }) => ({ from, on: [], where }));
  return walked.flatMap((outer) =>
    rowsOf(joins, moment).map((inner) => {
      const on = [joins.on, ...inner.where.map(({ sql }) => sql)].join(" AND ");
      return { from: `${outer.from} LEFT JOIN ${inner.from} ON ${on}`, on: inner.where, where: outer.where };
    }),
  );
}

const BY_NAME = new Map(Object.values<Table>(TABLES).map((table) => [table.name, table]));

/**
 * The rows of a table. At a moment, those that are still as they were, and then those that were replaced or deleted since, of
 * which the connection keeps a copy.
 */
function rowsOf({ table: name, alias, index }: Omit<Walked, "joins">, moment: Moment | null) {
  const indexed = index === null ? "" : ` INDEXED BY ${index}`;
  if (moment === null) return [{ from: `${quote(name)} AS ${alias}${indexed}`, where: [] }];
  const table = BY_NAME.get(name);
  if (!table) throw new Error(`${name} is no table of a cache`);
  const { key, recorded, keepsPast } = table;
  // A stream's id is the event that it began with: an index has it, so rows that came later are passed without a look. The
  // sign keeps SQLite from searching by this condition in place of that of the page.
  const columns = keepsPast && key[0] === "id" ? ["id", "since"] : [recorded ?? key[0]];
  const where = columns.map((column) => ({ sql: `+${alias}.${column} <= ?`, values: [moment.seq] }));
  const rows = { from: `main.${quote(name)} AS ${alias}${indexed}`, where };
  return keepsPast ? [rows, { from: `temp.${quote(`${name}_then`)} AS ${alias}${indexed}`, where: [] }] : [rows];
}
