/** Cursors of lists that carry more than a place in an index. */
import { z } from "zod";

/** What a cursor says; null if it says nothing. */
export function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return null;
  }
}

/** The refusal of a cursor. */
export function notACursor(cursor: string): z.ZodError {
  const message = "must be the `next` of a page of this list with this sort";
  return new z.ZodError([{ code: "custom", path: ["cursor"], message, input: cursor }]);
}
