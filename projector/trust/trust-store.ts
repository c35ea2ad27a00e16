/**
 * What a device remembers about the history of one log, outside the mirror: the server's keys, the signed checkpoints
 * that it has seen, and the hashes of its mirrors. Signed checkpoints are evidence: those of a day are thinned to the
 * last, and none is ever changed.
 */
import type Database from "better-sqlite3";
import type { LogId } from "../../events/log/log.ts";
import { HASH_BYTES, TILE_BYTES, TILE_WIDTH } from "../../events/proofs/tree.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { Alteration } from "./alteration.ts";

/** The tables, for a file that has others as well. */
export const TRUST_TABLES = `
  CREATE TABLE server_key (
    n           INTEGER PRIMARY KEY, -- order: the last one is trusted
    log         TEXT NOT NULL,       -- log id
    fingerprint TEXT,                -- of the public key; NULL: the server signs nothing, and a person knows
    verifiers   TEXT NOT NULL,       -- JSON: the verifier keys
    since       INTEGER NOT NULL,    -- when this device began to trust it, ms since 1970 UTC
    how         TEXT NOT NULL        -- first (seen), successor (announced by the key before), person (confirmed)
  ) STRICT;
  CREATE TABLE signed_checkpoint (
    log       TEXT NOT NULL,    -- log id
    generation INTEGER NOT NULL, -- of the log
    origin    TEXT NOT NULL,    -- invoify/<log id>/<generation>
    size      INTEGER NOT NULL, -- events
    root      BLOB NOT NULL,    -- 32 bytes
    note      TEXT NOT NULL,    -- as the server sent it
    seen_at   INTEGER NOT NULL, -- when this device saw it, ms since 1970 UTC
    signed_at INTEGER,          -- the time in its cosignature, ms since 1970 UTC; NULL: it has none
    verdict   TEXT NOT NULL,    -- verified (the copy on this device has this root), altered (it has another one)
    set_aside INTEGER,          -- when a person accepted another history than this, ms since 1970 UTC; NULL: nobody did
    PRIMARY KEY (log, generation, size, root)
  ) STRICT;
  CREATE TABLE mirror_tree (
    log        TEXT NOT NULL,    -- log id
    generation INTEGER NOT NULL, -- of the mirror
    n          INTEGER NOT NULL, -- part of the list, from 0: 256 hashes each
    roots      BLOB NOT NULL,    -- the roots of the mirror's full tiles, 32 bytes each
    PRIMARY KEY (log, generation, n)
  ) STRICT;
  CREATE TABLE mirror_check (
    log          TEXT NOT NULL,    -- log id
    generation   INTEGER NOT NULL, -- of the mirror
    verified_seq INTEGER,          -- the size of the last signed checkpoint that the mirror agreed with; NULL: none
    verified_at  INTEGER,          -- when, ms since 1970 UTC
    signed_at    INTEGER,          -- the time in its cosignature, ms since 1970 UTC
    rehashed_seq INTEGER,          -- the mirror's head when it was last hashed again as a whole; NULL: never
    rehashed_at  INTEGER,          -- when, ms since 1970 UTC
    altered      TEXT,             -- JSON: what contradicts what; NULL: nothing
    PRIMARY KEY (log, generation)
  ) STRICT;`;

export interface ServerKey {
  /** Null: the server signs nothing, and a person knows. */
  fingerprint: string | null;
  /** In the form of C2SP's signed notes. */
  verifiers: readonly string[];
  /** ms since 1970 UTC */
  since: number;
  how: "first" | "successor" | "person";
}

export interface SeenCheckpoint {
  /** Of the log, from 1. */
  generation: number;
  origin: string;
  size: Sequence;
  root: Uint8Array;
  note: string;
  /** ms since 1970 UTC */
  seenAt: number;
  /** ms since 1970 UTC; null: it has no cosignature with a time */
  signedAt: number | null;
  verdict: "verified" | "altered";
  /** ms since 1970 UTC; null: it counts */
  setAside: number | null;
}

