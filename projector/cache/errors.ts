/** What went wrong with a cache's file. What went wrong with events or logs is a LogError. */
export type CacheErrorCode =
  | "NOT_A_CACHE" // another kind of file: nothing was touched
  | "STALE_CACHE" // of another projector version, or of another log: rebuild it
  | "DAMAGED_CACHE" // its own checks fail: rebuild it
  | "NO_CACHE" // there is no file: rebuild it
  | "UNAVAILABLE"; // a full disk, a read-only folder, another process at work on it: nothing was changed, try again

export class CacheError extends Error {
  override readonly name = "CacheError";
  readonly code: CacheErrorCode;

  constructor(code: CacheErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
