/** The log behind the API: `GET /api/events`, MessagePack, at most one block per response. */
import { setTimeout as sleep } from "node:timers/promises";
import { scanEvent, sequenceOf } from "../../encoding/scan.ts";
import { LogError } from "../../errors.ts";
import { sameBytes } from "../../hash.ts";
import type { Batch, EventLog, LogId, ReadOptions } from "../../log/log.ts";
import { type Range, SEGMENT, type Sequence, segmentEnd } from "../../sequence.ts";
import { type EventsQuery, type EventsRequestOptions, EventsRequests, type EventsResponse } from "./events-request.ts";
import { Pace, type PaceLimits } from "./pace.ts";
import { Silence } from "./silence.ts";

/** The maximum `wait` of a long poll, s. */
export const MAX_WAIT_S = 30;
/** If a server ends a long poll without news sooner than this, the next one waits until then, ms. */
const SHORTEST_WAIT_MS = 1_000;

export interface HttpLogOptions extends EventsRequestOptions {
  /** The id of the log; null: the log that the token belongs to. */
  log?: LogId | null;
  pace?: PaceLimits;
}

export class HttpLog implements EventLog {
  readonly name: string;
  readonly #requests: EventsRequests;
  readonly #pace: Pace;
  #id: LogId | null;
  #head: Sequence = 0;

  /** @param base the API's address, such as `https://invoices.example` */
  constructor(base: string, { log = null, pace, ...options }: HttpLogOptions) {
    const url = new URL(base);
    this.#requests = new EventsRequests(url, options);
    this.#pace = new Pace(pace);
    this.#id = log;
    this.name = url.origin;
  }

