/** The log behind the API: `GET /api/events`, MessagePack, at most one segment per response. */
import { setTimeout as sleep } from "node:timers/promises";
import { scanEvent, sequenceOf } from "../../encoding/scan.ts";
import { LogError } from "../../errors.ts";
import { sameBytes } from "../../hash.ts";
import type { Batch, EventLog, LogId, ReadOptions } from "../../log/log.ts";
import { type Range, SEGMENT, type Sequence } from "../../sequence.ts";
import { MAX_EVENT_BYTES } from "../../values/schema.ts";
import { ACCEPT_ENCODING, BodyTooLong, readBody } from "./http-body.ts";
import { openingWait, whileOpening } from "./opening-wait.ts";

/** The headers of a response with events. */
export const LOG_HEADERS = {
  /** The log's id. */
  log: "invoify-log",
  /** The log's head; absent in a full segment, because a full segment never changes. */
  head: "invoify-head",
  /** The event hash at `after`, hex; absent if `after` is 0. */
  hash: "invoify-hash",
} as const;

/** The maximum `wait` of a long poll, s. */
export const MAX_WAIT_S = 30;
/** Time-out of a request without `wait`, ms. */
const TIMEOUT_MS = 30_000;
/** The maximum length of a response: a segment of the longest events. */
const MAX_RESPONSE_BYTES = SEGMENT * MAX_EVENT_BYTES;
/** The maximum number of full segments that are requested ahead, while the reader works. */
const MAX_AHEAD = 4;
/** The maximum size of these segments, estimated from the last one, bytes. One segment is always requested ahead. */
const AHEAD_BYTES = 8 * 1024 * 1024;
/** If a server ends a long poll without news sooner than this, the next one waits until then, ms. */
const SHORTEST_WAIT_MS = 1_000;

export interface HttpLogOptions {
  /** Returns the access token. Called for each request, so that the token can be renewed. */
  token: () => string | null | Promise<string | null>;
  /** The id of the log; null: the log that the token belongs to. */
  log?: LogId | null;
  fetch?: typeof fetch;
}

interface Query {
  after: Sequence;
  limit: number;
  /** s */
  wait?: number;
}

interface EventsResponse {
  bytes: Uint8Array;
  /** Null for a full segment. */
  head: Sequence | null;
  hash: Uint8Array | null;
}

export class HttpLog implements EventLog {
  readonly name: string;
  readonly #base: URL;
  readonly #options: HttpLogOptions;
  #id: LogId | null;
  #head: Sequence = 0;

