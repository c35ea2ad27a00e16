/**
 * A log in one SQLite file: the embedded server's log (with an index on ids, a commit durable before it is answered),
 * and the desktop's mirror (events' bytes by sequence, nothing else; what it loses it can fetch again).
 */
import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { decodeHeader, type EncodedEvent } from "../../encoding/event.ts";
import { sequenceOf } from "../../encoding/scan.ts";
import { DamagedFileError, LogError } from "../../errors.ts";
import { eventHash, sameBytes } from "../../hash.ts";
import { HeadWatch } from "../../log/head-watch.ts";
import type { Batch, LogId, ReadOptions, StoredEvent, WritableLog } from "../../log/log.ts";
import type { Range, Sequence } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { openDatabase } from "./open-database.ts";
import { asLogError, type Kind, prepareFile, type SqliteLogOptions } from "./sqlite-log-file.ts";

/** Events that `read` gives at once. */
const BATCH_EVENTS = 1024;

/** Events that a mirror inserts in a statement: one by one, they take half as long again. */
const BODIES_A_STATEMENT = 50;

export class SqliteLog implements WritableLog {
  readonly name: string;
  readonly kind: Kind;
  readonly #db: Database.Database;
  readonly #headOf: Database.Statement<[], number>;
  /** The sequence of the first event after one; null if there is none. */
  readonly #nextOf: Database.Statement<[number], number | null>;
  readonly #bodyAt: Database.Statement<[number], Uint8Array>;
  readonly #bodies: Database.Statement<[number, number, number], Uint8Array>;
  readonly #append: (events: readonly EncodedEvent[]) => number;
  readonly #insertBody: Database.Statement;
  readonly #insertBodies: Database.Statement;
  readonly #mirror: (after: Sequence, bodies: readonly Uint8Array[]) => number;
  /** Another process may write the same file. */
  readonly #watch = new HeadWatch(async () => this.headNow());
  #insertEvent: Database.Statement | undefined;
  #id: LogId | null = null;

