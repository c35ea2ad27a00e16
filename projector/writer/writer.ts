/**
 * The writer of a log: decides each command on the state at the head, appends its event, and responds once the event is
 * durable. A process has one writer per log. Several processes may write the same log: the sequence decides who wins.
 *
 * A batch is decided inside one transaction on the writer's own cache, with one savepoint per command. The transaction
 * is committed only after the log has stored the events, so the cache never contains an event that is not in the log.
 */

import type { OrganizationProfile } from "../../events/business/organization.ts";
import type { CommandResult } from "../../events/commands/commands.ts";
import { LogError } from "../../events/errors.ts";
import type { EventLog, WritableLog } from "../../events/log/log.ts";
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
import { takeBatch } from "./take-batch.ts";
import { breaksWriter } from "./writer-failures.ts";
import type { WriterObserver, WriterOptions } from "./writer-options.ts";

/** The most commands decided in one transaction and appended in one round trip; fewer if their events are long. */
const MAX_BATCH = 256;
/**
 * Who writes in bulk: one that takes turns like a user, because later commands of any user name streams of earlier
 * ones.
 */
const BULK = 0;
/** Lost races before a batch fails. Each one means that another writer made progress. */
const MAX_ATTEMPTS = 200;

const openToDecide = (path: string, log: EventLog) => openOrRebuild(path, log, { decides: true });

