/** A tree that grows by entries and hands out its tiles. */
import { levelWidth, MemoryTiles, partialTiles, readTile, type Tile, type TileId, type TileReader } from "./tiles.ts";
import { HASH_BYTES, hashAt, heightsOf, RightEdge, rootOfHashes, TILE_BYTES, TILE_HEIGHT, TILE_WIDTH } from "./tree.ts";

/** The rightmost tile of a level that is not full yet. */
interface OpenTile {
  index: number;
  width: number;
  hashes: Buffer;
}

/**
 * A tree that grows by entries. The rightmost tile of each level grows in place, 8 KiB a level. A tile that becomes
 * full is handed out once, in the call of `append` that fills it, lower levels first.
 */
export class GrowingTree {
  readonly #edge: RightEdge;
  readonly #open: OpenTile[];
  readonly #onFull: (tile: Tile) => void;

  /**
   * An empty tree; use `resume` for one that continues.
   *
   * @param onFull receives each full tile; the buffer is the receiver's from then on
   */
  constructor(onFull: (tile: Tile) => void, state: { size: number; open: OpenTile[] } = { size: 0, open: [] }) {
    this.#onFull = onFull;
    this.#open = state.open;
    this.#edge = RightEdge.from(state.size, peaksOf(state), (level, hash) => this.#add(level, hash));
  }

  /**
   * A tree that continues at a size. It reads the partial tiles of that size, one a level. Tiles that are full at that
   * size are not handed out again.
   */
  static async resume(size: number, reader: TileReader, onFull: (tile: Tile) => void): Promise<GrowingTree> {
    const open: OpenTile[] = [];
    for (let level = 0; levelWidth(size, level) > 0; level++)
      open.push({
        index: Math.floor(levelWidth(size, level) / TILE_WIDTH),
        width: 0,
        hashes: Buffer.alloc(TILE_BYTES),
      });
    for (const tile of partialTiles(size)) {
      const level = open[tile.level] as OpenTile;
      level.hashes.set(await readTile(reader, tile));
      level.width = tile.width;
    }
    return new GrowingTree(onFull, { size, open });
  }

  /** The number of entries. */
  get size(): number {
    return this.#edge.size;
  }

  /** Adds the next entry, 32 bytes. */
  append(entry: Uint8Array): void {
    this.#edge.append(entry);
  }

  /** The root of the tree as it is now. */
  root(): Buffer {
    return this.#edge.root();
  }

  /** The hashes of a tile that is not full yet, as wide as it was asked for; null if the tree does not hold it. */
  openTile({ level, index, width }: TileId): Buffer | null {
    const open = this.#open[level];
    if (!open || open.index !== index || open.width < width) return null;
    return Buffer.from(open.hashes.subarray(0, width * HASH_BYTES));
  }

  /** The partial tiles of the tree as it is now. */
  openTiles(): Tile[] {
    return partialTiles(this.size).map((tile) => ({ ...tile, hashes: this.openTile(tile) as Buffer }));
  }

  #add(level: number, hash: Buffer): void {
    this.#open[level] ??= { index: 0, width: 0, hashes: Buffer.alloc(TILE_BYTES) };
    const open = this.#open[level];
    open.hashes.set(hash, open.width * HASH_BYTES);
    open.width++;
    if (open.width < TILE_WIDTH) return;
    const { index, hashes } = open;
    this.#open[level] = { index: index + 1, width: 0, hashes: Buffer.alloc(TILE_BYTES) };
    this.#onFull({ level, index, width: TILE_WIDTH, hashes });
  }
}

/** All tiles of a tree with these entries, in memory, and its size and root. */
export async function tilesOf(
  entries: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<{ tiles: MemoryTiles; size: number; root: Buffer }> {
  const tiles = new MemoryTiles();
  const tree = new GrowingTree((tile) => tiles.add(tile));
  for await (const entry of entries) tree.append(entry);
  for (const tile of tree.openTiles()) tiles.add(tile);
  return { tiles, size: tree.size, root: tree.root() };
}

/** The peaks of a tree, from its partial tiles: each has the peaks of its own eight heights. */
function peaksOf({ size, open }: { size: number; open: readonly OpenTile[] }): Buffer {
  const peaks = heightsOf(size).map((height) => {
    const tile = open[Math.floor(height / TILE_HEIGHT)] as OpenTile;
    const width = 2 ** (height % TILE_HEIGHT);
    const from = Math.floor(tile.width / (2 * width)) * 2 * width; // the larger subtrees of this tile come before it
    return width === 1 ? Buffer.from(hashAt(tile.hashes, from)) : rootOfHashes(tile.hashes, from, from + width);
  });
  return Buffer.concat(peaks);
}
