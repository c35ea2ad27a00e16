/**
 * Pages of lists. Each list walks an index in its own order, from where the page before it ended, and looks at a bounded
 * number of entries: so a page costs the same at the end of a million rows as at their beginning. A filter that the index
 * does not serve may leave a page short, or empty, while there is more: `next` tells, never the number of rows.
 */
import type Database from "better-sqlite3";
import { z } from "zod";
import { prepared } from "./prepared.ts";

export const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
/** Entries of an index that one page looks at, of one key and then of those beyond it: some milliseconds. */
const MAX_SEEN = 4_096;

export interface Page<Row> {
  rows: Row[];
  /** The `cursor` to ask with for what comes after; null at the end. */
  next: string | null;
}

export type Value = string | number | Uint8Array;

/** A condition in SQL, and what stands for its question marks. */
export interface Condition {
  sql: string;
  values: readonly Value[];
}

/** The words of a page: every list takes them. */
export const pageWords = {
  limit: z.coerce
    .number()
    .pipe(z.int().min(1).max(MAX_LIMIT))
    .default(DEFAULT_LIMIT)
    .describe("The most rows that a page has; it may have fewer while there is more."),
  cursor: z.string().min(1).max(1_000).optional().describe("Where to go on: `next` of the page before."),
};

export interface Order {
  /** The sort as it was asked for, such as `-issued_on`: a cursor of another one is refused. */
  sort: string;
  descending: boolean;
  /** What rows are ordered by, in SQL; null: by id alone. */
  key: string | null;
  keyType: "text" | "integer";
}

export interface List {
  /** The tables, the index to walk named: `INDEXED BY` makes a query fail that could not use it. */
  from: string;
  /** What tells rows of one key apart, and is part of the index, in SQL. */
  id: string;
  order: Order;
  /** What the index serves. */
  served: readonly Condition[];
  /** What is looked at entry by entry. */
  filter: readonly Condition[];
}

/** A place in an order. */
interface Place {
  key: string | number;
  id: number;
}

type Entry = Place;

/**
 * The ids of a page.
 *
 * @throws ZodError for a cursor that is not one of this list in this order
 */
export function listIds(
  db: Database.Database,
  list: List,
  { limit, cursor, maxSeen = MAX_SEEN }: { limit: number; cursor?: string | undefined; maxSeen?: number },
): Page<number> {
  const from = cursor === undefined ? null : placeOf(cursor, list.order);
  return db.transaction((): Page<number> => {
    const found: Entry[] = [];
    for (const stretch of stretchesAfter(from, list.order)) {
      found.push(...entries(db, list, stretch, { wanted: limit + 1 - found.length, maxSeen }));
      if (found.length > limit) return pageOf(found.slice(0, limit), found[limit - 1], list.order);
      if (list.filter.length === 0) continue;
      // Fewer than wanted: at the end, or at the last entry that one page may look at?
      const last = lastSeen(db, list, stretch, maxSeen);
      if (last) return pageOf(found, last, list.order);
    }
    return pageOf(found, undefined, list.order);
  })();
}

/** What a window needs to show a list of any length: the rows themselves are read when they come into sight. */
export interface AllIds {
  ids: number[];
  /** True if there are more: then these are the first of them. */
  shortened: boolean;
}

/** The ids of a whole list, in its order. @param max the most that are given */
export function allIds(db: Database.Database, list: List, max: number): AllIds {
  const ids: number[] = [];
  for (const stretch of stretchesAfter(null, list.order)) {
    const { sql, values } = walkOf(list, stretch, list.filter);
    const fitting = `SELECT id FROM (${sql})${list.filter.length === 0 ? "" : " WHERE fits"} LIMIT ?`;
    // As plain numbers: an object a row would take three times as long.
    const found = prepared<unknown[], number>(db, fitting)
      .pluck()
      .all(...values, max + 1 - ids.length) as number[];
    for (const id of found) ids.push(id);
  }
  return { ids: ids.slice(0, max), shortened: ids.length > max };
}

