/**
 * A log in MongoDB, with one document per event. It needs only two unique indexes and majority reads and writes, and no
 * counters, transactions or change streams. So any replica set, sharded cluster or hosted cluster will do.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Collection, Db, MongoClient } from "mongodb";
import type { EncodedEvent } from "../../encoding/event.ts";
import { LogError } from "../../errors.ts";
import { eventHash, sameBytes } from "../../hash.ts";
import { HeadWatch } from "../../log/head-watch.ts";
import type { Batch, LogId, ReadOptions, StoredEvent, WritableLog } from "../../log/log.ts";
import { type Range, type Sequence, segmentEnd } from "../../sequence.ts";
import { parseUuidV7, uuidText } from "../../uuid.ts";
import { parseMongoAddress } from "./mongo-address.ts";
import { appendDocuments } from "./mongo-append.ts";
import { lostConnections, mongoClient } from "./mongo-client.ts";
import { asLogError, documentOf, type EventDocument, ensureIndexes, eventsOf, firstLogs } from "./mongo-collection.ts";
import { inTime } from "./reconnecting-client.ts";

/** The size after which `read` ends a batch, bytes. A server's own replies are limited to 16 MiB. */
const BATCH_BYTES = 4 * 1024 * 1024;
/**
 * Delays before repeated reads of an event that must exist. After an election, a server may serve slightly older data.
 */
const REREAD_DELAYS_MS = [20, 80, 300, 800];
/** The maximum number of logs that an error lists. */
const MAX_LISTED = 20;

const EVENT = { _id: 0, seq: 1, body: 1 } as const;
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
}

export class MongoLog implements WritableLog {
  readonly name: string;
  readonly #client: MongoClient;
  readonly #ownClient: MongoClient | null;
  readonly #events: Collection<EventDocument>;
  readonly #watch = new HeadWatch(() => this.head());
  /** True if the log was named when it was opened. */
  readonly #named: boolean;
  /** The log's id, 16 bytes; null while it is unknown. */
  #log: Uint8Array | null;
  #indexes: Promise<void> | null = null;
  /** The last head seen since the last lost connection. */
  #seen: Sequence = 0;
  #losses = 0;

