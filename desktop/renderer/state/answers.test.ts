/** The store's promises, without a browser. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { effect, signal } from "@preact/signals";
import { createAnswers, type Question } from "./answers.ts";

/** Everything that has been answered has been taken in. */
const settled = () => new Promise(setImmediate);

/** A store, and a question whose reads are answered by hand. */
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

/** What a screen shows of a question, one after the other. */
function shownOf(answers: ReturnType<typeof setUp>["answers"], key: string): (string | undefined)[] {
  const shown: (string | undefined)[] = [];
  effect(() => {
    shown.push(answers.get(key).value);
  });
  return shown;
}

const mockTimers = (t: TestContext) => t.mock.timers.enable({ apis: ["setTimeout"] });

test("watch() reads a question once, however many screens show it", async () => {
  const { answers, question, reads } = setUp();
  answers.watch(question("a"));
  answers.watch(question("a"));
  assert.equal(reads.length, 1);
  reads[0]?.resolve("one");
  await settled();
  answers.watch(question("a"));
  assert.equal(answers.get("a").value, "one");
  assert.equal(reads.length, 1);
});

test("null is an answer too: there is no such thing", async () => {
  const answers = createAnswers<string | null>({ version: signal("log/1"), log: signal("log"), max: 1 });
  answers.watch({ key: "a", read: async () => null });
  await settled();
  assert.deepEqual(answers.get("a"), { value: null, version: "log/1", failure: null });
});

