/**
 * Sync: copies what is new from the server's log to the mirror, and folds the mirror into the cache. The mirror is
 * written first, so whatever stops it, the next start folds from the mirror and asks the server for the rest.
 */
import { existsSync } from "node:fs";
import type { LogError } from "../../events/errors.ts";
import { sameBytes } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import type { Cache } from "../cache/cache.ts";
import { CacheError } from "../cache/errors.ts";
import { applyBatch, catchUp, type Progress, stopOf } from "../cache/follow.ts";
import { REBUILD_THRESHOLD } from "../rebuild/open-cache.ts";
import { fetchInto, MirroringLog } from "./mirroring-log.ts";

/** What a sync did. */
export interface SyncResult {
  /** Events that came from the server. */
  events: number;
  /** The mirror's head afterwards. */
  seq: Sequence;
  /** Why the cache stopped before it; null if it did not. */
  stoppedBy: LogError | null;
}

export interface SyncOptions {
  signal?: AbortSignal;
  onProgress?: Progress;
  /**
   * Rebuilds the cache from a log, and says what stopped it there (`stopOf`). Called at most once, where so much is new
   * that this is faster than to follow: then the cache is its to close, and `sync` does not touch it again.
   */
  rebuild?: (log: EventLog) => Promise<LogError | null>;
  /** This many events behind, and more behind than it holds: then it is faster. */
  rebuildThreshold?: number;
}

/**
 * Brings the mirror, and the cache behind it, to the head of the server's log. With nothing new, it is one request.
 *
 * An event that cannot be folded (of a newer release, or damaged) stops the cache there, not the mirror: after an update
 * the cache goes on from the mirror.
 *
 * @param cache one of the mirror's: opened by `openOrRebuild(path, mirror)`
 * @throws LogError FORKED if the server's history is not the mirror's: nothing was overwritten; NOT_A_LOG if the server
 *   says one log and sends another; UNREACHABLE, UNAUTHORIZED, GAP, MALFORMED_EVENT: what came before it is kept.
 *   CacheError NO_CACHE if the cache's file was deleted, STALE_CACHE if it is not the mirror's, DAMAGED_CACHE: open it
 *   again; UNAVAILABLE
 */
export async function sync(
  remote: EventLog,
  mirror: SqliteLog,
  cache: Cache,
  options: SyncOptions = {},
): Promise<SyncResult> {
  const { signal, onProgress, rebuild, rebuildThreshold = REBUILD_THRESHOLD } = options;
  // What an earlier sync left in the mirror: it was killed, or stopped by an event that this release may know.
  let stoppedBy = await followMirror(cache, mirror, signal);
  let events = 0;
  let head: Sequence | null = null;
  for await (const batch of fetchInto(mirror, remote, signal ? { signal } : {})) {
    events += batch.added;
    if (stoppedBy === null) stoppedBy = await stopOf(async () => applyBatch(cache, batch));
    // A full segment does not say the head: for somebody who waits, ask once. From then on segments are asked for ahead.
    if (batch.head !== null) head = batch.head;
    else if (head === null && (onProgress || rebuild)) head = await remote.head(mirror.headNow());
    const { seq } = cache.checkpoint;
    onProgress?.({ seq, head });
    if (!rebuild || stoppedBy !== null || head === null || head - seq <= Math.max(rebuildThreshold, seq)) continue;
    const rest = await syncByRebuild(remote, mirror, { ...options, rebuild, head });
    return { ...rest, events: events + rest.events };
  }
  return { events, seq: mirror.headNow(), stoppedBy };
}

/** The rest of a sync that is far behind. What has come is in the cache when the server fails, too. */
async function syncByRebuild(
  remote: EventLog,
  mirror: SqliteLog,
  { head, rebuild, signal }: SyncOptions & Required<Pick<SyncOptions, "rebuild">> & { head: Sequence },
): Promise<SyncResult> {
  const arriving = new MirroringLog(remote, mirror, head);
  const stoppedBy = await rebuild(arriving);
  if (arriving.failure) throw arriving.failure;
  let { events } = arriving;
  // A rebuild that was stopped has not read to the end; the mirror goes on.
  if (stoppedBy) for await (const { added } of fetchInto(mirror, remote, signal ? { signal } : {})) events += added;
  return { events, seq: mirror.headNow(), stoppedBy };
}

/** Folds what the mirror has and the cache has not. */
async function followMirror(cache: Cache, mirror: SqliteLog, signal?: AbortSignal): Promise<LogError | null> {
  if (!existsSync(cache.path)) throw new CacheError("NO_CACHE", `${cache.path}: was deleted`);
  const { seq, hash } = cache.checkpoint;
  if (hash !== null && !sameBytes(hash, mirror.hashAt(seq)))
    throw new CacheError("STALE_CACHE", `${cache.path}: its event ${seq} is not the one of ${mirror.name}`);
  return await stopOf(() => catchUp(cache, mirror, signal ? { signal } : {}));
}
