/**
 * The tree over the events of one log, in one generation. Its full tiles are in the store; its right edge is in memory,
 * and is made from at most 255 events when the tree is opened. It grows by events that the log has returned from a
 * committed read, and hands out tiles, entries and proofs of any size up to its own.
 */
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import { GrowingTree } from "../../events/proofs/growing-tree.ts";
import { type Tile, type TileId, type TileReader, tilePath } from "../../events/proofs/tiles.ts";
import { HASH_BYTES, hashAt, leafHash, rootOfHashes, TILE_WIDTH } from "../../events/proofs/tree.ts";
import type { Range, Sequence } from "../../events/sequence.ts";
import { type FullTile, TILES_AT_ONCE, type TileStore } from "../storage/tile-store.ts";

/** Full tiles in memory, of one tree: 512 KiB. */
const MAX_CACHED = 64;

/** Called between small parts of long work, so that other requests run. */
type Pause = () => Promise<void> | void;

interface LogTreeParts {
  log: EventLog;
  store: TileStore;
  generation: number;
}

export class LogTree implements TileReader {
  readonly #log: EventLog;
  readonly #store: TileStore;
  readonly #generation: number;
  /** Tiles that became full and are not in the store yet, in order. */
  readonly #pending: Tile[];
  readonly #tree: GrowingTree;
  readonly #cached = new Map<string, Uint8Array>();
  /** The last entry; null if the tree is empty. */
  #last: Uint8Array | null;
  #growing: Promise<void> = Promise.resolve();

  private constructor(
    { log, store, generation }: LogTreeParts,
    state: { tree: GrowingTree; last: Uint8Array | null; pending: Tile[] },
  ) {
    this.#log = log;
    this.#store = store;
    this.#generation = generation;
    this.#tree = state.tree;
    this.#last = state.last;
    this.#pending = state.pending;
  }

  /**
   * Opens the tree at a size at which its full tiles are in the store. If one of them is missing, the tree is made again
   * from event 1 by `growTo`.
   *
   * @throws LogError BEHIND if the log has fewer events; ALTERED if one of the last is missing
   */
  static async open(parts: LogTreeParts, size: number): Promise<LogTree> {
    const pending: Tile[] = [];
    const onFull = (tile: Tile) => void pending.push(tile);
    const first = Math.floor(size / TILE_WIDTH) * TILE_WIDTH;
    // At least the last event, because its hash identifies the history.
    const range = { after: Math.min(first, Math.max(0, size - 1)), upTo: size };
    const entries = await entriesOf(parts.log, range.after, size).catch(async (error: unknown) => {
      throw await reasonOf(error, parts.log, range);
    });
    const last = entries.at(-1) ?? null;
    const leaves = Buffer.concat(size === first ? [] : entries.map(leafHash));
    const reader: TileReader = {
      async readTile(tile) {
        const { level, index, width } = tile;
        if (level === 0) return leaves;
        const from = index * TILE_WIDTH;
        const roots = await parts.store.tileRoots(parts.generation, level - 1, from, from + width);
        if (roots.length < width)
          throw new MissingTile(`${parts.store.name}: ${tilePath(tile)}: tiles below are missing`);
        return Buffer.concat(roots);
      },
    };
    try {
      const tree = await GrowingTree.resume(size, reader, onFull);
      return new LogTree(parts, { tree, last, pending });
    } catch (error) {
      if (!(error instanceof MissingTile)) throw error;
      return new LogTree(parts, { tree: new GrowingTree(onFull), last: null, pending });
    }
  }

  /** How many events it has. */
  get size(): Sequence {
    return this.#tree.size;
  }

  root(): Uint8Array {
    return this.#tree.root();
  }

  /**
   * Adds the events up to a sequence, and stores the tiles that become full. Calls take turns.
   *
   * @throws LogError FORKED if the log has another event at this tree's end; ALTERED if the store has a tile with other
   *   hashes; UNREACHABLE: calling again continues
   */
  growTo(upTo: Sequence, pause: Pause = () => {}): Promise<void> {
    const growing = this.#growing.then(() => this.#grow(upTo, pause));
    this.#growing = growing.catch(() => {});
    return growing;
  }

  async #grow(upTo: Sequence, pause: Pause): Promise<void> {
    if (this.size < upTo) {
      const options = this.#last ? { expect: this.#last } : {};
      for await (const { after, bodies } of this.#log.read({ after: this.size, upTo }, options)) {
        if (after !== this.size) throw new LogError("DAMAGED", `${this.#log.name}: event ${this.size + 1} is missing`);
        for (const body of bodies) {
          this.#last = eventHash(body);
          this.#tree.append(this.#last);
          if (this.size % TILE_WIDTH === 0) await pause();
        }
        if (this.#pending.length >= TILES_AT_ONCE) await this.#store_();
      }
    }
    await this.#store_();
  }

