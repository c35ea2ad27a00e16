/**
 * The organizations that this process serves. Each one is opened at its first request and closed when it is unused, so
 * one process can serve thousands.
 */
import { join } from "node:path";
import Database from "better-sqlite3";
import type { BlobStore } from "../../events/blobs/blob-store.ts";
import type { LogId, WritableLog } from "../../events/log/log.ts";
import { makePrivateFolder } from "../../events/private-files.ts";
import { parseUuidV7 } from "../../events/uuid.ts";
import { removeCacheFile } from "../../projector/cache/durable-files.ts";
import { Writer } from "../../projector/writer/writer.ts";
import type { WriterOptions } from "../../projector/writer/writer-options.ts";
import { HttpProblem } from "../http/problems.ts";
import { withPatience } from "../http/slices.ts";
import { LogProofs } from "../proofs/log-proofs.ts";
import type { Signing } from "../proofs/signing.ts";
import type { Storage } from "../storage/storage.ts";
import { CacheOpening, type CacheOpeningOptions } from "./cache-opening.ts";
import { Organization } from "./organization.ts";

/** A replaced organization is closed after this time, ms, when no request can still be reading from it. */
const RETIRE_MS = 60_000;
/** Maximum time that a request waits while an organization is opened, ms. */
const PATIENCE_MS = 2_000;
/**
 * Time for which the error of a slow opening is reported, ms. Nobody waited for the error itself: requests were told to
 * try again, and do so soon.
 */
const FAILURE_MS = 3_000;
/** An organization is closed after being unused for this time, ms. */
const IDLE_MS = 15 * 60_000;
/** Maximum number of open organizations: each holds about eight files. Past it, one unused for a minute is closed. */
const MAX_OPEN = 1_000;

export interface OrganizationsOptions {
  writer?: WriterOptions;
  /** Logs that may be written although they are ahead of the clock. */
  acceptedAhead?: readonly LogId[];
  /** What the server signs with; null if it has no key. */
  signing?: Signing | null;
  /** Address of a log, for `openLog`. */
  addressOf: (logId: LogId) => string;
  patienceMs?: number;
  maxOpen?: number;
  /** Monotonic clock, ms. */
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
  /** All that are open or being opened. */
  readonly #openings = new Map<LogId, Promise<Organization | null>>();
  readonly #open = new Map<LogId, Organization>();
  readonly #closing = new Map<LogId, Promise<void>>();
  readonly #retired = new Map<Organization, NodeJS.Timeout>();
  readonly #sweeping: NodeJS.Timeout;
  #isSigning = false;

