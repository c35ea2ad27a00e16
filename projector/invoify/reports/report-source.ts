/** What all reports share: their options, and how their answers are printed. */
import { ZodError, type z } from "zod";
import { faultsOf } from "../../../events/values/zod-words.ts";
import { AT_OPTION } from "../../as-of/books.ts";
import { UsageError } from "../../command-line/failure.ts";
import type { Terminal } from "../../command-line/terminal.ts";

/** Options that all reports share. */
export const MOMENT_OPTIONS = {
  "dated-until": { type: "string", value: "DAY", help: "only what is dated on this day or earlier" },
  at: AT_OPTION,
  csv: { type: "boolean", help: "print the result as CSV" },
} as const;

export const PERIOD_OPTIONS = {
  from: { type: "string", value: "DAY", required: true, help: "the first day of the period" },
  to: { type: "string", value: "DAY", required: true, help: "the last day of the period" },
} as const;

/** How the place of a report is explained in the help. */
export const PLACE_HELP = `CACHE|LOG is a cache, or any log. If there is a cache of the log in the folder of its
file (invoify.sqlite), the cache is asked; otherwise the log is replayed into a
temporary file first.`;

/** How the moment of a report is explained in the help. */
export const AT_HELP = `  --at 1234                            the books as they stood at event 1234: what was
                                       recorded later does not count
  --at 2027-01-04                      the same, at the end of that day
  --at 2027-01-04T18:00:00Z            or at the end of that second`;

/** How both are explained, and what a report counts. */
export const MOMENT_HELP = `${PLACE_HELP}

  --dated-until 2026-12-31             what the papers say: documents, receipts and
                                       settlements that are dated up to this day
${AT_HELP}`;

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
