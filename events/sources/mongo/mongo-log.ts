/**
 * A log in MongoDB, with one document per event. It needs only the key `_id` and majority reads and writes, and no
 * counters, transactions or change streams. So any replica set, sharded cluster or hosted cluster will do.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Db, MongoClient } from "mongodb";
import type { EncodedEvent } from "../../encoding/event.ts";
import { LogError } from "../../errors.ts";
import { eventHash, sameBytes } from "../../hash.ts";
import { BLOCK_BYTES } from "../../log/blocks.ts";
import { HeadWatch } from "../../log/head-watch.ts";
import type { AppendOptions, Batch, LogId, ReadOptions, StoredEvent, WritableLog } from "../../log/log.ts";
import { type Range, type Sequence, segmentEnd } from "../../sequence.ts";
import { parseUuidV7, uuidText } from "../../uuid.ts";
import { type Access, EARLIER_SHAPE, markConverted, type Place, placeOf } from "./earlier-shape.ts";
import { appendDocuments } from "./mongo-append.ts";
import { lostConnections } from "./mongo-client.ts";
import { asLogError, documentOf, ensureIndex, onlyLog, refuseStray } from "./mongo-collection.ts";
import { inTime } from "./reconnecting-client.ts";

/**
 * Delays before repeated reads of an event that must exist. After an election, a server may serve slightly older data.
 */
const REREAD_DELAYS_MS = [20, 80, 300, 800];

const EVENT = { seq: 1, body: 1 } as const;
const STORED = { ...EVENT, request: 1 } as const;
type Projection = typeof EVENT | typeof STORED;

interface MongoLogOptions {
  /**
   * The log's id; the log may not exist yet. Null: the only log of the database, or the one that event 1 will create.
   */
  log: LogId | null;
  /** The name in errors, without a password. */
  name: string;
  /** A client that is closed with the log; null if the client is shared. */
  ownClient: MongoClient | null;
  /**
   * What it is opened for. `write` (default): refuses a database of release 0.1. `read`: reads such a database too.
   * `convert`: writes the log into the new collection of such a database.
   */
  access?: Access;
}

export class MongoLog implements WritableLog {
  readonly name: string;
  readonly #client: MongoClient;
  readonly #ownClient: MongoClient | null;
  readonly #db: Db;
  readonly #access: Access;
  readonly #watch = new HeadWatch(() => this.head());
  /** The name of its database in errors. */
  readonly #database: string;
  /** True if the log was named when it was opened. */
  readonly #named: boolean;
  /** The log's id, 16 bytes; null while it is unknown. */
  #log: Uint8Array | null;
  /** Where the log is; null before the first use. */
  #place: Promise<Place> | null = null;
  /** The last head seen since the last lost connection. */
  #seen: Sequence = 0;
  #losses = 0;
  /** The average size of the events that were read last, bytes. */
  #eventBytes = 256;
  /** The lost connections when an append last checked its predecessor; null before the first check. */
  #checkedAfter: number | null = null;

  constructor(db: Db, { log, name, ownClient, access = "write" }: MongoLogOptions) {
    this.name = name;
    this.#client = db.client;
    this.#ownClient = ownClient;
    this.#named = log !== null;
    this.#log = log === null ? null : bytesOf(log);
    this.#db = db;
    this.#access = access;
    this.#database = name.replace(/#.*$/, "");
  }

  async id(): Promise<LogId | null> {
    const log = await this.#findId();
    return log && (await this.head()) > 0 ? uuidText(log) : null;
  }

