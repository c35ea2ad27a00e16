/** The server's log on its way into the mirror, as a rebuild reads it: so fetching, mirroring and folding overlap. */
import { setImmediate } from "node:timers/promises";
import { decodePlace } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { Batch, EventLog, LogId, ReadOptions } from "../../events/log/log.ts";
import type { Range, Sequence } from "../../events/sequence.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";

/**
 * First what the mirror holds, then the rest from the server: each batch is mirrored before it is given on. Where the
 * server fails, the log ends for its reader, who so keeps what has come; `failure` says why.
 */
export class MirroringLog implements EventLog {
  readonly name: string;
  readonly #remote: EventLog;
  readonly #mirror: SqliteLog;
  readonly #head: Sequence;
  #events = 0;
  #failure: LogError | null = null;

  /** @param head the server's, as far as it is known */
  constructor(remote: EventLog, mirror: SqliteLog, head: Sequence) {
    this.name = remote.name;
    this.#remote = remote;
    this.#mirror = mirror;
    this.#head = head;
  }

  /** Events that came from the server. */
  get events(): number {
    return this.#events;
  }

  /** What stopped the server's log before its head; null if nothing did. */
  get failure(): LogError | null {
    return this.#failure;
  }

  async *read({ after, upTo }: Range, { signal }: ReadOptions = {}): AsyncGenerator<Batch> {
    const stop = signal ? { signal } : {};
    const held = this.#mirror.headNow();
    for await (const batch of this.#mirror.read({ after, upTo: Math.min(held, upTo) }, stop)) {
      yield { ...batch, head: this.#head };
      await setImmediate(); // a file never waits for anything, and this thread has other work
    }
    if (upTo <= held || this.#failure) return;
    try {
      for await (const batch of fetchInto(this.#mirror, this.#remote, { upTo, ...stop })) {
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
 * Copies the server's log to the mirror, from the mirror's head on, and gives each batch once the mirror has it.
 *
 * @returns the batches, with how many events were new to the mirror
 * @throws LogError FORKED if the server's history is not the mirror's; NOT_A_LOG if the server says one log and sends
 *   another; what reading it throws
 */
export async function* fetchInto(
  mirror: SqliteLog,
  remote: EventLog,
  { upTo = Number.POSITIVE_INFINITY, signal }: { upTo?: Sequence; signal?: AbortSignal } = {},
): AsyncGenerator<Batch & { added: number }> {
  const held = mirror.headNow();
  const hash = mirror.hashAt(held);
  const options = { ...(hash && { expect: hash }), ...(signal && { signal }) };
  for await (const batch of remote.read({ after: held, upTo }, options)) {
    if (batch.after === 0 && batch.bodies.length > 0) await checkLogId(remote, batch.bodies);
    yield { ...batch, added: mirror.mirror(batch.after, batch.bodies) };
  }
}

/** The first event of a history is the one whose id is the log's. */
async function checkLogId(remote: EventLog, bodies: readonly Uint8Array[]): Promise<void> {
  const [first] = bodies;
  const id = await remote.id();
  const found = first ? uuidText(decodePlace(first, `${remote.name}: event 1`).id) : null;
  if (found !== id) throw new LogError("NOT_A_LOG", `${remote.name}: says log ${id}, its event 1 says ${found}`);
}