test("prefetch() makes an answer that is there synchronously, and is not read again by its screen", async () => {
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

test("prefetch() of what fails resolves; its screen reads again, and says what is wrong then", async () => {
  const { answers, question, reads } = setUp();
  const waiting = answers.prefetch(question("a"));
  reads[0]?.reject(new Error("torn"));
  await waiting;
  answers.watch(question("a"));
  assert.equal(answers.get("a").failure, null);
  assert.equal(reads.length, 2);
  reads[1]?.reject(new Error("torn again"));
  await settled();
  assert.match(answers.get("a").failure?.message ?? "", /torn again/);
});

test("what is shown is read again when the data changes; the old answer stays until the new one is here", async () => {
  const { answers, question, reads, version } = setUp();
  const shown = shownOf(answers, "a");
  answers.watch(question("a"));
  reads[0]?.resolve("old");
  await settled();
  version.value = "log/2";
  assert.equal(reads.length, 2);
  assert.equal(answers.get("a").value, "old");
  reads[1]?.resolve("new");
  await settled();
  assert.deepEqual(shown, [undefined, "old", "new"]);
});

test("data that changes during a read makes one more read after it, and what was read meanwhile is shown", async () => {
  const { answers, question, reads, version } = setUp();
  const shown = shownOf(answers, "a");
  answers.watch(question("a"));
  for (const n of [2, 3, 4]) version.value = `log/${n}`;
  assert.equal(reads.length, 1);
  reads[0]?.resolve("of 1");
  await settled();
  assert.equal(reads.length, 2);
  reads[1]?.resolve("of 4");
  await settled();
  assert.deepEqual(shown, [undefined, "of 1", "of 4"]);
  assert.equal(reads.length, 2);
});

test("a late answer to one question is never the answer to another", async () => {
  const { answers, question, reads } = setUp();
  const leave = answers.watch(question("a"));
  leave();
  answers.watch(question("b"));
  reads[1]?.resolve("to b");
  await settled();
  reads[0]?.resolve("to a");
  await settled();
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

test("a failure stays beside the last answer; it is read again when asked, or when the data changes, not by itself", async () => {
  const { answers, question, reads, version } = setUp();
  answers.watch(question("a"));
  reads[0]?.resolve("good");
  await settled();
  version.value = "log/2";
  reads[1]?.reject(new Error("torn"));
  await settled();
  assert.equal(answers.get("a").value, "good");
  assert.match(answers.get("a").failure?.message ?? "", /torn/);
  assert.equal(reads.length, 2);
  answers.retry(question("a"));
  assert.equal(answers.get("a").failure, null);
  reads[2]?.reject(new Error("torn again"));
  await settled();
  version.value = "log/3";
  reads[3]?.resolve("mended");
  await settled();
  assert.deepEqual(answers.get("a"), { value: "mended", version: "log/3", failure: null });
});

test("an answer that nobody shows goes with its data, so that a screen begins with no old one", async () => {
  const { answers, question, reads, version } = setUp();
  const leave = answers.watch(question("a"));
  reads[0]?.resolve("old");
  await settled();
  leave();
  assert.equal(answers.has("a"), true);
  version.value = "log/2";
  assert.equal(reads.length, 1, "nobody shows it");
  answers.watch(question("a"));
  assert.equal(answers.get("a").value, undefined);
  assert.equal(reads.length, 2);
});

test("a list outlives its data: coming back shows it at once, and reads it again", async () => {
  const { answers, question, reads, version } = setUp({ retainsOld: true });
  const leave = answers.watch(question("a"));
  reads[0]?.resolve("old");
  await settled();
  leave();
  version.value = "log/2";
  answers.watch(question("a"));
  assert.equal(answers.get("a").value, "old");
  assert.equal(reads.length, 2);
});

test("what changes without the data is read by every screen anew", async () => {
  const { answers, question, reads } = setUp();
  const leave = answers.watch(question("a", { momentary: true }));
  reads[0]?.resolve("then");
  await settled();
  leave();
  answers.watch(question("a", { momentary: true }));
  assert.equal(answers.get("a").value, undefined);
  assert.equal(reads.length, 2);
});

test("another log leaves no answer of the one before, not even one that is still on its way", async () => {
  const { answers, question, reads, version, log } = setUp({ retainsOld: true });
  answers.watch(question("a"));
  reads[0]?.resolve("theirs");
  await settled();
  const late = answers.expect();
  version.value = "log/2";
  log.value = "other";
  version.value = "other/1";
  assert.equal(answers.get("a").value, undefined);
  reads[1]?.resolve("theirs, late");
  late([["b", "theirs, later"]]);
  await settled();
  assert.deepEqual([answers.get("a").value, answers.get("b").value], [undefined, undefined]);
  reads.at(-1)?.resolve("ours");
  await settled();
  assert.equal(answers.get("a").value, "ours");
});

test("at most `max` answers are retained; those that are shown are never dropped", () => {
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

test("a screen that is gone leaves nothing that reads", async (t) => {
  mockTimers(t);
  const { answers, question, reads, version } = setUp({ retainsOld: true });
  const leave = answers.watch(question("a", { restMs: 10 }));
  reads[0]?.resolve("one");
  await settled();
  version.value = "log/2";
  leave();
  t.mock.timers.tick(100_000);
  for (const n of [3, 4]) version.value = `log/${n}`;
  assert.equal(reads.length, 1);
});

test("a heavy read rests before it is read again, and then catches up once", async (t) => {
  mockTimers(t);
  const { answers, question, reads, version } = setUp();
  answers.watch(question("a", { restMs: 1_000 }));
  reads[0]?.resolve("of 1");
  await settled();
  for (const n of [2, 3, 4]) version.value = `log/${n}`;
  t.mock.timers.tick(900);
  assert.equal(reads.length, 1);
  t.mock.timers.tick(100_000);
  assert.equal(reads.length, 2);
});

test("show() puts a part in sight; a read that nobody wants any more stops, and goes on when somebody does", async () => {
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
  await settled();
  assert.equal(answers.get("a").value, "part");
  answers.watch(question);
  pauses[1]?.();
  await settled();
  assert.equal(answers.get("a").value, "whole");
});

test("more() reads on from a whole answer, and not while it is read", async () => {
  const { answers, reads, version } = setUp();
  const on: boolean[] = [];
  const question: Question<string> = {
    key: "a",
    read({ before, more }) {
      on.push(more);
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      reads.push({ key: "a", resolve: (value) => resolve(more ? `${before}, ${value}` : value), reject });
      return promise;
    },
  };
  answers.watch(question);
  answers.more(question);
  reads[0]?.resolve("first");
  await settled();
  answers.more(question);
  answers.more(question);
  version.value = "log/2";
  reads[1]?.resolve("second");
  await settled();
  assert.equal(answers.get("a").value, "first, second");
  assert.deepEqual(on, [false, true, false], "it knows only what it knew at its beginning, and is read again");
});
