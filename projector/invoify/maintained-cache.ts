/**
 * A cache that is kept up with a log. Behind an API, a mirror of the log lies beside it, as on a desktop: what was
 * fetched once is never fetched again. Any other log is read where it is.
 */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { LogError } from "../../events/errors.ts";
import type { EventLog, LogId } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { mirrorFileName } from "../../events/sources/sqlite/sqlite-log-file.ts";
import { type Cache, openCacheForReading } from "../cache/cache.ts";
import { readCheckpoint } from "../cache/checkpoint.ts";
import { CacheError } from "../cache/errors.ts";
import { catchUp, type Progress, stopOf } from "../cache/follow.ts";
import { UsageError } from "../command-line/failure.ts";
import { cacheFileOf, kindOfFile, refuseToOverwrite } from "../command-line/logs-and-caches.ts";
import { openOrRebuild } from "../rebuild/open-cache.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { fillMirror, latestGeneration } from "../sync/mirror.ts";
import { sync } from "../sync/sync.ts";

export interface SyncResult {
  /** Events that are new here. */
  events: number;
  /** The last sequence that is here: the mirror's, or where there is none the cache's. */
  seq: Sequence;
  /** Why the cache ends before it; null if it does not. */
  stoppedBy: LogError | null;
}

export interface SyncOptions {
  signal: AbortSignal;
  onProgress?: Progress;
}

export interface MaintainedCache {
  readonly cache: Cache;
  /** The mirror's file; null where the log is read where it is. */
  readonly mirrorPath: string | null;
  /** What opening it brought already. */
  readonly opened: SyncResult;
  /** Brings what is new in the log. @throws LogError as `sync` */
  pull(options: SyncOptions): Promise<SyncResult>;
  close(): void;
}

/** The cache's file for `--to`: a folder's own one, or the file. The folder is made. @throws UsageError */
export function prepareCacheFile(to: string): string {
  const asFolder = kindOfFile(to) === "missing" && !to.endsWith(".sqlite");
  mkdirSync(asFolder ? to : dirname(to), { recursive: true });
  const file = cacheFileOf(to);
  refuseToOverwrite(file);
  return file;
}

/** Opens the cache with the mirror beside it. @param refetch begin a new mirror: the next generation */
export async function openWithMirror(
  file: string,
  remote: EventLog,
  { refetch, ...options }: SyncOptions & { refetch: boolean },
): Promise<MaintainedCache> {
  const id = await remote.id();
  if (id === null) throw new UsageError(`${remote.name}: the log has no event yet`);
  const latest = latestGeneration(dirname(file), id);
  const mirrorPath = join(dirname(file), mirrorFileName(id, refetch ? latest + 1 : Math.max(1, latest)));
  const mirror = SqliteLog.open(mirrorPath, { kind: "mirror", create: true });
  try {
    const events = mirror.headNow() === 0 ? await fillMirror(mirror, abortableLog(remote, options.signal), options) : 0;
    const { cache, stoppedBy } = await openOrRebuild(file, abortableLog(mirror, options.signal), options);
    return {
      cache,
      mirrorPath,
      opened: { events, seq: mirror.headNow(), stoppedBy },
      pull: (options) => sync(abortableLog(remote, options.signal), mirror, cache, options),
      close() {
        cache.close();
        mirror.closeNow();
      },
    };
  } catch (error) {
    mirror.closeNow();
    throw error;
  }
}

/** Opens the cache over the log itself. */
export async function openWithoutMirror(file: string, log: EventLog, options: SyncOptions): Promise<MaintainedCache> {
  const before = checkpointOf(file, await log.id());
  const { cache, stoppedBy } = await openOrRebuild(file, abortableLog(log, options.signal), options);
  const { seq } = cache.checkpoint;
  return {
    cache,
    mirrorPath: null,
    opened: { events: Math.max(0, seq - before), seq, stoppedBy },
    async pull(options) {
      const before = cache.checkpoint.seq;
      const stoppedBy = await stopOf(() => catchUp(cache, abortableLog(log, options.signal), options));
      const { seq } = cache.checkpoint;
      return { events: seq - before, seq, stoppedBy };
    },
    close: () => cache.close(),
  };
}

/** How far the cache of this log is that is there; 0 if there is none that can be used. */
function checkpointOf(file: string, id: LogId | null): Sequence {
  try {
    const db = openCacheForReading(file);
    try {
      const { logId, seq } = readCheckpoint(db);
      return logId === id ? seq : 0;
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof CacheError) return 0;
    throw error;
  }
}

/** True if the log could not be asked just now, and may be later. */
export function isOutage(error: unknown): boolean {
  return error instanceof LogError && error.code === "UNREACHABLE";
}
