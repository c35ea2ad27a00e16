/** Small answers of an API about one log: each is read whole, up to a limit, and is never one about another log. */
import { type ConnectionError, LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import { apiUrl } from "./api-url.ts";
import { connectionError, foreignResponse } from "./connection-errors.ts";
import { type EventsRequestOptions, LOG_HEADERS } from "./events-request.ts";
import { BodyTooLong, readBody } from "./http-body.ts";
import { openingWait, whileOpening } from "./opening-wait.ts";
import { failureOf, MAX_JSON_BYTES, mediaTypeOf, type Problem, problemIn } from "./problem.ts";
import { SILENCE_MS, SilenceLimit } from "./silence.ts";

export interface LogGetOptions extends EventsRequestOptions {
  /** The log that the token belongs to: a response for another one is not accepted. */
  log: LogId;
}

/** What is asked for. */
interface Wanted {
  /** The media types that it can have. */
  types: readonly string[];
  maxBytes: number;
  /** @returns what a refusal means; null: the server does not have it */
  refused: (problem: Problem | null) => LogError | null;
  /** Makes the error of an answer that has too many bytes. */
  tooLong: (message: string) => LogError;
}

interface Attempt {
  answer: Uint8Array | null | LogError;
  isRefusedToken: boolean;
  retryMs: number | null;
}

export class LogGets {
  readonly name: string;
  readonly #base: URL;
  readonly #options: LogGetOptions;

  /** @param base the API's address */
  constructor(base: string, options: LogGetOptions) {
    this.#base = new URL(base);
    this.#options = options;
    this.name = this.#base.origin;
  }

  /** @returns null if the server does not have it @throws LogError */
  async get(path: string, wanted: Wanted, signal?: AbortSignal): Promise<Uint8Array | null> {
    const answer = await whileOpening(async () => {
      const { answer, retryMs } = await this.#authorized(path, wanted, signal);
      return { reply: answer, retryMs };
    }, signal);
    if (answer instanceof LogError) throw answer;
    return answer;
  }

  async #authorized(path: string, wanted: Wanted, signal?: AbortSignal): Promise<Attempt> {
    const token = await this.#options.token();
    const attempt = await this.#once(path, { wanted, token }, signal);
    if (!attempt.isRefusedToken || token === null) return attempt;
    const renewed = await this.#options.token(token);
    return renewed === token ? attempt : await this.#once(path, { wanted, token: renewed }, signal);
  }

  async #once(
    path: string,
    { wanted, token }: { wanted: Wanted; token: string | null },
    signal?: AbortSignal,
  ): Promise<Attempt> {
    const { fetch: get = fetch, silenceMs = SILENCE_MS, log } = this.#options;
    const { types, maxBytes } = wanted;
    const silence = new SilenceLimit(signal);
    silence.restart(silenceMs);
    try {
      const response = await get(apiUrl(this.#base, path), {
        headers: { accept: types.join(", "), ...(token !== null && { authorization: `Bearer ${token}` }) },
        signal: silence.signal,
        redirect: "error",
        cache: "no-store", // an old copy would look like a server that has gone back
      });
      const bytes = await readBody(response, response.ok ? maxBytes : MAX_JSON_BYTES, () => silence.restart(silenceMs));
      const served = response.headers.get(LOG_HEADERS.log);
      if (served !== null && served !== log)
        throw new LogError("NOT_A_LOG", `${this.name}: responds for log ${served}, not ${log}`);
      if (response.ok) {
        if (!types.includes(mediaTypeOf(response))) throw foreignResponse(this.name, response);
        return { answer: bytes, isRefusedToken: false, retryMs: null };
      }
      const problem = problemIn(response, bytes);
      const answer = failureOf(this.name, response, problem) ?? wanted.refused(problem);
      const isRefusedToken = response.status === 401 && problem !== null;
      return { answer, isRefusedToken, retryMs: openingWait(response, problem?.code) };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof LogError) throw error;
      if (error instanceof BodyTooLong) throw wanted.tooLong(error.message);
      throw connectionError(this.name, error) satisfies ConnectionError;
    } finally {
      silence.end();
    }
  }
}
