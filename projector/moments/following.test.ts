/** Reads at a moment while another connection goes on following the log, and across a rebuild. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { writeRandomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Cache } from "../cache/cache.ts";
import { removeCacheFile } from "../cache/durable-files.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { quote } from "../tables/table.ts";
import { Moments } from "./moments.ts";
import { KEPT, thenOf } from "./tables-then.ts";

const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "writer.sqlite"), { commands: 300, seed: 5 });
const head = log.headNow();
const bodies = log.readNow(0, head);
let files = 0;

/** A cache that holds the events up to `seq`. */
function cacheUpTo(seq: number): Cache {
  const cache = Cache.create(join(folder, `${++files}.sqlite`));
  cache.apply(0, bodies.slice(0, seq));
  return cache;
}

/** The rows of each table: from its view, and from the table itself with the copy, as lists walk them. */
function rowsAt(moments: Moments, seq: number, { walked = true } = {}): unknown {
  const { db } = moments.sourceAt({ seq, atMs: 0 });
  return db.transaction(() =>
    KEPT.map(({ name, key, storedNames }) => {
      const [columns, order] = [storedNames.map(quote).join(", "), key.join(", ")];
      const view = db.prepare(`SELECT ${columns} FROM ${quote(name)} ORDER BY ${order}`).all();
      if (walked) {
        const arms = `SELECT ${columns} FROM main.${quote(name)} WHERE since <= ${seq}
          UNION ALL SELECT ${columns} FROM temp.${quote(thenOf(name))}`;
        assert.deepEqual(db.prepare(`${arms} ORDER BY ${order}`).all(), view, `${name} at ${seq}`);
      }
      return [name, view];
    }),
  )();
}

const expected = new Map<number, unknown>();
function expectedAt(seq: number): unknown {
  if (!expected.has(seq)) {
    const cache = cacheUpTo(seq);
    const rows = KEPT.map(({ name, key, storedNames }) => [
      name,
      cache.db
        .prepare(`SELECT ${storedNames.map(quote).join(", ")} FROM ${quote(name)} ORDER BY ${key.join(", ")}`)
        .all(),
    ]);
    cache.close();
    expected.set(seq, rows);
  }
  return expected.get(seq);
}

test("moments show the rows of then, whatever is followed meanwhile, and in whatever order they are visited", async () => {
  const step = fc.record({
    follow: fc.nat({ max: 40 }),
    back: fc.double({ min: 0, max: 1, noNaN: true }),
    walked: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 2 }),
      async (steps, max) => {
        const cache = cacheUpTo(20);
        const moments = new Moments(cache.path, { max });
        try {
          for (const { follow, back, walked } of steps) {
            const { seq: before } = cache.checkpoint;
            const upTo = Math.min(head, before + follow);
            // Half of the moments are the one before: so its copies are topped up.
            const seq = Math.round(back < 0.5 ? before / 2 : before * back);
            assert.deepEqual(rowsAt(moments, seq, { walked }), expectedAt(seq), `${seq} of ${before}`);
            cache.apply(before, bodies.slice(before, upTo));
            assert.deepEqual(rowsAt(moments, seq), expectedAt(seq), `${seq} after ${upTo} was followed`);
          }
        } finally {
          moments.close();
          cache.close();
          removeCacheFile(cache.path);
        }
      },
    ),
    { numRuns: pickCount({ usual: 12, long: 300 }) },
  );
});

test("a transaction at a moment sees one state, also of what is replaced while it runs", () => {
  const cache = cacheUpTo(100);
  const moments = new Moments(cache.path);
  const { db } = moments.sourceAt({ seq: 90, atMs: 0 });
  db.transaction(() => {
    // The snapshot begins with a table that has no copy.
    db.prepare("SELECT count(*) FROM activity").get();
    cache.apply(100, bodies.slice(100, head));
    assert.deepEqual(rowsAt(moments, 90), expectedAt(90));
  })();
  assert.deepEqual(rowsAt(moments, 90), expectedAt(90));
  moments.close();
  cache.close();
});

test("a read that fails leaves the copies right", () => {
  const cache = cacheUpTo(head);
  const moments = new Moments(cache.path, { max: 1 });
  for (const seq of [50, 30, 50]) {
    const { db } = moments.sourceAt({ seq, atMs: 0 });
    const failing = db.transaction(() => {
      rowsAt(moments, seq);
      throw new Error("a wrong cursor");
    });
    assert.throws(failing, /a wrong cursor/);
    assert.deepEqual(rowsAt(moments, seq), expectedAt(seq));
  }
  moments.close();
  cache.close();
});

test("after a rebuild has replaced the file, moments that are made anew read the new one", async () => {
  const cache = cacheUpTo(head - 20);
  const { path } = cache;
  cache.close();
  const before = new Moments(path);
  assert.deepEqual(rowsAt(before, 40), expectedAt(40));
  before.close();
  assert.throws(() => before.sourceAt({ seq: 40, atMs: 0 }).db, /are closed/);
  await rebuildCache(path, log);
  const after = new Moments(path);
  for (const seq of [40, head - 10, head]) assert.deepEqual(rowsAt(after, seq), expectedAt(seq));
  after.close();
});

test("while a read is under way, another moment has a connection of its own", () => {
  const cache = cacheUpTo(head);
  const moments = new Moments(cache.path, { max: 1 });
  const { db } = moments.sourceAt({ seq: 50, atMs: 0 });
  db.transaction(() => {
    assert.deepEqual(rowsAt(moments, 30), expectedAt(30));
    assert.deepEqual(rowsAt(moments, 50), expectedAt(50));
  })();
  moments.close();
  cache.close();
});
