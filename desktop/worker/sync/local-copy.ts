/**
 * What this device holds of one log: the mirror, the cache made from it, and a connection for queries that sees only what
 * is committed. Whatever is missing or damaged is made again: the cache from the mirror, the mirror from the server.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { LogError } from "../../../events/errors.ts";
import type { EventLog, LogId } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import { mirrorFileName } from "../../../events/sources/sqlite/sqlite-log-file.ts";
import { Cache, openCacheForReading, removeCacheFile } from "../../../projector/cache/cache.ts";
import { readCheckpoint } from "../../../projector/cache/checkpoint.ts";
import { CacheError } from "../../../projector/cache/errors.ts";
import { type Progress, stopOf } from "../../../projector/cache/follow.ts";
import { openAndFollow } from "../../../projector/rebuild/open-cache.ts";
import { rebuildCache } from "../../../projector/rebuild/rebuild.ts";
import { abortableLog } from "../../../projector/sync/abortable-log.ts";
import { fillMirror } from "../../../projector/sync/mirror.ts";
import { type SyncResult, sync } from "../../../projector/sync/sync.ts";
import { CACHE_FILE } from "../files/file-names.ts";

export interface Work {
  signal: AbortSignal;
  onProgress?: Progress;
}

export class LocalCopy {
  readonly logId: LogId;
  readonly generation: number;
  readonly cachePath: string;
  readonly mirrorPath: string;
  readonly #mirror: SqliteLog;
  #cache: Cache | null = null;
  #reader: Database.Database | null = null;

  private constructor(folder: string, logId: LogId, generation: number) {
    this.logId = logId;
    this.generation = generation;
    this.cachePath = join(folder, CACHE_FILE);
    this.mirrorPath = join(folder, mirrorFileName(logId, generation));
    this.#mirror = SqliteLog.open(this.mirrorPath, { kind: "mirror", create: true });
  }

  /**
   * Opens the mirror, and the cache for reading if there is one of this log that can be read: what is only old can be
   * looked at while `bringUp` works.
   *
   * @throws LogError DAMAGED or NOT_A_LOG if the mirror cannot be read: begin the next generation
   */
  static open(folder: string, logId: LogId, generation: number): LocalCopy {
    const copy = new LocalCopy(folder, logId, generation);
    try {
      copy.#mirror.headNow();
      copy.#reader = copy.#openReader();
      return copy;
    } catch (error) {
      copy.close();
      throw error;
    }
  }

  /** For queries; null while there is nothing that can be read. */
  get reader(): Database.Database | null {
    // A cache that was empty when it was opened was no log's yet.
    if (!this.#reader && this.#cache && this.#cache.checkpoint.seq > 0) this.#reader = this.#openReader();
    return this.#reader;
  }

  /** How far the cache goes; 0 while there is none. */
  get checkpoint(): Sequence {
    if (this.#cache) return this.#cache.checkpoint.seq;
    return this.#reader ? readCheckpoint(this.#reader).seq : 0;
  }

  /** The mirror's last sequence. */
  get head(): Sequence {
    return this.#mirror.headNow();
  }

  /** An event's own bytes; null if the mirror does not hold it. */
  bodyAt(seq: Sequence): Uint8Array | null {
    return this.#mirror.readNow(seq - 1, seq)[0] ?? null;
  }

  /** The mirror's event hash at its head; null if it is empty. */
  get headHash(): Uint8Array | null {
    return this.#mirror.hashAt(this.head);
  }

  /**
   * Brings the cache to the mirror's head, whatever is there: follows, or rebuilds while the old one stays readable.
   *
   * @returns the event that stopped it, null if it is at the head
   * @throws LogError DAMAGED if the mirror is; CacheError UNAVAILABLE
   */
  async bringUp({ signal, onProgress }: Work): Promise<LogError | null> {
    const mirror = abortableLog(this.#mirror, signal);
    const head = this.head;
    const progress = onProgress && { onProgress: ({ seq }: { seq: Sequence }) => onProgress({ seq, head }) };
    this.#cache?.close();
    this.#cache = null;
    let stoppedBy: LogError | null;
    const opened = await openAndFollow(this.cachePath, mirror, { ...progress });
    if (opened) {
      this.#cache = opened.cache;
      stoppedBy = opened.stoppedBy;
    } else {
      stoppedBy = await this.#rebuild(mirror, { signal, ...progress });
    }
    return stoppedBy;
  }

  /**
   * Brings mirror and cache to the head of the server's log.
   *
   * @throws LogError as `sync`; `isMirrorDamaged` tells whose DAMAGED it is; CacheError: then the cache is closed, and
   *   the next `bringUp` opens its file again
   */
  async sync(remote: EventLog, work: Work): Promise<SyncResult> {
    if (!this.#cache || !existsSync(this.cachePath)) await this.bringUp(work);
    const cache = this.#cache;
    if (!cache) throw new CacheError("UNAVAILABLE", `${this.cachePath}: is not open`);
    try {
      const rebuild = async (log: EventLog) => await this.#rebuild(log, work);
      return await sync(abortableLog(remote, work.signal), this.#mirror, cache, { ...work, rebuild });
    } catch (error) {
      if (error instanceof CacheError) this.dropCache();
      throw error;
    }
  }

  /** Fetches the whole log into the mirror, without a cache: the one that is there stays readable. */
  async fill(remote: EventLog, work: Work): Promise<void> {
    await fillMirror(this.#mirror, abortableLog(remote, work.signal), work);
  }

  /** True if this failure is the mirror's own: what it holds cannot be read. */
  isMirrorDamaged(error: unknown): boolean {
    return error instanceof LogError && error.code === "DAMAGED" && error.message.startsWith(this.mirrorPath);
  }

  /** True once `bringUp` has opened the cache, and nobody has let go of it since. */
  get isUp(): boolean {
    return this.#cache !== null;
  }

  /** Removes the cache's file, which nobody may have open. */
  removeCache(): void {
    removeCacheFile(this.cachePath);
  }

  /** Closes the cache, so that the next `bringUp` opens its file again. */
  dropCache(): void {
    this.#closeReader();
    this.#cache?.close();
    this.#cache = null;
  }

  close(): void {
    this.dropCache();
    this.#mirror.closeNow();
  }

  /** Rebuilds the cache; the old one stays readable meanwhile. @returns the event that stopped it */
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
  }

  #openReader(): Database.Database | null {
    try {
      const reader = openCacheForReading(this.cachePath);
      // Nobody sees another log's rows.
      if (readCheckpoint(reader).logId === this.logId) return reader;
      reader.close();
      return null;
    } catch (error) {
      if (error instanceof CacheError) return null;
      throw error;
    }
  }
}
