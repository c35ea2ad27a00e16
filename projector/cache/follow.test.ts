import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { anItem } from "../../fixtures/data/builders.ts";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { LogBuilder } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { asOldRelease } from "../../fixtures/data/old-release.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "./cache.ts";
import { applyBatch, catchUp } from "./follow.ts";

const folder = temporaryFolder();
let files = 0;
const newCache = () => Cache.create(join(folder, `${++files}.sqlite`));
const events = logOf(30).map(({ body }) => body);

/** Asserts that the cache equals one made from exactly these events, one by one. */
function assertContains(cache: Cache, bodies: readonly Uint8Array[]): void {
  const other = newCache();
  for (const [n, body] of bodies.entries()) other.apply(n, [body]);
  assert.deepEqual(contentsOf(cache.db), contentsOf(other.db));
  assert.deepEqual(cache.checkpoint, other.checkpoint);
  other.close();
}

test("applyBatch() keeps the events before one that cannot be folded", () => {
  const unknown = LogBuilder.founded();
  for (let n = 0; n < 5; n++) unknown.client();
  unknown.addUnknown();
  unknown.client();
  const inconsistent = LogBuilder.founded();
  for (let n = 0; n < 5; n++) inconsistent.client();
  inconsistent.add(3, { type: "ClientArchived", data: {} }, { version: 7 });
  inconsistent.client();
  const constraint = LogBuilder.founded();
  for (let n = 0; n < 5; n++) constraint.client();
  constraint.begin({ type: "UserAdded", data: { email: "owner@example.com", name: "Twin", role: "clerk" } });
  constraint.client();
  const malformed = logOf(9).map(({ body }) => body);
  malformed[7] = Buffer.from([0x91, 0xc0]);
  for (const [code, bodies] of [
    ["UNKNOWN_EVENT", unknown.bodies],
    ["INCONSISTENT_LOG", inconsistent.bodies],
    ["INCONSISTENT_LOG", constraint.bodies],
    ["MALFORMED_EVENT", malformed],
  ] as const) {
    const cache = newCache();
    assert.throws(() => applyBatch(cache, { after: 0, bodies }), { code, message: /event 8/ });
    assertContains(cache, bodies.slice(0, 7));
    assert.throws(
      () => applyBatch(cache, { after: 7, bodies: bodies.slice(7) }),
      { code, message: /event 8/ },
      "second attempt",
    );
    assertContains(cache, bodies.slice(0, 7));
    cache.close();
  }
});

test("applyBatch() of a gap or a fork changes nothing", () => {
  const cache = newCache();
  cache.apply(0, events.slice(0, 10));
  const other = logOf(30, 1).map(({ body }) => body);
  assert.throws(() => applyBatch(cache, { after: 11, bodies: events.slice(11, 20) }), { code: "GAP" });
  assert.throws(() => applyBatch(cache, { after: 0, bodies: other.slice(0, 20) }), { code: "FORKED" });
  assertContains(cache, events.slice(0, 10));
  cache.close();
});

test("catchUp() reads from the checkpoint, and nothing if it has reached `upTo`", async () => {
  const cache = newCache();
  const log = new MemoryLog(events, { batch: 7 });
  await catchUp(cache, log, { upTo: 12 });
  assertContains(cache, events.slice(0, 12));
  await catchUp(cache, log, { upTo: 12 });
  await catchUp(cache, log);
  assertContains(cache, events);
  await catchUp(cache, log);
  assert.deepEqual(log.requests, ["read 0", "read 12", "read 30"]);
  cache.close();
});

test("catchUp() reports progress after each committed batch", async () => {
  for (const reportsHead of [true, false]) {
    const cache = newCache();
    const reports: unknown[] = [];
    await catchUp(cache, new MemoryLog(events, { batch: 12, reportsHead }), {
      onProgress: (done) => reports.push({ ...done, committed: cache.db.inTransaction === false }),
    });
    const head = reportsHead ? 30 : null;
    assert.deepEqual(
      reports,
      [12, 24, 30].map((seq) => ({ seq, head, committed: true })),
    );
    cache.close();
  }
});

test("catchUp() detects a log other than the cache's", async () => {
  const cache = newCache();
  await catchUp(cache, new MemoryLog(events.slice(0, 20)));
  const other = logOf(30, 1).map(({ body }) => body);
  await assert.rejects(catchUp(cache, new MemoryLog(other)), { code: "FORKED" });
  await assert.rejects(catchUp(cache, new MemoryLog(events.slice(0, 19))), { code: "FORKED" }, "ends before");
  await assert.rejects(catchUp(cache, new MemoryLog([])), { code: "FORKED" });
  assertContains(cache, events.slice(0, 20));
  cache.close();
});

test("catchUp() that is stopped keeps the batches so far, and resumes", async () => {
  const cache = newCache();
  const stop = new AbortController();
  const log = new MemoryLog(events, { batch: 8 });
  const stopped = catchUp(cache, log, {
    signal: stop.signal,
    onProgress: ({ seq }) => seq === 16 && stop.abort(new Error("enough")),
  });
  await assert.rejects(stopped, /enough/);
  assertContains(cache, events.slice(0, 16));
  await catchUp(cache, log);
  assertContains(cache, events);
  cache.close();
});

test("catchUp() stops at a type that this release does not know, and the next release resumes", async () => {
  const log = LogBuilder.founded();
  log.client();
  const item = anItem({ code: "M", price6: 1 });
  const id = log.begin({ type: "ItemAdded", data: item });
  log.client();
  log.add(id, { type: "ItemArchived", data: {} });
  for (const schemas of [0, 1, 2]) {
    const cache = newCache();
    await asOldRelease("ItemAdded", schemas, async () => {
      const problem = { code: "UNKNOWN_EVENT", message: /event 4.*update needed/ };
      await assert.rejects(catchUp(cache, new MemoryLog(log.bodies)), problem);
      await assert.rejects(catchUp(cache, new MemoryLog(log.bodies, { batch: 1 })), problem, "second attempt");
      assertContains(cache, log.bodies.slice(0, 3));
    });
    await catchUp(cache, new MemoryLog(log.bodies));
    assertContains(cache, log.bodies);
    cache.close();
  }
});

test("catchUp() gives other work of the thread a turn between batches", async () => {
  const cache = newCache();
  const log = new MemoryLog(events, { batch: 1 });
  let turns = 0;
  const turn = () => {
    turns++;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  await catchUp(cache, log);
  clearImmediate(next);
  assert.equal(cache.checkpoint.seq, events.length);
  assert.ok(turns >= events.length - 1, `${turns} turns in ${events.length} batches`);
  cache.close();
});
