/** Requests that wait for a log to grow. */
import type { FastifyReply } from "fastify";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { HttpProblem } from "./problems.ts";

/** At once in a process: each one holds a connection. */
const MAX_WAITING = 10_000;
/** Time for the last answers when the server closes, ms. */
const LAST_ANSWERS_MS = 5_000;

export class LongPolls {
  readonly #waiting = new Map<AbortController, FastifyReply["raw"]>();
  readonly #maxWaiting: number;
  #ended = false;

  constructor(options: { maxWaiting?: number } = {}) {
    this.#maxWaiting = options.maxWaiting ?? MAX_WAITING;
  }

  /** How many wait now. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Until the log is past `after`, the time is over, the client is gone, or all waits are ended.
   *
   * @returns false if the client is gone: nobody reads an answer
   * @throws HttpProblem 503 TOO_MANY_WAITING
   */
  async wait(log: EventLog, after: Sequence, { raw }: FastifyReply, timeoutMs: number): Promise<boolean> {
    if (this.#waiting.size >= this.#maxWaiting)
      throw new HttpProblem("TOO_MANY_WAITING", `${this.#waiting.size} requests wait already; try again`);
    const stop = new AbortController();
    const end = () => stop.abort();
    if (this.#ended || raw.destroyed) end();
    const timer = setTimeout(end, timeoutMs);
    raw.once("close", end);
    this.#waiting.set(stop, raw);
    try {
      await log.changed(after, stop.signal);
    } finally {
      clearTimeout(timer);
      raw.off("close", end);
      this.#waiting.delete(stop);
    }
    return !raw.destroyed;
  }

  /** Ends all waits, and those that come later at once; resolves when they were answered with what there is. */
  async end(): Promise<void> {
    this.#ended = true;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LAST_ANSWERS_MS);
    const answers = [...this.#waiting].map(
      ([stop, raw]) =>
        new Promise<void>((answered) => {
          raw.once("close", answered);
          stop.abort();
        }),
    );
    await Promise.race([Promise.all(answers), late]);
    clearTimeout(timer);
  }
}
