/** Keeps a cache up with a log: small batches, in place, so that it can be read all the while. */
import { setImmediate } from "node:timers/promises";
import { LogError, type LogErrorCode } from "../../events/errors.ts";
import type { Batch, EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { Cache } from "./cache.ts";

/** What stops a cache before its log's head, and leaves it good up to there. */
const STOPS: readonly LogErrorCode[] = ["UNKNOWN_EVENT", "MALFORMED_EVENT", "INCONSISTENT_LOG"];

/** Told after each batch that was committed. `head` is null where the log has not said it. */
export type Progress = (done: { seq: Sequence; head: Sequence | null }) => void;

/**
 * Folds a batch in. If one of its events cannot be folded, those before it are, and the cache stays at the last good
 * one: an event of a newer release does not take what came before it away.
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
 * Reads the log from the cache's checkpoint on, as far as it goes (or `upTo`), and folds it in; timers and other work
 * of this thread get their turn after each batch.
 *
 * @throws LogError FORKED if the log's event at the checkpoint is not the one that the cache was made from
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
    // Some sources never wait for anything, and others are served by this thread too.
    if (batches++ > 0) await setImmediate();
    applyBatch(cache, batch);
    onProgress?.({ seq: cache.checkpoint.seq, head: batch.head });
  }
}

/** The error that stopped a fold and left what came before it; every other one is thrown on. */
export async function stopOf(work: () => Promise<unknown>): Promise<LogError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof LogError && STOPS.includes(error.code)) return error;
    throw error;
  }
}
