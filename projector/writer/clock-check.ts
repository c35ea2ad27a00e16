/** Compares this machine's clock with that of the log's server, which all writers of the log share. */
import { HeadInFutureError, LogError } from "../../events/errors.ts";
import type { WritableLog } from "../../events/log/log.ts";

/**
 * The largest difference between two clocks, ms: between this machine's and the server's, and so by how much a log may be
 * ahead of the server's clock. Also the time between two comparisons.
 */
export const MAX_SKEW_MS = 60_000;

export class ClockCheck {
  readonly #log: WritableLog;
  readonly #clock: () => number;
  /** The last comparison: the server's time, this machine's time, and the time on a clock that never jumps. */
  #last: { serverMs: number; ownMs: number; readMs: number } | null = null;

  constructor(log: WritableLog, clock: () => number) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @throws LogError CLOCK_SKEW if the clocks are too far apart; any error from asking the server */
  async check(): Promise<void> {
    const now = this.#clock();
    const serverNow = this.#serverNow();
    // Many small steps may have moved this machine's clock away from the server's.
    if (this.#last && serverNow !== null)
      if (Math.abs(now - this.#last.ownMs) < MAX_SKEW_MS && Math.abs(now - serverNow) <= MAX_SKEW_MS) return;
    const server = await this.#log.serverTime();
    if (Math.abs(server - now) > MAX_SKEW_MS) {
      const [own, theirs] = [now, server].map((ms) => new Date(ms).toISOString());
      throw new LogError(
        "CLOCK_SKEW",
        `${this.#log.name}: this machine's clock is at ${own}, but the server's at ${theirs}`,
      );
    }
    this.#last = { serverMs: server, ownMs: now, readMs: performance.now() };
  }

  /**
   * Compares an event's time with this machine's clock and the server's: whichever is later. So writers whose clocks are
   * each near the server's never stop each other.
   *
   * @throws LogError HEAD_IN_FUTURE
   */
  checkTime(atMs: number): void {
    const nowMs = Math.max(this.#clock(), this.#serverNow() ?? 0);
    if (atMs - nowMs > MAX_SKEW_MS) throw new HeadInFutureError(this.#log.name, { headAtMs: atMs, nowMs });
  }

  /** The server's time now, by a clock that never jumps; null before the first comparison. */
  #serverNow(): number | null {
    return this.#last && this.#last.serverMs + performance.now() - this.#last.readMs;
  }
}
