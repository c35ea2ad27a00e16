import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { takeCacheSlot } from "./cache-slot.ts";

/** Takes a slot in another process, which holds it until it is killed. */
async function takeElsewhere(parent: string) {
  const module = JSON.stringify(join(import.meta.dirname, "cache-slot.ts"));
  const script = `import { takeCacheSlot } from ${module};
    globalThis.slot = takeCacheSlot(${JSON.stringify(parent)});
    console.log(slot.folder);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [folder] = await once(child.stdout.setEncoding("utf8"), "data");
  return { child, folder: String(folder).trim() };
}

test("takeCacheSlot() gives each server its own folder, and reuses a released one", () => {
  const parent = temporaryFolder();
  const slots = [takeCacheSlot(parent), takeCacheSlot(parent), takeCacheSlot(parent)];
  assert.deepEqual(
    slots.map(({ folder }) => folder),
    ["1", "2", "3"].map((name) => join(parent, name)),
  );
  for (const { folder } of slots) assert.ok(existsSync(folder));
  slots[1]?.release();
  const next = takeCacheSlot(parent);
  assert.equal(next.folder, join(parent, "2"));
  for (const slot of [slots[0], next, slots[2]]) slot?.release();
});

test("takeCacheSlot() takes the slot of a killed process, but never that of a running one", async (t) => {
  const parent = temporaryFolder();
  const other = await takeElsewhere(parent);
  t.after(() => other.child.kill("SIGKILL"));
  assert.equal(other.folder, join(parent, "1"));
  const own = takeCacheSlot(parent);
  assert.equal(own.folder, join(parent, "2"));
  other.child.kill("SIGKILL");
  await once(other.child, "close");
  const next = takeCacheSlot(parent);
  assert.equal(next.folder, join(parent, "1"));
  own.release();
  next.release();
});
