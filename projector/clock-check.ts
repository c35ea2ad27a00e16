/** Compares the machine's clock with that of the log's server, which all writers of the log can see. */
import { LogError } from "../events/errors.ts";
import type { WritableLog } from "../events/log.ts";

/** How far the own clock may be from the server's, ms, and how often that is looked at. */
const MAX_SKEW_MS = 60_000;

export class ClockCheck {
  readonly #log: WritableLog;
  readonly #clock: () => number;
  #checkedMs = Number.NEGATIVE_INFINITY;

  constructor(log: WritableLog, clock: () => number) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @throws LogError CLOCK_SKEW if the clocks are too far apart; what asking the server throws */
  async check(): Promise<void> {
    const now = this.#clock();
    if (Math.abs(now - this.#checkedMs) < MAX_SKEW_MS) return;
    const server = await this.#log.serverTime();
    if (Math.abs(server - now) > MAX_SKEW_MS)
      throw new LogError(
        "CLOCK_SKEW",
        `${this.#log.name}: this machine's clock says ${new Date(now).toISOString()}, the server's ${new Date(server).toISOString()}`,
      );
    this.#checkedMs = now;
  }
}
