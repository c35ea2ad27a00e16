/** The viewer's files are private, also in a folder that another program created. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { openFilesBelow, openUp, skipWithoutModes } from "../../fixtures/data/open-files.suite.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { startViewer } from "../../fixtures/demo/viewer-process.ts";
import { OWNER, runApi } from "../worker/sync/desktop.suite.ts";

const skip = skipWithoutModes;

test("the viewer in a folder that exists as 0755 and has open files: all are private", { skip }, async () => {
  const before = process.umask(0o022);
  after(() => process.umask(before));
  const folder = join(temporaryFolder(), "viewer");
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(folder, "local.sqlite"), "", { mode: 0o644 });
  const api = await runApi();
  const start = () => startViewer({ folder, server: api.base, login: OWNER });
  const first = await start();
  assert.deepEqual(openFilesBelow(folder), [], "while it runs");
  await first.stop();
  assert.deepEqual(openFilesBelow(folder), [], "after its end");
  openUp(folder);
  const second = await start();
  assert.deepEqual(openFilesBelow(folder), [], "what an older release left open");
  await second.stop();
});