  constructor(storage: Storage, cachesFolder: string, options: OrganizationsOptions) {
    this.#storage = storage;
    this.#cachesFolder = cachesFolder;
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#maxOpen = options.maxOpen ?? MAX_OPEN;
    this.#clock = options.clock ?? (() => performance.now());
    this.#caches = new CacheOpening(options.opening);
    makePrivateFolder(cachesFolder);
    this.#sweeping = setInterval(() => {
      this.closeUnused();
      void this.signNew();
    }, RETIRE_MS).unref();
  }

  /** As `get`, if it is open and its cache is intact; null otherwise. */
  getOpen(logId: LogId): Organization | null {
    const open = this.#open.get(logId);
    if (!open || open.writer.isBroken) return null;
    open.use();
    return open;
  }

  /**
   * The organization with this log; null if there is none. A caller that uses it for longer than a minute must hold it.
   *
   * @param options.patienceMs how long to wait while it is opened; the opening continues after that
   * @throws HttpProblem 503 OPENING, TOO_MANY_OPEN; errors of opening the log or its cache
   */
  async get(logId: LogId, { patienceMs = this.#patienceMs } = {}): Promise<Organization | null> {
    const open = this.#open.get(logId);
    // The id becomes part of file names and keys, so anything else stops here.
    if (!open && !parseUuidV7(logId)) return null;
    if (open?.writer.isBroken) this.#replace(open);
    const organization = this.#open.has(logId)
      ? open
      : await withPatience(this.#openOnce(logId, { create: false }), patienceMs, "the organization is being opened");
    organization?.use();
    return organization ?? null;
  }

  /** The organization that is being founded. Creates its log if there is none. */
  async create(logId: LogId): Promise<Organization> {
    await this.#openings.get(logId)?.catch(() => null);
    const organization = await this.#openOnce(logId, { create: true });
    if (!organization) throw new Error(`log ${logId} could not be created`);
    organization.use();
    return organization;
  }

  /** The organizations that are open now. */
  get open(): Organization[] {
    return [...this.#open.values()];
  }

  /** How many organizations are being opened now. */
  get opening(): number {
    return this.#openings.size - this.#open.size;
  }

  /** Closes organizations that are not in use. @param unusedMs minimum time since their last use */
  closeUnused(unusedMs = IDLE_MS): void {
    for (const organization of this.#unused(unusedMs)) this.#close(organization);
  }

  /** Signs what was written to open logs and nobody has asked for, one after the other. A failure is noted, and retried. */
  async signNew(): Promise<void> {
    if (this.#isSigning) return;
    this.#isSigning = true;
    for (const { proofs, head } of this.open)
      if (proofs && (proofs.signed?.size ?? 0) < head) await proofs.checkpoint().catch(() => {});
    this.#isSigning = false;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeping);
    await this.#caches.close();
    await Promise.allSettled(this.#openings.values());
    const all = [...this.open, ...this.#retired.keys()];
    for (const timer of this.#retired.values()) clearTimeout(timer);
    this.#openings.clear();
    this.#open.clear();
    this.#retired.clear();
    await Promise.all([...all.map((one) => one.close()), ...this.#closing.values()]);
  }

  /** Unused organizations, least recently used first. */
  #unused(unusedMs: number): Organization[] {
    const before = this.#clock() - unusedMs;
    return this.open
      .filter(({ isInUse, lastUsedMs }) => !isInUse && lastUsedMs <= before)
      .sort((a, b) => a.lastUsedMs - b.lastUsedMs);
  }

  /** Closes an unused organization. Its cache stays on disk for the next request. */
  #close(organization: Organization): void {
    const { logId } = organization;
    this.#open.delete(logId);
    this.#openings.delete(logId);
    // Closing only frees memory and handles, so its errors are ignored.
    const closing = organization.close().catch(() => {});
    this.#closing.set(logId, closing);
    void closing.then(() => this.#closing.delete(logId));
  }

  /** Replaces an organization that cannot continue: its history has forked, or its cache is damaged. */
  #replace(organization: Organization): void {
    const { logId } = organization;
    this.#open.delete(logId);
    const timer = setTimeout(() => {
      this.#retired.delete(organization);
      void organization.close().catch(() => {}); // as in #close
    }, RETIRE_MS);
    this.#retired.set(organization, timer.unref());
    // The next request waits for this promise; #track handles its failure.
    void this.#track(
      logId,
      organization.stopWriting().then(() => {
        removeCacheFile(this.#cachePathOf(logId)); // opening a file does not detect all damage
        return this.#openOne(logId, { create: false });
      }),
    );
  }

  #openOnce(logId: LogId, options: { create: boolean }): Promise<Organization | null> {
    return this.#openings.get(logId) ?? this.#track(logId, this.#openOne(logId, options));
  }

  #track(logId: LogId, opening: Promise<Organization | null>): Promise<Organization | null> {
    const startedMs = performance.now();
    this.#openings.set(logId, opening);
    const forget = () => {
      if (this.#openings.get(logId) === opening) this.#openings.delete(logId);
    };
    // A missing log or a failure is forgotten, so the next request tries again. A slow failure is kept for a while,
    // because no request waited long enough to see it.
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
    makePrivateFolder(this.#cachesFolder); // the caches' folder may be deleted at any time
    const log = await this.#storage.openLog(logId, options);
    if (!log) return null;
    const path = this.#cachePathOf(logId);
    let writer: Writer | null = null;
    try {
      writer = await Writer.open(log, path, {
        ...this.#options.writer,
        acceptsLead: this.#options.acceptedAhead?.includes(logId) ?? false,
        openCache: (path, log) => this.#caches.open(path, log, this.#options.addressOf(logId)),
      });
      const reader = new Database(path, { readonly: true });
      const openBlobs = () => this.#openBlobs(logId);
      const proofs = this.#proofsOf(log, logId);
      return new Organization({ logId, log, writer, reader, proofs, openBlobs, clock: this.#clock });
    } catch (error) {
      await writer?.close();
      await log.close();
      throw error;
    }
  }

  async #openBlobs(logId: LogId): Promise<BlobStore> {
    const blobs = await this.#storage.openBlobs(logId, { create: true });
    if (!blobs) throw new Error(`the files of log ${logId} could not be created`);
    return blobs;
  }

  #proofsOf(log: WritableLog, logId: LogId): LogProofs | null {
    const { signing } = this.#options;
    if (!signing) return null;
    const openTiles = async () => {
      const tiles = await this.#storage.openTiles(logId, { create: true });
      if (!tiles) throw new Error(`the tiles of log ${logId} could not be created`);
      return tiles;
    };
    return new LogProofs({ logId, log, openTiles, signing });
  }

  /** @throws HttpProblem 503 TOO_MANY_OPEN */
  #makeRoom(): void {
    if (this.#openings.size <= this.#maxOpen) return; // includes the one about to be opened
    const [longest] = this.#unused(RETIRE_MS);
    if (longest) this.#close(longest);
    else throw new HttpProblem("TOO_MANY_OPEN", "the server has too many organizations open; try again");
  }
}
