/**
 * The writer of a log: takes commands, decides each one on the state at the head, appends what was decided, and answers
 * once it is durable. One for a log in a process; several processes may write the same log, the sequence decides.
 *
 * A batch is decided inside one transaction on a cache of the writer's own, one savepoint a command. Only when the log
 * has taken the events is the transaction committed, so the cache never holds an event that is not in the log.
 */

import type { OrganizationProfile } from "../../events/business/organization.ts";
import type { CommandResult } from "../../events/commands/commands.ts";
import { LogError } from "../../events/errors.ts";
import type { WritableLog } from "../../events/log/log.ts";
import type { Sequence, StreamId } from "../../events/sequence.ts";
import { followingUuid, newUuid } from "../../events/uuid.ts";
import type { Cache } from "../cache/cache.ts";
import { asCacheError } from "../cache/cache-check.ts";
import { catchUp } from "../cache/follow.ts";
import { openOrRebuild } from "../rebuild/open-cache.ts";
import { fillBatch } from "./batch-window.ts";
import { ClockCheck } from "./clock-check.ts";
import { type Write, type WriteRequest, writeOf } from "./decide.ts";
import { BatchDecider, type Outcome } from "./decide-batch.ts";
import { type Owner, ownerOf, registrationOf } from "./founding.ts";
import { type PendingWrite, respond, respondIfLanded } from "./responses.ts";
import { breaksWriter } from "./writer-failures.ts";
import type { WriterObserver, WriterOptions } from "./writer-options.ts";

/** Commands decided in one transaction and appended in one round trip. */
const MAX_BATCH = 256;
/** Lost races after which a command is given up: each one means that another writer got on. */
const MAX_ATTEMPTS = 200;

export class Writer {
  readonly #log: WritableLog;
  readonly #cache: Cache;
  readonly #deciding: BatchDecider;
  readonly #responding: Parameters<typeof respond>[2];
  readonly #clock: () => number;
  readonly #newId: (nowMs: number) => Uint8Array;
  readonly #clocks: ClockCheck | null;
  readonly #observer: WriterObserver;
  readonly #queue: PendingWrite[] = [];
  #last: Promise<void> = Promise.resolve();
  #closed = false;
  #broken = false;

  private constructor(log: WritableLog, cache: Cache, options: WriterOptions) {
    this.#log = log;
    this.#cache = cache;
    this.#clock = options.clock ?? Date.now;
    this.#deciding = new BatchDecider(cache, this.#clock);
    this.#responding = { log, deciding: this.#deciding, failureOf: (error) => this.failureOf(error) };
    this.#newId = options.newId ?? newUuid;
    this.#observer = options.observer ?? {};
    this.#clocks = (options.checkClock ?? true) ? new ClockCheck(log, this.#clock) : null;
  }

  /** Opens a writer, with its cache at the log's head. @param cachePath a file of this process's own */
  static async open(log: WritableLog, cachePath: string, options: WriterOptions = {}): Promise<Writer> {
    const { cache, stoppedBy } = await (options.openCache ?? openOrRebuild)(cachePath, log);
    if (stoppedBy) {
      cache.close();
      throw stoppedBy; // nobody decides on less than the whole state
    }
    return new Writer(log, cache, options);
  }

  /** The last sequence that the writer's cache contains. */
  get checkpoint(): Sequence {
    return this.#cache.checkpoint.seq;
  }

  /** How often its cache has committed: while it is the same, so is what readers of the cache see. */
  get commits(): number {
    return this.#cache.commits;
  }

  /**
   * True once this writer cannot go on: history has forked, or its cache is damaged. Close it, remove its cache, and
   * open another one.
   */
  get isBroken(): boolean {
    return this.#broken;
  }

  /**
   * Decides a command, and appends its event.
   *
   * @throws Refusal if a rule says no; LogError UNKNOWN_OUTCOME if it may still land: retry with the same key
   */
  execute(request: WriteRequest): Promise<CommandResult> {
    const write = writeOf(request);
    return this.#enqueue(() => write, request);
  }

  /**
   * Like `execute`, for a command that names a stream whose number nobody knows yet, because the command that begins it
   * is still waiting: it is made when its turn comes, so both can be of one batch. For bulk writing.
   *
   * @param make given the stream that the command with a key began; refused with STREAM_NOT_BEGUN if that one was
   */
  executeLater(
    { key, atMs }: { key: Uint8Array; atMs?: number | undefined },
    make: (streamBegunBy: (key: Uint8Array) => StreamId) => Omit<WriteRequest, "key" | "atMs">,
  ): Promise<CommandResult> {
    return this.#enqueue(() => writeOf({ ...make(this.#deciding.streamBegunBy), key }), { key, atMs });
  }

