/** A cache's checkpoint: one row, committed together with the rows of its events. */
import type Database from "better-sqlite3";
import { eventHash } from "../../events/hash.ts";
import type { LogId } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { CacheError } from "./errors.ts";

/** The last event that a cache contains, and its log. */
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
}

/** The checkpoint at an event. The hash is computed on demand: a writer folds many events between two commits. */
export function checkpointAfter(body: Uint8Array, rest: Omit<Checkpoint, "hash">): Checkpoint {
  let hash: Uint8Array | null = null;
  return {
    ...rest,
    get hash() {
      hash ??= eventHash(body);
      return hash;
    },
  };
}

/** The checkpoint before the first event. */
export const NO_CHECKPOINT: Checkpoint = { logId: null, seq: 0, hash: null, atMs: 0 };

/** Reads the checkpoint from the file. @throws CacheError DAMAGED_CACHE */
export function readCheckpoint(db: Database.Database): Checkpoint {
  const meta = db.prepare<[], MetaRow>("SELECT * FROM meta").get();
  if (!meta) throw new CacheError("DAMAGED_CACHE", `${db.name}: the table meta is empty`);
  return {
    logId: meta.log_id,
    seq: meta.checkpoint,
    hash: meta.checkpoint_hash,
    atMs: meta.checkpoint_at,
  };
}
