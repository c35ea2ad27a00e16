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

function override({ jsonSchema }: { jsonSchema: { pattern?: string; allOf?: { pattern?: string }[] } }): void {
  for (const schema of [jsonSchema, ...(jsonSchema.allOf ?? [])])
    if (schema.pattern !== undefined) schema.pattern = portable(schema.pattern);
}

/**
 * A pattern that every client's tools can read: ECMAScript's without its flag `u`, and Python's. Both lack `\p{…}`. Lone
 * surrogates (Cs) are left out: they cannot be sent as UTF-8.
 */
function portable(pattern: string): string {
  return pattern.replaceAll("\\p{Cc}", "\\x00-\\x1f\\x7f-\\x9f").replaceAll("\\p{Cs}", "");
}

function withoutDialect({ $schema: _, ...schema }: Record<string, unknown>): JsonSchema {
  return schema;
}

/** A row: its columns by name. @param more additional fields @param without columns to leave out */
export function schemaOfRow(table: Table, more: Record<string, JsonSchema> = {}, without: string[] = []): JsonSchema {
  const columns = Object.entries(table.columns).filter(([name]) => !without.includes(name));
  const own = columns.map(([name, { type, nullable, values, comment }]) => {
    const plain =
      type === "BLOB"
        ? { type: "string", contentEncoding: "base64" }
        : { type: type === "TEXT" ? "string" : "integer" };
    return [
      name,
      {
        description: comment,
        ...plain,
        ...(values && { enum: nullable ? [...values, null] : values }),
        ...(nullable && { type: [plain.type, "null"] }),
      },
    ];
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
  return Object.fromEntries(names.map((name) => [name, properties[name] ?? {}]));
}