  /** @param base the API's address, such as `https://invoices.example` */
  constructor(base: string, options: HttpLogOptions) {
    this.#base = new URL(base);
    this.#options = options;
    this.#id = options.log ?? null;
    this.name = this.#base.origin;
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

  /** Once the head is known, full segments before it are requested ahead. A slow reader bounds their number. */
  async *read({ after, upTo }: Range, options: ReadOptions = {}): AsyncGenerator<Batch> {
    const stop = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    const pending = new Map<Sequence, Promise<EventsResponse>>();
    const request = (at: Sequence) => {
      const response = pending.get(at) ?? this.#request({ after: at, limit: Math.min(SEGMENT, upTo - at) }, signal);
      response.catch(() => {}); // a failure is thrown when the reader gets there
      pending.set(at, response);
      return response;
    };
    let at = after;
    let expect = options.expect;
    try {
      while (at < upTo) {
        const response = await request(at);
        pending.delete(at);
        if (expect && !sameBytes(response.hash, expect))
          throw new LogError("FORKED", `${this.name}: event ${at} differs from the reader's copy`);
        expect = undefined;
        const bodies = this.#eventsOf(response, { after: at, limit: Math.min(SEGMENT, upTo - at) });
        if (bodies.length === 0) {
          // No new events, but the reader learns the head.
          if (at === after) yield { after: at, bodies, head: response.head };
          return;
        }
        const next = at + bodies.length;
        this.#head = Math.max(this.#head, next);
        for (const segment of segmentsAhead(next, Math.min(upTo, this.#head), response.bytes.length))
          void request(segment);
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

  async #request(query: Query, signal?: AbortSignal): Promise<EventsResponse> {
    const reply = await whileOpening(() => this.#requestOnce(query, signal), signal);
    if (reply instanceof LogError) throw reply;
    return reply;
  }

  async #requestOnce(
    query: Query,
    signal?: AbortSignal,
  ): Promise<{ reply: EventsResponse | LogError; retryMs: number | null }> {
    const url = new URL("/api/events", this.#base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    if (this.#id !== null) url.searchParams.set("log", this.#id);
    const token = await this.#options.token();
    const timeout = AbortSignal.timeout(TIMEOUT_MS + (query.wait ?? 0) * 1000);
    const get = this.#options.fetch ?? fetch;
    let response: Response;
    let bytes: Uint8Array;
    try {
      response = await get(url, {
        headers: {
          accept: "application/vnd.msgpack",
          "accept-encoding": ACCEPT_ENCODING,
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        redirect: "error",
        // Readers store the log themselves. A second copy in a browser's cache could hide a fork.
        cache: "no-store",
      });
      bytes = await readBody(response, MAX_RESPONSE_BYTES);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof BodyTooLong)
        throw new LogError("NOT_A_LOG", `${this.name}: the response is longer than a segment: ${error.message}`);
      throw new LogError("UNREACHABLE", `${this.name}: no answer (${reasonOf(error)})`, { cause: error });
    }
    if (!response.ok)
      return {
        reply: this.#failure(response, bytes, query.after),
        retryMs: openingWait(response, problemOf(bytes).code),
      };
    const log = response.headers.get(LOG_HEADERS.log);
    if (log === null) throw new LogError("NOT_A_LOG", `${this.name}: responds, but is not an Invoify API`);
    if (this.#id !== null && log !== this.#id)
      throw new LogError("NOT_A_LOG", `${this.name}: serves log ${log}, not ${this.#id}`);
    this.#id = log;
    const headText = response.headers.get(LOG_HEADERS.head);
    if (headText !== null && !/^\d{1,15}$/.test(headText)) throw this.#noHead();
    const head = headText === null ? null : Number(headText);
    if (head !== null) this.#head = head;
    const hash = response.headers.get(LOG_HEADERS.hash);
    return { reply: { bytes, head, hash: hash === null ? null : Buffer.from(hash, "hex") }, retryMs: null };
  }

  /** The events of a response. @throws LogError MALFORMED_EVENT; DAMAGED if they are not the requested events */
  #eventsOf({ bytes, head }: { bytes: Uint8Array; head: Sequence | null }, range: { after: Sequence; limit: number }) {
    const { after, limit } = range;
    const bodies = splitEvents(bytes, `${this.name}: events after ${after}`);
    if (bodies.length > limit)
      throw new LogError("DAMAGED", `${this.name}: sent ${bodies.length} events, but ${limit} were requested`);
    for (const [n, body] of bodies.entries()) {
      const seq = sequenceOf(body);
      if (seq !== after + n + 1)
        throw new LogError("DAMAGED", `${this.name}: sent event ${seq} instead of ${after + n + 1}`);
    }
    // Caches store full segments, so these do not name the head. All other responses do.
    if (head === null && bodies.length < SEGMENT) throw this.#noHead();
    if (bodies.length === 0 && head !== null && head > after)
      throw new LogError("DAMAGED", `${this.name}: has ${head} events, but sent none after ${after}`);
    return bodies;
  }

  #noHead(): LogError {
    return new LogError("NOT_A_LOG", `${this.name}: the response does not name the log's head`);
  }

  #failure(response: Response, bytes: Uint8Array, after: Sequence): LogError {
    const { detail, title } = problemOf(bytes);
    const reason = detail || title || response.statusText;
    if (response.status === 401 || response.status === 403)
      return new LogError("UNAUTHORIZED", `${this.name}: ${response.status}: ${reason}`);
    if (response.status === 409)
      return new LogError("FORKED", `${this.name}: the log ends before event ${after} of the reader's copy: ${reason}`);
    if (response.status === 404) return new LogError("NOT_A_LOG", `${this.name}: responds, but is not an Invoify API`);
    return new LogError("UNREACHABLE", `${this.name}: ${response.status}: ${reason}`);
  }
}

/** The starts of the full segments after `after` to request now. @param bytes the size of the previous segment */
function segmentsAhead(after: Sequence, head: Sequence, bytes: number): Sequence[] {
  if (after % SEGMENT !== 0) return [];
  const count = Math.max(1, Math.min(MAX_AHEAD, Math.floor(AHEAD_BYTES / bytes)));
  const available = Math.floor((head - after) / SEGMENT);
  return Array.from({ length: Math.max(0, Math.min(count, available)) }, (_, n) => after + n * SEGMENT);
}

/** Splits a sequence of events into the bytes of each. @throws LogError MALFORMED_EVENT */
export function splitEvents(bytes: Uint8Array, where: string): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = scanEvent(bytes, at, where);
    bodies.push(bytes.subarray(at, end));
    at = end;
  }
  return bodies;
}

/** Reads the problem details of a failed response; empty if the response is not from the API. */
function problemOf(bytes: Uint8Array): { detail: string; title: string; code: string } {
  let problem: Record<string, unknown> | null = null;
  try {
    problem = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown> | null;
  } catch {
    // The page of a proxy.
  }
  const text = (name: string) => String(problem?.[name] ?? "");
  return { detail: text("detail"), title: text("title"), code: text("code") };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
