import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fill, kindsOfStore, logIdOf, withStorage } from "../backup/backup-stores.suite.ts";
import { foldersOf } from "../config/config.ts";
import { takeCacheSlot } from "../organizations/cache-slot.ts";

const skip = process.platform === "win32" ? "Windows has no file modes" : false;

for (const { kind, newStore } of await kindsOfStore()) {
  test(`${kind}: other users of the machine cannot enter the server's folders`, { skip }, async () => {
    const store = newStore();
    await withStorage(store, async () => {
      takeCacheSlot(foldersOf(store).caches).release();
      assert.equal(statSync(store.dataFolder).mode & 0o077, 0);
      for (const name of readdirSync(store.dataFolder, { withFileTypes: true }))
        if (name.isDirectory()) assert.equal(statSync(join(store.dataFolder, name.name)).mode & 0o077, 0, name.name);
    });
  });

  test(`${kind}: listLogs() lists logs that have an event, and no other files`, async () => {
    const store = newStore();
    await fill(store, [3, 1]);
    await withStorage(store, async (storage) => {
      await (await storage.openLog(logIdOf(9), { create: true }))?.close(); // its founding was never completed
      assert.deepEqual(await storage.listLogs(), [logIdOf(1), logIdOf(2)]);
    });
  });
}
