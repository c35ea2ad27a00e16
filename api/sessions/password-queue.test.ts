import assert from "node:assert/strict";
import { test } from "node:test";
import { PasswordQueue, type Place } from "./password-queue.ts";

/** A queue whose work ends when the test says so, and the order in which it ran. */
function newQueue(maxRunning: number, maxWaiting: number) {
  const queue = new PasswordQueue({ maxRunning, maxWaiting });
  const order: string[] = [];
  const running: (() => void)[] = [];
  const send = (name: string, more: Partial<Place> = {}) => {
    const [sender = "", account = ""] = name.split("/");
    const work = () => {
      order.push(name);
      return new Promise<string>((resolve) => running.push(() => resolve(name)));
    };
    return queue.run({ sender, account, ...more }, work).catch((error) => (error as { code: string }).code);
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const finishAll = async () => {
    await settle();
    while (running.length > 0) {
      running.shift()?.();
      await settle();
    }
  };
  return { send, finishAll, order, running, settle };
}

test("run() never runs more than its maximum, and everything in its turn", async () => {
  const { send, finishAll, order, running, settle } = newQueue(2, 10);
  const results = ["a/1", "a/1", "a/1", "a/2", "b/3"].map((name) => send(name));
  await settle();
  assert.equal(running.length, 2);
  await finishAll();
  assert.deepEqual(await Promise.all(results), ["a/1", "a/1", "a/1", "a/2", "b/3"]);
  // Two ran at once. Then the turns go round: first by sender, then by account.
  assert.deepEqual(order, ["a/1", "a/1", "a/1", "b/3", "a/2"]);
});

test("run() serves a newcomer after at most one request of each other sender", async () => {
  const { send, finishAll, order } = newQueue(1, 100);
  const flood = Array.from({ length: 60 }, (_, n) => send(`flood/${n % 5}`));
  flood.push(send("other/6"), send("third/7"));
  await finishAll();
  await Promise.all(flood);
  assert.deepEqual(order.slice(0, 4), ["flood/0", "flood/1", "other/6", "third/7"]);
});

test("a full queue drops an entry of the sender or account with the most entries for a new one", async () => {
  const { send, finishAll } = newQueue(1, 8);
  const flood = Array.from({ length: 9 }, (_, n) => send(`flood/${n < 6 ? "big" : "small"}`));
  const newcomer = send("other/1");
  const neighbour = send("flood/3");
  await finishAll();
  assert.deepEqual([await newcomer, await neighbour], ["other/1", "flood/3"]);
  const lost = (await Promise.all(flood)).map((result, n) => (result === "BUSY" ? n : -1)).filter((n) => n >= 0);
  assert.deepEqual(lost, [4, 5]); // the newest of the account with the most
});

test("a full queue of single requests refuses a newcomer", async () => {
  const { send, finishAll } = newQueue(1, 3);
  const first = ["a/1", "b/1", "c/1", "d/1"].map((name) => send(name));
  assert.equal(await send("e/1"), "BUSY");
  assert.equal(await send("b/2"), "BUSY");
  await finishAll();
  assert.deepEqual(await Promise.all(first), ["a/1", "b/1", "c/1", "d/1"]);
});

test("run() skips a request whose sender has gone, and goes on after work that fails", async () => {
  const { send, finishAll, order } = newQueue(1, 10);
  const queue = new PasswordQueue({ maxRunning: 1, maxWaiting: 1 });
  const all = [send("a/1"), send("b/1", { isGone: () => true }), send("c/1")];
  await finishAll();
  assert.deepEqual(await Promise.all(all), ["a/1", "BUSY", "c/1"]);
  assert.deepEqual(order, ["a/1", "c/1"]);
  const place = { sender: "a", account: "1" };
  const failing = () => Promise.reject(new Error("failed"));
  await assert.rejects(queue.run(place, failing), /failed/);
  assert.equal(await queue.run(place, async () => "next"), "next");
});
