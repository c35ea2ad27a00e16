/** A shell's link to its worker: starts the worker, passes calls on, stores its tokens, and restarts it when it dies. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CallName } from "../contract/arguments.ts";
import type { FromWorker, StartOptions, StoredKey, StoredTokens, ToWorker } from "../contract/channel.ts";
import type { CallReply, SyncStatus } from "../contract/contract.ts";
import { refusalOf } from "./call-check.ts";

/** The worker's process, as the shell sees it. */
export interface WorkerProcess {
  post(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}

interface WorkerLinkOptions {
  spawn: () => WorkerProcess;
  start: StartOptions;
  /** Stores tokens for the next start; null deletes them. */
  storeTokens: (tokens: StoredTokens | null) => Promise<void>;
  /** Stores the key of the files; null deletes it. Missing if the shell cannot store a key. */
  storeKey?: (key: StoredKey | null) => Promise<void>;
  onStatus?: (status: SyncStatus) => void;
  /** One line for the shell's log. */
  onNote?: (text: string) => void;
  /** The pause before a restart, ms. It doubles each time that a worker dies soon after its start. */
  restartMs?: { first: number; longest: number };
}

const RESTART_MS = { first: 200, longest: 30_000 };
/** A worker that lived this long did not die of its start, ms. */
const STABLE_MS = 60_000;
/** Time that a worker has to finish its work, ms. */
const CLOSE_MS = 10_000;

const GONE = {
  ok: false,
  failure: { code: "WORKER_GONE", message: "the program had to restart; try again" },
} as const;

export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly #waiting = new Map<number, (answer: CallReply<CallName>) => void>();
  #worker: WorkerProcess | null = null;
  #tokens: StoredTokens | null;
  #fileKey: StoredKey | null | undefined;
  #count = 0;
  /** The calls that the worker answers; null before the first worker has started. */
  #names: ReadonlySet<string> | null = null;
  #writes = 0;
  #deaths = 0;
  #closing = false;
  #status: SyncStatus | null = null;

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
    this.#tokens = options.start.tokens;
    this.#fileKey = options.start.fileKey;
  }

  /** Starts the worker. @throws Error if it cannot start */
  async start(): Promise<void> {
    const startedMs = performance.now();
    const worker = this.#options.spawn();
    this.#worker = worker;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    worker.onMessage((message) => {
      if (message.kind === "started") {
        this.#names = new Set(message.calls);
        resolve();
      } else if (message.kind === "failed") {
        const { message: text, code, path } = message;
        reject(Object.assign(new Error(text), code !== undefined && { code, path }));
        worker.kill(); // the next worker may succeed: the disk may have been full
      } else void this.#receive(worker, message);
    });
    worker.onExit(() => {
      reject(new Error("the worker exited before it had started"));
      if (performance.now() - startedMs > STABLE_MS) this.#deaths = 0;
      void this.#restart(worker);
    });
    const stored = { tokens: this.#tokens, fileKey: this.#fileKey };
    worker.post({ kind: "start", options: { ...this.#options.start, ...stored } });
    await promise;
  }

  /** The latest status; null before the first one. */
  get status(): SyncStatus | null {
    return this.#status;
  }

  /** True while a write waits for its response. */
  get isWriting(): boolean {
    return this.#writes > 0;
  }

  /**
   * Passes a call on to the worker, unless there is no such call or the argument is not plain data. Never rejects: if the
   * worker dies, the answer is a failure.
   */
  call(name: unknown, argument: unknown): Promise<CallReply<CallName>> {
    const worker = this.#worker;
    if (!worker) return Promise.resolve(GONE);
    const failure = refusalOf(name, argument, this.#names);
    if (failure) return Promise.resolve({ ok: false, failure });
    const id = ++this.#count;
    const writes = name === "write" || name === "writeAgain" ? 1 : 0;
    this.#writes += writes;
    return new Promise((resolve) => {
      this.#waiting.set(id, (answer) => {
        this.#writes -= writes;
        resolve(answer);
      });
      worker.post({ kind: "call", id, name, argument });
    });
  }

  /** Sends the worker a message that has no reply. */
  send(message: ToWorker & { kind: "network" | "wake" }): void {
    this.#worker?.post(message);
  }

  /** Lets the worker finish its work, and ends it. */
  async close(): Promise<void> {
    this.#closing = true;
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.onExit(resolve));
    worker.post({ kind: "close" });
    const late = new AbortController();
    await Promise.race([gone, sleep(CLOSE_MS, undefined, { signal: late.signal, ref: false }).catch(() => {})]);
    late.abort();
    worker.kill();
  }

  async #receive(worker: WorkerProcess, message: FromWorker): Promise<void> {
    if (message.kind === "answer") {
      this.#waiting.get(message.id)?.(message.answer);
      this.#waiting.delete(message.id);
    } else if (message.kind === "status") {
      this.#status = message.status;
      this.#options.onStatus?.(message.status);
    } else if (message.kind === "note") this.#options.onNote?.(message.text);
    else if (message.kind === "storeTokens") {
      this.#tokens = message.tokens;
      const failure = await failureOf(this.#options.storeTokens(message.tokens));
      worker.post({ kind: "storeReply", id: message.id, failure });
    } else if (message.kind === "storeKey") {
      const { storeKey = async () => Promise.reject(new Error("this shell cannot store a key")) } = this.#options;
      const failure = await failureOf(storeKey(message.fileKey));
      if (failure === null) this.#fileKey = message.fileKey;
      worker.post({ kind: "storeReply", id: message.id, failure });
    }
  }

  /** Call when a worker has exited: answers its calls, and starts the next one. */
  async #restart(worker: WorkerProcess): Promise<void> {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const resolve of this.#waiting.values()) resolve(GONE);
    this.#waiting.clear();
    const { first, longest } = this.#options.restartMs ?? RESTART_MS;
    await sleep(Math.min(longest, first * 2 ** this.#deaths++));
    if (this.#closing || this.#worker) return;
    // If the new worker dies during its start, its own exit leads here again.
    await this.start().catch((error: Error) => this.#options.onNote?.(error.message));
  }
}

/** The message of the error; null if the work succeeds. */
async function failureOf(work: Promise<void>): Promise<string | null> {
  return await work.then(
    () => null,
    (error: Error) => error.message,
  );
}