  async #store_(): Promise<void> {
    while (this.#pending.length > 0) {
      const tiles = this.#pending.slice(0, TILES_AT_ONCE);
      await this.#store.addTiles(
        this.#generation,
        tiles.map(({ level, index, hashes }): FullTile => ({ level, index, hashes, root: rootOfHashes(hashes) })),
      );
      for (const tile of tiles) this.#keep(tile, tile.hashes);
      this.#pending.splice(0, tiles.length);
    }
  }

  /** @throws LogError ALTERED if a tile that the tree has is not in the store */
  async readTile(tile: TileId): Promise<Uint8Array> {
    const { level, index, width } = tile;
    const open = this.#tree.openTile(tile);
    if (open) return open;
    const pending = this.#pending.find((one) => one.level === level && one.index === index);
    const hashes = pending?.hashes ?? this.#cached.get(keyOf(tile)) ?? (await this.#read(tile));
    return hashes.subarray(0, width * HASH_BYTES);
  }

  async #read(tile: TileId): Promise<Uint8Array> {
    const hashes = await this.#store.tile(this.#generation, tile.level, tile.index);
    if (!hashes) throw new LogError("ALTERED", `${this.#store.name}: ${tilePath(tile)} is missing`);
    this.#keep(tile, hashes);
    return hashes;
  }

  #keep(tile: TileId, hashes: Uint8Array): void {
    this.#cached.set(keyOf(tile), hashes);
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > MAX_CACHED && oldest !== undefined) this.#cached.delete(oldest);
  }

  /**
   * The entries of a tile of level 0, from the log's events.
   *
   * @throws LogError ALTERED naming the first event that is not the one in the tree
   */
  async entries(index: number, width: number): Promise<Uint8Array[]> {
    const after = index * TILE_WIDTH;
    try {
      const entries = await entriesOf(this.#log, after, after + width);
      await this.#check(after, entries);
      return entries;
    } catch (error) {
      throw await reasonOf(error, this.#log, { after, upTo: after + width });
    }
  }

  /**
   * Why events of the tree cannot be read.
   *
   * @param range that was read
   * @returns ALTERED naming the first that is missing, or in the place of another; the error itself if it is another reason
   */
  async reasonOf(error: unknown, { after, upTo }: Range): Promise<unknown> {
    return await reasonOf(error, this.#log, { after, upTo: Math.min(upTo, this.size) });
  }

  /**
   * Compares events with the tree, which must have them.
   *
   * @param after the sequence before the first of them
   * @throws LogError ALTERED naming the first event that differs
   */
  async check(after: Sequence, bodies: readonly Uint8Array[]): Promise<void> {
    await this.#check(after, bodies.map(eventHash));
  }

  async #check(after: Sequence, entries: readonly Uint8Array[]): Promise<void> {
    for (let n = 0; n < entries.length; ) {
      const index = Math.floor((after + n) / TILE_WIDTH);
      const at = after + n - index * TILE_WIDTH;
      const width = Math.min(TILE_WIDTH, at + entries.length - n);
      const hashes = await this.readTile({ level: 0, index, width });
      for (let leaf = at; leaf < width; leaf++, n++)
        if (!sameBytes(leafHash(entries[n] as Uint8Array), hashAt(hashes, leaf)))
          throw new AlteredEventError(this.#log.name, after + n + 1);
    }
  }
}

/** ALTERED, with the first event that is not the one in the signed tree. */
export class AlteredEventError extends LogError {
  readonly seq: Sequence;

  constructor(name: string, seq: Sequence, what = "not the one in the tree") {
    super("ALTERED", `${name}: event ${seq} is ${what}`);
    this.seq = seq;
  }
}

/** Events that are read at once when one of them is looked for. */
const LOOK_AT_ONCE = 64;

/** A log with a hole says only between which events it is. All events of the range must be in the tree. */
async function reasonOf(error: unknown, log: EventLog, { after, upTo }: Range): Promise<unknown> {
  if (!(error instanceof LogError) || error.code !== "DAMAGED") return error;
  for (let at = after; at < upTo; ) {
    const end = Math.min(upTo, at + LOOK_AT_ONCE);
    if (await canRead(log, { after: at, upTo: end })) {
      at = end;
      continue;
    }
    for (let seq = at + 1; seq <= end; seq++)
      if (!(await canRead(log, { after: seq - 1, upTo: seq }))) return new AlteredEventError(log.name, seq, "missing");
    at = end;
  }
  return error;
}

async function canRead(log: EventLog, { after, upTo }: Range): Promise<boolean> {
  try {
    return (await entriesOf(log, after, upTo)).length === upTo - after;
  } catch (error) {
    if (error instanceof LogError && (error.code === "DAMAGED" || error.code === "BEHIND")) return false;
    throw error;
  }
}

/** A tile that the tree was made of is not in the store. */
class MissingTile extends Error {}

function keyOf({ level, index }: TileId): string {
  return `${level}/${index}`;
}

/** The hashes of the events in `(after, upTo]`, in the memory of one batch of events. @throws LogError BEHIND */
async function entriesOf(log: EventLog, after: Sequence, upTo: Sequence): Promise<Uint8Array[]> {
  const entries: Uint8Array[] = [];
  if (upTo > after) for await (const { bodies } of log.read({ after, upTo })) entries.push(...bodies.map(eventHash));
  if (entries.length < upTo - after)
    throw new LogError("BEHIND", `${log.name}: ends at event ${after + entries.length}, but its tree has ${upTo}`);
  return entries;
}
