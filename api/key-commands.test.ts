/** The key that signs checkpoints: made once, shown without its secret, and replaced so that clients can follow. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { keyFileText, newKeyFile, parseKeyFile, serverKeyOf, signingPairs } from "../events/proofs/server-key.ts";
import { openSignedCheckpoint } from "../events/proofs/signed-checkpoint.ts";
import { followSuccessors } from "../events/proofs/successor.ts";
import { fingerprintOf, parseVerifierKey, type VerifierKey } from "../events/proofs/verifier-key.ts";
import { temporaryFolder } from "../fixtures/data/temporary-folder.ts";
import { fails, runProgram, succeeds } from "./backup/backup-program.suite.ts";
import { rotated } from "./key-commands.ts";
import { openSigning } from "./proofs/open-server-key.ts";
import { call, newConfig, openOffice, startApi } from "./sessions/people.suite.ts";

const folder = temporaryFolder();
const DAY_MS = 86_400_000;

function newStore() {
  const dataFolder = join(folder, randomUUID());
  return { dataFolder, mongoUrl: null, signingKeyFile: join(dataFolder, "made", "key.json") };
}

test("key create makes a private file once", async () => {
  const store = newStore();
  const made = await succeeds(store, "key", "create");
  assert.deepEqual(await succeeds(store, "key", "show"), made);
  if (process.platform !== "win32") assert.equal(statSync(store.signingKeyFile).mode & 0o777, 0o600);
  const before = readFileSync(store.signingKeyFile, "utf8");
  await fails(store, ["key", "create"], 2, /key\.json: already exists and was not changed/);
  assert.equal(readFileSync(store.signingKeyFile, "utf8"), before);
});

test("nothing that is shown is secret, and the fingerprints are those of the keys", async () => {
  const store = newStore();
  await succeeds(store, "key", "create");
  const { current } = parseKeyFile(readFileSync(store.signingKeyFile, "utf8"), "file");
  const shown = await succeeds(store, "key", "show", "--origin", "invoify/log/1");
  const keys = (shown.keys as string[]).map(parseVerifierKey);
  assert.deepEqual(
    keys.map(({ name, type }) => [name, type]),
    [
      ["invoify/log/1", 1],
      ["invoify/log/1", 6],
    ],
  );
  assert.deepEqual(Object.values(shown.fingerprints as object), keys.map(fingerprintOf));
  const { stdout } = await runProgram(store, "key", "show");
  for (const text of [stdout, JSON.stringify(shown)])
    for (const secret of [current.ed25519, current.mlDsa44]) assert.ok(!text.includes(secret.slice(0, 20)));
  assert.ok(stdout.includes((shown.fingerprints as { ed25519: string }).ed25519));
});

test("a key that cannot be used is refused with a reason, and none of it is printed", async () => {
  const store = newStore();
  await fails(store, ["key", "show"], 2, /INVOIFY_SIGNING_KEY_FILE: .*no such file/);
  await fails(store, ["key", "rotate"], 2, /no such file/);
  const embedded = { dataFolder: store.dataFolder, mongoUrl: null };
  await fails(embedded, ["key", "show"], 2, /there is no signing key; make it with/);
  await fails({ ...embedded, signingKey: "{}" }, ["key", "show"], 2, /INVOIFY_SIGNING_KEY: not a signing key/);
  await succeeds(store, "key", "create");
  const text = readFileSync(store.signingKeyFile, "utf8");
  await fails({ ...embedded, signingKey: text }, ["key", "rotate"], 2, /INVOIFY_SIGNING_KEY holds the key itself/);
  await fails(store, ["key", "rotate", "--days", "many"], 2, /--days: many/);
  const secret = parseKeyFile(text, "file").current.ed25519;
  writeFileSync(store.signingKeyFile, text.replace(secret, secret.slice(4)));
  const { stderr } = await runProgram(store, "key", "show");
  assert.match(stderr, /current\.ed25519/);
  assert.ok(!stderr.includes(secret.slice(4, 24)));
});

test("after key rotate both keys sign, and a client that knew the first one follows", async () => {
  const { api, owner, base, config } = await openOffice(newConfig());
  const get = async (at: string, path: string) =>
    (await call(at, "GET", `/api/log/${path}`, undefined, { token: owner.token })).text;
  const keysAt = async (at: string): Promise<{ keys: VerifierKey[]; successors: string[] }> => {
    const { keys, successors } = JSON.parse(await get(at, "key")) as { keys: string[]; successors: string[] };
    return { keys: keys.map(parseVerifierKey), successors };
  };
  const { keys: first } = await keysAt(base);
  await api.close();
  await succeeds(config, "key", "rotate");
  const second = await startApi(config);
  const { keys, successors } = await keysAt(second.base);
  assert.equal(keys.length, 4);
  assert.deepEqual(keys.slice(2), first);
  const note = await get(second.base, "checkpoint");
  for (const known of [first, keys.slice(0, 2)])
    assert.equal(openSignedCheckpoint(note, { keys: known, log: owner.log }).signatures.length, 2);
  await second.api.close();
  await succeeds(config, "key", "rotate", "--days", "0");
  const third = await startApi(config);
  const now = await keysAt(third.base);
  assert.equal(now.keys.length, 2);
  const followed = followSuccessors(first, now.successors);
  assert.deepEqual(followed.keys.map(fingerprintOf), now.keys.map(fingerprintOf));
  assert.equal(followed.chain.length, 2);
  assert.deepEqual(now.successors.slice(0, 1), successors);
});

test("a server says if other users can read its key", { skip: process.platform === "win32" }, async () => {
  const store = newStore();
  await succeeds(store, "key", "create");
  const notesOf = async () => {
    const notes: string[] = [];
    const config = { ...store, signingKey: null };
    (await openSigning(config, { clock: Date.now, onNote: (text) => notes.push(text) }))?.close();
    return notes;
  };
  assert.deepEqual(await notesOf(), []);
  chmodSync(store.signingKeyFile, 0o640);
  assert.match((await notesOf()).join(), /key\.json: other users of this machine can read the signing key/);
});

test("a stolen key names no successor and signs no more", () => {
  const before = newKeyFile(Date.UTC(2026, 0, 1));
  const after = rotated(before, { nowMs: Date.UTC(2026, 1, 1), days: 90, stolen: true });
  assert.deepEqual([after.previous, after.successors], [null, []]);
  assert.equal(after.earlier.length, 1);
});

test("the previous key signs until its time is over", () => {
  const nowMs = Date.UTC(2026, 1, 1);
  const file = rotated(newKeyFile(nowMs), { nowMs, days: 2, stolen: false });
  const key = serverKeyOf(parseKeyFile(keyFileText(file), "file"));
  assert.equal(signingPairs(key, nowMs + 2 * DAY_MS - 1).length, 2);
  assert.equal(signingPairs(key, nowMs + 2 * DAY_MS).length, 1);
});
