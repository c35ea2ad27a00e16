/**
 * Rows of a table as they were at an event, by their keys, and the keys of rows that events between two moments wrote. All
 * of it reads `main`, so it is the same on a connection that stands at a moment.
 */
import type Database from "better-sqlite3";
import type { Sequence } from "../../../events/sequence.ts";
import { quote, type Table } from "../../tables/table.ts";
import { TABLES } from "../../tables/tables.ts";
import { prepare, prepareArray, prepareValue } from "../prepared.ts";
import type { Parts } from "../read.ts";
import type { AnyRow } from "./kinds.ts";

/** The values of a key: an id, or an id and a currency. */
export type RowKey = readonly (number | string)[];

/** Events, or ids, of a part: together they cost about a millisecond. */
const PART = 512;

/** Keys in short: most are an id alone. */
export type ShortKey = number | RowKey;

/** A span is long if it has more than this part of all events. */
const LONG = 8;

/** The text of a key, for maps. */
export function textOf(key: RowKey): string {
  return key.length === 1 ? String(key[0]) : JSON.stringify(key);
}

export function keyOf({ key }: Table, row: AnyRow): RowKey {
  return key.map((column) => row[column] as number | string);
}

/** The last event of the cache. */
export function headOf(db: Database.Database): Sequence {
  return prepareValue<[], number>(db, "SELECT checkpoint FROM main.meta").get() ?? 0;
}

/** The rows with these keys at the event, by the text of their key. */
export function rowsAt(
  db: Database.Database,
  table: Table,
  keys: readonly RowKey[],
  seq: Sequence,
): Map<string, AnyRow> {
  if (keys.length === 0) return new Map();
  const { name, key } = table;
  const columns = (alias: string) => table.columnNames.map((column) => `${alias}.${column}`).join(", ");
  const equal = (alias: string) => key.map((column, n) => `${alias}.${column} = j.value ->> ${n}`).join(" AND ");
  const keyed = `json_each(:keys) AS j CROSS JOIN`;
  // Of the former rows, only the one that was replaced first after the event can be it. A row can have very many.
  const first = `(SELECT min(q.until) FROM main.${quote(`${name}_past`)} AS q WHERE ${equal("q")} AND q.until > :seq)`;
  const past = ` UNION ALL SELECT ${columns("p")} FROM ${keyed} main.${quote(`${name}_past`)} AS p
    ON ${equal("p")} AND p.until = ${first} WHERE p.since <= :seq`;
  const rows = prepare<[object], AnyRow>(
    db,
    `SELECT ${columns("t")} FROM ${keyed} main.${quote(name)} AS t ON ${equal("t")} WHERE t.since <= :seq${seq < headOf(db) ? past : ""}`,
  ).all({ keys: JSON.stringify(keys), seq });
  return new Map(rows.map((row) => [textOf(keyOf(table, row)), row]));
}

/** The rows of a table that belonged to these parents at the event, in the order of their keys, by parent. */
export function partsAt(
  db: Database.Database,
  table: Table,
  parents: readonly number[],
  seq: Sequence,
): Map<number, AnyRow[]> {
  if (parents.length === 0) return new Map();
  const { name, key, columnNames } = table;
  const [parent = ""] = key;
  const from = (name: string) =>
    `SELECT ${columnNames.join(", ")} FROM main.${quote(name)} WHERE ${parent} IN (SELECT value FROM json_each(:parents)) AND since <= :seq`;
  const arms = [from(name), ...(table.keepsPast ? [`${from(`${name}_past`)} AND until > :seq`] : [])];
  const rows = prepare<[object], AnyRow>(db, `${arms.join(" UNION ALL ")} ORDER BY ${key.join(", ")}`).all({
    parents: JSON.stringify(parents),
    seq,
  });
  const byParent = new Map<number, AnyRow[]>();
  for (const row of rows) {
    const id = row[parent] as number;
    const own = byParent.get(id);
    if (own) own.push(row);
    else byParent.set(id, [row]);
  }
  return byParent;
}