  /**
   * Founds an organization in an empty log: its first event, and its owner's. The same key completes one that was
   * left half done.
   */
  async found(
    profile: OrganizationProfile,
    owner: Owner,
    key: Uint8Array,
  ): Promise<{ organization: CommandResult; owner: CommandResult }> {
    const isFoundedHere = () => this.#deciding.activityOf(key)?.seq === 1;
    const [organization, added] = await Promise.all([
      this.#enqueue(() => registrationOf(profile), { key }),
      this.#enqueue(() => ownerOf(profile, owner, isFoundedHere), { key: followingUuid(key) }),
    ]);
    return { organization, owner: added };
  }

  /** Brings the writer's cache up to the log's head: after this, readers of the cache see what was there before. */
  async refresh(): Promise<void> {
    this.#refuseIfClosed();
    await this.#alone(async () => {
      try {
        await catchUp(this.#cache, this.#log);
      } catch (error) {
        throw this.failureOf(error);
      }
    });
  }

  /** Finishes what it took, and closes its cache. Commands that come later are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#alone(() => this.#cache.close());
  }

  async #enqueue(
    prepare: () => Write,
    { key, atMs }: { key: Uint8Array | null; atMs?: number | undefined },
  ): Promise<CommandResult> {
    this.#refuseIfClosed();
    return await new Promise((resolve, reject) => {
      const id = key ?? this.#newId(atMs ?? this.#clock());
      this.#queue.push({ prepare, atMs, id, keyed: key !== null, event: null, resolve, reject });
      // All that waits when the writer gets to it is one batch.
      if (this.#queue.length === 1) void this.#alone(() => this.#work());
    });
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new LogError("UNREACHABLE", `${this.#log.name}: the writer is closed`);
  }

  /** Runs work on the cache after all work before it. */
  #alone(work: () => void | Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      // What has arrived at the process, but not here yet, is of this batch too: the embedded log lets nobody in between.
      await fillBatch(() => this.#queue.length, MAX_BATCH);
      const batch = this.#queue.splice(0, MAX_BATCH);
      try {
        await this.#clocks?.check();
        await this.#write(batch);
      } catch (error) {
        const failure = this.failureOf(error);
        for (const pending of batch) pending.reject(failure); // those that were answered stay so
      }
    }
  }

  async #write(batch: readonly PendingWrite[]): Promise<void> {
    let waiting = [...batch];
    for (let attempt = 1; waiting.length > 0; attempt++) {
      const before = this.#cache.checkpoint;
      let unknown: LogError | null = null;
      let outcomes: Outcome[] | null = null;
      try {
        outcomes = await this.#tryToWrite(waiting, before.seq);
      } catch (error) {
        const code = error instanceof LogError ? error.code : null;
        if (code === "UNKNOWN_OUTCOME") unknown = error as LogError;
        else if (code !== "DUPLICATE") throw error;
        if (unknown) this.#observer.onUnknownOutcome?.();
      } finally {
        // Somebody else was faster, or nobody knows, or it failed: forget what was decided.
        if (outcomes === null) this.#cache.rollback(before);
      }
      if (outcomes !== null) {
        this.#commit(before);
        await respond(waiting, outcomes, this.#responding);
        return;
      }
      if (!unknown) this.#observer.onLostRace?.();
      // Read what is there, and decide again.
      await this.#catchUpAfter(unknown, waiting);
      waiting = waiting.filter((pending) => !respondIfLanded(pending, unknown, this.#deciding));
      if (attempt === MAX_ATTEMPTS)
        throw new LogError("UNREACHABLE", `${this.#log.name}: other writers were faster ${attempt} times; try again`);
    }
  }

  /**
   * Decides, and appends what was decided. The transaction stays open: the caller commits it, or undoes it.
   *
   * @returns null if somebody else was faster: then what was decided may rest on too little
   */
  async #tryToWrite(waiting: readonly PendingWrite[], head: Sequence): Promise<Outcome[] | null> {
    const { events, outcomes } = this.#deciding.decideAll(waiting);
    if (events.length === 0) return (await this.#log.head(head)) <= head ? outcomes : null;
    const startedMs = performance.now();
    const landed = await this.#log.append(events);
    if (landed > 0) this.#observer.onAppend?.(landed, performance.now() - startedMs);
    return landed === events.length ? outcomes : null;
  }

  #commit(before: Cache["checkpoint"]): void {
    try {
      this.#cache.commit();
    } catch {
      // The events are in the log, so they are answered; the cache reads them from there before the next decision.
      this.#cache.rollback(before);
    }
  }

  /** What to say of a failure, also of a reader's of the cache. Notices the ones that this writer does not get over. */
  failureOf(error: unknown): unknown {
    const failure = asCacheError(error, this.#cache.path);
    this.#broken ||= breaksWriter(failure);
    return failure;
  }

  /** Catches up. If that fails, whatever may have been written is answered as unknown, and not as failed. */
  async #catchUpAfter(unknown: LogError | null, waiting: readonly PendingWrite[]): Promise<void> {
    try {
      await catchUp(this.#cache, this.#log);
    } catch (error) {
      if (unknown) for (const { event, reject } of waiting) if (event !== null) reject(unknown);
      throw error;
    }
  }
}
