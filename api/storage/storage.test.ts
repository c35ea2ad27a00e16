import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MongoClient } from "mongodb";
import type { EncodedEvent } from "../../events/encoding/event.ts";
import type { LogId } from "../../events/log/log.ts";
import { appendEarlier, writeEarlierFile } from "../../events/sources/earlier-logs.suite.ts";
import { parseUuidV7 } from "../../events/uuid.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { fill, kindsOfStore, logIdOf, withStorage } from "../backup/backup-stores.suite.ts";
import { foldersOf } from "../config/config.ts";
import { takeCacheSlot } from "../organizations/cache-slot.ts";
import { openApi } from "../server.ts";

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

  test(`${kind}: a store of release 0.1 is not served, and the message says how to convert it`, async () => {
    const store = newStore();
    const path = join(foldersOf(store).logs, `${logIdOf(1)}.sqlite`);
    await withStorage(store, async ({ listLogs, openLog }) => {
      const log = { id: logIdOf(1), events: logOf(3, 1) };
      if (store.mongoUrl === null) writeEarlierFile(path, log.events);
      else await writeEarlierLog(store.mongoUrl, log);
      const refused = { code: "NOT_A_LOG", message: new RegExp(`invoify copy \\S+${log.id}`) };
      await assert.rejects(listLogs(), refused);
      await assert.rejects(async () => (await openLog(log.id, { create: true }))?.head(), refused);
      const api = await openApi(store);
      await assert.rejects(async () => void (await api.app.ready()), refused, "the server does not start");
      await api.close();
    });
  });
}

async function writeEarlierLog(url: string, { id, events }: { id: LogId; events: EncodedEvent[] }): Promise<void> {
  const client = new MongoClient(url);
  await appendEarlier(client.db(), parseUuidV7(id) as Uint8Array, events);
  await client.close();
}
