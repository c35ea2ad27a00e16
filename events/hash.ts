import { createHash, hash } from "node:crypto";

const PREFIX = Buffer.from([0x00]);
/** Bodies up to this length are hashed in one call, which takes a third less time for most events. */
const MAX_COPIED = 4096;
const input = Buffer.alloc(PREFIX.length + MAX_COPIED);

/**
 * The event hash: SHA-256(0x00 ‖ the event's bytes), 32 bytes. It is the entry of the log's tree; the leaf hash is a
 * hash of it (`leafHash`).
 */
export function eventHash(body: Uint8Array): Buffer {
  if (body.length > MAX_COPIED) return createHash("sha256").update(PREFIX).update(body).digest();
  input.set(body, PREFIX.length);
  return hash("sha256", input.subarray(0, PREFIX.length + body.length), "buffer");
}

/** SHA-256 of bytes, or of text as UTF-8: 32 bytes. */
export function sha256(data: Uint8Array | string): Buffer {
  return hash("sha256", data, "buffer");
}

/** True if both are present and have the same bytes. */
export function sameBytes(a: Uint8Array | null | undefined, b: Uint8Array | null | undefined): boolean {
  return a != null && b != null && a.length === b.length && Buffer.compare(a, b) === 0;
}
