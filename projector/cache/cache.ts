/** Opens a cache's file, and folds events into it. */
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type Database from "better-sqlite3";
import { decodeEvent, decodeHeader, type LogEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { Sequence } from "../../events/sequence.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { uuidText } from "../../events/uuid.ts";
import { foldEvent } from "../projections/fold.ts";
import { asCacheError, checkPages, isConstraint, openChecked } from "./cache-check.ts";
import { createIndexes, createTables, signCache } from "./cache-schema.ts";
import { type Checkpoint, checkpointAfter, NO_CHECKPOINT, readCheckpoint } from "./checkpoint.ts";
import { removeCacheFile } from "./durable-files.ts";
import { CacheError } from "./errors.ts";
import { createFormerWords } from "./former-words.ts";
import { ProjectionTables } from "./projection-tables.ts";
import { createSearch } from "./search-index.ts";

/** Rows are written at the latest after events of so many bytes: an event of 1 MiB can have 40,000 of them. */
const MOST_BUFFERED_BYTES = 1 << 20;

/** A cache opened for writing. A file has one writer at a time and any number of readers. */
export class Cache {
  readonly path: string;
  readonly db: Database.Database;
  readonly #rows: ProjectionTables;
  readonly #writeCheckpoint: Database.Statement;
  readonly #eventIdAt: Database.Statement<[number], Uint8Array>;
  #checkpoint: Checkpoint;
  /** The checkpoint in the file. */
  #storedCheckpoint: Checkpoint;
  #commits = 0;

  private constructor(path: string, db: Database.Database) {
    this.path = path;
    this.db = db;
    this.#rows = new ProjectionTables(db);
    this.#writeCheckpoint = db.prepare(
      "UPDATE meta SET log_id = ?, checkpoint = ?, checkpoint_hash = ?, checkpoint_at = ?",
    );
    this.#eventIdAt = db.prepare<[number], Uint8Array>("SELECT event_id FROM activity WHERE seq = ?").pluck();
    this.#checkpoint = readCheckpoint(db);
    this.#storedCheckpoint = this.#checkpoint;
  }

  /**
   * Opens a cache for writing.
   *
   * @param options.checkPages reads every page: a damaged page that nobody reads stays unnoticed otherwise
   * @param options.decides a writer decides on it. If it was not closed, its indexes are compared with its tables: with
   *   a wrong index of ids, a second event with one key would be appended to the log, and stop all readers
   * @throws CacheError NO_CACHE, STALE_CACHE, DAMAGED_CACHE: rebuild it; NOT_A_CACHE: another kind of file; UNAVAILABLE
   */
  static open(path: string, options: { checkPages?: boolean; decides?: boolean } = {}): Cache {
    // After a crash SQLite replays the write-ahead log. If it belongs to another file, the pages do not match.
    const unclean = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
    const reader = openChecked(path);
    let db: Database.Database | undefined;
    try {
      if (unclean || options.checkPages) checkPages(reader, path, { indexes: unclean && options.decides });
      reader.close();
      db = openDatabase(path, { fileMustExist: true });
      db.pragma("busy_timeout = 10000");
      db.pragma("journal_mode = WAL");
      // A crash may lose the last transactions, never part of one. Their events are still in the log.
      db.pragma("synchronous = NORMAL");
      db.pragma("foreign_keys = ON");
      return new Cache(path, db);
    } catch (error) {
      reader.close();
      db?.close();
      throw asCacheError(error, path);
    }
  }

  /** Creates an empty cache. @throws CacheError NOT_A_CACHE if the file exists; UNAVAILABLE */
  static create(path: string): Cache {
    if (existsSync(path)) throw new CacheError("NOT_A_CACHE", `${path}: the file already exists`);
    removeCacheFile(path); // the write-ahead log of a deleted cache must not be replayed into the new one
    const db = openNew(path);
    try {
      db.transaction(() => {
        createTables(db);
        createIndexes(db);
        createSearch(db);
        createFormerWords(db);
        signCache(db, NO_CHECKPOINT);
      })();
    } catch (error) {
      throw asCacheError(error, path);
    } finally {
      db.close();
    }
    return Cache.open(path);
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** Counts commits. While it stays the same, every query returns the same result. */
  get commits(): number {
    return this.#commits;
  }

  /** The tables, for deciders and folds inside the caller's transaction. */
  get rows(): ProjectionTables {
    return this.#rows;
  }

  /**
   * Folds events in one transaction: all of them or none. Skips events that the cache already contains.
   *
   * @param after the sequence before the first event
   * @param options.scanned as `Batch.scanned`
   * @throws LogError GAP, FORKED, UNKNOWN_EVENT, MALFORMED_EVENT, INCONSISTENT_LOG; CacheError DAMAGED_CACHE,
   *   UNAVAILABLE; the cache is unchanged
   */
  apply(after: Sequence, bodies: readonly Uint8Array[], options: { scanned?: boolean } = {}): void {
    if (bodies.length === 0) return;
    try {
      this.#transact(() => this.fold(after, bodies, options));
    } catch (error) {
      if (bodies.length === 1 || !isConstraint((error as Error).cause)) throw error;
      // Rows of several events are written in key order and may conflict for a moment, as when a user takes the e-mail
      // address that another gave up. Event by event, a conflict is real.
      this.#transact(() => {
        for (const [n, body] of bodies.entries()) this.fold(after + n, [body], options);
      });
    }
  }

  /** Folds events and writes their rows, inside a transaction that the caller ends. */
  fold(after: Sequence, bodies: readonly Uint8Array[], options: { scanned?: boolean } = {}): void {
    let { logId, seq, atMs } = this.#checkpoint;
    if (after > seq) throw new LogError("GAP", `${this.path}: have ${seq}, the next event is ${after + 1}`);
    let last: { body: Uint8Array; what: string } | null = null;
    let bytes = 0;
    for (const [n, body] of bodies.entries()) {
      const expected = after + n + 1;
      if (expected <= seq) {
        this.#checkRepeat(expected, body);
        continue;
      }
      const event = decodeEvent(body, `event ${expected}`, options);
      if (event.seq !== expected)
        throw new LogError("GAP", `${this.path}: expected event ${expected}, got event ${event.seq}`);
      foldEvent(this.#rows.tables, event, atMs);
      if (event.seq === 1) logId = uuidText(event.id);
      seq = event.seq;
      atMs = event.at;
      last = { body, what: nameOf(event) };
      bytes += body.length;
      if (bytes > MOST_BUFFERED_BYTES) {
        this.#flush(bodies.length === 1 ? last.what : null);
        bytes = 0;
      }
    }
    if (last === null) return;
    this.#flush(bodies.length === 1 ? last.what : null);
    this.#checkpoint = checkpointAfter(last.body, { logId, seq, atMs });
  }

  /** As `fold`, for one event that the caller has already decoded. It must follow the checkpoint. */
  foldDecoded(event: LogEvent, body: Uint8Array): void {
    const { logId, seq, atMs } = this.#checkpoint;
    assert.equal(event.seq, seq + 1);
    foldEvent(this.#rows.tables, event, atMs);
    this.#flush(nameOf(event));
    const id = seq === 0 ? uuidText(event.id) : logId;
    this.#checkpoint = checkpointAfter(body, { logId: id, seq: event.seq, atMs: event.at });
  }

  /** Writes search texts and the checkpoint, once for all events of the transaction, and commits. */
  commit(): void {
    this.#rows.flushSearch(this.#storedCheckpoint.seq);
    if (this.#checkpoint !== this.#storedCheckpoint) {
      const { logId, seq, hash, atMs } = this.#checkpoint;
      this.#writeCheckpoint.run(logId, seq, hash, atMs);
    }
    this.#commits++;
    this.db.exec("COMMIT");
    this.#storedCheckpoint = this.#checkpoint;
  }

  /** Rolls the transaction back. @param to the checkpoint before it */
  rollback(to: Checkpoint): void {
    if (this.db.inTransaction) this.db.exec("ROLLBACK");
    this.#rows.forget();
    this.#checkpoint = to;
    this.#storedCheckpoint = to;
  }

  /** Rolls back to a savepoint, and releases it. @param to the checkpoint at the savepoint */
  rollbackTo(savepoint: string, to: Checkpoint): void {
    this.db.exec(`ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
    this.#rows.forgetRows(); // rows before the savepoint still need their search texts
    this.#checkpoint = to;
  }

  close(): void {
    this.db.close();
  }

  /** Runs work in its own transaction. Reads the checkpoint again: another process may have moved it. */
  #transact(work: () => void): void {
    const before = this.#checkpoint;
    try {
      this.db.exec("BEGIN IMMEDIATE");
      this.#checkpoint = readCheckpoint(this.db);
      this.#storedCheckpoint = this.#checkpoint;
      work();
      this.commit();
    } catch (error) {
      this.rollback(before);
      throw asCacheError(error, this.path);
    }
  }

  /** Writes the rows. @param what the event that wrote them; null if there are several events */
  #flush(what: string | null): void {
    try {
      this.#rows.flush();
    } catch (error) {
      if (what === null || !isConstraint(error)) throw error;
      throw new LogError("INCONSISTENT_LOG", `${what}: ${this.#rows.explain(error)}`, { cause: error });
    }
  }

  /** Compares a repeated event with the stored one. @throws LogError FORKED if they differ */
  #checkRepeat(seq: Sequence, body: Uint8Array): void {
    const { seq: actual, id } = decodeHeader(body, `event ${seq}`);
    if (actual !== seq) throw new LogError("GAP", `${this.path}: expected event ${seq}, got event ${actual}`);
    const { seq: checkpoint, hash } = this.#checkpoint;
    if (!sameBytes(this.#eventIdAt.get(seq), id) || (seq === checkpoint && !sameBytes(hash, eventHash(body))))
      throw new LogError("FORKED", `${this.path}: event ${seq} is not the event that the cache contains`);
  }
}

function nameOf({ seq, type }: LogEvent): string {
  return `event ${seq} ${type}`;
}

/** Opens a cache read-only. @throws CacheError */
export function openCacheForReading(path: string): Database.Database {
  const db = openChecked(path);
  db.pragma("busy_timeout = 10000");
  return db;
}

/** @throws CacheError UNAVAILABLE if the file's folder does not exist */
export function requireFolder(path: string): void {
  if (!existsSync(dirname(path))) throw new CacheError("UNAVAILABLE", `${path}: the folder does not exist`);
}

/** Creates a database file. @throws CacheError UNAVAILABLE */
function openNew(path: string): Database.Database {
  requireFolder(path);
  try {
    return openDatabase(path);
  } catch (error) {
    throw asCacheError(error, path);
  }
}
