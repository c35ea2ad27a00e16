/** The checkpoint after the seal of a `.events` file: a text that says what the log was, usually signed. */
import { sameBytes, sha256 } from "../../hash.ts";
import { damaged, HASH_BYTES } from "./events-file-format.ts";

/** Room for the signatures of a server and of its witnesses, bytes. */
const MAX_TEXT_BYTES = 64 * 1024;
const LENGTH_BYTES = 4;

/** The size of a part without a checkpoint. */
export const NO_CHECKPOINT_BYTES = LENGTH_BYTES + HASH_BYTES;
/** The maximum size of the part. */
export const MAX_CHECKPOINT_BYTES = NO_CHECKPOINT_BYTES + MAX_TEXT_BYTES;

/** @param text null if there is none @throws RangeError if it is too long */
export function encodeCheckpoint(text: string | null): Buffer {
  const bytes = Buffer.from(text ?? "");
  if (bytes.length > MAX_TEXT_BYTES)
    throw new RangeError(`a checkpoint of ${bytes.length} bytes: at most ${MAX_TEXT_BYTES} fit in a .events file`);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes, sha256(Buffer.concat([length, bytes]))]);
}

/**
 * Decodes the part of the file after the seal.
 *
 * @param bytes all bytes after the seal, but no more than MAX_CHECKPOINT_BYTES + 1
 * @param offset of the part in its file, for errors
 * @returns the text; null if there is none
 * @throws LogError DAMAGED
 */
export function decodeCheckpoint(bytes: Buffer, offset: number, name: string): string | null {
  const length = bytes.length < LENGTH_BYTES ? 0 : bytes.readUInt32BE(0);
  if (length > MAX_TEXT_BYTES)
    throw damaged(name, offset, `a checkpoint of ${length} bytes, at most ${MAX_TEXT_BYTES}`);
  const size = NO_CHECKPOINT_BYTES + length;
  if (bytes.length < size)
    throw damaged(name, offset + bytes.length, `the file ends here, inside the checkpoint after its seal`);
  if (bytes.length > size) throw damaged(name, offset + size, `more bytes after the end of the file`);
  if (!sameBytes(sha256(bytes.subarray(0, LENGTH_BYTES + length)), bytes.subarray(LENGTH_BYTES + length)))
    throw damaged(name, offset, "the checkpoint fails its checksum");
  return length === 0 ? null : bytes.toString("utf8", LENGTH_BYTES, LENGTH_BYTES + length);
}
