import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { eventHash } from "../../events/hash.ts";
import { SEGMENT } from "../../events/sequence.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { anItem } from "../../fixtures/data/builders.ts";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { countDecodes } from "../../fixtures/data/decode-counts.ts";
import { CLIENT, idOf, logOf } from "../../fixtures/data/events.ts";
import { EventsApi } from "../../fixtures/data/events-api.ts";
import { LogBuilder } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { asOldRelease } from "../../fixtures/data/old-release.ts";
import { allBodies, randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { openOrRebuild } from "../rebuild/open-cache.ts";
import { sync } from "./sync.ts";

const folder = temporaryFolder();
let folders = 0;
let history: Uint8Array[] = [];
const long = logOf(2 * SEGMENT + 5).map(({ body }) => body);

before(async () => {
  history = await randomHistory(folder, { seed: 61, commands: 300 });
});

/** A desktop: a mirror, and the cache behind it. */
interface Desktop {
  mirror: SqliteLog;
  cache: Cache;
}

async function newDesktop(t: { after(work: () => void): void }): Promise<Desktop> {
  const own = join(folder, String(++folders));
  mkdirSync(own);
  const mirror = SqliteLog.open(join(own, "mirror.sqlite"), { kind: "mirror", create: true });
  const { cache } = await openOrRebuild(join(own, "cache.sqlite"), mirror);
  t.after(() => {
    cache.close();
    mirror.closeNow();
  });
  return { mirror, cache };
}

/** Asserts that the mirror has these events, byte for byte, and the cache matches the first `folded` of them. */
async function assertHas(
  { mirror, cache }: Desktop,
  bodies: readonly Uint8Array[],
  folded = bodies.length,
): Promise<void> {
  const mirrored = await allBodies(mirror);
  assert.equal(mirrored.length, bodies.length);
  assert.ok(mirrored.every((body, n) => Buffer.compare(body, bodies[n] as Uint8Array) === 0));
  assert.equal(cache.checkpoint.seq, folded);
  const other = Cache.create(join(folder, `${++folders}.sqlite`));
  for (let n = 0; n < folded; n += SEGMENT) other.apply(n, bodies.slice(n, Math.min(n + SEGMENT, folded)));
  assert.deepEqual(contentsOf(cache.db), contentsOf(other.db));
  other.close();
}

test("sync() brings an empty mirror and its cache to the server's head", async (t) => {
  for (const bodies of [history, long, long.slice(0, SEGMENT), long.slice(0, SEGMENT + 1), history.slice(0, 1)]) {
    const desktop = await newDesktop(t);
    const api = new EventsApi(bodies);
    const synced = await sync(api.log, desktop.mirror, desktop.cache);
    assert.deepEqual(synced, { events: bodies.length, seq: bodies.length, stoppedBy: null });
    await assertHas(desktop, bodies);
    // One request per segment. If the last segment is full, one more shows that nothing follows.
    assert.equal(api.requests.length, Math.floor(bodies.length / SEGMENT) + 1);
  }
});

test("sync() scans and decodes each event once between server and cache", async (t) => {
  const log = LogBuilder.founded();
  for (let n = 0; n < 100; n++) log.begin({ type: "ClientRegistered", data: { ...CLIENT, name: "Müller" } });
  const desktop = await newDesktop(t);
  const api = new EventsApi(log.bodies);
  const counts = await countDecodes("ClientRegistered", () => sync(api.log, desktop.mirror, desktop.cache));
  assert.deepEqual(counts, { scans: 100, decodes: 100 });
  await assertHas(desktop, log.bodies);
});

test("sync() with nothing new is one request", async (t) => {
  const desktop = await newDesktop(t);
  const api = new EventsApi(history);
  await sync(api.log, desktop.mirror, desktop.cache);
  api.requests.length = 0;
  const { log } = api;
  for (const times of [1, 2, 3]) {
    const synced = await sync(log, desktop.mirror, desktop.cache, { onProgress: () => {} });
    assert.deepEqual(synced, { events: 0, seq: history.length, stoppedBy: null });
    assert.equal(api.requests.length, times);
  }
  await assertHas(desktop, history);
});

test("sync() with something new is one request", async (t) => {
  const desktop = await newDesktop(t);
  const api = new EventsApi(history.slice(0, -3));
  await sync(api.log, desktop.mirror, desktop.cache);
  api.requests.length = 0;
  api.bodies = history;
  assert.equal((await sync(api.log, desktop.mirror, desktop.cache)).events, 3);
  assert.deepEqual(api.requests, [`after=${history.length - 3} limit=${SEGMENT}`]);
  await assertHas(desktop, history);
});

test("sync() reports its progress and the total", async (t) => {
  const desktop = await newDesktop(t);
  const reports: unknown[] = [];
  const api = new EventsApi(long);
  await sync(api.log, desktop.mirror, desktop.cache, { onProgress: (done) => reports.push(done) });
  const head = long.length;
  assert.deepEqual(
    reports,
    [SEGMENT, 2 * SEGMENT, head].map((seq) => ({ seq, head })),
  );
  assert.equal(api.requests.length, 4, "one more for the head, which full segments do not report");
});

test("sync() that loses the network keeps the events so far, and resumes", async (t) => {
  const desktop = await newDesktop(t);
  const api = new EventsApi(long);
  api.failsAfter = { after: SEGMENT, error: new TypeError("fetch failed") };
  await assert.rejects(sync(api.log, desktop.mirror, desktop.cache), { code: "UNREACHABLE" });
  await assertHas(desktop, long.slice(0, SEGMENT));
  api.failsAfter = null;
  await sync(api.log, desktop.mirror, desktop.cache);
  await assertHas(desktop, long);
});

test("sync() that is stopped keeps the events so far, and resumes", async (t) => {
  const desktop = await newDesktop(t);
  const stop = new AbortController();
  const log = new MemoryLog(history, { batch: 20 });
  const onProgress = ({ seq }: { seq: number }) => seq === 40 && stop.abort(new Error("enough"));
  const stopped = sync(log, desktop.mirror, desktop.cache, { signal: stop.signal, onProgress });
  await assert.rejects(stopped, /enough/);
  await assertHas(desktop, history.slice(0, 40));
  await sync(log, desktop.mirror, desktop.cache);
  await assertHas(desktop, history);
});

test("sync() first folds the events that the mirror has and the cache lacks", async (t) => {
  const desktop = await newDesktop(t);
  desktop.mirror.mirror(0, history.slice(0, 30)); // as a process leaves it that is killed before the fold
  const synced = await sync(new EventsApi(history).log, desktop.mirror, desktop.cache);
  assert.equal(synced.events, history.length - 30);
  await assertHas(desktop, history);
});

test("sync() mirrors events that it cannot fold, reports each stop, and the next release resumes", async (t) => {
  const log = LogBuilder.founded();
  log.client();
  const item = anItem({ code: "M", price6: 1 });
  log.begin({ type: "ItemAdded", data: item });
  log.client();
  const desktop = await newDesktop(t);
  const api = new EventsApi(log.bodies.slice(0, 4));
  await asOldRelease("ItemAdded", 0, async () => {
    for (const [upTo, events] of [
      [4, 4],
      [4, 0],
      [5, 1],
      [5, 0],
    ] as const) {
      api.bodies = log.bodies.slice(0, upTo);
      const synced = await sync(api.log, desktop.mirror, desktop.cache);
      assert.deepEqual([synced.events, synced.seq, synced.stoppedBy?.code], [events, upTo, "UNKNOWN_EVENT"]);
      await assertHas(desktop, log.bodies.slice(0, upTo), 3);
    }
  });
  const synced = await sync(api.log, desktop.mirror, desktop.cache);
  assert.deepEqual(synced, { events: 0, seq: 5, stoppedBy: null });
  await assertHas(desktop, log.bodies);
});

/** The first `shared` events of the history, followed by different ones. */
function fork(shared: number, length: number): Uint8Array[] {
  const log = new LogBuilder();
  log.bodies.push(...history.slice(0, shared));
  while (log.head < length)
    log.begin({ type: "UserAdded", data: { email: `${log.head}@fork`, name: "F", role: "clerk" } }, { at: 2e12 });
  return log.bodies;
}

test("sync() detects every form of fork, and overwrites nothing", async (t) => {
  const local = history.slice(0, 50);
  const other = logOf(60, 8).map(({ body }) => body);
  const sameFirst = [local[0] as Uint8Array, ...other.slice(1)];
  const forms: [form: string, server: readonly Uint8Array[]][] = [
    ["a different event at the mirror's head", fork(49, 60)],
    ["a server restored from an old backup, shorter than the mirror", local.slice(0, 30)],
    ["a server without events", []],
    ["a restored server that has grown past the mirror again", fork(30, 90)],
    ["another log, shorter", other.slice(0, 20)],
    ["another log, longer", other],
    ["another log under the same id", sameFirst],
  ];
  for (const [form, server] of forms) {
    const desktop = await newDesktop(t);
    await sync(new EventsApi(local).log, desktop.mirror, desktop.cache);
    for (const source of [new EventsApi(server).log, new MemoryLog(server)])
      await assert.rejects(sync(source, desktop.mirror, desktop.cache), { code: "FORKED" }, form);
    await assertHas(desktop, local);
    await sync(new EventsApi(history).log, desktop.mirror, desktop.cache);
    await assertHas(desktop, history);
  }
});

test("sync() detects a different event that another process has mirrored meanwhile", async (t) => {
  const desktop = await newDesktop(t);
  const log = new MemoryLog(history, { batch: 20 });
  const theirs = fork(20, 60);
  let batches = 0;
  const synced = sync(log, desktop.mirror, desktop.cache, {
    onProgress: () => {
      // Another process of this desktop mirrors another server.
      if (++batches === 1) desktop.mirror.mirror(20, theirs.slice(20, 30));
    },
  });
  await assert.rejects(synced, { code: "FORKED", message: /event 21/ });
  await assertHas(desktop, theirs.slice(0, 30), 20);
});

test("sync() refuses a server that names another log than its event 1 does", async (t) => {
  const desktop = await newDesktop(t);
  const api = new EventsApi(history);
  api.servedLogId = uuidText(idOf(7, 7));
  await assert.rejects(sync(api.log, desktop.mirror, desktop.cache), { code: "NOT_A_LOG" });
  await assertHas(desktop, []);
});

test("sync() refuses a gap and a truncated event", async (t) => {
  const desktop = await newDesktop(t);
  await sync(new EventsApi(history.slice(0, 20)).log, desktop.mirror, desktop.cache);
  const gap = new MemoryLog(history.toSpliced(22, 1));
  await assert.rejects(sync(gap, desktop.mirror, desktop.cache), {
    code: "GAP",
    message: /received event 24 instead of 23/,
  });
  const cut = new EventsApi([...history.slice(0, 22), (history[22] as Uint8Array).subarray(0, -1)]);
  await assert.rejects(sync(cut.log, desktop.mirror, desktop.cache), { code: "MALFORMED_EVENT" });
  await assertHas(desktop, history.slice(0, 20));
});

test("sync() asks the caller to reopen a cache that is not the mirror's, or was deleted", async (t) => {
  const desktop = await newDesktop(t);
  await sync(new EventsApi(history.slice(0, 20)).log, desktop.mirror, desktop.cache);
  const theirs = await newDesktop(t);
  await sync(new EventsApi(long).log, theirs.mirror, theirs.cache);
  const api = new EventsApi(history);
  await assert.rejects(sync(api.log, desktop.mirror, theirs.cache), { code: "STALE_CACHE" });
  if (process.platform !== "win32") {
    rmSync(desktop.cache.path);
    await assert.rejects(sync(api.log, desktop.mirror, desktop.cache), { code: "NO_CACHE" });
  }
  assert.deepEqual(api.requests, []);
});

test("cache and mirror agree on the hash at the checkpoint", async (t) => {
  const { mirror, cache } = await newDesktop(t);
  await sync(new EventsApi(history).log, mirror, cache);
  assert.deepEqual(cache.checkpoint.hash, mirror.hashAt(history.length));
  assert.deepEqual(cache.checkpoint.hash, eventHash(history.at(-1) as Uint8Array));
});
