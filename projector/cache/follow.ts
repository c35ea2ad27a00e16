/** Follows a log: folds new events into a cache in place, in small batches. The cache stays readable meanwhile. */
import { setImmediate } from "node:timers/promises";
import { LogError, type LogErrorCode } from "../../events/errors.ts";
import type { Batch, EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { Cache } from "./cache.ts";

/** Errors that stop a cache before its log's head. Earlier events stay in the cache. */
const STOPS: readonly LogErrorCode[] = ["UNKNOWN_EVENT", "MALFORMED_EVENT", "INCONSISTENT_LOG"];

/** Called after each committed batch. `head` is null if the log has not reported it. */
export type Progress = (progress: { seq: Sequence; head: Sequence | null }) => void;

/**
 * Folds a batch. If one of its events cannot be folded, the events before it still are, and the cache ends there.
 *
 * @throws LogError as `Cache.apply`
 */
export function applyBatch(cache: Cache, { after, bodies, scanned = false }: Omit<Batch, "head">): void {
  try {
    cache.apply(after, bodies, { scanned });
  } catch (error) {
    if (!(error instanceof LogError) || bodies.length === 1) throw error;
    for (const [n, body] of bodies.entries()) cache.apply(after + n, [body], { scanned });
  }
}

/**
 * Folds the log from the cache's checkpoint to its head (or `upTo`). Timers and other work of this thread get a turn
 * after each batch.
 *
 * @throws LogError FORKED if the log's event at the checkpoint is not the event that the cache contains
 */
export async function catchUp(
  cache: Cache,
  log: EventLog,
  options: { upTo?: Sequence; signal?: AbortSignal; onProgress?: Progress } = {},
): Promise<void> {
  const { upTo = Number.POSITIVE_INFINITY, signal, onProgress } = options;
  const { seq, hash } = cache.checkpoint;
  if (seq >= upTo) return;
  const expect = hash === null ? {} : { expect: hash };
  let batches = 0;
  for await (const batch of log.read({ after: seq, upTo }, { ...expect, ...(signal && { signal }) })) {
    // Some sources never wait, and this thread has other work.
    if (batches++ > 0) await setImmediate();
    applyBatch(cache, batch);
    onProgress?.({ seq: cache.checkpoint.seq, head: batch.head });
  }
}

/** Runs a fold. @returns the error that stopped it, after earlier events were folded @throws any other error */
export async function stopOf(work: () => Promise<unknown>): Promise<LogError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (isStop(error)) return error;
    throw error;
  }
}

/** True if an error is about one event, and not about the log or the way to it. */
export function isStop(error: unknown): error is LogError {
  return error instanceof LogError && STOPS.includes(error.code);
}
