/** The blobs of one log in an SQLite file beside the log. */
import type Database from "better-sqlite3";
import { type BlobStore, checkedBlob, nameOfBlob, type StoredBlob } from "../../blobs/blob-store.ts";
import { LogError } from "../../errors.ts";
import { openDatabase } from "./open-database.ts";
import { asLogError } from "./sqlite-log-file.ts";

/** `Invb`: the application id in SQLite's header. */
const APPLICATION_ID = 0x496e7662;
const FORMAT = 1;

// The bytes are the last column, so the others are read without them.
const DDL = `
CREATE TABLE blob (
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32), -- of its bytes
  size   INTEGER NOT NULL,                             -- bytes
  put_at INTEGER NOT NULL,                             -- when it was last put, ms since 1970 UTC
  bytes  BLOB NOT NULL CHECK (length(bytes) = size)
) STRICT;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${FORMAT}`;

/** Blobs are listed in parts, so that no statement stays open between two of them. */
const LISTED_AT_ONCE = 1000;

interface BlobRow {
  sha256: Uint8Array;
  size: number;
  putAtMs: number;
}

export class SqliteBlobs implements BlobStore {
  readonly name: string;
  readonly #db: Database.Database;
  readonly #clock: () => number;

  /**
   * Opens the file, or creates it.
   *
   * @param options.readonly the file exists, and nothing is put or removed
   * @throws LogError NOT_A_LOG if it is another kind of file; DAMAGED, UNREACHABLE
   */
  constructor(path: string, { clock = Date.now, readonly = false }: { clock?: () => number; readonly?: boolean } = {}) {
    this.name = path;
    this.#clock = clock;
    let db: Database.Database | undefined;
    try {
      db = openDatabase(path, { timeout: 10_000, ...(readonly && { readonly, fileMustExist: true }) });
      const opened = db;
      if (!readonly) {
        opened.pragma("journal_mode = WAL");
        // A blob is on the disk before an event names it.
        opened.pragma("synchronous = FULL");
        // Two processes that start at the same time must not both create the table.
        opened.transaction(() => prepare(opened)).immediate();
      }
      check(opened, path);
      this.#db = opened;
    } catch (error) {
      db?.close();
      throw asLogError(error, path);
    }
  }

  async put(bytes: Uint8Array): Promise<Uint8Array> {
    return this.putNow(bytes);
  }

  putNow(bytes: Uint8Array): Uint8Array {
    const name = nameOfBlob(bytes);
    return this.#guard(() => {
      const added = this.#db
        .prepare("INSERT INTO blob (sha256, size, put_at, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .run(name, bytes.length, this.#clock(), bytes);
      if (added.changes > 0) return name;
      this.touch(name);
      // Null: another process removed it just now, because nothing named it.
      return this.getNow(name) === null ? this.putNow(bytes) : name;
    });
  }

  async get(name: Uint8Array): Promise<Uint8Array | null> {
    return this.getNow(name);
  }

  getNow(name: Uint8Array): Uint8Array | null {
    const select = "SELECT bytes FROM blob WHERE sha256 = ?";
    const bytes = this.#guard(() => this.#db.prepare<[Uint8Array], Uint8Array>(select).pluck().get(name));
    return bytes === undefined ? null : checkedBlob(this.name, name, bytes);
  }

  /** Counts a blob as put now. */
  touch(name: Uint8Array): void {
    this.#guard(() => this.#db.prepare("UPDATE blob SET put_at = ? WHERE sha256 = ?").run(this.#clock(), name));
  }

  async *list(): AsyncGenerator<StoredBlob> {
    let after: Uint8Array = Buffer.alloc(0);
    for (;;) {
      const select = "SELECT sha256, size, put_at AS putAtMs FROM blob WHERE sha256 > ? ORDER BY sha256 LIMIT ?";
      const rows = this.#guard(() =>
        this.#db.prepare<[Uint8Array, number], BlobRow>(select).all(after, LISTED_AT_ONCE),
      );
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < LISTED_AT_ONCE) return;
      after = last.sha256;
    }
  }

  async remove(name: Uint8Array, olderThanMs: number): Promise<boolean> {
    return this.removeNow(name, olderThanMs);
  }

  removeNow(name: Uint8Array, olderThanMs: number): boolean {
    const sql = "DELETE FROM blob WHERE sha256 = ? AND put_at <= ?";
    return this.#guard(() => this.#db.prepare(sql).run(name, this.#clock() - olderThanMs).changes > 0);
  }

  /** Removes the blobs that were put or touched first, until at most this many bytes are left. */
  evict(maxBytes: number): void {
    const sql = `
      DELETE FROM blob WHERE sha256 IN (
        SELECT sha256 FROM (
          SELECT sha256, sum(size) OVER (ORDER BY put_at DESC, sha256) AS with_later FROM blob
        ) WHERE with_later > ?
      )`;
    this.#guard(() => this.#db.prepare(sql).run(maxBytes));
  }

  async close(): Promise<void> {
    this.closeNow();
  }

  closeNow(): void {
    this.#db.close();
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asLogError(error, this.name);
    }
  }
}

/** The file of a log's blobs. */
export function blobsFileName(logPath: string): string {
  return `${logPath.replace(/\.sqlite$/, "")}.blobs.sqlite`;
}

function prepare(db: Database.Database): void {
  const isNew = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  if (isNew && db.pragma("application_id", { simple: true }) === 0) db.exec(DDL);
}

function check(db: Database.Database, path: string): void {
  if (db.pragma("application_id", { simple: true }) !== APPLICATION_ID)
    throw new LogError("NOT_A_LOG", `${path}: does not hold files of Invoify's documents`);
  const format = db.pragma("user_version", { simple: true });
  if (format !== FORMAT) throw new LogError("NOT_A_LOG", `${path}: has files in format ${format}, expected ${FORMAT}`);
}
