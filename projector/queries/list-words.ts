/** The words that lists are asked with: as text, where they come in an address, or as what they mean. */
import { z } from "zod";
import type { Order } from "./list.ts";

/** A number, or its digits. */
export function numberWord(schema: z.ZodNumber) {
  return z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d{1,16}$/)
        .transform(Number),
    ])
    .pipe(schema);
}

/** Yes or no. */
export function flagWord() {
  return z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]).pipe(z.boolean());
}

/** A time: ISO 8601 with its zone, or ms since 1970 UTC. */
export function timeWord() {
  return z
    .union([z.int(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))])
    .pipe(z.number())
    .meta({ type: "string", format: "date-time" });
}

/** One of these columns, with `-` before it for falling order. */
export function sortWord<const Columns extends readonly string[]>(columns: Columns) {
  return z.enum(columns.flatMap((column) => [column, `-${column}`]) as `${"" | "-"}${Columns[number]}`[]);
}

/** @param options.integers columns that are not text; `id` is none, and none is `id` */
export function orderOf(
  sort: string,
  { integers = [], keys = {} }: { integers?: readonly string[]; keys?: Readonly<Record<string, string>> } = {},
): Order {
  const descending = sort.startsWith("-");
  const column = descending ? sort.slice(1) : sort;
  const key = column === "id" ? null : (keys[column] ?? `t.${column}`);
  return { sort, descending, key, keyType: integers.includes(column) ? "integer" : "text" };
}
