/**
 * Sync: copies what is new from the server's log to the mirror, and folds the mirror into the cache. The mirror is
 * written first, so whatever stops it, the next start folds from the mirror and asks the server for the rest.
 */
import { existsSync } from "node:fs";
import { LogError } from "../events/errors.ts";
import { decodePlace } from "../events/event.ts";
import { sameBytes } from "../events/hash.ts";
import type { EventLog } from "../events/log.ts";
import type { Sequence } from "../events/sequence.ts";
import type { SqliteLog } from "../events/sqlite-log.ts";
import { uuidText } from "../events/uuid.ts";
import type { Cache } from "./cache.ts";
import { CacheError } from "./errors.ts";
import { applyBatch, catchUp, type Progress, stopOf } from "./follow.ts";

/** What a sync did. */
export interface Synced {
  /** Events that came from the server. */
  events: number;
  /** The mirror's head afterwards. */
  seq: Sequence;
  /** Why the cache stopped before it; null if it did not. */
  stoppedBy: LogError | null;
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
  options: { signal?: AbortSignal; onProgress?: Progress } = {},
): Promise<Synced> {
  const { signal, onProgress } = options;
  const held = mirror.headNow();
  const hash = mirror.hashAt(held);
  // What an earlier sync left in the mirror: it was killed, or stopped by an event that this release may know.
  let stoppedBy = await followMirror(cache, mirror, signal);
  let events = 0;
  let head: Sequence | null = null;
  const read = { ...(hash && { expect: hash }), ...(signal && { signal }) };
  for await (const batch of remote.read({ after: held, upTo: Number.POSITIVE_INFINITY }, read)) {
    if (batch.after === 0 && batch.bodies.length > 0) await checkLogId(remote, batch.bodies);
    events += mirror.mirror(batch.after, batch.bodies);
    if (stoppedBy === null) stoppedBy = await stopOf(async () => applyBatch(cache, batch));
    // A full segment does not say the head: for somebody who waits, ask once.
    if (batch.head !== null) head = batch.head;
    else if (head === null && onProgress) head = await remote.head(mirror.headNow());
    onProgress?.({ seq: cache.checkpoint.seq, head });
  }
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

/** The first event of a history is the one whose id is the log's. */
async function checkLogId(remote: EventLog, bodies: readonly Uint8Array[]): Promise<void> {
  const [first] = bodies;
  const id = await remote.id();
  const found = first ? uuidText(decodePlace(first, `${remote.name}: event 1`).id) : null;
  if (found !== id) throw new LogError("NOT_A_LOG", `${remote.name}: says log ${id}, its event 1 says ${found}`);
}
