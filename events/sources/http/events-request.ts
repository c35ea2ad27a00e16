/** `GET /api/events`: sends one request, and says what became of it. */
import { ConnectionError, LogError } from "../../errors.ts";
import { BLOCK_BYTES } from "../../log/blocks.ts";
import type { LogId } from "../../log/log.ts";
import type { Sequence } from "../../sequence.ts";
import { MAX_EVENT_BYTES } from "../../values/size-limits.ts";
import { apiUrl } from "./api-url.ts";
import { connectionError, foreignResponse } from "./connection-errors.ts";
import { ACCEPT_ENCODING, BodyTooLong, readBodySoFar } from "./http-body.ts";
import { openingWait, whileOpening } from "./opening-wait.ts";
import { failureOf, MAX_JSON_BYTES, mediaTypeOf, type Problem, problemIn } from "./problem.ts";
import { SILENCE_MS, SilenceLimit } from "./silence.ts";

/** The headers of a response with events. */
export const LOG_HEADERS = {
  /** The log's id. */
  log: "invoify-log",
  /** The log's head; absent with a complete block, because a complete block never changes. */
  head: "invoify-head",
  /** Only with a complete block: the sequence of its last event. */
  blockEnd: "invoify-block-end",
  /** The event hash at `after`, hex; absent if `after` is 0. */
  hash: "invoify-hash",
} as const;

/**
 * With this header a request says that its sender reads blocks, and events of more than 64 KiB. Release 0.1 sends none.
 */
export const READS = { header: "invoify-reads", blocks: "blocks" } as const;

/** The media type of a range of a log. */
const MEDIA_TYPE = "application/vnd.msgpack";

/** The maximum length of a response, bytes: a block. */
export const MAX_RESPONSE_BYTES = BLOCK_BYTES + MAX_EVENT_BYTES;

export interface EventsRequestOptions {
  /**
   * Returns the access token. Called for each request, so that the token can be renewed.
   *
   * @param refused a token that the server has just refused: return another one, or the same if there is no other
   */
  token: (refused?: string) => string | null | Promise<string | null>;
  fetch?: typeof fetch;
  /** The time without a byte after which a request has failed, ms. A long poll may be silent for its wait as well. */
  silenceMs?: number;
}

export interface EventsQuery {
  after: Sequence;
  limit: number;
  /** s */
  wait?: number;
  log?: LogId;
}

export interface EventsResponse {
  log: LogId;
  bytes: Uint8Array;
  /** Null with a complete block. */
  head: Sequence | null;
  /** The last sequence of a complete block; null with all other events. */
  blockEnd: Sequence | null;
  hash: Uint8Array | null;
  /** From the request to its last byte, ms. */
  tookMs: number;
  /** Why `bytes` are only the beginning; null if they are complete. */
  failure: LogError | null;
}

/** The result of one attempt: a response, or a failure that the API reported. */
interface Attempt {
  reply: EventsResponse | LogError;
  /** True if the API refuses the token. */
  isRefusedToken: boolean;
  retryMs: number | null;
}

export class EventsRequests {
  readonly #base: URL;
  readonly #name: string;
  readonly #options: EventsRequestOptions;

  /** @param base the API's address */
  constructor(base: URL, options: EventsRequestOptions) {
    this.#base = base;
    this.#name = base.origin;
    this.#options = options;
  }

  /**
   * Sends a request. Repeats it while the server opens the log, and once with another token if the server refuses the
   * token.
   *
   * @throws LogError UNREACHABLE; FOREIGN_REPLY if the reply is not from an Invoify API; UNAUTHORIZED, FORKED,
   *   NOT_A_LOG; the signal's reason; what `token` throws
   */
  async send(query: EventsQuery, signal?: AbortSignal): Promise<EventsResponse> {
    const reply = await whileOpening(() => this.#sendAuthorized(query, signal), signal);
    if (reply instanceof LogError) throw reply;
    return reply;
  }

  async #sendAuthorized(query: EventsQuery, signal?: AbortSignal): Promise<Attempt> {
    const token = await this.#options.token();
    const attempt = await this.#sendOnce(query, token, signal);
    if (!attempt.isRefusedToken || token === null) return attempt;
    const renewed = await this.#options.token(token);
    return renewed === token ? attempt : await this.#sendOnce(query, renewed, signal);
  }