  async id(): Promise<LogId | null> {
    if (this.#id === null || this.#head === 0) await this.#request({ after: 0, limit: 0 });
    return this.#head > 0 ? this.#id : null;
  }

  async head(known: Sequence = 0): Promise<Sequence> {
    const { head } = await this.#request({ after: known, limit: 0 });
    if (head === null) throw this.#noHead();
    return head;
  }

  /** The last head that the server named; 0 before the first. */
  get lastHead(): Sequence {
    return this.#head;
  }

  /**
   * Once the head is known, the next block and the full segments after it are requested ahead: as many as the line is
   * quick for. A slow reader bounds their number. If a response breaks off, its whole events are passed on, and the
   * rest is requested again, in smaller parts. So a read fails only if no event of a request arrived.
   */
  async *read({ after, upTo }: Range, options: ReadOptions = {}): AsyncGenerator<Batch> {
    const stop = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    /** The requests that were made ahead. Null: it failed, and is made again when the reader gets there. */
    const ahead = new Map<Sequence, Promise<EventsResponse | null>>();
    const request = (at: Sequence) => this.#requestRange({ after: at, upTo }, signal);
    let at = after;
    let { expect } = options;
    try {
      while (at < upTo) {
        const early = await ahead.get(at);
        ahead.delete(at);
        const response = early ?? (await request(at));
        if (expect && !sameBytes(response.hash, expect))
          throw new LogError("FORKED", `${this.name}: event ${at} differs from the reader's copy`);
        expect = undefined;
        const bodies = this.#eventsOf(response, { after: at, limit: Math.min(SEGMENT, upTo - at) });
        if (bodies.length === 0) {
          if (response.failure && early) continue;
          if (response.failure) throw response.failure;
          // No new events, but the reader learns the head.
          if (at === after) yield { after: at, bodies, head: response.head };
          return;
        }
        const next = at + bodies.length;
        this.#head = Math.max(this.#head, next);
        const count = this.#pace.ahead(response.bytes.length);
        for (const start of startsAhead(next, Math.min(upTo, this.#head), {
          count,
          isStart: response.blockEnd === next,
        }))
          if (!ahead.has(start))
            ahead.set(
              start,
              request(start).catch(() => null),
            );
        yield { after: at, bodies, head: response.head, scanned: true };
        at = next;
        if (response.head !== null && at >= response.head) return;
      }
    } finally {
      stop.abort();
    }
  }

  async changed(after: Sequence, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const soonest = performance.now() + SHORTEST_WAIT_MS;
      try {
        const { head } = await this.#request({ after, limit: 0, wait: MAX_WAIT_S }, signal);
        if (head !== null && head > after) return;
        await sleep(Math.max(0, soonest - performance.now()), undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
    }
  }

  async close(): Promise<void> {}

  /** Requests the beginning of a range: as much as the line is quick for. */
  async #requestRange({ after, upTo }: Range, signal: AbortSignal): Promise<EventsResponse> {
    const limit = Math.min(this.#pace.events, upTo - after);
    try {
      const response = await this.#request({ after, limit }, signal);
      if (response.failure) this.#pace.failed(limit);
      else this.#pace.arrived(response.tookMs);
      return response;
    } catch (error) {
      if (error instanceof LogError && error.cause instanceof Silence) this.#pace.failed(limit);
      throw error;
    }
  }

  async #request(query: EventsQuery, signal?: AbortSignal): Promise<EventsResponse> {
    const response = await this.#requests.send({ ...query, ...(this.#id !== null && { log: this.#id }) }, signal);
    const { log, head } = response;
    if (this.#id !== null && log !== this.#id)
      throw new LogError("NOT_A_LOG", `${this.name}: serves log ${log}, not ${this.#id}`);
    this.#id = log;
    if (head !== null) this.#head = head;
    return response;
  }

  /** The events of a response. @throws LogError MALFORMED_EVENT; DAMAGED if they are not the requested events */
  #eventsOf({ bytes, head, blockEnd, failure }: EventsResponse, { after, limit }: { after: Sequence; limit: number }) {
    const where = `${this.name}: events after ${after}`;
    const bodies = failure ? wholeEvents(bytes, where) : splitEvents(bytes, where);
    if (bodies.length > limit)
      throw new LogError("DAMAGED", `${this.name}: sent ${bodies.length} events, but ${limit} were requested`);
    for (const [n, body] of bodies.entries()) {
      const seq = sequenceOf(body);
      if (seq !== after + n + 1)
        throw new LogError("DAMAGED", `${this.name}: sent event ${seq} instead of ${after + n + 1}`);
    }
    if (failure) return bodies;
    if (blockEnd !== null && after + bodies.length !== blockEnd)
      throw new LogError(
        "DAMAGED",
        `${this.name}: sent events up to ${after + bodies.length}, but their block ends with ${blockEnd}`,
      );
    // Caches store complete blocks, so these do not name the head. All other responses do. (A server of release 0.1
    // knows no blocks, and sends a full segment without either.)
    if (head === null && blockEnd === null && bodies.length < SEGMENT) throw this.#noHead();
    if (bodies.length === 0 && head !== null && head > after)
      throw new LogError("DAMAGED", `${this.name}: has ${head} events, but sent none after ${after}`);
    return bodies;
  }

  #noHead(): LogError {
    return new LogError("FOREIGN_REPLY", `${this.name}: the response does not name the log's head`);
  }
}

/**
 * Where to request now, at most `count`: at `after` if a block starts there, and at the next full segments.
 *
 * @param head the last event to request
 */
function startsAhead(
  after: Sequence,
  head: Sequence,
  { count, isStart }: { count: number; isStart: boolean },
): Sequence[] {
  const segment = after % SEGMENT === 0 ? after : segmentEnd(after);
  if (!isStart && segment !== after) return [];
  // What lies before a segment's end is complete if all of it lies before the head.
  const starts = segment === after || segment > head ? [] : [after];
  for (let start = segment; starts.length < count && start + SEGMENT <= head; start += SEGMENT) starts.push(start);
  return starts.slice(0, count);
}

/** Splits a sequence of events into the bytes of each. @throws LogError MALFORMED_EVENT */
export function splitEvents(bytes: Uint8Array, where: string): Uint8Array[] {
  return [...scanEvents(bytes, where)];
}

/** The events of a response that broke off, without the incomplete one at its end. */
function wholeEvents(bytes: Uint8Array, where: string): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  try {
    for (const body of scanEvents(bytes, where)) bodies.push(body);
  } catch (error) {
    // If the event is malformed, not incomplete, the next request begins with it, and throws.
    if (!(error instanceof LogError)) throw error;
  }
  return bodies;
}

function* scanEvents(bytes: Uint8Array, where: string): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const end = scanEvent(bytes, at, where);
    yield bytes.subarray(at, end);
    at = end;
  }
}
