/**
 * Keeps a cache up to date with a log. For an API, a mirror of the log is stored beside the cache, as on a desktop, so
 * no event is fetched twice. Any other log is read directly.
 */
import { basename, dirname, join } from "node:path";
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { EventLog, LogId } from "../../events/log/log.ts";
import { openPrivateFolder } from "../../events/private-files.ts";
import type { Sequence } from "../../events/sequence.ts";
import { FileLog } from "../../events/sources/file/file-log.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { mirrorFileName } from "../../events/sources/sqlite/sqlite-log-file.ts";
import { type Cache, openCacheForReading } from "../cache/cache.ts";
import { type Checkpoint, NO_CHECKPOINT, readCheckpoint } from "../cache/checkpoint.ts";
import { CacheError } from "../cache/errors.ts";
import { catchUp, type Progress, stopOf } from "../cache/follow.ts";
import { UsageError } from "../command-line/failure.ts";
import { cacheFileOf, kindOfFile, refuseOtherFile } from "../command-line/logs-and-caches.ts";
import { makeFolder, makeFolderOf } from "../command-line/target-folder.ts";
import { openAndFollow, openOrRebuild } from "../rebuild/open-cache.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { fillMirror, latestGeneration } from "../sync/mirror.ts";
import { type SyncResult, sync } from "../sync/sync.ts";
import type { MirrorTree } from "../trust/mirror-tree.ts";
import type { Outages } from "./outages.ts";
import { ProvenMirror, type Proving } from "./proven-mirror.ts";

interface UpdateOptions {
  signal: AbortSignal;
  onProgress?: Progress;
  /** Repeats requests to the server that fail. Without it, the first failure ends the work. */
  outages?: Outages;
}

export interface MaintainedCache {
  readonly cache: Cache;
  /** The mirror's file; null if the log is read directly. */
  readonly mirrorPath: string | null;
  /**
   * The checkpoint of the cache that opening replaced, because its events are not those of the log any more; null if it
   * replaced none. A cache with a mirror is never replaced: its sync fails with FORKED.
   */
  readonly replaced: Sequence | null;
  /** The last event that the server has signed, as verified here; null: none, or the log is read directly. */
  readonly verified: Sequence | null;
  /** Changes of the server's key, and restores, that the server signed: each in words. */
  readonly news: readonly string[];
  /** The result of the sync that opening did. */
  readonly firstResult: SyncResult;
  /** Updates the cache from the log. @throws LogError as `sync` */
  update(options: UpdateOptions): Promise<SyncResult>;
  close(): void;
}

/**
 * The cache's file for `--to`, which is the file or its folder. Creates the folder, if the one above exists. Closes an
 * existing cache and its mirrors to other users; the folder may be anybody's, and stays as it is.
 *
 * @param onNote called with what other users could read until now
 * @throws UsageError
 */
export function prepareCacheFile(to: string, onNote: (text: string) => void): string {
  const asFolder = kindOfFile(to) === "missing" && !to.endsWith(".sqlite");
  if (asFolder) makeFolder(to);
  else makeFolderOf(to);
  const file = cacheFileOf(to);
  refuseOtherFile(file);
  const ours = new RegExp(`^(?:${RegExp.escape(basename(file))}|.+\\.(?:mirror|evidence)\\.sqlite)(?:$|[-.])`);
  const note = openPrivateFolder(dirname(file), { ours, shared: true });
  if (note !== null) onNote(note);
  return file;
}

/**
 * Opens the cache with a mirror beside it.
 *
 * @param refetch begin the mirror's next generation
 */
