/**
 * The versions of a row: what it was, from when to when, and which event made it so. A row that was replaced is in the
 * table's past; the current one is in the table.
 */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Sequence } from "../../../events/sequence.ts";
import { streamId } from "../../../events/values/schema.ts";
import { pastOf } from "../../tables/past.ts";
import { columnList, quote } from "../../tables/table.ts";
import { TABLES } from "../../tables/tables.ts";
import { type Page, pageWords } from "../list.ts";
import { prepare, prepareValue } from "../prepared.ts";
import { jsonOf, notACursor } from "./cursors.ts";
import { type RecordFigure, STREAM_TABLES } from "./figures.ts";

type StreamTable = (typeof STREAM_TABLES)[number];

/** Columns that say nothing to people: they count rows, or follow from other columns. */
const TECHNICAL = /^(?:id|version|.*_count|sort_key|logo|logo_type)$/;

export const versionList = z.strictObject({
  table: z.enum(STREAM_TABLES),
  id: streamId(),
  column: z.string().max(60).optional().describe("Only the versions that changed it."),
  ...pageWords,
});
type VersionList = z.output<typeof versionList>;

type Value = string | number | null;

/** A version of a row. */
export interface Version {
  /** The event that made it. */
  id: Sequence;
  seq: Sequence;
  at: number;
  actor_name: string | null;
  type: string;
  /** The columns that it changed; of the first version, those that are not empty. */
  changes: { column: string; before: Value; after: Value }[];
  /** True for the row as it was first. */
  first: boolean;
}

/** The columns whose changes are told. @throws ZodError if there is no such column */
function columnsOf(table: StreamTable, column: string | undefined): string[] {
  const columns = TABLES[table].columnNames.filter((name) => !TECHNICAL.test(name));
  if (column === undefined) return columns;
  if (columns.includes(column)) return [column];
  const message = `${table} has no column ${column}`;
  throw new z.ZodError([{ code: "custom", path: ["column"], message, input: column }]);
}

type Stored = Record<string, Value> & { since: Sequence };

/** Versions of the row that a page reads, at most. */
const MAX_SCANNED = 1_000;

/** Newest first. @throws ZodError for a cursor of another list, or an unknown column */
export function listVersions(
  db: Database.Database,
  { table, id, column, cursor, limit }: VersionList,
  maxScanned = MAX_SCANNED,
): Page<Version> {
  return db.transaction(() => {
    const columns = columnsOf(table, column);
    const before = cursor === undefined ? lastEventOf(db) : eventOf(cursor);
    const stored = storedBefore(db, { table, id, known: before, count: maxScanned + 1 });
    const rows: Version[] = [];
    let last = before;
    for (const [n, row] of stored.slice(0, maxScanned).entries()) {
      if (rows.length === limit) break;
      const former = stored[n + 1];
      const changes = changesOf(columns, former, row);
      last = row.since - 1;
      if (changes.length > 0) rows.push({ ...recordedBy(db, row.since), changes, first: former === undefined });
    }
    const rest = stored.some(({ since }) => since <= last);
    return { rows, next: rest ? cursorOf(last) : null };
  })();
}

/** The value of a column; null: of none, or there is no such record. @throws ZodError if there is no such column */
export function valueInRecord(db: Database.Database, { table, id, column }: RecordFigure): Value {
  const [name] = columnsOf(table, column);
  if (column === undefined || name === undefined) return null;
  return prepareValue<[number], Value>(db, `SELECT ${name} FROM ${quote(table)} WHERE id = ?`).get(id) ?? null;
}

function changesOf(columns: readonly string[], former: Stored | undefined, row: Stored): Version["changes"] {
  return columns.flatMap((column) => {
    const [before, after] = [former?.[column] ?? null, row[column] ?? null];
    return before === after ? [] : [{ column, before, after }];
  });
}

interface Wanted {
  table: StreamTable;
  id: number;
  /** Only rows that this event or an earlier one wrote. */
  known: Sequence;
  count: number;
}

/** The current row and the former ones, newest first. */
function storedBefore(db: Database.Database, { table, id, known, count }: Wanted): Stored[] {
  const columns = `${columnList(TABLES[table])}, since`;
  const past = pastOf(TABLES[table]).name;
  const now = `SELECT ${columns} FROM main.${quote(table)} WHERE id = ? AND since <= ?`;
  const former = `SELECT ${columns} FROM main.${quote(past)} INDEXED BY ${past}_key
    WHERE id = ? AND since <= ? ORDER BY until DESC LIMIT ?`;
  return [
    ...prepare<[number, number], Stored>(db, now).all(id, known),
    ...prepare<[number, number, number], Stored>(db, former).all(id, known, count),
  ];
}

/** The last event that this connection shows. */
function lastEventOf(db: Database.Database): Sequence {
  return prepareValue<[], Sequence | null>(db, "SELECT max(seq) FROM activity").get() ?? 0;
}

type Recorded = Omit<Version, "changes" | "first">;

function recordedBy(db: Database.Database, seq: Sequence): Recorded {
  const recorded = prepare<[number], Omit<Recorded, "id">>(
    db,
    `SELECT seq, at, type, (SELECT name FROM "user" WHERE id = a.actor) AS actor_name
     FROM main.activity AS a WHERE seq = ?`,
  ).get(seq);
  if (!recorded) throw new Error(`event ${seq} of a version is missing`);
  return { ...recorded, id: seq };
}

function cursorOf(seq: Sequence): string {
  return Buffer.from(JSON.stringify(seq)).toString("base64url");
}

function eventOf(cursor: string): Sequence {
  const parsed = z.int().min(0).safeParse(jsonOf(cursor));
  if (parsed.success) return parsed.data;
  throw notACursor(cursor);
}
