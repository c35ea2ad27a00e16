/**
 * The writer of a log: takes commands, decides each one on the state at the head, appends what was decided, and answers
 * once it is durable. One for a log in a process; several processes may write the same log, the sequence decides.
 *
 * A batch is decided inside one transaction on a cache of the writer's own, one savepoint a command. Only when the log
 * has taken the events is the transaction committed, so the cache never holds an event that is not in the log.
 */

import type Database from "better-sqlite3";
import type { z } from "zod";
import { LogError, Refusal } from "../events/errors.ts";
import { type EncodedEvent, encodeEvent, type LogEvent } from "../events/event.ts";
import { sameBytes } from "../events/hash.ts";
import type { WritableLog } from "../events/log.ts";
import type { OrganizationProfile } from "../events/organization.ts";
import { registerOrganization } from "../events/organization.ts";
import type { Sequence, StreamId } from "../events/sequence.ts";
import { addUser, type userAdded } from "../events/user.ts";
import { followingUuid, newUuid, uuidText } from "../events/uuid.ts";
import { booksOf } from "./books.ts";
import type { Cache } from "./cache.ts";
import { checkVersion, type Decider, deciderOf, type WriteRequest } from "./decide.ts";
import { versionOf } from "./fold.ts";
import { catchUp } from "./follow.ts";
import { openOrRebuild } from "./open-cache.ts";
import type { Row } from "./tables.ts";

/** Commands decided in one transaction and appended in one round trip. */
const MAX_BATCH = 256;
/** Events that share an `at`; the next one takes the next millisecond. */
const MAX_SAME_AT = 1024;
/** Lost races after which a command is given up: each one means that another writer got on. */
const MAX_ATTEMPTS = 200;
/** How far the own clock may be from the log's server's, ms, and how often that is looked at. */
const MAX_SKEW_MS = 60_000;

/** The answer to a command that was accepted. */
export interface Written {
  /** The event's sequence; null if the command changed nothing. */
  seq: Sequence | null;
  /** The event's id; null if there is no event. */
  id: string | null;
  stream: StreamId;
  version: number;
}

export interface WriterOptions {
  /** The time, ms since 1970 UTC. */
  clock?: () => number;
  /** A new event id. @param nowMs the time */
  newId?: (nowMs: number) => Uint8Array;
  /** False where the clock is made up (fixtures): it is not compared with the log's server's. */
  checkClock?: boolean;
}

type ActivityRow = Pick<Row<"activity">, "seq" | "actor" | "type" | "stream" | "version">;

interface Pending {
  /** Made at the decision: the stream that it goes to may have been begun in the same batch. */
  decider: () => Decider;
  atMs: number | null;
  id: Uint8Array;
  keyed: boolean;
  /** Its event, once it was decided and sent to the log. */
  event: EncodedEvent | null;
  resolve(written: Written): void;
  reject(error: unknown): void;
}

type Outcome =
  | { kind: "event" }
  | { kind: "unchanged"; written: Written }
  | { kind: "repeat" }
  | { kind: "failed"; error: unknown };

