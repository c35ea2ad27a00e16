/**
 * A log in MongoDB, one document an event. No counter, no transaction, no change stream: two unique indexes and
 * majority reads and writes are all that it needs, so any replica set, sharded cluster or hosted one will do.
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
import {
  asLogError,
  documentOf,
  type EventDocument,
  ensureIndexes,
  eventsOf,
  firstLogs,
  keyOf,
} from "./mongo-collection.ts";
import { inTime } from "./reconnecting-client.ts";

/** `read` gives at most this many bytes at once, and one event more. A server's own answers end at 16 MiB. */
const BATCH_BYTES = 4 * 1024 * 1024;
/** When to look again for an event that must be there: after an election, a server may answer from a little earlier. */
const LOOK_AGAIN_MS = [20, 80, 300, 800];
/** Logs that are named in an error, at most. */
const LISTED = 20;

const EVENT = { _id: 0, seq: 1, body: 1 } as const;
const STORED = { ...EVENT, request: 1 } as const;
type Projection = typeof EVENT | typeof STORED;

export interface MongoLogOptions {
  /** Wanted log; it may not exist yet. Null: the one that is there, or that event 1 will make. */
  log: LogId | null;
  /** The place in errors: without a password. */
  name: string;
  /** Closed with the log; null if it is shared with others. */
  ownClient: MongoClient | null;
}

