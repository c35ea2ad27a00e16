/**
 * Maps the fields of an event to the columns of a table and back, by one rule: the field `termsDays` is the column
 * `terms_days`, the boolean `foreign` is the flag `is_foreign`, the fields of a nested object are columns by their own
 * names (`address.city` is `city`), and a list is a separate table. The fields of an object that can be null have its name
 * in front (`payee.name` is `payee_name`, `payee.companyId.id` is `payee_company_id`), but for `more`; without a value they
 * are all NULL. So a new field needs only its schema and its column. A field without a column, or with a column of another
 * type, does not compile.
 */
import type { z } from "zod";
import { type Shape, shapeOf } from "../../events/encoding/shape.ts";
import type { RowOf, Table } from "./table.ts";

type Value = string | number | Uint8Array | null;

/** `termsDays` becomes `terms_days`. */
type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : "";

type ColumnName<Name extends string, Of> = [Of] extends [boolean]
  ? `is_${Snake<Name>}`
  : [Of] extends [Value]
    ? Snake<Name>
    : never;

type IsObject<Of> = Of extends Value | boolean | readonly unknown[] ? never : Of;

/** The column with the names of the groups around it: the `id` of what is an id already has no name of its own. */
type Prefixed<Prefix extends string, Name extends string> = Name extends "id"
  ? Prefix extends `${infer Before}id_`
    ? `${Before}id`
    : `${Prefix}id`
  : `${Prefix}${Name}`;

/** What stands in front of the columns of a nested object. */
type PrefixOf<Prefix extends string, Name extends string, Of> = null extends Of
  ? Name extends "more"
    ? Prefix
    : `${Prefix}${Snake<Name>}_`
  : Prefix;

/** The columns of an object's fields, including those of nested objects. @typeParam Null null in an object that can be null */
type ColumnsOf<Data, Prefix extends string = "", Null = never> = {
  [Name in keyof Data & string as Prefixed<Prefix, ColumnName<Name, Data[Name]>>]:
    | (Data[Name] extends boolean ? 0 | 1 : Data[Name])
    | Null;
} & Intersection<
  {
    [Name in keyof Data & string]: IsObject<NonNullable<Data[Name]>> extends never
      ? never
      : ColumnsOf<NonNullable<Data[Name]>, PrefixOf<Prefix, Name, Data[Name]>, null extends Data[Name] ? null : Null>;
  }[keyof Data & string]
>;

type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** The fields that fit in a row: all but the lists. */
type RowFields<Data> = { [Name in keyof Data as Data[Name] extends readonly unknown[] ? never : Name]: Data[Name] };

/** The columns that the table lacks or has with another type, for the compiler's message. */
type Misfits<Data, Row> = {
  [Name in keyof ColumnsOf<Data>]: Name extends keyof Row
    ? [ColumnsOf<Data>[Name], Row[Name]] extends [Row[Name], ColumnsOf<Data>[Name]]
      ? never
      : Name
    : Name;
}[keyof ColumnsOf<Data>];

/** Moves data between objects and rows. Each function is generated code: a literal with its fields in order. */
interface Mapping<Data, Row> {
  /** The columns that come from the data, in the order of the table. */
  readonly columns: readonly string[];
  /** A whole row. @param rest the columns that do not come from the data */
  row(data: Data, rest: Omit<Row, keyof ColumnsOf<Data>>): Row;
  /** The part of a row that comes from the data. */
  part(data: Data): Pick<Row, keyof ColumnsOf<Data> & keyof Row>;
  /** The values of `columns`. */
  values(data: Data): Value[];
  /** The data in a row. */
  data(row: Row): RowFields<Data>;
}

/** @throws Error for a field without a column */
export function mappingOf<T extends Table, Data extends object>(
  table: T & ([Misfits<Data, RowOf<T>>] extends [never] ? unknown : { "lacks a column for": Misfits<Data, RowOf<T>> }),
  schema: z.ZodType<Data>,
): Mapping<Data, RowOf<T>> {
  const { name, columnNames } = table as Table;
  const shape = shapeOf(schema);
  const readCode = readCodeOf(shape, "data");
  for (const column of readCode.keys())
    if (!columnNames.includes(column)) throw new Error(`the table ${name} has no column ${column}`);
  const columns = columnNames.filter((column) => readCode.has(column));
  const literal = (names: readonly string[]) =>
    `{ ${names.map((column) => `${column}: ${readCode.get(column) ?? `rest.${column}`}`).join(", ")} }`;
  return {
    columns,
    row: new Function("data", "rest", `return ${literal(columnNames)};`) as Mapping<Data, RowOf<T>>["row"],
    part: new Function("data", `return ${literal(columns)};`) as Mapping<Data, RowOf<T>>["part"],
    values: new Function("data", `return [${columns.map((column) => readCode.get(column)).join(", ")}];`) as (
      data: Data,
    ) => Value[],
    data: new Function("row", `return ${objectOf(shape)};`) as Mapping<Data, RowOf<T>>["data"],
  };
}

/** For each column, the code that reads its value from the object `path`. @param inNull true if the object can be null */
function readCodeOf(shape: Shape, path: string, prefix = "", inNull = false): Map<string, string> {
  const columns = new Map<string, string>();
  for (const { name, shape: field } of columnFieldsOf(shape)) {
    const fieldPath = `${path}${inNull ? "?." : "."}${name}`;
    const group = groupOf(name, field, prefix);
    if (group)
      for (const [column, code] of readCodeOf(group.shape, fieldPath, group.prefix, inNull || group.canBeNull))
        columns.set(column, code);
    else if (field.kind === "boolean") columns.set(columnOf(name, field, prefix), `(${fieldPath} ? 1 : 0)`);
    else columns.set(columnOf(name, field, prefix), inNull ? `(${fieldPath} ?? null)` : fieldPath);
  }
  return columns;
}

/** The code that builds an object from `row`. An object that can be null is null if all of its columns are NULL. */
function objectOf(shape: Shape, prefix = ""): string {
  const fields = columnFieldsOf(shape).map(({ name, shape: field }) => {
    const group = groupOf(name, field, prefix);
    if (group) {
      const object = objectOf(group.shape, group.prefix);
      if (!group.canBeNull) return `${name}: ${object}`;
      const columns = [...readCodeOf(group.shape, "", group.prefix).keys()];
      return `${name}: ${columns.map((column) => `row.${column} === null`).join(" && ")} ? null : ${object}`;
    }
    const value = `row.${columnOf(name, field, prefix)}`;
    return `${name}: ${field.kind === "boolean" ? `${value} === 1` : value}`;
  });
  return `{ ${fields.join(", ")} }`;
}

/** A nested object, with what stands in front of its columns; null for other fields. */
function groupOf(name: string, field: Shape, prefix: string) {
  if (field.kind === "object") return { shape: field, prefix, canBeNull: false };
  if (field.kind !== "nullable" || field.of.kind !== "object") return null;
  return { shape: field.of, prefix: name === "more" ? prefix : `${prefix}${snake(name)}_`, canBeNull: true };
}

function columnFieldsOf(shape: Shape) {
  return shape.kind === "object" ? shape.fields.filter((field) => field.shape.kind !== "array") : [];
}

function columnOf(name: string, { kind }: Shape, prefix: string): string {
  if (kind === "boolean") return `${prefix}is_${snake(name)}`;
  // What is an id already has no `id` of its own.
  return name === "id" && prefix.endsWith("id_") ? prefix.slice(0, -1) : `${prefix}${snake(name)}`;
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
