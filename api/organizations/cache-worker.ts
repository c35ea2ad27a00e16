/** Runs in its own thread: brings a cache to its log's head while the server continues to serve. */
import { parentPort, workerData } from "node:worker_threads";
import { LogError } from "../../events/errors.ts";
import { openLog } from "../../events/sources/open-log.ts";
import { CacheError } from "../../projector/cache/errors.ts";
import { openOrRebuild } from "../../projector/rebuild/open-cache.ts";
import type { CacheJob, CacheJobResult } from "./cache-opening.ts";

parentPort?.postMessage(await bringUp(workerData as CacheJob));

/** The server opens the cache next. If the cache ends before its log, the server meets the event that stopped it. */
async function bringUp({ address, path }: CacheJob): Promise<CacheJobResult> {
  try {
    const log = await openLog(address);
    try {
      const { cache } = await openOrRebuild(path, log, { decides: true });
      cache.close();
    } finally {
      await log.close();
    }
    return { failure: null };
  } catch (error) {
    // Only plain data can be sent to another thread.
    const { message } = error instanceof Error ? error : new Error(String(error));
    if (error instanceof LogError) return { failure: { kind: "log", code: error.code, message } };
    if (error instanceof CacheError) return { failure: { kind: "cache", code: error.code, message } };
    return { failure: { kind: "other", message } };
  }
}
