/**
 * Pages of lists. Each page walks an index from the end of the previous page, and reads a bounded number of entries, so
 * the last page of a million rows costs the same as the first. With a filter that the index does not serve, a page may
 * be short or empty although there are more rows. Only `next` shows the end of a list.
 */
import type Database from "better-sqlite3";
import { z } from "zod";
import { numberWord, type Order } from "./list-words.ts";
import { prepare } from "./prepared.ts";

export const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
/** Index entries that a page reads, at most: first with the key of the cursor, then beyond it. A few milliseconds. */
const MAX_SCANNED = 4_096;

export interface Page<Row> {
  rows: Row[];
  /** The `cursor` of the next page; null at the end. */
  next: string | null;
}

export type Value = string | number | Uint8Array;

/** A condition in SQL, and the values of its question marks. */
export interface Condition {
  sql: string;
  values: readonly Value[];
}

const NOT_A_CURSOR = "must be the `next` of a page of this list with this sort";

/** The fields for paging, which every list accepts. */
export const pageWords = {
  limit: numberWord(z.int().min(1).max(MAX_LIMIT))
    .default(DEFAULT_LIMIT)
    .describe("Maximum rows of a page. A page may have fewer although more follow."),
  cursor: z
    .string()
    .max(1_000)
    .regex(/^[A-Za-z0-9_-]+$/, NOT_A_CURSOR)
    .optional()
    .describe("`next` of the previous page."),
};

export interface List {
  /** The tables, and the index to walk: with `INDEXED BY`, a query fails if it cannot use the index. */
  from: string;
  /** The SQL that distinguishes rows with equal keys. Part of the index. */
  id: string;
  order: Order;
  /** Conditions that the index serves. */
  served: readonly Condition[];
  /** Conditions that are checked entry by entry. */
  filter: readonly Condition[];
}

/** An entry of an index. */
interface Entry {
  key: string | number;
  id: number;
}

/**
 * Reads the ids of a page.
 *
 * @throws ZodError for a cursor that is not one of this list in this order
 */
export function listIds(
  db: Database.Database,
  list: List,
  { limit, cursor, maxScanned = MAX_SCANNED }: { limit: number; cursor?: string | undefined; maxScanned?: number },
): Page<number> {
  const from = cursor === undefined ? null : entryOf(cursor, list.order);
  return db.transaction((): Page<number> => {
    const page: Entry[] = [];
    for (const range of rangesAfter(from, list.order)) {
      page.push(...entries(db, list, range, { count: limit + 1 - page.length, maxScanned }));
      if (page.length > limit) return pageOf(page.slice(0, limit), page[limit - 1], list.order);
      if (list.filter.length === 0) continue;
      // Too few entries: is this the end of the list, or the limit of what a page may read?
      const last = lastScanned(db, list, range, maxScanned);
      if (last) return pageOf(page, last, list.order);
    }
    return pageOf(page, undefined, list.order);
  })();
}

/** The ids of a whole list, for a window that reads rows only as they become visible. */
export interface AllIds {
  ids: number[];
  /** True if there are more ids than these. */
  shortened: boolean;
}

/** The ids of a whole list, in its order. @param max the maximum number of ids */
export function allIds(db: Database.Database, list: List, max: number): AllIds {
  const ids: number[] = [];
  for (const range of rangesAfter(null, list.order)) {
    const { sql, values } = walkOf(list, range, list.filter);
    const fitting = `SELECT id FROM (${sql})${list.filter.length === 0 ? "" : " WHERE fits"} LIMIT ?`;
    // Plain numbers: one object per row would take three times as long.
    const more = prepare<unknown[], number>(db, fitting)
      .pluck()
      .all(...values, max + 1 - ids.length) as number[];
    for (const id of more) ids.push(id);
  }
  return { ids: ids.slice(0, max), shortened: ids.length > max };
}

function pageOf(entries: readonly Entry[], last: Entry | undefined, order: Order): Page<number> {
  return { rows: entries.map(({ id }) => id), next: last ? cursorOf(last, order) : null };
}

/**
 * The ranges after an entry: the other entries with its key, then those beyond the key. With the single condition
 * `(key, id) > (?, ?)`, SQLite would read all entries with that key again.
 */
