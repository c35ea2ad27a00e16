/**
 * Pages of lists. Each page walks an index from the end of the previous page, and reads a bounded number of entries, so
 * the last page of a million rows costs the same as the first. With a filter that the index does not serve, a page may
 * be short or empty although there are more rows. Only `next` shows the end of a list.
 */
import type Database from "better-sqlite3";
import { z } from "zod";
import { numberWord, type Order } from "./list-words.ts";
import { momentOf } from "./moment.ts";
import { prepare, prepareArray, prepareValue } from "./prepared.ts";
import { type Condition, type Merged, sourcesOf, type Walked } from "./walk.ts";

export type { Condition, IdSource, Value } from "./walk.ts";

export const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
/** Index entries that a page reads, at most: first with the key of the cursor, then beyond it. A few milliseconds. */
const MAX_SCANNED = 4_096;

export interface Page<Row> {
  rows: Row[];
  /** The `cursor` of the next page; null at the end. */
  next: string | null;
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
  /** Its name among the lists that follow each other; absent if it is the only one. */
  part?: string;
  /** What is walked; as SQL: at a moment, too, it is read as it stands. */
  from: Walked | Merged | string;
  /** The SQL that distinguishes rows with equal keys. Part of the index. Null in an entry that only counts as read. */
  id: string;
  order: Order;
  /** Conditions that the index serves. */
  served: readonly Condition[];
  /** Conditions that are checked entry by entry. */
  filter: readonly Condition[];
  /** As how many entries each one counts that a page reads; default: 1. */
  cost?: number;
}

/** A list, or lists that follow each other, such as one of each currency. */
type Lists = List | readonly List[];

type Key = string | number;

/** An entry of an index. */
interface Entry {
  keys: readonly Key[];
  id: number;
}

interface PageOptions {
  limit: number;
  cursor?: string | undefined;
  maxScanned?: number;
}

/**
 * Reads the ids of a page.
 *
 * @throws ZodError for a cursor that is not one of these lists in this order
 */
export function listIds(db: Database.Database, lists: Lists, options: PageOptions): Page<number> {
  const { limit, cursor, maxScanned = MAX_SCANNED } = options;
  const all = allOf(lists);
  const start = cursor === undefined ? { at: 0, entry: null } : placeOf(cursor, all);
  // Several lists in which nothing fits must not cost more than one.
  const scannedOf = ({ cost = 1 }: List) => Math.ceil(maxScanned / (Math.max(1, all.length) * cost));
  return db.transaction((): Page<number> => {
    const ids: number[] = [];
    let last: string | null = null;
    for (const [at, list] of all.slice(start.at).entries())
      for (const range of rangesAfter(db, at === 0 ? start.entry : null, list.order)) {
        const room = limit - ids.length;
        const found = entries(db, list, range, { count: room + 1, maxScanned: scannedOf(list) });
        const rows = found.slice(0, room);
        const lastRow = rows.at(-1);
        if (lastRow) last = cursorOf(lastRow, list);
        for (const { id } of rows) ids.push(id);
        if (found.length > room) return { rows: ids, next: last };
        if (list.filter.length === 0) continue;
        // Too few entries: is this the end of the list, or the limit of what a page may read?
        const scanned = lastScanned(db, list, range, scannedOf(list));
        if (scanned) return { rows: ids, next: cursorOf(scanned, list) };
      }
    return { rows: ids, next: null };
  })();
}

/** The ids of a whole list, for a window that reads rows only as they become visible. */
export interface AllIds {
  ids: number[];
  /** True if there are more ids than these. */
  shortened: boolean;
}

/** The ids of whole lists, in their order. @param max the maximum number of ids */
export function allIds(db: Database.Database, lists: Lists, max: number): AllIds {
  const ids: number[] = [];
  for (const list of allOf(lists))
    for (const range of rangesAfter(db, null, list.order)) {
      const { sql, values } = walkOf(db, list, range, list.filter);
      const fitting = `SELECT id FROM (${sql})${list.filter.length === 0 ? "" : " WHERE fits"} LIMIT ?`;
      // Plain numbers: one object per row would take three times as long.
      const more = prepareValue<unknown[], number>(db, fitting).all(...values, max + 1 - ids.length);
      for (const id of more) ids.push(id);
    }
  return { ids: ids.slice(0, max), shortened: ids.length > max };
}

