/**
 * The size of event data in bytes, as `encoding/event.ts` writes it: MessagePack, objects as arrays of their values.
 * Without the encoder, so that a form can show the size while the user types.
 */
import { refusal } from "../errors.ts";
import { MAX_EVENT_BYTES } from "./size-limits.ts";

/**
 * The most that an event needs besides the fields of its data: nine positions, four numbers of up to nine bytes, its
 * id, type and time; rounded up.
 */
const HEADER_BYTES = 127;

/** Data of at most this size always fits an event, whatever its position in the log. */
export const MAX_DATA_BYTES = MAX_EVENT_BYTES - HEADER_BYTES;

/**
 * Refuses fields that are each within their limits, but too long together.
 *
 * @param way what to do instead, for the message
 * @throws Refusal TOO_LONG
 */
export function checkSize(
  what: "document" | "organization" | "cancellation",
  data: object,
  limit: number,
  way = "",
): void {
  const bytes = packedSize(data);
  if (bytes > limit)
    throw refusal("TOO_LONG", `the ${what} takes ${bytes} bytes, at most ${limit} are allowed${way}`, {
      values: { what, bytes, limit },
    });
}

/** The encoded size of a value that consists of objects, lists, texts, bytes, whole numbers, booleans and null. */
export function packedSize(value: unknown): number {
  switch (typeof value) {
    case "number":
      return numberSize(value);
    case "string": {
      const length = utf8Length(value);
      return length + (length < 32 ? 1 : length < 256 ? 2 : 3);
    }
    case "object": {
      if (value === null) return 1;
      if (value instanceof Uint8Array) return value.length + (value.length < 256 ? 2 : value.length < 65_536 ? 3 : 5);
      const values = Array.isArray(value) ? value : Object.values(value);
      let size = values.length < 16 ? 1 : 3;
      for (const one of values) size += packedSize(one);
      return size;
    }
    default:
      return 1;
  }
}

function numberSize(value: number): number {
  if (value >= 0) return value < 128 ? 1 : value < 256 ? 2 : value < 65_536 ? 3 : value < 2 ** 32 ? 5 : 9;
  return value >= -32 ? 1 : value >= -128 ? 2 : value >= -32_768 ? 3 : value >= -(2 ** 31) ? 5 : 9;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let n = 0; n < text.length; n++) {
    const unit = text.charCodeAt(n);
    // A surrogate pair is four bytes in UTF-8: two for each of its halves.
    if (unit >= 0x80) length += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return length;
}
