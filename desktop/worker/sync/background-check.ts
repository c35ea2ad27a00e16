/**
 * Hashes the mirror again in the background, a segment at a time, after the first sync of each start and once a day. So a
 * mirror that was changed after it had been verified is found, although syncs only hash what is new.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { HistoryVerifier } from "../../../projector/trust/history-verifier.ts";

/** Between two passes over the same mirror, ms. */
const EVERY_MS = 24 * 3_600_000;
/** Between two segments, ms: hashing one takes about 3 ms. */
const PAUSE_MS = 20;

export interface CheckPauses {
  /** Between two passes over the same mirror. */
  everyMs?: number;
  /** Between two segments. */
  pauseMs?: number;
  /** Until the first try to verify the last events, as `proof-follow-up.ts` has it. */
  firstMs?: number;
}

interface BackgroundCheckOptions extends CheckPauses {
  /** Called with what the pass throws: AlteredError, or the mirror cannot be read. */
  onFailure: (error: unknown) => void;
}

export class BackgroundCheck {
  readonly #options: BackgroundCheckOptions & { everyMs: number; pauseMs: number };
  #stop = new AbortController();
  #running: Promise<void> | null = null;
  #last: { history: HistoryVerifier; atMs: number } | null = null;

  constructor(options: BackgroundCheckOptions) {
    this.#options = { everyMs: EVERY_MS, pauseMs: PAUSE_MS, ...options };
  }

  /** Begins a pass, if none is running and none has ended lately. */
  begin(history: HistoryVerifier): void {
    if (this.#running || this.#stop.signal.aborted) return;
    if (this.#last?.history === history && performance.now() < this.#last.atMs + this.#options.everyMs) return;
    this.#running = this.#run(history).finally(() => {
      this.#running = null;
    });
  }

  /** Ends the pass in progress, because its mirror is to be closed. */
  async stop(): Promise<void> {
    await this.close();
    this.#stop = new AbortController();
  }

  /** The same, and no other begins. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(history: HistoryVerifier): Promise<void> {
    const { signal } = this.#stop;
    try {
      await history.rehash(signal, () => sleep(this.#options.pauseMs, undefined, { signal }));
      this.#last = { history, atMs: performance.now() };
    } catch (error) {
      if (!signal.aborted) this.#options.onFailure(error);
    }
  }
}