function pageOf(found: readonly Entry[], last: Place | undefined, order: Order): Page<number> {
  return { rows: found.map(({ id }) => id), next: last ? cursorOf(last, order) : null };
}

/**
 * What comes after a place: the rest of those with its key, then those beyond it. As one condition,
 * `(key, id) > (?, ?)`, SQLite would look again at all that have the key.
 */
function stretchesAfter(from: Place | null, { key, keyType, descending }: Order): Stretch[] {
  const [beyond, id] = descending ? ["<", "DESC"] : [">", "ASC"];
  if (key === null) {
    const start = from?.id ?? (descending ? Number.MAX_SAFE_INTEGER : -1);
    return [{ conditions: [{ sql: `#id ${beyond} ?`, values: [start] }], orderBy: `#id ${id}` }];
  }
  const orderBy = `${key} ${id}, #id ${id}`;
  if (from === null) {
    // A bound that holds for all, so that the first page is a search of the index as well. Nulls have no place.
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

/** Bytes come after every number and every text. */
const AFTER_ALL = new Uint8Array();

interface Stretch {
  conditions: readonly Condition[];
  orderBy: string;
}

function entries(
  db: Database.Database,
  list: List,
  stretch: Stretch,
  { wanted, maxSeen }: { wanted: number; maxSeen: number },
): Entry[] {
  const { sql, values } = walkOf(list, stretch, list.filter);
  if (list.filter.length === 0) return prepared<unknown[], Entry>(db, `${sql} LIMIT ?`).all(...values, wanted);
  const fitting = `SELECT id, key FROM (${sql} LIMIT ?) WHERE fits LIMIT ?`;
  return prepared<unknown[], Entry>(db, fitting).all(...values, maxSeen, wanted);
}

/** The last entry that a page may look at, if the stretch goes on to there. */
function lastSeen(db: Database.Database, list: List, stretch: Stretch, maxSeen: number): Entry | undefined {
  const { sql, values } = walkOf(list, stretch, []);
  return prepared<unknown[], Entry>(db, `${sql} LIMIT 1 OFFSET ?`).get(...values, maxSeen - 1);
}

function walkOf({ from, id, order, served }: List, stretch: Stretch, filter: readonly Condition[]) {
  const where = [...served, ...stretch.conditions];
  const fits = filter.length === 0 ? "" : `, (${filter.map(({ sql }) => sql).join(" AND ")}) AS fits`;
  const conditions = where.map(({ sql }) => sql).join(" AND ");
  return {
    sql: `SELECT ${id} AS id, ${order.key ?? id} AS key${fits} FROM ${from} WHERE ${conditions} ORDER BY ${stretch.orderBy}`.replaceAll(
      "#id",
      id,
    ),
    values: [...filter, ...where].flatMap(({ values }) => values),
  };
}

/** Opaque for clients: they send it back as it came. */
function cursorOf({ key, id }: Place, { sort }: Order): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString("base64url");
}

function placeOf(cursor: string, { sort, key, keyType }: Order): Place {
  const keyOf = key === null || keyType === "integer" ? z.int() : z.string().max(300);
  const place = z.tuple([z.literal(sort), keyOf, z.int().min(0)]).safeParse(parseJson(cursor));
  if (place.success) return { key: place.data[1], id: place.data[2] };
  throw new z.ZodError([
    { code: "custom", path: ["cursor"], message: "not the `next` of a page of this list in this order", input: cursor },
  ]);
}

function parseJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

/** The rows of these ids, in their order. @param sql with one question mark for the ids */
export function rowsInOrder<Row extends object>(
  db: Database.Database,
  sql: string,
  ids: readonly number[],
  idOf: (row: Row) => number,
): Row[] {
  const byId = new Map(
    prepared<[string], Row>(db, sql)
      .all(JSON.stringify(ids))
      .map((row) => [idOf(row), row]),
  );
  return ids.flatMap((id) => byId.get(id) ?? []);
}
