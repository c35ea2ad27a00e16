/** UUIDs as bytes (in events and databases) and as text (for people, headers and addresses). RFC 9562. */
import { parse, stringify, v7, validate, version } from "uuid";

/** Makes a new UUIDv7. @param nowMs its time part, in ms since 1970 */
export function newUuid(nowMs: number = Date.now()): Uint8Array {
  return v7({ msecs: nowMs }, new Uint8Array(16));
}

/** `0192f0c1-…` of 16 bytes. */
export function uuidText(bytes: Uint8Array): string {
  return stringify(bytes);
}

/** The 16 bytes of a UUIDv7's text; null if it is not one. */
export function parseUuidV7(text: string): Uint8Array | null {
  return validate(text) && version(text) === 7 ? parse(text) : null;
}
