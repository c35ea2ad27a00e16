import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { HeadWatch } from "./head-watch.ts";

/** A watch whose questions wait for the test to answer them. */
function watched(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const questions: PromiseWithResolvers<number>[] = [];
  const watch = new HeadWatch(() => {
    const question = Promise.withResolvers<number>();
    questions.push(question);
    return question.promise;
  });
  return {
    watch,
    questions,
    /** Lets the time pass, and what it sets off. */
    async pass(ms: number) {
      t.mock.timers.tick(ms);
      await turn();
    },
    async answer(head: number | Error) {
      const question = questions.at(-1);
      if (head instanceof Error) question?.reject(head);
      else question?.resolve(head);
      await turn();
    },
  };
}

/** If a promise is settled by now. */
function settled(promise: Promise<void>) {
  const state = { done: false };
  promise.then(
    () => {
      state.done = true;
    },
    () => {},
  );
  return state;
}

test("changed() asks at once, and again until the head is past", async (t) => {
  const { watch, questions, pass, answer } = watched(t);
  const waiting = settled(watch.changed(5, new AbortController().signal));
  await pass(0);
  await answer(5);
  assert.ok(!waiting.done);
  await pass(19);
  assert.equal(questions.length, 1);
  await pass(1);
  assert.equal(questions.length, 2);
  await answer(6);
  assert.ok(waiting.done);
  await pass(10_000);
  assert.equal(questions.length, 2, "nobody waits any more");
});

test("changed() waits longer between questions while nothing happens, up to 250 ms", async (t) => {
  const { watch, questions, pass, answer } = watched(t);
  void watch.changed(5, new AbortController().signal);
  let waited = 0;
  await pass(0);
  for (let n = 1; n < 20; n++) {
    await answer(5);
    waited = 0;
    while (questions.length === n) {
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
  assert.equal(questions.length, 22, "somebody new is impatient again");
});

test("changed() asks one question at a time, however many wait", async (t) => {
  const { watch, questions, pass, answer } = watched(t);
  const [first, second, third] = [3, 4, 5].map((after) => settled(watch.changed(after, new AbortController().signal)));
  await pass(1000);
  assert.equal(questions.length, 1);
  await answer(5);
  assert.deepEqual([first?.done, second?.done, third?.done], [true, true, false]);
  await pass(1000);
  assert.equal(questions.length, 2);
});

test("changed() stops asking when the last one who waits is gone, even in the middle of a question", async (t) => {
  const { watch, questions, pass, answer } = watched(t);
  const controller = new AbortController();
  const waiting = settled(watch.changed(5, controller.signal));
  await pass(0);
  controller.abort();
  await turn();
  assert.ok(waiting.done);
  await answer(5);
  for (let n = 0; n < 10; n++) await pass(1000);
  assert.equal(questions.length, 1);
});

test("changed() that begins while the question of one who left is under way is asked for too", async (t) => {
  const { watch, questions, pass, answer } = watched(t);
  const controller = new AbortController();
  void watch.changed(5, controller.signal);
  await pass(0);
  controller.abort();
  await turn();
  const waiting = settled(watch.changed(7, new AbortController().signal));
  await answer(7);
  await pass(100);
  assert.equal(questions.length, 2);
  await answer(8);
  assert.ok(waiting.done);
});

test("changed() fails for everybody when the question does, and works again afterwards", async (t) => {
  const { watch, pass, answer } = watched(t);
  const signal = new AbortController().signal;
  const failing = [watch.changed(5, signal), watch.changed(6, signal)].map((wait) => assert.rejects(wait, /no answer/));
  await pass(0);
  await answer(new Error("no answer"));
  await Promise.all(failing);
  const waiting = settled(watch.changed(5, signal));
  await pass(0);
  await answer(6);
  assert.ok(waiting.done);
});

test("tell() wakes who waits for less, close() wakes everybody", async (t) => {
  const { watch } = watched(t);
  const signal = new AbortController().signal;
  const [first, second] = [settled(watch.changed(3, signal)), settled(watch.changed(4, signal))];
  watch.tell(4);
  await turn();
  assert.deepEqual([first.done, second.done], [true, false]);
  watch.close();
  await turn();
  assert.ok(second.done);
});
