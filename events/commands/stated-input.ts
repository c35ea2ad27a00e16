/** What a request states, apart from how it is written: the part of it that is hashed. */
import { z } from "zod";

/**
 * What parsed input states: fields in order of name, without those that have their default; bytes as base64.
 *
 * The top fields of a change have no default: a null there clears the field, and absence leaves it as it is, so both
 * stay apart. So do an empty object and none: a credit note with an empty draft is not one of the whole invoice.
 *
 * A default never changes once it is released: the hashes that are stored rest on it.
 */
export function statedInput(schema: z.ZodType, value: unknown): unknown {
  let stated = statedBySchema.get(schema);
  if (!stated) {
    stated = statedOf(schema);
    statedBySchema.set(schema, stated);
  }
  return stated(value);
}

/** What a field states that is there. @returns undefined if it is its schema's default */
type Stated = (value: unknown) => unknown;

const statedBySchema = new WeakMap<z.ZodType, Stated>();

function statedOf(schema: z.ZodType): Stated {
  if (schema instanceof z.ZodDefault) {
    const stated = statedOf(schema.unwrap() as z.ZodType);
    const { defaultValue } = schema.def;
    return (value) => (isSame(value, defaultValue) ? undefined : stated(value));
  }
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) {
    const stated = statedOf(schema.unwrap() as z.ZodType);
    return (value) => (value === null ? null : stated(value));
  }
  if (schema instanceof z.ZodArray) {
    const stated = statedOf(schema.element as z.ZodType);
    return (value) => (value as unknown[]).map(stated);
  }
  if (schema instanceof z.ZodObject) return statedFields(schema);
  return (value) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value);
}

function statedFields(schema: z.ZodObject): Stated {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>)
    .map(([name, field]): [string, Stated] => [name, statedOf(field)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (value) => {
    const object: Record<string, unknown> = {};
    for (const [name, stated] of fields) {
      const field = (value as Record<string, unknown>)[name];
      const content = field === undefined ? undefined : stated(field);
      if (content !== undefined) object[name] = content;
    }
    return object;
  };
}

/** True if a field that is absent would be parsed to this value. */
export function isDefault(schema: z.ZodType | undefined, value: unknown): boolean {
  return schema instanceof z.ZodDefault && isSame(value, schema.def.defaultValue);
}

function isSame(value: unknown, defaultValue: unknown): boolean {
  return value === defaultValue || (isEmptyList(value) && isEmptyList(defaultValue));
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;
