/**
 * The log, wherever it lies: in MongoDB, in SQLite (the embedded server's log, and a desktop's mirror), behind the API,
 * in a file. One interface, one conformance suite (`log.suite.ts`).
 */
import type { EncodedEvent } from "../encoding/event.ts";
import type { Range, Sequence } from "../sequence.ts";

/** The id of a log is the id of its event 1, as text. */
export type LogId = string;

/** Whole events in order, without a gap: `bodies[0]` is event `after + 1`. */
export interface Batch {
  after: Sequence;
  bodies: readonly Uint8Array[];
  /** The log's head when the source said so on the way; null if it did not. */
  head: Sequence | null;
  /** True if every body has passed `scanEvent` on its way here: it need not be scanned again to be decoded. */
  scanned?: boolean;
}

export interface ReadOptions {
  /**
   * The event hash that the reader holds for the event at `range.after`. A source whose event there is another one,
   * or that has no event there, throws FORKED before it gives any event.
   */
  expect?: Uint8Array;
  signal?: AbortSignal;
}

/** What can be read. Every promise may reject with LogError UNREACHABLE, UNAUTHORIZED, NOT_A_LOG or DAMAGED. */
export interface EventLog {
  /** What a person would call it: an address or a file's name, without secrets. */
  readonly name: string;

  /** The log's id; null while it has no event. */
  id(): Promise<LogId | null>;

  /** The last sequence. @param known a sequence that is known to be there: the look-up begins at it */
  head(known?: Sequence): Promise<Sequence>;

  /**
   * The bytes of the events in a range, in order, without a gap, in bounded memory. Stops early where the log ends.
   *
   * @throws LogError FORKED after `expect`; DAMAGED if an event is missing or out of order
   */
  read(range: Range, options?: ReadOptions): AsyncIterable<Batch>;

  /** Resolves once the head is past `after`, or the signal is aborted. Only a hint, never the source of data. */
  changed(after: Sequence, signal: AbortSignal): Promise<void>;

  close(): Promise<void>;
}

/** An event as a log stores it, found by its id. */
export interface StoredEvent {
  seq: Sequence;
  body: Uint8Array;
  /** The hash of the command that caused it; null where it was not kept. */
  request: Uint8Array | null;
}

/** What can be written too. */
export interface WritableLog extends EventLog {
  /**
   * Adds events to the end of the log, in order. Once it resolves, what landed is durable.
   *
   * @param events at least one; they follow each other, and the first has `seq` = head + 1
   * @returns how many landed, always a prefix; 0 if another writer took the first sequence
   * @throws LogError DUPLICATE if an id, or a place in a stream, is held by another event at another sequence;
   *   UNKNOWN_OUTCOME if the server did not say: look the ids up before answering;
   *   GAP if the first does not follow the head; NOT_A_LOG if event 1 is not the one that names this log
   */
  append(events: readonly EncodedEvent[]): Promise<number>;

  /** The event with this id; null if there is none now (an append whose outcome is unknown may still land). */
  find(id: Uint8Array): Promise<StoredEvent | null>;

  /** The time by the clock of the log's own server, ms since 1970 UTC. */
  serverTime(): Promise<number>;

  /** Like `read`, one event at a time with what is kept beside its bytes: for copies and backups. */
  readStored(range: Range): AsyncIterable<StoredEvent>;
}
