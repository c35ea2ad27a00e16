/** What a server has signed about its log, and the tiles of the log's tree: `GET /api/log/…`. */
import { LogError } from "../../errors.ts";
import type { Sequence } from "../../sequence.ts";
import { type LogGetOptions, LogGets } from "./log-gets.ts";
import { MAX_JSON_BYTES, type Problem, parseJson } from "./problem.ts";

/** The longest note or list of notes, bytes: a signed checkpoint has about 4 KB. */
const MAX_NOTE_BYTES = 1024 * 1024;
/** The longest tile: 256 hashes. */
const MAX_TILE_BYTES = 8192;

const TEXT = "text/plain";
const OCTETS = "application/octet-stream";
const JSON_TYPE = "application/json";

export class ProofRequests {
  readonly name: string;
  readonly #gets: LogGets;

  /** @param base the API's address */
  constructor(base: string, options: LogGetOptions) {
    this.#gets = new LogGets(base, options);
    this.name = this.#gets.name;
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

  async #get(path: string, { type, maxBytes }: { type: string; maxBytes: number }, signal?: AbortSignal) {
    const wanted = {
      types: [type],
      maxBytes,
      refused: (problem: Problem | null) => (isAbsent(problem) ? null : refusal(this.name, problem)),
      tooLong: (message: string) => new LogError("UNPROVEN", `${this.name}: ${path} has ${message}`),
    };
    return await this.#gets.get(`/api/log/${path}`, wanted, signal);
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
