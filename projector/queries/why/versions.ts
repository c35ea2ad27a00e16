/**
 * The versions of a row: what it was, from when to when, and which event made it so. A row that was replaced is in the
 * table's past; the current one is in the table.
 */
import type Database from "better-sqlite3";
import { z } from "zod";
import type { Sequence } from "../../../events/sequence.ts";
import { pastOf } from "../../tables/past.ts";
import { columnList, quote, type Table } from "../../tables/table.ts";
import { TABLES } from "../../tables/tables.ts";
import { changedParts } from "../changes/compare.ts";
import { FURTHER_PARTS } from "../changes/kinds.ts";
import { partsAt } from "../changes/rows-then.ts";
import { type Page, pageWords } from "../list.ts";
import { prepare, prepareValue } from "../prepared.ts";
import { jsonOf, notACursor } from "./cursors.ts";
import { type RecordFigure, recordFields } from "./figures.ts";

type RecordTable = RecordFigure["table"];

/** Columns that say nothing to people: they count rows, or follow from other columns. */
const TECHNICAL = /^(?:id|version|.*_count|sort_key|logo|logo_type|seller_id|buyer_id)$/;

export const versionList = z.strictObject({
  ...recordFields,
  column: z.string().max(60).optional().describe("Only the versions that changed it."),
  ...pageWords,
});
type VersionList = z.output<typeof versionList>;

type Value = string | number | null;

export interface VersionChange {
  column: string;
  before: Value;
  after: Value;
  /** Where the column is not the row's own: a row that belongs to it, by its table and position. */
  part: { table: string; n: number } | null;
}

/** A version of a row. */
export interface Version {
  /** The event that made it. */
  id: Sequence;
  seq: Sequence;
  at: number;
  actor_name: string | null;
  type: string;
  /** The columns that it changed; of the first version, those that are not empty. */
  changes: VersionChange[];
  /** True for the row as it was first. */
  first: boolean;
}

const OBJECTS = { ...TABLES, invoice_line: TABLES.invoiceLine, invoice_tax: TABLES.invoiceTax };

/** What an amount of a document's row follows from: it is told with it. */
const FOLLOWS: Partial<Record<RecordTable, Readonly<Record<string, readonly string[]>>>> = {
  invoice_line: { net_minor: ["quantity6", "price6"] },
  invoice_tax: { taxable_minor: ["vat_category", "vat_rate3"], tax_minor: ["vat_rate3", "taxable_minor"] },
};

/**
 * What a row states beyond its columns: rows of other tables that events replace with it. A row whose counts are 0 has none.
 * Lines are records of their own.
 */
const PARTS: Partial<Record<RecordTable, { tables: readonly Table[]; counts: readonly string[] }>> = {
  invoice: { tables: FURTHER_PARTS, counts: ["more_count"] },
  item: {
    tables: [TABLES.itemClassification, TABLES.itemAttribute],
    counts: ["classification_count", "attribute_count"],
  },
  organization: {
    tables: [TABLES.organizationIdentifier, TABLES.organizationAccount],
    counts: ["identifier_count", "account_count"],
  },
};

/** The columns whose changes are told. @throws ZodError if there is no such column */
function columnsOf(table: RecordTable, column: string | undefined): string[] {
  const columns = OBJECTS[table].columnNames.filter((name) => !TECHNICAL.test(name));
  if (column === undefined) return columns;
  if (columns.includes(column)) return [...(FOLLOWS[table]?.[column] ?? []), column];
  const message = `${table} has no column ${column}`;
  throw new z.ZodError([{ code: "custom", path: ["column"], message, input: column }]);
}

type Stored = Record<string, Value> & { since: Sequence };

/** Versions of the row that a page reads, at most. */
const MAX_SCANNED = 1_000;

