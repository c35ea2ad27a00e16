/** The thread for reads at moments: it starts when it is needed, ends, fails, and is started again. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { MomentThread, type MomentThreadOptions } from "./moment-thread.ts";

const program = new URL("moment-thread.child.ts", import.meta.url);
const file = { path: "/nowhere", opened: 1 };

function newThread(options: MomentThreadOptions = {}) {
  const thread = new MomentThread({ program, ...options });
  after(() => thread.close());
  const failures: string[] = [];
  thread.onFailure = (reason, error) => failures.push(`${reason} ${error?.message ?? ""}`.trim());
  const read = async (does: string, user = "a") => {
    try {
      const reply = await thread.read({ file, user, read: "listClients", input: { does }, nowMs: 0 });
      return "answer" in reply ? reply.answer.digest : "no answer";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { thread, read, failures };
}

test("MomentThread starts with the first read, and answers each read", async () => {
  const { thread, read, failures } = newThread();
  assert.equal(thread.isRunning, false);
  assert.deepEqual(await Promise.all([read("answer", "a"), read("answer", "b")]), ["a", "b"]);
  assert.equal(thread.isRunning, true);
  await thread.forget(file);
  assert.deepEqual(failures, []);
});

test("MomentThread ends a read that takes too long, with 503, and reads again", async () => {
  const { thread, read, failures } = newThread({ limitMs: 300 });
  assert.equal(await read("hang"), "READ_TOO_LONG");
  assert.equal(thread.isRunning, false);
  // The limit is for a read, and not for the start of a thread before it.
  assert.equal(await read("answer"), "a");
  assert.deepEqual(failures, ["too long"]);
});

test("MomentThread answers 503 when the thread fails or ends, and starts another one", async () => {
  const { read, failures } = newThread();
  for (const does of ["fail", "exit"]) {
    assert.deepEqual(await Promise.all([read(does), read("answer")]).then(([one]) => one), "BUSY");
    assert.equal(await read("answer"), "a");
  }
  assert.deepEqual(failures, ["failed as the test says", "failed"]);
});

test("MomentThread answers 503 when its program cannot start", async () => {
  const { thread, read, failures } = newThread({ program: new URL("no-such-program.ts", import.meta.url) });
  assert.equal(await read("answer"), "BUSY");
  assert.equal(thread.isRunning, false);
  assert.match(failures.join(), /^failed .*no-such-program/);
});

test("MomentThread ends when it is not used, and is no failure then", async () => {
  const { thread, read, failures } = newThread({ idleMs: 50 });
  assert.equal(await read("answer"), "a");
  while (thread.isRunning) await sleep(10);
  assert.equal(await read("answer"), "a");
  assert.deepEqual(failures, []);
});

test("MomentThread.close() ends the thread and what runs in it, and starts no other", async () => {
  const { thread, read } = newThread();
  assert.equal(await read("answer"), "a");
  const running = read("hang");
  await sleep(50);
  await thread.close();
  assert.equal(await running, "SHUTTING_DOWN");
  assert.equal(await read("answer"), "SHUTTING_DOWN");
  assert.equal(thread.isRunning, false);
  await thread.forget(file);
});
