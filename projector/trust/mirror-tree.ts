/**
 * The tree of a mirror. It grows while events are mirrored, and knows its root at any size. What it keeps is one hash
 * for each 256 events (the root of a full tile), so a later start rehashes at most 255 events, and a later check finds
 * which part of the mirror was changed meanwhile.
 */
import { setImmediate } from "node:timers/promises";
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import { HASH_BYTES, hashAt, RightEdge, rootOfHashes, TILE_BYTES, TILE_WIDTH } from "../../events/proofs/tree.ts";
import type { Sequence } from "../../events/sequence.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";

export class MirrorTree {
  readonly #mirror: SqliteLog;
  readonly #roots: HashList;
  #edge: RightEdge;
  #marked: { size: Sequence; root: Buffer | null } | null = null;

  /** @param tileRoots of the full tiles that were hashed before; those beyond the mirror's head are dropped */
  constructor(mirror: SqliteLog, tileRoots: Uint8Array = new Uint8Array()) {
    this.#mirror = mirror;
    // A power failure may have cost the mirror its end.
    const tiles = Math.min(Math.floor(tileRoots.length / HASH_BYTES), Math.floor(mirror.headNow() / TILE_WIDTH));
    this.#roots = new HashList(tileRoots.subarray(0, tiles * HASH_BYTES));
    this.#edge = edgeOver(this.#roots.hashes, (level, hash) => level === 1 && this.#roots.push(hash));
  }

  /** The number of events in the tree. */
  get size(): Sequence {
    return this.#edge.size;
  }

  /** The roots of the full tiles, 32 bytes each: a view, valid until the tree grows. */
  get tileRoots(): Uint8Array {
    return this.#roots.hashes;
  }

  /** Remembers the root at this size when the tree grows to it, so that no event is read again for it. */
  mark(size: Sequence): void {
    this.#marked = { size, root: size === this.size ? this.#edge.root() : null };
  }

