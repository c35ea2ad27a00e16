/**
 * The last pair that the processes of this machine signed for each log, in a file beside the key. The database's own
 * record can be deleted or set back together with the log; this file then still knows what was signed.
 */
import type Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import { sameBytes } from "../../events/hash.ts";
import type { LogId } from "../../events/log/log.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { asLogError } from "../../events/sources/sqlite/sqlite-log-file.ts";
import type { TreePair } from "../storage/tile-store.ts";

const FORMAT = 1;

const DDL = `
CREATE TABLE IF NOT EXISTS signed (
  log        TEXT PRIMARY KEY,    -- id of the log
  generation INTEGER NOT NULL,
  size       INTEGER NOT NULL,
  root       BLOB NOT NULL        -- 32 bytes
) STRICT;
PRAGMA user_version = ${FORMAT}`;

/** A pair, and the generation that it belongs to. */
export interface SignedPair extends TreePair {
  generation: number;
}

export class SignedPairs {
  readonly #db: Database.Database;
  readonly #path: string;

  /** Opens the file, or creates it. @throws LogError NOT_A_LOG, DAMAGED, UNREACHABLE */
  constructor(path: string) {
    this.#path = path;
    let db: Database.Database | undefined;
    try {
      db = openDatabase(path, { timeout: 10_000 });
      db.pragma("journal_mode = WAL");
      db.pragma("synchronous = FULL");
      const opened = db;
      opened
        .transaction(() => {
          const format = opened.pragma("user_version", { simple: true });
          if (format !== 0 && format !== FORMAT)
            throw new LogError("NOT_A_LOG", `${path}: has format ${format}, expected ${FORMAT}`);
          opened.exec(DDL);
        })
        .immediate();
      this.#db = opened;
    } catch (error) {
      db?.close();
      throw asLogError(error, path);
    }
  }

  /** The last pair that was signed for a log; null if none was. */
  last(log: LogId): SignedPair | null {
    const select = "SELECT generation, size, root FROM signed WHERE log = ?";
    return this.#guard(() => this.#db.prepare<[string], SignedPair>(select).get(log)) ?? null;
  }

  /**
   * Records a pair before it is signed, and returns when it is on the disk. The caller has checked that it extends the
   * last one.
   *
   * @param from the last pair, as the caller checked it
   * @returns false if another process of this machine has recorded a pair since
   */
  record(log: LogId, from: SignedPair | null, to: SignedPair): boolean {
    return this.#guard(() =>
      this.#db
        .transaction(() => {
          const last = this.last(log);
          if (last ? !from || !isSamePair(last, from) : from) return false;
          if (last && isSamePair(last, to)) return true;
          this.#db
            .prepare(
              `INSERT INTO signed (log, generation, size, root) VALUES (?, ?, ?, ?) ON CONFLICT (log)
               DO UPDATE SET generation = excluded.generation, size = excluded.size, root = excluded.root`,
            )
            .run(log, to.generation, to.size, to.root);
          return true;
        })
        .immediate(),
    );
  }

  close(): void {
    this.#db.close();
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asLogError(error, this.#path);
    }
  }
}

function isSamePair(a: SignedPair, b: SignedPair): boolean {
  return a.generation === b.generation && a.size === b.size && sameBytes(a.root, b.root);
}
