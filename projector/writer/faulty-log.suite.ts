/** For tests of the writer: a log in front of a real one that counts calls and fails on demand. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { CLIENT_INPUT, NOON_MS } from "../../events/business/office.suite.ts";
import type { CommandResult } from "../../events/commands/commands.ts";
import type { EncodedEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { AppendOptions, Batch, ReadOptions, StoredEvent, WritableLog } from "../../events/log/log.ts";
import type { Range, Sequence } from "../../events/sequence.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { openOffice, type WriterOffice } from "./office.suite.ts";
import { Writer } from "./writer.ts";

type Append = (events: readonly EncodedEvent[]) => Promise<number>;

export class FaultyLog implements WritableLog {
  readonly name: string;
  /** The number of events in each append. */
  readonly appends: number[] = [];
  heads = 0;
  serverTimes = 0;
  /** Replacements for the next appends, in order. */
  readonly next: ((events: readonly EncodedEvent[], append: Append) => Promise<number>)[] = [];
  /** While set, every read throws it. */
  unreadable: LogError | null = null;
  /** The clock of the log's server. */
  clock: () => number = Date.now;
  readonly #log: WritableLog;

  constructor(log: WritableLog) {
    this.#log = log;
    this.name = log.name;
  }

  async append(events: readonly EncodedEvent[], options: AppendOptions = {}): Promise<number> {
    this.appends.push(events.length);
    assert.notEqual(options.previous, undefined, "a writer names the event before its own");
    const append: Append = (some) => this.#log.append(some, options);
    return await (this.next.shift()?.(events, append) ?? append(events));
  }

  async id() {
    return await this.#log.id();
  }

  async head(known?: Sequence): Promise<Sequence> {
    this.heads++;
    this.#refuseIfUnreadable();
    return await this.#log.head(known);
  }

  async *read(range: Range, options?: ReadOptions): AsyncGenerator<Batch> {
    this.#refuseIfUnreadable();
    yield* this.#log.read(range, options);
  }

  async *readStored(range: Range): AsyncGenerator<StoredEvent> {
    this.#refuseIfUnreadable();
    yield* this.#log.readStored(range);
  }

  async changed(after: Sequence, signal: AbortSignal): Promise<void> {
    await this.#log.changed(after, signal);
  }

  async serverTime(): Promise<number> {
    this.serverTimes++;
    return this.clock();
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  #refuseIfUnreadable(): void {
    if (this.unreadable) throw this.unreadable;
  }
}

export const unknownOutcome = () => new LogError("UNKNOWN_OUTCOME", "the connection was lost");

/** An office on a faulty log, until the test ends. */
export async function openFaulty(t: TestContext, folder: string): Promise<{ office: WriterOffice; log: FaultyLog }> {
  const log = new FaultyLog(SqliteLog.open(join(folder, `${randomUUID()}.sqlite`), { create: true }));
  return { office: await openOffice(t, folder, { log }), log };
}

/** A second writer on an office's log, as in another process. */
export async function openOther(t: TestContext, folder: string, office: WriterOffice): Promise<Writer> {
  const log = SqliteLog.open(office.log.name);
  const writer = await Writer.open(log, join(folder, `${randomUUID()}.cache.sqlite`), {
    clock: () => NOON_MS,
    checkClock: false,
  });
  t.after(async () => {
    await writer.close();
    await log.close();
  });
  return writer;
}

export const register = (office: WriterOffice, key?: Uint8Array): Promise<CommandResult> =>
  office.run("RegisterClient", CLIENT_INPUT, key ? { key } : {});
