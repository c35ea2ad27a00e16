/**
 * What a store keeps of one log's trees (events/proofs): for each generation the full tiles, the tree head that may be
 * signed, and the note with which the generation began. Several processes may use it at the same time. Every promise may
 * reject with LogError UNREACHABLE: the change may or may not have been made, and repeating it is safe.
 */
import type { Sequence } from "../../events/sequence.ts";

/** The size of a tree and its root. */
export interface TreePair {
  size: Sequence;
  /** 32 bytes. */
  root: Uint8Array;
}

/** A full tile: 256 hashes. It never changes. */
export interface FullTile {
  level: number;
  index: number;
  /** 256 hashes of 32 bytes. */
  hashes: Uint8Array;
  /** The root over these hashes: a hash of the level above. */
  root: Uint8Array;
}

/** How a generation after the first began. */
export interface Fork {
  /** From 2. */
  generation: number;
  /** The signed fork note (events/proofs). */
  note: string;
}

export interface TileStore {
  /** Its name for people. */
  readonly name: string;
  /** True if a read can be older than an earlier one for a moment: after an election, a server may serve older data. */
  readonly mayBeStale: boolean;

  /**
   * Adds full tiles, and returns when they are durable. Those that are there are compared.
   *
   * @throws LogError ALTERED if one is there with other hashes
   */
  addTiles(generation: number, tiles: readonly FullTile[]): Promise<void>;

  /** The hashes of a full tile; null if it is not there. */
  tile(generation: number, level: number, index: number): Promise<Uint8Array | null>;

  /** The roots of the full tiles `from` (included) to `to` (excluded) of a level, without a gap; it ends at the first gap. */
  tileRoots(generation: number, level: number, from: number, to: number): Promise<Uint8Array[]>;

  /** The newest pair that may be signed, as a majority has it; null before the first one. */
  head(generation: number): Promise<TreePair | null>;

  /**
   * Replaces the newest pair, and returns when that is durable.
   *
   * @param from the pair that is there; null: none
   * @returns false if another one is there; it stays
   */
  advance(generation: number, from: TreePair | null, to: TreePair): Promise<boolean>;

  /** All forks, oldest first. The current generation is that of the last one; without any, it is 1. */
  forks(): Promise<Fork[]>;

  /** Adds a fork. @returns false if there is already one of its generation; it stays */
  addFork(fork: Fork): Promise<boolean>;

  close(): Promise<void>;
}

/** The number of tiles that are added or compared at once: 800 KiB. */
export const TILES_AT_ONCE = 100;

/** A tile's name in errors. */
export function tileName({ level, index }: Pick<FullTile, "level" | "index">): string {
  return `tile ${index} of level ${level}`;
}
