/** What follows a write: a sync up to its event, so that the screen shows it. */
import { isReported } from "../../../events/errors.ts";
import type { Sequence } from "../../../events/sequence.ts";
import type { WriteResult } from "../../contract/contract.ts";
import { failureOf } from "../server/failure-of.ts";
import type { StatusBoard } from "./status-board.ts";
import type { SyncLoop } from "./sync-loop.ts";

/** Syncs that may be needed: the first one may have begun before the write. */
const MAX_SYNCS = 3;

interface AfterWriteOptions {
  loop: SyncLoop;
  board: StatusBoard;
  /** The last sequence in the cache; null if nobody is logged in any more. */
  checkpoint: () => Sequence | null;
}

/**
 * Resolves once the cache contains the written event. If the sync fails, the write still counts: the event arrives with a
 * later sync.
 *
 * @throws what `writing` rejects with
 */
export async function syncAfterWrite(writing: Promise<WriteResult>, options: AfterWriteOptions): Promise<WriteResult> {
  const { loop, board } = options;
  try {
    const result = await writing;
    await syncUpTo(result.seq ?? 0, options).catch(() => {});
    return result;
  } catch (error) {
    const { code, obstacle } = failureOf(error);
    const wasAnswered = obstacle !== undefined && isReported(obstacle);
    if ((code === "OFFLINE" || code === "UNKNOWN_OUTCOME") && !wasAnswered) board.reportOffline();
    loop.wake(); // the sync finds out what is wrong, and the status shows it
    throw error;
  }
}

async function syncUpTo(seq: Sequence, { loop, checkpoint }: AfterWriteOptions): Promise<void> {
  for (let syncs = 0; syncs < MAX_SYNCS && (checkpoint() ?? seq) < seq; syncs++) await loop.syncNow();
}
