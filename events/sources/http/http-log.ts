/** The log behind the API: `GET /api/events`, MessagePack, one segment an answer. */
import { setTimeout as sleep } from "node:timers/promises";
import { scanEvent, sequenceOf } from "../../encoding/scan.ts";
import { LogError } from "../../errors.ts";
import { sameBytes } from "../../hash.ts";
import type { Batch, EventLog, LogId, ReadOptions } from "../../log/log.ts";
import { type Range, SEGMENT, type Sequence } from "../../sequence.ts";
import { MAX_EVENT_BYTES } from "../../values/schema.ts";
import { ACCEPT_ENCODING, BodyTooLong, readBody } from "./http-body.ts";
import { openingWait, whileOpening } from "./opening-wait.ts";

/** The headers of an answer with events. */
export const LOG_HEADERS = {
  /** The log's id. */
  log: "invoify-log",
  /** The log's head; absent where the answer is a full segment, which never changes. */
  head: "invoify-head",
  /** The event hash at `after`, hex; absent where `after` is 0. */
  hash: "invoify-hash",
} as const;

/** The longest that a server holds an answer back for `wait`, s. */
export const MAX_WAIT_S = 30;
/** A request without `wait` that has no answer by then is given up, ms. */
const TIMEOUT_MS = 30_000;
/** The longest answer that there can be: a segment of the longest events. */
const MAX_ANSWER_BYTES = SEGMENT * MAX_EVENT_BYTES;
/** Full segments that are asked for before the reader wants them, at most: they are on their way while it works. */
const MAX_AHEAD = 4;
/** And no more of them than this in bytes, going by the last one; one always is. */
const AHEAD_BYTES = 8 * 1024 * 1024;
/** A server that ends a wait sooner than this, with nothing new, is not asked again before it is over, ms. */
const SHORTEST_WAIT_MS = 1_000;

export interface HttpLogOptions {
  /** The access token; asked for at each request, so that it can be renewed. */
  token: () => string | null | Promise<string | null>;
  /** Wanted log; null takes the one that the token is for. */
  log?: LogId | null;
  fetch?: typeof fetch;
}

interface Query {
  after: Sequence;
  limit: number;
  /** s */
  wait?: number;
}

interface HttpAnswer {
  bytes: Uint8Array;
  /** Null with a full segment. */
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

  /** The head that the server last spoke of; 0 before it did. */
  get lastHead(): Sequence {
    return this.#head;
  }

