/** A sync that is far behind: the cache is rebuilt from the arriving events, and the mirror stores them first. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { EventLog } from "../../events/log/log.ts";
import { SEGMENT } from "../../events/sequence.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { anItem } from "../../fixtures/data/builders.ts";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { countDecodes } from "../../fixtures/data/decode-counts.ts";
import { CLIENT, logOf } from "../../fixtures/data/events.ts";
import { EventsApi } from "../../fixtures/data/events-api.ts";
import { LogBuilder } from "../../fixtures/data/log-builder.ts";
import { asOldRelease } from "../../fixtures/data/old-release.ts";
import { allBodies } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { stopOf } from "../cache/follow.ts";
import { openOrRebuild } from "../rebuild/open-cache.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { type SyncResult, sync } from "./sync.ts";

const folder = temporaryFolder();
let folders = 0;
const long = logOf(4 * SEGMENT + 5).map(({ body }) => body);

/** A desktop that rebuilds its cache when 100 events are missing. */
async function newDesktop() {
  const own = join(folder, String(++folders));
  mkdirSync(own);
  const mirror = SqliteLog.open(join(own, "mirror.sqlite"), { kind: "mirror", create: true });
  const path = join(own, "cache.sqlite");
  let rebuilds = 0;
  return {
    mirror,
    path,
    rebuilds: () => rebuilds,
    async sync(remote: EventLog): Promise<SyncResult> {
      const { cache } = await openOrRebuild(path, mirror);
      const rebuild = async (log: EventLog) => {
        rebuilds++;
        cache.close();
        return await stopOf(() => rebuildCache(path, log));
      };
      try {
        return await sync(remote, mirror, cache, { rebuild, rebuildThreshold: 100 });
      } finally {
        cache.close();
      }
    },
    async assertHas(bodies: readonly Uint8Array[], folded = bodies.length): Promise<void> {
      const mirrored = await allBodies(mirror);
      assert.equal(mirrored.length, bodies.length);
      assert.ok(mirrored.every((body, n) => Buffer.compare(body, bodies[n] as Uint8Array) === 0));
      const cache = Cache.open(path);
      const other = Cache.create(join(folder, `${++folders}.sqlite`));
      for (let n = 0; n < folded; n += SEGMENT) other.apply(n, bodies.slice(n, Math.min(n + SEGMENT, folded)));
      assert.equal(cache.checkpoint.seq, folded);
      assert.deepEqual(contentsOf(cache.db), contentsOf(other.db));
      cache.close();
      other.close();
    },
  };
}

test("sync() that is far behind rebuilds from the arriving events, and fetches each segment once", async () => {
  const desktop = await newDesktop();
  const api = new EventsApi(long);
  assert.deepEqual(await desktop.sync(api.log), { events: long.length, seq: long.length, stoppedBy: null });
  await desktop.assertHas(long);
  assert.equal(desktop.rebuilds(), 1);
  const segments = api.requests.filter((request) => !request.endsWith("limit=0"));
  assert.equal(new Set(segments).size, segments.length);
  assert.equal(api.requests.length, 6, "a head, and five segments");
  assert.equal((await desktop.sync(api.log)).events, 0);
  assert.equal(desktop.rebuilds(), 1, "the second sync follows");
});

test("sync() that loses the network during a rebuild keeps the events so far, and resumes", async () => {
  const desktop = await newDesktop();
  const api = new EventsApi(long);
  api.failsAfter = { after: 2 * SEGMENT, error: new TypeError("fetch failed") };
  await assert.rejects(desktop.sync(api.log), { code: "UNREACHABLE" });
  await desktop.assertHas(long.slice(0, 2 * SEGMENT));
  api.failsAfter = null;
  assert.equal((await desktop.sync(api.log)).events, long.length - 2 * SEGMENT);
  await desktop.assertHas(long);
});

test("sync() that meets an unknown event during a rebuild stops the cache there, but not the mirror", async () => {
  const log = LogBuilder.founded();
  while (log.head < SEGMENT + 50) log.client();
  const item = anItem({ code: "M", price6: 1 });
  log.begin({ type: "ItemAdded", data: item });
  while (log.head < 3 * SEGMENT) log.client();
  const desktop = await newDesktop();
  await asOldRelease("ItemAdded", 0, async () => {
    const synced = await desktop.sync(new EventsApi(log.bodies).log);
    assert.deepEqual([synced.events, synced.seq, synced.stoppedBy?.code], [log.head, log.head, "UNKNOWN_EVENT"]);
    assert.equal(desktop.rebuilds(), 1);
    await desktop.assertHas(log.bodies, SEGMENT + 50);
  });
});

test("sync() overwrites nothing if the server forks during a rebuild", async () => {
  const desktop = await newDesktop();
  const api = new EventsApi(long);
  const other = logOf(4 * SEGMENT + 5, 8).map(({ body }) => body);
  const { fetch } = api;
  const forking = Object.assign(new EventsApi(long), {
    fetch: async (input: unknown) => {
      if (String(input).includes(`after=${2 * SEGMENT}`)) api.bodies = [...long.slice(0, 2 * SEGMENT - 1), ...other];
      return await fetch(input);
    },
  });
  await assert.rejects(desktop.sync(forking.log), ({ code }: { code: string }) => ["FORKED", "DAMAGED"].includes(code));
  await desktop.assertHas(long.slice(0, 2 * SEGMENT));
});

test("a rebuild from arriving events scans and decodes each event once", async () => {
  const log = LogBuilder.founded();
  const clients = 2 * SEGMENT + 200;
  for (let n = 0; n < clients; n++) log.begin({ type: "ClientRegistered", data: { ...CLIENT, name: "Müller" } });
  const desktop = await newDesktop();
  const counts = await countDecodes("ClientRegistered", () => desktop.sync(new EventsApi(log.bodies).log));
  assert.equal(desktop.rebuilds(), 1);
  // The first segment is already in the cache. The rebuild reads it again from the mirror.
  const again = SEGMENT - 2;
  assert.deepEqual(counts, { scans: clients + again, decodes: clients + again });
});
