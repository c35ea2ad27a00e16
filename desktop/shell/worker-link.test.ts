/** A shell's link to workers that die. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { FromWorker, ToWorker } from "../contract/channel.ts";
import { WorkerLink, type WorkerProcess } from "./worker-link.ts";

/** Workers, each with its fate: the first worker has the first one. */
function workersThat(...fates: ("starts" | "dies" | "fails")[]) {
  const alive = new Set<object>();
  const spawned: { exit: () => void }[] = [];
  let most = 0;
  const spawn = (): WorkerProcess => {
    const self = {};
    const messages: ((message: FromWorker) => void)[] = [];
    const exits: (() => void)[] = [];
    const fate = fates[spawned.length] ?? "starts";
    alive.add(self);
    most = Math.max(most, alive.size);
    const exit = () => {
      if (alive.delete(self)) for (const listener of exits) listener();
    };
    const emit = (message: FromWorker) => setImmediate(() => messages.forEach((listener) => void listener(message)));
    spawned.push({ exit });
    return {
      post({ kind }: ToWorker) {
        if (kind === "close") setImmediate(exit);
        if (kind !== "start") return;
        if (fate === "starts") emit({ kind: "started", calls: ["getStatus"] });
        else if (fate === "fails") emit({ kind: "failed", message: "the disk is full" });
        else setImmediate(exit);
      },
      onMessage: (listener) => void messages.push(listener),
      onExit: (listener) => void exits.push(listener),
      kill: exit,
    };
  };
  return { spawn, spawned, alive, most: () => most };
}

const START = { folder: "", server: null, tokens: null, appVersion: "" };

test("WorkerLink starts workers until one survives, and never two at once", async () => {
  const workers = workersThat("starts", "dies", "fails", "starts");
  const notes: string[] = [];
  const link = new WorkerLink({
    ...workers,
    start: START,
    storeTokens: async () => {},
    onNote: (text) => notes.push(text),
  });
  await link.start();
  const call = link.call("getStatus", {});
  workers.spawned[0]?.exit();
  assert.deepEqual((await call).ok, false, "a call to a dead worker is answered");
  while (workers.spawned.length < 4) await sleep(20);
  await sleep(200);
  assert.deepEqual([workers.spawned.length, workers.alive.size, workers.most()], [4, 1, 1]);
  assert.deepEqual(notes, ["the worker exited before it had started", "the disk is full"]);
  await link.close();
  assert.equal(workers.alive.size, 0);
});

test("WorkerLink reports why the first worker could not start, and tries again", async () => {
  const workers = workersThat("fails", "starts");
  const link = new WorkerLink({ ...workers, start: START, storeTokens: async () => {} });
  await assert.rejects(link.start(), /the disk is full/);
  while (workers.spawned.length < 2) await sleep(20);
  assert.equal(workers.alive.size, 1);
  await link.close();
});
