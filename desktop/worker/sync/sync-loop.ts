/**
 * When to sync: at the start, when the server has new events, every 5 minutes, when the network is back, after the machine
 * slept, and on request. After failures the pauses get longer, with a random part, so that desktops do not retry all at once.
 */
import { setTimeout as sleep } from "node:timers/promises";

export interface SyncLoopOptions {
  /** Syncs once. @returns false if watching the server makes no sense until the next `wake` */
  sync: (signal: AbortSignal) => Promise<boolean>;
  /** Resolves when the server has new events; rejects if the server cannot be asked. */
  changed: (signal: AbortSignal) => Promise<void>;
  /** False: after this failure, only `wake` and the next regular sync try again. Default: true. */
  isWorthRetrying?: () => boolean;
  /** Called when a sync has failed. @param nextTryAtMs ms since 1970 UTC; null: there is no retry before the next regular sync */
  onFailure: (error: unknown, nextTryAtMs: number | null) => void;
  everyMs?: number;
  firstRetryMs?: number;
  longestRetryMs?: number;
  random?: () => number;
}

const EVERY_MS = 5 * 60_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Between syncs if the server cannot be watched, ms. */
const UNWATCHED_MS = 5_000;
/** Between checks whether the machine was asleep, ms. */
const SLEEP_CHECK_MS = 5_000;
/** A check that is later than this, ms, means that the machine was asleep. */
const SLEEP_MS = 20_000;

export class SyncLoop {
  readonly #options: Required<SyncLoopOptions>;
  readonly #stop = new AbortController();
  readonly #sleepCheck: NodeJS.Timeout;
  #woken = new AbortController();
  #failures = 0;
  #running: Promise<void> | null = null;
  #waiting: { resolve(): void; reject(error: unknown): void }[] = [];

  constructor(options: SyncLoopOptions) {
    this.#options = {
      everyMs: EVERY_MS,
      firstRetryMs: FIRST_RETRY_MS,
      longestRetryMs: LONGEST_RETRY_MS,
      random: Math.random,
      isWorthRetrying: () => true,
      ...options,
    };
    let [wallMs, monotonicMs] = [Date.now(), performance.now()];
    this.#sleepCheck = setInterval(() => {
      const [wall, monotonic] = [Date.now(), performance.now()];
      // Timers stop while a machine sleeps, and at least one of the two clocks does not: the timer is late by that clock.
      const slept = Math.max(wall - wallMs, monotonic - monotonicMs) > SLEEP_CHECK_MS + SLEEP_MS;
      [wallMs, monotonicMs] = [wall, monotonic];
      if (slept) this.wake();
    }, SLEEP_CHECK_MS).unref();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the current pause and syncs. If a sync is in progress, syncs once more after it. */
  wake(): void {
    this.#failures = 0;
    this.#woken.abort();
  }

  /** Syncs now. Resolves when a sync that began after this call has succeeded. @throws what that sync throws */
  async syncNow(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.wake();
    });
  }

  /** Ends the loop, and stops the sync in progress. Pending `syncNow` calls resolve. */
  async close(): Promise<void> {
    clearInterval(this.#sleepCheck);
    this.#stop.abort();
    this.#woken.abort();
    await this.#running;
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#woken = new AbortController();
      const waiting = this.#waiting.splice(0);
      let watch = false;
      try {
        watch = await this.#options.sync(signal);
        this.#failures = 0;
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        if (signal.aborted) break;
        for (const { reject } of waiting) reject(error);
        await this.#pause(error);
        continue;
      }
      await this.#waitForEvents(watch);
    }
  }

  /** Waits for new events, the next regular sync, or `wake`. */
  async #waitForEvents(watch: boolean): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, this.#woken.signal, ended.signal]);
    const timer = pause(this.#options.everyMs, signal);
    // If the server cannot be watched, the next sync reports why. The pause spares a server that answers syncs only.
    const changed = watch ? this.#options.changed(signal).catch(() => pause(UNWATCHED_MS, signal)) : timer;
    await Promise.race([timer, changed]);
    ended.abort();
  }

  /** Pauses after a failure. The upper bound doubles with each failure; the pause is a random half to whole of it. */
  async #pause(error: unknown): Promise<void> {
    const { everyMs, firstRetryMs, longestRetryMs, random, isWorthRetrying, onFailure } = this.#options;
    const retries = isWorthRetrying();
    const most = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures++);
    const pauseMs = retries ? most * (0.5 + random() / 2) : everyMs;
    onFailure(error, retries ? Date.now() + pauseMs : null);
    const signal = AbortSignal.any([this.#stop.signal, this.#woken.signal]);
    await pause(pauseMs, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
