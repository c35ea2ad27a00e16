/** The postings behind a figure as CSV. The amounts add up to the figure. */
import type { ReadAnswer } from "../../../projector/queries/reads/reads.ts";
import { isCount } from "../../../projector/queries/why/figures.ts";
import { type Cell, csvOf } from "../../../projector/text/csv.ts";

type Posting = ReadAnswer<"listFigurePostings">["rows"][number];

const HEADINGS = [
  "Event",
  "Recorded (UTC)",
  "User",
  "Dated",
  "Kind",
  "What",
  "Client",
  "Document",
  "Credit of",
  "Currency",
  "Difference",
  "Running",
] as const;

/** @param options.head true: begins with the names of the columns */
export function figurePostingsCsv(
  rows: readonly (Posting & { words: string })[],
  { locale, head, figure }: { locale: string; head: boolean; figure: Parameters<typeof isCount>[0] },
): string {
  const lines = rows.map((row): Cell[] => {
    const { currency } = row;
    const value = (number: number) => (isCount(figure) ? number : { minor: number, currency });
    return [
      row.seq,
      new Date(row.at).toISOString(),
      row.actor_name ?? "The server",
      row.dated_on,
      row.kind.replaceAll("_", " "),
      row.words,
      row.client_name,
      row.document_name,
      row.credit_name,
      isCount(figure) ? null : currency,
      value(row.amount),
      value(row.running),
    ];
  });
  return csvOf(locale, [...(head ? [HEADINGS] : []), ...lines], head);
}