  constructor(db: Db, { log, name, ownClient }: MongoLogOptions) {
    this.name = name;
    this.#client = db.client;
    this.#ownClient = ownClient;
    this.#named = log !== null;
    this.#log = log === null ? null : bytesOf(log);
    this.#events = eventsOf(db);
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
      if (bytes < BATCH_BYTES && seq !== segmentEnd(after)) continue;
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

  async append(events: readonly EncodedEvent[]): Promise<number> {
    const first = events[0];
    if (!first) throw new Error("nothing to append");
    const stray = events.findIndex(({ seq }, n) => seq !== first.seq + n);
    if (stray !== -1) throw new Error(`event ${events[stray]?.seq} does not follow ${first.seq + stray - 1}`);
    await this.#prepare();
    const log = await this.#logOf(first);
    if (!log) return 0;
    await this.#refuseGap(first.seq);
    const documents = events.map((event) => documentOf(log, event));
    const landed = await appendDocuments(this.#events, documents, this.name);
    if (landed > 0) {
      this.#log = log;
      this.#seen = Math.max(this.#seen, first.seq + landed - 1);
      this.#watch.tell(this.#seen);
    }
    return landed;
  }

  async serverTime(): Promise<number> {
    const { localTime } = await this.#query(() => this.#events.db.command({ hello: 1 }));
    return Number(localTime);
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#ownClient?.close();
  }

  /** The id of this log; null while the log does not exist. */
  async #findId(): Promise<Uint8Array | null> {
    if (this.#log) return this.#log;
    const logs = await this.#query(() => firstLogs(this.#events, MAX_LISTED + 1));
    this.#log = theOnly(logs, this.name);
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

  /** An event after a gap would damage the log permanently, and the indexes do not prevent it. */
  async #refuseGap(next: Sequence): Promise<void> {
    if (this.#lastSeen() >= next - 1) return;
    const head = await this.head();
    if (head < next - 1) throw new LogError("GAP", `${this.name}: has ${head} events, the next one is ${next}`);
  }

  async #prepare(): Promise<void> {
    this.#indexes ??= this.#query(() => ensureIndexes(this.#events, this.name));
    try {
      await this.#indexes;
    } catch (error) {
      this.#indexes = null;
      throw error;
    }
  }

  /** Throws FORKED unless the event at `seq` has this hash. */
  async #check(seq: Sequence, expect: Uint8Array, signal?: AbortSignal): Promise<void> {
    const log = await this.#findId();
    for (const waitMs of [...REREAD_DELAYS_MS, null]) {
      const event = log && seq > 0 && (await this.#query(() => this.#events.findOne({ log, seq })));
      if (event && sameBytes(eventHash(event.body), expect)) return;
      if (event) throw new LogError("FORKED", `${this.name}: event ${seq} differs from the reader's copy`);
      if (waitMs === null || seq === 0) break;
      await sleep(waitMs, undefined, signal && { signal });
    }
    throw new LogError("FORKED", `${this.name}: has no event ${seq}, but the reader's copy does`);
  }

  /** The documents of a range, with one query per segment, so that no cursor stays open while the reader works. */
  async *#documents({ after, upTo }: Range, projection: Projection, signal?: AbortSignal): AsyncGenerator<StoredEvent> {
    const log = await this.#findId();
    if (!log || upTo <= after) return;
    const end = Math.min(upTo, upTo <= this.#lastSeen() ? upTo : await this.head());
    let failures = 0;
    for (let at = after; at < end; ) {
      signal?.throwIfAborted();
      const before = at;
      const filter = { log, seq: { $gt: at, $lte: Math.min(end, segmentEnd(at)) } };
      const options = { projection, sort: { seq: 1 }, batchSize: 1024, ...(signal && { signal }) } as const;
      const cursor = this.#events.find(filter, options);
      const next = () => (cursor.bufferedCount() > 0 ? cursor.next() : this.#query(() => cursor.next()));
      try {
        for (let document = await next(); document?.seq === at + 1; document = await next()) {
          at = document.seq;
          yield document;
        }
      } finally {
        void cursor.close().catch(() => {}); // not awaited: the server may be gone
      }
      if (at === Math.min(end, segmentEnd(before))) failures = 0;
      else {
        const waitMs = REREAD_DELAYS_MS[failures++];
        if (waitMs === undefined) throw new LogError("DAMAGED", `${this.name}: event ${at + 1} is missing`);
        await sleep(waitMs);
      }
    }
  }

  async #lastFrom(log: Uint8Array, from: Sequence): Promise<Sequence | null> {
    const options = { sort: { seq: -1 }, projection: { _id: 0, seq: 1 } } as const;
    const last = await this.#query(() => this.#events.findOne({ log, seq: { $gte: from } }, options));
    return last?.seq ?? null;
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

/**
 * Opens a log by its address, `mongodb://…/database#log-id`. The log's id is needed only if the database holds several
 * logs. If it holds none, event 1 creates the log.
 *
 * @param options.client a shared client, which `close` leaves open; default: a new client
 * @throws LogError NOT_A_LOG if the address is invalid, or the database holds several logs and none is named;
 *   UNREACHABLE, UNAUTHORIZED
 */
export async function openMongoLog(address: string, options: { client?: MongoClient } = {}): Promise<MongoLog> {
  const parsed = parseMongoAddress(address);
  const ownClient = options.client ? null : mongoClient(parsed);
  const client = options.client ?? ownClient;
  if (!client) throw new Error("no client");
  const log = new MongoLog(client.db(parsed.database), { log: parsed.log, name: parsed.name, ownClient });
  try {
    if (parsed.log === null) await log.id();
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

function theOnly(logs: readonly Uint8Array[], name: string): Uint8Array | null {
  if (logs.length < 2) return logs[0] ?? null;
  const listed = logs.slice(0, MAX_LISTED).map((log) => `\n  ${name}#${uuidText(log)}`);
  const more = logs.length > MAX_LISTED ? "\n  …" : "";
  throw new LogError("NOT_A_LOG", `${name} holds several logs; name one of them:${listed.join("")}${more}`);
}

function bytesOf(log: LogId): Uint8Array {
  const bytes = parseUuidV7(log);
  if (!bytes) throw new LogError("NOT_A_LOG", `${log} is not the id of a log (a UUIDv7)`);
  return Buffer.from(bytes);
}
