/** A cache's file: opened, checked, and kept up with its log. */
import { existsSync, rmSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { LogError } from "../events/errors.ts";
import { decodeEvent } from "../events/event.ts";
import { eventHash, sameBytes } from "../events/hash.ts";
import type { LogId } from "../events/log.ts";
import type { Sequence } from "../events/sequence.ts";
import { uuidText } from "../events/uuid.ts";
import { CACHE_APPLICATION_ID, createIndexes, createSearch, createTables, PROJECTOR_VERSION } from "./cache-schema.ts";
import { CacheError } from "./errors.ts";
import { foldEvent } from "./fold.ts";
import { ProjectionTables } from "./projection-tables.ts";

/** How far a cache is, and of which log. */
export interface Checkpoint {
  logId: LogId | null;
  seq: Sequence;
  /** Event hash at `seq`; null at 0. */
  hash: Uint8Array | null;
  /** `at` of the event at `seq`, ms since 1970 UTC; 0 at 0. */
  atMs: number;
}

interface MetaRow {
  log_id: string | null;
  checkpoint: number;
  checkpoint_hash: Uint8Array | null;
  checkpoint_at: number;
  projector_version: string;
}

/** A cache that is written. One at a time for a file; any number of readers beside it. */
export class Cache {
  readonly path: string;
  readonly db: Database.Database;
  readonly #rows: ProjectionTables;
  readonly #writeCheckpoint: Database.Statement;
  #checkpoint: Checkpoint;

  private constructor(path: string, db: Database.Database) {
    this.path = path;
    this.db = db;
    this.#rows = new ProjectionTables(db, { search: true });
    this.#writeCheckpoint = db.prepare(WRITE_CHECKPOINT);
    this.#checkpoint = readCheckpoint(db);
  }

  /**
   * Opens a cache to go on with it.
   *
   * @throws CacheError NO_CACHE, STALE_CACHE, DAMAGED_CACHE: rebuild it; NOT_A_CACHE: somebody else's file
   */
  static open(path: string): Cache {
    const unclean = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
    const db = openCacheFile(path, { readonly: false });
    try {
      db.pragma("journal_mode = WAL");
      // A crash loses the last transactions, never half of one; they are in the log.
      db.pragma("synchronous = NORMAL");
      db.pragma("foreign_keys = ON");
      db.pragma("busy_timeout = 10000");
      // After a crash the write-ahead log was played back. If it was some other file's, the pages do not fit.
      if (unclean) checkPages(db, path);
      return new Cache(path, db);
    } catch (error) {
      db.close();
      throw asCacheError(error, path);
    }
  }

  /** Makes an empty cache. @throws CacheError NOT_A_CACHE if there is a file already */
  static create(path: string): Cache {
    if (existsSync(path)) throw new CacheError("NOT_A_CACHE", `${path}: there is a file already`);
    removeCacheFile(path); // a write-ahead log that a deleted cache left behind must not be played into the new one
    const db = new Database(path);
    db.pragma("journal_mode = WAL");
    db.transaction(() => {
      createTables(db);
      createIndexes(db);
      createSearch(db);
    })();
    db.close();
    return Cache.open(path);
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** The tables for deciders and folds inside a transaction of the caller's. */
  get rows(): ProjectionTables {
    return this.#rows;
  }

  /**
   * Folds events in, in one transaction: all of them, or none. Events that the cache contains already are skipped.
   *
   * @param after the sequence before the first of them
   * @throws LogError GAP, FORKED, UNKNOWN_EVENT, MALFORMED_EVENT, INCONSISTENT_LOG; then the cache is as it was
   */
  apply(after: Sequence, bodies: readonly Uint8Array[]): void {
    if (bodies.length === 0) return;
    const before = this.#checkpoint;
    this.db.exec("BEGIN IMMEDIATE");
    try {
      this.fold(after, bodies);
      this.db.exec("COMMIT");
    } catch (error) {
      this.rollback(before);
      throw asCacheError(error, this.path);
    }
  }

  /** Folds events in, down to the tables and their checkpoint, inside a transaction of the caller's. */
  fold(after: Sequence, bodies: readonly Uint8Array[]): void {
    let { logId, seq, hash, atMs } = this.#checkpoint;
    if (after > seq) throw new LogError("GAP", `${this.path}: have ${seq}, the next event is ${after + 1}`);
    for (const [n, body] of bodies.entries()) {
      const where = `event ${after + n + 1}`;
      if (after + n < seq) {
        this.#checkRepeat(after + n + 1, body);
        continue;
      }
      const event = decodeEvent(body, where);
      if (event.seq !== seq + 1) throw new LogError("GAP", `${this.path}: have ${seq}, the next event is ${event.seq}`);
      foldEvent(this.#rows.tables, event, atMs);
      if (event.seq === 1) logId = uuidText(event.id);
      seq = event.seq;
      atMs = event.at;
      hash = body;
    }
    this.#rows.flush();
    if (seq === this.#checkpoint.seq) return;
    hash = hash === null ? null : eventHash(hash);
    this.#writeCheckpoint.run(logId, seq, hash, atMs);
    this.#checkpoint = { logId, seq, hash, atMs };
  }

  /** Ends the transaction, and goes back to where the caller was before it. */
  rollback(to: Checkpoint): void {
    if (this.db.inTransaction) this.db.exec("ROLLBACK");
    this.#rows.forget();
    this.#checkpoint = to;
  }

  /** Undoes what was done since a savepoint, and ends it. */
  rollbackTo(savepoint: string, to: Checkpoint): void {
    this.db.exec(`ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
    this.#rows.forget();
    this.#checkpoint = to;
  }

  close(): void {
    this.db.close();
  }

  /** An event at a sequence that is held already is the same one, or history has forked. */
  #checkRepeat(seq: Sequence, body: Uint8Array): void {
    const held = this.db.prepare<[number], Uint8Array>("SELECT event_id FROM activity WHERE seq = ?").pluck().get(seq);
    const { seq: found, id } = decodeEvent(body, `event ${seq}`);
    if (found !== seq) throw new LogError("GAP", `${this.path}: event ${found} came in the place of ${seq}`);
    const { seq: checkpoint, hash } = this.#checkpoint;
    if (!sameBytes(held, id) || (seq === checkpoint && !sameBytes(hash, eventHash(body))))
      throw new LogError("FORKED", `${this.path}: event ${seq} is not the one that the cache was made from`);
  }
}

/** Opens a cache to read it. @throws CacheError */
export function openCacheForReading(path: string): Database.Database {
  const db = openCacheFile(path, { readonly: true });
  db.pragma("busy_timeout = 10000");
  return db;
}

export function readCheckpoint(db: Database.Database): Checkpoint {
  const meta = db.prepare<[], MetaRow>("SELECT * FROM meta").get();
  if (!meta) throw new CacheError("DAMAGED_CACHE", `${db.name}: no row of meta`);
  return {
    logId: meta.log_id,
    seq: meta.checkpoint,
    hash: meta.checkpoint_hash,
    atMs: meta.checkpoint_at,
  };
}

const WRITE_CHECKPOINT = "UPDATE meta SET log_id = ?, checkpoint = ?, checkpoint_hash = ?, checkpoint_at = ?";

export function writeCheckpoint(db: Database.Database, { logId, seq, hash, atMs }: Checkpoint): void {
  db.prepare(WRITE_CHECKPOINT).run(logId, seq, hash, atMs);
}

/** Removes a cache's file and what SQLite keeps beside it, the file itself first: without it the rest is nothing. */
export function removeCacheFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
}

/** @throws CacheError DAMAGED_CACHE if SQLite's own check finds something */
export function checkPages(db: Database.Database, path: string): void {
  const found = db.pragma("quick_check(1)", { simple: true });
  if (found !== "ok") throw new CacheError("DAMAGED_CACHE", `${path}: ${String(found)}`);
  const events = db.prepare("SELECT count(*) FROM activity").pluck().get();
  const { seq } = readCheckpoint(db);
  if (events !== seq) throw new CacheError("DAMAGED_CACHE", `${path}: ${events} events, the checkpoint is ${seq}`);
}

function openCacheFile(path: string, options: { readonly: boolean }): Database.Database {
  if (!existsSync(path)) throw new CacheError("NO_CACHE", `${path}: no such file`);
  let db: Database.Database | undefined;
  try {
    db = new Database(path, options);
    if (db.pragma("application_id", { simple: true }) !== CACHE_APPLICATION_ID)
      throw new CacheError("NOT_A_CACHE", `${path}: not a cache of Invoify`);
    const version = db.prepare("SELECT projector_version FROM meta").pluck().get();
    if (version !== PROJECTOR_VERSION)
      throw new CacheError(
        "STALE_CACHE",
        `${path}: made by projector ${String(version)}, this is ${PROJECTOR_VERSION}`,
      );
    return db;
  } catch (error) {
    db?.close();
    throw asCacheError(error, path);
  }
}

/** SQLite's own words about a file, as the error that says what to do. */
export function asCacheError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  if (code === "SQLITE_NOTADB") return new CacheError("NOT_A_CACHE", `${path}: not an SQLite file`, { cause: error });
  if (code === "SQLITE_CANTOPEN")
    return new CacheError("NOT_A_CACHE", `${path}: cannot be opened as a file`, { cause: error });
  if (code.startsWith("SQLITE_CORRUPT"))
    return new CacheError("DAMAGED_CACHE", `${path}: ${message}`, { cause: error });
  if (code.startsWith("SQLITE_CONSTRAINT"))
    return new LogError("INCONSISTENT_LOG", `${path}: ${message}`, { cause: error });
  if (message.startsWith("no such table"))
    return new CacheError("DAMAGED_CACHE", `${path}: ${message}`, { cause: error });
  return error;
}