export class Writer {
  readonly #log: WritableLog;
  readonly #cache: Cache;
  readonly #decider: BatchDecider;
  readonly #sources: Parameters<typeof respond>[2];
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
    this.#clocks = (options.checkClock ?? true) ? new ClockCheck(log, this.#clock) : null;
    this.#decider = new BatchDecider(cache, {
      clock: this.#clock,
      checkTime: (atMs) => {
        if (!options.acceptsLead) this.#clocks?.checkTime(atMs);
      },
    });
    this.#sources = { log, decider: this.#decider, failureOf: (error) => this.failureOf(error) };
    this.#newId = options.newId ?? newUuid;
    this.#observer = options.observer ?? {};
  }

  /** Opens a writer, with its cache at the log's head. @param cachePath a file that no other process uses */
  static async open(log: WritableLog, cachePath: string, options: WriterOptions = {}): Promise<Writer> {
    const { cache, stoppedBy } = await (options.openCache ?? openToDecide)(cachePath, log);
    if (stoppedBy) {
      cache.close();
      throw stoppedBy; // decisions need the whole state
    }
    return new Writer(log, cache, options);
  }

  /** The last sequence that the writer's cache contains. */
  get checkpoint(): Sequence {
    return this.#cache.checkpoint.seq;
  }

  /** The time of the event at the checkpoint, ms since 1970 UTC; 0 before the first event. */
  get headAtMs(): number {
    return this.#cache.checkpoint.atMs;
  }

  /** Counts commits of the cache. While it stays the same, every query returns the same result. */
  get commits(): number {
    return this.#cache.commits;
  }

  /**
   * True once this writer cannot continue: the history has forked, or the cache is damaged. Close it, remove its cache,
   * and open a new one.
   */
  get isBroken(): boolean {
    return this.#broken;
  }

  /**
   * Decides a command, and appends its event.
   *
   * @throws Refusal if a rule says no; LogError UNKNOWN_OUTCOME if the event may still land: retry with the same key
   */
  execute(request: WriteRequest): Promise<CommandResult> {
    const write = writeOf(request);
    return this.#enqueue(() => write, request, request.atMs === undefined ? request.actor : BULK);
  }

  /**
   * Like `execute`, for a command on a stream that does not exist yet, because the command that begins it is still
   * queued. The request is made at its turn, so both commands fit into one batch. For bulk writing.
   *
   * @param make makes the request; `streamBegunBy(key)` returns the stream that the command with that key began, or
   *   refuses with STREAM_NOT_BEGUN
   */
  executeLater(
    { key, atMs }: { key: Uint8Array; atMs?: number | undefined },
    make: (streamBegunBy: (key: Uint8Array) => StreamId) => Omit<WriteRequest, "key" | "atMs">,
  ): Promise<CommandResult> {
    return this.#enqueue(
      () => writeOf({ ...make(this.#decider.streamBegunBy), key, ...(atMs !== undefined && { atMs }) }),
      { key, atMs },
    );
  }

  /**
   * Founds an organization in an empty log: writes its first event, and that of its owner. A retry with the same key
   * completes an unfinished founding.
   */
  async found(
    profile: OrganizationProfile,
    owner: Owner,
    key: Uint8Array,
  ): Promise<{ organization: CommandResult; owner: CommandResult }> {
    const isFoundedHere = () => this.#decider.activityOf(key)?.seq === 1;
    const [organization, added] = await Promise.all([
      this.#enqueue(() => registrationOf(profile), { key }),
      this.#enqueue(() => ownerOf(profile, owner, isFoundedHere), { key: followingUuid(key) }),
    ]);
    return { organization, owner: added };
  }

  /** Brings the cache to the log's head. Queries afterwards include every event that was in the log before the call. */
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

  /** Finishes the queued commands, and closes the cache. Later commands are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#alone(() => this.#cache.close());
  }

  async #enqueue(
    prepare: () => Write,
    { key, atMs }: { key: Uint8Array | null; atMs?: number | undefined },
    user = BULK,
  ): Promise<CommandResult> {
    this.#refuseIfClosed();
    return await new Promise((resolve, reject) => {
      const id = key ?? this.#newId(atMs ?? this.#clock());
      this.#queue.push({ user, prepare, atMs, id, keyed: key !== null, event: null, resolve, reject });
      // All commands in the queue at the writer's turn form one batch; if they are too many, users take turns.
      if (this.#queue.length === 1) void this.#alone(() => this.#work());
    });
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new LogError("UNREACHABLE", `${this.#log.name}: the writer is closed`);
  }

  /** Runs work on the cache after all earlier work. */
  #alone(work: () => void | Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      // Let requests that wait in the event loop join this batch: an embedded log blocks the loop during an append.
      await fillBatch(() => this.#queue.length, MAX_BATCH);
      const batch = takeBatch(this.#queue, MAX_BATCH);
      try {
        await this.#clocks?.check();
        await this.#write(batch);
      } catch (error) {
        const failure = this.failureOf(error);
        for (const pending of batch) pending.reject(failure); // no effect on commands that are already settled
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
        outcomes = await this.#tryToWrite(waiting, before);
      } catch (error) {
        if (!(error instanceof LogError) || error.code !== "UNKNOWN_OUTCOME") throw error;
        unknown = error;
        this.#observer.onUnknownOutcome?.();
      } finally {
        // Another writer was faster, the outcome is unknown, or the attempt failed: undo the decisions.
        if (outcomes === null) this.#cache.rollback(before);
      }
      if (outcomes !== null) {
        this.#commit(before);
        await respond(waiting, outcomes, this.#sources);
        this.#queue.unshift(...waiting.slice(outcomes.length)); // no room for their events in this batch
        return;
      }
      if (!unknown) this.#observer.onLostRace?.();
      // Read the new events, and decide again.
      await this.#catchUpAfter(unknown, waiting);
      waiting = waiting.filter((pending) => !respondIfLanded(pending, unknown, this.#decider));
      if (attempt === MAX_ATTEMPTS)
        throw new LogError("UNREACHABLE", `${this.#log.name}: other writers were faster ${attempt} times; try again`);
    }
  }

  /**
   * Decides the batch and appends its events. The transaction stays open: the caller commits it or rolls it back.
   *
   * @returns null if another writer was faster: the decisions may be based on an old state
   */
  async #tryToWrite(
    waiting: readonly PendingWrite[],
    { seq: head, hash }: Cache["checkpoint"],
  ): Promise<Outcome[] | null> {
    const { events, outcomes } = this.#decider.decideAll(waiting);
    if (events.length === 0) return (await this.#log.head(head)) <= head ? outcomes : null;
    const startedMs = performance.now();
    const landed = await this.#log.append(events, { previous: hash });
    if (landed > 0) this.#observer.onAppend?.(landed, performance.now() - startedMs);
    return landed === events.length ? outcomes : null;
  }

  #commit(before: Cache["checkpoint"]): void {
    try {
      this.#cache.commit();
    } catch {
      // The events are in the log, so the commands succeed. The cache reads the events before the next decision.
      this.#cache.rollback(before);
    }
  }

  /** Maps an error, also one of a query on the cache, to the error to report. Sets `isBroken` if it is fatal. */
  failureOf(error: unknown): unknown {
    const failure = asCacheError(error, this.#cache.path);
    this.#broken ||= breaksWriter(failure);
    return failure;
  }

  /** Catches up. If this fails, commands whose events may have landed are rejected as unknown, not as failed. */
  async #catchUpAfter(unknown: LogError | null, waiting: readonly PendingWrite[]): Promise<void> {
    try {
      await catchUp(this.#cache, this.#log);
    } catch (error) {
      if (unknown) for (const { event, reject } of waiting) if (event !== null) reject(unknown);
      throw error;
    }
  }
}
