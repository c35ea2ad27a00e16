/** What fork notes say about a log that was restored: up to where an earlier generation is still its history. */

import type { LogId } from "../../events/log/log.ts";
import { ProofError } from "../../events/proofs/proof-error.ts";
import { type Fork, forkNotesIn, openFork, readFork } from "../../events/proofs/successor.ts";
import { parseOrigin } from "../../events/proofs/tree-head.ts";
import type { PublicKey } from "../../events/proofs/verifier-key.ts";
import type { Sequence } from "../../events/sequence.ts";

/** An earlier generation ended. */
export interface Restore {
  /** As many events of it are still in the log. */
  size: Sequence;
  /** Seconds since 1970 UTC, as the note says. */
  at: number;
}

/**
 * Reads the fork notes of a log.
 *
 * @param keys null: who signed them is not checked
 * @throws ProofError malformed, forged or unsigned; origin if one is about another log
 */
export function readForks(
  text: string,
  { name, keys, log }: { name: string; keys: readonly PublicKey[] | null; log: LogId },
): Fork[] {
  return forkNotesIn(text).map((note, n) => {
    const what = `${name}, fork note ${n + 1}`;
    const fork = keys ? openFork(note, { keys, log }, what) : readFork(note, what);
    if (parseOrigin(fork.restored.origin)?.log === log) return fork;
    throw new ProofError("origin", `${what}: it is about ${fork.restored.origin}, not about the log ${log}`);
  });
}

/** Where the generation of an origin ended; null if no note says that it did. */
export function restoreOf(origin: string, forks: readonly Fork[]): Restore | null {
  let restore: Restore | null = null;
  let generation = parseOrigin(origin)?.generation;
  for (;;) {
    const fork = forks.find(({ old }) => parseOrigin(old.origin)?.generation === generation);
    const next = fork && parseOrigin(fork.restored.origin)?.generation;
    if (!fork || next === undefined || generation === undefined || next <= generation) return restore;
    // A later restore may have ended before an earlier one.
    if (!restore || fork.restored.size < restore.size) restore = { size: fork.restored.size, at: fork.at };
    generation = next;
  }
}
