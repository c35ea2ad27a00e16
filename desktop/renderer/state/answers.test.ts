/** The guarantees of the store, tested without a browser. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { effect, signal } from "@preact/signals";
import { createAnswers } from "./answers.ts";
import type { Question } from "./question.ts";

/** Resolves when every answer that has arrived is stored. */
const flushPromises = () => new Promise(setImmediate);

/** A store, and questions whose reads the test answers. */
function setUp({ max = 10, retainsOld = false } = {}) {
  const version = signal("log/1");
  const log = signal<string | null>("log");
  const reads: { key: string; resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const answers = createAnswers<string>({ version, log, max, retainsOld });
  const question = (key: string, more: Partial<Question<string>> = {}): Question<string> => ({
    key,
    read() {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      reads.push({ key, resolve, reject });
      return promise;
    },
    ...more,
  });
  return { version, log, reads, answers, question };
}

/** Every value that a screen shows for a question, in order. */
function valuesOf(answers: ReturnType<typeof setUp>["answers"], key: string): (string | undefined)[] {
  const values: (string | undefined)[] = [];
  effect(() => {
    values.push(answers.get(key).value);
  });
  return values;
}

const mockTimers = (t: TestContext) => t.mock.timers.enable({ apis: ["setTimeout"] });

test("watch() reads a question once, however many screens show it", async () => {
  const { answers, question, reads } = setUp();
  answers.watch(question("a"));
  answers.watch(question("a"));
  assert.equal(reads.length, 1);
  reads[0]?.resolve("one");
  await flushPromises();
  answers.watch(question("a"));
  assert.equal(answers.get("a").value, "one");
  assert.equal(reads.length, 1);
});

test("null is an answer too: the thing does not exist", async () => {
  const answers = createAnswers<string | null>({ version: signal("log/1"), log: signal("log"), max: 1 });
  answers.watch({ key: "a", read: async () => null });
  await flushPromises();
  assert.deepEqual(answers.get("a"), { value: null, version: "log/1", failure: null });
});

test("a prefetched answer is available synchronously, and its screen does not read it again", async () => {
  const { answers, question, reads } = setUp();
  const waiting = answers.prefetch(question("a"));
  assert.equal(answers.prefetch(question("a")), waiting);
  reads[0]?.resolve("one");
  await waiting;
  assert.equal(answers.prefetch(question("a")), null);
  answers.watch(question("a"));
  assert.equal(answers.get("a").value, "one");
  assert.equal(reads.length, 1);
});

test("prefetch() resolves even if the read fails; the screen then reads again and shows the failure", async () => {
  const { answers, question, reads } = setUp();
  const waiting = answers.prefetch(question("a"));
  reads[0]?.reject(new Error("torn"));
  await waiting;
  answers.watch(question("a"));
  assert.equal(answers.get("a").failure, null);
  assert.equal(reads.length, 2);
  reads[1]?.reject(new Error("torn again"));
  await flushPromises();
  assert.match(answers.get("a").failure?.message ?? "", /torn again/);
});

test("an answer on a screen is read again when the data changes; the old one stays until the new one arrives", async () => {
  const { answers, question, reads, version } = setUp();
  const values = valuesOf(answers, "a");
  answers.watch(question("a"));
  reads[0]?.resolve("old");
  await flushPromises();
  version.value = "log/2";
  assert.equal(reads.length, 2);
  assert.equal(answers.get("a").value, "old");
  reads[1]?.resolve("new");
  await flushPromises();
  assert.deepEqual(values, [undefined, "old", "new"]);
});

test("if the data changes during a read, its answer is shown and one more read follows", async () => {
  const { answers, question, reads, version } = setUp();
  const values = valuesOf(answers, "a");
  answers.watch(question("a"));
  for (const n of [2, 3, 4]) version.value = `log/${n}`;
  assert.equal(reads.length, 1);
  reads[0]?.resolve("of 1");
  await flushPromises();
  assert.equal(reads.length, 2);
  reads[1]?.resolve("of 4");
  await flushPromises();
  assert.deepEqual(values, [undefined, "of 1", "of 4"]);
  assert.equal(reads.length, 2);
});

test("a late answer to one question is never the answer to another", async () => {
  const { answers, question, reads } = setUp();
  const leave = answers.watch(question("a"));
  leave();
  answers.watch(question("b"));
  reads[1]?.resolve("to b");
  await flushPromises();
  reads[0]?.resolve("to a");
  await flushPromises();
  assert.equal(answers.get("b").value, "to b");
});

test("expect() never puts an older answer over a newer one", () => {
  const { answers } = setUp();
  const [older, newer] = [answers.expect(), answers.expect()];
  newer([["a", "new"]]);
  older([
    ["a", "old"],
    ["b", "only"],
  ]);
  assert.deepEqual([answers.get("a").value, answers.get("b").value], ["new", "only"]);
});

test("a failure stays beside the last answer; only retry() or a change of the data reads again", async () => {
  const { answers, question, reads, version } = setUp();
  answers.watch(question("a"));
  reads[0]?.resolve("good");
  await flushPromises();
  version.value = "log/2";
  reads[1]?.reject(new Error("torn"));
  await flushPromises();
  assert.equal(answers.get("a").value, "good");
  assert.match(answers.get("a").failure?.message ?? "", /torn/);
  assert.equal(reads.length, 2);
  answers.retry(question("a"));
  assert.equal(answers.get("a").failure, null);
  reads[2]?.reject(new Error("torn again"));
  await flushPromises();
  version.value = "log/3";
  reads[3]?.resolve("mended");
  await flushPromises();
  assert.deepEqual(answers.get("a"), { value: "mended", version: "log/3", failure: null });
});

test("an answer that no screen shows is dropped when the data changes", async () => {
  const { answers, question, reads, version } = setUp();
  const leave = answers.watch(question("a"));
  reads[0]?.resolve("old");
  await flushPromises();
  leave();
  assert.equal(answers.has("a"), true);
  version.value = "log/2";
  assert.equal(reads.length, 1, "no screen shows it");
  answers.watch(question("a"));
  assert.equal(answers.get("a").value, undefined);
  assert.equal(reads.length, 2);
});

test("with `retainsOld`, a returning user sees the old answer at once, and it is read again", async () => {
  const { answers, question, reads, version } = setUp({ retainsOld: true });
  const leave = answers.watch(question("a"));
  reads[0]?.resolve("old");
  await flushPromises();
  leave();
  version.value = "log/2";
  answers.watch(question("a"));
  assert.equal(answers.get("a").value, "old");
  assert.equal(reads.length, 2);
});

test("a momentary answer is read again by each screen", async () => {
  const { answers, question, reads } = setUp();
  const leave = answers.watch(question("a", { momentary: true }));
  reads[0]?.resolve("then");
  await flushPromises();
  leave();
  answers.watch(question("a", { momentary: true }));
  assert.equal(answers.get("a").value, undefined);
  assert.equal(reads.length, 2);
});

test("opening another log drops every answer, including those still being read", async () => {
  const { answers, question, reads, version, log } = setUp({ retainsOld: true });
  answers.watch(question("a"));
  reads[0]?.resolve("theirs");
  await flushPromises();
  const late = answers.expect();
  version.value = "log/2";
  log.value = "other";
  version.value = "other/1";
  assert.equal(answers.get("a").value, undefined);
  reads[1]?.resolve("theirs, late");
  late([["b", "theirs, later"]]);
  await flushPromises();
  assert.deepEqual([answers.get("a").value, answers.get("b").value], [undefined, undefined]);
  reads.at(-1)?.resolve("ours");
  await flushPromises();
  assert.equal(answers.get("a").value, "ours");
});

test("at most `max` answers are retained; answers on a screen are never dropped", () => {
  const { answers, question } = setUp({ max: 3, retainsOld: true });
  answers.watch(question("shown"));
  answers.expect()(["a", "b", "c", "d"].map((key) => [key, key] as const));
  assert.deepEqual(
    ["shown", "a", "b", "c", "d"].map((key) => answers.has(key)),
    [false, false, false, true, true],
  );
  answers.expect()([["shown", "still"]]);
  answers.expect()([["e", "e"]]);
  assert.deepEqual([answers.has("shown"), answers.has("c"), answers.has("d")], [true, false, true]);
});

test("nothing is read for a closed screen", async (t) => {
  mockTimers(t);
  const { answers, question, reads, version } = setUp({ retainsOld: true });
  const leave = answers.watch(question("a", { restMs: 10 }));
  reads[0]?.resolve("one");
  await flushPromises();
  version.value = "log/2";
  leave();
  t.mock.timers.tick(100_000);
  for (const n of [3, 4]) version.value = `log/${n}`;
  assert.equal(reads.length, 1);
});

test("a heavy read pauses before the next one, then catches up with one read", async (t) => {
  mockTimers(t);
  const { answers, question, reads, version } = setUp();
  answers.watch(question("a", { restMs: 1_000 }));
  reads[0]?.resolve("of 1");
  await flushPromises();
  for (const n of [2, 3, 4]) version.value = `log/${n}`;
  t.mock.timers.tick(900);
  assert.equal(reads.length, 1);
  t.mock.timers.tick(100_000);
  assert.equal(reads.length, 2);
});

test("show() shows a part; a read stops when its screen closes, and starts again when it reopens", async () => {
  const { answers } = setUp({ retainsOld: true });
  const pauses: (() => void)[] = [];
  const question: Question<string> = {
    key: "a",
    async read({ before, show, isWanted }) {
      if (before === undefined) show("part");
      await new Promise<void>((resolve) => pauses.push(resolve));
      return isWanted() ? "whole" : undefined;
    },
  };
  const leave = answers.watch(question);
  assert.equal(answers.get("a").value, "part");
  leave();
  pauses[0]?.();
  await flushPromises();
  assert.equal(answers.get("a").value, "part");
  answers.watch(question);
  pauses[1]?.();
  await flushPromises();
  assert.equal(answers.get("a").value, "whole");
});

test("more() continues a complete answer, and does nothing during a read", async () => {
  const { answers, reads, version } = setUp();
  const continued: boolean[] = [];
  const question: Question<string> = {
    key: "a",
    read({ before, more }) {
      continued.push(more);
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      reads.push({ key: "a", resolve: (value) => resolve(more ? `${before}, ${value}` : value), reject });
      return promise;
    },
  };
  answers.watch(question);
  answers.more(question);
  reads[0]?.resolve("first");
  await flushPromises();
  answers.more(question);
  answers.more(question);
  version.value = "log/2";
  reads[1]?.resolve("second");
  await flushPromises();
  assert.equal(answers.get("a").value, "first, second");
  assert.deepEqual(
    continued,
    [false, true, false],
    "the continued answer is as old as its beginning, so it is read again",
  );
});
