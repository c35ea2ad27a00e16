/**
 * A store of blobs: the files of one log's documents, each under the SHA-256 of its bytes. Events name blobs; the bytes
 * are not in the log. Several processes may use a store at the same time.
 *
 * Whoever appends an event that names a blob puts the blob first. So an event never names a blob that was not durable,
 * and a process that stops in between leaves a blob that no event names, which does no harm.
 */
import { LogError } from "../errors.ts";
import { sameBytes, sha256 } from "../hash.ts";

/**
 * The largest blob, bytes. A document of MongoDB has at most 16 MiB with all its fields, so each blob fits into one, and
 * is never there in part. A file of 2,000 long lines has about 2 MiB, and mail servers take about 20 MiB.
 */
export const MAX_BLOB_BYTES = 15 * 1024 * 1024;

/** The length of a blob's name, bytes. */
export const BLOB_NAME_BYTES = 32;

export interface StoredBlob {
  /** Its name: the SHA-256 of its bytes, 32 bytes. */
  sha256: Uint8Array;
  /** Bytes. */
  size: number;
  /** When it was last put, ms since 1970 UTC, by the store's clock. */
  putAtMs: number;
}

/** Every promise may reject with LogError UNREACHABLE: repeating the call is safe. */
export interface BlobStore {
  /** Its name for people. */
  readonly name: string;

  /**
   * Stores bytes, and returns their name once they are durable. Bytes that are there already are compared.
   *
   * @throws AlteredBlobError if other bytes have this name; RangeError if there are more than MAX_BLOB_BYTES
   */
  put(bytes: Uint8Array): Promise<Uint8Array>;

  /**
   * The bytes with a name; null if they are missing.
   *
   * @throws AlteredBlobError if other bytes have this name: they are never returned
   */
  get(name: Uint8Array): Promise<Uint8Array | null>;

  /** All blobs, in the order of their names. It does not read their bytes. */
  list(): AsyncGenerator<StoredBlob>;

  /**
   * Removes a blob, unless it was put again in the meantime.
   *
   * @param olderThanMs it was put at least this long ago, by the store's clock
   * @returns false if it is not there, or was put later
   */
  remove(name: Uint8Array, olderThanMs: number): Promise<boolean>;

  close(): Promise<void>;
}

/** The bytes that a store has under a name have another hash. Missing bytes are no error. */
export class AlteredBlobError extends LogError {
  /** Hexadecimal. */
  readonly blob: string;

  /** @param found what is there in its place */
  constructor(store: string, name: Uint8Array, found: string) {
    const blob = blobText(name);
    super("DAMAGED", `${store}: file ${blob} was altered: ${found}`);
    this.blob = blob;
  }
}

/** A blob's name for people and addresses: 64 hexadecimal digits. */
export function blobText(name: Uint8Array): string {
  return Buffer.from(name).toString("hex");
}

/** Reads a blob's name; null if the text is not one. */
export function parseBlobName(text: string): Uint8Array | null {
  return /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, "hex") : null;
}

/** @throws AlteredBlobError if bytes have another hash than their name */
export function checkedBlob(store: string, name: Uint8Array, bytes: Uint8Array): Uint8Array {
  const found = sha256(bytes);
  if (sameBytes(found, name)) return bytes;
  throw new AlteredBlobError(store, name, `its ${bytes.length} bytes have the SHA-256 ${blobText(found)}`);
}

/** The name of new bytes. @throws RangeError if there are too many of them */
export function nameOfBlob(bytes: Uint8Array): Buffer {
  if (bytes.length > MAX_BLOB_BYTES)
    throw new RangeError(`a file of ${bytes.length} bytes: at most ${MAX_BLOB_BYTES} can be kept`);
  return sha256(bytes);
}