export class MongoLog implements WritableLog {
  readonly name: string;
  readonly #client: MongoClient;
  readonly #ownClient: MongoClient | null;
  readonly #events: Collection<EventDocument>;
  readonly #watch = new HeadWatch(() => this.head());
  /** True if the log was named when it was opened, not found or made. */
  readonly #named: boolean;
  /** The log's id, 16 bytes; null while it is not known which log this is. */
  #log: Uint8Array | null;
  #indexes: Promise<void> | null = null;
  /** The last head seen, since `#losses` was what it is. */
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
    const log = await this.#which();
    return log && (await this.head()) > 0 ? uuidText(log) : null;
  }

  async head(known: Sequence = 0): Promise<Sequence> {
    const log = await this.#which();
    if (!log) return 0;
    // From what is known on, so that the server reads a few index entries.
    const from = Math.max(known, this.#lastSeen());
    const last = await this.#lastFrom(log, from);
    if (last !== null) this.#seen = Math.max(this.#seen, last);
    // Nothing there: `known` was not true, or a backup was restored. From the beginning, then.
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

  async find(id: Uint8Array): Promise<StoredEvent | null> {
    const log = await this.#which();
    if (!log) return null;
    return await this.#ask(() => this.#events.findOne({ log, _id: keyOf(log, id) }, { projection: STORED }));
  }

  async serverTime(): Promise<number> {
    const { localTime } = await this.#ask(() => this.#events.db.command({ hello: 1 }));
    return Number(localTime);
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#ownClient?.close();
  }

  /** Which log this is; null while there is none. */
  async #which(): Promise<Uint8Array | null> {
    if (this.#log) return this.#log;
    const logs = await this.#ask(() => firstLogs(this.#events, LISTED + 1));
    this.#log = theOnly(logs, this.name);
    return this.#log;
  }

  /** The log to append to; null if somebody else has made the one of this place. */
  async #logOf(first: EncodedEvent): Promise<Uint8Array | null> {
    const log = await this.#which();
    if (first.seq > 1 && !log) throw new LogError("GAP", `${this.name}: has no event, the next one is ${first.seq}`);
    if (first.seq > 1 || (log && sameBytes(log, first.id))) return log;
    if (this.#named)
      throw new LogError("NOT_A_LOG", `${this.name}: event 1 has the id ${uuidText(first.id)}, not the log's`);
    return log ? null : Buffer.from(first.id);
  }

  /** An event after a hole would break the log for ever, and the indexes do not refuse it. */
  async #refuseGap(next: Sequence): Promise<void> {
    if (this.#lastSeen() >= next - 1) return;
    const head = await this.head();
    if (head < next - 1) throw new LogError("GAP", `${this.name}: has ${head} events, the next one is ${next}`);
  }

  async #prepare(): Promise<void> {
    this.#indexes ??= this.#ask(() => ensureIndexes(this.#events, this.name));
    try {
      await this.#indexes;
    } catch (error) {
      this.#indexes = null;
      throw error;
    }
  }

  /** Throws FORKED unless the event at `seq` has this hash. */
  async #check(seq: Sequence, expect: Uint8Array, signal?: AbortSignal): Promise<void> {
    const log = await this.#which();
    for (const waitMs of [...LOOK_AGAIN_MS, null]) {
      const found = log && seq > 0 && (await this.#ask(() => this.#events.findOne({ log, seq })));
      if (found && sameBytes(eventHash(found.body), expect)) return;
      if (found) throw new LogError("FORKED", `${this.name}: event ${seq} is not the one that the reader holds`);
      if (waitMs === null || seq === 0) break;
      await sleep(waitMs, undefined, signal && { signal });
    }
    throw new LogError("FORKED", `${this.name}: has no event ${seq}, which the reader holds`);
  }

  /** The documents of a range, one query a segment: no cursor stays open while the reader works. */
  async *#documents({ after, upTo }: Range, projection: Projection, signal?: AbortSignal): AsyncGenerator<StoredEvent> {
    const log = await this.#which();
    if (!log || upTo <= after) return;
    const end = Math.min(upTo, upTo <= this.#lastSeen() ? upTo : await this.head());
    let failures = 0;
    for (let at = after; at < end; ) {
      signal?.throwIfAborted();
      const before = at;
      const filter = { log, seq: { $gt: at, $lte: Math.min(end, segmentEnd(at)) } };
      const options = { projection, sort: { seq: 1 }, batchSize: 1024, ...(signal && { signal }) } as const;
      const cursor = this.#events.find(filter, options);
      const next = () => (cursor.bufferedCount() > 0 ? cursor.next() : this.#ask(() => cursor.next()));
      try {
        for (let document = await next(); document?.seq === at + 1; document = await next()) {
          at = document.seq;
          yield document;
        }
      } finally {
        void cursor.close().catch(() => {}); // nobody waits: the server may be gone
      }
      if (at === Math.min(end, segmentEnd(before))) failures = 0;
      else {
        const waitMs = LOOK_AGAIN_MS[failures++];
        if (waitMs === undefined) throw new LogError("DAMAGED", `${this.name}: event ${at + 1} is missing`);
        await sleep(waitMs);
      }
    }
  }

  async #lastFrom(log: Uint8Array, from: Sequence): Promise<Sequence | null> {
    const options = { sort: { seq: -1 }, projection: { _id: 0, seq: 1 } } as const;
    const last = await this.#ask(() => this.#events.findOne({ log, seq: { $gte: from } }, options));
    return last?.seq ?? null;
  }

  /** The last head seen; 0 once a connection was lost: who answers now may hold an older backup. */
  #lastSeen(): Sequence {
    const losses = lostConnections(this.#client);
    if (losses !== this.#losses) this.#seen = 0;
    this.#losses = losses;
    return this.#seen;
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await inTime(this.#client, question);
    } catch (error) {
      throw asLogError(error, this.name);
    }
  }
}

/**
 * Opens a log by its address, `mongodb://…/database#log-id`. The log's id is not needed where there is one log, or none
 * yet: then event 1 makes it.
 *
 * @param options.client used instead of an own one, and left open by `close`
 * @throws LogError NOT_A_LOG if the address is not one, or the database holds several logs and none is named;
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
  const listed = logs.slice(0, LISTED).map((log) => `\n  ${name}#${uuidText(log)}`);
  const more = logs.length > LISTED ? "\n  …" : "";
  throw new LogError("NOT_A_LOG", `${name} holds several logs; name one of them:${listed.join("")}${more}`);
}

function bytesOf(log: LogId): Uint8Array {
  const bytes = parseUuidV7(log);
  if (!bytes) throw new LogError("NOT_A_LOG", `${log} is not the id of a log (a UUIDv7)`);
  return Buffer.from(bytes);
}
