/**
 * The interface of a log, wherever it is stored: in MongoDB, in SQLite (an embedded server's log or a desktop's
 * mirror), behind the API, or in a file. One conformance suite tests all of them (`log.suite.ts`).
 */
import type { EncodedEvent } from "../encoding/event.ts";
import type { Range, Sequence } from "../sequence.ts";

/** The id of a log: the id of its event 1, as text. */
export type LogId = string;

/** Whole events, in order and without a gap: `bodies[0]` is event `after + 1`. */
export interface Batch {
  after: Sequence;
  bodies: readonly Uint8Array[];
  /** The log's head, if the source named it with the events; otherwise null. */
  head: Sequence | null;
  /** True if every body has passed `scanEvent`. A decoder then need not scan it again. */
  scanned?: boolean;
}

export interface ReadOptions {
  /**
   * The hash of the event at `range.after` in the reader's copy. If the source has a different event there, or none, it
   * throws FORKED before it yields any event.
   */
  expect?: Uint8Array;
  signal?: AbortSignal;
}

/** A readable log. Every promise can reject with LogError UNREACHABLE, UNAUTHORIZED, NOT_A_LOG or DAMAGED. */
export interface EventLog {
  /** Its name for people: an address or a file name, without secrets. */
  readonly name: string;

  /** The log's id; null while it has no event. */
  id(): Promise<LogId | null>;

  /** The last sequence. @param known a sequence that the log is known to have; the lookup starts there */
  head(known?: Sequence): Promise<Sequence>;

  /**
   * Reads the bytes of the events in a range, in order, without a gap, in bounded memory. Stops early at the end of the
   * log.
   *
   * @throws LogError FORKED if `expect` does not match; DAMAGED if an event is missing or out of order
   */
  read(range: Range, options?: ReadOptions): AsyncIterable<Batch>;

  /** Resolves when the head is past `after` or the signal is aborted. It is only a hint: read the head afterwards. */
  changed(after: Sequence, signal: AbortSignal): Promise<void>;

  close(): Promise<void>;
}

/** An event as a log stores it. */
export interface StoredEvent {
  seq: Sequence;
  body: Uint8Array;
  /** The request hash; null if none was stored. */
  request: Uint8Array | null;
}

export interface AppendOptions {
  /**
   * The hash of the event before the first one, in the writer's copy; null before event 1. It is compared at the first
   * append, and again after a lost connection: meanwhile the log may have been set back and written by another process.
   * Without it, only a gap is refused.
   */
  previous?: Uint8Array | null;
}

/** A log that can also be written. */
export interface WritableLog extends EventLog {
  /**
   * Adds events to the end of the log, in order. When it resolves, the appended events are durable. Ids and versions
   * are the writer's promise: it decides on a state that has all of them, and only one writer gets a sequence.
   *
   * @param events at least one; they follow each other, and the first has `seq` = head + 1
   * @returns how many were appended, always a prefix; 0 if another writer took the first sequence
   * @throws LogError UNKNOWN_OUTCOME if the server did not say whether it wrote: read the log before responding;
   *   GAP if the first event does not follow the head; FORKED if it follows another event than `previous`;
   *   NOT_A_LOG if event 1 is not the event 1 of this log
   */
  append(events: readonly EncodedEvent[], options?: AppendOptions): Promise<number>;

  /** The time by the clock of the log's server, ms since 1970 UTC. */
  serverTime(): Promise<number>;

  /** Like `read`, but one event at a time, with its request hash: for copies and backups. */
  readStored(range: Range): AsyncIterable<StoredEvent>;
}