function allOf(lists: Lists): readonly List[] {
  return "from" in lists ? [lists] : lists;
}

/**
 * The ranges after an entry: the other entries with its keys, then those beyond its last key, and so on to those beyond
 * its first. With the single condition `(key, id) > (?, ?)`, SQLite would read all entries with that key again.
 */
function rangesAfter(db: Database.Database, from: Entry | null, { keys, descending }: Order): IndexRange[] {
  const beyond = (isDescending: boolean) => (isDescending ? "<" : ">");
  const orderFrom = (at: number): IndexRange["orderBy"] => [
    ...keys.slice(at).map((key, n) => ({ by: at + n, descending: key.descending })),
    { by: "id", descending },
  ];
  const [first] = keys;
  if (first === undefined) return [{ conditions: idsAfter(db, from, descending), orderBy: orderFrom(0) }];
  if (from === null) {
    // A bound below every value, so that the first page also searches the index. It excludes nulls.
    const lowest = first.type === "integer" ? Number.MIN_SAFE_INTEGER : "";
    const all = `${first.sql} ${beyond(first.descending)}= ?`;
    return [{ conditions: [{ sql: all, values: [first.descending ? AFTER_ALL : lowest] }], orderBy: orderFrom(0) }];
  }
  const equal = keys.map(({ sql }, n) => ({ sql: `${sql} = ?`, values: [from.keys[n] as Key] }));
  const others = { sql: `#id ${beyond(descending)} ?`, values: [from.id] };
  const ranges: IndexRange[] = [{ conditions: [...equal, others], orderBy: orderFrom(keys.length) }];
  for (const [n, key] of [...keys.entries()].reverse()) {
    const after = { sql: `${key.sql} ${beyond(key.descending)} ?`, values: [from.keys[n] as Key] };
    ranges.push({ conditions: [...equal.slice(0, n), after], orderBy: orderFrom(n) });
  }
  return ranges;
}

/** Ids are sequences: at a moment, none is above its event, and a walk must neither begin nor end above it. */
function idsAfter(db: Database.Database, from: Entry | null, descending: boolean): Condition[] {
  const moment = momentOf(db);
  const end = moment === null ? Number.MAX_SAFE_INTEGER : moment.seq + 1;
  if (descending) return [{ sql: "#id < ?", values: [Math.min(from?.id ?? end, end)] }];
  const after = { sql: "#id > ?", values: [from?.id ?? -1] };
  return moment === null ? [after] : [after, { sql: "#id < ?", values: [end] }];
}

/** SQLite sorts bytes after every number and text. */
const AFTER_ALL = new Uint8Array();

interface IndexRange {
  conditions: readonly Condition[];
  orderBy: readonly { by: number | "id"; descending: boolean }[];
}

function entries(
  db: Database.Database,
  list: List,
  range: IndexRange,
  { count, maxScanned }: { count: number; maxScanned: number },
): Entry[] {
  const { sql, values } = walkOf(db, list, range, list.filter);
  if (list.filter.length === 0)
    return prepareArray<unknown[], Key[]>(db, `${sql} LIMIT ?`)
      .all(...values, count)
      .map(entryOf);
  const columns = ["id", ...list.order.keys.map((_, n) => `key${n}`)].join(", ");
  const fitting = `SELECT ${columns} FROM (${sql} LIMIT ?) WHERE fits LIMIT ?`;
  return prepareArray<unknown[], Key[]>(db, fitting)
    .all(...values, maxScanned, count)
    .map(entryOf);
}

