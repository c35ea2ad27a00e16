/**
 * A second thread that does tasks, for work that must not hold up this one. It starts with the first task, ends when there
 * are none for a while, and is started again if it fails. Native code cannot be interrupted, so a task that takes too long
 * ends the thread. The program in it is a module that calls `serveTasks` (`thread-program.ts`).
 */
import { Worker } from "node:worker_threads";

/** The thread ends when it was not used for this time, ms. */
const IDLE_MS = 5 * 60_000;

export interface TaskThreadOptions {
  /** The module that runs in the thread. */
  program: URL;
  /** Maximum time of a task, ms. */
  limitMs: number;
  idleMs?: number;
  /** Limit of the thread's JavaScript heap, MiB. */
  heapMib: number;
}

/** Why a task was not done: it took too long, the thread ended during it, or no further tasks are accepted. */
export type ThreadEnd = "too long" | "interrupted" | "closed";

export class ThreadError extends Error {
  override readonly name = "ThreadError";
  readonly reason: ThreadEnd;

  constructor(reason: ThreadEnd, options?: ErrorOptions) {
    super(`the thread's task was not done: ${reason}`, options);
    this.reason = reason;
  }
}

/** A message with its number, and the reply to it, which has the same number. The first message back is `ready`. */
export type Numbered<Message> = { n: number } & Message;

interface Pending<Reply> {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
}

export class TaskThread<Message extends object, Reply extends object> {
  readonly #options: Required<TaskThreadOptions>;
  #worker: Worker | null = null;
  #ready: Promise<void> = Promise.resolve();
  /** The end of the threads before. */
  #ended: Promise<unknown> = Promise.resolve();
  readonly #pending = new Map<number, Pending<Reply>>();
  #messages = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  /** Called when a thread has ended although it was needed. */
  onFailure: (reason: "too long" | "failed", error: Error | null) => void = () => {};

  constructor({ idleMs = IDLE_MS, ...options }: TaskThreadOptions) {
    this.#options = { idleMs, ...options };
  }

  /** True while there is a thread. */
  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** Has a task done. The time limit is for the task alone, not for the start of a thread. @throws ThreadError */
  async run(message: Message): Promise<Reply> {
    const worker = await this.#start();
    const limit = setTimeout(() => {
      this.onFailure("too long", null);
      this.#end(new ThreadError("too long"));
    }, this.#options.limitMs);
    try {
      return await this.#send(worker, message);
    } finally {
      clearTimeout(limit);
    }
  }

  /** Sends a message for which no thread is started. What it fails with is no concern of the caller. */
  async tell(message: Message): Promise<void> {
    if (this.#worker) await this.#send(this.#worker, message).catch(() => {});
  }

  /** Ends the thread. Tasks that run or come later fail. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#end(new ThreadError("closed"));
    await this.#ended;
  }

  async #start(): Promise<Worker> {
    if (this.#closed) throw new ThreadError("closed");
    if (!this.#worker) await this.#ended;
    if (this.#closed) throw new ThreadError("closed");
    if (!this.#worker) this.#begin();
    await this.#ready;
    if (!this.#worker) throw new ThreadError("interrupted");
    return this.#worker;
  }

  #begin(): void {
    const { program, heapMib } = this.#options;
    const worker = new Worker(program, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: heapMib } });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#worker = worker;
    this.#ready = promise;
    promise.catch(() => {}); // whoever waits for it sees the failure
    worker.on("message", (message: "ready" | Numbered<Reply>) => {
      if (message === "ready") return resolve();
      this.#pending.get(message.n)?.resolve(message);
    });
    worker.on("error", (error) => this.#fail(worker, error));
    worker.on("exit", () => {
      reject(new ThreadError("interrupted"));
      this.#fail(worker, null);
    });
  }

  #fail(worker: Worker, error: Error | null): void {
    if (this.#worker !== worker) return;
    this.onFailure("failed", error);
    this.#end(new ThreadError("interrupted", { cause: error }));
  }

  /** Ends the thread, if there is one. Its messages get the error as their reply. */
  #end(error: Error): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    if (worker) this.#ended = Promise.all([this.#ended, worker.terminate()]);
    for (const { reject } of this.#pending.values()) reject(error);
  }

  async #send(worker: Worker, message: Message): Promise<Reply> {
    const n = ++this.#messages;
    clearTimeout(this.#idle);
    worker.ref();
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.#pending.set(n, { resolve, reject });
        worker.postMessage({ n, ...message } satisfies Numbered<Message>);
      });
    } finally {
      this.#pending.delete(n);
      if (this.#pending.size === 0 && this.#worker === worker) {
        worker.unref(); // it keeps no process running
        this.#idle = setTimeout(() => this.#end(new ThreadError("interrupted")), this.#options.idleMs).unref();
      }
    }
  }
}
