/** A shell's end of its worker: starts it, asks it, keeps its tokens, and starts another one if it dies. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CallName } from "../contract/arguments.ts";
import type { FromWorker, StartOptions, StoredKey, StoredTokens, ToWorker } from "../contract/channel.ts";
import type { Answer, SyncStatus } from "../contract/contract.ts";
import { refusalOf } from "./call-check.ts";

/** A worker's process, as its shell sees it. */
export interface WorkerProcess {
  post(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}

export interface WorkerLinkOptions {
  spawn: () => WorkerProcess;
  start: StartOptions;
  /** Keeps tokens for the next start; null forgets them. */
  keep: (tokens: StoredTokens | null) => Promise<void>;
  /** The same for the key of the files, where the shell has a place for it. */
  keepKey?: (key: StoredKey | null) => Promise<void>;
  onStatus?: (status: SyncStatus) => void;
  /** One line for the shell's log. */
  onNote?: (text: string) => void;
  /** Between the death of a worker and the start of the next, ms: longer each time that it dies young. */
  restartMs?: { first: number; longest: number };
}

const RESTART_MS = { first: 200, longest: 30_000 };
/** A worker that lived so long did not die of its start, ms. */
const OLD_MS = 60_000;
/** Time that a worker has to end its work, ms. */
const CLOSE_MS = 10_000;

const GONE = {
  ok: false,
  failure: { code: "WORKER_GONE", message: "the program had to start anew; try again" },
} as const;

export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly #waiting = new Map<number, (answer: Answer<CallName>) => void>();
  #worker: WorkerProcess | null = null;
  #tokens: StoredTokens | null;
  #fileKey: StoredKey | null | undefined;
  #count = 0;
  /** The calls that the worker answers; null before the first one has started. */
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

  /** Starts the worker. @throws Error if it says that it cannot start */
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
        reject(new Error(message.message));
        worker.kill(); // the next one may fare better: a disk that was full, say
      } else void this.#take(worker, message);
    });
    worker.onExit(() => {
      reject(new Error("the worker ended before it had started"));
      if (performance.now() - startedMs > OLD_MS) this.#deaths = 0;
      void this.#buried(worker);
    });
    const now = { tokens: this.#tokens, fileKey: this.#fileKey };
    worker.post({ kind: "start", options: { ...this.#options.start, ...now } });
    await promise;
  }

  /** The last status that it told; null before the first. */
  get status(): SyncStatus | null {
    return this.#status;
  }

  /** True while a command has no answer yet. */
  get isWriting(): boolean {
    return this.#writes > 0;
  }

  /**
   * Asks the worker, unless there is no such call or the argument is not plain data. Never rejects: a worker that is gone
   * is an answer too.
   */
  call(name: unknown, argument: unknown): Promise<Answer<CallName>> {
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

  /** Tells it something that has no answer. */
  tell(message: ToWorker & { kind: "network" | "wake" }): void {
    this.#worker?.post(message);
  }

  /** Ends the worker with its work done. */
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

  async #take(worker: WorkerProcess, message: FromWorker): Promise<void> {
    if (message.kind === "answer") {
      this.#waiting.get(message.id)?.(message.answer);
      this.#waiting.delete(message.id);
    } else if (message.kind === "status") {
      this.#status = message.status;
      this.#options.onStatus?.(message.status);
    } else if (message.kind === "note") this.#options.onNote?.(message.text);
    else if (message.kind === "keep") {
      this.#tokens = message.tokens;
      worker.post({ kind: "kept", id: message.id, failure: await failureIn(this.#options.keep(message.tokens)) });
    } else if (message.kind === "keepKey") {
      const { keepKey = async () => Promise.reject(new Error("there is nowhere to keep a key")) } = this.#options;
      const failure = await failureIn(keepKey(message.fileKey));
      if (failure === null) this.#fileKey = message.fileKey;
      worker.post({ kind: "kept", id: message.id, failure });
    }
  }

  async #buried(worker: WorkerProcess): Promise<void> {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const resolve of this.#waiting.values()) resolve(GONE);
    this.#waiting.clear();
    const { first, longest } = this.#options.restartMs ?? RESTART_MS;
    await sleep(Math.min(longest, first * 2 ** this.#deaths++));
    if (this.#closing || this.#worker) return;
    // One that dies while it starts is buried too, and the next one follows from there.
    await this.start().catch((error: Error) => this.#options.onNote?.(error.message));
  }
}

/** Its words; null: it went well. */
async function failureIn(work: Promise<void>): Promise<string | null> {
  return await work.then(
    () => null,
    (error: Error) => error.message,
  );
}
