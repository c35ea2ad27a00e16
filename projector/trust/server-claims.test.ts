/** Who signed what a server claims: notes that no key of the log signed are refused, and keys change as announced. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LogError } from "../../events/errors.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { KeyChangedError } from "./key-changed-error.ts";
import { Device, history } from "./proving-device.suite.ts";
import { fingerprintOfKeys, newKeys, SigningApi, type SigningKeys } from "./signing-api.suite.ts";

const SPOILT: Record<string, (note: string, api: SigningApi) => string> = {
  "a changed size": (note) => note.replace(`\n${history.length}\n`, `\n${history.length - 1}\n`),
  "a cut note": (note) => note.slice(0, -30),
  "a note without its signatures": (note) => note.split("\n\n")[0] as string,
  "a web page": () => "<!doctype html><title>Welcome</title>",
  nothing: () => "",
  "a forged signature": (note) =>
    note.replace(/(— \S+ .{20})(.)/, (_, start, letter) => start + (letter === "A" ? "B" : "A")),
  "another log's checkpoint": (_, api) => {
    const other = new SigningApi(logOf(20, 9).map(({ body }) => body));
    return other.note(api.keys as SigningKeys);
  },
};

for (const [what, spoil] of Object.entries(SPOILT))
  test(`a checkpoint is refused, and nothing is lost: ${what}`, async (t) => {
    for (const isFirst of [true, false]) {
      const api = new SigningApi(history);
      const device = new Device(t, api);
      if (!isFirst) await device.sync(api);
      api.onCheckpoint = (note) => spoil(note, api);
      await assert.rejects(
        device.sync(api),
        (error) => error instanceof LogError && error.code === "UNPROVEN" && error.message.length > 20,
      );
      assert.equal(device.facts.key === null, isFirst, "no key is pinned");
      api.onCheckpoint = (note) => note;
      await device.sync(api);
      assert.equal(device.facts.verified, history.length);
    }
  });

test("a key that the earlier one announced is followed, also over several changes", async (t) => {
  const api = new SigningApi(history.slice(0, 900));
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = history;
  api.rotate();
  const keys = api.rotate();
  await device.sync(api);
  assert.deepEqual([device.facts.key?.fingerprint, device.facts.key?.how], [fingerprintOfKeys(keys), "successor"]);
  assert.equal(device.facts.verified, history.length);
  assert.equal(device.store.keys().length, 2, "the earlier key stays known");
});

test("any other change of the key stops the sync before an event, until a person trusts exactly that key", async (t) => {
  const api = new SigningApi(history.slice(0, 900));
  const device = new Device(t, api);
  await device.sync(api);
  api.bodies = history;
  api.keys = newKeys();
  const offered = fingerprintOfKeys(api.keys);
  for (const times of [1, 2]) {
    const error = await device.sync(api).then(
      () => null,
      (error: unknown) => error,
    );
    assert.ok(error instanceof KeyChangedError && error.code === "KEY_CHANGED", `${times}: ${error}`);
    assert.deepEqual(device.facts.otherKey, { fingerprint: offered });
  }
  assert.equal(device.facts.verified, 900);
  assert.equal(device.proof.trustOffered("another"), false);
  assert.equal(device.proof.trustOffered(offered), true);
  await device.sync(api);
  assert.deepEqual(
    [device.facts.verified, device.facts.key?.how, device.facts.otherKey],
    [history.length, "person", null],
  );
});

test("a key that a thief announces with a key of their own is not followed", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  api.keys = newKeys();
  api.rotate();
  await assert.rejects(device.sync(api), { code: "KEY_CHANGED" });
});

test("a server that stops to sign asks a person, and may begin again with the same key only", async (t) => {
  const api = new SigningApi(history);
  const device = new Device(t, api);
  await device.sync(api);
  const { keys } = api;
  for (const stop of [() => (api.keys = null), () => (api.hasRoutes = false)]) {
    stop();
    await assert.rejects(device.sync(api), { code: "KEY_CHANGED" });
    assert.deepEqual(device.facts.otherKey, { fingerprint: null });
  }
  assert.equal(device.proof.trustOffered(null), true);
  await device.sync(api);
  assert.deepEqual([device.facts.state, device.facts.key], ["unsigned", null]);
  Object.assign(api, { keys: newKeys(), hasRoutes: true });
  await assert.rejects(device.sync(api), { code: "KEY_CHANGED" });
  api.keys = keys;
  await device.sync(api);
  assert.equal(device.facts.state, "signed");
});
