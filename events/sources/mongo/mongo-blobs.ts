/** The blobs of one log in MongoDB: those of all logs are in one collection, each blob in one document. */
import type { Collection, Db } from "mongodb";
import { BLOB_NAME_BYTES, type BlobStore, checkedBlob, nameOfBlob, type StoredBlob } from "../../blobs/blob-store.ts";
import { LogError } from "../../errors.ts";
import type { LogId } from "../../log/log.ts";
import { parseUuidV7 } from "../../uuid.ts";
import { asLogError, eventsOf, isDuplicate } from "./mongo-collection.ts";

const COLLECTION = "blob";

interface BlobDocument {
  /** Log id ‖ SHA-256, 48 bytes. It is the only key, so the blobs of a log are one range of it. */
  _id: Uint8Array;
  size: number;
  /** When it was last put, by the server's clock. */
  at: Date;
  bytes: Uint8Array;
}

export class MongoBlobs implements BlobStore {
  readonly name: string;
  readonly #log: Uint8Array;
  readonly #db: Db;
  readonly #blobs: Collection<BlobDocument>;
  readonly #ownClient: { close(): Promise<void> } | null;

  /**
   * @param options.name of the log, for errors, without a password
   * @param options.ownClient closed with the store
   */
  constructor(
    db: Db,
    { log, name, ownClient = null }: { log: LogId; name: string; ownClient?: { close(): Promise<void> } | null },
  ) {
    const id = parseUuidV7(log);
    if (!id) throw new LogError("NOT_A_LOG", `${log} is not the id of a log (a UUIDv7)`);
    this.#log = Buffer.from(id);
    this.name = name;
    this.#db = db;
    this.#blobs = eventsOf<BlobDocument>(db, COLLECTION);
    this.#ownClient = ownClient;
  }

  async put(bytes: Uint8Array): Promise<Uint8Array> {
    const name = nameOfBlob(bytes);
    await this.#attempt(() => this.#put(name, bytes));
    return name;
  }

  async #put(name: Uint8Array, bytes: Uint8Array): Promise<void> {
    const _id = this.#key(name);
    const values = { size: bytes.length, bytes: Buffer.from(bytes) };
    // One operation, which may be repeated after a lost connection: `at` is by the server's clock, also where it is new.
    const update = { $setOnInsert: values, $currentDate: { at: true } } as const;
    try {
      const { upsertedCount } = await this.#blobs.updateOne({ _id }, update, { upsert: true });
      if (upsertedCount === 1) return;
    } catch (error) {
      // Two processes inserted it at the same time.
      if (!isDuplicate(error)) throw error;
      await this.#blobs.updateOne({ _id }, { $currentDate: { at: true } });
    }
    if ((await this.#get(name)) === null) await this.#put(name, bytes); // removed just now, because nothing named it
  }

  get(name: Uint8Array): Promise<Uint8Array | null> {
    return this.#attempt(() => this.#get(name));
  }

  async #get(name: Uint8Array): Promise<Uint8Array | null> {
    const found = await this.#blobs.findOne({ _id: this.#key(name) }, { projection: { _id: 0, bytes: 1 } });
    return found && checkedBlob(this.name, name, found.bytes);
  }

  async *list(): AsyncGenerator<StoredBlob> {
    const range = {
      $gte: this.#key(Buffer.alloc(BLOB_NAME_BYTES)),
      $lte: this.#key(Buffer.alloc(BLOB_NAME_BYTES, 0xff)),
    };
    const found = this.#blobs.find({ _id: range }, { projection: { size: 1, at: 1 }, sort: { _id: 1 } });
    try {
      for await (const { _id, size, at } of found)
        yield { sha256: _id.subarray(this.#log.length), size: Number(size), putAtMs: at.getTime() };
    } catch (error) {
      throw asLogError(error, this.name);
    } finally {
      await found.close();
    }
  }

  async remove(name: Uint8Array, olderThanMs: number): Promise<boolean> {
    return await this.#attempt(async () => {
      const { localTime } = await this.#db.command({ hello: 1 });
      const latest = new Date(Number(localTime) - olderThanMs);
      return (await this.#blobs.deleteOne({ _id: this.#key(name), at: { $lte: latest } })).deletedCount === 1;
    });
  }

  async close(): Promise<void> {
    await this.#ownClient?.close();
  }

  #key(name: Uint8Array): Uint8Array {
    return Buffer.concat([this.#log, name]);
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asLogError(error, this.name);
    }
  }
}