  /** Adds events that the mirror has just stored, `(after, after + bodies.length]`. Those that it has are left out. */
  add(after: Sequence, bodies: readonly Uint8Array[]): void {
    if (after > this.size) throw new LogError("GAP", `the tree has ${this.size} events, the next one is ${after + 1}`);
    for (let n = this.size - after; n < bodies.length; n++) {
      this.#edge.append(eventHash(bodies[n] as Uint8Array));
      if (this.#edge.size === this.#marked?.size) this.#marked.root = this.#edge.root();
    }
  }

  /** Adds the events that the mirror has and the tree lacks. Other work of this thread gets a turn after each batch. */
  async catchUp(signal?: AbortSignal): Promise<void> {
    const upTo = this.#mirror.headNow();
    for await (const { after, bodies } of this.#mirror.read({ after: this.size, upTo }, signal ? { signal } : {})) {
      this.add(after, bodies);
      await setImmediate();
    }
  }

  /** The root of the first `size` events. Reads at most 255 of them from the mirror. @throws LogError GAP */
  async rootAt(size: Sequence): Promise<Buffer> {
    if (size === this.size) return this.#edge.root();
    if (size === this.#marked?.size && this.#marked.root) return this.#marked.root;
    if (size > this.size) throw new LogError("GAP", `the tree has ${this.size} events, not ${size}`);
    const edge = edgeOver(this.tileRoots.subarray(0, Math.floor(size / TILE_WIDTH) * HASH_BYTES));
    for await (const { bodies } of this.#mirror.read({ after: edge.size, upTo: size }))
      for (const body of bodies) edge.append(eventHash(body));
    if (edge.size !== size) throw new LogError("GAP", `${this.#mirror.name}: ends at event ${edge.size}, not ${size}`);
    return edge.root();
  }

  /**
   * True if these leaves are those that were hashed before.
   *
   * @param index of their tile
   * @param verified the last signed checkpoint that the mirror agreed with: its root covers a tile that is not full
   */
  hasLeaves(index: number, leaves: Uint8Array, verified: TreeRoot | null): boolean {
    if (leaves.length === TILE_BYTES) return sameBytes(rootOfHashes(leaves), hashAt(this.tileRoots, index));
    const edge = edgeOver(this.tileRoots.subarray(0, index * HASH_BYTES));
    for (let n = 0; n < leaves.length / HASH_BYTES; n++) edge.appendLeaf(Buffer.from(hashAt(leaves, n)));
    return verified !== null && verified.size === edge.size && sameBytes(verified.root, edge.root());
  }

  /**
   * Begins to compare the mirror, as it is now, with the hashes in this tree.
   *
   * @param verified the size and root of the last signed checkpoint that the mirror agreed with
   */
  compare(verified: TreeRoot | null): MirrorComparison {
    return new MirrorComparison(this, verified);
  }
}

/** The root of a tree of this size. */
export interface TreeRoot {
  size: Sequence;
  root: Uint8Array;
}

/** Events of the mirror, from the first to the last, whose hash is another than before. */
export interface ChangedEvents {
  from: Sequence;
  to: Sequence;
}

/** Hashes a mirror once more from its first event, and compares each full tile with the tree's. */
export class MirrorComparison {
  readonly #tree: MirrorTree;
  readonly #verified: TreeRoot | null;
  readonly #edge: RightEdge;
  #changed: ChangedEvents | null = null;

  constructor(tree: MirrorTree, verified: TreeRoot | null) {
    this.#tree = tree;
    this.#verified = verified;
    this.#edge = new RightEdge((level, hash) => level === 1 && this.#compare(hash));
  }

  /** The number of events so far. */
  get size(): Sequence {
    return this.#edge.size;
  }

  /** The first events that differ: at most 256; null if none do so far. */
  get changed(): ChangedEvents | null {
    return this.#changed;
  }

  /** Takes the next events of the mirror. Those that came before are left out, so a reader may begin again. */
  add(after: Sequence, bodies: readonly Uint8Array[]): void {
    if (after > this.size) return; // a reader that did not begin at the start
    for (let n = this.size - after; n < bodies.length; n++) {
      this.#edge.append(eventHash(bodies[n] as Uint8Array));
      if (this.size === this.#verified?.size) this.#compareRoot(this.#verified.root);
    }
  }

  /** The events after the last full tile have no hash of their own in the tree, but the verified root covers them. */
  #compareRoot(verified: Uint8Array): void {
    if (this.#changed || sameBytes(verified, this.#edge.root())) return;
    const full = Math.floor(this.size / TILE_WIDTH) * TILE_WIDTH;
    this.#changed = { from: (full === this.size ? 0 : full) + 1, to: this.size };
  }

  #compare(hash: Buffer): void {
    const n = Math.floor(this.#edge.size / TILE_WIDTH); // the edge still lacks the event that fills the tile
    const known = hashAt(this.#tree.tileRoots, n);
    if (this.#changed || known.length === 0 || sameBytes(known, hash)) return;
    this.#changed = { from: n * TILE_WIDTH + 1, to: (n + 1) * TILE_WIDTH };
  }
}

/** The right edge of a tree that consists of full tiles. */
function edgeOver(tileRoots: Uint8Array, onTileHash?: (level: number, hash: Buffer) => void): RightEdge {
  const above = new RightEdge();
  for (let n = 0; n < tileRoots.length / HASH_BYTES; n++) above.appendLeaf(Buffer.from(hashAt(tileRoots, n)));
  return RightEdge.from(above.size * TILE_WIDTH, above.peaks(), onTileHash);
}

/** Hashes in one buffer, which doubles when it is full. */
class HashList {
  #bytes: Buffer;
  #length: number;

  constructor(hashes: Uint8Array) {
    this.#bytes = Buffer.from(hashes);
    this.#length = hashes.length;
  }

  get hashes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  push(hash: Uint8Array): void {
    if (this.#length === this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], Math.max(64 * HASH_BYTES, 2 * this.#length));
    this.#bytes.set(hash, this.#length);
    this.#length += HASH_BYTES;
  }
}