export async function openWithMirror(
  file: string,
  remote: EventLog,
  { refetch, proving, ...options }: UpdateOptions & { refetch: boolean; proving: Proving },
): Promise<MaintainedCache> {
  const id = await remote.id();
  if (id === null) throw new UsageError(`${remote.name}: the log has no event yet`);
  const latest = latestGeneration(dirname(file), id);
  const generation = refetch ? latest + 1 : Math.max(1, latest);
  const mirrorPath = join(dirname(file), mirrorFileName(id, generation));
  const mirror = SqliteLog.open(mirrorPath, { kind: "mirror", create: true });
  let proven: ProvenMirror | null = null;
  try {
    const proof = new ProvenMirror({ ...proving, mirror, generation, log: id, isAccepted: refetch });
    proven = proof;
    const fill = () => fillFromServer(mirror, remote, { ...options, tree: proof.history.tree });
    const events = mirror.headNow() === 0 ? await proof.around(fill, options.signal) : 0;
    const opening = { ...options, checkPages: true };
    const followed = await openAndFollow(file, abortableLog(mirror, options.signal), opening);
    await proof.rehash({ isRebuilt: followed === null, signal: options.signal }).catch((error) => {
      followed?.cache.close();
      throw error;
    });
    const opened = followed ?? (await openOrRebuild(file, abortableLog(mirror, options.signal), opening));
    const { cache, stoppedBy } = opened;
    return {
      cache,
      mirrorPath,
      replaced: null,
      get verified() {
        return proof.verified;
      },
      get news() {
        return proof.news;
      },
      firstResult: { events, seq: mirror.headNow(), stoppedBy },
      async update(options) {
        const before = mirror.headNow();
        const { tree } = proof.history;
        const work = () => sync(abortableLog(remote, options.signal), mirror, cache, { ...options, tree });
        const proving = () => proof.around(work, options.signal);
        const { seq, stoppedBy } = await survive(proving, () => mirror.headNow(), options);
        return { events: seq - before, seq, stoppedBy };
      },
      close() {
        cache.close();
        proof.close();
        mirror.closeNow();
      },
    };
  } catch (error) {
    proven?.close();
    mirror.closeNow();
    throw error;
  }
}

/** Fills an empty mirror. @returns the number of events */
async function fillFromServer(
  mirror: SqliteLog,
  remote: EventLog,
  options: UpdateOptions & { tree: MirrorTree },
): Promise<number> {
  const work = () => fillMirror(mirror, abortableLog(remote, options.signal), options);
  return await survive(work, () => mirror.headNow(), options);
}

async function survive<T>(work: () => Promise<T>, progressOf: () => number, { outages }: UpdateOptions): Promise<T> {
  return outages ? await outages.survive(work, progressOf) : await work();
}

/** Opens the cache on the log itself. */
export async function openWithoutMirror(file: string, log: EventLog, options: UpdateOptions): Promise<MaintainedCache> {
  const before = checkpointOf(file, await log.id());
  const replaced = (await contains(log, before)) ? null : before.seq;
  const { cache, stoppedBy } = await openOrRebuild(file, abortableLog(log, options.signal), {
    ...options,
    checkPages: true,
    stopAtUnreadable: log instanceof FileLog,
  });
  const { seq } = cache.checkpoint;
  return {
    cache,
    mirrorPath: null,
    replaced,
    verified: null,
    news: [],
    firstResult: { events: replaced === null ? Math.max(0, seq - before.seq) : seq, seq, stoppedBy },
    async update(options) {
      const before = cache.checkpoint.seq;
      const work = () => stopOf(() => catchUp(cache, abortableLog(log, options.signal), options));
      const stoppedBy = await survive(work, () => cache.checkpoint.seq, options);
      const { seq } = cache.checkpoint;
      return { events: seq - before, seq, stoppedBy };
    },
    close: () => cache.close(),
  };
}

/** False if the log does not contain the event of the checkpoint. */
async function contains(log: EventLog, { seq, hash }: Pick<Checkpoint, "seq" | "hash">): Promise<boolean> {
  if (seq === 0 || hash === null) return true;
  try {
    for await (const { bodies } of log.read({ after: seq - 1, upTo: seq }))
      for (const body of bodies) return sameBytes(hash, eventHash(body));
    return false;
  } catch (error) {
    if (error instanceof LogError) return true; // it cannot be read: what reads the rest of the log reports why
    throw error;
  }
}

/** The checkpoint of an existing cache of this log; `NO_CHECKPOINT` if there is none. */
function checkpointOf(file: string, id: LogId | null): Checkpoint {
  try {
    const db = openCacheForReading(file);
    try {
      const checkpoint = readCheckpoint(db);
      return checkpoint.logId === id ? checkpoint : NO_CHECKPOINT;
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof CacheError) return NO_CHECKPOINT;
    throw error;
  }
}
