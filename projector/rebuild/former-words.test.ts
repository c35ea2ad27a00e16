/** The words that clients and items once had: the same however a cache was made, and each once. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type Database from "better-sqlite3";
import fc from "fast-check";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { CLIENT } from "../../fixtures/data/events.ts";
import { LogBuilder } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache, openCacheForReading } from "../cache/cache.ts";
import { catchUp } from "../cache/follow.ts";
import type { FormerName } from "../cache/former-words.ts";
import { type RebuildOptions, rebuildCache } from "./rebuild.ts";

const folder = temporaryFolder();
let files = 0;
const newPath = () => join(folder, `${++files}.sqlite`);

const named = (name: string) => ({ type: "ClientDetailsChanged", data: { ...CLIENT, name } }) as const;
const item = (code: string) =>
  ({ code, description: "A thing", unit: "C62", price6: 1, vatCategory: "S", vatRate3: 20_000, more: null }) as const;

/** The rows with a former word. */
function rowsWith(db: Database.Database, index: FormerName, word: string): number[] {
  const sql = `SELECT rowid FROM ${index}_former_search WHERE ${index}_former_search MATCH ? ORDER BY rowid`;
  return db.prepare<[string], number>(sql).pluck().all(`"${word}"`);
}

/** The contents of caches that were made in each way: by batches of 1 and of many events, and by rebuilds. */
async function contentsInEach(log: LogBuilder) {
  const followed = async (batch: number) => {
    const cache = Cache.create(newPath());
    await catchUp(cache, new MemoryLog(log.bodies, { batch }));
    cache.close();
    return cache.path;
  };
  const rebuilt = async (options: RebuildOptions) => {
    const path = newPath();
    await rebuildCache(path, new MemoryLog(log.bodies), options);
    return path;
  };
  return [
    await followed(1),
    await followed(3),
    await followed(1_000),
    await rebuilt({}),
    await rebuilt({ secondThreadThreshold: 0, maxBufferedRows: 0 }),
  ];
}

test("a client and an item have the words of every version that a change ended, and no others", async () => {
  const log = LogBuilder.founded();
  const renamed = log.client("Harbour Café");
  const same = log.client("Orchard");
  log.add(same, { type: "ClientArchived", data: {} });
  log.add(renamed, named("Quayside"));
  log.add(renamed, { type: "ClientArchived", data: {} });
  log.add(renamed, { type: "ClientRestored", data: {} });
  log.add(renamed, named("Harbour Bar"));
  const mug = log.begin({ type: "ItemAdded", data: item("MUG-1") });
  log.add(mug, { type: "ItemChanged", data: item("CUP-1") });
  for (const path of await contentsInEach(log)) {
    const db = openCacheForReading(path);
    for (const word of ["harbour", "cafe", "quayside"]) assert.deepEqual(rowsWith(db, "client", word), [renamed], word);
    for (const word of ["bar", "orchard"]) assert.deepEqual(rowsWith(db, "client", word), [], word);
    assert.deepEqual(rowsWith(db, "item", "mug"), [mug]);
    assert.deepEqual(rowsWith(db, "item", "cup"), []);
    const text = db.prepare("SELECT text FROM client_former_search WHERE rowid = ?").pluck().get(renamed) as string;
    assert.equal(new Set(text.split(" ")).size, text.split(" ").length, text);
    db.close();
  }
});

test("a row that changes more often than its versions are read at once has the words of all", async () => {
  const log = LogBuilder.founded();
  const id = log.client("name0");
  for (let n = 1; n <= 300; n++) log.add(id, named(`name${n}`));
  for (const path of await contentsInEach(log)) {
    const db = openCacheForReading(path);
    for (const n of [0, 254, 255, 256, 257, 299]) assert.deepEqual(rowsWith(db, "client", `name${n}`), [id], `${n}`);
    assert.deepEqual(rowsWith(db, "client", "name300"), []);
    db.close();
  }
});

test("an event that is rolled back leaves no former word", () => {
  const log = LogBuilder.founded();
  const id = log.client("Harbour");
  const cache = Cache.create(newPath());
  cache.apply(0, log.bodies);
  const before = cache.checkpoint;
  log.add(id, named("Quayside"));
  cache.db.exec("BEGIN IMMEDIATE");
  cache.fold(3, log.bodies.slice(3));
  cache.rollback(before);
  cache.apply(3, log.bodies.slice(3));
  log.add(id, named("Wharf"));
  cache.apply(4, log.bodies.slice(4));
  assert.deepEqual(rowsWith(cache.db, "client", "harbour"), [id]);
  assert.deepEqual(rowsWith(cache.db, "client", "quayside"), [id]);
  assert.deepEqual(rowsWith(cache.db, "client", "wharf"), []);
  cache.close();
});

test("a cache has the same former words in whatever way it was made", async () => {
  const names = ["Harbour Café", "Harbour", "Quayside", "Éclair & Söhne", "H&M"];
  const step = fc.record({
    client: fc.nat(3),
    what: fc.constantFrom("name", "name", "archive", "draft"),
    name: fc.constantFrom(...names),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const log = LogBuilder.founded();
      const ids = [0, 1, 2, 3].map((n) => log.client(names[n]));
      const archived = new Set<number>();
      for (const { client, what, name } of steps) {
        const id = ids[client] ?? assert.fail();
        if (what === "draft") log.draft({ clientId: id, lines: [] });
        else if (what === "name" && !archived.has(id)) log.add(id, named(name));
        else {
          const isArchived = archived.has(id);
          log.add(id, { type: isArchived ? "ClientRestored" : "ClientArchived", data: {} });
          if (isArchived) archived.delete(id);
          else archived.add(id);
        }
      }
      const [first, ...others] = (await contentsInEach(log)).map((path) => contentsOf(path));
      for (const other of others) assert.deepEqual(other, first);
    }),
    { numRuns: 8 },
  );
});
