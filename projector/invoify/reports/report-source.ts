/** What a report is made from: a cache, or a log that is replayed into a temporary cache; and the moment that it is of. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { ZodError, type z } from "zod";
import type { EventLog } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { dateAt, endOfDay } from "../../../events/values/calendar.ts";
import { faultsOf } from "../../../events/values/zod-words.ts";
import { CACHE_FILE } from "../../cache/cache-schema.ts";
import { readCheckpoint } from "../../cache/checkpoint.ts";
import { UsageError } from "../../command-line/failure.ts";
import { cacheFileOf, isAddress, kindOfFile, openSource, withCache } from "../../command-line/logs-and-caches.ts";
import type { Terminal } from "../../command-line/terminal.ts";
import { timeZoneOf } from "../../queries/history.ts";
import { sequenceAt } from "../../queries/times.ts";
import { rebuildCache } from "../../rebuild/rebuild.ts";
import { instantText } from "../../text/figures.ts";
import { type AsOf, logAtEndOf, parseAsOf } from "../as-of.ts";

/** Options that all reports share. */
export const MOMENT_OPTIONS = {
  "dated-until": { type: "string", value: "DAY", help: "only what is dated on this day or earlier" },
  "known-at": {
    type: "string",
    value: "SEQ|DAY|TIME",
    help: "only what was recorded up to this event, the end of this day, or this time",
  },
  csv: { type: "boolean", help: "print the result as CSV" },
} as const;

export const PERIOD_OPTIONS = {
  from: { type: "string", value: "DAY", required: true, help: "the first day of the period" },
  to: { type: "string", value: "DAY", required: true, help: "the last day of the period" },
} as const;

/** How a moment and the place of a report are explained in the help. */
export const MOMENT_HELP = `CACHE|LOG is a cache, or any log: a log is replayed into a temporary file first.

  --dated-until 2026-12-31             what the papers say: documents, receipts and
                                       settlements that are dated up to this day
  --known-at 1234                      what was recorded up to event 1234
  --known-at 2027-01-04                the same, up to the end of that day
  --known-at 2027-01-04T18:00:00Z      or up to the end of that second`;

export interface ReportSource {
  db: Database.Database;
  /** The last event that the report may know; undefined: all. */
  known_at: Sequence | undefined;
  /** Today in the organization's time zone. */
  today: string;
}

interface Place {
  location: string;
  /** As typed. */
  knownAt: string | undefined;
}

/**
 * Runs work on a cache, or on the temporary cache of a log.
 *
 * @throws UsageError if there is no such place or moment, and for input that the work refuses with a ZodError
 */
export async function withReportSource(
  { location, knownAt }: Place,
  terminal: Terminal,
  work: (source: ReportSource) => void,
): Promise<void> {
  const asOf = knownAt === undefined ? null : parseAsOf(knownAt, "--known-at");
  const isCache = !isAddress(location) && kindOfFile(cacheFileOf(location)) === "cache";
  const log = isCache ? null : await openSource(location, terminal);
  const folder = log && mkdtempSync(join(tmpdir(), "invoify-report-"));
  try {
    const path = folder === null ? location : join(folder, CACHE_FILE);
    if (log) await replayTo(path, log, terminal);
    const lastOfDay = log && asOf?.kind === "day" ? await lastEventOf(asOf.date, log) : null;
    await withCache(path, (db) => {
      const known_at = asOf === null ? undefined : (lastOfDay ?? sequenceOf(db, asOf));
      noteIfEarlier(db, { asOf, knownAt }, terminal);
      work({ db, known_at, today: dateAt(Date.now(), timeZoneOf(db)) });
    });
  } finally {
    await log?.close();
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}

async function replayTo(path: string, log: EventLog, terminal: Terminal): Promise<void> {
  const signal = terminal.stopSignal();
  const progress = terminal.progress("replaying");
  try {
    const head = await log.head();
    await rebuildCache(path, log, { signal, onProgress: ({ seq }) => progress.update(seq, head) });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    progress.end();
  }
}

/** The last event up to the end of a day, in the time zones that were in force then. */
async function lastEventOf(date: string, log: EventLog): Promise<Sequence> {
  let count = 0;
  const upTo = await log.head();
  for await (const { bodies } of logAtEndOf(date, log).read({ after: 0, upTo })) count += bodies.length;
  return count;
}

/** A cache has only the organization's present time zone: it decides when a day ends. */
function sequenceOf(db: Database.Database, asOf: AsOf): Sequence {
  if (asOf.kind === "sequence") return asOf.seq;
  return sequenceAt(db, asOf.kind === "time" ? asOf.untilMs : endOfDay(asOf.date, timeZoneOf(db)));
}

/** Later events may still belong to a moment that the log has not reached. */
function noteIfEarlier(
  db: Database.Database,
  { asOf, knownAt }: { asOf: AsOf | null; knownAt: string | undefined },
  terminal: Terminal,
): void {
  const { seq, atMs } = readCheckpoint(db);
  const endsEarlier =
    asOf?.kind === "time" ? atMs < asOf.fromMs : asOf?.kind === "day" && dateAt(atMs, timeZoneOf(db)) < asOf.date;
  if (endsEarlier)
    terminal.note(`--known-at ${knownAt}: the events end earlier, with event ${seq} at ${instantText(atMs)}`);
}

/** Parses the options of a report, and runs it. @throws UsageError that names the option */
export function reportOf<Input, Answer>(
  schema: z.ZodType<Input>,
  words: Readonly<Record<string, unknown>>,
  run: (input: Input) => Answer,
): Answer {
  try {
    return run(schema.parse(Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))));
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const [{ field, message } = { field: "", message: "is not valid" }] = faultsOf(error.issues, 1);
    throw new UsageError(`--${field.replaceAll("_", "-")}: ${message}`);
  }
}

/** Prints CSV that a program reads: without a byte order mark. */
export function printCsv(csv: string, terminal: Terminal): void {
  terminal.out(csv.replace(/^\ufeff/, "").replace(/\n$/, ""));
}
