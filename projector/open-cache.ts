/** A cache that is there, right and up to date, whatever was there before: the file is thrown away when it must be. */
import { LogError } from "../events/errors.ts";
import type { EventLog } from "../events/log.ts";
import { Cache } from "./cache.ts";
import { CacheError } from "./errors.ts";
import { catchUp, type Progress } from "./follow.ts";
import { rebuildCache } from "./rebuild.ts";

/** This many events behind, and more behind than it holds: then a rebuild is faster than following. */
const REBUILD_FROM = 20_000;

/**
 * Opens the cache at `path` and brings it to the log's head. A missing, stale, damaged or foreign file, one of another
 * log, or one that holds events that the log does not, is rebuilt.
 */
export async function openOrRebuild(
  path: string,
  log: EventLog,
  options: { onProgress?: Progress } = {},
): Promise<Cache> {
  const cache = openIfGood(path);
  if (cache) {
    try {
      const { seq } = cache.checkpoint;
      const behind = (await log.head(seq)) - seq;
      if (behind <= Math.max(REBUILD_FROM, seq)) {
        await catchUp(cache, log, options);
        return cache;
      }
      cache.close();
    } catch (error) {
      cache.close();
      if (!needsRebuild(error)) throw error;
    }
  }
  await rebuildCache(path, log, options);
  return Cache.open(path);
}

function openIfGood(path: string): Cache | null {
  try {
    return Cache.open(path);
  } catch (error) {
    if (error instanceof CacheError) return null;
    throw error;
  }
}

function needsRebuild(error: unknown): boolean {
  return error instanceof CacheError || (error instanceof LogError && error.code === "FORKED");
}
