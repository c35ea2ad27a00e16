/** The tiles of a mirror's tree: the leaves from its events, everything above from the hashes that the tree keeps. */
import { eventHash } from "../../events/hash.ts";
import type { TileId, TileReader } from "../../events/proofs/tiles.ts";
import { HASH_BYTES, hashAt, leafHash, rootOfHashes, TILE_WIDTH } from "../../events/proofs/tree.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";

/** @param tileRoots of the full tiles of leaves, 32 bytes each */
export function mirrorTiles(mirror: SqliteLog, tileRoots: Uint8Array): TileReader {
  /** The hash with this number of a level above the leaves: the root of so many tiles of leaves. */
  const hashAbove = (level: number, n: number): Uint8Array => {
    if (level === 1) return hashAt(tileRoots, n);
    return rootOfHashes(hashesAbove(level - 1, n * TILE_WIDTH, TILE_WIDTH));
  };
  const hashesAbove = (level: number, from: number, count: number) =>
    level === 1
      ? tileRoots.subarray(from * HASH_BYTES, (from + count) * HASH_BYTES)
      : Buffer.concat(Array.from({ length: count }, (_, n) => hashAbove(level, from + n)));
  return {
    readTile({ level, index, width }: TileId): Uint8Array {
      const from = index * TILE_WIDTH;
      if (level > 0) return hashesAbove(level, from, width);
      return Buffer.concat(mirror.readNow(from, from + width).map((body) => leafHash(eventHash(body))));
    },
  };
}
