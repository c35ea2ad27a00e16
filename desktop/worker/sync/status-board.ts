/** The sync status for the windows: collected here, and sent at most ten times a second. */
import type { Sequence } from "../../../events/sequence.ts";
import type { Failure } from "../../contract/call-error.ts";
import type { Progress, SyncStatus } from "../../contract/contract.ts";
import { failureOf } from "../server/failure-of.ts";
import { recoveryOf } from "./recovery.ts";

/** Between two messages without new rows, ms. */
const PAUSE_MS = 100;
/** Before a message about new rows, ms: a user may be waiting for them. */
const ROWS_PAUSE_MS = 10;

/** The part of the status that the desktop knows at any time. */
export type Facts = Pick<
  SyncStatus,
  "initialized" | "lastSync" | "needs" | "proof" | "server" | "log" | "user" | "checkpoint"
>;

export class StatusBoard {
  readonly #facts: () => Facts;
  readonly #send: (status: SyncStatus) => void;
  #phase: SyncStatus["phase"] = "idle";
  #progress: Progress | null = null;
  #began: { atMs: number; seq: Sequence } | null = null;
  #isOnline = false;
  #error: Failure | null = null;
  #nextTryAt: number | null = null;
  #clockAheadMs: number | null = null;
  #head: Sequence = 0;
  #timer: NodeJS.Timeout | null = null;
  #sentCheckpoint: Sequence = 0;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(facts: () => Facts, send: (status: SyncStatus) => void = () => {}) {
    this.#facts = facts;
    this.#send = send;
  }

  get status(): SyncStatus {
    const facts = this.#facts();
    return {
      ...facts,
      isOnline: this.#isOnline,
      phase: this.#phase,
      progress: this.#progress,
      error: this.#error,
      head: Math.max(this.#head, facts.checkpoint),
      nextTryAt: this.#nextTryAt,
      clockAheadMs: this.#clockAheadMs,
    };
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  reportProgress(phase: "pulling" | "building", { seq, head }: { seq: Sequence; head: Sequence | null }): void {
    const now = performance.now();
    if (this.#phase !== phase || !this.#began) this.#began = { atMs: now, seq };
    this.#phase = phase;
    if (phase === "pulling") this.#setOnline();
    if (phase === "pulling" && head !== null) this.#head = Math.max(this.#head, head);
    const seconds = (now - this.#began.atMs) / 1000;
    const rate = seconds > 0 ? Math.round((seq - this.#began.seq) / seconds) : 0;
    const secondsLeft = head !== null && rate > 0 ? Math.max(0, (head - seq) / rate) : null;
    this.#progress = { seq, head, rate, secondsLeft };
    this.publish();
  }

  /** No work is in progress. */
  reportIdle(): void {
    this.#phase = "idle";
    this.#progress = null;
    this.#began = null;
    this.publish();
  }

  /** A sync has succeeded. @param head the server's */
  reportSuccess(head: Sequence): void {
    this.#setOnline();
    this.#head = Math.max(this.#head, head);
    this.#error = null;
    if (this.#facts().checkpoint !== this.#sentCheckpoint) this.#hurry();
    this.publish();
  }

  /** A sync has failed. @param nextTryAt ms since 1970 UTC; null: there is no retry until the user acts */
  reportFailure(error: unknown, nextTryAt: number | null): void {
    this.#isOnline = recoveryOf(error).online ?? this.#isOnline;
    this.#error = failureOf(error);
    this.#nextTryAt = nextTryAt;
    this.publish();
  }

  /** The server has dated a response. @param aheadMs null if its clock and this device's agree */
  reportClock(aheadMs: number | null): void {
    const isTold = this.#clockAheadMs !== null;
    this.#clockAheadMs = aheadMs;
    if (isTold !== (aheadMs !== null)) this.publish();
  }

  /** There is no network, or the server does not answer. */
  reportOffline(): void {
    this.#isOnline = false;
    this.publish();
  }

  /** Clears the status of a log that is not shown any more. */
  clear(): void {
    this.#error = null;
    this.#nextTryAt = null;
    this.#head = 0;
    this.reportIdle();
  }

  /** Sends the status to the windows soon. */
  publish(): void {
    if (this.#timer) return;
    const waitMs = Math.max(0, this.#sentAtMs + PAUSE_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#sentAtMs = performance.now();
      const { status } = this;
      this.#sentCheckpoint = status.checkpoint;
      this.#send(status);
    }, waitMs);
  }

  /** Makes the next message earlier, because there are new rows. */
  #hurry(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sentAtMs = Math.min(this.#sentAtMs, performance.now() - PAUSE_MS + ROWS_PAUSE_MS);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #setOnline(): void {
    this.#isOnline = true;
    this.#nextTryAt = null;
  }
}
