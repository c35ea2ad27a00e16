/** The tiles of a tree, as C2SP tlog-tiles has them: their paths, their widths in a tree of any size, and bundles. */
import { LogError } from "../errors.ts";
import { HASH_BYTES, hashCount, TILE_WIDTH } from "./tree.ts";

/** A tile: its level, its index within the level, from 0, and how many hashes of it are meant, 1 to 256. */
export interface TileId {
  level: number;
  index: number;
  width: number;
}

/** Whatever stores or serves the tiles of one tree: a database, a folder, a server. */
export interface TileReader {
  /**
   * The first `width` hashes of a tile, 32 bytes each. Full tiles never change, and a partial tile is the beginning of
   * the full one. Callers ask only for what a tree of the size that they were given has.
   *
   * @throws LogError if the tile is missing
   */
  readTile(tile: TileId): Promise<Uint8Array> | Uint8Array;
}

/** A tile with its hashes. */
export interface Tile extends TileId {
  hashes: Buffer;
}

/** A bundle of entries: its index is that of the level 0 tile that it hashes to. */
export interface EntriesId {
  index: number;
  width: number;
}

/** The highest level that paths can have. */
const MAX_LEVEL = 63;

/** `tile/0/x001/234`, or `tile/0/x001/234.p/17` if it is partial. */
export function tilePath({ level, index, width }: TileId): string {
  return `tile/${level}/${indexPath(index, width)}`;
}

/** `tile/entries/x001/234`, or `tile/entries/x001/234.p/17` if it is partial. */
export function entriesPath({ index, width }: EntriesId): string {
  return `tile/entries/${indexPath(index, width)}`;
}

/** An index as path elements of three digits, all but the last with an `x`; and `.p/W` below the full width. */
function indexPath(index: number, width: number): string {
  const digits = String(index).padStart(3, "0");
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g) ?? [];
  const path = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join("/");
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Reads a path that `tilePath` or `entriesPath` writes; null for anything else, also for another form of the same. */
export function parseTilePath(path: string): ({ kind: "tile" } & TileId) | ({ kind: "entries" } & EntriesId) | null {
  const [, kind, digits, partial] = PATH.exec(path) ?? [];
  if (kind === undefined || digits === undefined) return null;
  const index = Number(digits.replaceAll(/[x/]/g, ""));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (!Number.isSafeInteger(index)) return null;
  const id = { index, width };
  const level = Number(kind);
  const parsed = kind === "entries" ? { kind: "entries" as const, ...id } : { kind: "tile" as const, level, ...id };
  const canonical = parsed.kind === "entries" ? entriesPath(parsed) : tilePath(parsed);
  return canonical === path && (parsed.kind === "entries" || level <= MAX_LEVEL) ? parsed : null;
}

/** Entries as a bundle: each with its length in two bytes, big-endian. Entries are hashes, so each takes 34 bytes. */
export function encodeEntries(entries: Iterable<Uint8Array>): Buffer {
  const length = Buffer.of(0, HASH_BYTES);
  return Buffer.concat([...entries].flatMap((entry) => [length, entry]));
}

/**
 * Reads a bundle.
 *
 * @throws LogError UNPROVEN if it is not `width` entries of 32 bytes
 */
export function decodeEntries(bundle: Uint8Array, { index, width }: EntriesId): Uint8Array[] {
  const each = 2 + HASH_BYTES;
  const where = entriesPath({ index, width });
  if (bundle.length !== width * each)
    throw new LogError("UNPROVEN", `${where}: ${bundle.length} bytes, ${width} entries have ${width * each}`);
  return Array.from({ length: width }, (_, n) => {
    const at = n * each;
    if (bundle[at] !== 0 || bundle[at + 1] !== HASH_BYTES)
      throw new LogError("UNPROVEN", `${where}: entry ${n} does not have ${HASH_BYTES} bytes`);
    return bundle.subarray(at + 2, at + each);
  });
}

/** How many hashes a level has in a tree of this size. */
export function levelWidth(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The tile of a level that contains hash `n` of that level, as wide as a tree of this size has it. */
export function tileWith(size: number, level: number, n: number): TileId {
  const index = Math.floor(n / TILE_WIDTH);
  return { level, index, width: Math.min(TILE_WIDTH, levelWidth(size, level) - index * TILE_WIDTH) };
}

/** The partial tiles of a tree of this size, from level 0 up. Level 0 is absent if its last tile is full, and so on. */
export function partialTiles(size: number): TileId[] {
  const tiles: TileId[] = [];
  for (let level = 0; levelWidth(size, level) > 0; level++) {
    const width = levelWidth(size, level) % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: Math.floor(levelWidth(size, level) / TILE_WIDTH), width });
  }
  return tiles;
}

/** All tiles of a tree of this size that a tree of `from` entries did not have in the same width. */
export function* tilesSince(from: number, size: number): Generator<TileId> {
  for (let level = 0; levelWidth(size, level) > 0; level++) {
    const width = levelWidth(size, level);
    if (width === levelWidth(from, level)) continue;
    for (let n = Math.floor(levelWidth(from, level) / TILE_WIDTH) * TILE_WIDTH; n < width; n += TILE_WIDTH)
      yield tileWith(size, level, n);
  }
}

/**
 * Reads a tile and checks its length.
 *
 * @throws LogError UNPROVEN if it has another length; what the reader throws
 */
export async function readTile(reader: TileReader, tile: TileId): Promise<Uint8Array> {
  const hashes = await reader.readTile(tile);
  if (hashes.length !== tile.width * HASH_BYTES)
    throw new LogError(
      "UNPROVEN",
      `${tilePath(tile)}: ${hashes.length} bytes, ${tile.width} hashes have ${tile.width * HASH_BYTES}`,
    );
  return hashes;
}

/** Tiles in memory, 32 bytes a hash: 33 MB for a million entries. */
export class MemoryTiles implements TileReader {
  readonly #tiles = new Map<string, Uint8Array>();

  /** Keeps a tile. A wider one replaces a narrower one. */
  add({ level, index, hashes }: Tile): void {
    this.#tiles.set(`${level}/${index}`, hashes);
  }

  readTile(tile: TileId): Uint8Array {
    const hashes = this.#tiles.get(`${tile.level}/${tile.index}`);
    if (!hashes || hashCount(hashes) < tile.width)
      throw new LogError("UNPROVEN", `${tilePath(tile)}: there is no such tile, or it is narrower`);
    return hashes.subarray(0, tile.width * HASH_BYTES);
  }
}
