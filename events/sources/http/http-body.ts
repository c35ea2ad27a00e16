/** Reads the body of an HTTP response within a limit, and decompresses it if `fetch` has not done so. */
import { promisify } from "node:util";
import zlib from "node:zlib";

/** The value of `Accept-Encoding`: the supported encodings, best first. */
export const ACCEPT_ENCODING = "zstd, gzip";

const decompressZstd = promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);
const decompressGzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip);

/** The first bytes of compressed data. */
const MAGIC: Readonly<Record<string, Buffer>> = {
  zstd: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
  gzip: Buffer.from([0x1f, 0x8b]),
};

/** The body is longer than the limit. It was discarded. */
export class BodyTooLong extends Error {
  override readonly name = "BodyTooLong";

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
  }
}

/** A body, or its beginning. */
interface PartialBody {
  bytes: Uint8Array;
  /** Why it broke off; null if it is complete. */
  failure: unknown;
}

/**
 * Reads and decompresses the whole body.
 *
 * @param maxBytes the limit, both compressed and decompressed; memory use exceeds it by a few chunks at most
 * @param onBytes called for each chunk that arrives
 * @throws BodyTooLong; the error of a lost connection, or of damaged compressed bytes
 */
export async function readBody(response: Response, maxBytes: number, onBytes?: () => void): Promise<Uint8Array> {
  const { bytes, failure } = await readBodySoFar(response, maxBytes, onBytes);
  if (failure !== null) throw failure;
  return bytes;
}

/**
 * Like `readBody`, but keeps what arrived before the connection was lost.
 *
 * @param onBytes called for each chunk that arrives
 * @throws BodyTooLong; the error of damaged compressed bytes
 */
export async function readBodySoFar(
  response: Response,
  maxBytes: number,
  onBytes: () => void = () => {},
): Promise<PartialBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let failure: unknown = null;
  try {
    // Leaving the loop cancels the transfer.
    for await (const chunk of response.body ?? []) {
      onBytes();
      length += chunk.length;
      if (length > maxBytes) throw new BodyTooLong(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BodyTooLong) throw error;
    failure = error;
  }
  const encoding = response.headers.get("content-encoding");
  const isCut = failure !== null;
  const bytes = await decompress(Buffer.concat(chunks, length), { encoding, maxBytes, isCut });
  return { bytes, failure };
}

interface Compression {
  encoding: string | null;
  maxBytes: number;
  /** True: the end is missing, so decompress as far as it goes. */
  isCut: boolean;
}

/**
 * Runtimes differ in which encodings `fetch` decompresses, and the header stays in either case. The first bytes decide:
 * no event and no JSON begins like compressed data.
 */
async function decompress(bytes: Buffer, { encoding, maxBytes, isCut }: Compression): Promise<Buffer> {
  const magic = MAGIC[encoding ?? ""];
  if (!magic || !bytes.subarray(0, magic.length).equals(magic)) return bytes;
  const { ZSTD_e_flush, Z_SYNC_FLUSH } = zlib.constants;
  const maxOutputLength = maxBytes;
  try {
    if (encoding === "zstd")
      return await decompressZstd(bytes, { maxOutputLength, ...(isCut && { finishFlush: ZSTD_e_flush }) });
    return await decompressGzip(bytes, { maxOutputLength, ...(isCut && { finishFlush: Z_SYNC_FLUSH }) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw new BodyTooLong(maxBytes);
    throw error;
  }
}
