/** `invoify numbers`: where each number series is, and every gap with its explanation. */
import type Database from "better-sqlite3";
import { AT_OPTION, withBooks } from "../../as-of/books.ts";
import { defineCommand, JSON_OUTPUT } from "../../command-line/command.ts";
import { Failure } from "../../command-line/failure.ts";
import { tableText } from "../../command-line/table-text.ts";
import { MAX_LIMIT } from "../../queries/list.ts";
import { todayOf } from "../../queries/read.ts";
import {
  listNumberGaps,
  type NumberGap,
  type SeriesPeriod,
  type SeriesState,
  seriesStates,
} from "../../queries/reports/number-series.ts";
import { countOf } from "../../text/figures.ts";
import { AT_HELP, PLACE_HELP } from "./report-source.ts";

export const numbers = defineCommand({
  name: "numbers",
  about: `Lists the number series: the next number today, the counters of each period, and
every number that was passed over or is void, with the document that has it. A
counter that nothing explains is an error, and the exit code is 1. Series whose
numbers come from elsewhere are named, but not checked.

${PLACE_HELP}

${AT_HELP}`,
  positionals: ["CACHE|LOG"],
  options: { at: AT_OPTION, json: JSON_OUTPUT },
  async run({ values: { at, json }, positionals: [location = ""] }, terminal) {
    let unexplained = 0;
    await withBooks({ location, at }, terminal, (books) => {
      const { db } = books;
      const today = todayOf(books);
      const series = seriesStates(db, today).map((state) => explained(db, state));
      terminal.out(json ? JSON.stringify({ today, series }) : series.map(asText).join("\n\n"));
      for (const { periods } of series) for (const period of periods) unexplained += Math.abs(period.unexplained);
    });
    if (unexplained > 0) throw new Failure(`${countOf(unexplained, "number")} without an explanation`);
    return 0;
  },
});

type Explained = Omit<SeriesState, "periods"> & { periods: (SeriesPeriod & { gaps: NumberGap[] })[] };

function explained(db: Database.Database, state: SeriesState): Explained {
  const periods = state.periods.map((period) => ({ ...period, gaps: gapsOf(db, state.name, period.period) }));
  return { ...state, periods };
}

/** All of them, page by page. */
function gapsOf(db: Database.Database, series: string, period: string): NumberGap[] {
  const gaps: NumberGap[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = listNumberGaps(db, { series, period, limit: MAX_LIMIT, cursor });
    gaps.push(...page.rows);
    cursor = page.next;
  }
  return gaps;
}

function asText({ name, is_foreign, documents, next_number, periods }: Explained): string {
  if (is_foreign === 1) return `${name}: numbers from elsewhere, not checked; ${countOf(documents, "document")}`;
  const head = `${name}: next ${next_number ?? "none, 10,000 numbers in a row are taken"}`;
  if (periods.length === 0) return `${head}; no numbers yet`;
  return `${head}\n${tableText(periods.flatMap((period) => [periodText(period), ...period.gaps.map(gapText)]))}`;
}

function periodText({
  period,
  first_number,
  last_number,
  documents,
  passed_over,
  unexplained,
}: SeriesPeriod): string[] {
  const begins = first_number === 1 ? [] : [`begins at ${first_number}`];
  const passed = passed_over === 0 ? [] : [`${passed_over} passed over`];
  const gaps = unexplained === 0 ? "no other gap" : `${unexplained} WITHOUT AN EXPLANATION`;
  return [
    period || "all",
    `${first_number} to ${last_number}`,
    countOf(documents, "document"),
    [...begins, ...passed, gaps].join(", "),
  ];
}

function gapText({ counter, number, reason, document_id, document_number }: NumberGap): string[] {
  const why = reason === "void" ? "void" : `passed over: ${document_number} is another document, stream ${document_id}`;
  return ["", String(counter), number, why];
}
