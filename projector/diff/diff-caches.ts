/** What differs between two caches of one log, made by the same release of the projector or by two. */
import type { CacheFile } from "./cache-file.ts";
import { diffTable, type RowDifference, type TableDifference } from "./diff-table.ts";

export interface CacheDifference {
  /** False if the caches have different events, tables, columns or rows. */
  equal: boolean;
  /** By name: the tables that both have. */
  tables: TableDifference[];
  /** Tables that only one has, with their rows. */
  onlyInA: { table: string; rows: number }[];
  onlyInB: { table: string; rows: number }[];
}

export interface DiffOptions {
  /** Gets each row that differs, by table and key. */
  onDifference?: (difference: RowDifference) => void;
  signal?: AbortSignal;
  /** @param done rows read so far, in both */
  onProgress?: (done: number) => void;
}

/** Reads every row of both once. @throws what the signal aborts with */
export function diffCaches(
  a: CacheFile,
  b: CacheFile,
  { onDifference, signal, onProgress }: DiffOptions = {},
): CacheDifference {
  let done = 0;
  const onRows = (rows: number) => {
    done += rows;
    onProgress?.(done);
  };
  const options = { ...(onDifference && { onDifference }), ...(signal && { signal }), onRows };
  const tables = [...a.tables.keys()]
    .filter((table) => b.tables.has(table))
    .map((table) => diffTable(a, b, table, options));
  const [onlyInA, onlyInB] = [onlyIn(a, b), onlyIn(b, a)];
  const equal =
    a.seq === b.seq && onlyInA.length === 0 && onlyInB.length === 0 && tables.every((table) => !isDifferent(table));
  return { equal, tables, onlyInA, onlyInB };
}

/** True if the table's rows, columns or keys differ. */
export function isDifferent(table: TableDifference): boolean {
  return (
    table.new + table.changed + table.gone + table.onlyInA.length + table.onlyInB.length > 0 || table.keys !== null
  );
}

function onlyIn(one: CacheFile, other: CacheFile): { table: string; rows: number }[] {
  return [...one.tables.keys()]
    .filter((table) => !other.tables.has(table))
    .map((table) => ({
      table,
      rows: one.db.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get() ?? 0,
    }));
}
