/** Decides a batch of commands, each on the result of the one before: one transaction, one savepoint per command. */

import type Database from "better-sqlite3";
import type { Books } from "../../events/business/books.ts";
import type { CommandResult } from "../../events/commands/commands.ts";
import { type EncodedEvent, encodeAndDecode, type LogEvent } from "../../events/encoding/event.ts";
import { LogError, Refusal, refusal } from "../../events/errors.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { uuidText } from "../../events/uuid.ts";
import type { Cache } from "../cache/cache.ts";
import { versionOf } from "../projections/fold.ts";
import type { Row } from "../tables/tables.ts";
import { booksOf } from "./books.ts";
import { checkVersion, type Write } from "./decide.ts";

/** A batch ends with the event that brings its bodies to this many bytes. So an append has at most 5 MiB. */
const BATCH_BYTES = 4 * 1024 * 1024;
/** Events that may share an `at`. The next event takes the next millisecond. */
const MAX_SAME_AT = 1024;

/** A command that waits for its decision. */
export interface QueuedWrite {
  /** Called at the decision, because its stream may begin in the same batch. */
  prepare: () => Write;
  /** The time of the decision, ms; undefined means now. */
  atMs: number | undefined;
  /** The id of its event. */
  id: Uint8Array;
  /** True if the id is an Idempotency-Key: an event with this id then means a retry, or a reused key. */
  keyed: boolean;
  /** The event of its last decision; null before, and if that decision made none. */
  event: EncodedEvent | null;
}

export type Outcome =
  | { kind: "event"; event: EncodedEvent }
  | { kind: "unchanged"; stream: StreamId; version: number }
  | { kind: "repeat" }
  | { kind: "failed"; error: unknown };

/** An event in the cache, looked up by its id. */
type Activity = Pick<Row<"activity">, "seq" | "actor" | "type" | "stream" | "version">;

/** The result of a command that wrote an event. */
export function resultOf(
  id: Uint8Array,
  { seq, stream, version }: Pick<Activity, "seq" | "stream" | "version">,
): CommandResult {
  return { seq, id: uuidText(id), stream, version };
}

export class BatchDecider {
  readonly #cache: Cache;
  readonly #clock: () => number;
  readonly #checkTime: (atMs: number) => void;
  readonly #books: Books;
  readonly #activityById: Database.Statement<[Uint8Array], Activity>;
  readonly #begin: Database.Statement;
  readonly #release: Database.Statement;
  readonly #atOf: Database.Statement<[number], number>;

  /**
   * @param options.clock ms since 1970 UTC
   * @param options.checkTime throws if no event may have this time
   */
  constructor(cache: Cache, { clock, checkTime }: { clock: () => number; checkTime: (atMs: number) => void }) {
    this.#cache = cache;
    this.#clock = clock;
    this.#checkTime = checkTime;
    // A savepoint journals each page that it may restore. Keep this journal in memory, not in a file.
    cache.db.pragma("temp_store = MEMORY");
    this.#books = booksOf(cache.db, cache.rows.tables);
    this.#begin = cache.db.prepare("SAVEPOINT command");
    this.#release = cache.db.prepare("RELEASE command");
    this.#activityById = cache.db.prepare("SELECT seq, actor, type, stream, version FROM activity WHERE event_id = ?");
    this.#atOf = cache.db.prepare<[number], number>("SELECT at FROM activity WHERE seq = ?").pluck();
  }

  /** The event with this id, if the cache contains it. */
  activityOf(id: Uint8Array): Activity | undefined {
    return this.#activityById.get(id);
  }

  /** The stream that the command with this key began. @throws Refusal STREAM_NOT_BEGUN */
  readonly streamBegunBy = (key: Uint8Array): StreamId => {
    const row = this.activityOf(key);
    if (row?.version === 1) return row.stream;
    throw refusal("STREAM_NOT_BEGUN", `no command with the key ${uuidText(key)} began a stream`, {
      values: { key: uuidText(key) },
    });
  };

  /**
   * Decides the commands and folds their events, until the events have BATCH_BYTES. A command that fails does not
   * affect the others. The transaction stays open: the caller commits it once the events are in the log, or rolls it
   * back, also if this throws.
   *
   * @returns the events, and the outcomes of the first commands: those without an outcome are to be decided later
   */
  decideAll(writes: readonly QueuedWrite[]): { events: EncodedEvent[]; outcomes: Outcome[] } {
    const { db } = this.#cache;
    db.exec("BEGIN IMMEDIATE");
    for (const queued of writes) queued.event = null;
    const events: EncodedEvent[] = [];
    const outcomes: Outcome[] = [];
    let bytes = 0;
    for (const queued of writes) {
      const outcome = this.#tryToDecide(queued);
      outcomes.push(outcome);
      if (outcome.kind !== "event") continue;
      events.push(outcome.event);
      bytes += outcome.event.body.length;
      if (bytes >= BATCH_BYTES) break;
    }
    return { events, outcomes };
  }

  /** Decides a command under a savepoint. */
  #tryToDecide(queued: QueuedWrite): Outcome {
    if (queued.keyed && this.activityOf(queued.id)) return { kind: "repeat" };
    const before = this.#cache.checkpoint;
    this.#begin.run();
    try {
      const outcome = this.#decide(queued);
      this.#release.run();
      return outcome;
    } catch (error) {
      if (!this.#cache.db.inTransaction) throw error; // SQLite rolled back the whole transaction: a full disk
      this.#cache.rollbackTo("command", before);
      return { kind: "failed", error: refusalIn(error) };
    }
  }

  #decide(queued: QueuedWrite): Outcome {
    const write = queued.prepare();
    const { id: target, stream: kind, actor } = write;
    const { seq: head } = this.#cache.checkpoint;
    const decidedMs = queued.atMs ?? this.#clock();
    const version = versionOf(this.#cache.rows.tables, kind, target);
    write.authorize(this.#books);
    checkVersion(write, version);
    // By the clock, not by the event's time: a head that is ahead must not date a document.
    const fact = write.decide(this.#books, decidedMs);
    if (fact === null) return { kind: "unchanged", stream: target, version: version ?? 0 };
    const at = this.#nextAt(head + 1, decidedMs);
    this.#checkTime(at);
    const seq = head + 1;
    const position = write.begins ? { stream: seq, version: 1 } : { stream: target, version: (version ?? 0) + 1 };
    const { encoded, decoded } = encodeOrRefuse(
      { ...fact, ...position, seq, id: queued.id, at, actor } as LogEvent,
      write.request,
    );
    this.#cache.foldDecoded(decoded, encoded.body);
    queued.event = encoded;
    return { kind: "event", event: encoded };
  }

  /** The later of the decision's time and the head's, so `at` never goes back. */
  #nextAt(seq: Sequence, nowMs: number): number {
    const at = Math.max(Math.floor(nowMs), this.#cache.checkpoint.atMs);
    const full = this.#atOf.get(seq - MAX_SAME_AT);
    return full === at ? at + 1 : at;
  }
}

/** Sums of all documents and payments are known to the fold alone: its error then has the refusal of the command. */
function refusalIn(error: unknown): unknown {
  return error instanceof LogError && error.cause instanceof Refusal ? error.cause : error;
}

/** Encodes an event. Refuses input whose fields are each within their limits, but too long together. */
function encodeOrRefuse(event: LogEvent, request: Uint8Array | null) {
  try {
    return encodeAndDecode(event, request);
  } catch (error) {
    if (error instanceof LogError && error.code === "MALFORMED_EVENT")
      throw refusal("NOT_RECORDABLE", error.message, { values: {} });
    throw error;
  }
}
