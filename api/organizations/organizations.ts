/**
 * The organizations that this process serves. Each is opened at its first request and closed when it is long unused, so
 * one process serves thousands of them.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { LogId } from "../../events/log/log.ts";
import { parseUuidV7 } from "../../events/uuid.ts";
import { removeCacheFile } from "../../projector/cache/cache.ts";
import { Writer } from "../../projector/writer/writer.ts";
import type { WriterOptions } from "../../projector/writer/writer-options.ts";
import { HttpProblem } from "../http/problems.ts";
import type { Storage } from "../storage/storage.ts";
import { CacheOpening, type CacheOpeningOptions } from "./cache-opening.ts";
import { Organization } from "./organization.ts";

/** An organization that was opened anew is let go of after this time, ms: when nobody can still be reading from it. */
const RETIRE_MS = 60_000;
/** How long a request waits for an organization that is being opened, ms. */
const PATIENCE_MS = 2_000;
/** How long it is told what went wrong, where nobody waited for that any more, ms: who was told to try again soon does. */
const FAILURE_MS = 3_000;
/** Unused for so long, an organization is closed, ms. */
const IDLE_MS = 15 * 60_000;
/** Open at once: each has some eight files. Beyond it, those that are unused for a minute make room. */
const MAX_OPEN = 1_000;

export interface OrganizationsOptions {
  writer?: WriterOptions;
  /** Of a log, as `openLog` takes it. */
  addressOf: (logId: LogId) => string;
  patienceMs?: number;
  maxOpen?: number;
  /** ms; never goes back. */
  clock?: () => number;
  opening?: CacheOpeningOptions;
}

export class Organizations {
  readonly #storage: Storage;
  readonly #cachesFolder: string;
  readonly #options: OrganizationsOptions;
  readonly #patienceMs: number;
  readonly #maxOpen: number;
  readonly #clock: () => number;
  readonly #caches: CacheOpening;
  /** All that are open, or being opened. */
  readonly #kept = new Map<LogId, Promise<Organization | null>>();
  readonly #open = new Map<LogId, Organization>();
  readonly #closing = new Map<LogId, Promise<void>>();
  readonly #retired = new Map<Organization, NodeJS.Timeout>();
  readonly #sweeping: NodeJS.Timeout;

  constructor(storage: Storage, cachesFolder: string, options: OrganizationsOptions) {
    this.#storage = storage;
    this.#cachesFolder = cachesFolder;
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#maxOpen = options.maxOpen ?? MAX_OPEN;
    this.#clock = options.clock ?? (() => performance.now());
    this.#caches = new CacheOpening(options.opening);
    mkdirSync(cachesFolder, { recursive: true });
    this.#sweeping = setInterval(() => this.closeUnused(), RETIRE_MS).unref();
  }

  /** As `get`, where it is open and can go on; null else. */
  known(logId: LogId): Organization | null {
    const open = this.#open.get(logId);
    if (!open || open.writer.isBroken) return null;
    open.use();
    return open;
  }