export interface Span {
  /** The state before: everything up to this event. */
  from: Sequence;
  /** The state after. */
  to: Sequence;
}

/**
 * The keys of all rows that can differ between two moments, descending: rows that began in between (an id is the event
 * that began it), and those whose state at the first moment was replaced. A row may still be the same at both.
 */
export function* keysBetween(db: Database.Database, table: Table, span: Span): Parts<ShortKey[]> {
  if (table === TABLES.clientBalance) return yield* balancesBetween(db, span);
  const old = new Set<number>();
  const past = `main.${quote(`${table.name}_past`)}`;
  // The past is in the order of the events that ended its rows. Its index by key is much smaller, but is read as a whole.
  const isLong = (span.to - span.from) * LONG > headOf(db);
  const replaced = prepareArray<[object], [number]>(
    db,
    isLong
      ? `SELECT DISTINCT id FROM ${past} INDEXED BY ${table.name}_past_key
         WHERE id > :after AND id <= :upTo AND until > :from AND until <= :to`
      : `SELECT DISTINCT id FROM ${past} WHERE until > :after AND until <= :upTo AND id <= :from AND :to = :to`,
  );
  for (const part of slicesOf(isLong ? { from: 0, to: span.from } : span)) {
    for (const [id] of replaced.all({ ...part, ...span })) old.add(id);
    yield;
  }
  const begun: number[] = [];
  const born = prepareArray<[object], [number]>(
    db,
    `SELECT id FROM main.${quote(table.name)} WHERE id > :after AND id <= :upTo
     UNION SELECT id FROM ${past} WHERE id > :after AND id <= :upTo AND until > :to ORDER BY 1`,
  );
  for (const part of slicesOf(span)) {
    for (const [id] of born.all({ ...part, to: span.to })) begun.push(id);
    yield;
  }
  return [...old, ...begun].sort((a, b) => b - a);
}

/** Balances change with postings, and with nothing else. */
function* balancesBetween(db: Database.Database, span: Span): Parts<RowKey[]> {
  const keys = new Map<string, RowKey>();
  const posted = prepareArray<[object], [number, string]>(
    db,
    "SELECT DISTINCT client_id, currency FROM main.posting WHERE seq > :after AND seq <= :upTo",
  );
  for (const part of slicesOf(span)) {
    for (const key of posted.all(part)) keys.set(textOf(key), key);
    yield;
  }
  return [...keys.values()].sort(
    ([idA, currencyA], [idB, currencyB]) =>
      Number(idB) - Number(idA) || (String(currencyA) < String(currencyB) ? -1 : 1),
  );
}

function* slicesOf({ from, to }: Span): Generator<{ after: Sequence; upTo: Sequence }> {
  for (let after = from; after < to; after += PART) yield { after, upTo: Math.min(after + PART, to) };
}

/** The events between two moments that wrote a row: the latest ones. @param options.max how many */
export function eventsOf(
  db: Database.Database,
  table: Table,
  key: RowKey,
  { from, to, max }: Span & { max: number },
): { seqs: Sequence[]; more: boolean } {
  const { name } = table;
  const own = table.key.map((column, n) => `${column} = :key${n}`).join(" AND ");
  // The last event up to the second moment wrote the state there; each state before it was replaced by an event.
  const seqs = prepareArray<[object], [number]>(
    db,
    `SELECT since FROM main.${quote(name)} WHERE ${own} AND since > :from AND since <= :to
     UNION SELECT until FROM main.${quote(`${name}_past`)} WHERE ${own} AND until > :from AND until <= :to
     UNION SELECT since FROM main.${quote(`${name}_past`)} WHERE ${own} AND until > :from AND since > :from AND since <= :to
     ORDER BY 1 DESC LIMIT :max`,
  ).all({ ...Object.fromEntries(key.map((value, n) => [`key${n}`, value])), from, to, max: max + 1 });
  return { seqs: seqs.slice(0, max).map(([seq]) => seq), more: seqs.length > max };
}
