/** What a report is made from: a cache, or a log that is replayed into a temporary cache; and the moment that it is of. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { ZodError, type z } from "zod";
import type { EventLog } from "../../../events/log/log.ts";
import type { AsOf } from "../../../events/values/as-of.ts";
import { dateAt } from "../../../events/values/calendar.ts";
import { faultsOf } from "../../../events/values/zod-words.ts";
import { CACHE_FILE } from "../../cache/cache-schema.ts";
import { readCheckpoint } from "../../cache/checkpoint.ts";
import { UsageError } from "../../command-line/failure.ts";
import { cacheFileOf, isAddress, kindOfFile, openSource, withCache } from "../../command-line/logs-and-caches.ts";
import type { Terminal } from "../../command-line/terminal.ts";
import { Moments } from "../../moments/moments.ts";
import { timeZoneOf } from "../../queries/history.ts";
import type { Moment } from "../../queries/moment.ts";
import { sourceOf, todayOf } from "../../queries/read.ts";
import { rebuildCache } from "../../rebuild/rebuild.ts";
import { instantText } from "../../text/figures.ts";
import { parseAsOf } from "../as-of.ts";

/** Options that all reports share. */
export const MOMENT_OPTIONS = {
  "dated-until": { type: "string", value: "DAY", help: "only what is dated on this day or earlier" },
  at: {
    type: "string",
    value: "SEQ|DAY|TIME",
    help: "the books as they stood at this event, at the end of this day, or at this time",
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
  --at 1234                            the books as they stood at event 1234: what was
                                       recorded later does not count
  --at 2027-01-04                      the same, at the end of that day
  --at 2027-01-04T18:00:00Z            or at the end of that second`;

export interface ReportSource {
  db: Database.Database;
  /** Today in the organization's time zone; at a moment, the day of then. */
  today: string;
}

interface Place {
  location: string;
  /** As typed. */
  at: string | undefined;
}

/**
 * Runs work on a cache, or on the temporary cache of a log.
 *
 * @throws UsageError if there is no such place or moment, and for input that the work refuses with a ZodError
 */
export async function withReportSource(
  { location, at }: Place,
  terminal: Terminal,
  work: (source: ReportSource) => void,
): Promise<void> {
  const asOf = at === undefined ? null : parseAsOf(at);
  const isCache = !isAddress(location) && kindOfFile(cacheFileOf(location)) === "cache";
  const log = isCache ? null : await openSource(location, terminal);
  const folder = log && mkdtempSync(join(tmpdir(), "invoify-report-"));
  try {
    const path = folder === null ? location : join(folder, CACHE_FILE);
    if (log) await replayTo(path, log, terminal);
    await withCache(path, (db) => {
      const now = { db, nowMs: Date.now() };
      if (asOf === null) return work({ db, today: todayOf(now) });
      noteIfEarlier(db, { asOf, at }, terminal);
      const moments = new Moments(cacheFileOf(path));
      try {
        const sourceAt = (moment: Moment) => moments.sourceAt(moment);
        const source = refusing(() => sourceOf({ ...now, sourceAt }, asOf));
        work({ db: source.db, today: todayOf(source) });
      } finally {
        moments.close();
      }
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

/** Later events may still belong to a moment that the log has not reached. */
function noteIfEarlier(
  db: Database.Database,
  { asOf, at }: { asOf: AsOf; at: string | undefined },
  terminal: Terminal,
): void {
  const { seq, atMs } = readCheckpoint(db);
  const endsEarlier =
    asOf.kind === "time" ? atMs < asOf.fromMs : asOf.kind === "day" && dateAt(atMs, timeZoneOf(db)) < asOf.date;
  if (endsEarlier) terminal.note(`--at ${at}: the events end earlier, with event ${seq} at ${instantText(atMs)}`);
}

/** Parses the options of a report, and runs it. @throws UsageError that names the option */
export function reportOf<Input, Answer>(
  schema: z.ZodType<Input>,
  words: Readonly<Record<string, unknown>>,
  run: (input: Input) => Answer,
): Answer {
  return refusing(() =>
    run(schema.parse(Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)))),
  );
}

/** @throws UsageError that names the option, in place of a ZodError */
function refusing<Answer>(work: () => Answer): Answer {
  try {
    return work();
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
