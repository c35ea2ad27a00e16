/**
 * How much an `HttpLog` requests at once. On a fast line, requests in parallel hide the time that each takes on its
 * way. On a slow one they share the line: each takes longer, all are lost together when the connection breaks, and
 * nothing gets ready.
 */
import { SEGMENT } from "../../sequence.ts";

/** The maximum number of blocks that are requested ahead, while the reader works. */
const MAX_AHEAD = 4;
/** The maximum size of these blocks, estimated from the last one, bytes. One block is always allowed. */
const AHEAD_BYTES = 8 * 1024 * 1024;
/** The least number of events that is requested. */
const LEAST_EVENTS = 16;
/** A failure divides the number of events of the next request by this. */
const FAILURE_DIVISOR = 4;

export interface PaceLimits {
  /** A response that took less time lets the requests grow, ms. */
  quickMs: number;
  /** A response that took more time halves the number of requests, ms. */
  slowMs: number;
}

const LIMITS: PaceLimits = { quickMs: 1_000, slowMs: 4_000 };

export class Pace {
  readonly #limits: PaceLimits;
  #ahead = 1;
  #events = SEGMENT;

  constructor(limits: PaceLimits = LIMITS) {
    this.#limits = limits;
  }

  /** The maximum number of events of one request, up to a segment. */
  get events(): number {
    return this.#events;
  }

  /** How many blocks to request ahead: at most 4 and 8 MiB. @param bytes the size of the last one */
  ahead(bytes: number): number {
    // Less than a segment is requested only on a line that fails. Nothing else should share that line.
    if (this.#events < SEGMENT) return 0;
    return Math.min(this.#ahead, Math.max(1, Math.floor(AHEAD_BYTES / bytes)));
  }

  /** A response has arrived completely. @param tookMs from its request to its last byte */
  arrived(tookMs: number): void {
    if (tookMs > this.#limits.slowMs) this.#ahead = Math.floor(this.#ahead / 2);
    if (tookMs >= this.#limits.quickMs) return;
    if (this.#events === SEGMENT) this.#ahead = Math.min(MAX_AHEAD, this.#ahead + 1);
    this.#events = Math.min(SEGMENT, this.#events * 2);
  }

  /** A response was silent for too long, or broke off. @param events how many were requested */
  failed(events: number): void {
    this.#ahead = 0;
    // Requests that fail together are one failure: the next size follows from theirs.
    this.#events = Math.min(this.#events, Math.max(LEAST_EVENTS, Math.floor(events / FAILURE_DIVISOR)));
  }
}
