/**
 * The organizations that this process serves: each with its log, its writer, and a second connection to the writer's
 * cache, which sees only what is committed. Opened at the first request.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { LogId, WritableLog } from "../events/log.ts";
import type { Sequence, StreamId } from "../events/sequence.ts";
import type { Role } from "../events/user.ts";
import { parseUuidV7, uuidText } from "../events/uuid.ts";
import { removeCacheFile } from "../projector/cache.ts";
import { Writer, type WriterOptions } from "../projector/writer.ts";
import type { Storage } from "./storage.ts";

/** How old what reads rely on may be, ms: another process may have written. */
const MAX_AGE_MS = 1_000;
/** An organization that was opened anew is let go of after this time, ms: when nobody can still be reading from it. */
const RETIRE_MS = 60_000;

/** A user as the reader's rows have it. */
type UserRow = Omit<LogUser, "active" | "eventId"> & { active: 0 | 1; eventId: Uint8Array };

const USER = `SELECT u.id, a.event_id AS eventId, u.email, u.name, u.role, u.active, u.sessions_ended AS sessionsEnded
  FROM "user" AS u JOIN activity AS a ON a.seq = u.id`;

/** A user, as the log says. */
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

export class Organization {
  readonly logId: LogId;
  readonly log: WritableLog;
  readonly writer: Writer;
  readonly #reader: Database.Database;
  readonly #userByEvent: Database.Statement<[Uint8Array], UserRow>;
  readonly #userById: Database.Statement<[StreamId], UserRow>;
  readonly #userByEmail: Database.Statement<[string], UserRow>;
  // By a clock that never goes back.
  #freshAtMs = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | null = null;

  constructor(logId: LogId, log: WritableLog, writer: Writer, reader: Database.Database) {
    this.logId = logId;
    this.log = log;
    this.writer = writer;
    this.#reader = reader;
    this.#userByEvent = reader.prepare(`${USER} WHERE a.event_id = ?`);
    this.#userById = reader.prepare(`${USER} WHERE u.id = ?`);
    this.#userByEmail = reader.prepare(`${USER} WHERE u.email = ?`);
  }

  /** The user that an event added, as of at most 1 s ago; null if the log has no such user. */
  async userAddedBy(eventId: string): Promise<LogUser | null> {
    const id = parseUuidV7(eventId);
    if (!id) return null;
    await this.beFresh();
    return userOf(this.#userByEvent.get(id));
  }

  /** The user of a stream, as of at most 1 s ago. */
  async userWithId(id: StreamId): Promise<LogUser | null> {
    await this.beFresh();
    return userOf(this.#userById.get(id));
  }

  /** The user with an e-mail address, spelled as in the log, as of at most 1 s ago. */
  async userWithEmail(email: string): Promise<LogUser | null> {
    await this.beFresh();
    return userOf(this.#userByEmail.get(email));
  }

  /** @throws LogError UNREACHABLE if what is known is older than that, and cannot be renewed */
  async beFresh({ maxAgeMs = MAX_AGE_MS }: { maxAgeMs?: number } = {}): Promise<void> {
    if (performance.now() - this.#freshAtMs < maxAgeMs) return;
    // One that is under way may have read the log too early for this.
    if (maxAgeMs === 0) return await this.#refresh();
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  /** Lets go of the cache's file; who reads may still read. */
  async stopWriting(): Promise<void> {
    await this.writer.close();
  }

  async close(): Promise<void> {
    this.#reader.close();
    await this.writer.close();
    await this.log.close();
  }

  async #refresh(): Promise<void> {
    const startedMs = performance.now();
    await this.writer.refresh();
    this.#freshAtMs = startedMs;
  }

  /** The cache, as committed: for queries. */
  get reader(): Database.Database {
    return this.#reader;
  }

  /** The sequence up to which reads see. */
  get checkpoint(): Sequence {
    return this.writer.checkpoint;
  }
}

function userOf(row: UserRow | undefined): LogUser | null {
  return row ? { ...row, eventId: uuidText(row.eventId), active: row.active === 1 } : null;
}

export class Organizations {
  readonly #storage: Storage;
  readonly #cachesFolder: string;
  readonly #writerOptions: WriterOptions;
  readonly #open = new Map<LogId, Promise<Organization | null>>();
  readonly #retired = new Map<Organization, NodeJS.Timeout>();

  constructor(storage: Storage, cachesFolder: string, writerOptions: WriterOptions = {}) {
    this.#storage = storage;
    this.#cachesFolder = cachesFolder;
    this.#writerOptions = writerOptions;
    mkdirSync(cachesFolder, { recursive: true });
  }

  /** The organization whose log that is; null if there is none. */
  async get(logId: LogId): Promise<Organization | null> {
    // Files and documents are named by it: nothing else may come that far.
    if (!parseUuidV7(logId)) return null;
    const organization = await this.#once(logId, { create: false });
    if (!organization?.writer.isBroken) return organization;
    this.#retire(logId, organization);
    return await this.#once(logId, { create: false });
  }

  /** The organization to found: its log is made if it is not there. */
  async create(logId: LogId): Promise<Organization> {
    await this.#open.get(logId)?.catch(() => null);
    const organization = await this.#once(logId, { create: true });
    if (!organization) throw new Error(`log ${logId} could not be made`);
    return organization;
  }

  async close(): Promise<void> {
    const all = await Promise.allSettled(this.#open.values());
    for (const one of all) if (one.status === "fulfilled") await one.value?.close();
    this.#open.clear();
    for (const [one, timer] of this.#retired) {
      clearTimeout(timer);
      await one.close();
    }
    this.#retired.clear();
  }

  /** Opens another one in place of one that cannot go on: history has forked, or its cache is damaged. */
  #retire(logId: LogId, organization: Organization): void {
    if (this.#retired.has(organization)) return; // somebody else has seen it too
    const timer = setTimeout(() => {
      this.#retired.delete(organization);
      void organization.close();
    }, RETIRE_MS);
    this.#retired.set(organization, timer.unref());
    this.#keep(
      logId,
      organization.stopWriting().then(() => {
        removeCacheFile(this.#cachePathOf(logId)); // not every damage is seen when a file is opened
        return this.#openOne(logId, { create: false });
      }),
    );
  }

  #once(logId: LogId, options: { create: boolean }): Promise<Organization | null> {
    return this.#open.get(logId) ?? this.#keep(logId, this.#openOne(logId, options));
  }

  #keep(logId: LogId, opening: Promise<Organization | null>): Promise<Organization | null> {
    this.#open.set(logId, opening);
    // What is not there, or failed, is looked at again the next time.
    opening.then(
      (organization) => organization ?? this.#open.delete(logId),
      () => this.#open.delete(logId),
    );
    return opening;
  }

  #cachePathOf(logId: LogId): string {
    return join(this.#cachesFolder, `${logId}.sqlite`);
  }

  async #openOne(logId: LogId, options: { create: boolean }): Promise<Organization | null> {
    const log = await this.#storage.openLog(logId, options);
    if (!log) return null;
    const path = this.#cachePathOf(logId);
    let writer: Writer | null = null;
    try {
      writer = await Writer.open(log, path, this.#writerOptions);
      return new Organization(logId, log, writer, new Database(path, { readonly: true }));
    } catch (error) {
      await writer?.close();
      await log.close();
      throw error;
    }
  }
}
