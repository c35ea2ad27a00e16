/** Errors about a cache's file. Errors about events or logs are LogErrors. */
export type CacheErrorCode =
  | "NOT_A_CACHE" // another kind of file: it was not changed
  | "STALE_CACHE" // from another projector version, or another log: rebuild it
  | "DAMAGED_CACHE" // its checks fail: rebuild it
  | "NO_CACHE" // the file does not exist: rebuild it
  | "UNAVAILABLE"; // full disk, read-only folder, file in use: nothing was changed, try again

export class CacheError extends Error {
  override readonly name = "CacheError";
  readonly code: CacheErrorCode;

  constructor(code: CacheErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
