/** Roots and proofs for a tree of any size, and where two trees differ, from their tiles. */
import { LogError } from "../errors.ts";
import { sameBytes } from "../hash.ts";
import { readTile, type TileId, type TileReader, tilePath, tileWith } from "./tiles.ts";
import { EMPTY_ROOT, HASH_BYTES, hashAt, heightsOf, nodeHash, rootOfHashes, TILE_HEIGHT, TILE_WIDTH } from "./tree.ts";

/**
 * The root of the tree of the first `size` entries.
 *
 * @throws LogError UNPROVEN; what the reader throws
 */
export async function rootAt(reader: TileReader, size: number): Promise<Buffer> {
  checkSize(size);
  if (size === 0) return Buffer.from(EMPTY_ROOT);
  return new Subtrees(reader, size).root(0, size);
}

/**
 * The inclusion proof of RFC 6962, section 2.1.1: the hashes that lead from a leaf to the root, its sibling first.
 *
 * @param index of the leaf, from 0: an event's sequence less one
 * @throws RangeError if the tree of this size has no such leaf; LogError UNPROVEN; what the reader throws
 */
export async function inclusionProof(reader: TileReader, index: number, size: number): Promise<Buffer[]> {
  checkSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new RangeError(`a tree of ${size} entries has no leaf ${index}`);
  const subtrees = new Subtrees(reader, size);
  const proof: Buffer[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + half(to - from);
    if (index < middle) {
      proof.unshift(await subtrees.root(middle, to));
      to = middle;
    } else {
      proof.unshift(await subtrees.root(from, middle));
      from = middle;
    }
  }
  return proof;
}

/**
 * The consistency proof of RFC 6962, section 2.1.2: that the tree of `size` entries begins with the tree of `oldSize`.
 * Empty if the old tree is empty, or if the sizes are equal.
 *
 * @throws RangeError if `oldSize` is greater than `size`; LogError UNPROVEN; what the reader throws
 */
export async function consistencyProof(reader: TileReader, oldSize: number, size: number): Promise<Buffer[]> {
  checkSize(size);
  checkSize(oldSize);
  if (oldSize > size) throw new RangeError(`a tree of ${size} entries does not begin with one of ${oldSize}`);
  if (oldSize === 0) return [];
  const subtrees = new Subtrees(reader, size);
  const proof: Buffer[] = [];
  let [from, to] = [0, size];
  while (oldSize !== to) {
    const middle = from + half(to - from);
    if (oldSize <= middle) {
      proof.unshift(await subtrees.root(middle, to));
      to = middle;
    } else {
      proof.unshift(await subtrees.root(from, middle));
      from = middle;
    }
  }
  return from === 0 ? proof : [await subtrees.root(from, to), ...proof]; // from 0: it is the old root itself
}

/**
 * The first leaf, from 0, in which the first `size` entries of two trees differ; null if they are the same. It walks
 * down from the roots and reads about one tile a level of each tree. Each tile is checked against the hash above it. So
 * if `rootAt` of a tree is what its checkpoint says, the leaf is one in which that tree differs.
 *
 * @throws LogError UNPROVEN if a tile does not have the hash that the tile above it says; what the readers throw
 */
export async function firstDifference(ours: TileReader, theirs: TileReader, size: number): Promise<number | null> {
  checkSize(size);
  const [our, their] = [new Subtrees(ours, size), new Subtrees(theirs, size)];
  let from = 0;
  for (const height of heightsOf(size)) {
    const [a, b] = [await our.perfect(height, from / 2 ** height), await their.perfect(height, from / 2 ** height)];
    if (!sameBytes(a, b)) return descend(our, their, height, from / 2 ** height);
    from += 2 ** height;
  }
  return null;
}

/** The first leaf in which two perfect subtrees differ whose roots differ. */
async function descend(our: Subtrees, their: Subtrees, height: number, n: number): Promise<number> {
  if (height === 0) return n;
  const below = Math.ceil(height / TILE_HEIGHT) * TILE_HEIGHT - TILE_HEIGHT; // the height of the tile's hashes
  const width = 2 ** (height - below);
  const [a, b] = [await our.hashes(below, n, width), await their.hashes(below, n, width)];
  for (const [subtrees, hashes] of [
    [our, a],
    [their, b],
  ] as const)
    if (!sameBytes(rootOfHashes(hashes), await subtrees.perfect(height, n)))
      throw new LogError(
        "UNPROVEN",
        `${tilePath(subtrees.tileOf(below, n * width))}: its hashes do not have the root that the tile above it says`,
      );
  for (let i = 0; i < width; i++)
    if (!sameBytes(hashAt(a, i), hashAt(b, i))) return descend(our, their, below, n * width + i);
  throw new Error("two lists of the same hashes have the same root");
}

/** The subtrees of a tree of one size. It remembers the tiles that it has read, so each is read once. */
class Subtrees {
  readonly #reader: TileReader;
  readonly #size: number;
  readonly #read = new Map<string, Promise<Uint8Array>>();

  constructor(reader: TileReader, size: number) {
    this.#reader = reader;
    this.#size = size;
  }

  /** The root of the leaves `from` to `to`, which is excluded: a subtree as RFC 6962 makes one. */
  async root(from: number, to: number): Promise<Buffer> {
    let root: Buffer | undefined;
    let end = to;
    for (const height of heightsOf(to - from).reverse()) {
      const start = end - 2 ** height;
      const subtree = await this.perfect(height, start / 2 ** height);
      root = root ? nodeHash(subtree, root) : subtree;
      end = start;
    }
    return root as Buffer;
  }

  /** The root of the perfect subtree of leaves `n * 2 ** height` to `(n + 1) * 2 ** height`. */
  async perfect(height: number, n: number): Promise<Buffer> {
    const base = Math.floor(height / TILE_HEIGHT) * TILE_HEIGHT;
    return rootOfHashes(await this.hashes(base, n, 2 ** (height - base)));
  }

  /** The `width` hashes below a subtree, of a height that tiles have; they are in one tile. */
  async hashes(base: number, n: number, width: number): Promise<Uint8Array> {
    const tile = this.tileOf(base, n * width);
    const hashes = await this.#tile(tile);
    const at = (n * width) % TILE_WIDTH;
    return hashes.subarray(at * HASH_BYTES, (at + width) * HASH_BYTES);
  }

  tileOf(base: number, n: number): TileId {
    return tileWith(this.#size, base / TILE_HEIGHT, n);
  }

  #tile(tile: TileId): Promise<Uint8Array> {
    const key = `${tile.level}/${tile.index}`;
    const known = this.#read.get(key);
    if (known) return known;
    const read = readTile(this.#reader, tile);
    this.#read.set(key, read);
    return read;
  }
}

/** The largest power of two below `n`: how many leaves the left side of a tree of `n` has. @param n at least 2 */
function half(n: number): number {
  let size = 1;
  while (size * 2 < n) size *= 2;
  return size;
}

function checkSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not the size of a tree`);
}
