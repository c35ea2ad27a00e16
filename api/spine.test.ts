/** The main path from end to end: a write becomes an event in the log, is synced, and is a row that SQL finds. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SEGMENT } from "../events/sequence.ts";
import { HttpLog } from "../events/sources/http/http-log.ts";
import { SqliteLog } from "../events/sources/sqlite/sqlite-log.ts";
import { temporaryFolder } from "../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../projector/cache/cache.ts";
import { digestOf } from "../projector/cache/digest.ts";
import { openOrRebuild } from "../projector/rebuild/open-cache.ts";
import { rebuildCache } from "../projector/rebuild/rebuild.ts";
import { sync } from "../projector/sync/sync.ts";
import type { RunningApi } from "./running-api.suite.ts";
import { onEachStorage } from "./storage/storages.suite.ts";

const folder = temporaryFolder();
const CLIENT = { name: "Grün & Söhne", address: { country: "DE", city: "Köln" } };
const LINE = { description: "Work", quantity6: 1e6, unit: "HUR", price6: 1e8, vatCategory: "S", vatRate3: 20_000 };

/** A desktop's files: a mirror of the log, and a cache built from it. */
async function openDesktop(t: TestContext, { base, token }: RunningApi) {
  const cachePath = join(folder, `${randomUUID()}.sqlite`);
  const mirror = SqliteLog.open(join(folder, `${randomUUID()}.mirror.sqlite`), { create: true, kind: "mirror" });
  const { cache } = await openOrRebuild(cachePath, mirror);
  let requests = 0;
  const remote = new HttpLog(base, {
    token: () => token,
    fetch: (...args) => {
      requests++;
      return fetch(...args);
    },
  });
  t.after(async () => {
    cache.close();
    await mirror.close();
  });
  return {
    cache,
    mirror,
    /** Syncs. @returns the result and the number of requests */
    async pull() {
      requests = 0;
      const { events, seq, stoppedBy } = await sync(remote, mirror, cache);
      assert.equal(stoppedBy, null);
      return { events, seq, requests };
    },
    rows: (sql: string) => cache.db.prepare(sql).all(),
  };
}

await onEachStorage((running) => {
  const { organization } = running;

  test("a write through HTTP is a row on a desktop after its sync, and nothing else changes", async (t) => {
    const desktop = await openDesktop(t, running);
    assert.deepEqual(await desktop.pull(), { events: 2, seq: 2, requests: 1 });
    assert.deepEqual(await desktop.pull(), { events: 0, seq: 2, requests: 1 });

    const { stream: clientId } = await running.send("POST", "/api/clients", CLIENT);
    const { stream: id } = await running.send("POST", "/api/invoices", { clientId, lines: [LINE] });
    await running.send("POST", `/api/invoices/${id}/issue`);
    assert.deepEqual(await desktop.pull(), { events: 3, seq: 5, requests: 1 });
    assert.deepEqual(desktop.rows("SELECT number, status, buyer_name, gross_minor, paid_minor FROM invoice"), [
      { number: "INV-00001", status: "issued", buyer_name: "Grün & Söhne", gross_minor: 12_000, paid_minor: 0 },
    ]);

    const allocations = [{ invoiceId: id, amountMinor: 12_000 }];
    const payment = { clientId, receivedOn: "2024-03-15", currency: "GBP", amountMinor: 12_000, method: "card" };
    await running.send("POST", "/api/payments", { ...payment, allocations });
    await desktop.pull();
    assert.deepEqual(desktop.rows("SELECT paid_minor FROM invoice"), [{ paid_minor: 12_000 }]);
    assert.deepEqual(desktop.rows("SELECT outstanding_minor FROM client_balance"), [{ outstanding_minor: 0 }]);
  });

  test("a synced cache equals one rebuilt from the server's log, across the end of a segment", async (t) => {
    const viewer = { email: "v@example.com", name: "V", role: "viewer" };
    const { stream: id } = await running.send("POST", "/api/users", viewer);
    const endSessions = { command: "EndSessions", id, input: {}, actor: 2, key: null, ifMatch: null } as const;
    await Promise.all(Array.from({ length: SEGMENT }, () => organization.writer.execute(endSessions)));
    const early = await openDesktop(t, running);
    const late = await openDesktop(t, running);
    await early.pull();
    await running.send("POST", "/api/clients", { ...CLIENT, name: "One more" });
    await early.pull();
    await late.pull();

    const path = join(folder, `${randomUUID()}.rebuilt.sqlite`);
    await rebuildCache(path, organization.log);
    const rebuilt = openCacheForReading(path);
    t.after(() => rebuilt.close());
    const { digest } = digestOf(rebuilt);
    assert.equal(digestOf(early.cache.db).digest, digest);
    assert.equal(digestOf(late.cache.db).digest, digest);
  });

  test("the mirror contains the bytes of the server's log", async (t) => {
    const desktop = await openDesktop(t, running);
    await desktop.pull();
    const bytesOf = async (log: typeof organization.log) => {
      const bodies: Uint8Array[] = [];
      for await (const batch of log.read({ after: 0, upTo: Number.POSITIVE_INFINITY })) bodies.push(...batch.bodies);
      return Buffer.concat(bodies);
    };
    assert.equal(await desktop.mirror.id(), running.logId);
    assert.ok((await bytesOf(desktop.mirror)).equals(await bytesOf(organization.log)));
  });
});
