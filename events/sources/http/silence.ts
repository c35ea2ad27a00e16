/**
 * A time-out that is about silence: a slow answer is not a failure as long as bytes arrive. A time-out for the whole
 * answer would make every sync over a slow line fail.
 */

/** The default time without a byte after which a connection counts as lost, ms. */
export const SILENCE_MS = 30_000;

/** Nothing was received for the permitted time. */
export class Silence extends Error {
  override readonly name = "Silence";

  constructor(ms: number) {
    super(`no data for ${Math.round(ms / 1000)} s`);
  }
}

export class SilenceLimit {
  /** Aborted when the time is over, or by the caller's signal. */
  readonly signal: AbortSignal;
  readonly #silence = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  /** @param signal the caller's own signal */
  constructor(signal?: AbortSignal) {
    this.signal = signal ? AbortSignal.any([signal, this.#silence.signal]) : this.#silence.signal;
  }

  /** Restarts the timer, because bytes were sent or received. @param ms how long the next silence may last */
  restart(ms: number): void {
    this.end();
    this.#timer = setTimeout(() => this.#silence.abort(new Silence(ms)), ms);
  }

  /** Stops the time. Call it when the answer is complete, or has failed. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
