/** The difference of two caches as text, JSON and CSV. */
import { tableText } from "../command-line/table-text.ts";
import { type Cell, csvLine, csvStyleOf } from "../text/csv.ts";
import { amountText, countOf, countText } from "../text/figures.ts";
import type { CacheFile } from "./cache-file.ts";
import { type CacheDifference, isDifferent } from "./diff-caches.ts";
import type { MoneySum, RowChange, RowDifference, TableDifference } from "./diff-table.ts";

/** The longest value of a row, in characters. */
const MAX_VALUE = 48;

/** Rows that differ, by table: so many of each change as an example. */
export class Examples {
  readonly #max: number;
  readonly #seen = new Map<string, number>();
  readonly rows: RowDifference[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  add(difference: RowDifference): void {
    const key = `${difference.table} ${difference.change}`;
    const seen = this.#seen.get(key) ?? 0;
    if (seen >= this.#max) return;
    this.#seen.set(key, seen + 1);
    this.rows.push(difference);
  }
}

interface Sides {
  a: CacheFile;
  b: CacheFile;
}

/** The whole difference, with examples side by side. */
export function differenceText({ a, b }: Sides, difference: CacheDifference, { rows }: Examples): string {
  const { equal, tables, onlyInA, onlyInB } = difference;
  const head = tableText(
    [a, b].map((file, n) => [
      n === 0 ? "A" : "B",
      file.path,
      `projector ${file.projector}`,
      `event ${countText(file.seq)}`,
    ]),
  );
  const all = [...tables.flatMap(({ rowsA }) => rowsA)].reduce((sum, count) => sum + count, 0);
  if (equal) return `${head}\nequal: ${countOf(all, "row")} in ${countOf(tables.length, "table")}`;
  const differing = tables.filter(isDifferent);
  const parts = differing.map((table) => tableDifferenceText(table, { a, b }, rows));
  const same = tables.length - differing.length;
  const rest = [
    ...onlyInA.map(({ table, rows }) => `only in A: ${table}, ${countOf(rows, "row")}`),
    ...onlyInB.map(({ table, rows }) => `only in B: ${table}, ${countOf(rows, "row")}`),
    ...(a.seq === b.seq ? [] : ["A and B are of different events"]),
    `equal: ${countOf(same, "table")}`,
  ];
  return [head, ...parts, rest.join("\n")].join("\n\n");
}

function tableDifferenceText(table: TableDifference, sides: Sides, examples: readonly RowDifference[]): string {
  const { rowsA, rowsB, keys } = table;
  if (keys !== null)
    return `${table.table}: not compared, its key is ${keyText(keys.a)} in A and ${keyText(keys.b)} in B; ${countText(rowsA)} and ${countOf(rowsB, "row")}`;
  const counts = (["new", "changed", "gone"] as const)
    .filter((change) => table[change] > 0)
    .map((change) => `${countText(table[change])} ${change}`);
  const of = rowsA === rowsB ? countOf(rowsA, "row") : `${countText(rowsA)} and ${countOf(rowsB, "row")}`;
  const lines = [
    `${table.table}: ${counts.join(", ") || "the same rows"}, of ${of}`,
    ...table.onlyInA.map((column) => `  only in A: column ${column}`),
    ...table.onlyInB.map((column) => `  only in B: column ${column}`),
  ];
  if (table.columns.length > 0)
    lines.push(
      tableText(
        table.columns.map(({ column, rows }) => [column, `differs in ${countOf(rows, "row")}`]),
        { indent: 2 },
      ),
    );
  if (table.sums.length > 0)
    lines.push(
      tableText([["SUM", "A", "B", "DIFFERENCE"], ...table.sums.map(sumCells)], { right: [1, 2, 3], indent: 2 }),
    );
  const own = examples.filter((example) => example.table === table.table);
  const key = sides.a.tables.get(table.table)?.key ?? [];
  return [...lines, ...own.map((example) => exampleText(example, key))].join("\n");
}

function keyText(key: readonly string[]): string {
  return key.length === 0 ? "not declared" : key.join(", ");
}

function sumCells({ column, currency, a, b }: MoneySum): string[] {
  return [column, ...[a, b, b - a].map((minor) => moneyText(minor, currency))];
}

function moneyText(minor: number | bigint, currency: string | null): string {
  return currency === null ? String(minor) : amountText(minor, currency);
}

function exampleText({ change, key, columns }: RowDifference, names: readonly string[]): string {
  const name = names.map((column, n) => `${column} ${valueText(key[n], null)}`).join(", ");
  const shown = change === "changed" ? columns : columns.filter(({ a, b }) => a !== null || b !== null);
  const lines = shown.map(({ column, currency, a, b }) => {
    const [left, right] = [valueText(a, currency), valueText(b, currency)];
    return change === "changed" ? [column, left, "->", right] : [column, change === "new" ? right : left];
  });
  return `  ${change}: ${name}\n${tableText(lines, { indent: 4 })}`;
}

function valueText(value: unknown, currency: string | null): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number") return currency === null ? String(value) : moneyText(value, currency);
  const text = typeof value === "string" ? JSON.stringify(value) : `x'${hexOf(value)}'`;
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

function hexOf(value: unknown): string {
  return Buffer.from(value as Uint8Array).toString("hex");
}

/** For programs. Sums are exact, also beyond 2^53. */
export function differenceJson({ a, b }: Sides, difference: CacheDifference, { rows }: Examples): string {
  const side = ({ path, logId, seq, projector, tables }: CacheFile) => ({
    cache: path,
    log: logId,
    seq,
    projector,
    tables: tables.size,
  });
  return JSON.stringify({ a: side(a), b: side(b), ...difference, examples: rows }, (_, value) => {
    if (typeof value === "bigint") return rawJson(String(value));
    return value instanceof Uint8Array ? hexOf(value) : value;
  });
}

/** In V8 since 2023, and not yet in TypeScript's library. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

const CSV = csvStyleOf("en");

/** The names of the columns of the CSV. */
export const CSV_HEAD: string = csvLine(["Table", "Key", "Change", "Column", "Currency", "A", "B"], CSV);

/** A line for each value that differs. */
export function differenceCsv({ table, change, key, columns }: RowDifference): string {
  const keyText = key.map((value) => (value instanceof Uint8Array ? hexOf(value) : String(value))).join(" ");
  const lines = columns.map(({ column, currency, a, b }) =>
    csvLine([table, keyText, CHANGES[change], column, currency, cellOf(a, currency), cellOf(b, currency)], CSV),
  );
  // A row that has nothing but its key.
  return lines.join("") || csvLine([table, keyText, CHANGES[change], null, null, null, null], CSV);
}

const CHANGES: { readonly [C in RowChange]: string } = { new: "new", changed: "changed", gone: "gone" };

function cellOf(value: unknown, currency: string | null): Cell {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number") return currency === null ? value : { minor: value, currency };
  return hexOf(value);
}