export class Writer {
  readonly #log: WritableLog;
  readonly #cache: Cache;
  readonly #books: ReturnType<typeof booksOf>;
  readonly #clock: () => number;
  readonly #newId: (nowMs: number) => Uint8Array;
  readonly #checkClock: boolean;
  readonly #activityById: Database.Statement<[Uint8Array], ActivityRow>;
  readonly #atOf: Database.Statement<[number], number>;
  readonly #queue: Pending[] = [];
  #last: Promise<void> = Promise.resolve();
  #clockCheckedMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  private constructor(log: WritableLog, cache: Cache, options: WriterOptions) {
    this.#log = log;
    this.#cache = cache;
    this.#books = booksOf(cache.db, cache.rows.tables);
    this.#activityById = cache.db.prepare("SELECT seq, actor, type, stream, version FROM activity WHERE event_id = ?");
    this.#atOf = cache.db.prepare<[number], number>("SELECT at FROM activity WHERE seq = ?").pluck();
    this.#clock = options.clock ?? Date.now;
    this.#newId = options.newId ?? newUuid;
    this.#checkClock = options.checkClock ?? true;
  }

  /** Opens a writer, with its cache at the log's head. @param cachePath a file of this process's own */
  static async open(log: WritableLog, cachePath: string, options: WriterOptions = {}): Promise<Writer> {
    const { cache, stoppedBy } = await openOrRebuild(cachePath, log);
    if (stoppedBy) {
      cache.close();
      throw stoppedBy; // nobody decides on less than the whole state
    }
    return new Writer(log, cache, options);
  }

  /** The last sequence that the writer's cache contains. */
  get checkpoint(): Sequence {
    return this.#cache.checkpoint.seq;
  }

  /**
   * Decides a command, and appends its event.
   *
   * @throws Refusal if a rule says no; LogError UNKNOWN_OUTCOME if it may still land: retry with the same key
   */
  execute(request: WriteRequest): Promise<Written> {
    const { begunBy, key, atMs = null } = request;
    if (begunBy) return this.#enqueue(() => deciderOf({ ...request, id: this.#streamBegunBy(begunBy) }), key, atMs);
    const decider = deciderOf(request);
    return this.#enqueue(() => decider, key, atMs);
  }

  /**
   * Founds an organization in an empty log: its first event, and its owner's. The same key completes one that was
   * left half done.
   */
  async found(
    profile: OrganizationProfile,
    owner: Omit<z.infer<typeof userAdded>, "role">,
    key: Uint8Array,
  ): Promise<{ organization: Written; owner: Written }> {
    const internal = { begins: true, id: 0, actor: 0, ifMatch: null, request: null, authorize: () => {} };
    const [organization, user] = await Promise.all([
      this.#enqueue(
        () => ({
          ...internal,
          stream: "organization",
          event: "OrganizationRegistered",
          decide: (books) => registerOrganization(books, profile),
        }),
        key,
      ),
      this.#enqueue(
        () => ({
          ...internal,
          stream: "user",
          event: "UserAdded",
          decide: (books) => addUser(books, { ...owner, role: "owner" }),
        }),
        followingUuid(key),
      ),
    ]);
    return { organization, owner: user };
  }

  /** Brings the writer's cache up to the log's head: after this, readers of the cache see what was there before. */
  refresh(): Promise<void> {
    return this.#alone(() => this.#catchUp());
  }

  /** Finishes what it took, and closes its cache. Commands that come later are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#alone(() => this.#cache.close());
  }

  #enqueue(decider: () => Decider, key: Uint8Array | null, atMs: number | null = null): Promise<Written> {
    if (this.#closed) return Promise.reject(new LogError("UNREACHABLE", `${this.#log.name}: the writer is closed`));
    return new Promise((resolve, reject) => {
      const id = key ?? this.#newId(atMs ?? this.#clock());
      this.#queue.push({ decider, atMs, id, keyed: key !== null, event: null, resolve, reject });
      // All that waits when the writer gets to it is one batch.
      if (this.#queue.length === 1) void this.#alone(() => this.#work());
    });
  }

  /** Runs work on the cache after all work before it. */
  #alone(work: () => void | Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_BATCH);
      try {
        await this.#compareClocks();
        await this.#write(batch);
      } catch (error) {
        for (const pending of batch) pending.reject(error); // those that were answered stay so
      }
    }
  }

  async #write(batch: readonly Pending[]): Promise<void> {
    let waiting = [...batch];
    for (let attempt = 1; waiting.length > 0; attempt++) {
      const before = this.#cache.checkpoint;
      let unknown: LogError | null = null;
      try {
        const { events, outcomes } = this.#decideAll(waiting);
        const landed = events.length > 0 ? await this.#log.append(events) : 0;
        if (landed === events.length && (landed > 0 || (await this.#isAtHead(before.seq)))) {
          this.#commit(before);
          await this.#answer(waiting, outcomes);
          return;
        }
      } catch (error) {
        const code = error instanceof LogError ? error.code : null;
        if (code === "UNKNOWN_OUTCOME") unknown = error as LogError;
        else if (code !== "DUPLICATE") throw error;
      } finally {
        // Unless it was committed: somebody else was faster, or nobody knows. Forget what was decided.
        if (this.#cache.db.inTransaction) this.#cache.rollback(before);
      }
      // Read what is there, and decide again.
      await this.#catchUp();
      waiting = waiting.filter((pending) => !this.#answerIfLanded(pending, unknown));
      if (attempt === MAX_ATTEMPTS)
        throw new LogError("UNREACHABLE", `${this.#log.name}: other writers were faster ${attempt} times; try again`);
    }
  }

  /** Decides each command on what the one before it left, inside one transaction that stays open. */
  #decideAll(waiting: readonly Pending[]): { events: EncodedEvent[]; outcomes: Outcome[] } {
    const { db } = this.#cache;
    const events: EncodedEvent[] = [];
    db.exec("BEGIN IMMEDIATE");
    const outcomes = waiting.map((pending): Outcome => {
      if (pending.keyed && this.#activityOf(pending.id)) return { kind: "repeat" };
      const checkpoint = this.#cache.checkpoint;
      db.exec("SAVEPOINT command");
      try {
        const decided = this.#decideOne(pending);
        if ("event" in decided) events.push(decided.event);
        db.exec("RELEASE command");
        return "event" in decided ? { kind: "event" } : { kind: "unchanged", written: decided.written };
      } catch (error) {
        if (!db.inTransaction) throw error; // SQLite gave the whole transaction up: a full disk
        this.#cache.rollbackTo("command", checkpoint);
        return { kind: "failed", error };
      }
    });
    return { events, outcomes };
  }

  #decideOne(pending: Pending): { event: EncodedEvent } | { written: Written } {
    const { id } = pending;
    const decider = pending.decider();
    const { stream: kind, begins } = decider;
    const { seq: head } = this.#cache.checkpoint;
    const { tables } = this.#cache.rows;
    const seq = head + 1;
    const at = this.#nextAt(seq, pending.atMs ?? this.#clock());
    const version = begins ? 0 : versionOf(tables, kind, decider.id);
    decider.authorize(this.#books);
    if (!begins) checkVersion(decider, version);
    const fact = decider.decide(this.#books, at);
    pending.event = null;
    if (fact === null) return { written: { seq: null, id: null, stream: decider.id, version: version ?? 0 } };
    const stream = begins ? seq : decider.id;
    const event = { ...fact, seq, id, stream, version: (version ?? 0) + 1, at, actor: decider.actor } as LogEvent;
    const encoded = encodeOrRefuse(event, decider.request);
    this.#cache.fold(head, [encoded.body]);
    pending.event = encoded;
    return { event: encoded };
  }

  /** The later of the own clock and the head's, so one fast clock never blocks the others. */
  #nextAt(seq: Sequence, nowMs: number): number {
    const at = Math.max(Math.floor(nowMs), this.#cache.checkpoint.atMs);
    const full = this.#atOf.get(seq - MAX_SAME_AT);
    return full === at ? at + 1 : at;
  }

  #commit(before: Cache["checkpoint"]): void {
    try {
      this.#cache.db.exec("COMMIT");
    } catch {
      // The events are in the log, so they are answered; the cache reads them from there before the next decision.
      this.#cache.rollback(before);
    }
  }

  async #answer(waiting: readonly Pending[], outcomes: readonly Outcome[]): Promise<void> {
    for (const [n, outcome] of outcomes.entries()) {
      const pending = waiting[n];
      if (!pending) continue;
      if (outcome.kind === "failed") pending.reject(outcome.error);
      else if (outcome.kind === "unchanged") pending.resolve(outcome.written);
      else if (outcome.kind === "event") pending.resolve(writtenOf(pending));
      else await this.#answerRepeat(pending);
    }
  }

  /** The same key again: the first answer, if it was the same command. */
  async #answerRepeat(pending: Pending): Promise<void> {
    try {
      const stored = await this.#log.find(pending.id);
      const { id } = pending;
      const decider = pending.decider();
      const row = this.#activityOf(id);
      if (!stored || !row)
        throw new LogError("UNREACHABLE", `${this.#log.name}: event ${uuidText(id)} is not found now`);
      const same =
        stored.request === null || decider.request === null
          ? row.actor === decider.actor && row.type === decider.event
          : sameBytes(stored.request, decider.request);
      if (!same)
        throw new Refusal("KEY_REUSED", `the key ${uuidText(id)} was used for another command`, {
          kind: "invalid",
          values: { key: uuidText(id), seq: row.seq },
        });
      pending.resolve({ seq: row.seq, id: uuidText(id), stream: row.stream, version: row.version });
    } catch (error) {
      pending.reject(error);
    }
  }

  /** After a race: true if this command's event is in the log after all, or must be answered as unknown. */
  #answerIfLanded(pending: Pending, unknown: LogError | null): boolean {
    if (pending.event === null) return false;
    const row = this.#activityOf(pending.id);
    if (row && row.seq === pending.event.seq && row.version === pending.event.version) {
      if (pending.keyed) return false; // decided again as a repeat: then the log says whose command it was
      pending.resolve(writtenOf(pending));
      return true;
    }
    if (unknown === null || row) return false;
    pending.reject(unknown);
    return true;
  }

  async #isAtHead(seq: Sequence): Promise<boolean> {
    return (await this.#log.head(seq)) <= seq;
  }

  #catchUp(): Promise<void> {
    return catchUp(this.#cache, this.#log);
  }

  #streamBegunBy(key: Uint8Array): StreamId {
    const row = this.#activityOf(key);
    if (row) return row.stream;
    throw new Refusal("STREAM_NOT_BEGUN", `no command with the key ${uuidText(key)} was accepted`, {
      kind: "missing",
      values: { key: uuidText(key) },
    });
  }

  #activityOf(id: Uint8Array): ActivityRow | undefined {
    return this.#activityById.get(id);
  }

  /** @throws LogError CLOCK_SKEW if the own clock is too far from the log's server's */
  async #compareClocks(): Promise<void> {
    if (!this.#checkClock) return;
    const now = this.#clock();
    if (Math.abs(now - this.#clockCheckedMs) < MAX_SKEW_MS) return;
    const server = await this.#log.serverTime();
    if (Math.abs(server - now) > MAX_SKEW_MS)
      throw new LogError(
        "CLOCK_SKEW",
        `${this.#log.name}: this machine's clock says ${new Date(now).toISOString()}, the server's ${new Date(server).toISOString()}`,
      );
    this.#clockCheckedMs = now;
  }
}

function writtenOf({ event }: Pending): Written {
  if (event === null) throw new Error("no event was decided");
  return { seq: event.seq, id: uuidText(event.id), stream: event.stream, version: event.version };
}

/** What a person typed may be within every bound, and still too long together. */
function encodeOrRefuse(event: LogEvent, request: Uint8Array | null): EncodedEvent {
  try {
    return encodeEvent(event, request);
  } catch (error) {
    if (error instanceof LogError && error.code === "MALFORMED_EVENT")
      throw new Refusal("NOT_RECORDABLE", error.message, { kind: "invalid" });
    throw error;
  }
}
