/** When the loop syncs. The sync itself only counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../../fixtures/tests/until.ts";
import { SyncLoop, type SyncLoopOptions } from "./sync-loop.ts";

interface TestLoop {
  loop: SyncLoop;
  syncs: () => number;
  failures: number[];
  /** Announces new events on the server, once the loop waits for them. */
  announce: () => Promise<void>;
}

/** @param outcome the outcome of each sync, by its number from 1 */
function newLoop(outcome: (n: number) => Promise<boolean>, options: Partial<SyncLoopOptions> = {}): TestLoop {
  let count = 0;
  let resolveChanged: (() => void) | null = null;
  const failures: number[] = [];
  const loop = new SyncLoop({
    sync: () => outcome(++count),
    changed: (signal) =>
      new Promise((resolve, reject) => {
        resolveChanged = resolve;
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    onFailure: (_, nextTryAtMs) => failures.push((nextTryAtMs ?? Number.POSITIVE_INFINITY) - Date.now()),
    random: () => 1,
    ...options,
  });
  const announce = async () => {
    const resolve = await until("the loop waits", () => resolveChanged);
    resolveChanged = null;
    resolve();
  };
  return { loop, syncs: () => count, failures, announce };
}

test("SyncLoop syncs at its start, when there are new events, and after wake()", async () => {
  const { loop, syncs, announce } = newLoop(async () => true);
  loop.start();
  await until("the first sync", () => syncs() === 1);
  await announce();
  await until("a sync of the new events", () => syncs() === 2);
  loop.wake();
  await until("a sync after the wake", () => syncs() === 3);
  await loop.close();
});

test("SyncLoop syncs regularly without an announcement, and not after close()", async () => {
  const { loop, syncs } = newLoop(async () => true, { everyMs: 20 });
  loop.start();
  await until("three syncs", () => syncs() >= 3);
  await loop.close();
  const last = syncs();
  await sleep(100);
  assert.equal(syncs(), last);
});

test("syncNow() resolves with a sync that began after the call", async () => {
  let release = () => {};
  const { loop, syncs } = newLoop(async (n) => {
    if (n === 1) await new Promise<void>((resolve) => (release = resolve));
    return true;
  });
  loop.start();
  await until("the first sync", () => syncs() === 1);
  const both = Promise.all([loop.syncNow(), loop.syncNow()]);
  release();
  await both;
  assert.equal(syncs(), 2);
  await loop.close();
});

test("SyncLoop pauses longer after each failure, up to a bound, and starts over after a success", async (t) => {
  t.mock.timers.enable({ apis: ["Date"] }); // the clock stands still, so the pauses are exact
  const { loop, syncs, failures, announce } = newLoop(
    async (n) => {
      if (n !== 7) throw new Error("no server");
      return true;
    },
    { firstRetryMs: 10, longestRetryMs: 80 },
  );
  loop.start();
  await until("the sync that succeeds", () => syncs() === 7);
  await announce();
  await until("two more failures", () => failures.length >= 8);
  await loop.close();
  assert.deepEqual(failures.slice(0, 8), [10, 20, 40, 80, 80, 80, 10, 20]);
});

test("syncNow() rejects with the failure of its sync, and tries at once after a failure", async () => {
  let up = false;
  const { loop } = newLoop(
    async () => {
      if (!up) throw new Error("no server");
      return true;
    },
    { firstRetryMs: 60_000, longestRetryMs: 60_000 },
  );
  loop.start();
  await assert.rejects(loop.syncNow(), /no server/);
  up = true;
  await loop.syncNow();
  await loop.close();
});

test("SyncLoop pauses if the server cannot be watched", async () => {
  const { loop, syncs } = newLoop(async () => true, { changed: () => Promise.reject(new Error("no long polls here")) });
  loop.start();
  await until("the first sync", () => syncs() === 1);
  await sleep(300);
  assert.equal(syncs(), 1);
  await loop.close();
});

test("close() stops the sync in progress, and resolves pending calls of syncNow()", async () => {
  const hanging = new SyncLoop({
    sync: (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    changed: async () => {},
    onFailure: () => assert.fail("close() is no failure"),
  });
  hanging.start();
  const pending = hanging.syncNow();
  await hanging.close();
  await pending;
});
