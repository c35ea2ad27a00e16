/** Finds the first event in which a mirror differs from the server's tree: by halves, over the tiles of both. */
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { firstDifference, rootAt } from "../../events/proofs/tile-proofs.ts";
import { readTile, type TileId, type TileReader, tilePath } from "../../events/proofs/tiles.ts";
import { HASH_BYTES, hashAt, leafHash, rootOfHashes, TILE_BYTES, TILE_WIDTH } from "../../events/proofs/tree.ts";
import { SEGMENT, type Sequence } from "../../events/sequence.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import type { ChangedEvents, MirrorTree, TreeRoot } from "./mirror-tree.ts";

/** The first event that differs, or the range that it is in; null: not known. */
export interface Differing {
  seq: Sequence | null;
  from: Sequence | null;
  to: Sequence | null;
}

const UNKNOWN: Differing = { seq: null, from: null, to: null };

interface Search {
  mirror: SqliteLog;
  tree: MirrorTree;
  /** The size and root of the server's tree. */
  theirs: TreeRoot;
  server: { readTile(path: string): Promise<Uint8Array>; events: Pick<EventLog, "read"> };
}

/**
 * Every tile of the server is checked against the root that it signed: an event is named only if the server's signature
 * says that it differs. If the server's tiles do not match its own root, or cannot be read, nothing is named.
 */
export async function firstDiffering({ mirror, tree, theirs, server }: Search): Promise<Differing> {
  const remote = remembered(server);
  const { size, root } = theirs;
  try {
    if (!sameBytes(await rootAt(remote, size), root)) return UNKNOWN;
    const leaf = await firstDifference(mirrorTiles(mirror, tree), remote, size);
    return leaf === null ? UNKNOWN : { seq: leaf + 1, ...segmentOf(leaf + 1) };
  } catch (error) {
    if (error instanceof LogError) return UNKNOWN;
    throw error;
  }
}

/** The segment of an event. */
function segmentOf(seq: Sequence): ChangedEvents {
  const before = Math.floor((seq - 1) / SEGMENT) * SEGMENT;
  return { from: before + 1, to: before + SEGMENT };
}

/**
 * The event of a mirror that was changed after it was hashed: the server names it, if it still has the events that this
 * device had hashed. What it sends is compared with those hashes, so it need not be believed.
 *
 * @param changed the first events that differ, at most a tile
 * @param verified the last signed checkpoint that the mirror agreed with
 * @returns null if the server cannot be reached, or has other events there as well
 */
export async function changedEvent(
  changed: ChangedEvents,
  { mirror, tree, server, verified }: Pick<Search, "mirror" | "tree" | "server"> & { verified: TreeRoot | null },
): Promise<Sequence | null> {
  const index = Math.floor((changed.from - 1) / TILE_WIDTH);
  const width = changed.to - index * TILE_WIDTH;
  if (width > TILE_WIDTH) return null;
  const tile: TileId = { level: 0, index, width };
  for (const read of [() => readTile(remembered(server), tile), () => leavesOf(server.events, tile)]) {
    const theirs = await read().catch(nullIfUnread);
    if (!theirs || !tree.hasLeaves(index, theirs, verified)) continue;
    const ours = await leavesOf(mirror, tile);
    for (let n = 0; n < width; n++)
      if (!sameBytes(hashAt(ours, n), hashAt(theirs, n))) return index * TILE_WIDTH + n + 1;
  }
  return null;
}

function nullIfUnread(error: unknown): null {
  if (error instanceof LogError) return null;
  throw error;
}

/** Reads each tile once, so that a tile that was checked stays what it was. */
function remembered(server: Pick<Search["server"], "readTile">): TileReader {
  const tiles = new Map<string, Promise<Uint8Array>>();
  return {
    async readTile(tile) {
      const path = tilePath(tile);
      const known = tiles.get(path) ?? server.readTile(path);
      tiles.set(path, known);
      return await known;
    },
  };
}

/** The tiles of a mirror. Those of leaves are hashed from its events, the others follow from the roots in its tree. */
function mirrorTiles(mirror: SqliteLog, tree: MirrorTree): TileReader {
  return {
    readTile({ level, index, width }: TileId) {
      if (level === 0) return leavesOf(mirror, { index, width });
      return hashesOf(tree.tileRoots, level, { from: index * TILE_WIDTH, width });
    },
  };
}

/** Hashes of a level above 0, of which level 1 has the roots of the full tiles. */
function hashesOf(tileRoots: Uint8Array, level: number, { from, width }: { from: number; width: number }): Uint8Array {
  if (level === 1) return tileRoots.subarray(from * HASH_BYTES, (from + width) * HASH_BYTES);
  const hashes = Buffer.alloc(width * HASH_BYTES);
  for (let n = 0; n < width; n++) {
    const below = { from: (from + n) * TILE_WIDTH, width: TILE_WIDTH };
    hashes.set(rootOfHashes(hashesOf(tileRoots, level - 1, below)), n * HASH_BYTES);
  }
  return hashes;
}

async function leavesOf(
  log: Pick<EventLog, "read">,
  { index, width }: { index: number; width: number },
): Promise<Uint8Array> {
  const hashes = Buffer.alloc(TILE_BYTES);
  const after = index * TILE_WIDTH;
  let at = 0;
  for await (const { bodies } of log.read({ after, upTo: after + width }))
    for (const body of bodies) {
      hashes.set(leafHash(eventHash(body)), at);
      at += HASH_BYTES;
    }
  return hashes.subarray(0, at);
}
