/** `invoify diff LOG|CACHE --from A --to B`: what changed between two moments, as text, CSV or JSON. */
import type Database from "better-sqlite3";
import { withBooks } from "../../as-of/books.ts";
import { tableText } from "../../command-line/table-text.ts";
import type { Terminal } from "../../command-line/terminal.ts";
import { addedUp } from "../../queries/changes/add-changes.ts";
import type { ChangedRow } from "../../queries/changes/changed-row.ts";
import { type ChangedPage, changedRowsInput, changedRowsParts } from "../../queries/changes/changed-rows.ts";
import { type Changes, changesInput, changesParts } from "../../queries/changes/changes.ts";
import type { ChangeKind } from "../../queries/changes/kinds.ts";
import { MAX_LIMIT } from "../../queries/list.ts";
import { inOne } from "../../queries/read.ts";
import { columnWords, isSeen, isTelling, KIND_WORDS, partWords } from "../../text/change-words.ts";
import { changesCsv, valueText } from "../../text/changes-table.ts";
import { titleOf } from "../../text/event-words.ts";
import { amountText, countOf, countText, instantText } from "../../text/figures.ts";
import { printCsv, reportOf } from "../reports/report-source.ts";

interface MomentsOptions {
  from: string;
  to: string | undefined;
  csv: boolean;
  json: boolean;
  /** Rows of each kind to show. */
  examples: number;
}

/** Prints the changes. @returns the exit code: 0 if there are none, or 1 */
export async function diffMoments(location: string, options: MomentsOptions, terminal: Terminal): Promise<number> {
  let exitCode = 0;
  await withBooks({ location, at: undefined }, terminal, ({ db }) => {
    const { from, to, csv, json, examples } = options;
    const words = { from, to };
    const all = { maxLookedAt: Number.POSITIVE_INFINITY };
    const changes = addedUp([
      reportOf(changesInput, words, (input) => inOne(db, changesParts(db, input, Date.now(), all))),
    ]);
    exitCode = changes.rows.length === 0 ? 0 : 1;
    if (csv) return printRows(db, words, changes, terminal);
    const rows = changes.rows.flatMap(({ kind }) => firstRows(db, { ...words, kind }, examples));
    if (json) {
      const { next: _, rows: kinds, ...span } = changes;
      terminal.out(JSON.stringify({ ...span, kinds, rows }));
    } else terminal.out(asText(changes, rows));
  });
  return exitCode;
}

type Words = { from: string; to: string | undefined };

/** Each page as it is read: there can be many. */
function printRows(db: Database.Database, words: Words, { rows: kinds }: Changes, terminal: Terminal): void {
  let head = true;
  const print = (rows: readonly ChangedRow[]) => {
    if (rows.length > 0 || head) printCsv(changesCsv(rows, { locale: "en", head }), terminal);
    head = false;
  };
  if (kinds.length === 0) print([]);
  for (const { kind } of kinds)
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = pageOf(db, { ...words, kind, limit: MAX_LIMIT, cursor });
      print(page.rows);
      cursor = page.next;
    }
}

function pageOf(
  db: Database.Database,
  words: Words & { kind: ChangeKind; limit: number; cursor?: string | null | undefined },
): ChangedPage {
  return reportOf(changedRowsInput, words, (input) => inOne(db, changedRowsParts(db, input, Date.now())));
}

/** So many rows of a kind. Pages can be short. */
function firstRows(db: Database.Database, words: Words & { kind: ChangeKind }, count: number): ChangedRow[] {
  const rows: ChangedRow[] = [];
  for (let cursor: string | null | undefined; cursor !== null && rows.length < count; ) {
    const page = pageOf(db, { ...words, limit: Math.min(MAX_LIMIT, count - rows.length), cursor });
    rows.push(...page.rows);
    cursor = page.next;
  }
  return rows;
}

function asText(changes: Changes, rows: readonly ChangedRow[]): string {
  const { from, to, rows: kinds, balances } = changes;
  const head = [
    `from event ${countText(from.seq)}, ${instantText(from.at_ms)}`,
    `to event ${countText(to.seq)}, ${instantText(to.at_ms)}: ${countOf(to.seq - from.seq, "event")}`,
  ].join("\n");
  if (kinds.length === 0) return `${head}\n\nNothing changed.`;
  const counts = tableText(
    [
      ["KIND", "NEW", "CHANGED", "GONE"],
      ...kinds.map((kind) => [
        KIND_WORDS[kind.kind][1],
        ...[kind.new, kind.changed, kind.gone].map((count) => countText(count)),
      ]),
    ],
    { right: [1, 2, 3] },
  );
  const sums = kinds.flatMap(({ kind, sums }) =>
    sums.map(({ column, currency, before_minor, after_minor }) =>
      sumCells(
        [`These ${KIND_WORDS[kind][1].toLowerCase()}`, columnWords(column)],
        currency,
        before_minor,
        after_minor,
      ),
    ),
  );
  const all = balances.flatMap((row) => [
    ...(row.open_before_minor === row.open_after_minor
      ? []
      : [sumCells(["All clients", "Outstanding"], row.currency, row.open_before_minor, row.open_after_minor)]),
    ...(row.credit_before_minor === row.credit_after_minor
      ? []
      : [sumCells(["All clients", "Credit"], row.currency, row.credit_before_minor, row.credit_after_minor)]),
  ]);
  const table = [["SUM", "", "BEFORE", "AFTER", "DIFFERENCE"], ...sums, ...all];
  const amounts = sums.length + all.length === 0 ? [] : [tableText(table, { right: [2, 3, 4] })];
  return [head, counts, ...amounts, ...rows.map(rowText)].join("\n\n");
}

function sumCells(of: readonly string[], currency: string, before: number, after: number): string[] {
  return [...of, ...[before, after, after - before].map((minor) => amountText(minor, currency))];
}

function rowText(row: ChangedRow): string {
  const { kind, name, stream, client_id, change, columns, parts, events, names } = row;
  const client = client_id === null || kind === "balance" ? [] : [names[client_id] ?? `client ${client_id}`];
  const of = kind === "balance" ? [names[stream] ?? `client ${stream}`] : [];
  const title = [`${KIND_WORDS[kind][0]} ${name ?? stream}`, ...client, ...of].join(", ");
  const text = (column: string, value: unknown) => valueText(column, value, row) || "-";
  const lines = (of: string, all: ChangedRow["columns"]) =>
    all.map(({ column, before, after }) => [
      columnWords(column),
      ...(of === "changed"
        ? [text(column, before), "->", text(column, after)]
        : [text(column, of === "new" ? after : before)]),
    ]);
  const isWhole = change !== "changed";
  const shown = columns.filter(({ column, before, after }) =>
    isWhole ? isTelling(column, after ?? before) : isSeen({ before, after }),
  );
  const own = shown.length === 0 ? [] : [tableText(lines(change, shown), { indent: 2 })];
  // Of what is new or gone, the row says enough.
  const inParts = (isWhole ? [] : parts).flatMap((part) => [
    `  ${partWords(part.table, part.n)}: ${part.change}`,
    ...(part.columns.length === 0 ? [] : [tableText(lines(part.change, part.columns), { indent: 4 })]),
  ]);
  const by = events.map(
    ({ seq, type, actor_name }) => `  event ${seq}: ${titleOf(type)}${actor_name ? `, by ${actor_name}` : ""}`,
  );
  return [`${title}: ${change}`, ...own, ...inParts, ...by].join("\n");
}