/** Newest first. @throws ZodError for a cursor of another list, or an unknown column */
export function listVersions(
  db: Database.Database,
  { table, id, n, column, cursor, limit }: VersionList,
  maxScanned = MAX_SCANNED,
): Page<Version> {
  return db.transaction(() => {
    const columns = columnsOf(table, column);
    const before = cursor === undefined ? lastEventOf(db) : eventOf(cursor);
    const stored = storedBefore(db, { table, id, n, known: before, count: maxScanned + 1 });
    const rows: Version[] = [];
    let last = before;
    for (const [n, row] of stored.slice(0, maxScanned).entries()) {
      if (rows.length === limit) break;
      const former = stored[n + 1];
      const inParts = column === undefined ? changesOfParts(db, { table, id }, former, row) : [];
      const changes = [...changesOf(columns, former, row), ...inParts];
      last = row.since - 1;
      if (changes.length > 0) rows.push({ ...recordedBy(db, row.since), changes, first: former === undefined });
    }
    const rest = stored.some(({ since }) => since <= last);
    return { rows, next: rest ? cursorOf(last) : null };
  })();
}

/** The value of a column; null: of none, or there is no such record. @throws ZodError if there is no such column */
export function valueInRecord(db: Database.Database, { table, id, n, column }: RecordFigure): Value {
  const name = columnsOf(table, column).at(-1);
  if (column === undefined || name === undefined) return null;
  const sql = `SELECT ${name} FROM ${quote(table)} WHERE ${keyOf(table)}`;
  return prepareValue<[object], Value>(db, sql).get({ id, ...numberOf(table, n) }) ?? null;
}

const isRowOfDocument = (table: RecordTable) => table === "invoice_line" || table === "invoice_tax";

const keyOf = (table: RecordTable) => (isRowOfDocument(table) ? "invoice_id = :id AND n = :n" : "id = :id");

function numberOf(table: RecordTable, n: number | undefined): { n?: number } {
  return isRowOfDocument(table) ? { n: n ?? 1 } : {};
}

function changesOf(columns: readonly string[], former: Stored | undefined, row: Stored): Version["changes"] {
  return columns.flatMap((column) => {
    const [before, after] = [former?.[column] ?? null, row[column] ?? null];
    return before === after ? [] : [{ column, before, after, part: null }];
  });
}

/** What changed of the rows that belong to a row, when it became this version. */
function changesOfParts(
  db: Database.Database,
  { table, id }: Pick<Wanted, "table" | "id">,
  former: Stored | undefined,
  row: Stored,
): VersionChange[] {
  const { tables, counts } = PARTS[table] ?? { tables: [], counts: [] };
  if (counts.every((count) => !former?.[count] && !row[count])) return [];
  return tables.flatMap((part) => {
    const [before, after] = [partsAt(db, part, [id], row.since - 1), partsAt(db, part, [id], row.since)];
    return changedParts(part, before.get(id), after.get(id)).flatMap(({ table, n, columns }) =>
      columns.map(({ column, before, after }) => ({
        ...{ column, part: { table, n } },
        before: before as Value,
        after: after as Value,
      })),
    );
  });
}

interface Wanted {
  table: RecordTable;
  id: number;
  n: number | undefined;
  /** Only rows that this event or an earlier one wrote. */
  known: Sequence;
  count: number;
}

/** The current row and the former ones, newest first. */
function storedBefore(db: Database.Database, { table, id, n, known, count }: Wanted): Stored[] {
  const columns = `${columnList(OBJECTS[table])}, since`;
  const past = pastOf(OBJECTS[table]).name;
  const values = { id, ...numberOf(table, n), known };
  const now = `SELECT ${columns} FROM main.${quote(table)} WHERE ${keyOf(table)} AND since <= :known`;
  const former = `SELECT ${columns} FROM main.${quote(past)} INDEXED BY ${past}_key
    WHERE ${keyOf(table)} AND since <= :known ORDER BY until DESC LIMIT :count`;
  return [
    ...prepare<[object], Stored>(db, now).all(values),
    ...prepare<[object], Stored>(db, former).all({ ...values, count }),
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
