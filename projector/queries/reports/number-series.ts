/** Number series: where each one is, and every number that none of its documents has, with its explanation. */
import type Database from "better-sqlite3";
import { z } from "zod";
import { freeNumber, nextCounter } from "../../../events/business/own-numbers.ts";
import type { Series, SeriesOnBooks } from "../../../events/business/series.ts";
import { line } from "../../../events/values/schema.ts";
import { sameText } from "../../cache/same-text.ts";
import { seriesColumns } from "../../tables/mappings.ts";
import { columnList } from "../../tables/table.ts";
import { type Row, TABLES } from "../../tables/tables.ts";
import { type Page, pageWords } from "../list.ts";
import { dayWord } from "../list-words.ts";
import { prepare } from "../prepared.ts";

/** A period of a series. Documents and passed over numbers add up to its counters, or `unexplained` says how many lack. */
export interface SeriesPeriod extends Omit<Row<"seriesCounter">, "name"> {
  unexplained: number;
}

export interface SeriesState extends Omit<Row<"numberSeries">, "organization_id"> {
  /** The number of a document that is issued on that day; null: the series is foreign, or 10,000 numbers in a row are taken. */
  next_number: string | null;
  /** The numbers that would be passed over first. */
  next_passed_over: number;
  /** The period of that number; null as the number is. */
  next_period: string | null;
  last_issued_on: string | null;
  documents: number;
  /** Newest first. */
  periods: SeriesPeriod[];
}

export const seriesList = z.strictObject({
  issuedOn: dayWord().optional().describe("Issue date of the next number; default: today."),
});

/** All series of the profile, in its order. @param issuedOn the issue date of the next number */
export function seriesStates(db: Database.Database, issuedOn: string): SeriesState[] {
  return db.transaction(() => {
    const rows = prepare<[], Row<"numberSeries">>(
      db,
      `SELECT ${columnList(TABLES.numberSeries)} FROM number_series WHERE organization_id = 1 ORDER BY n`,
    ).all();
    return rows.map(({ organization_id: _, ...row }) => stateOf(db, row, issuedOn));
  })();
}

function stateOf(db: Database.Database, row: Omit<Row<"numberSeries">, "organization_id">, today: string): SeriesState {
  const counters = prepare<[string], Row<"seriesCounter">>(
    db,
    `SELECT ${columnList(TABLES.seriesCounter)} FROM series_counter WHERE name = ? ORDER BY period DESC`,
  ).all(row.name);
  const total = prepare<[string], Row<"seriesTotal">>(
    db,
    `SELECT ${columnList(TABLES.seriesTotal)} FROM series_total WHERE name = ?`,
  ).get(row.name);
  const { last_issued_on = null, documents = 0 } = total ?? {};
  const periods = counters.map(({ name: _, ...period }) => ({ ...period, unexplained: unexplainedIn(period) }));
  const nothing = { next_number: null, next_passed_over: 0, next_period: null };
  const next = row.is_foreign === 1 ? nothing : nextOf(db, row, today);
  return { ...row, ...next, last_issued_on, documents, periods };
}

/** The counters of a period that belong to no document, and that were not passed over. */
function unexplainedIn(period: Omit<Row<"seriesCounter">, "name">): number {
  const { first_number, last_number, documents, passed_over } = period;
  return last_number === 0 ? 0 : last_number - first_number + 1 - documents - passed_over;
}

function nextOf(db: Database.Database, row: Omit<Row<"numberSeries">, "organization_id">, today: string) {
  const series: Series = seriesColumns.data({ ...row, organization_id: 1 });
  const { period, ...at } = nextCounter({ series: (name, period) => onBooks(db, name, period) }, series, today);
  const lookup = sameText((sql) => prepare<[object], unknown>(db, sql), "invoice");
  const free = freeNumber(at, today, (number) => lookup(number));
  return {
    next_number: free?.number ?? null,
    next_passed_over: free?.passedOver.length ?? 0,
    next_period: free ? period : null,
  };
}

