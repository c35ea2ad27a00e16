/** The trees of one log in MongoDB: tiles, heads and forks of all logs are in one collection each. */
import { type Collection, type Db, Long, MongoBulkWriteError } from "mongodb";
import { LogError } from "../../events/errors.ts";
import { sameBytes } from "../../events/hash.ts";
import type { LogId } from "../../events/log/log.ts";
import { asLogError, isDuplicate } from "../../events/sources/mongo/mongo-collection.ts";
import { parseUuidV7 } from "../../events/uuid.ts";
import { type Fork, type FullTile, TILES_AT_ONCE, type TileStore, type TreePair, tileName } from "./tile-store.ts";

/** `_id`: log id ‖ generation ‖ level ‖ index, 27 bytes, big-endian: the tiles of a level follow each other. */
interface TileDocument {
  _id: Uint8Array;
  root: Uint8Array;
  hashes: Uint8Array;
}

/** `_id`: log id ‖ generation, 20 bytes. */
interface HeadDocument {
  _id: Uint8Array;
  size: number;
  root: Uint8Array;
}

/** `_id`: as that of a head. */
interface ForkDocument {
  _id: Uint8Array;
  generation: number;
  note: string;
}

const COLLECTION_OPTIONS = {
  readConcern: { level: "majority" },
  readPreference: "primary",
  writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
  promoteBuffers: true,
} as const;

const MAX_GENERATION = 0xffff_ffff;

export class MongoTileStore implements TileStore {
  readonly name: string;
  readonly mayBeStale = true;
  readonly #log: Uint8Array;
  readonly #tiles: Collection<TileDocument>;
  readonly #heads: Collection<HeadDocument>;
  readonly #forks: Collection<ForkDocument>;

  /** @param name of the log, for errors, without a password */
  constructor(db: Db, log: LogId, name: string) {
    const id = parseUuidV7(log);
    if (!id) throw new LogError("NOT_A_LOG", `${log} is not the id of a log (a UUIDv7)`);
    this.#log = Buffer.from(id);
    this.name = name;
    this.#tiles = db.collection("tile", COLLECTION_OPTIONS);
    this.#heads = db.collection("tree_head", COLLECTION_OPTIONS);
    this.#forks = db.collection("fork", COLLECTION_OPTIONS);
  }

  async addTiles(generation: number, tiles: readonly FullTile[]): Promise<void> {
    for (let at = 0; at < tiles.length; at += TILES_AT_ONCE)
      await this.#attempt(() => this.#add(generation, tiles.slice(at, at + TILES_AT_ONCE)));
  }

  async #add(generation: number, tiles: readonly FullTile[]): Promise<void> {
    const documents = tiles.map(({ level, index, root, hashes }) => ({
      _id: this.#tileKey(generation, level, index),
      root,
      hashes,
    }));
    try {
      await this.#tiles.insertMany(documents, { ordered: false });
    } catch (error) {
      if (!isDuplicate(error) && !(error instanceof MongoBulkWriteError)) throw error;
      // Another process added some of them, or this one before it was killed. The others are there too, or it is an error.
      for (const tile of tiles) await this.#compare(generation, tile, error);
    }
  }

  async #compare(generation: number, tile: FullTile, cause: unknown): Promise<void> {
    const hashes = await this.#tileNow(generation, tile.level, tile.index);
    if (hashes === null) throw cause;
    if (!sameBytes(hashes, tile.hashes))
      throw new LogError("ALTERED", `${this.name}: ${tileName(tile)} is there with other hashes`);
  }

  tile(generation: number, level: number, index: number): Promise<Uint8Array | null> {
    return this.#attempt(() => this.#tileNow(generation, level, index));
  }

  async #tileNow(generation: number, level: number, index: number): Promise<Uint8Array | null> {
    const _id = this.#tileKey(generation, level, index);
    return (await this.#tiles.findOne({ _id }, { projection: { _id: 0, hashes: 1 } }))?.hashes ?? null;
  }

  async tileRoots(generation: number, level: number, from: number, to: number): Promise<Uint8Array[]> {
    const [first, end] = [this.#tileKey(generation, level, from), this.#tileKey(generation, level, to)];
    const options = { projection: { root: 1 }, sort: { _id: 1 } } as const;
    const rows = await this.#attempt(() => this.#tiles.find({ _id: { $gte: first, $lt: end } }, options).toArray());
    const gap = rows.findIndex(({ _id }, n) => !sameBytes(_id, this.#tileKey(generation, level, from + n)));
    return (gap === -1 ? rows : rows.slice(0, gap)).map(({ root }) => root);
  }

  async head(generation: number): Promise<TreePair | null> {
    const found = await this.#attempt(() => this.#heads.findOne({ _id: this.#key(generation) }));
    return found && { size: Number(found.size), root: found.root };
  }

  async advance(generation: number, from: TreePair | null, to: TreePair): Promise<boolean> {
    const _id = this.#key(generation);
    const pair = { size: Long.fromNumber(to.size) as unknown as number, root: Buffer.from(to.root) };
    return await this.#attempt(async () => {
      if (from === null) return await wasInserted(this.#heads.insertOne({ _id, ...pair }));
      const was = { _id, size: from.size, root: Buffer.from(from.root) };
      return (await this.#heads.updateOne(was, { $set: pair })).matchedCount === 1;
    });
  }

  async forks(): Promise<Fork[]> {
    const range = { $gte: this.#key(0), $lte: this.#key(MAX_GENERATION) };
    const options = { projection: { _id: 0, generation: 1, note: 1 }, sort: { _id: 1 } } as const;
    return await this.#attempt(() => this.#forks.find<Fork>({ _id: range }, options).toArray());
  }

  async addFork({ generation, note }: Fork): Promise<boolean> {
    const document = { _id: this.#key(generation), generation, note };
    return await this.#attempt(() => wasInserted(this.#forks.insertOne(document)));
  }

  async close(): Promise<void> {} // the client belongs to the storage

  #key(generation: number): Uint8Array {
    const key = Buffer.alloc(20);
    key.set(this.#log);
    key.writeUInt32BE(generation, 16);
    return key;
  }

  #tileKey(generation: number, level: number, index: number): Uint8Array {
    const place = Buffer.alloc(7);
    place.writeUInt8(level);
    place.writeUIntBE(index, 1, 6);
    return Buffer.concat([this.#key(generation), place]);
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asLogError(error, this.name);
    }
  }
}

/** False if there is already a document with this key. */
async function wasInserted(insert: Promise<unknown>): Promise<boolean> {
  try {
    await insert;
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