/** A moment of a check: up to which event, and when, ms since 1970 UTC. */
export interface Checked {
  seq: Sequence;
  at: number;
}

/** What is known about one mirror. */
export interface MirrorFacts {
  verified: (Checked & { signedAt: number | null }) | null;
  rehashed: Checked | null;
  altered: Alteration | null;
}

interface FactsRow {
  verified_seq: number | null;
  verified_at: number | null;
  signed_at: number | null;
  rehashed_seq: number | null;
  rehashed_at: number | null;
  altered: string | null;
}

/** Contradictions that are kept of a log: the first ones. */
const MAX_ALTERED = 100;

const CHECKPOINT_COLUMNS = `generation, origin, size, root, note, seen_at AS seenAt, signed_at AS signedAt, verdict,
  set_aside AS setAside`;

export class TrustStore {
  readonly log: LogId;
  readonly #db: Database.Database;

  /** @param db with `TRUST_TABLES` */
  constructor(db: Database.Database, log: LogId) {
    this.#db = db;
    this.log = log;
  }

  /** The keys that were trusted, the latest first: that one is trusted now. */
  keys(): ServerKey[] {
    return this.#db
      .prepare<[string], Omit<ServerKey, "verifiers"> & { verifiers: string }>(
        "SELECT fingerprint, verifiers, since, how FROM server_key WHERE log = ? ORDER BY n DESC",
      )
      .all(this.log)
      .map((row) => ({ ...row, verifiers: JSON.parse(row.verifiers) as string[] }));
  }

  /** Trusts a key from now on. */
  trust({ fingerprint, verifiers, since, how }: ServerKey): void {
    this.#db
      .prepare("INSERT INTO server_key (log, fingerprint, verifiers, since, how) VALUES (?, ?, ?, ?, ?)")
      .run(this.log, fingerprint, JSON.stringify(verifiers), since, how);
  }

