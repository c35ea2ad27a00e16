/** Files that `invoify` writes are private; files of older releases that it continues are closed. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { openFilesBelow, openUp, skipWithoutModes } from "../../fixtures/data/open-files.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { does, invoify } from "./invoify.suite.ts";
import { EMAIL, PASSWORD, serveLog } from "./server.suite.ts";

const skip = skipWithoutModes;

test("every command that writes files writes private ones, also into an open folder", { skip }, async (t) => {
  const before = process.umask(0o022);
  t.after(() => process.umask(before));
  const path = join(temporaryFolder(), "log.sqlite");
  const log = SqliteLog.open(path, { create: true });
  log.appendNow(logOf(50));
  t.after(() => log.close());
  const { base } = await serveLog(t, log);
  const login = { env: { INVOIFY_EMAIL: EMAIL, INVOIFY_PASSWORD: PASSWORD } };
  const folder = join(temporaryFolder(), "open");
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(folder, "holiday.jpg"), "", { mode: 0o644 });
  const at = (name: string) => join(folder, name);
  await does(["sync", "--from", base, "--to", at("synced")], login);
  await does(["sync", "--from", base, "--to", at("cache.sqlite")], login);
  await does(["replay", "--from", path, "--to", at("replayed.sqlite")]);
  for (const ending of ["ndjson", "events", "sqlite"]) await does(["copy", path, at(`copy.${ending}`)]);
  const foreign = [`${folder} 755`, `${at("holiday.jpg")} 644`];
  assert.deepEqual(openFilesBelow(folder), foreign, "the user's own folder and file stay as they are");

  openUp(folder);
  const again = await invoify(["sync", "--from", base, "--to", at("cache.sqlite")], login);
  assert.match(
    again.stderr,
    /^invoify: .*open: [2-9] of its files and folders could be read by other users, and are closed now\n$/,
  );
  assert.equal(again.exitCode, 0);
  const stillOpen = openFilesBelow(folder).filter((line) => /open\/(?:cache|[^/]*mirror)/.test(line));
  assert.deepEqual(stillOpen, []);
  assert.equal(statSync(folder).mode & 0o777, 0o755);
});

test("copy closes an earlier copy, and a file that was created for it, and says so", { skip }, async () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  SqliteLog.open(at("log.sqlite"), { create: true }).appendNow(logOf(50));
  for (const ending of ["ndjson", "events", "sqlite"]) {
    const earlier = at(`earlier.${ending}`);
    await does(["copy", at("log.sqlite"), earlier, "--events", "10"]);
    chmodSync(earlier, 0o644);
    const targets = [earlier];
    if (ending !== "events") {
      targets.push(at(`empty.${ending}`)); // created by a script, to be written into
      writeFileSync(at(`empty.${ending}`), "");
      chmodSync(at(`empty.${ending}`), 0o666);
    }
    for (const target of targets) {
      const { exitCode, stderr } = await invoify(["copy", at("log.sqlite"), target]);
      assert.equal(exitCode, 0);
      assert.match(
        stderr,
        /^invoify: [^\n]+: [1-3] of its files and folders could be read by other users, and are closed now\n$/,
      );
      assert.equal(statSync(target).mode & 0o777, 0o600, target);
    }
  }
});
