/**
 * The process whose memory `rebuild-memory.test.ts` reads: `rebuild-memory.child.ts MODE LOG CACHE`. It makes a cache
 * of a log, and prints its peak memory, MiB.
 */
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { Cache } from "../cache/cache.ts";
import { catchUp } from "../cache/follow.ts";
import { rebuildCache } from "./rebuild.ts";

const [mode, logPath = "", cachePath = ""] = process.argv.slice(2);
const log = SqliteLog.open(logPath);
if (mode === "follow") {
  const cache = Cache.create(cachePath);
  await catchUp(cache, log);
  cache.close();
} else {
  const secondThreadThreshold = mode === "two threads" ? 1 : Number.POSITIVE_INFINITY;
  await rebuildCache(cachePath, log, { secondThreadThreshold });
}
await log.close();
console.log(Math.ceil(process.resourceUsage().maxRSS / 1024));
