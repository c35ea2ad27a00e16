/** A device syncs with a server that signs its history: every lie is found, named, and told from the others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TILE_WIDTH } from "../../events/proofs/tree.ts";
import { SEGMENT } from "../../events/sequence.ts";
import { HistoryProof } from "./history-proof.ts";
import { alterationOf, Device, fork, history, long, signal, tampered } from "./proving-device.suite.ts";
import { fingerprintOfKeys, SigningApi, type SigningKeys } from "./signing-api.suite.ts";

test("a first sync verifies everything, pins the key, and keeps the checkpoint", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  assert.equal(device.facts.verified, history.length);
  assert.equal(device.facts.key?.fingerprint, fingerprintOfKeys(api.keys as SigningKeys));
  assert.deepEqual([device.facts.state, device.facts.key?.how], ["signed", "first"]);
  assert.equal(device.history.facts.verified?.signedAt, api.nowMs);
  const [seen] = device.store.checkpoints();
  assert.deepEqual([seen?.size, seen?.verdict], [history.length, "verified"]);
  assert.match(seen?.note ?? "", /^invoify\//);
});

test("later syncs verify what is new, from any size to any other", async (t) => {
  const api = new SigningApi(history.slice(0, 1));
  const device = new Device(t, api);
  for (const size of [1, 2, 255, 256, 257, 257, 1023, 1024, 1025, history.length]) {
    api.bodies = history.slice(0, size);
    await device.sync(api);
    assert.equal(device.facts.verified, size);
    device.open(1); // a restart
  }
});

test("a server without a key, or an older one, is unsigned: everything is synced, and nothing verified", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  api.hasRoutes = false;
  assert.equal(await device.sync(api), history.length);
  assert.deepEqual([device.facts.state, device.facts.verified, device.facts.key], ["unsigned", null, null]);
  api.hasRoutes = true;
  await device.sync(api);
  assert.deepEqual([device.facts.state, device.facts.verified], ["signed", history.length], "an update of the server");
});

test("a server that is busy is not asked twice, and is verified later", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  api.trouble = "BUSY";
  assert.equal(await device.sync(api), history.length);
  assert.equal(device.facts.verified, null);
  api.trouble = null;
  await device.sync(api);
  assert.equal(device.facts.verified, history.length);
});

test("a server that says itself that its history was altered is believed", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  for (const code of ["ALTERED", "BEHIND"]) {
    api.trouble = code;
    await assert.rejects(device.sync(api), { code });
  }
  api.trouble = null;
  await device.sync(api);
});

for (const seq of [1, 200, TILE_WIDTH, TILE_WIDTH + 1, SEGMENT, SEGMENT + 1, history.length])
  test(`an event that is changed on the wire is found and named: ${seq}`, async (t) => {
    const api = new SigningApi(history);
    const device = new Device(t, api);
    api.onEvents = (bodies) => tampered(bodies, seq);
    const { kind, seq: found, from, to } = await alterationOf(device.sync(api));
    assert.deepEqual([kind, found], ["received", seq]);
    assert.ok((from as number) <= seq && seq <= (to as number), "in its segment");
    assert.equal(device.facts.verified, null);
    assert.equal(device.store.checkpoints()[0]?.verdict, "altered", "the signature is kept as evidence");
    // It stays found, also after a restart, and while the line is honest again: the copy still has the wrong event.
    api.onEvents = null;
    device.open(1);
    device.proof = new HistoryProof(device.store);
    assert.equal((await alterationOf(device.sync(api))).seq, seq);
    device.open(2); // what is fetched again is right
    await device.sync(api);
    assert.deepEqual([device.facts.verified, device.history.facts.altered], [history.length, null]);
  });

test("an event that was verified and is rewritten on the server is found and named", async (t) => {
  for (const seq of [1, 300, SEGMENT + 200]) {
    const api = new SigningApi(history.slice(0, SEGMENT + 250));
    const device = new Device(t, api);
    await device.sync(api);
    for (const more of [SEGMENT + 250, SEGMENT + 251, history.length]) {
      api.bodies = tampered(history, seq).slice(0, more);
      // A thief sends what the device expects: the events after its head, with the hash that it has there.
      api.onEvents = () => history.slice(0, more);
      const found = await alterationOf(device.sync(api));
      assert.deepEqual([found.kind, found.seq], ["rewritten", seq], `${more} events`);
      device.open(1);
    }
    assert.equal(device.facts.verified, SEGMENT + 250, "what was verified before");
  }
});

test("an operator who puts the true history back is believed again", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = tampered(history, 12);
  api.onEvents = () => history;
  await alterationOf(device.sync(api));
  api.bodies = long;
  api.onEvents = null;
  await device.sync(api);
  assert.deepEqual([device.facts.verified, device.history.facts.altered], [long.length, null]);
});

test("a mirror that was edited after it was verified is found by hashing it again, and the server names the event", async (t) => {
  for (const seq of [1, 700, SEGMENT + 290]) {
    const api = new SigningApi(history);
    const device = new Device(t, api);
    await device.sync(api);
    await device.history.rehash(signal);
    assert.equal(device.history.facts.rehashed?.seq, history.length);
    device.edit(seq);
    const { kind, from, to } = await alterationOf(device.history.rehash(signal));
    device.nowMs += 5_000;
    assert.equal(kind, "device");
    assert.ok((from as number) <= seq && seq <= (to as number) && (to as number) - (from as number) < TILE_WIDTH);
    api.hidden = () => true;
    assert.equal((await alterationOf(device.sync(api))).seq, null, "offline");
    api.hidden = () => false;
    const named = await alterationOf(device.sync(api));
    assert.deepEqual([named.kind, named.seq, named.foundAt], ["device", seq, device.nowMs - 5_000]);
    device.open(1); // it stays found
    assert.equal((await alterationOf(device.sync(api))).seq, seq);
    device.open(2);
    await device.sync(api);
    assert.equal(device.history.facts.altered, null);
  }
});

test("an edited mirror is not taken for an altered server", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  device.edit(history.length - 3); // in the part that a start hashes again
  device.open(1);
  const { kind, seq } = await alterationOf(device.sync(api));
  assert.deepEqual([kind, seq], ["device", history.length - 3]);
});

test("the contradiction of two mirrors is found: what was verified once has to stay", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  const split = new SigningApi(fork(500, history.length + 50));
  split.keys = api.keys;
  device.open(2); // the mirror was lost, and is fetched from a server that shows another history
  const { kind, from, to } = await alterationOf(device.sync(split));
  assert.deepEqual([kind, from, to], ["rewritten", TILE_WIDTH + 1, 2 * TILE_WIDTH]);
});

test("a person can accept another history; what contradicts it stays as evidence", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  const split = new SigningApi(fork(500, history.length + 50));
  split.keys = api.keys;
  device.open(2);
  await device.sync(split, { isAccepted: true });
  assert.equal(device.facts.verified, split.bodies.length);
  const aside = device.store.checkpoints().filter(({ setAside }) => setAside !== null);
  assert.deepEqual(
    aside.map(({ size }) => size),
    [history.length],
  );
  await device.sync(split);
});
