/** In a thread of its own: brings a cache to its log's head, so that the server goes on answering meanwhile. */
import { parentPort, workerData } from "node:worker_threads";
import { LogError } from "../../events/errors.ts";
import { openLog } from "../../events/sources/open-log.ts";
import { CacheError } from "../../projector/cache/errors.ts";
import { openOrRebuild } from "../../projector/rebuild/open-cache.ts";
import type { CacheJob, CacheJobResult } from "./cache-opening.ts";

parentPort?.postMessage(await bringUp(workerData as CacheJob));

/** The server opens the cache next: where it ends before the log does, it finds the event that stopped it. */
async function bringUp({ address, path }: CacheJob): Promise<CacheJobResult> {
  try {
    const log = await openLog(address);
    try {
      const { cache } = await openOrRebuild(path, log);
      cache.close();
    } finally {
      await log.close();
    }
    return { failure: null };
  } catch (error) {
    // Only plain data goes from one thread to another.
    const { message } = error instanceof Error ? error : new Error(String(error));
    if (error instanceof LogError) return { failure: { kind: "log", code: error.code, message } };
    if (error instanceof CacheError) return { failure: { kind: "cache", code: error.code, message } };
    return { failure: { kind: "other", message } };
  }
}
