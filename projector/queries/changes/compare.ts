/** Two states of a thing: whether they differ for people, and how. */
import type Database from "better-sqlite3";
import { sameBytes } from "../../../events/hash.ts";
import type { Table } from "../../tables/table.ts";
import { TABLES } from "../../tables/tables.ts";
import type { Parts } from "../read.ts";
import { type AnyRow, type ChangeSource, comparedColumns } from "./kinds.ts";
import { keysBetween, partsAt, type RowKey, rowsAt, type ShortKey, type Span, textOf } from "./rows-then.ts";

export type Change = "new" | "changed" | "gone";

/** A thing that is not the same at both moments. */
export interface ChangedThing {
  key: RowKey;
  change: Change;
  before: AnyRow | null;
  after: AnyRow | null;
}

interface Slice {
  things: ChangedThing[];
  /** How many keys were looked at. */
  keys: number;
  /** The last of them. */
  last: RowKey;
  /** True if there are no more. */
  isLast: boolean;
}

export interface ChangedColumn {
  column: string;
  before: unknown;
  after: unknown;
}

/** Keys that are compared at once: about a millisecond. */
const AT_ONCE = 64;

/** The keys of the last span, by table: they never change, since what is between two events is past. */
const lastKeys = new WeakMap<Database.Database, { span: string; byTable: Map<string, ShortKey[]> }>();

function* knownKeys(db: Database.Database, table: Table, span: Span): Parts<ShortKey[]> {
  const name = `${span.from} ${span.to}`;
  const known = lastKeys.get(db);
  const byTable = known?.span === name ? known.byTable : new Map<string, ShortKey[]>();
  const keys = byTable.get(table.name) ?? (yield* keysBetween(db, table, span));
  byTable.set(table.name, keys);
  lastKeys.set(db, { span: name, byTable });
  return keys;
}

/**
 * The things of a kind that differ, in slices, by descending key.
 *
 * @param after only keys after this one in that order; null: all
 * @returns each slice
 */
export function* changedThings(
  db: Database.Database,
  source: ChangeSource,
  span: Span,
  after: RowKey | null,
): Generator<Slice | undefined, void, void> {
  const search = knownKeys(db, source.table, span);
  let found = search.next();
  for (; !found.done; found = search.next()) yield undefined;
  const keys = found.value;
  const start = after === null ? 0 : keys.findIndex((key) => comesAfter(whole(key), after));
  if (start < 0) return;
  for (let at = start; at < keys.length; at += AT_ONCE) {
    const slice = keys.slice(at, at + AT_ONCE).map(whole);
    const things = changedAmong(db, source, slice, span);
    yield { things, keys: slice.length, last: slice.at(-1) ?? [], isLast: at + AT_ONCE >= keys.length };
  }
}

function whole(key: ShortKey): RowKey {
  return typeof key === "number" ? [key] : key;
}

function comesAfter(key: RowKey, other: RowKey): boolean {
  const [id, otherId] = [Number(key[0]), Number(other[0])];
  return id === otherId ? String(key[1] ?? "") > String(other[1] ?? "") : id < otherId;
}

function changedAmong(
  db: Database.Database,
  source: ChangeSource,
  keys: readonly RowKey[],
  { from, to }: Span,
): ChangedThing[] {
  const { table } = source;
  const existing = (row: AnyRow | undefined) => (row !== undefined && source.exists(row) ? row : null);
  // Ids are the events at which things begin.
  const old = table.key.length === 1 ? keys.filter(([id = 0]) => Number(id) <= from) : keys;
  const [before, after] = [rowsAt(db, table, old, from), rowsAt(db, table, keys, to)];
  const columns = comparedColumns(table);
  const things: ChangedThing[] = [];
  const unclear: ChangedThing[] = [];
  for (const key of keys) {
    const text = textOf(key);
    const [was, is] = [existing(before.get(text)), existing(after.get(text))];
    if (was === null && is === null) continue;
    const thing = { key, before: was, after: is };
    if (was === null || is === null) things.push({ ...thing, change: was === null ? "new" : "gone" });
    else if (columns.some((column) => !same(was[column], is[column]))) things.push({ ...thing, change: "changed" });
    // Each event of a thing raises its version; what it changed may be in a part, or have been changed back.
    else if (was.version !== is.version) unclear.push({ ...thing, change: "changed" });
  }
  const ids = unclear.map(({ key }) => Number(key[0]));
  const differing = new Set<number>();
  for (const part of source.parts) {
    const [were, are] = [partsAt(db, part, ids, from), partsAt(db, part, ids, to)];
    for (const id of ids) if (changedParts(part, were.get(id), are.get(id)).length > 0) differing.add(id);
  }
  const changed = [...things, ...unclear.filter(({ key }) => differing.has(Number(key[0])))];
  return changed.sort((a, b) => (comesAfter(a.key, b.key) ? 1 : -1));
}

export interface ChangedPart {
  /** The table of the part. */
  table: string;
  /** Its position: the rest of its key; of what a line states further, the number of the line; 1 of a single row. */
  n: number;
  change: Change;
  columns: ChangedColumn[];
}

/** By what people find the row of a part again: what a line states further is found by the line. */
function positionIn(table: Table): string {
  return table === TABLES.invoiceLineMore ? "line_n" : (table.key[1] ?? "");
}

/** How the parts of a thing in one table differ. */
export function changedParts(
  table: Table,
  before: readonly AnyRow[] = [],
  after: readonly AnyRow[] = [],
): ChangedPart[] {
  const position = positionIn(table);
  const rows = (all: readonly AnyRow[]) => new Map(all.map((row) => [(row[position] ?? 1) as number, row]));
  const [were, are] = [rows(before), rows(after)];
  const positions = [...new Set([...were.keys(), ...are.keys()])].sort((a, b) => a - b);
  return positions.flatMap((n) => {
    const [was, is] = [were.get(n) ?? null, are.get(n) ?? null];
    const columns = changedColumns(table, was, is);
    if (was && is && columns.length === 0) return [];
    return [{ table: table.name, n, change: changeOf(was, is), columns }];
  });
}

function changeOf(before: AnyRow | null, after: AnyRow | null): Change {
  return before === null ? "new" : after === null ? "gone" : "changed";
}

/** The columns that differ; those with a value, if there is only one state. */
export function changedColumns(table: Table, before: AnyRow | null, after: AnyRow | null): ChangedColumn[] {
  const position = positionIn(table);
  return comparedColumns(table).flatMap((column) => {
    if (column === position) return [];
    const [was, is] = [before?.[column] ?? null, after?.[column] ?? null];
    return same(was, is) ? [] : [{ column, before: was, after: is }];
  });
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return sameBytes(a, b);
  return a === b;
}
