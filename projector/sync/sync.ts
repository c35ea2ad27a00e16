/**
 * Sync copies new events from the server's log to the mirror, and folds them into the cache. It writes the mirror
 * first. After a crash at any moment, the next sync folds the rest of the mirror and fetches the rest of the log.
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
import { fetchInto, type Hashing, MirroringLog } from "./mirroring-log.ts";

/** The result of a sync. */
export interface SyncResult {
  /** Events that are new to the mirror, or to the cache if there is no mirror. */
  events: number;
  /** The head of the mirror after the sync, or the cache's checkpoint if there is no mirror. */
  seq: Sequence;
  /** Why the cache ends before `seq`; null if it does not. */
  stoppedBy: LogError | null;
}

interface SyncOptions extends Hashing {
  signal?: AbortSignal;
  onProgress?: Progress;
  /**
   * Rebuilds the cache from a log, and returns the error that stopped it (`stopOf`). Called at most once, if a rebuild
   * is faster than following. The callback owns the cache from then on and closes it; `sync` does not touch it again.
   */
  rebuild?: (log: EventLog) => Promise<LogError | null>;
  /** A cache that is more events behind than this, and than it contains, is rebuilt. */
  rebuildThreshold?: number;
}

/**
 * Brings the mirror and the cache to the head of the server's log. If nothing is new, this takes one request.
 *
 * An event that cannot be folded (because it comes from a newer release, or is damaged) stops the cache but not the
 * mirror. After an update the cache resumes from the mirror.
 *
 * @param cache opened on this mirror by `openOrRebuild(path, mirror)`
 * @param options.tree the mirror's tree, at its head
 * @throws LogError FORKED if the server's history no longer matches the mirror: nothing was overwritten; NOT_A_LOG if
 *   the server names one log and sends another; UNREACHABLE, UNAUTHORIZED, GAP, MALFORMED_EVENT: earlier events stay
 * @throws CacheError NO_CACHE if the cache's file was deleted, STALE_CACHE if it comes from another history than the
 *   mirror's, DAMAGED_CACHE: open it again; UNAVAILABLE
 */
export async function sync(
  remote: EventLog,
  mirror: SqliteLog,
  cache: Cache,
  options: SyncOptions = {},
): Promise<SyncResult> {
  const { signal, tree, onProgress, rebuild, rebuildThreshold = REBUILD_THRESHOLD } = options;
  const fetching = { ...(signal && { signal }), ...(tree && { tree }) };
  // An earlier sync may have left events in the mirror: it was killed, or stopped by an event that this release knows.
  let stoppedBy = await followMirror(cache, mirror, signal);
  let events = 0;
  let head: Sequence | null = null;
  for await (const batch of fetchInto(mirror, remote, fetching)) {
    events += batch.added;
    if (stoppedBy === null) stoppedBy = await stopOf(async () => applyBatch(cache, batch));
    // A complete block does not report the head, so ask once if the caller needs it. Later blocks are requested ahead.
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

/** The rest of a sync that is far behind. If the server fails, the cache still gets the events so far. */
async function syncByRebuild(
  remote: EventLog,
  mirror: SqliteLog,
  {
    head,
    rebuild,
    signal,
    tree,
    comparison,
  }: SyncOptions & Required<Pick<SyncOptions, "rebuild">> & { head: Sequence },
): Promise<SyncResult> {
  const fetching = { ...(signal && { signal }), ...(tree && { tree }) };
  const hashing = { ...(tree && { tree }), ...(comparison && { comparison }) };
  const mirroring = new MirroringLog(remote, mirror, { head, ...hashing });
  const stoppedBy = await rebuild(mirroring);
  if (mirroring.failure) throw mirroring.failure;
  let { events } = mirroring;
  // A rebuild that stopped has not read to the end. The mirror still gets the rest.
  if (stoppedBy) for await (const { added } of fetchInto(mirror, remote, fetching)) events += added;
  return { events, seq: mirror.headNow(), stoppedBy };
}

/** Folds the events that the mirror has and the cache lacks. */
async function followMirror(cache: Cache, mirror: SqliteLog, signal?: AbortSignal): Promise<LogError | null> {
  if (!existsSync(cache.path)) throw new CacheError("NO_CACHE", `${cache.path}: the file was deleted`);
  const { seq, hash } = cache.checkpoint;
  if (hash !== null && !sameBytes(hash, mirror.hashAt(seq)))
    throw new CacheError("STALE_CACHE", `${cache.path}: its event ${seq} is not event ${seq} of ${mirror.name}`);
  return await stopOf(() => catchUp(cache, mirror, signal ? { signal } : {}));
}
