import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { HeadWatch } from "./head-watch.ts";

/** A watch whose polls wait until the test answers them. */
function startWatch(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const polls: PromiseWithResolvers<number>[] = [];
  const watch = new HeadWatch(() => {
    const poll = Promise.withResolvers<number>();
    polls.push(poll);
    return poll.promise;
  });
  return {
    watch,
    polls,
    /** Lets time pass, and runs what it triggers. */
    async pass(ms: number) {
      t.mock.timers.tick(ms);
      await turn();
    },
    async answer(head: number | Error) {
      const poll = polls.at(-1);
      if (head instanceof Error) poll?.reject(head);
      else poll?.resolve(head);
      await turn();
    },
  };
}

/** Shows whether a promise has been resolved. */
function watchPromise(promise: Promise<void>) {
  const state = { done: false };
  promise.then(
    () => {
      state.done = true;
    },
    () => {},
  );
  return state;
}

test("changed() polls immediately, and again until the head is past", async (t) => {
  const { watch, polls, pass, answer } = startWatch(t);
  const waiting = watchPromise(watch.changed(5, new AbortController().signal));
  await pass(0);
  await answer(5);
  assert.ok(!waiting.done);
  await pass(19);
  assert.equal(polls.length, 1);
  await pass(1);
  assert.equal(polls.length, 2);
  await answer(6);
  assert.ok(waiting.done);
  await pass(10_000);
  assert.equal(polls.length, 2, "nobody waits");
});

test("changed() waits longer between polls while the head does not move, up to 250 ms", async (t) => {
  const { watch, polls, pass, answer } = startWatch(t);
  void watch.changed(5, new AbortController().signal);
  let waited = 0;
  await pass(0);
  for (let n = 1; n < 20; n++) {
    await answer(5);
    waited = 0;
    while (polls.length === n) {
      await pass(1);
      waited++;
    }
    assert.ok(waited <= 250, `${waited} ms`);
  }
  assert.equal(waited, 250);
  void watch.changed(5, new AbortController().signal);
  await answer(5);
  await pass(250);
  await answer(5);
  await pass(30);
  assert.equal(polls.length, 22, "a new waiter resets the delay");
});

test("changed() runs one poll at a time, however many wait", async (t) => {
  const { watch, polls, pass, answer } = startWatch(t);
  const [first, second, third] = [3, 4, 5].map((after) =>
    watchPromise(watch.changed(after, new AbortController().signal)),
  );
  await pass(1000);
  assert.equal(polls.length, 1);
  await answer(5);
  assert.deepEqual([first?.done, second?.done, third?.done], [true, true, false]);
  await pass(1000);
  assert.equal(polls.length, 2);
});

test("changed() stops polling when the last waiter is gone, even during a poll", async (t) => {
  const { watch, polls, pass, answer } = startWatch(t);
  const controller = new AbortController();
  const waiting = watchPromise(watch.changed(5, controller.signal));
  await pass(0);
  controller.abort();
  await turn();
  assert.ok(waiting.done);
  await answer(5);
  for (let n = 0; n < 10; n++) await pass(1000);
  assert.equal(polls.length, 1);
});

test("changed() during the poll of an aborted waiter gets a poll of its own", async (t) => {
  const { watch, polls, pass, answer } = startWatch(t);
  const controller = new AbortController();
  void watch.changed(5, controller.signal);
  await pass(0);
  controller.abort();
  await turn();
  const waiting = watchPromise(watch.changed(7, new AbortController().signal));
  await answer(7);
  await pass(100);
  assert.equal(polls.length, 2);
  await answer(8);
  assert.ok(waiting.done);
});

test("changed() fails for all waiters if the poll fails, and works again afterwards", async (t) => {
  const { watch, pass, answer } = startWatch(t);
  const signal = new AbortController().signal;
  const failing = [watch.changed(5, signal), watch.changed(6, signal)].map((wait) => assert.rejects(wait, /no answer/));
  await pass(0);
  await answer(new Error("no answer"));
  await Promise.all(failing);
  const waiting = watchPromise(watch.changed(5, signal));
  await pass(0);
  await answer(6);
  assert.ok(waiting.done);
});

test("tell() wakes the waiters for a lower head, close() wakes all", async (t) => {
  const { watch } = startWatch(t);
  const signal = new AbortController().signal;
  const [first, second] = [watchPromise(watch.changed(3, signal)), watchPromise(watch.changed(4, signal))];
  watch.tell(4);
  await turn();
  assert.deepEqual([first.done, second.done], [true, false]);
  watch.close();
  await turn();
  assert.ok(second.done);
});
