/** Compares the machine's clock with that of the log's server, which all writers of the log can see. */
import { LogError } from "../../events/errors.ts";
import type { WritableLog } from "../../events/log/log.ts";

/** How far the own clock may be from the server's, ms, and how often that is looked at. */
const MAX_SKEW_MS = 60_000;

export class ClockCheck {
  readonly #log: WritableLog;
  readonly #clock: () => number;
  /** What the server's clock said, what the own one said then, and when: by a clock that never jumps. */
  #known: { serverMs: number; ownMs: number; readMs: number } | null = null;

  constructor(log: WritableLog, clock: () => number) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @throws LogError CLOCK_SKEW if the clocks are too far apart; what asking the server throws */
  async check(): Promise<void> {
    const now = this.#clock();
    if (this.#known) {
      const { serverMs, ownMs, readMs } = this.#known;
      const serverNow = serverMs + performance.now() - readMs;
      // The own clock may have crept away from there in steps that are small, each of them.
      if (Math.abs(now - ownMs) < MAX_SKEW_MS && Math.abs(now - serverNow) <= MAX_SKEW_MS) return;
    }
    const server = await this.#log.serverTime();
    if (Math.abs(server - now) > MAX_SKEW_MS)
      throw new LogError(
        "CLOCK_SKEW",
        `${this.#log.name}: this machine's clock says ${new Date(now).toISOString()}, the server's ${new Date(server).toISOString()}`,
      );
    this.#known = { serverMs: server, ownMs: now, readMs: performance.now() };
  }
}
