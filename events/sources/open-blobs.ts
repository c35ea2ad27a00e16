/** Opens the blobs of a log by the log's address. */
import { existsSync } from "node:fs";
import type { BlobStore } from "../blobs/blob-store.ts";
import { noBlobs } from "../blobs/no-blobs.ts";
import type { LogId } from "../log/log.ts";
import { HttpBlobs } from "./http/http-blobs.ts";
import type { HttpLogOptions } from "./http/http-log.ts";
import { blobsFileName, SqliteBlobs } from "./sqlite/sqlite-blobs.ts";

interface OpenBlobsOptions {
  /** The log's id; null: the address names it. */
  log?: LogId | null;
  /** Creates the file of an embedded log's blobs if it does not exist. Without it, nothing is written. */
  create?: boolean;
  /** Of an API. */
  token?: HttpLogOptions["token"];
}

/**
 * Opens the place where the blobs of a log are.
 *
 * @returns null if such a log has none: a `.events` or `.ndjson` file holds events only
 * @throws LogError as `openLog`
 */
export async function openBlobs(address: string, options: OpenBlobsOptions = {}): Promise<BlobStore | null> {
  const { log = null, create = false, token = () => null } = options;
  if (/^mongodb(?:\+srv)?:\/\//i.test(address)) {
    const { openMongoBlobs } = await import("./mongo/open-mongo-blobs.ts");
    return openMongoBlobs(address, log);
  }
  if (/^https?:\/\//i.test(address)) {
    return log === null ? null : new HttpBlobs(new URL(address).origin, { token, log });
  }
  if (!/\.sqlite$/i.test(address)) return null;
  const path = blobsFileName(address);
  if (create) return new SqliteBlobs(path);
  return existsSync(path) ? new SqliteBlobs(path, { readonly: true }) : noBlobs(path);
}