  async head(known: Sequence = 0): Promise<Sequence> {
    const log = await this.#findId();
    if (!log) return 0;
    // Starts at the known sequence, so that the server reads only a few index entries.
    const from = Math.max(known, this.#lastSeen());
    const last = await this.#lastFrom(log, from);
    if (last !== null) this.#seen = Math.max(this.#seen, last);
    // Nothing there: `known` was wrong, or a backup was restored. Start at the beginning.
    else this.#seen = from === 0 ? 0 : ((await this.#lastFrom(log, 0)) ?? 0);
    return this.#seen;
  }

  async *read(range: Range, { expect, signal }: ReadOptions = {}): AsyncGenerator<Batch> {
    if (expect) await this.#check(range.after, expect, signal);
    let after = range.after;
    let bodies: Uint8Array[] = [];
    let bytes = 0;
    for await (const { seq, body } of this.#documents(range, EVENT, signal)) {
      bodies.push(body);
      bytes += body.length;
      if (bytes < BLOCK_BYTES && seq !== segmentEnd(after)) continue;
      yield { after, bodies, head: this.#seen };
      after = seq;
      bodies = [];
      bytes = 0;
    }
    if (bodies.length > 0) yield { after, bodies, head: this.#seen };
  }

  async *readStored(range: Range): AsyncGenerator<StoredEvent> {
    yield* this.#documents(range, STORED);
  }

  changed(after: Sequence, signal: AbortSignal): Promise<void> {
    return this.#watch.changed(after, signal);
  }

  async append(events: readonly EncodedEvent[], { previous }: AppendOptions = {}): Promise<number> {
    const first = events[0];
    if (!first) throw new Error("nothing to append");
    const stray = events.findIndex(({ seq }, n) => seq !== first.seq + n);
    if (stray !== -1) throw new Error(`event ${events[stray]?.seq} does not follow ${first.seq + stray - 1}`);
    if (this.#access === "read") throw new Error("opened for reading");
    const log = await this.#logOf(first);
    if (!log) return 0;
    const { events: collection } = await this.#located();
    if (first.seq === 1) await this.#query(() => ensureIndex(collection));
    const documents = events.map((event) => documentOf(log, event));
    const check = (seq: Sequence, hash: Uint8Array | null | undefined) => this.#checkBefore(log, seq, hash);
    const landed = await appendDocuments(collection, documents, { name: this.name, previous, check });
    if (landed > 0) {
      this.#log = log;
      this.#seen = Math.max(this.#seen, first.seq + landed - 1);
      this.#watch.tell(this.#seen);
    }
    return landed;
  }

  /** True if the log is in the collection of release 0.1. */
  async isEarlier(): Promise<boolean> {
    return (await this.#located()).shape === EARLIER_SHAPE;
  }

  /** Marks a log of release 0.1 as converted. @throws LogError FORKED if it has grown past `head` */
  async markConverted(head: Sequence): Promise<void> {
    const log = await this.#findId();
    if (!log || !(await this.isEarlier())) throw new Error("not a log of release 0.1");
    await this.#query(() => markConverted(this.#db, log, { head, name: this.name }));
  }

  async serverTime(): Promise<number> {
    const { localTime } = await this.#query(() => this.#db.command({ hello: 1 }));
    return Number(localTime);
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#ownClient?.close();
  }

  /** The id of this log; null while the log does not exist. */
  async #findId(): Promise<Uint8Array | null> {
    const { events } = await this.#located();
    if (this.#log) return this.#log;
    this.#log = await this.#query(() => onlyLog(events, this.name));
    return this.#log;
  }

  /** The id of the log to append to; null if another writer has created the log of this database. */
  async #logOf(first: EncodedEvent): Promise<Uint8Array | null> {
    const log = await this.#findId();
    if (first.seq > 1 && !log) throw new LogError("GAP", `${this.name}: has no event, the next one is ${first.seq}`);
    if (first.seq > 1 || (log && sameBytes(log, first.id))) return log;
    if (this.#named)
      throw new LogError("NOT_A_LOG", `${this.name}: event 1 has the id ${uuidText(first.id)}, not the id of the log`);
    return log ? null : Buffer.from(first.id);
  }

  /** The collection with this log. @throws LogError NOT_A_LOG if it must be converted first */
  #located() {
    this.#place ??= this.#query(() =>
      placeOf(this.#db, this.#log, { access: this.#access, name: this.#database }),
    ).catch((error) => {
      this.#place = null;
      throw error;
    });
    return this.#place;
  }

  /** The check of an append, before each insert. Without a hash, it only refuses a gap. */
  async #checkBefore(log: Uint8Array, seq: Sequence, hash: Uint8Array | null | undefined): Promise<void> {
    const losses = lostConnections(this.#client);
    const isSeen = this.#lastSeen() >= seq;
    if (seq === 0 || (isSeen && (!hash || this.#checkedAfter === losses))) return;
    const actual = hash ? await this.#hashAt(log, seq) : null;
    if (hash && actual) {
      if (!sameBytes(actual, hash))
        throw new LogError("FORKED", `${this.name}: event ${seq} is not the one before the new event`);
      this.#checkedAfter = losses;
      this.#seen = Math.max(this.#seen, seq);
      return;
    }
    const head = await this.head();
    if (hash || head < seq) throw new LogError("GAP", `${this.name}: has ${head} events, the next one is ${seq + 1}`);
  }

  /** Throws FORKED unless the event at `seq` has this hash. */
  async #check(seq: Sequence, expect: Uint8Array, signal?: AbortSignal): Promise<void> {
    const log = await this.#findId();
    const actual = log && seq > 0 ? await this.#hashAt(log, seq, signal) : null;
    if (!actual) throw new LogError("FORKED", `${this.name}: has no event ${seq}, but the reader's copy does`);
    if (!sameBytes(actual, expect))
      throw new LogError("FORKED", `${this.name}: event ${seq} differs from the reader's copy`);
  }

  /** The hash of an event that should exist; null if it does not. */
  async #hashAt(log: Uint8Array, seq: Sequence, signal?: AbortSignal): Promise<Uint8Array | null> {
    const { events, shape } = await this.#located();
    const filter = shape.rangeOf(log, { after: seq - 1, upTo: seq });
    for (const waitMs of [...REREAD_DELAYS_MS, null]) {
      const event = await this.#query(() => events.findOne(filter, { projection: EVENT }));
      if (event) return eventHash(event.body);
      if (waitMs !== null) await sleep(waitMs, undefined, signal && { signal });
    }
    return null;
  }

  /** The documents of a range: one query per segment or block, so that no cursor stays open while the reader works. */
  async *#documents({ after, upTo }: Range, projection: Projection, signal?: AbortSignal): AsyncGenerator<StoredEvent> {
    const log = await this.#findId();
    if (!log || upTo <= after) return;
    const { events, shape } = await this.#located();
    const end = Math.min(upTo, upTo <= this.#lastSeen() ? upTo : await this.head());
    let failures = 0;
    for (let at = after; at < end; ) {
      signal?.throwIfAborted();
      const before = at;
      let bytes = 0;
      const last = Math.min(end, segmentEnd(at), at + Math.ceil(BLOCK_BYTES / this.#eventBytes));
      const filter = shape.rangeOf(log, { after: at, upTo: last });
      const options = { projection, sort: { [shape.order]: 1 }, batchSize: 1024, ...(signal && { signal }) } as const;
      const cursor = events.find(filter, options);
      const next = () => (cursor.bufferedCount() > 0 ? cursor.next() : this.#query(() => cursor.next()));
      try {
        for (let document = await next(); document && shape.placeOf(document) === at + 1; document = await next()) {
          at++;
          bytes += document.body.length;
          refuseStray(document.body, { log, seq: at, name: this.name });
          yield { seq: at, body: document.body, request: document.request ?? null };
          // Replies of up to 16 MiB would follow: the rest is read in smaller ranges.
          if (bytes >= BLOCK_BYTES && cursor.bufferedCount() === 0) break;
        }
      } finally {
        void cursor.close().catch(() => {}); // not awaited: the server may be gone
      }
      if (at > before) this.#eventBytes = bytes / (at - before);
      if (at === last || bytes >= BLOCK_BYTES) failures = 0;
      else {
        const waitMs = REREAD_DELAYS_MS[failures++];
        if (waitMs === undefined) throw new LogError("DAMAGED", `${this.name}: event ${at + 1} is missing`);
        await sleep(waitMs);
      }
    }
  }

  async #lastFrom(log: Uint8Array, from: Sequence): Promise<Sequence | null> {
    const { events, shape } = await this.#located();
    const filter = shape.rangeOf(log, { after: Math.max(from, 1) - 1, upTo: Number.POSITIVE_INFINITY });
    const options = { sort: { [shape.order]: -1 }, projection: { seq: 1 } } as const;
    const last = await this.#query(() => events.findOne(filter, options));
    return last && shape.placeOf(last);
  }

  /** The last head seen; 0 after a lost connection, because the server may have restored an older backup. */
  #lastSeen(): Sequence {
    const losses = lostConnections(this.#client);
    if (losses !== this.#losses) this.#seen = 0;
    this.#losses = losses;
    return this.#seen;
  }

  async #query<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await inTime(this.#client, send);
    } catch (error) {
      throw asLogError(error, this.name);
    }
  }
}

function bytesOf(log: LogId): Uint8Array {
  const bytes = parseUuidV7(log);
  if (!bytes) throw new LogError("NOT_A_LOG", `${log} is not the id of a log (a UUIDv7)`);
  return Buffer.from(bytes);
}
