/** Requests that wait for a log to grow. */
import type { FastifyReply } from "fastify";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { HttpProblem } from "./problems.ts";

/** Maximum number per process: each one holds a connection. */
const MAX_WAITING = 10_000;
/** Time for the last responses when the server closes, ms. */
const LAST_RESPONSES_MS = 5_000;

export class LongPolls {
  readonly #waiting = new Map<AbortController, FastifyReply["raw"]>();
  readonly #maxWaiting: number;
  #ended = false;

  constructor(options: { maxWaiting?: number } = {}) {
    this.#maxWaiting = options.maxWaiting ?? MAX_WAITING;
  }

  /** How many requests are waiting now. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Waits until the log is past `after`, the time is over, the client is gone, its session has ended, or `end()` is called.
   *
   * @param options.onEnd calls its argument when the session has ended; returns what stops that
   *
   * @returns false if the client is gone, so nobody would read the response
   * @throws HttpProblem 503 TOO_MANY_WAITING
   */
  async wait(
    log: EventLog,
    after: Sequence,
    { raw }: FastifyReply,
    { timeoutMs, onEnd }: { timeoutMs: number; onEnd: (listener: () => void) => () => void },
  ): Promise<boolean> {
    if (this.#waiting.size >= this.#maxWaiting)
      throw new HttpProblem("TOO_MANY_WAITING", `${this.#waiting.size} requests are already waiting; try again`);
    const stop = new AbortController();
    const end = () => stop.abort();
    if (this.#ended || raw.destroyed) end();
    const timer = setTimeout(end, timeoutMs);
    raw.once("close", end);
    const stopListening = onEnd(end);
    this.#waiting.set(stop, raw);
    try {
      await log.changed(after, stop.signal);
    } finally {
      clearTimeout(timer);
      raw.off("close", end);
      stopListening();
      this.#waiting.delete(stop);
    }
    return !raw.destroyed;
  }

  /** Ends all waits; later ones end immediately. Resolves when the responses have been sent. */
  async end(): Promise<void> {
    this.#ended = true;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LAST_RESPONSES_MS);
    const responses = [...this.#waiting].map(
      ([stop, raw]) =>
        new Promise<void>((closed) => {
          raw.once("close", closed);
          stop.abort();
        }),
    );
    await Promise.race([Promise.all(responses), late]);
    clearTimeout(timer);
  }
}
