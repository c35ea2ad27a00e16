/**
 * When to sync: at the start, when the server says that there is more, every 5 minutes, when the network is back, after
 * sleep, and by hand; after a failure later and later, and not all desktops at once.
 */
import { setTimeout as sleep } from "node:timers/promises";

export interface SyncLoopOptions {
  /** Syncs once. @returns false if there is nothing to do until somebody calls `wake` */
  sync: (signal: AbortSignal) => Promise<boolean>;
  /** Resolves when there is more to sync; rejects if nobody can be asked. */
  changed: (signal: AbortSignal) => Promise<void>;
  /** Told when a sync failed. @param nextTryAtMs ms since 1970 UTC */
  onFailure: (error: unknown, nextTryAtMs: number) => void;
  everyMs?: number;
  firstRetryMs?: number;
  longestRetryMs?: number;
  random?: () => number;
}

const EVERY_MS = 5 * 60_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Between syncs where the server does not take the question whether there is more, ms. */
const UNWATCHED_MS = 5_000;
/** How often it looks whether the machine was asleep, ms. */
const LOOK_MS = 5_000;
/** The clock going on by so much more than the time that passed means that it was, ms. */
const SLEEP_MS = 20_000;

export class SyncLoop {
  readonly #options: Required<SyncLoopOptions>;
  readonly #stop = new AbortController();
  readonly #looking: NodeJS.Timeout;
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
      ...options,
    };
    let [wallMs, passedMs] = [Date.now(), performance.now()];
    this.#looking = setInterval(() => {
      const [wall, passed] = [Date.now(), performance.now()];
      // A machine that sleeps stops one clock or both: then more time has gone by than the timer was set for.
      const asleep = Math.max(wall - wallMs, passed - passedMs) > LOOK_MS + SLEEP_MS;
      [wallMs, passedMs] = [wall, passed];
      if (asleep) this.wake();
    }, LOOK_MS).unref();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Syncs now, whatever it waits for; if a sync is under way, once more after it. */
  wake(): void {
    this.#failures = 0;
    this.#woken.abort();
  }

  /** Syncs now. Resolves when a sync that began after this call has ended well. @throws what that sync throws */
  async once(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.wake();
    });
  }

  /** Ends it, with what is under way stopped. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#stop.abort();
    this.#woken.abort();
    await this.#running;
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#woken = new AbortController();
      const asked = this.#waiting.splice(0);
      let more = false;
      try {
        more = await this.#options.sync(signal);
        this.#failures = 0;
        for (const { resolve } of asked) resolve();
      } catch (error) {
        if (signal.aborted) break;
        for (const { reject } of asked) reject(error);
        await this.#pause(error);
        continue;
      }
      await this.#untilThereIsMore(more);
    }
  }

  async #untilThereIsMore(watch: boolean): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, this.#woken.signal, ended.signal]);
    const timer = pause(this.#options.everyMs, signal);
    // Who cannot be asked now is asked by the next sync, which says so. A server that answers syncs but no waits is not
    // pressed.
    const live = watch ? this.#options.changed(signal).catch(() => pause(UNWATCHED_MS, signal)) : timer;
    await Promise.race([timer, live]);
    ended.abort();
  }

  /** Waits longer after each failure: between half and the whole of what it may be. */
  async #pause(error: unknown): Promise<void> {
    const { firstRetryMs, longestRetryMs, random, onFailure } = this.#options;
    const most = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures++);
    const pauseMs = most * (0.5 + random() / 2);
    onFailure(error, Date.now() + pauseMs);
    const signal = AbortSignal.any([this.#stop.signal, this.#woken.signal]);
    await pause(pauseMs, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
