/**
 * An organization that this process serves: its log, its writer, and a second connection to the writer's cache. The
 * second connection sees only committed data.
 */
import Database from "better-sqlite3";
import type { BlobStore } from "../../events/blobs/blob-store.ts";
import type { Role } from "../../events/business/roles.ts";
import type { LogId, WritableLog } from "../../events/log/log.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { parseUuidV7, uuidText } from "../../events/uuid.ts";
import type { Writer } from "../../projector/writer/writer.ts";
import type { LogProofs } from "../proofs/log-proofs.ts";

/** Maximum age of the data that reads use, ms: another process may have written since. */
const MAX_AGE_MS = 1_000;

/** Maximum number of users cached in memory. */
const MAX_USERS = 10_000;

/** A user as a row of the cache. */
type UserRow = Omit<LogUser, "active" | "eventId"> & { active: 0 | 1; eventId: Uint8Array };

const USER = `SELECT u.id, a.event_id AS eventId, u.email, u.name, u.role, u.active, u.sessions_ended AS sessionsEnded
  FROM "user" AS u JOIN activity AS a ON a.seq = u.id`;

/** A user as the log describes them. */
export interface LogUser {
  id: StreamId;
  /** Id of the event that added the user, as text. */
  eventId: string;
  email: string;
  name: string;
  role: Role;
  active: boolean;
  sessionsEnded: number;
}

/** How many organizations this process has opened so far. */
let count = 0;

interface OrganizationParts {
  logId: LogId;
  log: WritableLog;
  writer: Writer;
  /** Read-only connection to the writer's cache. */
  reader: Database.Database;
  /** Null if the server has no signing key. */
  proofs: LogProofs | null;
  /** Opens the store of its documents' files. */
  openBlobs: () => Promise<BlobStore>;
  /** Monotonic clock, ms. */
  clock: () => number;
}

export class Organization {
  readonly logId: LogId;
  /** Grows with each opening: of two organizations with the same log, the one with the higher number is newer. */
  readonly opened = ++count;
  readonly log: WritableLog;
  readonly writer: Writer;
  /** What the server signs and proves of the log; null if it has no signing key. */
  readonly proofs: LogProofs | null;
  readonly #openBlobs: () => Promise<BlobStore>;
  #blobs: Promise<BlobStore> | null = null;
  readonly #reader: Database.Database;
  readonly #userByEvent: Database.Statement<[Uint8Array], UserRow>;
  readonly #userById: Database.Statement<[StreamId], UserRow>;
  readonly #seqOfEvent: Database.Statement<[Uint8Array], Sequence>;
  readonly #userByEmail: Database.Statement<[string], UserRow>;
  /** Users as of the last commit, because every request looks up its caller. */
  readonly #users = new Map<string, LogUser | null>();
  #usersAsOf = -1;
  // Times of `performance.now()`, which never goes back.
  #freshAtMs = Number.NEGATIVE_INFINITY;
  #failingSinceMs: number | null = null;
  #refreshing: Promise<void> | null = null;
  #headSeen: Sequence = 0;
  readonly #clock: () => number;
  #lastUsedMs: number;
  #holders = 0;
  readonly #closeListeners: (() => Promise<void>)[] = [];

  constructor({ logId, log, writer, reader, proofs, openBlobs, clock }: OrganizationParts) {
    this.#clock = clock;
    this.#lastUsedMs = clock();
    this.logId = logId;
    this.log = log;
    this.writer = writer;
    this.proofs = proofs;
    this.#openBlobs = openBlobs;
    this.#reader = reader;
    this.#userByEvent = reader.prepare(`${USER} WHERE a.event_id = ?`);
    this.#userById = reader.prepare(`${USER} WHERE u.id = ?`);
    this.#seqOfEvent = reader.prepare<[Uint8Array], Sequence>("SELECT seq FROM activity WHERE event_id = ?").pluck();
    this.#userByEmail = reader.prepare(`${USER} WHERE u.email = ?`);
  }

