import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SEGMENT } from "../../events/sequence.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { smallBatches } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { foldersOf } from "../config/config.ts";
import { newConfig } from "../sessions/people.suite.ts";
import { fails, runProgram, startProgram, succeeds } from "./backup-program.suite.ts";
import { contentsOf, fill, kindsOfStore, logIdOf } from "./backup-stores.suite.ts";

/** Long enough that a kill hits a running restore. */
const LONG = 30 * SEGMENT;
/** On a busy machine a signal may come too late. Then the test tries again. */
const MAX_TRIES = 20;

const folder = temporaryFolder();
const source = newConfig();
await fill(source, [3, 20]);
const file = join(folder, "backup.tar");

test("backup reports what it wrote, and restore restores it, on each kind of store", async () => {
  const { exitCode, stdout, stderr } = await runProgram(source, "backup", file);
  assert.deepEqual([exitCode, stderr], [0, ""]);
  assert.match(stdout, /^.*backup\.tar: 2 logs, 23 events, 2 accounts, [\d.]+ kB \([\d.]+ s\)\n$/);
  for (const { newStore } of await kindsOfStore()) {
    const target = newStore();
    const restored = await runProgram(target, "restore", file);
    assert.deepEqual([restored.exitCode, restored.stderr], [0, ""]);
    assert.match(restored.stdout, /: 2 logs, 23 events, 2 accounts, of 2.*Z; everybody logs in again \([\d.]+ s\)\n$/);
    assert.deepEqual(await contentsOf(target), await contentsOf(source));
    const { exitCode, stdout } = await runProgram(target, "backup", join(folder, `${target.mongoUrl ? "m" : "e"}.tar`));
    assert.equal(exitCode, 0, stdout);
  }
});

test("backup --json and restore --json print the same result as JSON", async () => {
  const { bytes, durationMs, ...output } = await succeeds(source, "backup", join(folder, "json.tar"));
  assert.equal(bytes, statSync(join(folder, "json.tar")).size);
  assert.equal(typeof durationMs, "number");
  const { beganAt, ...counts } = output;
  const store = source.dataFolder;
  assert.deepEqual(counts, { file: join(folder, "json.tar"), store, logs: 2, events: 23, accounts: 2, files: 0 });
  const target = newConfig();
  const { durationMs: _, ...restored } = await succeeds(target, "restore", join(folder, "json.tar"));
  const expected = {
    file: join(folder, "json.tar"),
    store: target.dataFolder,
    logs: 2,
    events: 23,
    accounts: 2,
    files: 0,
  };
  assert.deepEqual(restored, { ...expected, beganAt });
});

test("restore --check reads the file, and needs no store", async () => {
  const nowhere = { dataFolder: join(folder, "nowhere"), mongoUrl: "mongodb://127.0.0.1:1/none" };
  const { exitCode, stdout } = await runProgram(nowhere, "restore", file, "--check");
  assert.equal(exitCode, 0);
  assert.match(stdout, /backup\.tar: whole: 2 logs, 23 events, of 2/);
  assert.ok(!existsSync(nowhere.dataFolder));
});

test("backup and restore report unusable input on one line, with exit code 2", async () => {
  const nothing = { dataFolder: join(folder, "nothing"), mongoUrl: null };
  const unreachable = { ...nothing, mongoUrl: "mongodb://127.0.0.1:1/none?serverSelectionTimeoutMS=200" };
  const empty = newConfig();
  mkdirSync(foldersOf(empty).logs, { recursive: true, mode: 0o700 });
  const notes = join(folder, "notes.txt");
  writeFileSync(notes, "Dear diary");
  const fresh = join(folder, "fresh.tar");
  await Promise.all([
    fails(source, ["backup"], 2, /backup needs FILE/),
    fails(source, ["backup", fresh, "more"], 2, /unexpected argument "more"/),
    fails(source, ["backup", fresh, "--fast"], 2, /there is no option --fast/),
    fails(source, ["backup", file], 2, /already exists and was not changed/),
    fails(source, ["backup", join(folder, "no", "such", "folder.tar")], 2, /no: there is no such folder/),
    fails(nothing, ["backup", fresh], 2, /nothing: contains no log to back up/),
    fails(empty, ["backup", fresh], 2, /contains no log to back up/),
    fails(unreachable, ["backup", fresh], 2, /mongodb:\/\/127.0.0.1:1\/none: /),
    fails({ ...nothing, mongoUrl: "postgres://x/y" }, ["backup", fresh], 2, /MONGODB_URL: must begin with mongodb/),
    fails(nothing, ["restore", join(folder, "missing.tar")], 2, /missing\.tar: there is no such file/),
    fails(nothing, ["restore", notes], 2, /notes\.txt: not a backup/),
    fails(unreachable, ["restore", file], 2, /mongodb:\/\/127.0.0.1:1\/none: /),
    fails(
      source,
      ["restore", file],
      2,
      /contains 2 logs, 2 accounts, 1 e-mail address, 2 sessions; restore the backup into/,
    ),
  ]);
  assert.ok(!existsSync(nothing.dataFolder), "nothing was created");
  assert.ok(!existsSync(fresh));
});

