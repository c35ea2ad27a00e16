/** Opens a cache at its log's head. It follows the log where it can, and replaces the file where it must. */
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import { Cache } from "../cache/cache.ts";
import { CacheError } from "../cache/errors.ts";
import { catchUp, type Progress, stopOf } from "../cache/follow.ts";
import { rebuildCache } from "./rebuild.ts";
import { nextFile, removeUnfinished } from "./rebuild-file.ts";

/** A cache that is more events behind than this, and than it contains, is faster to rebuild than to follow. */
export const REBUILD_THRESHOLD = 20_000;

type OpenOptions = { checkPages?: boolean; decides?: boolean };

export interface OpenResult {
  cache: Cache;
  /** Why the cache ends before the log's head; null if it does not. */
  stoppedBy: LogError | null;
}

/**
 * Opens the cache at `path` and brings it to the log's head. Rebuilds it if the file is missing, stale, damaged or not
 * a cache, if it belongs to another log or history, or if it contains more events than the log. Any file at `path` may
 * be replaced, so reserve the path for the cache.
 *
 * @param options.checkPages as `Cache.open`
 * @param options.decides as `Cache.open`
 * @throws LogError any error from reading the log, except FORKED
 * @throws CacheError NOT_A_CACHE if `path` is a folder; UNAVAILABLE; the file is unchanged
 */
export async function openOrRebuild(
  path: string,
  log: EventLog,
  options: { onProgress?: Progress; stopAtUnreadable?: boolean } & OpenOptions = {},
): Promise<OpenResult> {
  const opened = await openAndFollow(path, log, options);
  if (opened) return opened;
  const stoppedBy = await stopOf(() => rebuildCache(path, log, options));
  return { cache: Cache.open(path), stoppedBy };
}

/**
 * The quick half of `openOrRebuild`, for callers that rebuild elsewhere.
 *
 * @param options.maxBehind how many events the cache may lack; default: as many as following adds faster than a rebuild
 * @param options.checkPages as `Cache.open`
 * @param options.decides as `Cache.open`
 * @returns null if the cache must be rebuilt or lacks more events; the file is unchanged
 */
export async function openAndFollow(
  path: string,
  log: EventLog,
  {
    maxBehind,
    checkPages = false,
    decides = false,
    ...options
  }: { maxBehind?: number; onProgress?: Progress } & OpenOptions = {},
): Promise<OpenResult | null> {
  const cache = openIfUsable(path, { checkPages, decides });
  if (!cache) return null;
  try {
    const { seq } = cache.checkpoint;
    const behind = (await log.head(seq)) - seq;
    if (behind > (maxBehind ?? Math.max(REBUILD_THRESHOLD, seq))) {
      cache.close();
      return null;
    }
    const stoppedBy = await stopOf(() => catchUp(cache, log, options));
    removeUnfinished(nextFile(path)); // left by a killed rebuild
    return { cache, stoppedBy };
  } catch (error) {
    cache.close();
    if (needsRebuild(error) || (error instanceof LogError && error.code === "FORKED")) return null;
    throw error;
  }
}

function openIfUsable(path: string, options: OpenOptions): Cache | null {
  try {
    return Cache.open(path, options);
  } catch (error) {
    if (needsRebuild(error)) return null;
    throw error;
  }
}

function needsRebuild(error: unknown): boolean {
  return error instanceof CacheError && error.code !== "UNAVAILABLE";
}
