/** How commands arrive: JSON objects in which nullable fields and lists may be left out, and unknown fields are refused. */
import { z } from "zod";
import { maxBytesOf } from "./schema.ts";

/**
 * A schema for input made of a schema for events: a nullable field that is absent is null, an array that is absent is
 * empty, bytes are base64, and a field that does not exist is an error instead of being dropped.
 */
export function inputOf<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return relaxed(schema) as z.ZodType<T>;
}

/** The same for a change: every field may be left out, and then stays as it is. */
export function changeOf<T extends z.ZodRawShape>(schema: z.ZodObject<T>): z.ZodType<Partial<z.infer<z.ZodObject<T>>>> {
  const fields = Object.entries(schema.shape as unknown as Record<string, z.ZodType>).map(([name, field]) => {
    const plain =
      field instanceof z.ZodNullable ? (relaxed(field.unwrap() as z.ZodType) as z.ZodType).nullable() : null;
    return [
      name,
      (
        plain ?? (field instanceof z.ZodArray ? z.array(relaxed(field.element as z.ZodType)) : relaxed(field))
      ).optional(),
    ];
  });
  return z.strictObject(Object.fromEntries(fields)) as unknown as z.ZodType<Partial<z.infer<z.ZodObject<T>>>>;
}

function relaxed(schema: z.ZodType): z.ZodType {
  const maxBytes = maxBytesOf(schema);
  if (maxBytes !== undefined)
    return z
      .base64()
      .max(Math.ceil(maxBytes / 3) * 4)
      .transform((text) => new Uint8Array(Buffer.from(text, "base64")))
      .refine((bytes) => bytes.length <= maxBytes, `at most ${maxBytes} bytes`);
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
    return z.strictObject(Object.fromEntries(fields.map(([name, field]) => [name, relaxed(field)])));
  }
  if (schema instanceof z.ZodArray) {
    const { maximum } = schema._zod.bag as { maximum?: number };
    const elements = z.array(relaxed(schema.element as z.ZodType));
    return (maximum === undefined ? elements : elements.max(maximum)).default([]);
  }
  if (schema instanceof z.ZodNullable)
    return relaxed(schema.unwrap() as z.ZodType)
      .nullable()
      .default(null);
  return schema;
}
