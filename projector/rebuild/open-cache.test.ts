import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { LogError } from "../../events/errors.ts";
import { type CacheContents, contentsOf } from "../../fixtures/data/cache-contents.ts";
import { logOf, smallEvent } from "../../fixtures/data/events.ts";
import { LogBuilder } from "../../fixtures/data/log-builder.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { asOldRelease } from "../../fixtures/data/old-release.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache, openCacheForReading } from "../cache/cache.ts";
import { openOrRebuild } from "./open-cache.ts";

const folder = temporaryFolder();
let folders = 0;
let bodies: Uint8Array[] = [];
let whole: CacheContents;

before(async () => {
  bodies = await randomHistory(folder, { seed: 51, commands: 300 });
  whole = contentsOf(cacheOf(bodies));
});

function newPath(): string {
  const own = join(folder, String(++folders));
  mkdirSync(own);
  return join(own, "cache.sqlite");
}

/** A cache of these events, closed. */
function cacheOf(bodies: readonly Uint8Array[]): string {
  const path = newPath();
  const cache = Cache.create(path);
  cache.apply(0, bodies);
  cache.close();
  return path;
}

/** Identifies the file: a rebuild changes the id. */
function fileIdOf(path: string): unknown {
  const db = openCacheForReading(path);
  const id = db.pragma("user_version", { simple: true });
  db.close();
  return id;
}

async function openWith(path: string, log: MemoryLog): Promise<"followed" | "rebuilt"> {
  const before = fileIdOf(path);
  const { cache, stoppedBy } = await openOrRebuild(path, log);
  assert.equal(stoppedBy, null);
  assert.equal(cache.checkpoint.seq, log.bodies.length);
  cache.close();
  return fileIdOf(path) === before ? "followed" : "rebuilt";
}

test("openOrRebuild() follows from any checkpoint: at the head, behind it, at 0", async () => {
  for (const upTo of [bodies.length, bodies.length - 1, 10, 0]) {
    const path = cacheOf(bodies.slice(0, upTo));
    const log = new MemoryLog(bodies);
    assert.equal(await openWith(path, log), "followed");
    assert.deepEqual(log.requests, ["head", `read ${upTo}`]);
    assert.deepEqual(contentsOf(path), whole);
  }
});

test("openOrRebuild() rebuilds a cache that is far behind and contains little", async () => {
  const small = (count: number) => Array.from({ length: count }, (_, n) => smallEvent(n + 1).body);
  const behind = 20_000;
  const [short, long] = [small(3 + behind), small(4 + behind)];
  const path = cacheOf(small(3));
  const copy = newPath();
  cpSync(path, copy);
  assert.equal(await openWith(path, new MemoryLog(short)), "followed");
  assert.equal(await openWith(copy, new MemoryLog(long)), "rebuilt");
});

test("openOrRebuild() rebuilds a cache of another log, of another history, or beyond the log's head", async () => {
  const other = logOf(30, 9).map(({ body }) => body);
  const log = new MemoryLog(bodies);
  for (const events of [other, [...bodies.slice(0, 1), ...forkAt(1)], [...bodies.slice(0, 20), ...forkAt(20)]]) {
    const path = cacheOf(events);
    assert.equal(await openWith(path, log), "rebuilt");
    assert.deepEqual(contentsOf(path), whole);
  }
  const ahead = cacheOf(bodies);
  assert.equal(await openWith(ahead, new MemoryLog(bodies.slice(0, 20))), "rebuilt");
  assert.equal(await openWith(ahead, new MemoryLog([])), "rebuilt");
});

/** A different event `seq + 1` than the history has. */
function forkAt(seq: number): Uint8Array[] {
  const fork = new LogBuilder();
  fork.bodies.length = seq;
  fork.begin({ type: "UserAdded", data: { email: "fork@example.com", name: "F", role: "clerk" } }, { at: 2e12 });
  return fork.bodies.slice(seq);
}

test("openOrRebuild() rebuilds a cache whose hash at its checkpoint differs", async () => {
  const path = cacheOf(bodies.slice(0, 30));
  const cache = Cache.open(path);
  cache.db.exec("UPDATE meta SET checkpoint_hash = zeroblob(32)");
  cache.close();
  assert.equal(await openWith(path, new MemoryLog(bodies)), "rebuilt");
  assert.deepEqual(contentsOf(path), whole);
});

test("openOrRebuild() repairs a write-ahead log of another cache, or one beside a deleted file", async () => {
  const theirs = newPath();
  const other = Cache.create(theirs);
  const mine = newPath();
  const cache = Cache.create(mine);
  for (const one of [other, cache]) one.db.pragma("wal_checkpoint(TRUNCATE)");
  // Page for page the same tables: the pages alone do not distinguish the two files.
  other.apply(
    0,
    logOf(3, 5).map(({ body }) => body),
  );
  const left = newPath();
  cpSync(mine, left);
  cpSync(`${theirs}-wal`, `${left}-wal`);
  assert.throws(() => Cache.open(left), { code: "DAMAGED_CACHE", message: /log beside it belongs to another file/ });
  assert.throws(() => openCacheForReading(left), { code: "DAMAGED_CACHE" });
  const alone = newPath();
  cpSync(`${theirs}-wal`, `${alone}-wal`);
  cpSync(`${theirs}-shm`, `${alone}-shm`);
  assert.throws(() => Cache.open(alone), { code: "NO_CACHE" });
  for (const path of [left, alone]) {
    const { cache } = await openOrRebuild(path, new MemoryLog(bodies));
    assert.deepEqual(contentsOf(cache.db), whole);
    cache.close();
  }
  other.close();
  cache.close();
});

