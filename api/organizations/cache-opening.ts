/**
 * Opens the server's caches. Short work runs at once; long work runs in another thread, so that requests of other
 * organizations do not wait for it.
 */
import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { LogError, type LogErrorCode } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import { CacheError, type CacheErrorCode } from "../../projector/cache/errors.ts";
import { type OpenResult, openAndFollow, openOrRebuild } from "../../projector/rebuild/open-cache.ts";

/** At most this many events are folded in the server's own thread: about 50 ms. */
const QUICK_EVENTS = 2_000;
/** A cache that was not closed is checked from end to end: in the server's thread up to this size, bytes. */
const QUICK_BYTES = 16 * 1024 * 1024;
/** Threads at once: each takes about 200 MiB, and the server needs a processor too. Further work waits its turn. */
const MAX_WORKERS = 2;

/** The message that starts a thread. */
export interface CacheJob {
  /** Address of the log, for `openLog`. May contain a password. */
  address: string;
  /** Path of the cache. */
  path: string;
}

/** The message with which a thread ends. */
export interface CacheJobResult {
  failure:
    | { kind: "log"; code: LogErrorCode; message: string }
    | { kind: "cache"; code: CacheErrorCode; message: string }
    | { kind: "other"; message: string }
    | null;
}

export interface CacheOpeningOptions {
  quickEvents?: number;
  maxWorkers?: number;
}

export class CacheOpening {
  readonly #quickEvents: number;
  readonly #maxWorkers: number;
  readonly #running = new Set<Worker>();
  readonly #waiting: (() => void)[] = [];
  #turns = 0;
  #closed = false;

  constructor({ quickEvents = QUICK_EVENTS, maxWorkers = MAX_WORKERS }: CacheOpeningOptions = {}) {
    this.#quickEvents = quickEvents;
    this.#maxWorkers = maxWorkers;
  }

  /** How many threads run now. */
  get workers(): number {
    return this.#running.size;
  }

  /** As `openOrRebuild`. @param address address of the same log @throws LogError UNREACHABLE after `close()` */
  async open(path: string, log: EventLog, address: string): Promise<OpenResult> {
    if (!isLongCheck(path)) {
      const opened = await openAndFollow(path, log, { maxBehind: this.#quickEvents, decides: true });
      if (opened) return opened;
      if ((await log.head()) <= this.#quickEvents) return await openOrRebuild(path, log, { decides: true });
    }
    await this.#inTurn(() => this.#bringUp({ address, path }));
    return await openOrRebuild(path, log, { decides: true });
  }

  /** Stops running work. A half-built cache is rebuilt the next time. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const next of this.#waiting.splice(0)) next();
    await Promise.all([...this.#running].map((worker) => worker.terminate()));
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#turns < this.#maxWorkers) this.#turns++;
    else await new Promise<void>((next) => this.#waiting.push(next)); // a finished job passes its turn on
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#turns--;
    }
  }

  async #bringUp(job: CacheJob): Promise<void> {
    if (this.#closed) throw new LogError("UNREACHABLE", `${job.path}: the server is closing`);
    const worker = new Worker(new URL("./cache-worker.ts", import.meta.url), { workerData: job });
    this.#running.add(worker);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let end: CacheJobResult = {
      failure: { kind: "log", code: "UNREACHABLE", message: `${job.path}: opening the cache was interrupted` },
    };
    worker.once("message", (message: CacheJobResult) => {
      end = message;
    });
    worker.once("error", reject);
    worker.once("exit", () => {
      this.#running.delete(worker);
      if (end.failure) reject(errorOf(end.failure));
      else resolve();
    });
    await promise;
  }
}

function errorOf(failure: NonNullable<CacheJobResult["failure"]>): Error {
  if (failure.kind === "log") return new LogError(failure.code, failure.message);
  if (failure.kind === "cache") return new CacheError(failure.code, failure.message);
  return new Error(failure.message);
}

function isLongCheck(path: string): boolean {
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return sizeOf(`${path}-wal`) > 0 && sizeOf(path) > QUICK_BYTES;
}