  /** Adds evidence. A verified checkpoint replaces the one before it on the same day, except the first of all. */
  addCheckpoint(seen: Omit<SeenCheckpoint, "setAside">): void {
    this.#db.transaction(() => {
      if (seen.verdict === "verified") this.#thin(seen);
      else if (this.#countAltered() >= MAX_ALTERED) return;
      this.#db
        .prepare(
          `INSERT INTO signed_checkpoint (log, generation, origin, size, root, note, seen_at, signed_at, verdict)
           VALUES (:log, :generation, :origin, :size, :root, :note, :seenAt, :signedAt, :verdict)
           ON CONFLICT DO UPDATE SET note = excluded.note, signed_at = excluded.signed_at, verdict = excluded.verdict`,
        )
        .run({ ...seen, log: this.log });
    })();
  }

  /** Deletes what was verified on the same day of the same generation, if it is smaller and not the first of all. */
  #thin({ generation, size, seenAt }: Omit<SeenCheckpoint, "setAside">): void {
    this.#db
      .prepare(
        `DELETE FROM signed_checkpoint WHERE log = :log AND generation = :generation AND verdict = 'verified'
           AND set_aside IS NULL AND size < :size AND seen_at / 86400000 = :day
           AND size > (SELECT min(size) FROM signed_checkpoint WHERE log = :log AND generation = :generation)`,
      )
      .run({ log: this.log, generation, size, day: Math.floor(seenAt / 86_400_000) });
  }

  #countAltered(): number {
    const sql = "SELECT count(*) FROM signed_checkpoint WHERE log = ? AND verdict = 'altered'";
    return this.#db.prepare<[string], number>(sql).pluck().get(this.log) ?? 0;
  }

  /** The largest verified checkpoint of the newest generation that counts; null if there is none. */
  latest(): SeenCheckpoint | null {
    return (
      this.#db
        .prepare<[string], SeenCheckpoint>(
          `SELECT ${CHECKPOINT_COLUMNS} FROM signed_checkpoint
           WHERE log = ? AND verdict = 'verified' AND set_aside IS NULL ORDER BY generation DESC, size DESC LIMIT 1`,
        )
        .get(this.log) ?? null
    );
  }

  /** The verified checkpoint of this size, the latest generation's; null if there is none. */
  verifiedAt(size: Sequence): SeenCheckpoint | null {
    return (
      this.#db
        .prepare<[string, number], SeenCheckpoint>(
          `SELECT ${CHECKPOINT_COLUMNS} FROM signed_checkpoint
           WHERE log = ? AND verdict = 'verified' AND size = ? ORDER BY generation DESC, seen_at DESC LIMIT 1`,
        )
        .get(this.log, size) ?? null
    );
  }

  /** How many signed checkpoints there are. */
  countCheckpoints(): number {
    const sql = "SELECT count(*) FROM signed_checkpoint WHERE log = ?";
    return this.#db.prepare<[string], number>(sql).pluck().get(this.log) ?? 0;
  }

  /** All evidence, in the order in which it was seen. */
  checkpoints(): SeenCheckpoint[] {
    return this.#db
      .prepare<[string], SeenCheckpoint>(
        `SELECT ${CHECKPOINT_COLUMNS} FROM signed_checkpoint WHERE log = ? ORDER BY seen_at, generation, size`,
      )
      .all(this.log);
  }

  /** A person has accepted another history than this checkpoint's. It stays as evidence. */
  setAside({ generation, size, root }: Pick<SeenCheckpoint, "generation" | "size" | "root">, atMs: number): void {
    this.#db
      .prepare("UPDATE signed_checkpoint SET set_aside = ? WHERE log = ? AND generation = ? AND size = ? AND root = ?")
      .run(atMs, this.log, generation, size, root);
  }

  /** The roots of a mirror's full tiles, 32 bytes each. */
  tileRoots(generation: number): Uint8Array {
    const parts = this.#db
      .prepare<[string, number], Uint8Array>(
        "SELECT roots FROM mirror_tree WHERE log = ? AND generation = ? ORDER BY n",
      )
      .pluck()
      .all(this.log, generation);
    return Buffer.concat(parts);
  }

  /** @param from how many of them are stored already */
  saveTileRoots(generation: number, roots: Uint8Array, from: number): void {
    const save = this.#db.prepare("INSERT OR REPLACE INTO mirror_tree (log, generation, n, roots) VALUES (?, ?, ?, ?)");
    this.#db.transaction(() => {
      for (let n = Math.floor(from / TILE_WIDTH); n * TILE_BYTES < roots.length; n++)
        save.run(this.log, generation, n, roots.subarray(n * TILE_BYTES, (n + 1) * TILE_BYTES));
    })();
  }

  /** Forgets the hashes of a mirror, such as one that lost its end. */
  dropTileRoots(generation: number): void {
    this.#db.prepare("DELETE FROM mirror_tree WHERE log = ? AND generation = ?").run(this.log, generation);
  }

  facts(generation: number): MirrorFacts {
    const row = this.#db
      .prepare<[string, number], FactsRow>("SELECT * FROM mirror_check WHERE log = ? AND generation = ?")
      .get(this.log, generation);
    return {
      verified: checked(row?.verified_seq, row?.verified_at, { signedAt: row?.signed_at ?? null }),
      rehashed: checked(row?.rehashed_seq, row?.rehashed_at, {}),
      altered: row?.altered ? (JSON.parse(row.altered) as Alteration) : null,
    };
  }

  saveFacts(generation: number, { verified, rehashed, altered }: MirrorFacts): void {
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO mirror_check
           (log, generation, verified_seq, verified_at, signed_at, rehashed_seq, rehashed_at, altered)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        this.log,
        generation,
        verified?.seq ?? null,
        verified?.at ?? null,
        verified?.signedAt ?? null,
        rehashed?.seq ?? null,
        rehashed?.at ?? null,
        altered && JSON.stringify(altered),
      );
  }
}

function checked<More>(seq: number | null | undefined, at: number | null | undefined, more: More) {
  return seq == null || at == null ? null : { seq, at, ...more };
}

/** How many hashes these are. */
export function tileCount(roots: Uint8Array): number {
  return Math.floor(roots.length / HASH_BYTES);
}
