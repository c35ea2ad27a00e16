/** What the windows are told about sync: put together from what is known, and sent at most some times a second. */
import type { Sequence } from "../../../events/sequence.ts";
import type { Failure } from "../../contract/call-error.ts";
import type { Progress, SyncStatus } from "../../contract/contract.ts";
import { failureOf } from "../server/failure-of.ts";
import { recoveryOf } from "./recovery.ts";

/** Between two messages, ms. */
const PAUSE_MS = 100;
/** The same where there are new rows, ms. */
const NEWS_PAUSE_MS = 10;

/** What the rest of the desktop knows at any time. */
export type Facts = Pick<SyncStatus, "initialized" | "lastSync" | "needs" | "server" | "log" | "user" | "checkpoint">;

export class StatusBoard {
  readonly #facts: () => Facts;
  readonly #tell: (status: SyncStatus) => void;
  #phase: SyncStatus["phase"] = "idle";
  #progress: Progress | null = null;
  #began: { atMs: number; seq: Sequence } | null = null;
  #isOnline = false;
  #error: Failure | null = null;
  #nextTryAt: number | null = null;
  #head: Sequence = 0;
  #timer: NodeJS.Timeout | null = null;
  #toldCheckpoint: Sequence = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(facts: () => Facts, tell: (status: SyncStatus) => void = () => {}) {
    this.#facts = facts;
    this.#tell = tell;
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
    };
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** Work goes on. @param done how far it is */
  progress(phase: "pulling" | "building", { seq, head }: { seq: Sequence; head: Sequence | null }): void {
    const now = performance.now();
    if (this.#phase !== phase || !this.#began) this.#began = { atMs: now, seq };
    this.#phase = phase;
    if (phase === "pulling") this.#reached();
    if (phase === "pulling" && head !== null) this.#head = Math.max(this.#head, head);
    const seconds = (now - this.#began.atMs) / 1000;
    const rate = seconds > 0 ? Math.round((seq - this.#began.seq) / seconds) : 0;
    const secondsLeft = head !== null && rate > 0 ? Math.max(0, (head - seq) / rate) : null;
    this.#progress = { seq, head, rate, secondsLeft };
    this.changed();
  }

  /** Nothing is under way. */
  idle(): void {
    this.#phase = "idle";
    this.#progress = null;
    this.#began = null;
    this.changed();
  }

  /** A sync went well. @param head the server's */
  synced(head: Sequence): void {
    this.#reached();
    this.#head = Math.max(this.#head, head);
    this.#error = null;
    if (this.#facts().checkpoint !== this.#toldCheckpoint) this.#hurry();
    this.changed();
  }

  /** A sync failed. @param nextTryAt ms since 1970 UTC; null: not until somebody does something */
  failed(error: unknown, nextTryAt: number | null): void {
    if (recoveryOf(error).offline) this.#isOnline = false;
    this.#error = failureOf(error);
    this.#nextTryAt = nextTryAt;
    this.changed();
  }

  /** The operating system says that there is no network. */
  offline(): void {
    this.#isOnline = false;
    this.changed();
  }

  /** Forgets what was about a log that is shown no more. */
  forget(): void {
    this.#error = null;
    this.#nextTryAt = null;
    this.#head = 0;
    this.idle();
  }

  /** Tells the windows, soon. */
  changed(): void {
    if (this.#timer) return;
    const waitMs = Math.max(0, this.#toldAtMs + PAUSE_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#toldAtMs = performance.now();
      const { status } = this;
      this.#toldCheckpoint = status.checkpoint;
      this.#tell(status);
    }, waitMs);
  }

  /** What is new in the tables is told as soon as it is there: somebody waits for it, on this desktop or another. */
  #hurry(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#toldAtMs = Math.min(this.#toldAtMs, performance.now() - PAUSE_MS + NEWS_PAUSE_MS);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #reached(): void {
    this.#isOnline = true;
    this.#nextTryAt = null;
  }
}
