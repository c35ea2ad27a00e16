/** Caches keep the versions of every row, whatever the way in which the events came. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type Database from "better-sqlite3";
import fc from "fast-check";
import { openMemoryOffice } from "../../events/business/memory-office.suite.ts";
import { encodeEvent } from "../../events/encoding/event.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Cache } from "../cache/cache.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { forEachBusiness, newCachePath } from "./cached-business.suite.ts";
import { lineOf, storedVersions, TABLES_IN_TIME, type Version, versionsOf } from "./past-model.suite.ts";
import { business, playBusiness } from "./random-business.suite.ts";
import { RANDOM_PROFILE } from "./random-inputs.suite.ts";

const RUNS = pickCount({ usual: 8, long: 300 });
const folder = temporaryFolder();

/** Compares as lines, so that a message shows the versions that differ and no others. */
function assertVersions(db: Database.Database, expected: readonly Version[], how: string): void {
  const lines = new Set(expected.map(lineOf));
  const stored = storedVersions(db).map(lineOf);
  const found = new Set(stored);
  assert.equal(found.size, stored.length, `${how}: a version is there twice`);
  assert.deepEqual(
    {
      missing: [...lines].filter((line) => !found.has(line)).slice(0, 5),
      tooMuch: stored.filter((line) => !lines.has(line)).slice(0, 5),
    },
    { missing: [], tooMuch: [] },
    how,
  );
}

/** Each event of a span has one version, and consecutive versions differ. */
function assertSpans(db: Database.Database): void {
  const groups = Map.groupBy(storedVersions(db), ({ table, key }) => `${table} ${key}`);
  for (const [key, versions] of groups)
    for (const [n, { since, until, row }] of versions.entries()) {
      const before = versions[n - 1];
      assert.ok(until === null || since < until, `${key}: from ${since} to ${until}`);
      if (!before) continue;
      assert.ok(before.until !== null && before.until <= since, `${key}: ${lineOf(before)} overlaps with ${since}`);
      if (before.until === since) assert.notEqual(row, before.row, `${key}: nothing changed at ${since}`);
    }
}

async function rebuilt(bodies: Uint8Array[], threshold: number, check: (db: Database.Database) => void): Promise<void> {
  const path = newCachePath();
  await rebuildCache(path, new MemoryLog(bodies, { batch: 7 }), { secondThreadThreshold: threshold });
  const cache = Cache.open(path);
  try {
    check(cache.db);
  } finally {
    cache.close();
  }
}

test("batches of any size, repeated events and rebuilds keep every version of every row, and no other", async () => {
  let runs = 0;
  await forEachBusiness(RUNS, async ({ cache, bodies }, moments) => {
    const expected = versionsOf(bodies);
    assertVersions(cache.db, expected, "all at once");
    assertSpans(cache.db);
    const split = Cache.create(newCachePath());
    try {
      for (const end of [...moments.map(({ known }) => known), bodies.length].sort((a, b) => a - b)) {
        const after = Math.max(0, split.checkpoint.seq - (end % 4)); // some events again
        split.apply(after, bodies.slice(after, end));
      }
      assertVersions(split.db, expected, "in parts");
    } finally {
      split.close();
    }
    await rebuilt(bodies, Number.POSITIVE_INFINITY, (db) => assertVersions(db, expected, "rebuilt"));
    if (++runs % 4 === 1) await rebuilt(bodies, 1, (db) => assertVersions(db, expected, "rebuilt by two threads"));
  });
});

test("a cache that is rebuilt up to an event and followed from there keeps every version", async () => {
  await forEachBusiness(RUNS, async ({ bodies }, [moment]) => {
    const path = newCachePath();
    await rebuildCache(path, new MemoryLog(bodies), { upTo: moment?.known ?? 1 });
    const cache = Cache.open(path);
    try {
      cache.apply(cache.checkpoint.seq, bodies.slice(cache.checkpoint.seq));
      assertVersions(cache.db, versionsOf(bodies), `rebuilt to ${moment?.known}, then followed`);
    } finally {
      cache.close();
    }
  });
});

/** Tables whose rows are never replaced: each belongs to the event that wrote it. */
const STAY = [
  ...["activity", "allocation_change", "document_delivery", "number_passed_over", "party", "party_account"],
  ...["party_identifier", "posting", "refund_source"],
];

test("every kind of log reaches the past of every table that has former rows", async () => {
  const histories = [await randomHistory(folder, { seed: 19, commands: pickCount({ usual: 250, long: 3000 }) })];
  for (const wishes of fc.sample(business, { seed: 2, numRuns: 24 })) {
    const office = await openMemoryOffice(null, { profile: RANDOM_PROFILE });
    await playBusiness(office, wishes);
    histories.push((await office.events()).map((event) => encodeEvent(event, null).body));
  }
  const replaced = new Set<string>();
  for (const bodies of histories) {
    const cache = Cache.create(newCachePath());
    try {
      cache.apply(0, bodies);
      const expected = versionsOf(bodies);
      assertVersions(cache.db, expected, "at once");
      assertSpans(cache.db);
      for (const { table, until } of expected) if (until !== null) replaced.add(table);
    } finally {
      cache.close();
    }
  }
  const all = TABLES_IN_TIME.map(({ name }) => name);
  assert.deepEqual(all.filter((name) => !replaced.has(name)).sort(), STAY);
});
