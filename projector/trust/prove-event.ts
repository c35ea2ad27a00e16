/** The proof that an event of a mirror is in a signed history, made from the mirror alone. */
import { eventHash } from "../../events/hash.ts";
import { formatProof } from "../../events/proofs/proof-text.ts";
import { inclusionProof } from "../../events/proofs/tile-proofs.ts";
import { leafHash } from "../../events/proofs/tree.ts";
import { checkInclusion } from "../../events/proofs/verify-proofs.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { mirrorTiles } from "./mirror-tiles.ts";
import type { MirrorTree } from "./mirror-tree.ts";
import type { SeenCheckpoint } from "./trust-store.ts";

export interface EventProof {
  /** The number of events in the signed history. */
  size: Sequence;
  /** When it was signed, ms since 1970 UTC; null: the signature does not say. */
  signedAt: number | null;
  /** How many hashes lead from the event to what is signed. */
  hashes: number;
  /** As C2SP tlog-proof has it: it is verified offline, with the server's key. */
  text: string;
}

/**
 * Makes and verifies the proof. Reads at most 512 events, whatever the length of the log.
 *
 * @param signed a checkpoint that the mirror agreed with
 * @returns null if the checkpoint is from before the event, or from after the end of the mirror
 * @throws ProofError if the mirror was changed since
 */
export async function proveEvent(
  { mirror, tree, signed }: { mirror: SqliteLog; tree: MirrorTree; signed: SeenCheckpoint },
  seq: Sequence,
): Promise<EventProof | null> {
  const { size, root, note, signedAt } = signed;
  const [body] = mirror.readNow(seq - 1, seq);
  if (!body || seq > size || size > tree.size) return null;
  const index = seq - 1;
  const hashes = await inclusionProof(mirrorTiles(mirror, tree.tileRoots), index, size);
  checkInclusion({ index, size, leaf: leafHash(eventHash(body)), hashes, root });
  return { size, signedAt, hashes: hashes.length, text: formatProof({ index, hashes, checkpoint: note }) };
}
