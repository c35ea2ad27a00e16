/** Whatever is altered is located to the event, with a server that is in trouble, or that serves no tiles. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TILE_WIDTH } from "../../events/proofs/tree.ts";
import { SEGMENT } from "../../events/sequence.ts";
import { alterationOf, Device, history, signal, tampered } from "./proving-device.suite.ts";
import { SigningApi } from "./signing-api.suite.ts";

test("the event of an edited mirror is named by the server's events if it serves no tiles, and not by wrong ones", async (t) => {
  for (const [serves, expected] of [
    [history, 300],
    [tampered(history, 310), null],
  ] as const) {
    const api = new SigningApi(history);
    const device = new Device(t, api);
    await device.sync(api);
    device.edit(300);
    await alterationOf(device.history.rehash(signal));
    api.hidden = (path) => path.startsWith("/api/log/tile/");
    api.onEvents = () => serves;
    assert.equal((await alterationOf(device.sync(api))).seq, expected);
  }
});

test("the event that a server in trouble has otherwise is found in its events, and else by its word", async (t) => {
  for (const seq of [1, 200, TILE_WIDTH, SEGMENT / 2 + 1, SEGMENT + 1, history.length]) {
    const api = new SigningApi(history);
    const device = new Device(t, api);
    await device.sync(api);
    api.trouble = "ALTERED";
    api.onEvents = () => tampered(history, seq);
    for (const n of [1, 2]) {
      const { kind, seq: found } = await alterationOf(device.sync(api));
      assert.deepEqual([kind, found], ["server", seq], `sync ${n}`);
      device.open(1);
    }
    api.hidden = (path) => path === "/api/events";
    api.troubleEvent = 777;
    assert.equal((await alterationOf(device.sync(api))).seq, 777, "the server's word");
    api.hidden = () => false;
    api.trouble = null;
    api.onEvents = null;
    await device.sync(api);
    assert.equal(device.history.facts.altered, null, "repaired");
  }
});

test("a server in trouble is asked again for the first event that differs, once that was put right", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.trouble = "ALTERED";
  api.onEvents = () => tampered(tampered(history, 40), 600);
  assert.equal((await alterationOf(device.sync(api))).seq, 40);
  api.onEvents = () => tampered(history, 600);
  assert.equal((await alterationOf(device.sync(api))).seq, 600);
});

test("a server that says that it is behind: the first event that it lost is named, and an altered one before", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.trouble = "BEHIND";
  api.bodies = history.slice(0, 1_100);
  await assert.rejects(device.sync(api), { code: "BEHIND" });
  assert.deepEqual(device.facts.behind, { signed: history.length, first: 1_101 });
  api.bodies = tampered(history, 900).slice(0, 1_100);
  const { kind, seq } = await alterationOf(device.sync(api));
  assert.deepEqual([kind, seq], ["server", 900]);
});
