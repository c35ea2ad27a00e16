/** What changed between two moments, as CSV and as text: every value that differs, before and after. */
import type { ChangedRow } from "../queries/changes/changed-row.ts";
import { codeWords, columnWords, formOf, isSeen, KIND_WORDS, partWords } from "./change-words.ts";
import { type Cell, csvOf } from "./csv.ts";
import { amountText, bytesText, instantText } from "./figures.ts";

const HEADINGS = [
  "Kind",
  "Name",
  "Stream",
  "Client",
  "Change",
  "Part",
  "Column",
  "Currency",
  "Before",
  "After",
] as const;

/** A line for each value that differs. @param options.head true: begins with the names of the columns */
export function changesCsv(rows: readonly ChangedRow[], { locale, head }: { locale: string; head: boolean }): string {
  const lines = rows.flatMap(linesOf);
  return csvOf(locale, [...(head ? [HEADINGS] : []), ...lines], head);
}

function linesOf(row: ChangedRow): Cell[][] {
  const { kind, name, stream, client_id, change, columns, parts, names } = row;
  const client = client_id === null ? null : (names[client_id] ?? null);
  const about = (of: string, part: string | null) => [KIND_WORDS[kind][0], name, stream, client, changeWords(of), part];
  const values = (of: string, part: string | null, column: ChangedRow["columns"][number]): Cell[] => [
    ...about(of, part),
    columnWords(column.column),
    currencyOf(column.column, row),
    cellOf(column.column, column.before, row),
    cellOf(column.column, column.after, row),
  ];
  const lines = [
    ...columns.filter(isSeen).map((column) => values(change, null, column)),
    ...parts.flatMap(({ table, n, change: of, columns }) =>
      columns.filter(isSeen).map((column) => values(of, partWords(table, n), column)),
    ),
  ];
  return lines.length > 0 ? lines : [[...about(change, null), null, null, null, null]];
}

function changeWords(change: string): string {
  return change.charAt(0).toUpperCase() + change.slice(1);
}

/** ISO 4217; null for what is no amount. */
export function currencyOf(
  column: string,
  { currency, accounting_currency }: Pick<ChangedRow, "currency" | "accounting_currency">,
): string | null {
  const form = formOf(column);
  return form === "amount" ? currency : form === "accounting" ? (accounting_currency ?? currency) : null;
}

function cellOf(column: string, value: unknown, row: ChangedRow): Cell {
  if (value === null || value === undefined) return null;
  const currency = currencyOf(column, row);
  if (currency !== null) return { minor: Number(value), currency };
  switch (formOf(column)) {
    case "number":
      return Number(value);
    case "millionths":
      return Number(value) / 1_000_000;
    case "rate":
      return Number(value) / 1000;
    case "percent":
      return Number(value) / 1_000_000;
    default:
      return valueText(column, value, row);
  }
}

/** A value in words and figures. */
export function valueText(
  column: string,
  value: unknown,
  row: Pick<ChangedRow, "currency" | "accounting_currency" | "names">,
): string {
  if (value === null || value === undefined) return "";
  const currency = currencyOf(column, row);
  if (currency !== null) return amountText(Number(value), currency);
  switch (formOf(column)) {
    case "millionths":
      return String(Number(value) / 1_000_000);
    case "rate":
      return `${Number(value) / 1000}%`;
    case "percent":
      return `${Number(value) / 1_000_000}%`;
    case "time":
      return instantText(Number(value));
    case "yes-no":
      return value === 1 ? "Yes" : "No";
    case "bytes":
      return bytesText(Number(value));
    case "stream":
      return (
        row.names[Number(value)] ?? `${column === "source_id" ? "payment" : columnWords(column).toLowerCase()} ${value}`
      );
    case "code":
      return codeWords(column, String(value));
    default:
      return String(value);
  }
}
