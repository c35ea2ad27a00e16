/**
 * This device's copy of one log: the mirror, the cache built from it, and a connection for queries that sees committed
 * rows only. A missing or damaged file is replaced: the cache is rebuilt from the mirror, the mirror is fetched from the
 * server.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { DamagedFileError, LogError } from "../../../events/errors.ts";
import type { EventLog, LogId } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import { mirrorFileName } from "../../../events/sources/sqlite/sqlite-log-file.ts";
import { Cache, openCacheForReading } from "../../../projector/cache/cache.ts";
import { CACHE_FILE } from "../../../projector/cache/cache-schema.ts";
import { readCheckpoint } from "../../../projector/cache/checkpoint.ts";
import { removeCacheFile } from "../../../projector/cache/durable-files.ts";
import { CacheError } from "../../../projector/cache/errors.ts";
import { type Progress, stopOf } from "../../../projector/cache/follow.ts";
import { Moments } from "../../../projector/moments/moments.ts";
import { openAndFollow } from "../../../projector/rebuild/open-cache.ts";
import { rebuildCache } from "../../../projector/rebuild/rebuild.ts";
import { abortableLog } from "../../../projector/sync/abortable-log.ts";
import { fillMirror } from "../../../projector/sync/mirror.ts";
import { type SyncResult, sync } from "../../../projector/sync/sync.ts";
import { HistoryVerifier } from "../../../projector/trust/history-verifier.ts";
import type { MirrorComparison } from "../../../projector/trust/mirror-tree.ts";
import { type EventProof, proveEvent } from "../../../projector/trust/prove-event.ts";
import type { SeenCheckpoint, TrustStore } from "../../../projector/trust/trust-store.ts";

interface Work {
  signal: AbortSignal;
  onProgress?: Progress;
}

export class LocalCopy {
  readonly logId: LogId;
  readonly generation: number;
  readonly cachePath: string;
  readonly mirrorPath: string;
  /** Compares the mirror with what was signed, and with what it was. */
  readonly history: HistoryVerifier;
  readonly #mirror: SqliteLog;
  #cache: Cache | null = null;
  #reader: Database.Database | null = null;
  #moments: Moments | null = null;
  /** True after a failure on the cache's file. A damaged page is found only when it is read. */
  #isSuspect = false;

  private constructor(folder: string, generation: number, trust: TrustStore) {
    const logId = trust.log;
    this.logId = logId;
    this.generation = generation;
    this.cachePath = join(folder, CACHE_FILE);
    this.mirrorPath = join(folder, mirrorFileName(logId, generation));
    this.#mirror = SqliteLog.open(this.mirrorPath, { kind: "mirror", create: true });
    try {
      this.history = new HistoryVerifier({ mirror: this.#mirror, generation, store: trust });
    } catch (error) {
      this.#mirror.closeNow();
      throw error;
    }
  }

  /**
   * Opens the mirror, and the cache for reading if there is a readable one of this log: queries can read an old cache
   * while `openCache` works.
   *
   * @throws LogError DAMAGED or NOT_A_LOG if the mirror cannot be read: start the next generation
   */
  static open(folder: string, generation: number, trust: TrustStore): LocalCopy {
    const copy = new LocalCopy(folder, generation, trust);
    try {
      copy.#mirror.headNow();
      copy.#reader = copy.#openReader();
      return copy;
    } catch (error) {
      copy.close();
      throw error;
    }
  }

  /** The connection for queries; null while there is no readable cache. */
  get reader(): Database.Database | null {
    // An empty cache belongs to no log yet, so it could not be opened for reading before.
    if (!this.#reader && this.#cache && this.#cache.checkpoint.seq > 0) this.#reader = this.#openReader();
    return this.#reader;
  }

  /** The cache at moments of the past, on connections of its own. Take it anew for each read: a rebuild replaces the file. */
  get moments(): Moments {
    this.#moments ??= new Moments(this.cachePath);
    return this.#moments;
  }

  /** The cache's checkpoint; 0 while there is no cache. */
  get checkpoint(): Sequence {
    if (this.#cache) return this.#cache.checkpoint.seq;
    return this.#reader ? readCheckpoint(this.#reader).seq : 0;
  }

  /** The mirror's last sequence. */
  get head(): Sequence {
    return this.#mirror.headNow();
  }

  /** The bytes of an event; null if the mirror does not contain it. */
  bodyAt(seq: Sequence): Uint8Array | null {
    return this.#mirror.readNow(seq - 1, seq)[0] ?? null;
  }

  /** The proof that an event is in a signed history that the mirror agreed with. @throws ProofError */
  async proofOf(seq: Sequence, signed: SeenCheckpoint): Promise<EventProof | null> {
    return await proveEvent({ mirror: this.#mirror, tree: this.history.tree, signed }, seq);
  }

  /** The mirror's event hash at its head; null if it is empty. */
  get headHash(): Uint8Array | null {
    return this.#mirror.hashAt(this.head);
  }

  /**
   * Opens the cache and brings it to the mirror's head. Rebuilds a cache that is missing, damaged or stale: the old one
   * stays readable meanwhile.
   *
   * @returns the error of the event that stopped it; null if the cache is at the head
   * @throws LogError DAMAGED if the mirror is damaged; AlteredError if a rebuild found that it was changed: the cache is
   *   open; CacheError UNAVAILABLE
   */
  async openCache({ signal, onProgress }: Work): Promise<LogError | null> {
    const mirror = abortableLog(this.#mirror, signal);
    const head = this.head;
    const progress = onProgress && { onProgress: ({ seq }: { seq: Sequence }) => onProgress({ seq, head }) };
    this.#cache?.close();
    this.#cache = null;
    const opened = await openAndFollow(this.cachePath, mirror, { ...progress, checkPages: this.#isSuspect });
    this.#isSuspect = false;
    if (!opened) {
      const comparison = this.history.compare();
      const stoppedBy = await this.#rebuild(compared(mirror, comparison), { signal, ...progress });
      this.history.compared(comparison);
      return stoppedBy;
    }
    this.#cache = opened.cache;
    return opened.stoppedBy;
  }

  /**
   * Brings the mirror, its tree and the cache to the head of the server's log. The tree has to be at the mirror's head.
   *
   * @throws LogError as `sync` (`isMirrorDamaged` tells whether DAMAGED is about the mirror); CacheError: the cache is
   *   closed then, and the next `openCache` opens its file again
   */
  async sync(remote: EventLog, work: Work): Promise<SyncResult> {
    if (!this.#cache || !existsSync(this.cachePath)) await this.openCache(work);
    const cache = this.#cache;
    if (!cache) throw new CacheError("UNAVAILABLE", `${this.cachePath}: is not open`);
    try {
      const rebuild = async (log: EventLog) => await this.#rebuild(log, work);
      const comparison = this.history.compare();
      const hashing = { tree: this.history.tree, comparison };
      const options = { ...work, rebuild, ...hashing };
      const result = await sync(abortableLog(remote, work.signal), this.#mirror, cache, options);
      if (comparison.size > 0) this.history.compared(comparison); // it was rebuilt
      return result;
    } catch (error) {
      if (error instanceof CacheError) this.closeCache();
      throw error;
    }
  }

  /**
   * Closes the cache if it ends below the server's head after a sync: something is stuck, so the next sync opens it again.
   *
   * @param name the server's, for the message
   * @throws LogError GAP
   */
  requireHead(head: Sequence, name: string): void {
    const { checkpoint } = this;
    if (checkpoint >= head) return;
    this.closeCache();
    throw new LogError("GAP", `${name}: has ${head} events, but only ${checkpoint} arrived; trying again`);
  }

  /** Fetches the whole log into the mirror. The cache is not touched, and stays readable. */
  async fillMirror(remote: EventLog, work: Work): Promise<void> {
    await fillMirror(this.#mirror, abortableLog(remote, work.signal), { ...work, tree: this.history.tree });
  }

  /** True if the error says that the mirror's file is damaged: not, for example, a response of the server. */
  isMirrorDamaged(error: unknown): boolean {
    return error instanceof DamagedFileError && error.path === this.mirrorPath;
  }

  /** True after `openCache`, until the cache is closed. */
  get isCacheOpen(): boolean {
    return this.#cache !== null;
  }

  /** Closes the cache, and deletes its file. */
  removeCache(): void {
    this.closeCache();
    removeCacheFile(this.cachePath);
  }

  /** Closes the cache, so that the next `openCache` opens its file again, and checks every page. */
  closeCache(): void {
    this.#isSuspect = true;
    this.#closeReader();
    this.#cache?.close();
    this.#cache = null;
  }

  close(): void {
    this.closeCache();
    this.#mirror.closeNow();
  }

  /** Rebuilds the cache; the old one stays readable meanwhile. @returns the error of the event that stopped it, or null */
  async #rebuild(log: EventLog, work: Work): Promise<LogError | null> {
    this.#reader ??= this.#openReader();
    this.#cache?.close();
    this.#cache = null;
    const beforeSwap = () => this.#closeReader();
    const stoppedBy = await stopOf(() => rebuildCache(this.cachePath, log, { ...work, beforeSwap }));
    this.#cache = Cache.open(this.cachePath);
    return stoppedBy;
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#reader = null;
    this.#moments?.close();
    this.#moments = null;
  }

  #openReader(): Database.Database | null {
    try {
      const reader = openCacheForReading(this.cachePath);
      // The file may be the cache of another log: its rows must not be shown.
      if (readCheckpoint(reader).logId === this.logId) return reader;
      reader.close();
      return null;
    } catch (error) {
      if (error instanceof CacheError) return null;
      throw error;
    }
  }
}

/** Passes what is read of the mirror to a comparison as well. */
function compared(log: EventLog, comparison: MirrorComparison): EventLog {
  return {
    name: log.name,
    id: () => log.id(),
    head: (known) => log.head(known),
    changed: (after, signal) => log.changed(after, signal),
    close: () => log.close(),
    async *read(range, options) {
      for await (const batch of log.read(range, options)) {
        comparison.add(batch.after, batch.bodies);
        yield batch;
      }
    },
  };
}
