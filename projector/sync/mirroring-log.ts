/** Lets a rebuild read the server's log while it is mirrored: fetching, mirroring and folding overlap. */
import { setImmediate } from "node:timers/promises";
import { decodeHeader } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { Batch, EventLog, LogId, ReadOptions } from "../../events/log/log.ts";
import type { Range, Sequence } from "../../events/sequence.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import type { MirrorComparison, MirrorTree } from "../trust/mirror-tree.ts";

/** What is hashed while events pass. */
export interface Hashing {
  /** Takes what the mirror stores. */
  tree?: MirrorTree;
  /** Takes what a rebuild reads from the mirror. */
  comparison?: MirrorComparison;
}

/**
 * Reads the mirror's events first, then the rest from the server. Each batch is written to the mirror before it is
 * passed on. If the server fails, a read ends early without an error, so its caller keeps the events so far. `failure`
 * has the error.
 */
export class MirroringLog implements EventLog {
  readonly name: string;
  readonly #remote: EventLog;
  readonly #mirror: SqliteLog;
  readonly #head: Sequence;
  readonly #hashing: Hashing;
  #events = 0;
  #failure: LogError | null = null;

  /** @param head the server's head, as last reported */
  constructor(remote: EventLog, mirror: SqliteLog, { head, ...hashing }: { head: Sequence } & Hashing) {
    this.name = remote.name;
    this.#remote = remote;
    this.#mirror = mirror;
    this.#head = head;
    this.#hashing = hashing;
  }

  /** Events that came from the server. */
  get events(): number {
    return this.#events;
  }

  /** The error that ended a read before the server's head; null if none did. */
  get failure(): LogError | null {
    return this.#failure;
  }

  async *read({ after, upTo }: Range, { signal }: ReadOptions = {}): AsyncGenerator<Batch> {
    const stop = signal ? { signal } : {};
    const mirrorHead = this.#mirror.headNow();
    const { tree, comparison } = this.#hashing;
    for await (const batch of this.#mirror.read({ after, upTo: Math.min(mirrorHead, upTo) }, stop)) {
      comparison?.add(batch.after, batch.bodies);
      yield { ...batch, head: this.#head };
      await setImmediate(); // reading a file never waits, and this thread has other work
    }
    if (upTo <= mirrorHead || this.#failure) return;
    try {
      for await (const batch of fetchInto(this.#mirror, this.#remote, { upTo, ...stop, ...(tree && { tree }) })) {
        this.#events += batch.added;
        yield { ...batch, head: batch.head ?? this.#head };
      }
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      this.#failure = error;
    }
  }

  async id(): Promise<LogId | null> {
    return await this.#remote.id();
  }

  async head(): Promise<Sequence> {
    return this.#head;
  }

  async changed(after: Sequence, signal: AbortSignal): Promise<void> {
    await this.#remote.changed(after, signal);
  }

  async close(): Promise<void> {}
}

/**
 * Copies the server's log to the mirror, from the mirror's head on. Yields each batch once the mirror has stored it.
 *
 * @param options.tree the mirror's tree, at its head: it grows by what the mirror stores
 * @returns the batches, each with the number of events that were new to the mirror
 * @throws LogError FORKED if the server's history no longer matches the mirror; NOT_A_LOG if the server names one log
 *   and sends another; any error from reading it
 */
export async function* fetchInto(
  mirror: SqliteLog,
  remote: EventLog,
  { upTo = Number.POSITIVE_INFINITY, signal, tree }: { upTo?: Sequence; signal?: AbortSignal; tree?: MirrorTree } = {},
): AsyncGenerator<Batch & { added: number }> {
  const head = mirror.headNow();
  const hash = mirror.hashAt(head);
  const options = { ...(hash && { expect: hash }), ...(signal && { signal }) };
  for await (const batch of remote.read({ after: head, upTo }, options)) {
    if (batch.after === 0 && batch.bodies.length > 0) await checkLogId(remote, batch.bodies);
    const added = mirror.mirror(batch.after, batch.bodies);
    tree?.add(batch.after, batch.bodies);
    yield { ...batch, added };
  }
}

/** A log's id is the id of its event 1. */
async function checkLogId(remote: EventLog, bodies: readonly Uint8Array[]): Promise<void> {
  const [first] = bodies;
  const id = await remote.id();
  const firstId = first ? uuidText(decodeHeader(first, `${remote.name}: event 1`).id) : null;
  if (firstId !== id)
    throw new LogError("NOT_A_LOG", `${remote.name}: names log ${id}, but its event 1 belongs to log ${firstId}`);
}
