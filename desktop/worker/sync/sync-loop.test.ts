/** When it syncs: against a sync that only counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../../fixtures/tests/until.ts";
import { SyncLoop, type SyncLoopOptions } from "./sync-loop.ts";

interface TestLoop {
  loop: SyncLoop;
  syncs: () => number;
  failures: number[];
  /** Says that the server has more, once the loop waits for that. */
  tell: () => Promise<void>;
}

/** @param outcome of each sync, by its number from 1 */
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
    onFailure: (_, nextTryAtMs) => failures.push(nextTryAtMs - Date.now()),
    random: () => 1,
    ...options,
  });
  const tell = async () => {
    const resolve = await until("the loop waits", () => resolveChanged);
    resolveChanged = null;
    resolve();
  };
  return { loop, syncs: () => count, failures, tell };
}

test("SyncLoop syncs at its start, when there is more, and when it is woken", async () => {
  const { loop, syncs, tell } = newLoop(async () => true);
  loop.start();
  await until("the first sync", () => syncs() === 1);
  await tell();
  await until("a sync of what is new", () => syncs() === 2);
  loop.wake();
  await until("a sync after the wake", () => syncs() === 3);
  await loop.close();
});

test("SyncLoop syncs after a while without being told, and not after its end", async () => {
  const { loop, syncs } = newLoop(async () => true, { everyMs: 20 });
  loop.start();
  await until("three syncs", () => syncs() >= 3);
  await loop.close();
  const last = syncs();
  await sleep(100);
  assert.equal(syncs(), last);
});

test("once() is about a sync that began after it was called", async () => {
  let release = () => {};
  const { loop, syncs } = newLoop(async (n) => {
    if (n === 1) await new Promise<void>((resolve) => (release = resolve));
    return true;
  });
  loop.start();
  await until("the first sync", () => syncs() === 1);
  const asked = Promise.all([loop.once(), loop.once()]);
  release();
  await asked;
  assert.equal(syncs(), 2);
  await loop.close();
});

test("after failures it waits longer and longer, up to a bound, and from the beginning after a success", async (t) => {
  t.mock.timers.enable({ apis: ["Date"] }); // it stands still: the waits are exact
  const { loop, syncs, failures, tell } = newLoop(
    async (n) => {
      if (n !== 7) throw new Error("no server");
      return true;
    },
    { firstRetryMs: 10, longestRetryMs: 80 },
  );
  loop.start();
  await until("the sync that goes well", () => syncs() === 7);
  await tell();
  await until("two more failures", () => failures.length >= 8);
  await loop.close();
  assert.deepEqual(failures.slice(0, 8), [10, 20, 40, 80, 80, 80, 10, 20]);
});

test("a failure is the answer of those who asked for that sync; waking it tries at once", async () => {
  let up = false;
  const { loop } = newLoop(
    async () => {
      if (!up) throw new Error("no server");
      return true;
    },
    { firstRetryMs: 60_000, longestRetryMs: 60_000 },
  );
  loop.start();
  await assert.rejects(loop.once(), /no server/);
  up = true;
  await loop.once();
  await loop.close();
});

test("a server that cannot be watched is not pressed", async () => {
  const { loop, syncs } = newLoop(async () => true, { changed: () => Promise.reject(new Error("no long polls here")) });
  loop.start();
  await until("the first sync", () => syncs() === 1);
  await sleep(300);
  assert.equal(syncs(), 1);
  await loop.close();
});

test("close() stops what is under way, and answers those who wait", async () => {
  const hanging = new SyncLoop({
    sync: (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    changed: async () => {},
    onFailure: () => assert.fail("its end is no failure"),
  });
  hanging.start();
  const asked = hanging.once();
  await hanging.close();
  await asked;
});
