/** Waiting for a log to grow: by being told, and by asking again and again for what another process wrote. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Sequence } from "../sequence.ts";

/** After somebody came to wait, or the head moved, the next question comes this soon, ms. */
const SHORTEST_MS = 20;
/** While nothing happens, each wait is half as long again as the one before, up to this, ms. */
const LONGEST_MS = 250;
/** Waiters that are woken at once. */
const AT_ONCE = 32;

type Waiter = { after: Sequence; wake: () => void; fail: (error: unknown) => void };

/** Who waits for a log's head. However many wait, one question is under way at most; when nobody waits, none. */
export class HeadWatch {
  readonly #ask: () => Promise<Sequence>;
  readonly #waiters = new Set<Waiter>();
  #delayMs = SHORTEST_MS;
  #asking = false;
  /** The head, as it was told last. */
  #told: Sequence = 0;
  #waking = false;
  #timer: NodeJS.Timeout | null = null;
  /** When the timer ends, on the clock of `performance.now()`. */
  #due = 0;

  /** @param ask looks the head up */
  constructor(ask: () => Promise<Sequence>) {
    this.#ask = ask;
  }

  /** Resolves once the head is past `after`, or the signal is aborted. Rejects if the head cannot be asked for. */
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

  /** Says what the head is now: wakes who waits for it. */
  tell(head: Sequence): void {
    this.#told = head;
    if (!this.#waking) void this.#wakeInTurns();
  }

  /** Wakes everybody: the log is being closed. */
  close(): void {
    for (const waiter of this.#waiters) waiter.wake();
    this.#unschedule();
  }

  /**
   * Some at a time: what a thousand of them do next would hold up everything else. Those who come late see what has been
   * added in the meantime, too.
   */
  async #wakeInTurns(): Promise<void> {
    this.#waking = true;
    for (let woken = AT_ONCE; woken === AT_ONCE; ) {
      woken = 0;
      for (const waiter of this.#waiters) {
        if (this.#told <= waiter.after) continue;
        waiter.wake();
        if (++woken === AT_ONCE) break;
      }
      if (woken === AT_ONCE) await nextTurn();
    }
    this.#waking = false;
  }

  /** Asks in `delayMs` at the latest. */
  #schedule(delayMs: number): void {
    if (this.#asking) return;
    const due = performance.now() + delayMs;
    if (this.#timer && this.#due <= due) return;
    this.#unschedule();
    this.#due = due;
    this.#timer = setTimeout(() => this.#poll(), delayMs);
  }

  #unschedule(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #poll(): Promise<void> {
    this.#timer = null;
    if (this.#waiters.size === 0) return; // the last one left while the question before was under way
    this.#asking = true;
    try {
      this.tell(await this.#ask());
    } catch (error) {
      for (const waiter of this.#waiters) waiter.fail(error);
    }
    this.#asking = false;
    // Those who were woken leave in a later microtask; if they were the last, they take this timer with them.
    this.#schedule(this.#delayMs);
    this.#delayMs = Math.min(LONGEST_MS, this.#delayMs * 1.5);
  }
}
