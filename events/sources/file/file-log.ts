/** The common part of logs in files. A file holds a whole log from event 1, is read-only and does not change. */
import { once } from "node:events";
import { LogError } from "../../errors.ts";
import { eventHash, sameBytes } from "../../hash.ts";
import type { Batch, EventLog, LogId, ReadOptions, StoredEvent } from "../../log/log.ts";
import type { Range, Sequence } from "../../sequence.ts";

export abstract class FileLog implements EventLog {
  readonly name: string;
  /** The head, without waiting. */
  readonly headNow: Sequence;
  readonly #id: LogId | null;

  constructor({ name, log, head }: { name: string; log: LogId | null; head: Sequence }) {
    this.name = name;
    this.headNow = head;
    this.#id = log;
  }

  /** The events of a range, at most a block at a time. */
  abstract batches(range: Range): AsyncIterable<readonly StoredEvent[]>;

  abstract close(): Promise<void>;

  async id(): Promise<LogId | null> {
    return this.#id;
  }

  async head(): Promise<Sequence> {
    return this.headNow;
  }

  async *read(range: Range, { expect, signal }: ReadOptions = {}): AsyncGenerator<Batch> {
    if (expect) await this.#check(range.after, expect);
    let after = range.after;
    for await (const events of this.#namedBatches(range)) {
      signal?.throwIfAborted();
      yield { after, bodies: events.map(({ body }) => body), head: this.headNow };
      after += events.length;
    }
  }

  /** Like `read`, but one event at a time, with its request hash. */
  async *readStored(range: Range): AsyncGenerator<StoredEvent> {
    for await (const events of this.#namedBatches(range)) yield* events;
  }

  /** Names the file in an error of the system: a failed read of an open file names none. */
  async *#namedBatches(range: Range): AsyncGenerator<readonly StoredEvent[]> {
    try {
      yield* this.batches(range);
    } catch (error) {
      if (error instanceof Error && "syscall" in error && !("path" in error)) Object.assign(error, { path: this.name });
      throw error;
    }
  }

  /** A file does not grow, so this waits for the signal, unless the head is already past `after`. */
  async changed(after: Sequence, signal: AbortSignal): Promise<void> {
    if (this.headNow > after || signal.aborted) return;
    await once(signal, "abort");
  }

  async #check(seq: Sequence, expect: Uint8Array): Promise<void> {
    for await (const [event] of this.batches({ after: seq - 1, upTo: seq })) {
      if (event && seq > 0 && sameBytes(eventHash(event.body), expect)) return;
    }
    throw new LogError("FORKED", `${this.name}: event ${seq} differs from the reader's copy`);
  }
}
