/** A folder with the tiles, the entries and the checkpoint of a log, as C2SP tlog-tiles serves them. */
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LogError } from "../../events/errors.ts";
import { sameBytes } from "../../events/hash.ts";
import { PRIVATE_FOLDER } from "../../events/private-files.ts";
import { ProofError } from "../../events/proofs/proof-error.ts";
import { levelWidth, type TileId, type TileReader, tilePath } from "../../events/proofs/tiles.ts";
import { HASH_BYTES, TILE_WIDTH } from "../../events/proofs/tree.ts";
import { parseTreeHead, type TreeHead } from "../../events/proofs/tree-head.ts";
import { codeOf, writeAll, writeWholeFile } from "../../events/sources/file/whole-file.ts";

const CHECKPOINT = "checkpoint";

export class TilesFolder implements TileReader {
  readonly path: string;
  /** The tree head of the checkpoint file; null before the first one. Who signed it is not checked. */
  readonly head: (TreeHead & { root: Buffer }) | null;
  /** The checkpoint file's text; null before the first one. */
  readonly checkpoint: string | null;

  private constructor(path: string, checkpoint: string | null) {
    this.path = path;
    this.checkpoint = checkpoint;
    this.head = checkpoint === null ? null : headOf(checkpoint, join(path, CHECKPOINT));
  }

  /** @throws ProofError malformed if its checkpoint cannot be read */
  static async open(path: string): Promise<TilesFolder> {
    return new TilesFolder(path, await textOf(join(path, CHECKPOINT)));
  }

  /** True if the checkpoint has signatures. */
  get isSigned(): boolean {
    return this.checkpoint?.includes("\n\n") === true;
  }

  /** @throws LogError UNPROVEN if the folder does not have the tile */
  async readTile(tile: TileId): Promise<Uint8Array> {
    for (const width of new Set([tile.width, TILE_WIDTH, this.#widthOf(tile)])) {
      if (width < tile.width) continue;
      const bytes = await bytesOf(join(this.path, tilePath({ ...tile, width })));
      if (bytes?.length === width * HASH_BYTES) return bytes.subarray(0, tile.width * HASH_BYTES);
    }
    throw new LogError("UNPROVEN", `${join(this.path, tilePath(tile))}: is missing, or has another length`);
  }

  /**
   * True if a file of the folder has these bytes, false if it has others; null if there is none.
   * @param file its path
   */
  async has(file: string, bytes: Uint8Array): Promise<boolean | null> {
    const kept = await bytesOf(join(this.path, file));
    return kept && sameBytes(kept, bytes);
  }

  /** Writes a file that never changes, and is not there yet. @param file its path in the folder */
  async add(file: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.path, file);
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    await writeWholeFile(path, (handle) => writeAll(handle, bytes, 0), { overwrite: false });
  }

  /** Writes the checkpoint, which replaces the one before: after everything that it needs. */
  async writeCheckpoint(text: string): Promise<void> {
    await writeWholeFile(join(this.path, CHECKPOINT), (handle) => writeAll(handle, Buffer.from(text), 0), {
      overwrite: true,
    });
  }

  /** The width in which the folder has a tile, by its checkpoint. */
  #widthOf({ level, index }: TileId): number {
    return Math.min(TILE_WIDTH, levelWidth(this.head?.size ?? 0, level) - index * TILE_WIDTH);
  }
}

/** A checkpoint that is not signed is its text alone. */
function headOf(text: string, name: string): TreeHead & { root: Buffer } {
  const end = text.indexOf("\n\n");
  const { origin, size, root } = parseTreeHead(end < 0 ? text : text.slice(0, end + 1), name);
  return { origin, size, root };
}

async function textOf(path: string): Promise<string | null> {
  const bytes = await bytesOf(path);
  if (!bytes) return null;
  if (bytes.length > 1024 * 1024) throw new ProofError("malformed", `${path}: too long for a checkpoint`);
  return bytes.toString();
}

async function bytesOf(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw error;
  }
}
