/** The blobs behind the API: `GET /api/blobs/:sha256`. They are read one by one, and put by the server alone. */
import { AlteredBlobError, type BlobStore, blobText, checkedBlob, MAX_BLOB_BYTES } from "../../blobs/blob-store.ts";
import { ConnectionError, LogError } from "../../errors.ts";
import { type LogGetOptions, LogGets } from "./log-gets.ts";
import type { Problem } from "./problem.ts";

/** The media types of blobs. */
export const BLOB_TYPES = ["application/pdf", "application/xml", "application/octet-stream"] as const;

export class HttpBlobs implements BlobStore {
  readonly name: string;
  readonly #gets: LogGets;

  /** @param base the API's address */
  constructor(base: string, options: LogGetOptions) {
    this.#gets = new LogGets(base, options);
    this.name = this.#gets.name;
  }

  async get(name: Uint8Array, signal?: AbortSignal): Promise<Uint8Array | null> {
    const wanted = {
      types: BLOB_TYPES,
      maxBytes: MAX_BLOB_BYTES,
      refused: (problem: Problem | null) => this.#refused(name, problem),
      tooLong: (message: string) => new AlteredBlobError(this.name, name, `it has ${message}`),
    };
    const bytes = await this.#gets.get(`/api/blobs/${blobText(name)}`, wanted, signal);
    return bytes && checkedBlob(this.name, name, bytes);
  }

  async put(): Promise<Uint8Array> {
    throw new LogError("NOT_A_LOG", `${this.name}: an API makes its files itself`);
  }

  // An API does not list its blobs.
  async *list(): AsyncGenerator<never> {}

  async remove(): Promise<boolean> {
    return false;
  }

  async close(): Promise<void> {}

  /** Null: the server does not have the blob, or is of a release that has none. */
  #refused(name: Uint8Array, problem: Problem | null): LogError | null {
    if (problem?.code === "NO_SUCH_FILE" || problem?.code === "NO_SUCH_ROUTE") return null;
    const message = `${this.name}: ${problem?.status}: ${problem?.detail}`;
    if (problem?.status === 429) return new ConnectionError("busy", message, { problem: problem.code });
    if (problem?.code === "FILE_ALTERED") return new AlteredBlobError(this.name, name, "the server says so itself");
    return new LogError("UNAUTHORIZED", message);
  }
}
