/** Cursors of lists of changes: keys as opaque texts. */
import { z } from "zod";

/** An id, or an id and a currency. */
export const keySchema = z.union([z.tuple([z.int().min(0)]), z.tuple([z.int().min(0), z.string().max(3)])]);

export function cursorText(words: unknown): string {
  return Buffer.from(JSON.stringify(words)).toString("base64url");
}

/** @throws ZodError unless it is what the schema says */
export function parseCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonOf(cursor));
  if (parsed.success) return parsed.data;
  const message = "must be the `next` of a part of this answer";
  throw new z.ZodError([{ code: "custom", path: ["cursor"], message, input: cursor }]);
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}
