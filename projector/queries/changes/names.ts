/** What the streams are called that changed rows refer to, as of the second moment, or else of the first. */
import type Database from "better-sqlite3";
import type { Table } from "../../tables/table.ts";
import { TABLES } from "../../tables/tables.ts";
import type { ChangedRow, Unnamed } from "./changed-row.ts";
import { rowsAt, type Span } from "./rows-then.ts";

/** The columns that name a stream. */
const REFERENCES: Readonly<Record<string, readonly Table[]>> = {
  client_id: [TABLES.client],
  item_id: [TABLES.item],
  invoice_id: [TABLES.invoice],
  corrects_id: [TABLES.invoice],
  cancelled_by_id: [TABLES.invoice],
  taken_by: [TABLES.invoice],
  source_id: [TABLES.invoice, TABLES.payment],
  actor: [TABLES.user],
};

const NAME_COLUMNS = new Map<Table, string>([
  [TABLES.client, "name"],
  [TABLES.item, "code"],
  [TABLES.invoice, "number"],
  [TABLES.payment, "reference"],
  [TABLES.user, "name"],
]);

/** Adds the names to the rows. What has none, such as a draft, is left out. */
export function withNames(db: Database.Database, rows: readonly Unnamed[], { from, to }: Span): ChangedRow[] {
  const references = rows.map(referencesOf);
  const ids = new Map<Table, Set<number>>();
  for (const [table, id] of references.flat()) ids.set(table, (ids.get(table) ?? new Set()).add(id));
  const names = new Map<number, string>();
  for (const [table, own] of ids) {
    const keys = [...own].map((id) => [id]);
    const [were, are] = [rowsAt(db, table, keys, from), rowsAt(db, table, keys, to)];
    for (const id of own) {
      const name = (are.get(String(id)) ?? were.get(String(id)))?.[NAME_COLUMNS.get(table) ?? ""];
      if (typeof name === "string") names.set(id, name);
    }
  }
  return rows.map((row, n) => {
    const own = (references[n] ?? []).flatMap(([, id]) => {
      const name = names.get(id);
      return name === undefined ? [] : [[String(id), name] as const];
    });
    return { ...row, names: Object.fromEntries(own) };
  });
}

/** Each stream that a row names, with the tables that it can be in. */
function referencesOf({ client_id, columns, parts }: Unnamed): [table: Table, id: number][] {
  const all = [
    { column: "client_id", before: client_id, after: null },
    ...columns,
    ...parts.flatMap((part) => part.columns),
  ];
  return all.flatMap(({ column, before, after }) =>
    (REFERENCES[column] ?? []).flatMap((table) =>
      [before, after].flatMap((id): [Table, number][] => (typeof id === "number" ? [[table, id]] : [])),
    ),
  );
}