test("restore refuses a damaged file with exit code 1, before anything is written", async () => {
  const cut = join(folder, "cut.tar");
  writeFileSync(cut, readFileSync(file));
  truncateSync(cut, 2000);
  const target = { dataFolder: join(folder, "never"), mongoUrl: null };
  await fails(target, ["restore", cut], 1, /cut\.tar: byte 2000: the file ends here/);
  await fails(target, ["restore", cut, "--check"], 1, /cut\.tar: byte 2000: the file ends here/);
  assert.ok(!existsSync(target.dataFolder));
});

/** A store with a long log. */
async function longStore() {
  const store = newConfig();
  mkdirSync(foldersOf(store).logs, { recursive: true });
  const log = SqliteLog.open(join(foldersOf(store).logs, `${logIdOf(0)}.sqlite`), { create: true });
  for (const batch of smallBatches(LONG, 8 * SEGMENT)) log.appendNow(batch);
  await log.close();
  return store;
}

test("a restore that is killed leaves a store that serves nothing, and the same restore continues", async () => {
  const long = await longStore();
  const path = join(folder, "long.tar");
  await succeeds(long, "backup", path);

  let target = newConfig();
  let kills = 0;
  for (let tries = 0; kills < 3; tries++) {
    assert.ok(tries < MAX_TRIES, "no kill hit a running restore");
    const { child, ended } = startProgram(target, "restore", path);
    const before = headOf(target);
    while (child.exitCode === null && headOf(target) <= before) await sleep(5);
    child.kill("SIGKILL");
    const { exitCode } = await ended;
    if (exitCode === 0) {
      target = newConfig(); // it ended before the kill
      continue;
    }
    kills++;
    assert.ok(existsSync(join(target.dataFolder, "restoring.json")));
    await fails(target, ["backup", join(folder, "half.tar")], 2, /long\.tar is being restored into this store/);
    await fails(target, ["restore", file], 2, /contains part of another backup, long\.tar/);
  }
  await succeeds(target, "restore", path);
  assert.deepEqual(await contentsOf(target), await contentsOf(long));
  await fails(target, ["restore", path], 2, /contains 1 log;/);
});

/** The head that the restore of the long log has reached, as another process sees it. */
function headOf(store: { dataFolder: string }): number {
  const path = join(foldersOf(store).logs, `${logIdOf(0)}.sqlite`);
  try {
    const log = SqliteLog.open(path, { readonly: true });
    try {
      return log.headNow();
    } finally {
      log.closeNow();
    }
  } catch {
    return 0; // it does not exist yet, or is being created
  }
}

const skip = process.platform === "win32" ? "Windows sends no signals" : false;
test("a backup that is stopped leaves no file", { skip }, async () => {
  const long = await longStore();
  const store = mkdtempSync(join(folder, "stopped-"));
  let stopped = 0;
  for (let attempt = 0; attempt < MAX_TRIES && stopped === 0; attempt++) {
    const path = join(store, `${attempt}.tar`);
    const { child, ended } = startProgram(long, "backup", path);
    while (child.exitCode === null && readdirSync(store).length === 0) await sleep(2);
    child.kill("SIGTERM");
    const { exitCode, stderr } = await ended;
    if (exitCode === 0)
      rmSync(path); // it ended before the signal
    else stopped++;
    assert.deepEqual(readdirSync(store), []);
    if (exitCode !== 0) assert.match(stderr, /invoify-api: stopped; there is no .*\.tar\n$/);
    if (exitCode !== 0) assert.equal(exitCode, 143);
  }
  assert.equal(stopped, 1, "no signal hit a running backup");
});
