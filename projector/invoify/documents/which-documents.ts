/** The documents that a command is for: by number, by the day of issue, or all. */
import type Database from "better-sqlite3";
import { DOCUMENT_FORMATS, type DocumentFormat } from "../../../events/einvoice/formats.ts";
import type { StreamId } from "../../../events/sequence.ts";
import { isDate } from "../../../events/values/date.ts";
import { UsageError } from "../../command-line/failure.ts";
import { invoiceIdByNumber } from "../../queries/history.ts";
import type { Row } from "../../tables/tables.ts";

export const WHICH_OPTIONS = {
  all: { type: "boolean", help: "every document that was issued" },
  "issued-from": { type: "string", value: "DAY", help: "those that were issued on this day or later" },
  "issued-until": { type: "string", value: "DAY", help: "those that were issued on this day or earlier" },
} as const;

export const WHICH_HELP = `Name documents by their numbers, or take those of a period, or all. A draft is named by
its stream, the sequence of its first event, and leaves as PDF only. Void documents
are written only if they are named, and as PDF only.`;

export const FORMATS_HELP = `FORMAT is one of ${DOCUMENT_FORMATS.slice(0, 4).join(", ")},
${DOCUMENT_FORMATS.slice(4).join(", ")}.`;

export interface ChosenDocument {
  id: StreamId;
  /** Null: a draft. */
  number: string | null;
}

interface Which {
  all: boolean | undefined;
  "issued-from": string | undefined;
  "issued-until": string | undefined;
}

/** @throws UsageError if a number is unknown, or documents are named in two ways or not at all */
export function chooseDocuments(db: Database.Database, numbers: readonly string[], which: Which): ChosenDocument[] {
  const { all = false, "issued-from": from, "issued-until": until } = which;
  const ways = [numbers.length > 0, all, from !== undefined || until !== undefined].filter(Boolean).length;
  if (ways !== 1)
    throw new UsageError(
      "name documents by number, or with --issued-from and --issued-until, or all of them with --all",
    );
  if (numbers.length > 0) {
    // One that is named twice is one document.
    const named = new Map(
      numbers.map((number) => documentNamed(db, number)).map((document) => [document.id, document]),
    );
    return [...named.values()];
  }
  for (const [option, day] of [
    ["from", from],
    ["until", until],
  ])
    if (day !== undefined && !isDate(day))
      throw new UsageError(`--issued-${option} ${day}: not a day, such as 2027-01-31`);
  return db
    .prepare<[object], ChosenDocument>(
      `SELECT id, number FROM invoice WHERE status = 'issued' AND issued_on BETWEEN @from AND @until
        ORDER BY issued_on, id`,
    )
    .all({ from: from ?? "0000-00-00", until: until ?? "9999-12-31" });
}

/** By its number; only what has none is found by its stream. */
function documentNamed(db: Database.Database, name: string): ChosenDocument {
  const numbered = invoiceIdByNumber(db, name);
  const id = numbered ?? (/^\d{1,15}$/.test(name) ? Number(name) : -1);
  const row = db
    .prepare<[number], Pick<Row<"invoice">, "id" | "number" | "status">>(
      "SELECT id, number, status FROM invoice WHERE id = ?",
    )
    .get(id);
  if (!row || (numbered === undefined && row.number !== null))
    throw new UsageError(`${name}: no document has this number`);
  if (row.status === "discarded") throw new UsageError(`${name}: this draft was discarded`);
  return row;
}

/** @throws UsageError if there is no such format */
export function formatOf(text: string): DocumentFormat {
  const format = DOCUMENT_FORMATS.find((one) => one === text);
  if (format) return format;
  throw new UsageError(`--format ${text}: not a format; it is one of ${DOCUMENT_FORMATS.join(", ")}`);
}
