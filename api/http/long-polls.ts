/** Requests that wait for a log to grow. */
import type { FastifyReply } from "fastify";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { HttpProblem } from "./problems.ts";
import { callerOf } from "./shares.ts";

/** Maximum number per process: each one holds a connection. */
const MAX_WAITING = 10_000;
/** Time for the last responses when the server closes, ms. */
const LAST_RESPONSES_MS = 5_000;

interface Poll {
  raw: FastifyReply["raw"];
  caller: string;
}

export class LongPolls {
  /** Oldest first. */
  readonly #waiting = new Map<AbortController, Poll>();
  readonly #countOf = new Map<string, number>();
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
   * If too many wait, the oldest wait of the caller with the most ends, as if its time were over: so nobody can take all places.
   *
   * @param options.onEnd calls its argument when the session has ended; returns what stops that
   *
   * @returns false if the client is gone, so nobody would read the response
   * @throws HttpProblem 503 TOO_MANY_WAITING if no other caller has more
   */
  async wait(
    log: EventLog,
    after: Sequence,
    { raw, request }: FastifyReply,
    { timeoutMs, onEnd }: { timeoutMs: number; onEnd: (listener: () => void) => () => void },
  ): Promise<boolean> {
    const caller = callerOf(request);
    if (this.#waiting.size >= this.#maxWaiting && !this.#makeRoomFor(caller))
      throw new HttpProblem("TOO_MANY_WAITING", `${this.#waiting.size} requests are already waiting; try again`);
    const stop = new AbortController();
    const end = () => stop.abort();
    if (this.#ended || raw.destroyed) end();
    const timer = setTimeout(end, timeoutMs);
    raw.once("close", end);
    const stopListening = onEnd(end);
    this.#waiting.set(stop, { raw, caller });
    this.#countOf.set(caller, (this.#countOf.get(caller) ?? 0) + 1);
    try {
      await log.changed(after, stop.signal);
    } finally {
      clearTimeout(timer);
      raw.off("close", end);
      stopListening();
      this.#forget(stop);
    }
    return !raw.destroyed;
  }

  /** @returns false if no other caller has more waits than this one would have */
  #makeRoomFor(caller: string): boolean {
    let most: [caller: string, count: number] = [caller, (this.#countOf.get(caller) ?? 0) + 1];
    for (const one of this.#countOf) if (one[1] > most[1]) most = one;
    if (most[0] === caller) return false;
    for (const [stop, poll] of this.#waiting) {
      if (poll.caller !== most[0]) continue;
      this.#forget(stop);
      stop.abort();
      return true;
    }
    return false;
  }

  #forget(stop: AbortController): void {
    const poll = this.#waiting.get(stop);
    if (!poll) return;
    this.#waiting.delete(stop);
    const left = (this.#countOf.get(poll.caller) ?? 1) - 1;
    if (left === 0) this.#countOf.delete(poll.caller);
    else this.#countOf.set(poll.caller, left);
  }

  /** Ends all waits; later ones end immediately. Resolves when the responses have been sent. */
  async end(): Promise<void> {
    this.#ended = true;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LAST_RESPONSES_MS);
    const responses = [...this.#waiting].map(
      ([stop, { raw }]) =>
        new Promise<void>((closed) => {
          raw.once("close", closed);
          stop.abort();
        }),
    );
    await Promise.race([Promise.all(responses), late]);
    clearTimeout(timer);
  }
}
