/** A cache's file: opened, checked, and kept up with its log. */
import assert from "node:assert/strict";
import { existsSync, rmSync, statSync } from "node:fs";
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
import { createIndexes, createSearch, createTables, signCache } from "./cache-schema.ts";
import { type Checkpoint, checkpointAfter, NO_CHECKPOINT, readCheckpoint } from "./checkpoint.ts";
import { CacheError } from "./errors.ts";
import { ProjectionTables } from "./projection-tables.ts";

/** A cache that is written. One at a time for a file; any number of readers beside it. */
export class Cache {
  readonly path: string;
  readonly db: Database.Database;
  readonly #rows: ProjectionTables;
  readonly #writeCheckpoint: Database.Statement;
  readonly #eventIdAt: Database.Statement<[number], Uint8Array>;
  #checkpoint: Checkpoint;
  /** The checkpoint as the file has it. */
  #written: Checkpoint;
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
    this.#written = this.#checkpoint;
  }

  /**
   * Opens a cache to go on with it.
   *
   * @throws CacheError NO_CACHE, STALE_CACHE, DAMAGED_CACHE: rebuild it; NOT_A_CACHE: somebody else's file; UNAVAILABLE
   */
  static open(path: string): Cache {
    // After a crash there is a write-ahead log to be played back. If it was some other file's, the pages do not fit.
    const unclean = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
    const reader = openChecked(path);
    let db: Database.Database | undefined;
    try {
      if (unclean) checkPages(reader, path);
      reader.close();
      db = openDatabase(path, { fileMustExist: true });
      db.pragma("busy_timeout = 10000");
      db.pragma("journal_mode = WAL");
      // A crash loses the last transactions, never half of one; they are in the log.
      db.pragma("synchronous = NORMAL");
      db.pragma("foreign_keys = ON");
      return new Cache(path, db);
    } catch (error) {
      reader.close();
      db?.close();
      throw asCacheError(error, path);
    }
  }

  /** Makes an empty cache. @throws CacheError NOT_A_CACHE if there is a file already; UNAVAILABLE */
  static create(path: string): Cache {
    if (existsSync(path)) throw new CacheError("NOT_A_CACHE", `${path}: there is a file already`);
    removeCacheFile(path); // a write-ahead log that a deleted cache left behind must not be played into the new one
    const db = openNew(path);
    try {
      db.transaction(() => {
        createTables(db);
        createIndexes(db);
        createSearch(db);
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

  /** How often what readers see has changed: while it is the same, so is every answer that they get. */
  get commits(): number {
    return this.#commits;
  }

  /** The tables for deciders and folds inside a transaction of the caller's. */
  get rows(): ProjectionTables {
    return this.#rows;
  }

  /**
   * Folds events in, in one transaction: all of them, or none. Events that the cache contains already are skipped.
   *
   * @param after the sequence before the first of them
   * @param options.scanned as `Batch.scanned`
   * @throws LogError GAP, FORKED, UNKNOWN_EVENT, MALFORMED_EVENT, INCONSISTENT_LOG; CacheError DAMAGED_CACHE,
   *   UNAVAILABLE; then the cache is as it was
   */
  apply(after: Sequence, bodies: readonly Uint8Array[], options: { scanned?: boolean } = {}): void {
    if (bodies.length === 0) return;
    try {
      this.#transact(() => this.fold(after, bodies, options));
    } catch (error) {
      if (bodies.length === 1 || !isConstraint((error as Error).cause)) throw error;
      // Only the rows of single events must fit the tables: those of many, written in key order, may stand in each
      // other's way (a user takes the address that another one gave up). One by one, it is that or a broken log.
      this.#transact(() => {
        for (const [n, body] of bodies.entries()) this.fold(after + n, [body], options);
      });
    }
  }

  /** Folds events in, down to the rows and their constraints, inside a transaction that the caller ends. */
  fold(after: Sequence, bodies: readonly Uint8Array[], options: { scanned?: boolean } = {}): void {
    let { logId, seq, atMs } = this.#checkpoint;
    if (after > seq) throw new LogError("GAP", `${this.path}: have ${seq}, the next event is ${after + 1}`);
    let last: { body: Uint8Array; what: string } | null = null;
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
    }
    if (last === null) return;
    this.#flush(bodies.length === 1 ? last.what : null);
    this.#checkpoint = checkpointAfter(last.body, { logId, seq, atMs });
  }

  /** As `fold`, of the one event that follows the checkpoint, which its maker has decoded already. */
  foldDecoded(event: LogEvent, body: Uint8Array): void {
    const { logId, seq, atMs } = this.#checkpoint;
    assert.equal(event.seq, seq + 1);
    foldEvent(this.#rows.tables, event, atMs);
    this.#flush(nameOf(event));
    const id = seq === 0 ? uuidText(event.id) : logId;
    this.#checkpoint = checkpointAfter(body, { logId: id, seq: event.seq, atMs: event.at });
  }

  /** Ends the transaction, with what is written once for all that was folded in it: search texts and the checkpoint. */
  commit(): void {
    this.#rows.flushSearch();
    if (this.#checkpoint !== this.#written) {
      const { logId, seq, hash, atMs } = this.#checkpoint;
      this.#writeCheckpoint.run(logId, seq, hash, atMs);
    }
    this.#commits++;
    this.db.exec("COMMIT");
    this.#written = this.#checkpoint;
  }

  /** Ends the transaction, and goes back to where the caller was before it. */
  rollback(to: Checkpoint): void {
    if (this.db.inTransaction) this.db.exec("ROLLBACK");
    this.#rows.forget();
    this.#checkpoint = to;
    this.#written = to;
  }

  /** Undoes what was done since a savepoint, and ends it. */
  rollbackTo(savepoint: string, to: Checkpoint): void {
    this.db.exec(`ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
    this.#rows.forgetRows(); // what came before the savepoint still needs its search texts
    this.#checkpoint = to;
  }

  close(): void {
    this.db.close();
  }

  /** Runs work in a transaction of its own, on the checkpoint as it is in the file: another process may have gone on. */
  #transact(work: () => void): void {
    const before = this.#checkpoint;
    try {
      this.db.exec("BEGIN IMMEDIATE");
      this.#checkpoint = readCheckpoint(this.db);
      this.#written = this.#checkpoint;
      work();
      this.commit();
    } catch (error) {
      this.rollback(before);
      throw asCacheError(error, this.path);
    }
  }

  /** Writes the rows. @param what the one event that they are of; null where it could be any of several */
  #flush(what: string | null): void {
    try {
      this.#rows.flush();
    } catch (error) {
      if (what === null || !isConstraint(error)) throw error;
      throw new LogError("INCONSISTENT_LOG", `${what}: ${this.#rows.explain(error)}`, { cause: error });
    }
  }

  /** An event at a sequence that is held already is the same one, or history has forked. */
  #checkRepeat(seq: Sequence, body: Uint8Array): void {
    const { seq: found, id } = decodeHeader(body, `event ${seq}`);
    if (found !== seq) throw new LogError("GAP", `${this.path}: expected event ${seq}, got event ${found}`);
    const { seq: checkpoint, hash } = this.#checkpoint;
    if (!sameBytes(this.#eventIdAt.get(seq), id) || (seq === checkpoint && !sameBytes(hash, eventHash(body))))
      throw new LogError("FORKED", `${this.path}: event ${seq} is not the one that the cache was made from`);
  }
}

function nameOf({ seq, type }: LogEvent): string {
  return `event ${seq} ${type}`;
}

/** Opens a cache to read it. @throws CacheError */
export function openCacheForReading(path: string): Database.Database {
  const db = openChecked(path);
  db.pragma("busy_timeout = 10000");
  return db;
}

/** Removes a cache's file and what SQLite keeps beside it, the file itself first: without it the rest is nothing. */
export function removeCacheFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
}

/** @throws CacheError UNAVAILABLE if the folder of a file is not there */
export function requireFolder(path: string): void {
  if (!existsSync(dirname(path))) throw new CacheError("UNAVAILABLE", `${path}: there is no such folder`);
}

/** Opens a file that is not there yet. @throws CacheError UNAVAILABLE */
export function openNew(path: string): Database.Database {
  requireFolder(path);
  try {
    return openDatabase(path);
  } catch (error) {
    throw asCacheError(error, path);
  }
}
