/**
 * From what an event says to the columns of a table, and back, by one rule: the field `termsDays` is the column
 * `terms_days`, a boolean `foreign` is the flag `is_foreign`, the fields of an object within have columns of their own
 * names (`address.city` is `city`), and a list is a table of its own. So a field needs its schema and its column; a field
 * without a column, or with one of another type, does not compile.
 */
import type { z } from "zod";
import { type Shape, shapeOf } from "../../events/encoding/shape.ts";
import type { RowOf, Table } from "./table.ts";

type Value = string | number | Uint8Array | null;

/** `vatRateBp` is `vat_rate_bp`. */
type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : "";

type ColumnName<Name extends string, Of> = Of extends boolean
  ? `is_${Snake<Name>}`
  : Of extends Value
    ? Snake<Name>
    : never;

type IsObject<Of> = Of extends Value | boolean | readonly unknown[] ? never : Of;

/** The columns of an object's own fields, and of those of the objects within. */
type ColumnsOf<Data> = {
  [Name in keyof Data & string as ColumnName<Name, Data[Name]>]: Data[Name] extends boolean ? 0 | 1 : Data[Name];
} & Together<{ [Name in keyof Data]: IsObject<Data[Name]> extends never ? never : ColumnsOf<Data[Name]> }[keyof Data]>;

type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** What a row holds of it: all but its lists. */
type Stored<Data> = { [Name in keyof Data as Data[Name] extends readonly unknown[] ? never : Name]: Data[Name] };

/** Says in the compiler's message which columns the table lacks, or has with another type. */
type Misfits<Data, Row> = {
  [Name in keyof ColumnsOf<Data>]: Name extends keyof Row
    ? [ColumnsOf<Data>[Name], Row[Name]] extends [Row[Name], ColumnsOf<Data>[Name]]
      ? never
      : Name
    : Name;
}[keyof ColumnsOf<Data>];

/** Moves data between objects and rows. All of it is generated code: a literal with its fields in order. */
export interface Mapping<Data, Row> {
  /** The columns that the data fills, in the order of the table. */
  readonly columns: readonly string[];
  /** A whole row. @param rest the columns that are not of the data */
  row(data: Data, rest: Omit<Row, keyof ColumnsOf<Data>>): Row;
  /** The columns that the data fills, to put into a row. */
  part(data: Data): Pick<Row, keyof ColumnsOf<Data> & keyof Row>;
  /** The values of `columns`. */
  values(data: Data): Value[];
  /** What a row says. */
  data(row: Row): Stored<Data>;
}

/** @throws Error for a field whose column is not there */
export function mappingOf<T extends Table, Data extends object>(
  table: T & ([Misfits<Data, RowOf<T>>] extends [never] ? unknown : { "lacks a column for": Misfits<Data, RowOf<T>> }),
  schema: z.ZodType<Data>,
): Mapping<Data, RowOf<T>> {
  const { name, columnNames } = table as Table;
  const shape = shapeOf(schema);
  const read = columnsIn(shape, "data");
  for (const column of read.keys())
    if (!columnNames.includes(column)) throw new Error(`the table ${name} has no column ${column}`);
  const columns = columnNames.filter((column) => read.has(column));
  const literal = (names: readonly string[]) =>
    `{ ${names.map((column) => `${column}: ${read.get(column) ?? `rest.${column}`}`).join(", ")} }`;
  return {
    columns,
    row: new Function("data", "rest", `return ${literal(columnNames)};`) as Mapping<Data, RowOf<T>>["row"],
    part: new Function("data", `return ${literal(columns)};`) as Mapping<Data, RowOf<T>>["part"],
    values: new Function("data", `return [${columns.map((column) => read.get(column)).join(", ")}];`) as (
      data: Data,
    ) => Value[],
    data: new Function("row", `return ${objectOf(shape)};`) as Mapping<Data, RowOf<T>>["data"],
  };
}

/** By column, the code that reads it from `place`. */
function columnsIn(shape: Shape, place: string): Map<string, string> {
  const columns = new Map<string, string>();
  for (const { name, shape: field } of fieldsOf(shape)) {
    const at = `${place}.${name}`;
    if (field.kind === "object") for (const [column, code] of columnsIn(field, at)) columns.set(column, code);
    else if (field.kind === "boolean") columns.set(columnOf(name, field), `(${at} ? 1 : 0)`);
    else columns.set(columnOf(name, field), at);
  }
  return columns;
}

/** The code of the object that `row` says. */
function objectOf(shape: Shape): string {
  const fields = fieldsOf(shape).map(({ name, shape: field }) => {
    if (field.kind === "object") return `${name}: ${objectOf(field)}`;
    const value = `row.${columnOf(name, field)}`;
    return `${name}: ${field.kind === "boolean" ? `${value} === 1` : value}`;
  });
  return `{ ${fields.join(", ")} }`;
}

function fieldsOf(shape: Shape) {
  return shape.kind === "object" ? shape.fields.filter((field) => field.shape.kind !== "array") : [];
}

function columnOf(name: string, { kind }: Shape): string {
  const column = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return kind === "boolean" ? `is_${column}` : column;
}
