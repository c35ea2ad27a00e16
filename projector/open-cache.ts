/** A cache that is there, right and up to date, whatever was there before: the file is thrown away when it must be. */
import { LogError } from "../events/errors.ts";
import type { EventLog } from "../events/log.ts";
import { Cache, removeCacheFile } from "./cache.ts";
import { CacheError } from "./errors.ts";
import { catchUp, type Progress, stopOf } from "./follow.ts";
import { nextFile, rebuildCache } from "./rebuild.ts";

/** This many events behind, and more behind than it holds: then a rebuild is faster than following. */
const REBUILD_FROM = 20_000;

export interface Opened {
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
): Promise<Opened> {
  const cache = openIfGood(path);
  if (cache) {
    const stoppedBy = await follow(cache, log, options);
    if (stoppedBy !== "rebuild") {
      removeCacheFile(nextFile(path)); // a killed rebuild's
      return { cache, stoppedBy };
    }
    cache.close();
  }
  const stoppedBy = await stopOf(() => rebuildCache(path, log, options));
  return { cache: Cache.open(path), stoppedBy };
}

async function follow(
  cache: Cache,
  log: EventLog,
  options: { onProgress?: Progress },
): Promise<LogError | null | "rebuild"> {
  try {
    const { seq } = cache.checkpoint;
    const behind = (await log.head(seq)) - seq;
    if (behind > Math.max(REBUILD_FROM, seq)) return "rebuild";
    return await stopOf(() => catchUp(cache, log, options));
  } catch (error) {
    if (isForRebuild(error) || (error instanceof LogError && error.code === "FORKED")) return "rebuild";
    cache.close();
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