function onBooks(db: Database.Database, name: string, period: string): SeriesOnBooks {
  const row = prepare<[string, string], Row<"seriesCounter">>(
    db,
    `SELECT ${columnList(TABLES.seriesCounter)} FROM series_counter WHERE name = ? AND period = ?`,
  ).get(name, period);
  const total = prepare<[string], Row<"seriesTotal">>(
    db,
    `SELECT ${columnList(TABLES.seriesTotal)} FROM series_total WHERE name = ?`,
  ).get(name);
  return {
    lastNumber: row?.last_number ?? null,
    pattern: row?.pattern ?? null,
    lastIssuedOn: total?.last_issued_on ?? null,
  };
}

export const numberGaps = z.strictObject({
  series: line(40).describe("Name of the number series."),
  period: z
    .string()
    .max(7)
    .default("")
    .describe("A year or a month in which it begins again, as listed with the series; empty if it never does."),
  ...pageWords,
});

/** A number that no document of its series counts for, and why. */
export interface NumberGap {
  counter: number;
  number: string;
  reason: "passed_over" | "void";
  /** The document that has the number, or one that is the same to people; of a void document, itself. */
  document_id: number;
  document_number: string;
  /** The document that was given the number after it; null for a void document. */
  next_document_id: number | null;
  next_document_number: string | null;
}

/**
 * By counter.
 *
 * @throws ZodError for a cursor that is not one of this list, for a series that does not exist, and for a period that is
 *   none of the series: an empty list would say that there are no gaps
 */
export function listNumberGaps(db: Database.Database, query: z.output<typeof numberGaps>): Page<NumberGap> {
  const { series, period, limit, cursor } = query;
  const after = counterOf(cursor);
  return db.transaction(() => {
    checkPeriodOf(db, series, period);
    const passed = prepare<unknown[], NumberGap>(
      db,
      `SELECT p.counter, p.number, 'passed_over' AS reason, p.taken_by AS document_id, t.number AS document_number,
         p.invoice_id AS next_document_id, i.number AS next_document_number
       FROM number_passed_over AS p INDEXED BY number_passed_over_counter
         CROSS JOIN main.invoice AS t ON t.id = p.taken_by CROSS JOIN main.invoice AS i ON i.id = p.invoice_id
       WHERE p.series = ? AND p.period = ? AND p.counter > ? ORDER BY p.counter LIMIT ?`,
    ).all(series, period, after, limit + 1);
    const voids = prepare<unknown[], NumberGap>(
      db,
      `SELECT counter, number, 'void' AS reason, id AS document_id, number AS document_number,
         NULL AS next_document_id, NULL AS next_document_number
       FROM invoice INDEXED BY invoice_void_number
       WHERE status = 'void' AND series = ? AND period = ? AND counter > ? ORDER BY counter LIMIT ?`,
    ).all(series, period, after, limit + 1);
    const all = [...passed, ...voids].sort((a, b) => a.counter - b.counter);
    const rows = all.slice(0, limit);
    return { rows, next: all.length > limit ? String(rows.at(-1)?.counter) : null };
  })();
}

/** Also a series that the profile no longer has can have periods. */
function checkPeriodOf(db: Database.Database, name: string, period: string): void {
  if (prepare(db, "SELECT 1 FROM series_counter WHERE name = ? AND period = ?").get(name, period)) return;
  const series = prepare<[string], Row<"numberSeries">>(
    db,
    `SELECT ${columnList(TABLES.numberSeries)} FROM number_series WHERE organization_id = 1 AND name = ?`,
  ).get(name);
  if (!series) throw wrongInput("series", name, `there is no series ${name}`);
  const { reset, is_foreign } = series;
  const form = is_foreign === 1 || reset === "never" ? null : FORMS[reset];
  if (form ? form.is.test(period) : period === "") return;
  const says = form
    ? `must be a ${form.says}: series ${name} begins again in each`
    : `must be empty: series ${name} has none`;
  throw wrongInput("period", period, says);
}

/** How the periods of a series are written. */
const FORMS = {
  yearly: { is: /^\d{4}$/, says: "year, such as 2026" },
  monthly: { is: /^\d{4}-(?:0[1-9]|1[0-2])$/, says: "month, such as 2026-01" },
};

function wrongInput(field: string, input: string, message: string): z.ZodError {
  return new z.ZodError([{ code: "custom", path: [field], message, input }]);
}

function counterOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const counter = /^[1-9][0-9]{0,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isSafeInteger(counter)) return counter;
  throw wrongInput("cursor", cursor, "must be the `next` of a page of this list");
}
