/**
 * Input schemas of commands: JSON objects in which nullable fields and lists can be left out and unknown fields are
 * refused.
 */
import { z } from "zod";
import { normalEmail } from "../values/email.ts";
import { maxBytesOf, textKindOf } from "../values/schema.ts";

/** An address as it is typed, with blanks around it, characters. The address itself is shorter. */
const MAX_TYPED_EMAIL = 1_000;

/**
 * Derives an input schema from an event schema. An absent nullable field becomes null, an absent array becomes empty,
 * bytes are base64, an e-mail address can be in any case, and an unknown field is an error.
 */
export function inputOf<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return relax(schema) as z.ZodType<T>;
}

/** The input schema of a change: every field can be left out and then keeps its value. */
export function changeOf<T extends z.ZodRawShape>(schema: z.ZodObject<T>): z.ZodType<Partial<z.infer<z.ZodObject<T>>>> {
  const fields = Object.entries(schema.shape as unknown as Record<string, z.ZodType>);
  const changes = fields.map(([name, field]) => [name, describeAs(withoutDefault(relax(field)).optional(), field)]);
  return z.strictObject(Object.fromEntries(changes)) as unknown as z.ZodType<Partial<z.infer<z.ZodObject<T>>>>;
}

/** An absent field of a change keeps its value, so the top fields of a change have no defaults. */
function withoutDefault(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema;
}

function relax(schema: z.ZodType): z.ZodType {
  return describeAs(relaxedShape(schema), schema);
}

/** What is documented stays documented. */
function describeAs(schema: z.ZodType, { description }: z.ZodType): z.ZodType {
  return description === undefined || schema.description === description ? schema : schema.describe(description);
}

function relaxedShape(schema: z.ZodType): z.ZodType {
  const maxBytes = maxBytesOf(schema);
  if (maxBytes !== undefined)
    return z
      .base64()
      .max(Math.ceil(maxBytes / 3) * 4)
      .transform((text) => new Uint8Array(Buffer.from(text, "base64")))
      .refine((bytes) => bytes.length <= maxBytes, `at most ${maxBytes} bytes`);
  // In any case, because people type it so; the event has its one spelling.
  if (textKindOf(schema) === "email")
    return z
      .string()
      .max(MAX_TYPED_EMAIL)
      .transform(normalEmail)
      .pipe(schema as z.ZodString);
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
    return withChecksOf(
      schema,
      z.strictObject(Object.fromEntries(fields.map(([name, field]) => [name, relax(field)]))),
    );
  }
  if (schema instanceof z.ZodArray) {
    return relaxedArray(schema).default([]);
  }
  if (schema instanceof z.ZodNullable)
    return relax(schema.unwrap() as z.ZodType)
      .nullable()
      .default(null);
  return schema;
}

function relaxedArray(schema: z.ZodArray): z.ZodArray {
  return withChecksOf(schema, z.array(relax(schema.element as z.ZodType)));
}

/** The relaxed schema with the checks of the one that it comes from, such as its maximum length. */
function withChecksOf<T extends z.ZodType>(schema: z.ZodType, relaxed: T): T {
  const checks = (schema._zod.def.checks ?? []) as z.core.$ZodCheck<z.output<T>>[];
  return checks.length === 0 ? relaxed : (relaxed.check(...checks) as T);
}
