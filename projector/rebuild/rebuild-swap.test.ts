/** Ends a rebuild between any two of its file operations, and checks what a crash leaves and what Windows allows. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { type CacheContents, contentsOf } from "../../fixtures/data/cache-contents.ts";
import { betweenFileOperations } from "../../fixtures/data/file-operations.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import { openOrRebuild } from "./open-cache.ts";
import { rebuildCache } from "./rebuild.ts";
import { nextFile } from "./rebuild-file.ts";

const folder = temporaryFolder();
const OLD_EVENTS = 60;
let folders = 0;
let history: Uint8Array[] = [];
let old: CacheContents;
let whole: CacheContents;

before(async () => {
  history = await randomHistory(folder, { seed: 31, commands: 300 });
  const path = join(folder, "expected.sqlite");
  const cache = Cache.create(path);
  cache.apply(0, history.slice(0, OLD_EVENTS));
  old = contentsOf(cache.db);
  cache.apply(OLD_EVENTS, history.slice(OLD_EVENTS));
  whole = contentsOf(cache.db);
  cache.close();
});

function newFolder(): string {
  const path = join(folder, String(++folders));
  mkdirSync(path);
  return path;
}

/** A folder with the cache of a killed process. The last transactions are only in the write-ahead log. */
function crashedCache(): string {
  const alive = newFolder();
  const cache = Cache.create(join(alive, "cache.sqlite"));
  cache.apply(0, history.slice(0, 20));
  cache.db.pragma("wal_checkpoint(TRUNCATE)");
  cache.apply(20, history.slice(20, OLD_EVENTS));
  const left = newFolder();
  cpSync(alive, left, { recursive: true });
  cache.close();
  assert.ok(readFileSync(join(left, "cache.sqlite-wal")).length > 0);
  return left;
}

test("rebuildCache() killed between any two file operations leaves the old cache, none, or the new one", async () => {
  const work = crashedCache();
  const path = join(work, "cache.sqlite");
  const crashes: { at: string; folder: string }[] = [];
  const crash = (at: string) => {
    const folder = newFolder();
    cpSync(work, folder, { recursive: true });
    crashes.push({ at, folder });
  };
  const log = new MemoryLog(history, { batch: 50 });
  await betweenFileOperations(
    (operation, target) => crash(`before ${operation} ${String(target).replace(work, "")}`),
    () => rebuildCache(path, log, { onProgress: ({ seq }) => crash(`after event ${seq}`) }),
  );
  crash("after all");

  const counts = new Map<string, number>();
  for (const { at, folder } of crashes) {
    const left = join(folder, "cache.sqlite");
    const state = stateOf(left);
    counts.set(state, (counts.get(state) ?? 0) + 1);
    const { cache, stoppedBy } = await openOrRebuild(left, log);
    assert.equal(stoppedBy, null);
    assert.deepEqual(contentsOf(cache.db), whole, at);
    cache.close();
  }
  assert.deepEqual([...counts.keys()], ["old", "none", "new"], "in this order");
  // Windows flushes no folders: there only the last operation leaves the new cache in place.
  const least = process.platform === "win32" ? 1 : 2;
  for (const [state, count] of counts) assert.ok(count >= least, `${count} crashes left: ${state}`);
});

/** What a reader sees. A cache must match the old one or the new one exactly. */
function stateOf(path: string): "old" | "none" | "new" {
  if (!existsSync(path)) return "none";
  const cache = Cache.open(path);
  const contents = contentsOf(cache.db);
  const state = cache.checkpoint.seq === OLD_EVENTS ? "old" : "new";
  cache.close();
  assert.deepEqual(contents, state === "old" ? old : whole);
  return state;
}

test("openOrRebuild() removes the files of a killed rebuild beside a good cache", async () => {
  const work = newFolder();
  const path = join(work, "cache.sqlite");
  const log = new MemoryLog(history);
  await rebuildCache(path, log);
  writeFileSync(nextFile(path), "half of a cache");
  const { cache } = await openOrRebuild(path, log);
  cache.close();
  assert.deepEqual(readdirSync(work), ["cache.sqlite"]);
});

