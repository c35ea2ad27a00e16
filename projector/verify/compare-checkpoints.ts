/** Whether saved checkpoints are of one history: two devices that were shown two histories have two that contradict. */
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { RightEdge } from "../../events/proofs/tree.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { SavedCheckpoint } from "./saved-checkpoints.ts";

/** Two checkpoints of one generation that no single history has. */
export interface Contradiction {
  a: SavedCheckpoint;
  b: SavedCheckpoint;
  /** As many events as the shorter one has: among these is one that differs. */
  within: Sequence;
}

export interface CheckpointComparison {
  contradictions: Contradiction[];
  /** Pairs that were not compared: their sizes or generations differ, so that only the events can tell. */
  undecided: number;
  /** How many events the log has, up to the largest size; null without a log. */
  logSize: Sequence | null;
  /**
   * Whether each checkpoint is of the log; null where the log is shorter, or without a log. In the order of `saved`.
   */
  inLog: readonly (boolean | null)[];
}

/**
 * Compares checkpoints of one log, each with each.
 *
 * @param log the events, if there are any at hand: without them only checkpoints of one size can be compared
 */
export async function compareCheckpoints(
  saved: readonly SavedCheckpoint[],
  log: EventLog | null,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (seq: Sequence) => void } = {},
): Promise<CheckpointComparison> {
  const sizes = saved.map(({ size }) => size);
  const hashed = log
    ? await rootsOf(log, sizes, { ...(signal && { signal }), ...(onProgress && { onProgress }) })
    : null;
  const inLog = saved.map(({ size, root }) => {
    const own = hashed?.roots.get(size);
    return own ? sameBytes(own, root) : null;
  });
  const contradictions: Contradiction[] = [];
  let undecided = 0;
  for (const [n, a] of saved.entries())
    for (const [more, b] of saved.slice(n + 1).entries()) {
      const verdict = verdictOn({ ...a, inLog: inLog[n] ?? null }, { ...b, inLog: inLog[n + 1 + more] ?? null });
      if (verdict === "two histories") contradictions.push({ a, b, within: Math.min(a.size, b.size) });
      if (verdict === "undecided") undecided++;
    }
  return { contradictions, undecided, inLog, logSize: hashed?.size ?? null };
}

type Judged = SavedCheckpoint & { inLog: boolean | null };

function verdictOn(a: Judged, b: Judged): "one history" | "two histories" | "undecided" {
  const isSame = a.size === b.size && sameBytes(a.root, b.root);
  // A restore may end a generation before what was signed of it, so that two generations may differ.
  if (a.origin !== b.origin) return isSame || (a.inLog && b.inLog) ? "one history" : "undecided";
  if (a.size === b.size) return isSame ? "one history" : "two histories";
  const [shorter, longer] = a.size < b.size ? [a, b] : [b, a];
  if (shorter.size === 0) return "one history";
  // A log that has the longer one has everything that it is about, so it decides about the shorter one too.
  if (longer.inLog !== true || shorter.inLog === null) return "undecided";
  return shorter.inLog ? "one history" : "two histories";
}

async function rootsOf(
  log: EventLog,
  sizes: readonly Sequence[],
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (seq: Sequence) => void },
): Promise<{ roots: Map<Sequence, Buffer>; size: Sequence }> {
  const [edge, wanted, roots] = [new RightEdge(), new Set(sizes), new Map<Sequence, Buffer>()];
  if (wanted.has(0)) roots.set(0, edge.root());
  const upTo = Math.max(0, ...sizes);
  for await (const { bodies } of log.read({ after: 0, upTo }, signal ? { signal } : {})) {
    for (const body of bodies) {
      edge.append(eventHash(body));
      if (wanted.has(edge.size)) roots.set(edge.size, edge.root());
    }
    onProgress?.(edge.size);
  }
  return { roots, size: edge.size };
}
