/** A shell's end of its worker, with workers that die. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { FromWorker, ToWorker } from "../contract/channel.ts";
import { WorkerLink, type WorkerProcess } from "./worker-link.ts";

/** Workers that do as they are told at their start. */
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
    const say = (message: FromWorker) => setImmediate(() => messages.forEach((listener) => void listener(message)));
    spawned.push({ exit });
    return {
      post({ kind }: ToWorker) {
        if (kind === "close") setImmediate(exit);
        if (kind !== "start") return;
        if (fate === "starts") say({ kind: "started", calls: ["getStatus"] });
        else if (fate === "fails") say({ kind: "failed", message: "the disk is full" });
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

test("WorkerLink starts one worker after another until one stays, never two at once", async () => {
  const workers = workersThat("starts", "dies", "fails", "starts");
  const notes: string[] = [];
  const link = new WorkerLink({ ...workers, start: START, keep: async () => {}, onNote: (text) => notes.push(text) });
  await link.start();
  const asked = link.call("getStatus", {});
  workers.spawned[0]?.exit();
  assert.deepEqual((await asked).ok, false, "who waits for a dead one is answered");
  while (workers.spawned.length < 4) await sleep(20);
  await sleep(200);
  assert.deepEqual([workers.spawned.length, workers.alive.size, workers.most()], [4, 1, 1]);
  assert.deepEqual(notes, ["the worker ended before it had started", "the disk is full"]);
  await link.close();
  assert.equal(workers.alive.size, 0);
});

test("WorkerLink says why the first worker could not start, and tries again", async () => {
  const workers = workersThat("fails", "starts");
  const link = new WorkerLink({ ...workers, start: START, keep: async () => {} });
  await assert.rejects(link.start(), /the disk is full/);
  while (workers.spawned.length < 2) await sleep(20);
  assert.equal(workers.alive.size, 1);
  await link.close();
});
