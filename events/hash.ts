import { createHash, hash } from "node:crypto";

const LEAF = Buffer.from([0x00]);

/**
 * The event hash: SHA-256(0x00 ‖ the event's bytes), 32 bytes. It is the entry of the log's tree; the leaf hash is a
 * hash of it (`leafHash`).
 */
export function eventHash(body: Uint8Array): Buffer {
  return createHash("sha256").update(LEAF).update(body).digest();
}

/** SHA-256 of bytes, or of text as UTF-8: 32 bytes. */
export function sha256(data: Uint8Array | string): Buffer {
  return hash("sha256", data, "buffer");
}

/** True if both are present and have the same bytes. */
export function sameBytes(a: Uint8Array | null | undefined, b: Uint8Array | null | undefined): boolean {
  return a != null && b != null && a.length === b.length && Buffer.compare(a, b) === 0;
}
