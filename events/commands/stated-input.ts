/** The stated input of a request: what it says, however it is written. Only this is hashed. */
import { z } from "zod";
import { basisPointsOf } from "../values/former-rates.ts";

/**
 * Reduces parsed input to the stated input: fields in order of name, without those that have their default; bytes as
 * base64.
 *
 * The top fields of a change have no default, because null clears a field and an absent field keeps its value: the two
 * differ. An empty object and an absent one differ too: a credit note with an empty draft is not a credit note for the
 * whole invoice.
 *
 * A default never changes once it is released, because stored hashes depend on it.
 */
export function statedInput(schema: z.ZodType, value: unknown): unknown {
  let reduce = reducers.get(schema);
  if (!reduce) {
    reduce = reducerOf(schema);
    reducers.set(schema, reduce);
  }
  return reduce(value);
}

/** Reduces the value of a present field. @returns undefined if the value is the schema's default */
type Reducer = (value: unknown) => unknown;

const reducers = new WeakMap<z.ZodType, Reducer>();

function reducerOf(schema: z.ZodType): Reducer {
  if (schema instanceof z.ZodDefault) {
    const reduce = reducerOf(schema.unwrap() as z.ZodType);
    const { defaultValue } = schema.def;
    return (value) => (isSame(value, defaultValue) ? undefined : reduce(value));
  }
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) {
    const reduce = reducerOf(schema.unwrap() as z.ZodType);
    return (value) => (value === null ? null : reduce(value));
  }
  if (schema instanceof z.ZodArray) {
    const reduce = reducerOf(schema.element as z.ZodType);
    return (value) => (value as unknown[]).map(reduce);
  }
  if (schema instanceof z.ZodObject) return fieldsReducer(schema);
  return (value) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value);
}

function fieldsReducer(schema: z.ZodObject): Reducer {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>)
    .map(([name, field]): [string, Reducer] => [name, reducerOf(field)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (value) => {
    const object: Record<string, unknown> = {};
    for (const [name, reduce] of fields) {
      const field = (value as Record<string, unknown>)[name];
      const stated = field === undefined ? undefined : reduce(field);
      if (stated === undefined) continue;
      // Until 0.1 rates were in basis points, and hashed as such; a request is the same in both.
      const former = name === "vatRate3" ? formerRateOf(stated) : undefined;
      if (former === undefined) object[name] = stated;
      else object.vatRateBp = former;
    }
    return object;
  };
}

/** A rate in basis points, null for none; undefined if only thousandths of a per cent can state it. */
export function formerRateOf(rate3: unknown): number | null | undefined {
  if (rate3 === null) return null;
  return basisPointsOf(rate3 as number) ?? undefined;
}

/** True if an absent field would be parsed to this value. */
export function isDefault(schema: z.ZodType | undefined, value: unknown): boolean {
  return schema instanceof z.ZodDefault && isSame(value, schema.def.defaultValue);
}

function isSame(value: unknown, defaultValue: unknown): boolean {
  return value === defaultValue || (isEmptyList(value) && isEmptyList(defaultValue));
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;
