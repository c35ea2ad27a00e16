/** Backups of logs that were signed: a restore never goes on under what was signed before, and says what it replaced. */
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { dirname, join as joinPath } from "node:path";
import { test } from "node:test";
import { eventHash } from "../../events/hash.ts";
import { keyFileText, newKeyFile } from "../../events/proofs/server-key.ts";
import { openSignedCheckpoint } from "../../events/proofs/signed-checkpoint.ts";
import { openFork } from "../../events/proofs/successor.ts";
import { rootOf } from "../../events/proofs/tree.ts";
import { formatVerifierKey, parseVerifierKey } from "../../events/proofs/verifier-key.ts";
import { EventsFile, writeEventsFile } from "../../events/sources/file/events-file.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import type { Config } from "../config/config.ts";
import { keyFilePath, openSigning, signedPairsPath } from "../proofs/open-server-key.ts";
import { spoilLog } from "../proofs/spoil.suite.ts";
import { call, logIn, newConfig, startApi } from "../sessions/people.suite.ts";
import { BackupFile } from "./backup-file.ts";
import { fails, runProgram, succeeds } from "./backup-program.suite.ts";
import { checkCheckpoint } from "./backup-proofs.ts";
import { contentsOf, fill, kindsOfStore, logIdOf } from "./backup-stores.suite.ts";

const folder = temporaryFolder();
const LOG = logIdOf(1);
const EVENTS = 300;
let files = 0;
const newFile = () => joinPath(folder, `${++files}.tar`);
const signingKey = keyFileText(newKeyFile(Date.now()));

/** A store with one log; MongoDB gets its key from the environment. */
async function newStoreWith(newStore: () => Config, events: number): Promise<Config> {
  const store = newStore();
  const config = store.mongoUrl === null ? store : { ...store, signingKey };
  if (events > 0) await fill(config, [events]);
  return config;
}

/** Serves a store. @returns what it signs */
async function served(config: Config) {
  const { api, base } = await startApi(config);
  const { token } = await logIn(base, "owner@example.com");
  const get = async (path: string) => (await call(base, "GET", `/api/log/${path}`, undefined, { token })).text;
  const keys = (JSON.parse(await get("key")) as { keys: string[] }).keys.map(parseVerifierKey);
  const trust = { keys, log: LOG };
  const signed = openSignedCheckpoint(await get("checkpoint"), trust);
  const client = { name: "A client", address: { country: "GB" } };
  const write = async () => assert.equal((await call(base, "POST", "/api/clients", client, { token })).status, 200);
  return { signed, trust, get, write, close: () => api.close() };
}

/** Gives a store the key of another one, and what that machine remembers to have signed. */
function onSameMachine(to: Config, from: Config): Config {
  if (from.mongoUrl === null && to.mongoUrl === null) {
    const keys = dirname(signedPairsPath(from));
    cpSync(keys, dirname(signedPairsPath(to)), { recursive: true });
    return to;
  }
  return { ...to, signingKey };
}

const kinds = await kindsOfStore();
for (const { kind, newStore } of kinds)
  test(`${kind}: a restored log goes on in the next generation, which begins with a signed note`, async () => {
    const from = await newStoreWith(newStore, EVENTS);
    const path = newFile();
    await succeeds(from, "backup", path);
    const first = await served(from);
    assert.deepEqual([first.signed.origin, first.signed.size], [`invoify/${LOG}/1`, EVENTS]);
    for (let n = 0; n < 5; n++) await first.write();
    await first.get(`proof/${EVENTS + 5}`); // signs them
    const last = openSignedCheckpoint(await first.get("checkpoint"), first.trust);
    await first.close();

    const to = onSameMachine(await newStoreWith(newStore, 0), from);
    await succeeds(to, "restore", path);
    const second = await served(to);
    assert.deepEqual([second.signed.origin, second.signed.size], [`invoify/${LOG}/2`, EVENTS]);
    assert.deepEqual(second.signed.root, first.signed.root);
    const fork = openFork(await second.get("forks"), second.trust);
    assert.deepEqual([fork.old.origin, fork.restored.origin], [`invoify/${LOG}/1`, `invoify/${LOG}/2`]);
    assert.deepEqual([fork.restored.size, Buffer.from(fork.restored.root)], [EVENTS, second.signed.root]);
    // With MongoDB the machine of the test is another one: it knows what the backup knows.
    assert.equal(fork.old.size, from.mongoUrl === null ? last.size : EVENTS);
    await second.write();
    await second.close();

    // A backup of generation 2 has both notes when it is restored, in a store of any kind.
    const again = newFile();
    await succeeds(to, "backup", again);
    for (const other of kinds) {
      const third = onSameMachine(await newStoreWith(other.newStore, 0), to);
      await succeeds(third, "restore", again);
      const { signed, get, close } = await served(third);
      assert.equal(signed.origin, `invoify/${LOG}/3`);
      const notes = await get("forks");
      assert.equal(notes.match(/^invoify\/fork\/v1$/gm)?.length, 2);
      await close();
    }
  });

test("on another machine, with another key, a restore does not go on in the signed generation either", async () => {
  const from = await newStoreWith(() => newConfig(), EVENTS);
  const { close } = await served(from);
  await close();
  const path = newFile();
  await succeeds(from, "backup", path);
  const to = newConfig();
  await succeeds(to, "restore", path);
  const { signed, get, trust } = await served(to);
  assert.equal(signed.origin, `invoify/${LOG}/2`);
  assert.equal(openFork(await get("forks"), trust).old.size, EVENTS);
});

