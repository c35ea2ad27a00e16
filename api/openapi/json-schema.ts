/** JSON Schema (2020-12): from zod schemas for requests, and from tables for responses. */
import { z } from "zod";
import type { Table } from "../../projector/tables/table.ts";

export type JsonSchema = { readonly [keyword: string]: unknown };

/** The schema of a request's body. */
export function schemaOfInput(schema: z.ZodType): JsonSchema {
  return withoutDialect(z.toJSONSchema(schema, { io: "input", override }));
}

/** The schema of a query parameter, after parsing. */
export function schemaOfParameter(schema: z.ZodType): JsonSchema {
  return withoutDialect(z.toJSONSchema(schema, { io: "output", unrepresentable: "any", override }));
}

interface Overridden {
  pattern?: string;
  allOf?: { pattern?: string }[];
  properties?: Record<string, unknown>;
}

/** The name of a rate until 0.1. It is accepted, and answers have it, during one release. */
const FORMER_RATE = {
  description: "Deprecated: the rate in basis points (2000 is 20 %). Use the rate in thousandths of a per cent.",
  deprecated: true,
  type: ["integer", "null"],
};

const FORMER_COLUMN = [
  "vat_rate_bp",
  { ...FORMER_RATE, description: `${FORMER_RATE.description} null where it is not a whole number of them.` },
] as const;

function override({ jsonSchema }: { jsonSchema: Overridden }): void {
  if (jsonSchema.properties?.vatRate3)
    jsonSchema.properties.vatRateBp = { ...FORMER_RATE, minimum: 0, maximum: 10_000 };
  for (const schema of [jsonSchema, ...(jsonSchema.allOf ?? [])])
    if (schema.pattern !== undefined) schema.pattern = portable(schema.pattern);
}

/**
 * A pattern that every client's tools can read: ECMAScript's without its flag `u`, and Python's. Both lack `\p{…}`. Lone
 * surrogates (Cs) are left out: they cannot be sent as UTF-8. Of capitals (Lu) only those of ASCII are left, so the pattern
 * fits whatever fits ours.
 */
function portable(pattern: string): string {
  return pattern.replaceAll("\\p{Cc}", "\\x00-\\x1f\\x7f-\\x9f").replaceAll("\\p{Lu}", "A-Z").replaceAll("\\p{Cs}", "");
}

function withoutDialect({ $schema: _, ...schema }: Record<string, unknown>): JsonSchema {
  return schema;
}

/** A row: its columns by name. @param more additional fields @param without columns to leave out */
export function schemaOfRow(table: Table, more: Record<string, JsonSchema> = {}, without: string[] = []): JsonSchema {
  const columns = Object.entries(table.columns).filter(([name]) => !without.includes(name));
  const own = columns.flatMap(([name, { type, nullable, values, comment }]) => {
    const plain =
      type === "BLOB"
        ? { type: "string", contentEncoding: "base64" }
        : { type: type === "TEXT" ? "string" : "integer" };
    const schema = {
      description: comment,
      ...plain,
      ...(values && { enum: nullable ? [...values, null] : values }),
      ...(nullable && { type: [plain.type, "null"] }),
    };
    return name === "vat_rate3" ? [[name, schema], FORMER_COLUMN] : [[name, schema]];
  });
  return object({ ...Object.fromEntries(own), ...more }, table.comment);
}

/** An object in which all of these fields are required. */
export function object(properties: Record<string, JsonSchema>, description?: string): JsonSchema {
  return { type: "object", ...(description && { description }), properties, required: Object.keys(properties) };
}

export function arrayOf(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

export function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** Columns of a table, for use in another object. */
export function propertiesOf(table: Table, names: readonly string[]): Record<string, JsonSchema> {
  const { properties } = schemaOfRow(table) as { properties: Record<string, JsonSchema> };
  const own = names.map((name) => [name, properties[name] ?? {}]);
  return Object.fromEntries(names.includes("vat_rate3") ? [...own, FORMER_COLUMN] : own);
}
