/** The second thread: it starts when it is needed, ends, fails, and is started again. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { TaskThread, type TaskThreadOptions } from "./task-thread.ts";

const program = new URL("task-thread.child.ts", import.meta.url);

function newThread(options: Partial<TaskThreadOptions> = {}) {
  const thread = new TaskThread<{ does: string; word?: string }, { word: string } | { failure: { message: string } }>({
    program,
    limitMs: 60_000,
    heapMib: 64,
    ...options,
  });
  after(() => thread.close());
  const failures: string[] = [];
  thread.onFailure = (reason, error) => failures.push(`${reason} ${error?.message ?? ""}`.trim());
  const run = async (does: string, word = "a") => {
    try {
      const reply = await thread.run({ does, word });
      return "word" in reply ? reply.word : reply.failure.message;
    } catch (error) {
      return (error as { reason: string }).reason;
    }
  };
  return { thread, run, failures };
}

test("TaskThread starts with the first task, and replies to each one", async () => {
  const { thread, run, failures } = newThread();
  assert.equal(thread.isRunning, false);
  await thread.tell({ does: "answer" });
  assert.equal(thread.isRunning, false, "telling something starts no thread");
  assert.deepEqual(await Promise.all([run("answer", "a"), run("answer", "b")]), ["a", "b"]);
  assert.equal(thread.isRunning, true);
  await thread.tell({ does: "answer" });
  assert.deepEqual(failures, []);
});

test("TaskThread passes on the error of a task, and the thread goes on", async () => {
  const { run, failures } = newThread();
  assert.match(await run("throw"), /as the test says/);
  assert.equal(await run("answer"), "a");
  assert.deepEqual(failures, []);
});

test("TaskThread ends a task that takes too long, and does the next one", async () => {
  const { thread, run, failures } = newThread({ limitMs: 300 });
  assert.equal(await run("hang"), "too long");
  assert.equal(thread.isRunning, false);
  // The limit is for a task, and not for the start of a thread before it.
  assert.equal(await run("answer"), "a");
  assert.deepEqual(failures, ["too long"]);
});

test("TaskThread fails the task if the thread fails or ends, and starts another one", async () => {
  const { run, failures } = newThread();
  for (const does of ["fail", "exit"]) {
    assert.deepEqual(await Promise.all([run(does), run("answer")]).then(([one]) => one), "interrupted");
    assert.equal(await run("answer"), "a");
  }
  assert.deepEqual(failures, ["failed as the test says", "failed"]);
});

test("TaskThread fails a task that needs more memory than the thread may have, and not the process", async () => {
  const { run, failures } = newThread({ heapMib: 16 });
  assert.equal(await run("grow"), "interrupted");
  assert.match(failures.join(), /memory/);
  assert.equal(await run("answer"), "a");
});

test("TaskThread fails the task if its program cannot start", async () => {
  const { thread, run, failures } = newThread({ program: new URL("no-such-program.ts", import.meta.url) });
  assert.equal(await run("answer"), "interrupted");
  assert.equal(thread.isRunning, false);
  assert.match(failures.join(), /^failed .*no-such-program/);
});

test("TaskThread ends when it is not used, and is no failure then", async () => {
  const { thread, run, failures } = newThread({ idleMs: 50 });
  assert.equal(await run("answer"), "a");
  while (thread.isRunning) await sleep(10);
  assert.equal(await run("answer"), "a");
  assert.deepEqual(failures, []);
});

test("TaskThread.close() ends the thread and what runs in it, and starts no other", async () => {
  const { thread, run } = newThread();
  assert.equal(await run("answer"), "a");
  const running = run("hang");
  await sleep(50);
  await thread.close();
  assert.equal(await running, "closed");
  assert.equal(await run("answer"), "closed");
  assert.equal(thread.isRunning, false);
  await thread.tell({ does: "answer" });
});
