/**
 * Access tokens whose signature was checked before: desktops ask often, with the same one for a quarter of an hour. What
 * may change, whether the session goes on and what its user may do, is asked all the same, each time.
 */
import { sha256 } from "../events/hash.ts";

/** Tokens that are kept. */
const MAX_KEPT = 10_000;

export class VerifiedTokens<Claims> {
  /** By their hash: how long a look-up takes tells nothing about a token. */
  readonly #kept = new Map<string, { claims: Claims; expiresAtMs: number }>();
  readonly #clock: () => number;
  readonly #maxKept: number;

  /** @param options.clock ms since 1970 UTC */
  constructor(options: { clock?: () => number; maxKept?: number } = {}) {
    this.#clock = options.clock ?? Date.now;
    this.#maxKept = options.maxKept ?? MAX_KEPT;
  }

  /** What a token says that was kept, and has not run out; undefined else. */
  get(token: string): Claims | undefined {
    const kept = this.#kept.get(keyOf(token));
    return kept && this.#clock() < kept.expiresAtMs ? kept.claims : undefined;
  }

  /** Keeps a token that has been verified. @param expiresAtMs as it says itself, ms since 1970 UTC */
  keep(token: string, claims: Claims, expiresAtMs: number): void {
    if (this.#kept.size >= this.#maxKept) this.#kept.clear();
    this.#kept.set(keyOf(token), { claims, expiresAtMs });
  }
}

function keyOf(token: string): string {
  return sha256(token).toString("latin1");
}
