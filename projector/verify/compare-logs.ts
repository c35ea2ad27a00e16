/** Where two histories differ: a log and another copy of it, or a log and the tiles that somebody kept. */
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { firstDifference, rootAt } from "../../events/proofs/tile-proofs.ts";
import type { TileReader } from "../../events/proofs/tiles.ts";
import { hashAt, leafHash, TILE_WIDTH } from "../../events/proofs/tree.ts";
import type { Sequence } from "../../events/sequence.ts";

export interface Comparison {
  /** The first event in which both differ; null if they are the same as far as both go. */
  firstDifferent: Sequence | null;
  /** How many events the other one has. */
  otherSize: Sequence;
}

/** The tree of the log that is compared. */
interface OurTree {
  tiles: TileReader;
  size: Sequence;
}

/** Compares with another log, event by event. */
export async function compareWithLog(
  our: OurTree,
  other: EventLog,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (seq: Sequence) => void } = {},
): Promise<Comparison> {
  const otherSize = await other.head();
  const upTo = Math.min(our.size, otherSize);
  for await (const { after, bodies } of other.read({ after: 0, upTo }, signal ? { signal } : {})) {
    for (const [n, body] of bodies.entries()) {
      const index = after + n;
      const leaf = leafHash(eventHash(body));
      if (!sameBytes(leaf, await leafOf(our, index))) return { firstDifferent: index + 1, otherSize };
    }
    onProgress?.(after + bodies.length);
  }
  return { firstDifferent: null, otherSize };
}

/**
 * Compares with kept tiles: a few reads, however long the log is.
 *
 * @param other with the root that the checkpoint beside the tiles says
 * @throws LogError UNPROVEN if the tiles do not have this root
 */
export async function compareWithTiles(
  our: OurTree,
  other: OurTree & { name: string; root: Uint8Array },
): Promise<Comparison> {
  if (!sameBytes(await rootAt(other.tiles, other.size), other.root))
    throw new LogError("UNPROVEN", `${other.name}: its tiles do not have the root that its checkpoint says`);
  const index = await firstDifference(our.tiles, other.tiles, Math.min(our.size, other.size));
  return { firstDifferent: index === null ? null : index + 1, otherSize: other.size };
}

async function leafOf({ tiles, size }: OurTree, index: number): Promise<Uint8Array> {
  const tile = Math.floor(index / TILE_WIDTH);
  const hashes = await tiles.readTile({ level: 0, index: tile, width: Math.min(TILE_WIDTH, size - tile * TILE_WIDTH) });
  return hashAt(hashes, index % TILE_WIDTH);
}