/** The last entry that a page may read, if the range has that many. */
function lastScanned(db: Database.Database, list: List, range: IndexRange, maxScanned: number): Entry | undefined {
  const { sql, values } = walkOf(db, list, range, []);
  const row = prepareArray<unknown[], Key[]>(db, `${sql} LIMIT 1 OFFSET ?`).get(...values, maxScanned - 1);
  return row && entryOf(row);
}

function entryOf([id, ...keys]: (Key | null)[]): Entry {
  return { id: (id ?? 0) as number, keys: keys as Key[] };
}

function walkOf(db: Database.Database, list: List, range: IndexRange, filter: readonly Condition[]) {
  const { from, id, order, served } = list;
  if (typeof from !== "string" && "sources" in from) return walkOfMerged(from, order, range, filter);
  const fits = filter.length === 0 ? "" : `, (${filter.map(({ sql }) => sql).join(" AND ")}) AS fits`;
  const keys = order.keys.map(({ sql }, n) => `, ${sql} AS key${n}`).join("");
  const arms = sourcesOf(from, momentOf(db)).map(({ from, on, where }) => {
    const conditions = [...served, ...range.conditions, ...where];
    return {
      sql: `SELECT ${id} AS id${keys}${fits} FROM ${from} WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}`,
      values: [...filter, ...on, ...conditions].flatMap(({ values }) => values),
    };
  });
  // By position: so SQLite merges the parts in the order of their indexes.
  const orderBy = range.orderBy.map(
    ({ by, descending }) => `${by === "id" ? 1 : by + 2} ${descending ? "DESC" : "ASC"}`,
  );
  const sql = `${arms.map((arm) => arm.sql).join(" UNION ALL ")} ORDER BY ${orderBy.join(", ")}`;
  return { sql: sql.replaceAll("#id", id), values: arms.flatMap(({ values }) => values) };
}

function walkOfMerged({ sources }: Merged, { descending }: Order, range: IndexRange, filter: readonly Condition[]) {
  const parts = sources.map(({ id, from, served }) => {
    const conditions = [...served, ...range.conditions].map(({ sql }) => sql).join(" AND ");
    return `SELECT ${id} AS id FROM ${from} WHERE ${conditions}`.replaceAll("#id", id);
  });
  // The limit keeps the order of the ids: SQLite may leave out that of a subquery without one.
  const merged = `${parts.join(" UNION ")} ORDER BY 1 ${descending ? "DESC" : "ASC"} LIMIT -1`;
  const fits = filter.length === 0 ? "" : `, (${filter.map(({ sql }) => sql).join(" AND ")}) AS fits`;
  const ofSources = sources.flatMap(({ served }) => [...served, ...range.conditions]);
  return {
    sql: `SELECT found.id${fits} FROM (${merged}) AS found`,
    values: [...filter, ...ofSources].flatMap(({ values }) => values),
  };
}

/** An opaque text that API clients send back unchanged. */
function cursorOf({ keys, id }: Entry, { part, order: { sort } }: List): string {
  const words = [sort, ...(part === undefined ? [] : [part]), ...keys, id];
  return Buffer.from(JSON.stringify(words)).toString("base64url");
}

/** Where a page begins: in which list, and after which entry of it. */
interface Place {
  at: number;
  entry: Entry | null;
}

function placeOf(cursor: string, lists: readonly List[]): Place {
  const words = parseJson(cursor);
  for (const [at, list] of lists.entries()) {
    const { part, order } = list;
    const keys = order.keys.map(({ type }) => (type === "integer" ? z.int() : z.string().max(300)));
    const start = z.tuple([
      z.literal(order.sort),
      ...(part === undefined ? [] : [z.literal(part)]),
      ...keys,
      z.int().min(0),
    ]);
    const parsed = start.safeParse(words);
    if (!parsed.success) continue;
    const values = parsed.data.slice(part === undefined ? 1 : 2) as Key[];
    const entry = { keys: values.slice(0, -1), id: values.at(-1) as number };
    // A decoder skips what it does not know, so compare with what a page would have said.
    if (cursorOf(entry, list) === cursor) return { at, entry };
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
