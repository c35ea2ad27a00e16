/**
 * The tree of a log: RFC 6962, section 2.1, over the event hashes. Leaf `index` is event `index + 1`. Any change of any
 * event changes the root, and a short proof shows that an event is in a tree, or that one tree begins with another.
 */
import { hash } from "node:crypto";
import { sha256 } from "../hash.ts";

/** Bytes of each hash: an entry, a leaf hash, a node, a root. */
export const HASH_BYTES = 32;

/** The hashes of a full tile. A tile is a subtree of height 8 without its inner nodes. */
export const TILE_WIDTH = 256;

/** The height of a tile's subtree: 2 ** TILE_HEIGHT is TILE_WIDTH. */
export const TILE_HEIGHT = 8;

/** The bytes of a full tile. */
export const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** The root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = sha256("");

const leafInput = Buffer.alloc(1 + HASH_BYTES);
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, 0x01);

/**
 * The leaf hash of an entry: SHA-256(0x00 ‖ entry). An entry is an event hash, so a leaf is a hash of a hash.
 *
 * @param entry 32 bytes
 */
export function leafHash(entry: Uint8Array): Buffer {
  if (entry.length !== HASH_BYTES) throw new RangeError(`an entry has ${HASH_BYTES} bytes, not ${entry.length}`);
  leafInput.set(entry, 1);
  return hash("sha256", leafInput, "buffer");
}

/**
 * The hash of a node: SHA-256(0x01 ‖ left ‖ right).
 *
 * @param left 32 bytes, as `right`
 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    throw new RangeError(`a node has two hashes of ${HASH_BYTES} bytes, not ${left.length} and ${right.length}`);
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return hash("sha256", nodeInput, "buffer");
}

/** The number of hashes in `hashes`, which are 32 bytes each. */
export function hashCount(hashes: Uint8Array): number {
  return Math.floor(hashes.length / HASH_BYTES);
}

/** Hash `n` of concatenated hashes: a view, from 0. */
export function hashAt(hashes: Uint8Array, n: number): Uint8Array {
  return hashes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES);
}

/**
 * The root over hashes of one height, `from` included and `to` excluded: of the leaf hashes of a whole tree, of a tile,
 * or of a part of a tile.
 *
 * @param hashes concatenated, 32 bytes each; `to - from` is at least 1
 */
export function rootOfHashes(hashes: Uint8Array, from = 0, to = hashCount(hashes)): Buffer {
  if (to - from < 1) throw new RangeError(`a root needs at least one hash, not ${from} to ${to}`);
  if (to - from === 1) return Buffer.from(hashAt(hashes, from));
  let half = 1; // the largest power of two below the number of hashes: the left side of the root
  while (half * 2 < to - from) half *= 2;
  return nodeHash(rootOfHashes(hashes, from, from + half), rootOfHashes(hashes, from + half, to));
}

/** The root of a tree with these entries. */
export function rootOf(entries: Iterable<Uint8Array>): Buffer {
  const edge = new RightEdge();
  for (const entry of entries) edge.append(entry);
  return edge.root();
}

/** Receives each hash that a tile contains, in the order of its level: level 0 has the leaf hashes. */
type OnTileHash = (level: number, hash: Buffer) => void;

/**
 * What has to be remembered of a tree so that it can grow: the roots of the perfect subtrees that it consists of, one
 * for each 1 in the binary form of its size. That is at most 53 hashes for any log.
 */
export class RightEdge {
  #size = 0;
  /** By height; stale where the size has a 0. */
  readonly #peaks: Buffer[] = [];
  readonly #onTileHash: OnTileHash | undefined;

  constructor(onTileHash?: OnTileHash) {
    this.#onTileHash = onTileHash;
  }

  /** An edge as `peaks()` returned it at this size. */
  static from(size: number, peaks: Uint8Array, onTileHash?: OnTileHash): RightEdge {
    const edge = new RightEdge(onTileHash);
    const heights = heightsOf(size);
    if (peaks.length !== heights.length * HASH_BYTES)
      throw new RangeError(`a tree of ${size} entries has ${heights.length} peaks, not ${peaks.length} bytes`);
    edge.#size = size;
    // Heights below the highest peak that have none hold a placeholder, so the array has no hole.
    for (let height = 0; height <= (heights[0] ?? -1); height++) edge.#peaks.push(EMPTY_ROOT);
    for (const [n, height] of heights.entries()) edge.#peaks[height] = Buffer.from(hashAt(peaks, n));
    return edge;
  }

  /** The number of entries. */
  get size(): number {
    return this.#size;
  }

  /** Adds the next entry: on average two hashes. */
  append(entry: Uint8Array): void {
    this.appendLeaf(leafHash(entry));
  }

  /** Adds the next leaf hash. The edge keeps the buffer. */
  appendLeaf(leaf: Buffer): void {
    const peaks = this.#peaks;
    let hash = leaf;
    let height = 0;
    this.#onTileHash?.(0, hash);
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      hash = nodeHash(peaks[height] as Buffer, hash);
      height++;
      if (height % TILE_HEIGHT === 0) this.#onTileHash?.(height / TILE_HEIGHT, hash);
    }
    peaks[height] = hash;
    this.#size++;
  }

  /** The root of the tree as it is now. It costs as many hashes as there are peaks, less one. */
  root(): Buffer {
    let root: Buffer | undefined;
    for (const height of heightsOf(this.#size).reverse()) {
      const peak = this.#peaks[height] as Buffer;
      root = root ? nodeHash(peak, root) : peak;
    }
    return Buffer.from(root ?? EMPTY_ROOT);
  }

  /** The peaks, the largest subtree first: with the size, all that `from()` needs. */
  peaks(): Buffer {
    return Buffer.concat(heightsOf(this.#size).map((height) => this.#peaks[height] as Buffer));
  }
}

/** The heights of the perfect subtrees that a tree of this size consists of, the largest first. */
export function heightsOf(size: number): number[] {
  const heights: number[] = [];
  for (let rest = size, height = 0; rest > 0; rest = Math.floor(rest / 2), height++)
    if (rest % 2 === 1) heights.unshift(height);
  return heights;
}
