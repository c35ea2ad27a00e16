/**
 * The versions of every row by brute force: a cache is read as a whole after each event, and what differs from the read
 * before began or ended with that event. Nothing here uses the code that keeps the past.
 */
import type Database from "better-sqlite3";
import { Cache } from "../cache/cache.ts";
import type { Table } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import { newCachePath } from "./cached-business.suite.ts";

/** A row as it was from the event `since` on, up to the event before `until`; null: to the head. */
export interface Version {
  table: string;
  /** The values of the key, as JSON. */
  key: string;
  since: number;
  until: number | null;
  /** The values of all columns, as JSON; bytes in hex. */
  row: string;
}

/** The tables that have a past: not those that follow from others by rules that change. */
export const TABLES_IN_TIME: readonly Table[] = Object.values<Table>(TABLES).filter(({ derived }) => !derived);

/** A row as text, to compare. */
export function textOf(values: readonly unknown[]): string {
  return JSON.stringify(
    values.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value)),
  );
}

/** The rows of a table, as texts by their keys. */
export function rowsOf(db: Database.Database, { name, key, columnNames }: Table): Map<string, string> {
  const rows = db
    .prepare<[], unknown[]>(`SELECT ${[...key, ...columnNames].join(", ")} FROM "${name}" ORDER BY ${key.join(", ")}`)
    .raw()
    .all();
  return new Map(rows.map((row) => [textOf(row.slice(0, key.length)), textOf(row.slice(key.length))]));
}

/** All versions of all rows, by table, key and time. Applies the events one by one. */
export function versionsOf(bodies: readonly Uint8Array[]): Version[] {
  const cache = Cache.create(newCachePath());
  const versions: Version[] = [];
  const open = new Map<string, Map<string, Version>>(TABLES_IN_TIME.map(({ name }) => [name, new Map()]));
  try {
    for (const [n, body] of bodies.entries()) {
      cache.apply(n, [body]);
      for (const table of TABLES_IN_TIME) {
        const current = open.get(table.name) ?? new Map<string, Version>();
        const rows = rowsOf(cache.db, table);
        for (const [key, version] of current)
          if (rows.get(key) !== version.row) {
            version.until = n + 1;
            current.delete(key);
          }
        for (const [key, row] of rows) {
          if (current.has(key)) continue;
          const version = { table: table.name, key, since: n + 1, until: null, row };
          current.set(key, version);
          versions.push(version);
        }
      }
    }
    return versions.sort(inOrder);
  } finally {
    cache.close();
  }
}

/** All versions that a cache keeps, in the same order. */
export function storedVersions(db: Database.Database): Version[] {
  return TABLES_IN_TIME.flatMap((table): Version[] => {
    const { name, key, columnNames } = table;
    const read = (from: string, since: string, until: string) =>
      db
        .prepare<[], unknown[]>(`SELECT ${since}, ${until}, ${[...key, ...columnNames].join(", ")} FROM "${from}"`)
        .raw()
        .all()
        .map(([since, until, ...values]) => ({
          table: name,
          key: textOf(values.slice(0, key.length)),
          ...{ since: since as number, until: until as number | null },
          row: textOf(values.slice(key.length)),
        }));
    const hasSince = db.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = 'since'").get(name) !== undefined;
    if (!hasPast(db, name)) return read(name, hasSince ? "since" : "seq", "NULL");
    return [...read(name, "since", "NULL"), ...read(`${name}_past`, "since", "until")];
  }).sort(inOrder);
}

/** True if a cache keeps the former rows of a table. The rows of the others belong to one event each, and stay. */
export function hasPast(db: Database.Database, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(`${table}_past`) !== undefined;
}

function inOrder(a: Version, b: Version): number {
  if (a.table !== b.table) return a.table < b.table ? -1 : 1;
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.since - b.since || (a.until ?? Number.POSITIVE_INFINITY) - (b.until ?? Number.POSITIVE_INFINITY);
}

/** A version as a line of a message. */
export function lineOf({ table, key, since, until, row }: Version): string {
  return `${table} ${key} [${since}, ${until ?? "now"}): ${row}`;
}
