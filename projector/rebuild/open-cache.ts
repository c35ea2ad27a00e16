/** A cache that is there, right and up to date, whatever was there before: the file is thrown away when it must be. */
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import { Cache } from "../cache/cache.ts";
import { CacheError } from "../cache/errors.ts";
import { catchUp, type Progress, stopOf } from "../cache/follow.ts";
import { rebuildCache } from "./rebuild.ts";
import { nextFile, removeUnfinished } from "./rebuild-file.ts";

/** This many events behind, and more behind than it holds: then a rebuild is faster than following. */
export const REBUILD_THRESHOLD = 20_000;

export interface OpenResult {
  cache: Cache;
  /** The event that could not be folded: the cache ends before it. Null if it is at the log's head. */
  stoppedBy: LogError | null;
}

/**
 * Opens the cache at `path` and brings it to the log's head. A missing, stale, damaged or foreign file, one of another
 * log or history, and one that holds events that the log does not, is rebuilt: so the file's place must be the cache's own.
 *
 * @throws LogError what reading the log throws, FORKED excepted; CacheError NOT_A_CACHE if a folder is there,
 *   UNAVAILABLE: then what was there is as it was
 */
export async function openOrRebuild(
  path: string,
  log: EventLog,
  options: { onProgress?: Progress } = {},
): Promise<OpenResult> {
  const opened = await openAndFollow(path, log, options);
  if (opened) return opened;
  const stoppedBy = await stopOf(() => rebuildCache(path, log, options));
  return { cache: Cache.open(path), stoppedBy };
}

/**
 * The quick half of `openOrRebuild`, for who does the other half elsewhere.
 *
 * @param options.maxBehind events that may be missing in the cache; default: as long as a rebuild is not faster
 * @returns null if the cache must be rebuilt, or is further behind: then the file is as it was
 */
export async function openAndFollow(
  path: string,
  log: EventLog,
  { maxBehind, ...options }: { maxBehind?: number; onProgress?: Progress } = {},
): Promise<OpenResult | null> {
  const cache = openIfGood(path);
  if (!cache) return null;
  try {
    const { seq } = cache.checkpoint;
    const behind = (await log.head(seq)) - seq;
    if (behind > (maxBehind ?? Math.max(REBUILD_THRESHOLD, seq))) {
      cache.close();
      return null;
    }
    const stoppedBy = await stopOf(() => catchUp(cache, log, options));
    removeUnfinished(nextFile(path)); // a killed rebuild's
    return { cache, stoppedBy };
  } catch (error) {
    cache.close();
    if (isForRebuild(error) || (error instanceof LogError && error.code === "FORKED")) return null;
    throw error;
  }
}

function openIfGood(path: string): Cache | null {
  try {
    return Cache.open(path);
  } catch (error) {
    if (isForRebuild(error)) return null;
    throw error;
  }
}

function isForRebuild(error: unknown): boolean {
  return error instanceof CacheError && error.code !== "UNAVAILABLE";
}