  private constructor(db: Database.Database, path: string, kind: Kind) {
    this.#db = db;
    this.name = path;
    this.kind = kind;
    this.#headOf = db.prepare<[], number>("SELECT coalesce(max(seq), 0) FROM event").pluck();
    this.#nextOf = db.prepare<[number], number | null>("SELECT min(seq) FROM event WHERE seq > ?").pluck();
    this.#bodyAt = db.prepare<[number], Uint8Array>("SELECT body FROM event WHERE seq = ?").pluck();
    this.#bodies = db
      .prepare<[number, number, number], Uint8Array>(
        "SELECT body FROM event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
      )
      .pluck();
    const insertBodies = (count: number) =>
      db.prepare(`INSERT INTO event (seq, body) VALUES ${Array(count).fill("(?, ?)").join(", ")}`);
    this.#insertBody = insertBodies(1);
    this.#insertBodies = insertBodies(BODIES_A_STATEMENT);
    this.#mirror = db.transaction((after: Sequence, bodies: readonly Uint8Array[]) =>
      this.#mirrorAll(after, bodies),
    ).immediate;
    this.#append = db.transaction((events: readonly EncodedEvent[]) => this.#insert(events)).immediate;
  }

  /**
   * Opens or makes a log's file.
   *
   * @throws LogError NOT_A_LOG if the file is missing, or is not a log of this kind; DAMAGED if SQLite cannot read it
   */
  static open(path: string, options: SqliteLogOptions = {}): SqliteLog {
    if (!options.create && !existsSync(path)) throw new LogError("NOT_A_LOG", `${path}: no such file`);
    let db: Database.Database | undefined;
    try {
      db = openDatabase(path, { readonly: options.readonly ?? false });
      const kind = prepareFile(db, path, options);
      return new SqliteLog(db, path, kind);
    } catch (error) {
      db?.close();
      throw asLogError(error, path);
    }
  }

  async id(): Promise<LogId | null> {
    return this.#idNow();
  }

  async head(): Promise<Sequence> {
    return this.headNow();
  }

  /** The head, without waiting. */
  headNow(): Sequence {
    return this.#guard(() => this.#headOf.get() ?? 0);
  }

  /** The event hash at a sequence; null if there is no event. */
  hashAt(seq: Sequence): Uint8Array | null {
    const body = this.#guard(() => this.#bodyAt.get(seq));
    return body === undefined ? null : eventHash(body);
  }

  async *read({ after, upTo }: Range, { expect, signal }: ReadOptions = {}): AsyncGenerator<Batch> {
    if (expect && !sameBytes(this.hashAt(after), expect))
      throw new LogError("FORKED", `${this.name}: event ${after} is not the one that the reader holds`);
    const end = Math.min(upTo, Number.MAX_SAFE_INTEGER);
    for (let at = after; at < end; ) {
      signal?.throwIfAborted();
      const bodies = this.readNow(at, Math.min(end, at + BATCH_EVENTS));
      if (bodies.length === 0) return;
      yield { after: at, bodies, head: null };
      at += bodies.length;
    }
  }

  /** The events of `(after, upTo]`, at once: the caller bounds how many. @throws LogError DAMAGED on a gap */
  readNow(after: Sequence, upTo: Sequence): Uint8Array[] {
    const bodies = this.#guard(() => this.#bodies.all(after, upTo, upTo - after));
    if (bodies.length < upTo - after) {
      // Fewer than asked: the log ends here, or it has a hole. The last one's sequence tells, and the next one's.
      const end = after + bodies.length;
      const last = bodies[bodies.length - 1];
      const next = this.#guard(() => this.#nextOf.get(end)) ?? null;
      if ((last && decodeHeader(last, this.name).seq !== end) || (next !== null && next !== end + 1))
        throw new DamagedFileError(this.name, `an event is missing between ${after} and ${next ?? upTo}`);
    }
    return bodies;
  }

  async changed(after: Sequence, signal: AbortSignal): Promise<void> {
    if (this.headNow() <= after) await this.#watch.changed(after, signal);
  }

  async append(events: readonly EncodedEvent[]): Promise<number> {
    return this.appendNow(events);
  }

  /** `append`, without waiting. */
  appendNow(events: readonly EncodedEvent[]): number {
    const count = this.#appendOrUnknown(events);
    if (count > 0) this.#watch.tell(this.headNow());
    return count;
  }

  /**
   * Adds a run of events to a mirror, all of them or none. Those that it holds already must be the same, byte for byte.
   *
   * @param bodies scanned (`scanEvent`)
   * @returns how many are new
   * @throws LogError GAP if they do not follow the head, or each other; FORKED if one that is held is another one
   */
  mirror(after: Sequence, bodies: readonly Uint8Array[]): number {
    if (this.kind !== "mirror") throw new Error("only a mirror takes events without their ids");
    return this.#guard(() => this.#mirror(after, bodies));
  }

  async find(id: Uint8Array): Promise<StoredEvent | null> {
    if (this.kind === "mirror") throw new Error("a mirror has no index on ids");
    const find = this.#db.prepare<[Uint8Array], StoredEvent>("SELECT seq, body, request FROM event WHERE id = ?");
    return this.#guard(() => find.get(id)) ?? null;
  }

  async serverTime(): Promise<number> {
    return Date.now();
  }

  async *readStored({ after, upTo }: Range): AsyncGenerator<StoredEvent> {
    const columns = this.kind === "embedded" ? "seq, body, request" : "seq, body, NULL AS request";
    const select = this.#db.prepare<[number, number], StoredEvent>(
      `SELECT ${columns} FROM event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${BATCH_EVENTS}`,
    );
    for (let at = after; at < upTo; ) {
      const events = this.#guard(() => select.all(at, Math.min(upTo, Number.MAX_SAFE_INTEGER)));
      if (events.length === 0) return;
      for (const event of events) {
        at += 1;
        if (event.seq !== at) throw new DamagedFileError(this.name, `event ${at} is missing`);
        yield event;
      }
    }
  }

  async close(): Promise<void> {
    this.closeNow();
  }

  closeNow(): void {
    this.#watch.close();
    this.#db.close();
  }

  #idNow(): LogId | null {
    if (this.#id === null) {
      const first = this.#guard(() => this.#bodyAt.get(1));
      if (first) this.#id = uuidText(decodeHeader(first, `${this.name}: event 1`).id);
    }
    return this.#id;
  }

  #mirrorAll(after: Sequence, bodies: readonly Uint8Array[]): number {
    const head = this.#headOf.get() ?? 0;
    if (after > head) throw new LogError("GAP", `${this.name}: has ${head} events, the next one is ${after + 1}`);
    const added: (Sequence | Uint8Array)[] = [];
    for (const [n, body] of bodies.entries()) {
      const seq = after + n + 1;
      const found = sequenceOf(body);
      if (found !== seq) throw new LogError("GAP", `${this.name}: event ${found} came in the place of ${seq}`);
      if (seq > head) added.push(seq, body);
      else if (!sameBytes(this.#bodyAt.get(seq), body))
        throw new LogError("FORKED", `${this.name}: event ${seq} is not the one that is held`);
    }
    const many = 2 * BODIES_A_STATEMENT;
    let at = 0;
    for (; at + many <= added.length; at += many) this.#insertBodies.run(...added.slice(at, at + many));
    for (; at < added.length; at += 2) this.#insertBody.run(added[at], added[at + 1]);
    return added.length / 2;
  }

  #insert(events: readonly EncodedEvent[]): number {
    const head = this.#headOf.get() ?? 0;
    const first = events[0];
    if (!first) throw new Error("nothing to append");
    if (first.seq > head + 1)
      throw new LogError("GAP", `${this.name}: has ${head} events, the next one is ${first.seq}`);
    const landed = this.#landedBefore(events, head);
    if (landed < events.length && head >= first.seq + landed) return landed;
    if (this.kind === "mirror") throw new Error("a mirror is written by mirror()");
    this.#insertEvent ??= this.#db.prepare(
      "INSERT INTO event (seq, id, stream, version, request, body) VALUES (?, ?, ?, ?, ?, ?)",
    );
    for (const [n, event] of events.entries()) {
      if (n < landed) continue;
      if (event.seq !== first.seq + n) throw new Error(`event ${event.seq} does not follow ${first.seq + n - 1}`);
      this.#insertOne(this.#insertEvent, event);
    }
    return events.length;
  }

  #appendOrUnknown(events: readonly EncodedEvent[]): number {
    try {
      return this.#guard(() => this.#append(events));
    } catch (error) {
      const { cause } = error as Error;
      if (!(cause instanceof Database.SqliteError) || !cause.code.startsWith("SQLITE_IOERR")) throw error;
      // The disk may have failed at the flush: then what was written may be there after a crash.
      throw new LogError("UNKNOWN_OUTCOME", `${this.name}: ${cause.message}`, { cause });
    }
  }

  /** How many of these events the log holds already, byte for byte: an append that is tried again has landed. */
  #landedBefore(events: readonly EncodedEvent[], head: Sequence): number {
    let landed = 0;
    for (const event of events) {
      if (event.seq > head || !sameBytes(this.#bodyAt.get(event.seq), event.body)) break;
      landed++;
    }
    return landed;
  }

  #insertOne(insert: Database.Statement, event: EncodedEvent): void {
    try {
      insert.run(event.seq, event.id, event.stream, event.version, event.request, event.body);
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || error.code !== "SQLITE_CONSTRAINT_UNIQUE") throw error;
      throw new LogError(
        "DUPLICATE",
        `${this.name}: event ${event.seq}: its id ${uuidText(event.id)}, or version ${event.version} of stream ${event.stream}, is taken`,
      );
    }
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asLogError(error, this.name);
    }
  }
}
