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
import { parseUuidV7 } from "../events/uuid.ts";
import { Writer, type WriterOptions } from "../projector/writer.ts";
import type { Storage } from "./storage.ts";

/** How old what reads rely on may be, ms: another process may have written. */
const MAX_AGE_MS = 1_000;

/** A user, as the log says. */
export interface LogUser {
  id: StreamId;
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
  readonly #userByEvent: Database.Statement<[Uint8Array], Omit<LogUser, "active"> & { active: 0 | 1 }>;
  #freshAtMs = 0;
  #refreshing: Promise<void> | null = null;

  constructor(logId: LogId, log: WritableLog, writer: Writer, reader: Database.Database) {
    this.logId = logId;
    this.log = log;
    this.writer = writer;
    this.#reader = reader;
    this.#userByEvent = reader.prepare(
      `SELECT u.id, u.email, u.name, u.role, u.active, u.sessions_ended AS sessionsEnded
       FROM activity AS a JOIN "user" AS u ON u.id = a.seq WHERE a.event_id = ?`,
    );
  }

  /** The user that an event added, as of at most 1 s ago; null if the log has no such user. */
  async userAddedBy(eventId: string): Promise<LogUser | null> {
    const id = parseUuidV7(eventId);
    if (!id) return null;
    await this.beFresh();
    const row = this.#userByEvent.get(id);
    return row ? { ...row, active: row.active === 1 } : null;
  }

  /** @throws LogError UNREACHABLE if what is known is older than that, and cannot be renewed */
  async beFresh(): Promise<void> {
    if (Date.now() - this.#freshAtMs < MAX_AGE_MS) return;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  async close(): Promise<void> {
    this.#reader.close();
    await this.writer.close();
    await this.log.close();
  }

  async #refresh(): Promise<void> {
    const startedMs = Date.now();
    await this.writer.refresh();
    this.#freshAtMs = startedMs;
  }

  /** The sequence up to which reads see. */
  get checkpoint(): Sequence {
    return this.writer.checkpoint;
  }
}

export class Organizations {
  readonly #storage: Storage;
  readonly #cachesFolder: string;
  readonly #writerOptions: WriterOptions;
  readonly #open = new Map<LogId, Promise<Organization | null>>();

  constructor(storage: Storage, cachesFolder: string, writerOptions: WriterOptions = {}) {
    this.#storage = storage;
    this.#cachesFolder = cachesFolder;
    this.#writerOptions = writerOptions;
    mkdirSync(cachesFolder, { recursive: true });
  }

  /** The organization whose log that is; null if there is none. */
  async get(logId: LogId): Promise<Organization | null> {
    return this.#once(logId, { create: false });
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
  }

  #once(logId: LogId, options: { create: boolean }): Promise<Organization | null> {
    const known = this.#open.get(logId);
    if (known) return known;
    const opening = this.#openOne(logId, options);
    this.#open.set(logId, opening);
    // What is not there, or failed, is looked at again the next time.
    opening.then(
      (organization) => organization ?? this.#open.delete(logId),
      () => this.#open.delete(logId),
    );
    return opening;
  }

  async #openOne(logId: LogId, options: { create: boolean }): Promise<Organization | null> {
    const log = await this.#storage.openLog(logId, options);
    if (!log) return null;
    const path = join(this.#cachesFolder, `${logId}.sqlite`);
    try {
      const writer = await Writer.open(log, path, this.#writerOptions);
      return new Organization(logId, log, writer, new Database(path, { readonly: true }));
    } catch (error) {
      await log.close();
      throw error;
    }
  }
}