  /** Once the head is known (`head`), full segments before it are asked for ahead; a reader that waits bounds them. */
  async *read({ after, upTo }: Range, options: ReadOptions = {}): AsyncGenerator<Batch> {
    const ended = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal;
    const asked = new Map<Sequence, Promise<HttpAnswer>>();
    const ask = (at: Sequence) => {
      const asking = asked.get(at) ?? this.#request({ after: at, limit: Math.min(SEGMENT, upTo - at) }, signal);
      asking.catch(() => {}); // told when its turn comes
      asked.set(at, asking);
      return asking;
    };
    let at = after;
    let expect = options.expect;
    try {
      while (at < upTo) {
        const answer = await ask(at);
        asked.delete(at);
        if (expect && !sameBytes(answer.hash, expect))
          throw new LogError("FORKED", `${this.name}: event ${at} is not the one that the reader holds`);
        expect = undefined;
        const bodies = this.#eventsOf(answer, { after: at, limit: Math.min(SEGMENT, upTo - at) });
        if (bodies.length === 0) {
          // Nothing new: still an answer, from which the reader learns the head.
          if (at === after) yield { after: at, bodies, head: answer.head };
          return;
        }
        const next = at + bodies.length;
        this.#head = Math.max(this.#head, next);
        for (const segment of segmentsAhead(next, Math.min(upTo, this.#head), answer.bytes.length)) void ask(segment);
        yield { after: at, bodies, head: answer.head, scanned: true };
        at = next;
        if (answer.head !== null && at >= answer.head) return;
      }
    } finally {
      ended.abort();
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

  async #request(query: Query, signal?: AbortSignal): Promise<HttpAnswer> {
    const answer = await whileOpening(() => this.#ask(query, signal), signal);
    if (answer instanceof LogError) throw answer;
    return answer;
  }

  async #ask(query: Query, signal?: AbortSignal): Promise<{ answer: HttpAnswer | LogError; againMs: number | null }> {
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
        // Who reads a log keeps it. Kept a second time, in a browser's cache, it could hide that history has forked.
        cache: "no-store",
      });
      bytes = await readBody(response, MAX_ANSWER_BYTES);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof BodyTooLong)
        throw new LogError("NOT_A_LOG", `${this.name}: the answer is longer than a segment: ${error.message}`);
      throw new LogError("UNREACHABLE", `${this.name}: no answer (${reasonOf(error)})`, { cause: error });
    }
    if (!response.ok)
      return {
        answer: this.#failure(response, bytes, query.after),
        againMs: openingWait(response, problemOf(bytes).code),
      };
    const log = response.headers.get(LOG_HEADERS.log);
    if (log === null) throw new LogError("NOT_A_LOG", `${this.name}: answers, but not as an API of Invoify`);
    if (this.#id !== null && log !== this.#id)
      throw new LogError("NOT_A_LOG", `${this.name}: serves log ${log}, not ${this.#id}`);
    this.#id = log;
    const headText = response.headers.get(LOG_HEADERS.head);
    if (headText !== null && !/^\d{1,15}$/.test(headText)) throw this.#noHead();
    const head = headText === null ? null : Number(headText);
    if (head !== null) this.#head = head;
    const hash = response.headers.get(LOG_HEADERS.hash);
    return { answer: { bytes, head, hash: hash === null ? null : Buffer.from(hash, "hex") }, againMs: null };
  }

  /** The events of an answer. @throws LogError MALFORMED_EVENT; DAMAGED if they are not those that were asked for */
  #eventsOf({ bytes, head }: { bytes: Uint8Array; head: Sequence | null }, asked: { after: Sequence; limit: number }) {
    const { after, limit } = asked;
    const bodies = splitEvents(bytes, `${this.name}: events after ${after}`);
    if (bodies.length > limit)
      throw new LogError("DAMAGED", `${this.name}: sent ${bodies.length} events, ${limit} were asked for`);
    for (const [n, body] of bodies.entries()) {
      const found = sequenceOf(body);
      if (found !== after + n + 1)
        throw new LogError("DAMAGED", `${this.name}: event ${found} came in the place of ${after + n + 1}`);
    }
    // A full segment is kept by caches, so it does not say where the log ends. Everything else does.
    if (head === null && bodies.length < SEGMENT) throw this.#noHead();
    if (bodies.length === 0 && head !== null && head > after)
      throw new LogError("DAMAGED", `${this.name}: says that it has ${head} events, and sent none after ${after}`);
    return bodies;
  }

  #noHead(): LogError {
    return new LogError("NOT_A_LOG", `${this.name}: the answer does not say the log's head`);
  }

  #failure(response: Response, bytes: Uint8Array, after: Sequence): LogError {
    const { detail, title } = problemOf(bytes);
    const says = detail || title || response.statusText;
    if (response.status === 401 || response.status === 403)
      return new LogError("UNAUTHORIZED", `${this.name}: ${response.status}: ${says}`);
    if (response.status === 409)
      return new LogError("FORKED", `${this.name}: the log ends before event ${after} that the reader holds: ${says}`);
    if (response.status === 404)
      return new LogError("NOT_A_LOG", `${this.name}: answers, but not as an API of Invoify`);
    return new LogError("UNREACHABLE", `${this.name}: ${response.status}: ${says}`);
  }
}

/** Where the full segments after `after` begin that are worth asking for now. @param bytes of the segment before */
function segmentsAhead(after: Sequence, head: Sequence, bytes: number): Sequence[] {
  if (after % SEGMENT !== 0) return [];
  const wanted = Math.max(1, Math.min(MAX_AHEAD, Math.floor(AHEAD_BYTES / bytes)));
  const there = Math.floor((head - after) / SEGMENT);
  return Array.from({ length: Math.max(0, Math.min(wanted, there)) }, (_, n) => after + n * SEGMENT);
}

/** Cuts events that stand one after the other into their bytes. @throws LogError MALFORMED_EVENT */
export function splitEvents(bytes: Uint8Array, where: string): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = scanEvent(bytes, at, where);
    bodies.push(bytes.subarray(at, end));
    at = end;
  }
  return bodies;
}

/** What an answer says of its failure, as far as it is a problem of the API's. */
function problemOf(bytes: Uint8Array): { detail: string; title: string; code: string } {
  let problem: Record<string, unknown> | null = null;
  try {
    problem = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown> | null;
  } catch {
    // A proxy's own page.
  }
  const word = (name: string) => String(problem?.[name] ?? "");
  return { detail: word("detail"), title: word("title"), code: word("code") };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
