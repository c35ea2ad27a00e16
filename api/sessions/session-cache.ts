/**
 * Whether sessions are active. Every request needs to know, so results of the store are cached for a second (another
 * process may end a session). Concurrent questions share one look-up, because an event may wake a thousand long polls.
 */
import { type Accounts, type Family, isSameUser, type UserKey } from "../storage/accounts.ts";

/** Maximum age of a cached result, ms. */
const MAX_AGE_MS = 1_000;
/** Maximum number of cached families. */
const MAX_CACHED = 10_000;

export class SessionCache {
  readonly #accounts: Pick<Accounts, "findFamilies">;
  readonly #clock: () => number;
  /** Families that existed when they were last looked up. */
  readonly #cached = new Map<string, { family: Family; readAtMs: number }>();
  /** How often the cache was cleared. */
  #clears = 0;
  /** Ids for the next look-up. */
  #queue = new Set<string>();
  #lookup: Promise<Map<string, Family>> | null = null;

  /** @param clock ms since 1970 UTC */
  constructor(accounts: Pick<Accounts, "findFamilies">, clock: () => number) {
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** True if the family belongs to the user and was active at most a second ago. */
  async isActive(id: string, user: UserKey): Promise<boolean> {
    const family = this.#getFresh(id) ?? (await this.#lookUp(id));
    return family !== undefined && this.#isActiveFor(family, user);
  }

  /** As `isActive`, from memory: false also means that nothing is cached. */
  isCachedActive(id: string, user: UserKey): boolean {
    const family = this.#getFresh(id);
    return family !== null && this.#isActiveFor(family, user);
  }

  /** Clears the cache. Call it when this process has ended a family, so that the family's next request is refused. */
  clear(): void {
    this.#cached.clear();
    this.#clears++;
    this.#lookup = null;
    this.#queue = new Set();
  }

  #isActiveFor(family: Family, user: UserKey): boolean {
    return isSameUser(family, user) && family.expiresAtMs > this.#clock();
  }

  #getFresh(id: string): Family | null {
    const entry = this.#cached.get(id);
    return entry && performance.now() - entry.readAtMs < MAX_AGE_MS ? entry.family : null;
  }

  async #lookUp(id: string): Promise<Family | undefined> {
    this.#queue.add(id);
    this.#lookup ??= this.#lookUpAll(this.#queue);
    return (await this.#lookup).get(id);
  }

  async #lookUpAll(ids: Set<string>): Promise<Map<string, Family>> {
    const clears = this.#clears;
    // Collects the ids of all requests in this turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#queue === ids) {
      this.#queue = new Set();
      this.#lookup = null;
    }
    const readAtMs = performance.now();
    const families = new Map((await this.#accounts.findFamilies([...ids])).map((family) => [family.id, family]));
    // A family that was ended during the look-up may be among these: then nothing is cached.
    if (clears === this.#clears) this.#add(families, readAtMs);
    return families;
  }

  #add(families: ReadonlyMap<string, Family>, readAtMs: number): void {
    if (this.#cached.size + families.size > MAX_CACHED) this.#cached.clear();
    for (const [id, family] of families) this.#cached.set(id, { family, readAtMs });
  }
}
