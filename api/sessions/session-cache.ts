/**
 * Whether sessions go on: asked at every request, so what the store said is good for a second (another process may end
 * a session), and what is asked at the same time is one look-up: an event may wake a thousand long polls.
 */
import { type Accounts, type Family, isSameUser, type UserKey } from "../storage/accounts.ts";

/** How old an answer may be, ms. */
const MAX_AGE_MS = 1_000;
/** Families whose answers are kept. */
const MAX_KNOWN = 10_000;

export class SessionCache {
  readonly #accounts: Pick<Accounts, "findFamilies">;
  readonly #clock: () => number;
  /** Families that went on when they were last looked at. */
  readonly #known = new Map<string, { family: Family; seenAtMs: number }>();
  #forgotten = 0;
  #wanted = new Set<string>();
  #looking: Promise<Map<string, Family>> | null = null;

  /** @param clock ms since 1970 UTC */
  constructor(accounts: Pick<Accounts, "findFamilies">, clock: () => number) {
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** True if the family is the user's, and had not ended a second ago. */
  async isActive(id: string, user: UserKey): Promise<boolean> {
    const family = this.#fresh(id) ?? (await this.#look(id));
    return family !== undefined && this.#isOf(family, user);
  }

  /** True if that is known by now; else it is still to be asked. */
  isCachedActive(id: string, user: UserKey): boolean {
    const family = this.#fresh(id);
    return family !== null && this.#isOf(family, user);
  }

  /** To be told when this process has ended a family: its next request is refused. */
  forget(): void {
    this.#known.clear();
    this.#forgotten++;
    this.#looking = null;
    this.#wanted = new Set();
  }

  #isOf(family: Family, user: UserKey): boolean {
    return isSameUser(family, user) && family.expiresAtMs > this.#clock();
  }

  #fresh(id: string): Family | null {
    const known = this.#known.get(id);
    return known && performance.now() - known.seenAtMs < MAX_AGE_MS ? known.family : null;
  }

  async #look(id: string): Promise<Family | undefined> {
    this.#wanted.add(id);
    this.#looking ??= this.#lookTogether(this.#wanted);
    return (await this.#looking).get(id);
  }

  async #lookTogether(wanted: Set<string>): Promise<Map<string, Family>> {
    const forgotten = this.#forgotten;
    // All that is asked until the store is free to be asked.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#wanted === wanted) {
      this.#wanted = new Set();
      this.#looking = null;
    }
    const seenAtMs = performance.now();
    const found = new Map((await this.#accounts.findFamilies([...wanted])).map((family) => [family.id, family]));
    // Not if one was ended while this was looked up: it may have been one of these.
    if (forgotten === this.#forgotten) this.#keep(found, seenAtMs);
    return found;
  }

  #keep(found: ReadonlyMap<string, Family>, seenAtMs: number): void {
    if (this.#known.size + found.size > MAX_KNOWN) this.#known.clear();
    for (const [id, family] of found) this.#known.set(id, { family, seenAtMs });
  }
}
