/** Random businesses in any split of batches give the same cache as a rebuild, and nothing that `verify` objects to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Cache } from "../cache/cache.ts";
import { digestOf } from "../cache/digest.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { checkInvariants } from "../verify/check-invariants.ts";
import { forEachBusiness, newCachePath } from "./cached-business.suite.ts";

const RUNS = pickCount({ usual: 20, long: 500 });

test("batches of any size give the same digest as all events at once, and as a rebuild", async () => {
  await forEachBusiness(RUNS, async ({ cache, bodies }, moments) => {
    const split = Cache.create(newCachePath());
    for (const end of [...moments.map(({ known }) => known), bodies.length].sort((a, b) => a - b)) {
      const after = Math.max(0, split.checkpoint.seq - (end % 4)); // some events again
      split.apply(after, bodies.slice(after, end));
    }
    assert.equal(digestOf(split.db).digest, digestOf(cache.db).digest, "in parts");
    assert.deepEqual(contentsOf(split.db), contentsOf(cache.db));
    split.close();
    const path = newCachePath();
    await rebuildCache(path, new MemoryLog(bodies, { batch: 5 }));
    const rebuilt = Cache.open(path);
    assert.equal(digestOf(rebuilt.db).digest, digestOf(cache.db).digest, "rebuilt");
    rebuilt.close();
  });
});

test("verify finds nothing to object to", async () => {
  await forEachBusiness(RUNS, async ({ bodies }) => {
    assert.deepEqual(await Array.fromAsync(checkInvariants(new MemoryLog(bodies))), []);
  });
});
