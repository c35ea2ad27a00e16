/** When it syncs: against a sync that only counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SyncLoop, type SyncLoopOptions } from "./sync-loop.ts";

interface Made {
  loop: SyncLoop;
  syncs: () => number;
  failures: number[];
  /** The server has more. */
  tell: () => void;
}

/** @param outcome of each sync, by its number from 1 */
function newLoop(outcome: (n: number) => Promise<boolean>, options: Partial<SyncLoopOptions> = {}): Made {
  let count = 0;
  let tell = () => {};
  const failures: number[] = [];
  const loop = new SyncLoop({
    sync: () => outcome(++count),
    changed: (signal) =>
      new Promise((resolve, reject) => {
        tell = resolve;
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    onFailure: (_, nextTryAtMs) => failures.push(nextTryAtMs - Date.now()),
    random: () => 1,
    ...options,
  });
  return { loop, syncs: () => count, failures, tell: () => tell() };
}

async function until(wanted: () => boolean): Promise<void> {
  for (let tries = 0; !wanted(); tries++) {
    assert.ok(tries < 2000, "it never came");
    await sleep(5);
  }
}

test("SyncLoop syncs at its start, when there is more, after a while, and when it is woken", async () => {
  const { loop, syncs, tell } = newLoop(async () => true, { everyMs: 200 });
  loop.start();
  await until(() => syncs() === 1);
  await sleep(10);
  tell();
  await until(() => syncs() === 2);
  await until(() => syncs() === 3); // by the clock
  loop.wake();
  await until(() => syncs() >= 4);
  await loop.close();
  const last = syncs();
  await sleep(250);
  assert.equal(syncs(), last, "nothing after its end");
});

test("once() is about a sync that began after it was called", async () => {
  let release = () => {};
  const { loop, syncs } = newLoop(async (n) => {
    if (n === 1) await new Promise<void>((resolve) => (release = resolve));
    return true;
  });
  loop.start();
  await until(() => syncs() === 1);
  const asked = Promise.all([loop.once(), loop.once()]);
  release();
  await asked;
  assert.equal(syncs(), 2);
  await loop.close();
});

test("after failures it waits longer and longer, up to a bound, and from the beginning after a success", async () => {
  const { loop, syncs, failures, tell } = newLoop(
    async (n) => {
      if (n !== 7) throw new Error("no server");
      return true;
    },
    { firstRetryMs: 10, longestRetryMs: 80 },
  );
  loop.start();
  await until(() => syncs() === 7);
  await sleep(10);
  tell();
  await until(() => syncs() >= 9);
  await loop.close();
  const near = (ms: number | undefined, wanted: number) =>
    assert.ok(Math.abs((ms ?? 0) - wanted) <= 3, `${ms}: ${wanted}`);
  for (const [n, wanted] of [10, 20, 40, 80, 80, 80, 10, 20].entries()) near(failures[n], wanted);
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
  await until(() => syncs() === 1);
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
