/** Writes the tiles, the entries and the checkpoint of a log into a folder, as C2SP tlog-tiles serves them. */
import { LogError } from "../../events/errors.ts";
import { eventHash, sameBytes } from "../../events/hash.ts";
import type { EventLog, LogId } from "../../events/log/log.ts";
import { GrowingTree } from "../../events/proofs/growing-tree.ts";
import { rootAt } from "../../events/proofs/tile-proofs.ts";
import { encodeEntries, entriesPath, MemoryTiles, tilePath, tilesSince } from "../../events/proofs/tiles.ts";
import { TILE_WIDTH } from "../../events/proofs/tree.ts";
import { parseOrigin, type TreeHead } from "../../events/proofs/tree-head.ts";
import type { Sequence } from "../../events/sequence.ts";
import { compareWithTiles } from "./compare-logs.ts";
import type { TilesFolder } from "./tiles-folder.ts";

export interface WriteTilesOptions {
  log: LogId;
  /** What the checkpoint has to say; without it, only its origin is known. */
  signed: TreeHead | null;
  origin: string;
  upTo: Sequence;
  /** Makes the text of the checkpoint. */
  checkpoint: (head: TreeHead) => string;
  signal?: AbortSignal;
  onProgress?: (seq: Sequence) => void;
}

export interface TilesResult extends TreeHead {
  root: Buffer;
  /** How many files the folder did not have. */
  files: number;
}

/** What a tree of one size consists of, in memory: 66 MB for a million events. */
interface WholeTree {
  tiles: MemoryTiles;
  /** By their index. */
  bundles: Buffer[];
  size: Sequence;
  root: Buffer;
}

/**
 * Writes what a folder lacks, and the checkpoint last. Files that are there stay as they are. All checks come first: if
 * one fails, nothing is written.
 *
 * @throws LogError NOT_A_LOG if the folder is another log's; ALTERED if it contradicts the log, or if the log
 *   contradicts what was signed; BEHIND if the folder has more events; what reading the log throws
 */
export async function writeTiles(log: EventLog, folder: TilesFolder, options: WriteTilesOptions): Promise<TilesResult> {
  const { log: id, origin, upTo, signed } = options;
  checkFolder(folder, id, upTo);
  const tree = await treeOf(log, options);
  if (tree.size !== upTo) throw new LogError("BEHIND", `${log.name}: has ${tree.size} events, not ${upTo}`);
  if (signed && !sameBytes(signed.root, tree.root))
    throw new LogError(
      "ALTERED",
      `${log.name}: its first ${upTo} events are not those that were signed: compare it with another copy: invoify verify --against LOG`,
    );
  await checkAgainstFolder(tree, folder, log.name);
  const files = filesOf(tree);
  const missing: [path: string, bytes: Uint8Array][] = [];
  for (const [path, bytes] of files) {
    const kept = await folder.has(path, bytes);
    if (kept === false) throw contradiction(folder, `${path} has other hashes than ${log.name}`);
    if (kept === null) missing.push([path, bytes]);
  }
  for (const [path, bytes] of missing) {
    options.signal?.throwIfAborted();
    await folder.add(path, bytes);
  }
  const head = { origin, size: tree.size, root: tree.root };
  await folder.writeCheckpoint(options.checkpoint(head));
  return { ...head, files: missing.length };
}

function checkFolder({ path, head }: TilesFolder, log: LogId, upTo: Sequence): void {
  if (!head) return;
  if (parseOrigin(head.origin)?.log !== log)
    throw new LogError("NOT_A_LOG", `${path}: has the tiles of ${head.origin}, not those of log ${log}`);
  if (head.size > upTo)
    throw new LogError("BEHIND", `${path}: has the tiles of ${head.size} events, and this log has only ${upTo}`);
}

async function treeOf(log: EventLog, { upTo, signal, onProgress }: WriteTilesOptions): Promise<WholeTree> {
  const [tiles, bundles] = [new MemoryTiles(), [] as Buffer[]];
  const tree = new GrowingTree((tile) => tiles.add(tile));
  let entries: Buffer[] = [];
  const flush = () => {
    if (entries.length > 0) bundles.push(encodeEntries(entries));
    entries = [];
  };
  for await (const { after, bodies } of log.read({ after: 0, upTo }, signal ? { signal } : {})) {
    for (const body of bodies) {
      const entry = eventHash(body);
      tree.append(entry);
      entries.push(entry);
      if (entries.length === TILE_WIDTH) flush();
    }
    onProgress?.(after + bodies.length);
  }
  flush();
  for (const tile of tree.openTiles()) tiles.add(tile);
  return { tiles, bundles, size: tree.size, root: tree.root() };
}

/** Throws if the folder's checkpoint is of another history. It names the event if the folder's tiles say which one. */
async function checkAgainstFolder(tree: WholeTree, folder: TilesFolder, name: string): Promise<void> {
  const { head } = folder;
  if (!head || sameBytes(await rootAt(tree.tiles, head.size), head.root)) return;
  const { firstDifferent } = await compareWithTiles(tree, { name: folder.path, tiles: folder, ...head });
  throw contradiction(folder, `event ${firstDifferent} is not that of ${name}`);
}

function contradiction({ path }: TilesFolder, why: string): LogError {
  return new LogError("ALTERED", `${path}: ${why}; the folder was not changed`);
}

function* filesOf({ tiles, bundles, size }: WholeTree): Generator<[path: string, bytes: Uint8Array]> {
  for (const tile of tilesSince(0, size)) {
    yield [tilePath(tile), tiles.readTile(tile)];
    if (tile.level === 0) yield [entriesPath(tile), bundles[tile.index] as Buffer];
  }
}
