/**
 * A log in one SQLite file. An embedded log, on a server, has the hashes of commands too, and acknowledges an append
 * only once it is durable. A mirror, on a desktop, has only the bytes of events, and can fetch lost events again.
 */
import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { decodeHeader, type EncodedEvent } from "../../encoding/event.ts";
import { sequenceOf } from "../../encoding/scan.ts";
import { DamagedFileError, LogError } from "../../errors.ts";
import { eventHash, sameBytes } from "../../hash.ts";
import { BLOCK_BYTES } from "../../log/blocks.ts";
import { HeadWatch } from "../../log/head-watch.ts";
import type { AppendOptions, Batch, LogId, ReadOptions, StoredEvent, WritableLog } from "../../log/log.ts";
import type { Range, Sequence } from "../../sequence.ts";
import { uuidText } from "../../uuid.ts";
import { openDatabase } from "./open-database.ts";
import { asLogError, type Kind, prepareFile, type SqliteLogOptions } from "./sqlite-log-file.ts";

/** The maximum number of events in a batch of `read`. */
const BATCH_EVENTS = 1024;

/** The number of events that a mirror inserts with one statement. One by one takes 1.5 times as long. */
const BODIES_PER_STATEMENT = 50;

type Previous = AppendOptions["previous"];

export class SqliteLog implements WritableLog {
  readonly name: string;
  readonly kind: Kind;
  readonly #db: Database.Database;
  readonly #headOf: Database.Statement<[], number>;
  /** The sequence of the first event after a sequence; null if there is none. */
  readonly #nextOf: Database.Statement<[number], number | null>;
  readonly #bodyAt: Database.Statement<[number], Uint8Array>;
  readonly #bodies: Database.Statement<[number, number, number], Uint8Array>;
  readonly #bytesOf: Database.Statement<[number, number], number>;
  readonly #append: (events: readonly EncodedEvent[], previous: Previous) => number;
  readonly #insertBody: Database.Statement;
  readonly #insertBodies: Database.Statement;
  readonly #mirror: (after: Sequence, bodies: readonly Uint8Array[]) => number;
  /** Polls, because another process may write the same file. */
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
    this.#bytesOf = db
      .prepare<[number, number], number>("SELECT total(length(body)) FROM event WHERE seq > ? AND seq <= ?")
      .pluck();
    const insertBodies = (count: number) =>
      db.prepare(`INSERT INTO event (seq, body) VALUES ${Array(count).fill("(?, ?)").join(", ")}`);
    this.#insertBody = insertBodies(1);
    this.#insertBodies = insertBodies(BODIES_PER_STATEMENT);
    this.#mirror = db.transaction((after: Sequence, bodies: readonly Uint8Array[]) =>
      this.#mirrorAll(after, bodies),
    ).immediate;
    this.#append = db.transaction((events: readonly EncodedEvent[], previous: Previous) =>
      this.#insert(events, previous),
    ).immediate;
  }

  /**
   * Opens or creates the file of a log.
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

  /** The head, synchronously. */
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
      throw new LogError("FORKED", `${this.name}: event ${after} differs from the reader's copy`);
    const end = Math.min(upTo, Number.MAX_SAFE_INTEGER);
    for (let at = after; at < end; ) {
      signal?.throwIfAborted();
      const bodies = this.readNow(at, this.#batchEnd(at, end));
      if (bodies.length === 0) return;
      yield { after: at, bodies, head: null };
      at += bodies.length;
    }
  }

  /** The events of `(after, upTo]`, synchronously. The caller bounds their number. @throws LogError DAMAGED on a gap */
  readNow(after: Sequence, upTo: Sequence): Uint8Array[] {
    const bodies = this.#guard(() => this.#bodies.all(after, upTo, upTo - after));
    if (bodies.length < upTo - after) {
      // Fewer than requested: the log ends here, or it has a gap. The last sequence read and the next one show which.
      const end = after + bodies.length;
      const last = bodies[bodies.length - 1];
      const next = this.#guard(() => this.#nextOf.get(end)) ?? null;
      if ((last && decodeHeader(last, this.name).seq !== end) || (next !== null && next !== end + 1))
        throw new DamagedFileError(this.name, `an event is missing between ${after} and ${next ?? upTo}`);
    }
    return bodies;
  }

  /**
   * The end of the batch after `after`: at most 1,024 events; if these are longer than a block, only as many as fill
   * one. SQLite takes the lengths from the heads of the rows, so this costs little beside reading the bodies.
   */
  #batchEnd(after: Sequence, end: Sequence): Sequence {
    let upTo = Math.min(end, after + BATCH_EVENTS);
    return this.#guard(() => {
      // Halving reads few lengths again, and a batch that is half as large as it could be is large enough.
      while (upTo > after + 1 && (this.#bytesOf.get(after, upTo) ?? 0) > BLOCK_BYTES)
        upTo = after + Math.floor((upTo - after) / 2);
      return upTo;
    });
  }

  async changed(after: Sequence, signal: AbortSignal): Promise<void> {
    if (this.headNow() <= after) await this.#watch.changed(after, signal);
  }

  async append(events: readonly EncodedEvent[], options: AppendOptions = {}): Promise<number> {
    return this.appendNow(events, options);
  }

  /** `append`, synchronously. */
  appendNow(events: readonly EncodedEvent[], { previous }: AppendOptions = {}): number {
    const count = this.#appendOrUnknown(events, previous);
    if (count > 0) this.#watch.tell(this.headNow());
    return count;
  }

  /**
   * Adds a run of events to a mirror, all of them or none. Events that it already has must be the same, byte for byte.
   *
   * @param bodies scanned (`scanEvent`)
   * @returns how many are new
   * @throws LogError GAP if they do not follow the head, or each other; FORKED if the mirror has a different event
   */
  mirror(after: Sequence, bodies: readonly Uint8Array[]): number {
    if (this.kind !== "mirror") throw new Error("an embedded log has its own events");
    return this.#guard(() => this.#mirror(after, bodies));
  }

  async serverTime(): Promise<number> {
    return Date.now();
  }

  async *readStored({ after, upTo }: Range): AsyncGenerator<StoredEvent> {
    const columns = this.kind === "embedded" ? "seq, body, request" : "seq, body, NULL AS request";
    const select = this.#db.prepare<[number, number], StoredEvent>(
      `SELECT ${columns} FROM event WHERE seq > ? AND seq <= ? ORDER BY seq`,
    );
    const end = Math.min(upTo, Number.MAX_SAFE_INTEGER);
    for (let at = after; at < end; ) {
      const events = this.#guard(() => select.all(at, this.#batchEnd(at, end)));
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
      const actual = sequenceOf(body);
      if (actual !== seq) throw new LogError("GAP", `${this.name}: received event ${actual} instead of ${seq}`);
      if (seq > head) added.push(seq, body);
      else if (!sameBytes(this.#bodyAt.get(seq), body))
        throw new LogError("FORKED", `${this.name}: event ${seq} differs from the stored one`);
    }
    const many = 2 * BODIES_PER_STATEMENT;
    let at = 0;
    for (; at + many <= added.length; at += many) this.#insertBodies.run(...added.slice(at, at + many));
    for (; at < added.length; at += 2) this.#insertBody.run(added[at], added[at + 1]);
    return added.length / 2;
  }

  #insert(events: readonly EncodedEvent[], previous: Previous): number {
    const head = this.#headOf.get() ?? 0;
    const first = events[0];
    if (!first) throw new Error("nothing to append");
    if (first.seq > head + 1)
      throw new LogError("GAP", `${this.name}: has ${head} events, the next one is ${first.seq}`);
    if (previous && first.seq > 1 && !sameBytes(this.hashAt(first.seq - 1), previous))
      throw new LogError("FORKED", `${this.name}: event ${first.seq - 1} is not the one before the new event`);
    const landed = this.#countStored(events, head);
    if (landed < events.length && head >= first.seq + landed) return landed;
    if (this.kind === "mirror") throw new Error("use mirror() to write a mirror");
    this.#insertEvent ??= this.#db.prepare("INSERT INTO event (seq, body, request) VALUES (?, ?, ?)");
    for (const [n, event] of events.entries()) {
      if (n < landed) continue;
      if (event.seq !== first.seq + n) throw new Error(`event ${event.seq} does not follow ${first.seq + n - 1}`);
      this.#insertEvent.run(event.seq, event.body, event.request);
    }
    return events.length;
  }

  #appendOrUnknown(events: readonly EncodedEvent[], previous: Previous): number {
    try {
      return this.#guard(() => this.#append(events, previous));
    } catch (error) {
      const { cause } = error as Error;
      if (!(cause instanceof Database.SqliteError) || !cause.code.startsWith("SQLITE_IOERR")) throw error;
      // If the disk failed during the flush, the events may still be there after a crash.
      throw new LogError("UNKNOWN_OUTCOME", `${this.name}: ${cause.message}`, { cause });
    }
  }

  /** How many of these events the log already has, byte for byte. A retried append counts them as appended. */
  #countStored(events: readonly EncodedEvent[], head: Sequence): number {
    let landed = 0;
    for (const event of events) {
      if (event.seq > head || !sameBytes(this.#bodyAt.get(event.seq), event.body)) break;
      landed++;
    }
    return landed;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asLogError(error, this.name);
    }
  }
}
