/** The first promise of the engine: however a log is split, repeated, followed or rebuilt, the cache is the same. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import fc from "fast-check";
import { CATALOGUE } from "../../events/encoding/catalogue.ts";
import { decodeHeader } from "../../events/encoding/event.ts";
import { type CacheContents, contentsOf } from "../../fixtures/data/cache-contents.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { removeCacheFile } from "../cache/durable-files.ts";
import { catchUp } from "../cache/follow.ts";
import { openOrRebuild } from "../rebuild/open-cache.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";

const folder = temporaryFolder();
const path = join(folder, "cache.sqlite");
let bodies: Uint8Array[] = [];
let expected: CacheContents;

before(async () => {
  bodies = await randomHistory(folder, { seed: 11, commands: 900 });
  const cache = Cache.create(path);
  for (const [n, body] of bodies.entries()) cache.apply(n, [body]);
  expected = contentsOf(cache.db);
  cache.close();
});

function assertSame(cache: Cache): void {
  assert.equal(cache.checkpoint.seq, bodies.length);
  assert.deepEqual(contentsOf(cache.db), expected);
}

test("the history has most event types, and many words to search", () => {
  const types = new Set(bodies.map((body) => decodeHeader(body).type));
  assert.ok(types.size >= Object.keys(CATALOGUE).length - 4, [...types].join());
  assert.ok(expected.words.length > 300, `${expected.words.length} words`);
  assert.ok(expected.past.length > 500, `${expected.past.length} former rows`);
});

test("a rebuild gives the same cache as following event by event, on one thread or two, in any batches", async () => {
  for (const [batch, maxBufferedRows] of [
    [1, 0],
    [7, 40],
    [1024, 300],
    [1024, 1_000_000],
  ] as const)
    for (const secondThreadThreshold of [0, Number.POSITIVE_INFINITY]) {
      await rebuildCache(path, new MemoryLog(bodies, { batch }), { maxBufferedRows, secondThreadThreshold });
      const cache = Cache.open(path);
      assertSame(cache);
      cache.close();
    }
});

test("a writer's cache is the same, although commands were refused on the way", () => {
  const cache = Cache.open(join(folder, "history-11-900.sqlite"));
  assertSame(cache);
  cache.close();
});

/** A batch that begins some events before the checkpoint and ends some after it. */
const step = fc.record({
  back: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 400 })),
  forward: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 200 })),
});

/** The start: an empty cache, or a rebuild up to some event. `reopen`: open the file again after each step. */
const beginning = fc.record({ rebuiltUpTo: fc.option(fc.integer({ min: 0, max: 400 })), reopen: fc.boolean() });

test("any split into batches, with any repetition, after a rebuild up to any event, gives the same cache", async () => {
  await fc.assert(
    fc.asyncProperty(beginning, fc.array(step, { maxLength: 30 }), async ({ rebuiltUpTo, reopen }, steps) => {
      removeCacheFile(path);
      if (rebuiltUpTo === null) Cache.create(path).close();
      else await rebuildCache(path, new MemoryLog(bodies), { upTo: rebuiltUpTo });
      let cache = Cache.open(path);
      assert.equal(cache.checkpoint.seq, Math.min(rebuiltUpTo ?? 0, bodies.length));
      try {
        for (const { back, forward } of [...steps, { back: 3, forward: bodies.length }]) {
          const { seq } = cache.checkpoint;
          const after = Math.max(0, seq - back);
          cache.apply(after, bodies.slice(after, seq + forward));
          assert.equal(cache.checkpoint.seq, Math.min(seq + forward, bodies.length));
          if (!reopen) continue;
          cache.close();
          cache = Cache.open(path);
        }
        assertSame(cache);
      } finally {
        cache.close();
      }
    }),
    { numRuns: 40 },
  );
});

test("catchUp() and openOrRebuild() give the same cache for batches of any size", async () => {
  const size = fc.integer({ min: 1, max: 120 });
  await fc.assert(
    fc.asyncProperty(size, size, async (first, second) => {
      rmSync(path);
      const { cache } = await openOrRebuild(path, new MemoryLog(bodies.slice(0, first * 3), { batch: first }));
      try {
        await catchUp(cache, new MemoryLog(bodies, { batch: second }));
        assertSame(cache);
      } finally {
        cache.close();
      }
    }),
    { numRuns: 8 },
  );
});
