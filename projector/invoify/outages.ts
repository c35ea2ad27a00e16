/** Repeats work on a log during an outage: the server does not answer, or something else answers in its place. */
import { setTimeout as sleep } from "node:timers/promises";
import { DamagedFileError, LogError, type LogErrorCode } from "../../events/errors.ts";
import { CacheError } from "../cache/errors.ts";

/** Codes that say nothing about the log itself. */
const TEMPORARY: ReadonlySet<LogErrorCode> = new Set(["UNREACHABLE", "FOREIGN_REPLY"]);
/** As above, for a log behind an API. */
const TEMPORARY_REPLIES: ReadonlySet<LogErrorCode> = new Set(["MALFORMED_EVENT", "DAMAGED"]);

/** Bounds of the pause before a repetition, ms. */
interface Pauses {
  firstMs: number;
  longestMs: number;
}

const PAUSES: Pauses = { firstMs: 500, longestMs: 30_000 };

export interface OutageOptions {
  /** The log's name, for remarks. */
  name: string;
  /** True: the log is behind an API, so a reply may have been cut or changed on its way. */
  isRemote: boolean;
  /** True: a login can replace a token that the server refuses. */
  canLogIn: boolean;
  signal: AbortSignal;
  /** Prints a remark: one for each change between reachable, unreachable and a foreign reply, not one for each attempt. */
  note: (text: string) => void;
  /** The number of repetitions without progress; default: no limit. */
  maxRepetitions?: number;
  pauses?: Pauses;
  random?: () => number;
}

export class Outages {
  readonly #options: Required<OutageOptions>;

  constructor(options: OutageOptions) {
    this.#options = { maxRepetitions: Number.POSITIVE_INFINITY, pauses: PAUSES, random: Math.random, ...options };
  }

  /**
   * Does the work, and repeats it until it succeeds. The pauses get longer, up to half a minute.
   *
   * @param progressOf a number that grows when an attempt has made progress: the pauses then restart
   * @throws what the work throws if a repetition cannot help; the last error after `maxRepetitions`; the signal's reason
   */
  async survive<T>(work: () => Promise<T>, progressOf: () => number): Promise<T> {
    const { name, signal, note, maxRepetitions, pauses, random } = this.#options;
    let progress = progressOf();
    let state: string | null = null;
    for (let repetitions = 0; ; repetitions++) {
      try {
        const result = await work();
        if (state !== null) note(`${name}: reachable again`);
        return result;
      } catch (error) {
        signal.throwIfAborted();
        const next = this.#stateOf(error);
        if (progressOf() > progress) repetitions = 0;
        progress = progressOf();
        if (next === null || repetitions >= maxRepetitions) throw error;
        if (next !== state) note(`${(error as Error).message}; retrying`);
        state = next;
        const most = Math.min(pauses.longestMs, pauses.firstMs * 2 ** repetitions);
        await sleep(most * (0.5 + random() / 2), undefined, { signal }).catch(() => {});
        signal.throwIfAborted();
      }
    }
  }

  /** What an error says about the connection; null if a repetition cannot help. */
  #stateOf(error: unknown): string | null {
    const { isRemote, canLogIn } = this.#options;
    if (error instanceof CacheError) return error.code === "UNAVAILABLE" ? error.code : null; // such as a full disk
    if (!(error instanceof LogError) || error instanceof DamagedFileError) return null;
    const { code } = error;
    const isTemporary =
      TEMPORARY.has(code) || (isRemote && TEMPORARY_REPLIES.has(code)) || (canLogIn && code === "UNAUTHORIZED"); // a new login is refused too, as while the server's secret is changed
    return isTemporary ? code : null;
  }
}
