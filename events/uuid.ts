/** UUIDs as bytes (in events and databases) and as text (for people, headers and addresses). RFC 9562. */
import { parse, stringify, v7, validate, version } from "uuid";

/** Makes a new UUIDv7. @param nowMs its time part, in ms since 1970 */
export function newUuid(nowMs: number = Date.now()): Uint8Array {
  return v7({ msecs: nowMs }, new Uint8Array(16));
}

/** True if these are the 16 bytes of a UUIDv7: version 7 in the seventh byte, the variant of RFC 9562 in the ninth. */
export function isUuidV7(bytes: Uint8Array): boolean {
  return bytes.length === 16 && ((bytes[6] ?? 0) & 0xf0) === 0x70 && ((bytes[8] ?? 0) & 0xc0) === 0x80;
}

/** Writes the 16 bytes of a UUID as text: `0192f0c1-…`. */
export function uuidText(bytes: Uint8Array): string {
  return stringify(bytes);
}

/** Parses the text of a UUIDv7 into its 16 bytes; null if it is not a UUIDv7. */
export function parseUuidV7(text: string): Uint8Array | null {
  return validate(text) && version(text) === 7 ? parse(text) : null;
}

/** Derives the next UUID: the same bytes, with the last 32 bits plus one. */
export function followingUuid(bytes: Uint8Array): Uint8Array {
  const next = Uint8Array.from(bytes);
  const view = new DataView(next.buffer);
  view.setUint32(12, view.getUint32(12) + 1); // wraps around to 0
  return next;
}