test("rebuildCache() replaces the files of a killed rebuild", async () => {
  const work = newFolder();
  const path = join(work, "cache.sqlite");
  await rebuildCache(nextFile(path), new MemoryLog(history.slice(0, 30)));
  for (const beside of ["-wal", "-shm", "-journal"]) writeFileSync(nextFile(path) + beside, "left behind");
  await rebuildCache(path, new MemoryLog(history));
  assert.deepEqual(contentsOf(path), whole);
  assert.deepEqual(readdirSync(work), ["cache.sqlite"]);
});

test("Cache.open() refuses a half-built file under any name", async () => {
  const work = newFolder();
  const path = join(work, "cache.sqlite");
  let looks = 0;
  await rebuildCache(path, new MemoryLog(history, { batch: 50 }), {
    maxBufferedRows: 0,
    onProgress: () => {
      const half = join(newFolder(), "cache.sqlite");
      cpSync(nextFile(path), half);
      assert.throws(() => Cache.open(half), { code: "NOT_A_CACHE" });
      looks++;
    },
  });
  assert.ok(looks > 2);
});

test("openOrRebuild() rebuilds a new cache beside the old one's write-ahead log, whose removal was lost", async () => {
  const left = crashedCache();
  const path = join(left, "cache.sqlite");
  const elsewhere = join(newFolder(), "new.sqlite");
  const log = new MemoryLog(history);
  await rebuildCache(elsewhere, log);
  cpSync(elsewhere, path);
  assert.throws(() => Cache.open(path), { code: "DAMAGED_CACHE" });
  assert.throws(() => Cache.open(path), { code: "DAMAGED_CACHE" }, "opening has not changed the file");
  const { cache } = await openOrRebuild(path, log);
  assert.deepEqual(contentsOf(cache.db), whole);
  cache.close();
});

/** Files that this process has open. */
const openFiles = () => readdirSync("/proc/self/fd").map((fd) => linkOf(`/proc/self/fd/${fd}`));
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ""; // the descriptor that the listing itself used
  }
}

test("neither file is open while files are removed and renamed, as Windows requires", async (t) => {
  if (!existsSync("/proc/self/fd")) return t.skip("this system does not list open files");
  const path = join(newFolder(), "cache.sqlite");
  await rebuildCache(path, new MemoryLog(history.slice(0, OLD_EVENTS)));
  const stale = Cache.open(path);
  stale.db.exec("UPDATE meta SET checkpoint_hash = x'00'"); // as of another history: it is opened, then replaced
  stale.close();
  const operations: string[] = [];
  const look = (operation: string, target: string | number) => {
    if (operation === "fsyncSync") return;
    operations.push(operation);
    const open = openFiles().filter((file) => file.startsWith(path));
    assert.deepEqual(open, [], `${operation} ${target}`);
  };
  const { cache } = await betweenFileOperations(look, () => openOrRebuild(path, new MemoryLog(history)));
  assert.ok(operations.includes("renameSync"));
  assert.deepEqual(contentsOf(cache.db), whole);
  cache.close();
});

const busy = () => Object.assign(new Error("EBUSY: resource busy or locked"), { code: "EBUSY" });

test("rebuildCache() waits while a virus scanner holds the file", async () => {
  const path = join(newFolder(), "cache.sqlite");
  await rebuildCache(path, new MemoryLog(history.slice(0, OLD_EVENTS)));
  let failures = 0;
  await betweenFileOperations(
    (operation, target) => {
      if ((operation === "renameSync" || target === path) && ++failures % 3 !== 0) throw busy();
    },
    () => rebuildCache(path, new MemoryLog(history)),
  );
  assert.equal(failures, 6);
  assert.deepEqual(contentsOf(path), whole);
});

test("rebuildCache() reports a file that another process keeps open, and leaves it unchanged", async () => {
  const work = newFolder();
  const path = join(work, "cache.sqlite");
  await rebuildCache(path, new MemoryLog(history.slice(0, OLD_EVENTS)));
  await betweenFileOperations(
    (_, target) => {
      if (target === path) throw busy();
    },
    () => assert.rejects(rebuildCache(path, new MemoryLog(history)), { code: "UNAVAILABLE", message: /EBUSY/ }),
  );
  assert.deepEqual(contentsOf(path), old);
  assert.deepEqual(readdirSync(work), ["cache.sqlite"]);
});
