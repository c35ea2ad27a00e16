/** Random businesses in any split of batches give the same cache as a rebuild, and nothing that `verify` objects to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openMemoryOffice } from "../../events/business/memory-office.suite.ts";
import { COMMANDS, type CommandName } from "../../events/commands/commands.ts";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Cache } from "../cache/cache.ts";
import { digestOf } from "../cache/digest.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { checkInvariants } from "../verify/check-invariants.ts";
import { forEachBusiness, newCachePath } from "./cached-business.suite.ts";
import { business, playBusiness, said, type Wish } from "./random-business.suite.ts";
import { RANDOM_PROFILE } from "./random-inputs.suite.ts";

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
    assert.deepEqual(contentsOf(rebuilt.db), contentsOf(cache.db));
    rebuilt.close();
  });
});

test("random business reaches every command", async () => {
  const run = async (wishes: readonly Wish[]) =>
    playBusiness(await openMemoryOffice(null, { profile: RANDOM_PROFILE }), wishes);
  await fc.assert(fc.asyncProperty(business, run), { seed: 1, numRuns: 120, unbiased: true });
  assert.deepEqual(
    (Object.keys(COMMANDS) as CommandName[]).filter((name) => !said.accepted.has(name)),
    [],
  );
  assert.ok(said.refused.size > 8, [...said.refused.keys()].join());
});

test("verify finds nothing to object to", async () => {
  await forEachBusiness(RUNS, async ({ bodies }) => {
    assert.deepEqual(await Array.fromAsync(checkInvariants(new MemoryLog(bodies))), []);
  });
});