function rangesAfter(from: Entry | null, { key, keyType, descending }: Order): IndexRange[] {
  const [beyond, id] = descending ? ["<", "DESC"] : [">", "ASC"];
  if (key === null) {
    const start = from?.id ?? (descending ? Number.MAX_SAFE_INTEGER : -1);
    return [{ conditions: [{ sql: `#id ${beyond} ?`, values: [start] }], orderBy: `#id ${id}` }];
  }
  const orderBy = `${key} ${id}, #id ${id}`;
  if (from === null) {
    // A bound below every value, so that the first page also searches the index. It excludes nulls.
    const first = keyType === "integer" ? Number.MIN_SAFE_INTEGER : "";
    const all = { sql: `${key} ${beyond}= ?`, values: [descending ? AFTER_ALL : first] };
    return [{ conditions: [all], orderBy }];
  }
  return [
    {
      conditions: [
        { sql: `${key} = ?`, values: [from.key] },
        { sql: `#id ${beyond} ?`, values: [from.id] },
      ],
      orderBy: `#id ${id}`,
    },
    { conditions: [{ sql: `${key} ${beyond} ?`, values: [from.key] }], orderBy },
  ];
}

/** SQLite sorts bytes after every number and text. */
const AFTER_ALL = new Uint8Array();

interface IndexRange {
  conditions: readonly Condition[];
  orderBy: string;
}

function entries(
  db: Database.Database,
  list: List,
  range: IndexRange,
  { count, maxScanned }: { count: number; maxScanned: number },
): Entry[] {
  const { sql, values } = walkOf(list, range, list.filter);
  if (list.filter.length === 0) return prepare<unknown[], Entry>(db, `${sql} LIMIT ?`).all(...values, count);
  const fitting = `SELECT id, key FROM (${sql} LIMIT ?) WHERE fits LIMIT ?`;
  return prepare<unknown[], Entry>(db, fitting).all(...values, maxScanned, count);
}

/** The last entry that a page may read, if the range has that many. */
function lastScanned(db: Database.Database, list: List, range: IndexRange, maxScanned: number): Entry | undefined {
  const { sql, values } = walkOf(list, range, []);
  return prepare<unknown[], Entry>(db, `${sql} LIMIT 1 OFFSET ?`).get(...values, maxScanned - 1);
}

function walkOf({ from, id, order, served }: List, range: IndexRange, filter: readonly Condition[]) {
  const where = [...served, ...range.conditions];
  const fits = filter.length === 0 ? "" : `, (${filter.map(({ sql }) => sql).join(" AND ")}) AS fits`;
  const conditions = where.map(({ sql }) => sql).join(" AND ");
  return {
    sql: `SELECT ${id} AS id, ${order.key ?? id} AS key${fits} FROM ${from} WHERE ${conditions} ORDER BY ${range.orderBy}`.replaceAll(
      "#id",
      id,
    ),
    values: [...filter, ...where].flatMap(({ values }) => values),
  };
}

/** An opaque text that API clients send back unchanged. */
function cursorOf({ key, id }: Entry, { sort }: Order): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString("base64url");
}

function entryOf(cursor: string, order: Order): Entry {
  const { sort, key, keyType } = order;
  const keyOf = key === null || keyType === "integer" ? z.int() : z.string().max(300);
  const parsed = z.tuple([z.literal(sort), keyOf, z.int().min(0)]).safeParse(parseJson(cursor));
  if (parsed.success) {
    const entry = { key: parsed.data[1], id: parsed.data[2] };
    // A decoder skips what it does not know, so compare with what a page would have said.
    if (cursorOf(entry, order) === cursor) return entry;
  }
  throw new z.ZodError([
    {
      code: "custom",
      path: ["cursor"],
      message: NOT_A_CURSOR,
      input: cursor,
    },
  ]);
}

function parseJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

/** Reads rows by their ids, in this order. @param sql with one question mark for the ids */
export function rowsInOrder<Row extends object>(
  db: Database.Database,
  sql: string,
  ids: readonly number[],
  idOf: (row: Row) => number,
): Row[] {
  const byId = new Map(
    prepare<[string], Row>(db, sql)
      .all(JSON.stringify(ids))
      .map((row) => [idOf(row), row]),
  );
  return ids.flatMap((id) => byId.get(id) ?? []);
}
