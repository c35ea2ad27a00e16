/**
 * The generations of a log. A restored log may end before what was signed, so it continues in a new generation, which
 * begins with a signed fork note: what was signed last, as far as it is known, and with which history the log goes on.
 * Nothing here removes anything: the notes and the earlier trees stay.
 */
import { LogError } from "../../events/errors.ts";
import { eventHash } from "../../events/hash.ts";
import type { EventLog, LogId } from "../../events/log/log.ts";
import { ProofError } from "../../events/proofs/proof-error.ts";
import { RightEdge } from "../../events/proofs/tree.ts";
import { originOf, parseOrigin } from "../../events/proofs/tree-head.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { Fork, TileStore, TreePair } from "../storage/tile-store.ts";
import type { SignedPair } from "./signed-pairs.ts";
import type { Signing } from "./signing.ts";

/**
 * Checks that a server with this key may sign the current generation of a log.
 *
 * @returns all forks of the log, oldest first
 * @throws LogError ALTERED if a generation began without this server's signature
 */
export async function checkFork(logId: LogId, store: TileStore, signing: Signing): Promise<readonly Fork[]> {
  const forks = await store.forks();
  const last = forks.at(-1);
  if (!last) return forks;
  const what = `${store.name}: the fork note of generation ${last.generation}`;
  const remembered = signing.signed.last(logId);
  // A machine that has signed nothing earlier has nothing that the note could contradict; one that has signed in this
  // generation has seen the note.
  if (!remembered || remembered.generation >= last.generation) return forks;
  let begun: { generation: number };
  try {
    begun = parseOrigin(signing.openFork(last.note, logId, what).restored.origin) ?? { generation: 0 };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new LogError("ALTERED", `${what} is not signed by this server's key: ${error.message}`, { cause: error });
  }
  if (begun.generation !== last.generation)
    throw new LogError("ALTERED", `${what} is about generation ${begun.generation}`);
  return forks;
}

/** What is known of the signed past of a log whose next generation begins. */
export interface SignedPast {
  generation: number;
  /** The last pair; null if something may have been signed, but nothing is known of it. */
  pair: TreePair | null;
}

/**
 * The newest pair of several sources: the store, this machine's memory, a backup.
 *
 * @returns null if none of them knows of anything that was signed
 */
export function newestPast(sources: readonly (SignedPast | null)[]): SignedPast | null {
  const known = sources.filter((one) => one !== null);
  return (
    known.toSorted((a, b) => b.generation - a.generation || (b.pair?.size ?? -1) - (a.pair?.size ?? -1))[0] ?? null
  );
}

export function pastOfPair(pair: SignedPair | null): SignedPast | null {
  return pair && { generation: pair.generation, pair: { size: pair.size, root: pair.root } };
}

/** What a store knows of a log's signed past. */
export async function pastInStore(store: TileStore): Promise<SignedPast | null> {
  const generation = (await store.forks()).at(-1)?.generation ?? 1;
  const pair = await store.head(generation);
  return pair || generation > 1 ? { generation, pair } : null;
}

/**
 * Begins the next generation of a log with the events that it has.
 *
 * @param past what was signed before
 * @returns the signed note
 * @throws LogError FORKED if another process has begun it
 */
export async function beginGeneration(
  { logId, log, store, signing }: { logId: LogId; log: EventLog; store: TileStore; signing: Signing },
  past: SignedPast,
): Promise<string> {
  const [oldOrigin, origin] = [0, 1].map((more) => originOf({ log: logId, generation: past.generation + more }));
  const restored = { origin: origin ?? "", ...(await pairOfLog(log, await log.head())) };
  const old = { origin: oldOrigin ?? "", size: past.pair?.size ?? null, root: past.pair?.root ?? null };
  const note = signing.signFork({ old, restored, at: Math.floor(signing.clock() / 1000) });
  if (await store.addFork({ generation: past.generation + 1, note })) return note;
  throw new LogError("FORKED", `${store.name}: generation ${past.generation + 1} has begun already`);
}

/** The size and root of the tree over the first events of a log. */
export async function pairOfLog(log: EventLog, upTo: Sequence): Promise<TreePair> {
  const edge = new RightEdge();
  for await (const { bodies } of log.read({ after: 0, upTo })) for (const body of bodies) edge.append(eventHash(body));
  return { size: edge.size, root: edge.root() };
}
