/** The server's files are private, also in a folder that another program created. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROFILE } from "../../fixtures/data/events.ts";
import { openFilesBelow, openUp, skipWithoutModes } from "../../fixtures/data/open-files.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { OWNER } from "../running-api.suite.ts";
import { newEnvironment, serveProcess } from "../served-process.suite.ts";
import { call as callAs, newKey } from "../sessions/people.suite.ts";
import { closeServerFolders } from "./private-folders.ts";

const skip = skipWithoutModes;
test("serve in a folder that exists as 0755: every file is private; what an older release left open is closed", {
  skip,
}, async (t) => {
  const before = process.umask(0o022);
  t.after(() => process.umask(before));
  const folder = join(temporaryFolder(), "data");
  mkdirSync(folder, { mode: 0o755 });
  const environment = newEnvironment(folder);
  const first = await serveProcess(t, environment);
  const founding = { profile: PROFILE, owner: OWNER };
  const headers = { "idempotency-key": newKey() };
  const { status, text } = await callAs(first.base, "POST", "/api/organizations", founding, { headers });
  assert.equal(status, 200, text);
  assert.deepEqual(openFilesBelow(folder), []);
  await first.kill(); // leaves -wal and -shm
  openUp(folder);
  await serveProcess(t, environment);
  assert.deepEqual(openFilesBelow(folder), []);
});

test("closeServerFolders() names what was open, once, and leaves foreign files alone", { skip }, () => {
  const store = { dataFolder: join(temporaryFolder(), "data"), mongoUrl: null };
  assert.deepEqual(closeServerFolders(store), []);
  assert.ok(!existsSync(store.dataFolder), "nothing is created");
  for (const name of ["logs", "caches"]) mkdirSync(join(store.dataFolder, name), { recursive: true });
  writeFileSync(join(store.dataFolder, "accounts.sqlite"), "");
  openUp(store.dataFolder);
  const notes = closeServerFolders(store);
  assert.equal(notes.length, 1, `${notes}`);
  assert.match(notes[0] ?? "", /data: the folder was open .* closed now; 3 of its files and folders could be read/);
  assert.deepEqual(closeServerFolders(store), []);
  writeFileSync(join(store.dataFolder, "holiday.jpg"), "");
  openUp(store.dataFolder);
  assert.match(closeServerFolders(store)[0] ?? "", /stays open to other users, because it has other files too/);
  assert.equal(statSync(store.dataFolder).mode & 0o777, 0o755);
  assert.deepEqual(openFilesBelow(join(store.dataFolder, "logs")), []);
});
