/** The body of an answer over HTTP: read to its end within a limit, and unpacked where `fetch` has not done it. */
import { promisify } from "node:util";
import zlib from "node:zlib";

/** What a client can unpack, best first: what it says in `Accept-Encoding`. */
export const ACCEPT_ENCODING = "zstd, gzip";

const unzstd = promisify<zlib.InputType, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);
const ungzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip);

/** How packed bytes begin. */
const MAGIC: Readonly<Record<string, Buffer>> = {
  zstd: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
  gzip: Buffer.from([0x1f, 0x8b]),
};

/** The body is longer than any that the caller expects: nothing of it was kept. */
export class BodyTooLong extends Error {
  override readonly name = "BodyTooLong";

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
  }
}

/**
 * The whole body, unpacked.
 *
 * @param maxBytes packed or unpacked, it is not longer; memory is never taken for more than some chunks beyond it
 * @throws BodyTooLong; whatever breaks a connection, or packed bytes
 */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the transfer.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new BodyTooLong(maxBytes);
    chunks.push(chunk);
  }
  return await unpack(Buffer.concat(chunks, length), response.headers.get("content-encoding"), maxBytes);
}

/**
 * Which encodings `fetch` unpacks differs between runtimes, and the header stays either way; the first bytes tell. No
 * event, and no JSON, begins as packed bytes do.
 */
async function unpack(bytes: Buffer, encoding: string | null, maxBytes: number): Promise<Buffer> {
  const magic = MAGIC[encoding ?? ""];
  if (!magic || !bytes.subarray(0, magic.length).equals(magic)) return bytes;
  try {
    return await (encoding === "zstd" ? unzstd : ungzip)(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw new BodyTooLong(maxBytes);
    throw error;
  }
}