test("openOrRebuild() makes a new cache if the file was deleted while it was open", async () => {
  if (process.platform === "win32") return; // it refuses to delete an open file
  const path = cacheOf(bodies.slice(0, 30));
  const log = new MemoryLog(bodies);
  const { cache } = await openOrRebuild(path, log);
  rmSync(path);
  assert.deepEqual(contentsOf(cache.db), whole, "the open handle still reads it");
  const { cache: next } = await openOrRebuild(path, log);
  assert.deepEqual(contentsOf(next.db), whole);
  cache.close();
  assert.deepEqual(contentsOf(next.db), whole);
  next.close();
});

test("openOrRebuild() opens the events before one that it cannot fold, each time", async () => {
  const log = LogBuilder.founded();
  log.client();
  log.addUnknown();
  log.client();
  const expected = contentsOf(cacheOf(log.bodies.slice(0, 3)));
  for (const path of [newPath(), cacheOf(log.bodies.slice(0, 2))])
    for (const attempt of [1, 2, 3]) {
      const { cache, stoppedBy } = await openOrRebuild(path, new MemoryLog(log.bodies));
      assert.equal(stoppedBy?.code, "UNKNOWN_EVENT", `attempt ${attempt}`);
      assert.deepEqual(contentsOf(cache.db), expected);
      cache.close();
    }
});

test("openOrRebuild() of the next release resumes the cache that an older release left", async () => {
  const path = newPath();
  const log = new MemoryLog(bodies);
  await asOldRelease("InvoiceIssued", 0, async () => {
    const { cache, stoppedBy } = await openOrRebuild(path, log);
    assert.equal(stoppedBy?.code, "UNKNOWN_EVENT");
    assert.ok(cache.checkpoint.seq > 2 && cache.checkpoint.seq < bodies.length);
    cache.close();
  });
  assert.equal(await openWith(path, log), "followed");
  assert.deepEqual(contentsOf(path), whole);
});

test("openOrRebuild() of a log that cannot be read leaves the cache unchanged", async () => {
  const unreachable = new LogError("UNREACHABLE", "no answer");
  for (const call of ["head", "read"] as const) {
    const path = cacheOf(bodies.slice(0, 30));
    const bytes = readFileSync(path);
    const log = new MemoryLog(bodies);
    log[call] = () => {
      throw unreachable;
    };
    await assert.rejects(openOrRebuild(path, log), unreachable);
    assert.deepEqual(readFileSync(path), bytes);
    assert.deepEqual(readdirSync(join(path, "..")), ["cache.sqlite"], "the cache is closed");
  }
});

test("openOrRebuild() in a read-only folder leaves a cache unchanged, and makes none", async (t) => {
  if (process.platform === "win32") return t.skip("Windows protects folders differently");
  const path = cacheOf(bodies.slice(0, 30));
  const own = join(path, "..");
  const bytes = readFileSync(path);
  chmodSync(folder, 0o755); // its parent stays accessible
  chmodSync(own, 0o555);
  chmodSync(path, 0o444);
  await asNobody(async () => {
    assert.throws(() => Cache.open(path), { code: "UNAVAILABLE" });
    await assert.rejects(openOrRebuild(path, new MemoryLog(bodies)), { code: "UNAVAILABLE" });
    await assert.rejects(openOrRebuild(join(own, "new.sqlite"), new MemoryLog(bodies)), { code: "UNAVAILABLE" });
  });
  assert.deepEqual(readFileSync(path), bytes);
  chmodSync(own, 0o755);
  assert.deepEqual(readdirSync(own), ["cache.sqlite"]);
  assert.equal(statSync(path).size, bytes.length);
});

test("openOrRebuild() does not replace a file that it may not read", async (t) => {
  if (process.platform === "win32") return t.skip("Windows protects files differently");
  const path = cacheOf(bodies.slice(0, 30));
  const bytes = readFileSync(path);
  chmodSync(folder, 0o755);
  chmodSync(join(path, ".."), 0o777);
  chmodSync(path, 0o000);
  await asNobody(async () => {
    assert.throws(() => Cache.open(path), { code: "UNAVAILABLE" });
    await assert.rejects(openOrRebuild(path, new MemoryLog(bodies)), { code: "UNAVAILABLE" });
  });
  chmodSync(path, 0o644);
  assert.deepEqual(readFileSync(path), bytes);
});

/** Runs the work without root's permissions. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
