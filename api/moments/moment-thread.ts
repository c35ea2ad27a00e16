/**
 * The thread that reads caches at moments. It starts with the first read, ends when nobody reads, and is started again if it
 * fails. SQLite cannot be interrupted from outside, so a read that takes too long ends the thread.
 */
import { Worker } from "node:worker_threads";
import { HttpProblem } from "../http/problems.ts";
import type { FromMomentThread, MomentRead, ToMomentThread } from "./moment-thread-program.ts";
import type { CacheFile } from "./places.ts";

const PROGRAM = new URL("moment-thread-program.ts", import.meta.url);

/** Maximum time of a read, ms. */
const LIMIT_MS = 5_000;
/** The thread ends when it was not used for this time, ms. */
const IDLE_MS = 5 * 60_000;
/** Limit of the thread's heap, MiB. The longest answers have a few. */
const HEAP_MIB = 256;

export interface MomentThreadOptions {
  limitMs?: number;
  idleMs?: number;
  /** Replaces the program, for tests. */
  program?: URL;
}

type Reply = Exclude<FromMomentThread, "ready">;

interface Pending {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
}

export class MomentThread {
  readonly #limitMs: number;
  readonly #idleMs: number;
  readonly #program: URL;
  #worker: Worker | null = null;
  #ready: Promise<void> = Promise.resolve();
  /** The end of the threads before. */
  #ended: Promise<unknown> = Promise.resolve();
  readonly #pending = new Map<number, Pending>();
  #messages = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  /** Called when a thread has ended although it was needed. */
  onFailure: (reason: "too long" | "failed", error: Error | null) => void = () => {};

  constructor({ limitMs = LIMIT_MS, idleMs = IDLE_MS, program = PROGRAM }: MomentThreadOptions = {}) {
    this.#limitMs = limitMs;
    this.#idleMs = idleMs;
    this.#program = program;
  }

  /** True while there is a thread. */
  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** @throws HttpProblem 503 READ_TOO_LONG, BUSY, SHUTTING_DOWN */
  async read(request: MomentRead): Promise<Reply> {
    const worker = await this.#start();
    const limit = setTimeout(() => {
      this.onFailure("too long", null);
      const seconds = this.#limitMs / 1000;
      this.#end(new HttpProblem("READ_TOO_LONG", `the read took more than ${seconds} s at this moment; ask for less`));
    }, this.#limitMs);
    try {
      return await this.#send(worker, request);
    } finally {
      clearTimeout(limit);
    }
  }

  /** Closes the thread's connections to a file. */
  async forget(file: CacheFile): Promise<void> {
    // A thread that has ended has none.
    if (this.#worker) await this.#send(this.#worker, { forget: file }).catch(() => {});
  }

  /** Ends the thread. Reads that run or come later get 503. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#end(shuttingDown());
    await this.#ended;
  }

  async #start(): Promise<Worker> {
    if (this.#closed) throw shuttingDown();
    if (!this.#worker) await this.#ended;
    if (this.#closed) throw shuttingDown();
    if (!this.#worker) this.#begin();
    await this.#ready;
    if (!this.#worker) throw interrupted();
    return this.#worker;
  }

  #begin(): void {
    const worker = new Worker(this.#program, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#worker = worker;
    this.#ready = promise;
    promise.catch(() => {}); // whoever waits for it sees the failure
    worker.on("message", (message: FromMomentThread) => {
      if (message === "ready") return resolve();
      this.#pending.get(message.n)?.resolve(message);
    });
    worker.on("error", (error) => this.#fail(worker, error));
    worker.on("exit", () => {
      reject(interrupted());
      this.#fail(worker, null);
    });
  }

  #fail(worker: Worker, error: Error | null): void {
    if (this.#worker !== worker) return;
    this.onFailure("failed", error);
    this.#end(interrupted());
  }

  /** Ends the thread, if there is one. Its messages get the error as their reply. */
  #end(error: Error): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    if (worker) this.#ended = Promise.all([this.#ended, worker.terminate()]);
    for (const { reject } of this.#pending.values()) reject(error);
  }

  async #send(worker: Worker, message: MomentRead | { forget: CacheFile }): Promise<Reply> {
    const n = ++this.#messages;
    clearTimeout(this.#idle);
    worker.ref();
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.#pending.set(n, { resolve, reject });
        worker.postMessage({ n, ...message } satisfies ToMomentThread);
      });
    } finally {
      this.#pending.delete(n);
      if (this.#pending.size === 0 && this.#worker === worker) {
        worker.unref(); // it keeps no process running
        this.#idle = setTimeout(() => this.#end(interrupted()), this.#idleMs).unref();
      }
    }
  }
}

function shuttingDown(): HttpProblem {
  return new HttpProblem("SHUTTING_DOWN", "the server is shutting down; try again");
}

function interrupted(): HttpProblem {
  return new HttpProblem("BUSY", "the read was interrupted; try again");
}
