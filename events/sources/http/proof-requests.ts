/** What a server has signed about its log, and the tiles of the log's tree: `GET /api/log/…`. */
import { type ConnectionError, LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import type { Sequence } from "../../sequence.ts";
import { apiUrl } from "./api-url.ts";
import { connectionError, foreignResponse } from "./connection-errors.ts";
import { type EventsRequestOptions, LOG_HEADERS } from "./events-request.ts";
import { BodyTooLong, readBody } from "./http-body.ts";
import { openingWait, whileOpening } from "./opening-wait.ts";
import { failureOf, MAX_JSON_BYTES, mediaTypeOf, type Problem, parseJson, problemIn } from "./problem.ts";
import { SILENCE_MS, SilenceLimit } from "./silence.ts";

/** The longest note or list of notes, bytes: a signed checkpoint has about 4 KB. */
const MAX_NOTE_BYTES = 1024 * 1024;
/** The longest tile: 256 hashes. */
const MAX_TILE_BYTES = 8192;

const TEXT = "text/plain";
const OCTETS = "application/octet-stream";
const JSON_TYPE = "application/json";

interface ProofRequestOptions extends EventsRequestOptions {
  /** The log that the token belongs to: a response for another one is not accepted. */
  log: LogId;
}

/** Null: the server is too old, or signs nothing. */
type Answer = Uint8Array | null;

interface Attempt {
  answer: Answer | LogError;
  isRefusedToken: boolean;
  retryMs: number | null;
}

export class ProofRequests {
  readonly name: string;
  readonly #base: URL;
  readonly #options: ProofRequestOptions;

  /** @param base the API's address */
  constructor(base: string, options: ProofRequestOptions) {
    this.#base = new URL(base);
    this.#options = options;
    this.name = this.#base.origin;
  }

  /** The newest signed checkpoint. @returns null if the server signs nothing, or is too old to @throws LogError */
  async checkpoint(signal?: AbortSignal): Promise<string | null> {
    return textOf(await this.#get("checkpoint", { type: TEXT, maxBytes: MAX_NOTE_BYTES }, signal));
  }

  /** The server's keys, as JSON. @returns null if it signs nothing, or is too old to @throws LogError */
  async key(signal?: AbortSignal): Promise<unknown> {
    const bytes = await this.#get("key", { type: JSON_TYPE, maxBytes: MAX_JSON_BYTES }, signal);
    return bytes && parseJson(bytes);
  }

  /** The fork notes of all generations. @returns null if there are none @throws LogError */
  async forks(signal?: AbortSignal): Promise<string | null> {
    return textOf(await this.#get("forks", { type: TEXT, maxBytes: MAX_NOTE_BYTES }, signal));
  }

  /** A tile. @param path such as `tile/0/x001/234` @throws LogError UNPROVEN if the server does not have it */
  async tile(path: string, signal?: AbortSignal): Promise<Uint8Array> {
    const bytes = await this.#get(path, { type: OCTETS, maxBytes: MAX_TILE_BYTES }, signal);
    if (bytes === null) throw new LogError("UNPROVEN", `${this.name}: has no ${path}, which its checkpoint needs`);
    return bytes;
  }

  /**
   * A proof that an event is in the tree of a signed checkpoint.
   *
   * @returns null if the server signs nothing, is too old to, or has not signed the event yet @throws LogError
   */
  async proof(seq: Sequence, signal?: AbortSignal): Promise<string | null> {
    return textOf(await this.#get(`proof/${seq}`, { type: TEXT, maxBytes: MAX_NOTE_BYTES }, signal));
  }

  async #get(path: string, as: { type: string; maxBytes: number }, signal?: AbortSignal): Promise<Answer> {
    const answer = await whileOpening(async () => {
      const { answer, retryMs } = await this.#authorized(path, as, signal);
      return { reply: answer, retryMs };
    }, signal);
    if (answer instanceof LogError) throw answer;
    return answer;
  }

  async #authorized(path: string, as: { type: string; maxBytes: number }, signal?: AbortSignal): Promise<Attempt> {
    const token = await this.#options.token();
    const attempt = await this.#once(path, { ...as, token }, signal);
    if (!attempt.isRefusedToken || token === null) return attempt;
    const renewed = await this.#options.token(token);
    return renewed === token ? attempt : await this.#once(path, { ...as, token: renewed }, signal);
  }

  async #once(
    path: string,
    { type, maxBytes, token }: { type: string; maxBytes: number; token: string | null },
    signal?: AbortSignal,
  ): Promise<Attempt> {
    const { fetch: get = fetch, silenceMs = SILENCE_MS, log } = this.#options;
    const silence = new SilenceLimit(signal);
    silence.restart(silenceMs);
    try {
      const response = await get(apiUrl(this.#base, `/api/log/${path}`), {
        headers: { accept: type, ...(token !== null && { authorization: `Bearer ${token}` }) },
        signal: silence.signal,
        redirect: "error",
        cache: "no-store", // an old copy would look like a server that has gone back
      });
      const bytes = await readBody(response, response.ok ? maxBytes : MAX_JSON_BYTES, () => silence.restart(silenceMs));
      const served = response.headers.get(LOG_HEADERS.log);
      if (served !== null && served !== log)
        throw new LogError("NOT_A_LOG", `${this.name}: responds for log ${served}, not ${log}`);
      if (response.ok) {
        if (mediaTypeOf(response) !== type) throw foreignResponse(this.name, response);
        return { answer: bytes, isRefusedToken: false, retryMs: null };
      }
      return this.#refused(response, bytes);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof LogError) throw error;
      if (error instanceof BodyTooLong) throw new LogError("UNPROVEN", `${this.name}: ${path} has ${error.message}`);
      throw connectionError(this.name, error) satisfies ConnectionError;
    } finally {
      silence.end();
    }
  }

  #refused(response: Response, bytes: Uint8Array): Attempt {
    const problem = problemIn(response, bytes);
    const failure = failureOf(this.name, response, problem);
    const answer = failure ?? (isAbsent(problem) ? null : refusal(this.name, problem));
    const isRefusedToken = response.status === 401 && problem !== null;
    return { answer, isRefusedToken, retryMs: openingWait(response, problem?.code) };
  }
}

/** The server is too old to sign, or has no key. */
function isAbsent(problem: Problem | null): boolean {
  return problem?.code === "NO_SUCH_ROUTE" || problem?.code === "NOT_SIGNED";
}

function refusal(name: string, problem: Problem | null): LogError {
  const message = `${name}: ${problem?.status}: ${problem?.detail}`;
  return new LogError(problem?.status === 404 ? "UNPROVEN" : "UNAUTHORIZED", message);
}

/** @throws LogError UNPROVEN for bytes that are not UTF-8, which every note is */
function textOf(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new LogError("UNPROVEN", "what the server sent as a signed note is not a text");
  }
}
