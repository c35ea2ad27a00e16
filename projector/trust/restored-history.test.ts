/** A server has fewer events than it signed: a delay, a log that is behind, and a restore are told from each other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { alterationOf, Device, fork, history, long, tampered } from "./proving-device.suite.ts";
import { RestoredError } from "./restored-error.ts";
import { SigningApi } from "./signing-api.suite.ts";

test("a server that is behind what it once signed is told from one that was altered", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = history.slice(0, 900);
  await assert.rejects(device.sync(api), { code: "BEHIND" });
  assert.deepEqual(device.facts.behind, { signed: history.length, first: 901 });
  await assert.rejects(device.sync(api), { code: "BEHIND" });
  api.bodies = long;
  await device.sync(api);
  assert.deepEqual([device.facts.behind, device.facts.verified], [null, long.length]);
});

test("an old checkpoint is a delay at first, and later the server is behind", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.signed = history.slice(0, 900);
  await device.sync(api);
  assert.equal(device.facts.behind, null);
  device.nowMs += 3_600_000;
  await device.sync(api);
  assert.deepEqual(
    [device.facts.behind, device.facts.verified],
    [{ signed: history.length, first: null }, history.length],
  );
});

test("a server that signs more events than it sends is behind", async (t) => {
  const api = new SigningApi(history.slice(0, 900));
  const device = new Device(t, api);
  api.signed = history;
  await assert.rejects(device.sync(api), { code: "BEHIND" });
});

test("an honest restore names what is lost, and is trusted once a person agrees", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.restore(1_000);
  const restored = await device.sync(api).then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(restored instanceof RestoredError && restored.code === "FORKED", String(restored));
  assert.deepEqual(restored.restored, { upTo: 1_000, at: api.nowMs, lost: history.length - 1_000 });
  assert.deepEqual(device.facts.restored, restored.restored);
  device.open(2);
  await device.sync(api, { isAccepted: true });
  assert.deepEqual([device.facts.verified, device.facts.restored], [1_000, null]);
  api.bodies = fork(1_000, 1_100);
  await device.sync(api);
  assert.equal(device.facts.verified, 1_100);
  const sizes = device.store.checkpoints().map(({ generation, size }) => [generation, size]);
  assert.deepEqual(
    sizes,
    [
      [1, history.length],
      [2, 1_000],
      [2, 1_100],
    ],
    "old checkpoints stay",
  );
});

test("a restore that loses nothing of this device is trusted without a question", async (t) => {
  const api = new SigningApi(history.slice(0, 800));
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = history;
  api.restore(1_000);
  api.restore(900);
  api.bodies = fork(900, 1_200);
  await device.sync(api);
  assert.equal(device.facts.verified, 1_200);
});

test("a restore is trusted by a device that never saw the key of an earlier restore", async (t) => {
  const api = new SigningApi(history);
  api.restore(1_200);
  api.rotate();
  const device = new Device(t, api);
  await device.sync(api);
  api.restore(1_000);
  await assert.rejects(device.sync(api), (error) => error instanceof RestoredError && error.restored.upTo === 1_000);
  device.open(2);
  await device.sync(api, { isAccepted: true });
  assert.equal(device.facts.verified, 1_000);
});

test("a restored history that was rewritten is altered, whatever the fork note says", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = tampered(history, 40);
  api.restore(1_000);
  const { kind } = await alterationOf(device.sync(api));
  assert.equal(kind, "rewritten");
});

test("a new generation without a fork note, or with another's, is refused; an old generation is behind", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.generation = 2;
  await assert.rejects(device.sync(api), { code: "UNPROVEN", message: /without a fork note/ });
  const thief = new SigningApi(history);
  thief.restore(1_000);
  api.forks.push(...thief.forks);
  await assert.rejects(device.sync(api), { code: "UNPROVEN" });
  api.generation = 1;
  api.forks.length = 0;
  api.restore(1_000);
  device.open(2);
  await device.sync(api, { isAccepted: true });
  api.generation = 1;
  await assert.rejects(device.sync(api), { code: "BEHIND" });
});