  async #sendOnce(query: EventsQuery, token: string | null, signal?: AbortSignal): Promise<Attempt> {
    const url = apiUrl(this.#base, "/api/events");
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const { fetch: get = fetch, silenceMs = SILENCE_MS } = this.#options;
    const startedMs = performance.now();
    const silence = new SilenceLimit(signal);
    silence.restart(silenceMs + (query.wait ?? 0) * 1000);
    try {
      const response = await get(url, {
        headers: {
          accept: MEDIA_TYPE,
          "accept-encoding": ACCEPT_ENCODING,
          [READS.header]: READS.blocks,
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        signal: silence.signal,
        redirect: "error",
        // Readers store the log themselves. A second copy in a browser's cache could hide a fork.
        cache: "no-store",
      });
      // Nothing else answers with this header and type: a page is not read, nor one that a filter put into our
      // response.
      const isRange = response.headers.has(LOG_HEADERS.log) && ["", MEDIA_TYPE].includes(mediaTypeOf(response));
      if (response.ok && !isRange) throw foreignResponse(this.#name, response);
      const maxBytes = response.ok ? MAX_RESPONSE_BYTES : MAX_JSON_BYTES;
      const { bytes, failure } = await readBodySoFar(response, maxBytes, () => silence.restart(silenceMs));
      if (failure !== null && (signal?.aborted || !response.ok)) throw failure;
      if (!response.ok) {
        const problem = problemIn(response, bytes);
        const reply = this.#failureOf(response, problem, query.after);
        const isRefusedToken = response.status === 401 && problem !== null;
        return { reply, isRefusedToken, retryMs: openingWait(response, problem?.code) };
      }
      const tookMs = performance.now() - startedMs;
      const reply = {
        ...this.#headersOf(response),
        bytes,
        tookMs,
        failure: failure === null ? null : connectionError(this.#name, failure),
      };
      return { reply, isRefusedToken: false, retryMs: null };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof LogError) throw error;
      if (error instanceof BodyTooLong)
        throw new LogError(
          "FOREIGN_REPLY",
          `${this.#name}: the response is longer than a block of events: ${error.message}; a server of release 0.1 must be updated`,
        );
      throw connectionError(this.#name, error);
    } finally {
      silence.end();
    }
  }

  /** @throws LogError FOREIGN_REPLY if they are not those of a range of a log */
  #headersOf({ headers }: Response): Pick<EventsResponse, "log" | "head" | "blockEnd" | "hash"> {
    const hash = headers.get(LOG_HEADERS.hash);
    return {
      log: headers.get(LOG_HEADERS.log) ?? "",
      head: this.#sequenceIn(headers, LOG_HEADERS.head, "the log's head"),
      blockEnd: this.#sequenceIn(headers, LOG_HEADERS.blockEnd, "the end of its block"),
      hash: hash === null ? null : Buffer.from(hash, "hex"),
    };
  }

  #sequenceIn(headers: Headers, name: string, what: string): Sequence | null {
    const text = headers.get(name);
    if (text === null) return null;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new LogError("FOREIGN_REPLY", `${this.#name}: the response does not name ${what}`);
  }

  /** A status alone says nothing: a proxy, a web filter or a Wi-Fi login page can send any. The API names a code. */
  #failureOf(response: Response, problem: Problem | null, after: Sequence): LogError {
    const failure = failureOf(this.#name, response, problem);
    if (problem === null) return failure ?? foreignResponse(this.#name, response);
    const { status, code, detail } = problem;
    const message = `${this.#name}: ${status}: ${detail}`;
    if (failure?.code === "UNAUTHORIZED") return new LogError("UNAUTHORIZED", message);
    if (failure) return failure;
    if (code === "HEAD_BEFORE_AFTER")
      return new LogError(
        "FORKED",
        `${this.#name}: the log ends before event ${after} of the reader's copy: ${detail}`,
      );
    if (code === "CLIENT_TOO_OLD") return new LogError("UNKNOWN_EVENT", message);
    if (code === "NO_SUCH_ROUTE") return new LogError("NOT_A_LOG", `${this.#name}: serves no events: ${detail}`);
    if (code === "OTHER_LOG" || code === "ROLE_TOO_WEAK") return new LogError("UNAUTHORIZED", message);
    return new ConnectionError("failed", message);
  }
}
