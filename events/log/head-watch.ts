/** Waits for a log to grow: `tell` reports the appends of this process, and polling finds those of other processes. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Sequence } from "../sequence.ts";

/** The delay before a poll after a new waiter arrived, ms. */
const SHORTEST_MS = 20;
/** While the head does not move, each delay is 1.5 times the previous one, up to this, ms. */
const LONGEST_MS = 250;
/** The number of waiters that are woken in one turn of the event loop. */
const WAKE_BATCH = 32;

type Waiter = { after: Sequence; wake: () => void; fail: (error: unknown) => void };

/** The waiters for a log's head. At most one poll runs at a time, however many wait; none runs if nobody waits. */
export class HeadWatch {
  readonly #readHead: () => Promise<Sequence>;
  readonly #waiters = new Set<Waiter>();
  #delayMs = SHORTEST_MS;
  #polling = false;
  /** The last head that `tell` was called with. */
  #head: Sequence = 0;
  #waking = false;
  #timer: NodeJS.Timeout | null = null;
  /** When the timer fires, on the clock of `performance.now()`. */
  #dueAt = 0;

  /** @param readHead looks up the head */
  constructor(readHead: () => Promise<Sequence>) {
    this.#readHead = readHead;
  }

  /** Resolves when the head is past `after` or the signal is aborted. Rejects if the head cannot be read. */
  async changed(after: Sequence, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { after, wake: resolve, fail: reject };
    const aborted = () => resolve();
    signal.addEventListener("abort", aborted);
    this.#waiters.add(waiter);
    this.#delayMs = SHORTEST_MS;
    this.#schedule(this.#waiters.size === 1 ? 0 : SHORTEST_MS);
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", aborted);
      this.#waiters.delete(waiter);
      if (this.#waiters.size === 0) this.#unschedule();
    }
  }

  /** Reports the current head, and wakes the waiters for it. */
  tell(head: Sequence): void {
    this.#head = head;
    if (!this.#waking) void this.#wakeInTurns();
  }

  /** Wakes all waiters, because the log is closing. */
  close(): void {
    for (const waiter of this.#waiters) waiter.wake();
    this.#unschedule();
  }

  /**
   * Wakes a batch of waiters per turn: a thousand at once would block everything else with what they do next. A waiter
   * that is woken late also sees what was appended in the meantime.
   */
  async #wakeInTurns(): Promise<void> {
    this.#waking = true;
    for (let woken = WAKE_BATCH; woken === WAKE_BATCH; ) {
      woken = 0;
      for (const waiter of this.#waiters) {
        if (this.#head <= waiter.after) continue;
        waiter.wake();
        if (++woken === WAKE_BATCH) break;
      }
      if (woken === WAKE_BATCH) await nextTurn();
    }
    this.#waking = false;
  }

  /** Schedules a poll in `delayMs` or earlier. */
  #schedule(delayMs: number): void {
    if (this.#polling) return;
    const due = performance.now() + delayMs;
    if (this.#timer && this.#dueAt <= due) return;
    this.#unschedule();
    this.#dueAt = due;
    this.#timer = setTimeout(() => this.#poll(), delayMs);
  }

  #unschedule(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #poll(): Promise<void> {
    this.#timer = null;
    if (this.#waiters.size === 0) return; // the last waiter left during the previous poll
    this.#polling = true;
    try {
      this.tell(await this.#readHead());
    } catch (error) {
      for (const waiter of this.#waiters) waiter.fail(error);
    }
    this.#polling = false;
    // Woken waiters leave in a later microtask. The last one to leave also clears this timer.
    this.#schedule(this.#delayMs);
    this.#delayMs = Math.min(LONGEST_MS, this.#delayMs * 1.5);
  }
}
