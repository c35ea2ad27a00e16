/**
 * Limits attempts, such as wrong passwords, by account and by address. Memory is constant for any number of keys: keys
 * share slots, by a secret hash, so flooding the server with other keys frees no attempts for one. Each process has its
 * own limits.
 */
import { createHmac, randomBytes } from "node:crypto";

// Exhausting every slot at a refill of five minutes takes 54 wrong attempts a second, always with new keys.
const SLOTS = 16_384;

export class RateLimit {
  readonly #burst: number;
  readonly #refillMs: number;
  readonly #clock: () => number;
  readonly #key = randomBytes(32);
  // For each slot: when all of its attempts are available again, by the clock.
  readonly #fullAtMs = new Float64Array(SLOTS);

  /**
   * @param burst maximum number of attempts at once
   * @param refillMs time after which one more attempt is available
   * @param clock monotonic, ms
   */
  constructor({ burst, refillMs }: { burst: number; refillMs: number }, clock = () => performance.now()) {
    this.#burst = burst;
    this.#refillMs = refillMs;
    this.#clock = clock;
  }

  /** Takes an attempt. @returns 0; if none is left, the ms until the next one */
  take(key: string): number {
    const slot = this.#slotOf(key);
    const nowMs = this.#clock();
    const fullAtMs = Math.max(this.#fullAtMs[slot] ?? 0, nowMs) + this.#refillMs;
    const waitMs = fullAtMs - nowMs - this.#burst * this.#refillMs;
    if (waitMs > 0) return waitMs;
    this.#fullAtMs[slot] = fullAtMs;
    return 0;
  }

  /** Gives back an attempt that succeeded. */
  giveBack(key: string): void {
    const slot = this.#slotOf(key);
    this.#fullAtMs[slot] = (this.#fullAtMs[slot] ?? 0) - this.#refillMs;
  }

  #slotOf(key: string): number {
    return createHmac("sha256", this.#key).update(key).digest().readUInt32BE() % SLOTS;
  }
}
