/**
 * Limits on attempts, such as wrong passwords, by account and by address. A limit takes as much memory for a million
 * keys as for none: keys share slots, by a hash that nobody outside can know, so no flood of other keys makes room for
 * more attempts on one. It is this process's own.
 */
import { createHmac, randomBytes } from "node:crypto";
import { isIPv6 } from "node:net";

// To keep every slot empty at a refill of five minutes takes 54 wrong attempts a second, on ever other keys.
const SLOTS = 16_384;

export class RateLimit {
  readonly #burst: number;
  readonly #refillMs: number;
  readonly #clock: () => number;
  readonly #key = randomBytes(32);
  // For each slot: when all of its attempts are there again, by the clock.
  readonly #fullAtMs = new Float64Array(SLOTS);

  /**
   * @param burst attempts at once
   * @param refillMs time after which there is one more
   * @param clock ms; must not go back
   */
  constructor({ burst, refillMs }: { burst: number; refillMs: number }, clock = () => performance.now()) {
    this.#burst = burst;
    this.#refillMs = refillMs;
    this.#clock = clock;
  }

  /** Takes an attempt. @returns 0, or, where none is left, the ms until there is one */
  take(key: string): number {
    const slot = this.#slotOf(key);
    const nowMs = this.#clock();
    const fullAtMs = Math.max(this.#fullAtMs[slot] ?? 0, nowMs) + this.#refillMs;
    const waitMs = fullAtMs - nowMs - this.#burst * this.#refillMs;
    if (waitMs > 0) return waitMs;
    this.#fullAtMs[slot] = fullAtMs;
    return 0;
  }

  /** Gives an attempt back: it was a right one. */
  giveBack(key: string): void {
    const slot = this.#slotOf(key);
    this.#fullAtMs[slot] = (this.#fullAtMs[slot] ?? 0) - this.#refillMs;
  }

  #slotOf(key: string): number {
    return createHmac("sha256", this.#key).update(key).digest().readUInt32BE() % SLOTS;
  }
}

/**
 * What of an address counts as one sender: all of an IPv4 address, the first 64 bits of an IPv6 one (whoever has one has
 * them all).
 */
export function senderOf(address: string): string {
  const [plain = ""] = address.toLowerCase().split("%");
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain) ?? [];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return plain;
  const [left = "", right] = plain.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [first, last] = [groups(left), groups(right ?? "")];
  const zeros = right === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array<string>(Math.max(0, zeros)).fill("0"), ...last];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