  /**
   * The organization whose log that is; null if there is none. Who works on it for longer than a minute holds it.
   *
   * @param options.patienceMs how long to wait while it is being opened, which goes on in any case
   * @throws HttpProblem 503 OPENING, TOO_MANY_OPEN; what opening it throws
   */
  async get(logId: LogId, { patienceMs = this.#patienceMs } = {}): Promise<Organization | null> {
    const open = this.#open.get(logId);
    // Files and documents are named by it: nothing else may come that far.
    if (!open && !parseUuidV7(logId)) return null;
    if (open?.writer.isBroken) this.#retire(open);
    const organization = this.#open.has(logId)
      ? open
      : await patiently(this.#once(logId, { create: false }), patienceMs);
    organization?.use();
    return organization ?? null;
  }

  /** The organization to found: its log is made if it is not there. */
  async create(logId: LogId): Promise<Organization> {
    await this.#kept.get(logId)?.catch(() => null);
    const organization = await this.#once(logId, { create: true });
    if (!organization) throw new Error(`log ${logId} could not be made`);
    organization.use();
    return organization;
  }

  /** Those that are open now. */
  get open(): Organization[] {
    return [...this.#open.values()];
  }

  /** How many are being opened. */
  get opening(): number {
    return this.#kept.size - this.#open.size;
  }

  /** Closes those that nobody holds, and nobody asked for since. @param unusedMs for how long */
  closeUnused(unusedMs = IDLE_MS): void {
    for (const organization of this.#unused(unusedMs)) this.#letGo(organization);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeping);
    await this.#caches.close();
    await Promise.allSettled(this.#kept.values());
    const all = [...this.open, ...this.#retired.keys()];
    for (const timer of this.#retired.values()) clearTimeout(timer);
    this.#kept.clear();
    this.#open.clear();
    this.#retired.clear();
    await Promise.all([...all.map((one) => one.close()), ...this.#closing.values()]);
  }

  /** The one that was used longest ago first. */
  #unused(unusedMs: number): Organization[] {
    const before = this.#clock() - unusedMs;
    return this.open
      .filter(({ isInUse, lastUsedMs }) => !isInUse && lastUsedMs <= before)
      .sort((a, b) => a.lastUsedMs - b.lastUsedMs);
  }

  /** Closes one that nobody uses. Its cache is there, and up to date, when it is asked for again. */
  #letGo(organization: Organization): void {
    const { logId } = organization;
    this.#open.delete(logId);
    this.#kept.delete(logId);
    // Only memory and handles go with it: what it cannot close is no reason to fail.
    const closing = organization.close().catch(() => {});
    this.#closing.set(logId, closing);
    void closing.then(() => this.#closing.delete(logId));
  }

  /** Opens another one in place of one that cannot go on: history has forked, or its cache is damaged. */
  #retire(organization: Organization): void {
    const { logId } = organization;
    this.#open.delete(logId);
    const timer = setTimeout(() => {
      this.#retired.delete(organization);
      void organization.close().catch(() => {}); // as in #letGo
    }, RETIRE_MS);
    this.#retired.set(organization, timer.unref());
    // Whoever asks next waits for it, and #keep deals with its failure.
    void this.#keep(
      logId,
      organization.stopWriting().then(() => {
        removeCacheFile(this.#cachePathOf(logId)); // not every damage is seen when a file is opened
        return this.#openOne(logId, { create: false });
      }),
    );
  }

  #once(logId: LogId, options: { create: boolean }): Promise<Organization | null> {
    return this.#kept.get(logId) ?? this.#keep(logId, this.#openOne(logId, options));
  }

  #keep(logId: LogId, opening: Promise<Organization | null>): Promise<Organization | null> {
    const startedMs = performance.now();
    this.#kept.set(logId, opening);
    const forget = () => {
      if (this.#kept.get(logId) === opening) this.#kept.delete(logId);
    };
    // What is not there, or failed, is looked at again the next time: unless it took so long that nobody was told.
    opening.then(
      (organization) => {
        if (organization) this.#open.set(logId, organization);
        else forget();
      },
      () => {
        if (performance.now() - startedMs < this.#patienceMs) forget();
        else setTimeout(forget, FAILURE_MS).unref();
      },
    );
    return opening;
  }

  #cachePathOf(logId: LogId): string {
    return join(this.#cachesFolder, `${logId}.sqlite`);
  }

  async #openOne(logId: LogId, options: { create: boolean }): Promise<Organization | null> {
    await this.#closing.get(logId);
    this.#makeRoom();
    mkdirSync(this.#cachesFolder, { recursive: true }); // caches may be removed at any time, with their folder
    const log = await this.#storage.openLog(logId, options);
    if (!log) return null;
    const path = this.#cachePathOf(logId);
    let writer: Writer | null = null;
    try {
      writer = await Writer.open(log, path, {
        ...this.#options.writer,
        openCache: (path, log) => this.#caches.open(path, log, this.#options.addressOf(logId)),
      });
      const reader = new Database(path, { readonly: true });
      return new Organization({ logId, log, writer, reader, clock: this.#clock });
    } catch (error) {
      await writer?.close();
      await log.close();
      throw error;
    }
  }

  /** @throws HttpProblem 503 TOO_MANY_OPEN */
  #makeRoom(): void {
    if (this.#kept.size <= this.#maxOpen) return; // with the one that is to be opened
    const [longest] = this.#unused(RETIRE_MS);
    if (longest) this.#letGo(longest);
    else throw new HttpProblem("TOO_MANY_OPEN", "this server has all the organizations open that it can; try again");
  }
}

/** @throws HttpProblem 503 OPENING if it takes longer than that */
async function patiently(opening: Promise<Organization | null>, patienceMs: number): Promise<Organization | null> {
  if (patienceMs === Number.POSITIVE_INFINITY) return await opening;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new HttpProblem("OPENING", "the organization is being opened, which takes a while; try again")),
    patienceMs,
  );
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}