test("generation 1 is not used again even by a backup that knows of no signature", async () => {
  const from = newConfig();
  await fill(from, [EVENTS]);
  const path = newFile();
  await succeeds(from, "backup", path); // without a key, nothing is signed
  const to = newConfig();
  await succeeds(to, "restore", path);
  const { signed, get, trust } = await served(to);
  assert.equal(signed.origin, `invoify/${LOG}/2`);
  const { old } = openFork(await get("forks"), trust);
  assert.deepEqual([old.origin, old.size, old.root], [`invoify/${LOG}/1`, null, null]);
});

test("without a key, nothing of a signed backup is restored", async (t) => {
  const mongo = kinds.find(({ kind }) => kind === "MongoDB");
  if (!mongo) return t.skip("no MongoDB server");
  const from = await newStoreWith(() => newConfig(), EVENTS);
  await (await served(from)).close();
  const path = newFile();
  await succeeds(from, "backup", path);
  const to = mongo.newStore();
  await fails(to, ["restore", path], 2, /was signed, so it needs the signing key to continue/);
  assert.deepEqual(await contentsOf(to), { logs: [], accounts: [], claims: [] });
});

test("a backup with the key has a signed checkpoint of each log, and its events are compared with it", async () => {
  const from = await newStoreWith(() => newConfig(), EVENTS);
  const { trust, close } = await served(from);
  await close();
  const path = newFile();
  await succeeds(from, "backup", path);
  const backup = await BackupFile.open(path);
  const file = await backup.openLog(LOG);
  const signed = openSignedCheckpoint(file.checkpoint ?? assert.fail(), trust);
  assert.deepEqual(signed.root, rootOf(logOf(EVENTS, 1).map(({ body }) => eventHash(body))));
  await file.close();

  const altered = joinPath(folder, "altered.events");
  const events = logOf(EVENTS, 1).map(({ seq, body }) => ({ seq, body, request: null }));
  events.splice(99, 1, { seq: 100, body: logOf(EVENTS, 2)[99]?.body ?? assert.fail(), request: null });
  await writeEventsFile(altered, events, { checkpoint: () => signed.note });
  const opened = await EventsFile.open(altered);
  await assert.rejects(checkCheckpoint(opened, LOG), { code: "ALTERED", message: /first 300 events/ });
  await assert.rejects(checkCheckpoint(opened, logIdOf(2)), { code: "NOT_A_LOG" });
  await opened.close();
});

test("an altered log can still be backed up; its restore says that it is not what was signed", async () => {
  const from = await newStoreWith(() => newConfig(), EVENTS);
  await (await served(from)).close();
  const forged = logOf(EVENTS, 2)[EVENTS - 1]?.body ?? assert.fail();
  spoilLog(from, LOG, "UPDATE event SET body = ? WHERE seq = ?", forged, EVENTS);
  const path = newFile();
  const { exitCode, stderr } = await runProgram(from, "backup", path);
  assert.equal(exitCode, 0, stderr);
  assert.match(stderr, /first 300 events are not those that were signed.*without a signed checkpoint/);
  const file = await (await BackupFile.open(path)).openLog(LOG);
  assert.equal(file.checkpoint, null);
  await file.close();
  const to = onSameMachine(newConfig(), from);
  await succeeds(to, "restore", path);
  const { get, trust } = await served(to);
  const fork = openFork(await get("forks"), trust);
  assert.equal(fork.old.size, fork.restored.size);
  assert.notDeepEqual(Buffer.from(fork.old.root ?? []), Buffer.from(fork.restored.root));
});

test("a key that was lost with its folder is made again by a restore, and the memory of signatures is not needed", async () => {
  const from = await newStoreWith(() => newConfig(), EVENTS);
  await (await served(from)).close();
  const path = newFile();
  await succeeds(from, "backup", path);
  rmSync(from.dataFolder, { recursive: true });
  await succeeds(from, "restore", path);
  assert.ok(keyFilePath(from));
  const signing = (await openSigning(from, { clock: Date.now, create: false })) ?? assert.fail("no key");
  signing.close();
  const { signed } = await served(from);
  assert.equal(signed.origin, `invoify/${LOG}/2`);
});

test("with --key, nothing is restored that another key has signed, or none", async () => {
  const stores = [await newStoreWith(() => newConfig(), EVENTS), await newStoreWith(() => newConfig(), EVENTS)];
  const [own, thief] = await Promise.all(
    stores.map(async (config) => {
      const { trust, close } = await served(config);
      await close();
      const path = newFile();
      await succeeds(config, "backup", path);
      const [key] = trust.keys;
      return { path, vkey: formatVerifierKey(key ?? assert.fail("no key")) };
    }),
  );
  assert.ok(own && thief);
  const unsigned = newFile();
  const plain = newConfig();
  await fill(plain, [EVENTS]);
  await succeeds(plain, "backup", unsigned); // nothing was signed there
  const to = newConfig();
  for (const [path, message] of [
    [thief.path, /the checkpoint in .*\.events: none of the known keys signed it/],
    [unsigned, /has no signed checkpoint/],
  ] as const) {
    await fails(to, ["restore", path, "--key", own.vkey], 1, message);
    await fails(to, ["restore", path, "--check", "--key", own.vkey], 1, message);
  }
  await fails(to, ["restore", own.path, "--key", "a key"], 2, /--key: the key "a key": it does not have the form/);
  assert.deepEqual(await contentsOf(to), { logs: [], accounts: [], claims: [] });
  await succeeds(to, "restore", own.path, "--key", own.vkey);
});
