/** Schemas for the filters of lists. They accept text from a URL as well as typed values. */
import { z } from "zod";
import { isCurrency } from "../../events/values/currency.ts";
import { isDate } from "../../events/values/date.ts";
import { currency, date } from "../../events/values/schema.ts";

/**
 * A number, or a text of its digits in their only spelling. `Number` also reads an empty text as 0, `1e3`, `0x10` and blanks:
 * a client that forgot to fill in a value would get another list than it meant.
 */
export function numberWord(schema: z.ZodNumber) {
  return z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^(?:0|-?[1-9]\d{0,15})$/)
          .transform(Number),
      ],
      "must be a whole number",
    )
    .pipe(schema);
}

/** A boolean, or `true` or `false` as text. */
export function flagWord() {
  return z
    .union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")], "must be true or false")
    .pipe(z.boolean());
}

/** A day of the calendar. */
export function dayWord() {
  return date().refine(isDate, "must be a day of the calendar");
}

/** A currency that exists. A mistyped one would give an empty list. */
export function currencyWord() {
  return currency().refine(isCurrency, "must be a currency of ISO 4217, such as EUR");
}

/** A time in ISO 8601 with its zone, or in ms since 1970 UTC. */
export function timeWord() {
  return z
    .union(
      [z.int(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))],
      "must be a time with its zone, such as 2026-01-31T12:00:00Z",
    )
    .pipe(z.number())
    .meta({ type: "string", format: "date-time" });
}

/** One of these columns; `-` in front means descending order. */
export function sortWord<const Columns extends readonly string[]>(columns: Columns) {
  return z.enum(columns.flatMap((column) => [column, `-${column}`]) as `${"" | "-"}${Columns[number]}`[]);
}

/** A column, or an expression, that rows are sorted by. All but the first are never null. */
interface SortKey {
  /** Part of the index, after the keys before it. */
  sql: string;
  type: "text" | "integer";
  descending: boolean;
}

export interface Order {
  /** The sort of the request, such as `-issued_on`. A cursor of another sort is refused. */
  sort: string;
  /** Rows with equal keys come by id. */
  keys: readonly SortKey[];
  /** The direction of the ids. */
  descending: boolean;
}

/** The column of a sort, without its direction. */
export function columnOf<Sort extends string>(sort: Sort): Sort extends `-${string}` ? never : Sort {
  return sort.replace(/^-/, "") as Sort extends `-${string}` ? never : Sort;
}

/**
 * The order by one column of the table `t`, and by id in the same direction.
 *
 * @param options.integers sort columns with integers, except `id`
 * @param options.keys the SQL of sort columns; default: `t.column`
 */
export function orderOf(
  sort: string,
  { integers = [], keys = {} }: { integers?: readonly string[]; keys?: Readonly<Record<string, string>> } = {},
): Order {
  const column = columnOf(sort);
  if (column === "id") return orderBy(sort, []);
  const type = integers.includes(column) ? "integer" : "text";
  return orderBy(sort, [{ sql: keys[column] ?? `t.${column}`, type }]);
}

/** The order by these keys, and by id, all in the direction of the sort. */
export function orderBy(sort: string, keys: readonly Omit<SortKey, "descending">[]): Order {
  const descending = sort.startsWith("-");
  return { sort, keys: keys.map((key) => ({ ...key, descending })), descending };
}

/** The order by the client `c`, its documents newest first in both directions. */
export function orderByClient(sort: string): Order {
  const descending = sort.startsWith("-");
  return {
    sort,
    keys: [
      { sql: "c.sort_key", type: "text", descending },
      { sql: "c.id", type: "integer", descending },
    ],
    descending: true,
  };
}