  /** As `userAddedBy`, from memory; undefined if not cached. */
  cachedUser(eventId: string): LogUser | null | undefined {
    if (!this.#isFresh(MAX_AGE_MS) || this.#usersAsOf !== this.writer.commits) return undefined;
    return this.#users.get(eventId);
  }

  /** The user that an event added, as of at most 1 s ago; null if the log has no such user. */
  async userAddedBy(eventId: string): Promise<LogUser | null> {
    await this.ensureFresh();
    if (this.#usersAsOf !== this.writer.commits || this.#users.size >= MAX_USERS) {
      this.#users.clear();
      this.#usersAsOf = this.writer.commits;
    }
    const known = this.#users.get(eventId);
    if (known !== undefined) return known;
    const id = parseUuidV7(eventId);
    if (!id) return null;
    return await this.read(() => {
      const user = userOf(this.#userByEvent.get(id)); // still the same commit: no await since
      this.#users.set(eventId, user);
      return user;
    });
  }

  /** The user of a stream, as of at most 1 s ago. */
  async userWithId(id: StreamId): Promise<LogUser | null> {
    await this.ensureFresh();
    return await this.read(() => userOf(this.#userById.get(id)));
  }

  /** As `userWithId`, but reads the log again before it returns null: another process may just have added the user. */
  async findUser(id: StreamId): Promise<LogUser | null> {
    const user = await this.userWithId(id);
    if (user) return user;
    await this.ensureFresh({ maxAgeMs: 0 });
    return await this.userWithId(id);
  }

  /** The user with this e-mail address, spelled as in the log, as of at most 1 s ago. */
  async userWithEmail(email: string): Promise<LogUser | null> {
    await this.ensureFresh();
    return await this.read(() => userOf(this.#userByEmail.get(email)));
  }

  /**
   * True if an event has this id, the key of its command. Reads new events first: another process may just have written
   * it, and whoever is told that a key is unknown acts on that.
   */
  async isKnown(key: Uint8Array): Promise<boolean> {
    await this.ensureFresh({ maxAgeMs: 0 });
    return await this.read(() => this.#seqOfEvent.get(key) !== undefined);
  }

  /** The organization's name, as of at most 1 s ago. */
  async legalName(): Promise<string> {
    await this.ensureFresh();
    return await this.read((db) => String(db.prepare("SELECT legal_name FROM organization").pluck().get()));
  }

  /**
   * Reads the committed state of the cache.
   *
   * @throws CacheError if it cannot be read; the next request opens a damaged cache again
   */
  async read<Result>(query: (db: Database.Database) => Result | Promise<Result>): Promise<Result> {
    try {
      return await query(this.#reader);
    } catch (error) {
      throw this.writer.failureOf(error);
    }
  }

  /**
   * As `read`, of one committed state for as long as the query takes, on a connection of its own.
   *
   * @throws CacheError as `read`
   */
  async readSnapshot<Result>(query: (db: Database.Database) => Promise<Result>): Promise<Result> {
    return await this.read(async ({ name }) => {
      const db = new Database(name, { readonly: true, fileMustExist: true });
      try {
        db.exec("BEGIN");
        return await query(db);
      } finally {
        db.close();
      }
    });
  }

  /**
   * Reads new events from the log if the cache is older than the maximum age.
   *
   * @throws LogError UNREACHABLE if the log cannot be read
   */
  async ensureFresh({ maxAgeMs = MAX_AGE_MS }: { maxAgeMs?: number } = {}): Promise<void> {
    if (this.#isFresh(maxAgeMs)) return;
    // A refresh that is already running may have read the log too early.
    if (maxAgeMs === 0) return await this.#refresh();
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  #isFresh(maxAgeMs: number): boolean {
    return performance.now() - this.#freshAtMs < maxAgeMs;
  }

  /** The files of its documents. Most organizations that are open need none, so the store is opened when it is asked for. */
  async blobs(): Promise<BlobStore> {
    this.#blobs ??= this.#openBlobs().catch((error) => {
      this.#blobs = null; // the next call tries again
      throw error;
    });
    return await this.#blobs;
  }

  /** Closing waits for the listener: others have the cache open too. */
  onClose(listener: () => Promise<void>): void {
    this.#closeListeners.push(listener);
  }

  /** Keeps the organization open until the returned function is called (once). */
  hold(): () => void {
    this.#holders++;
    return () => {
      this.#holders--;
      this.use();
    };
  }

  /** Records that the organization is used now. */
  use(): void {
    this.#lastUsedMs = this.#clock();
  }

  /** Time of the last use, by the clock. */
  get lastUsedMs(): number {
    return this.#lastUsedMs;
  }

  /** True while `hold()` keeps it open. */
  get isInUse(): boolean {
    return this.#holders > 0;
  }

  /** Records a head of the log that a read has seen. */
  noteHead(head: Sequence): void {
    this.#headSeen = Math.max(this.#headSeen, head);
  }

  /** The highest sequence of the log that this process has seen. */
  get head(): Sequence {
    return Math.max(this.#headSeen, this.checkpoint);
  }

  /** When updating the cache began to fail, by `performance.now()`; null while it works. */
  get failingSinceMs(): number | null {
    return this.#failingSinceMs;
  }

  /** Closes the writer and its cache. Reads stay possible. */
  async stopWriting(): Promise<void> {
    await this.writer.close();
  }

  async close(): Promise<void> {
    this.#reader.close();
    await Promise.all(this.#closeListeners.map((listener) => listener()));
    await this.writer.close();
    await this.proofs?.close();
    await (await this.#blobs?.catch(() => null))?.close();
    await this.log.close();
  }

  async #refresh(): Promise<void> {
    const startedMs = performance.now();
    try {
      await this.writer.refresh();
    } catch (error) {
      this.#failingSinceMs ??= startedMs;
      throw error;
    }
    this.#freshAtMs = startedMs;
    this.#failingSinceMs = null;
    this.#headSeen = this.checkpoint; // history may have gone back
  }

  /** Connection to the committed cache, for queries. */
  get reader(): Database.Database {
    return this.#reader;
  }

  /** The last sequence that reads see. */
  get checkpoint(): Sequence {
    return this.writer.checkpoint;
  }
}

function userOf(row: UserRow | undefined): LogUser | null {
  return row ? { ...row, eventId: uuidText(row.eventId), active: row.active === 1 } : null;
}
