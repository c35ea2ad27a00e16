/** Any file at the cache's path: open() reports it and changes nothing, openOrRebuild() repairs it. */
import assert from "node:assert/strict";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import Database from "better-sqlite3";
import { type CacheContents, contentsOf } from "../../fixtures/data/cache-contents.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { Random } from "../../fixtures/data/random.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { openOrRebuild } from "../rebuild/open-cache.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { Cache, openCacheForReading } from "./cache.ts";
import { checkPages } from "./cache-check.ts";

const PAGE_BYTES = 4096;
const folder = temporaryFolder();
let folders = 0;
let log: MemoryLog;
let whole: CacheContents;

before(async () => {
  log = new MemoryLog(await randomHistory(folder, { seed: 41, commands: 300 }));
  const path = newPath();
  await rebuildCache(path, log);
  whole = contentsOf(path);
});

function newPath(): string {
  const own = join(folder, String(++folders));
  mkdirSync(own);
  return join(own, "cache.sqlite");
}

/** Creates a cache and closes it. */
function cacheOf(bodies: readonly Uint8Array[] = log.bodies): string {
  const path = newPath();
  const cache = Cache.create(path);
  cache.apply(0, bodies);
  cache.close();
  return path;
}

/** The files of a killed process. The events after `inFile` are only in the write-ahead log. */
function crashCache(inFile: number): string {
  const alive = newPath();
  const cache = Cache.create(alive);
  cache.apply(0, log.bodies.slice(0, inFile));
  cache.db.pragma("wal_checkpoint(TRUNCATE)");
  cache.apply(inFile, log.bodies.slice(inFile));
  const left = newPath();
  for (const suffix of ["", "-wal", "-shm"]) cpSync(alive + suffix, left + suffix);
  cache.close();
  return left;
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

/** All files in the cache's folder, byte for byte, and when they were last written. */
function stateOf(path: string) {
  const own = join(path, "..");
  return readdirSync(own).map((name) => {
    const file = join(own, name);
    const { mtimeMs } = statSync(file);
    return { name, mtimeMs, bytes: statSync(file).isFile() ? readFileSync(file).toString("base64") : null };
  });
}

function assertRefused(path: string, code: string): void {
  for (const open of [Cache.open, openCacheForReading]) assert.throws(() => open(path), { code }, open.name);
}

async function assertRepaired(path: string): Promise<void> {
  const { cache, stoppedBy } = await openOrRebuild(path, log);
  assert.equal(stoppedBy, null);
  assert.deepEqual(contentsOf(cache.db), whole);
  cache.close();
  const again = Cache.open(path);
  assert.equal(again.checkpoint.seq, log.bodies.length);
  again.close();
}

test("a missing file", async () => {
  const path = newPath();
  assertRefused(path, "NO_CACHE");
  assertRefused(join(path, "below", "a-file"), "NO_CACHE");
  await assertRepaired(path);
});

test("another kind of file: opening does not change it", async () => {
  const other = new Map<string, (path: string) => void>([
    ["an empty file", (path) => writeFileSync(path, "")],
    ["a text", (path) => writeFileSync(path, "Dear Sir or Madam\n".repeat(500))],
    ["a short text", (path) => writeFileSync(path, "SQLite format 3")],
    ["another application's database", (path) => foreignDatabase(path)],
    ["a cache whose header was overwritten", (path) => overwrite(copyOf(cacheOf(), path), 0, Buffer.alloc(100))],
  ]);
  for (const [what, make] of other) {
    const path = newPath();
    make(path);
    const before = stateOf(path);
    assertRefused(path, "NOT_A_CACHE");
    assert.deepEqual(stateOf(path), before, what);
    await assertRepaired(path);
  }
});

/** As left by a killed process of that application, with a write-ahead log that SQLite would replay. */
function foreignDatabase(path: string): void {
  const alive = newPath();
  const db = new Database(alive);
  db.pragma("journal_mode = WAL");
  db.exec("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.exec("INSERT INTO theirs VALUES (2)");
  for (const suffix of ["", "-wal", "-shm"]) cpSync(alive + suffix, path + suffix);
  db.close();
}

function copyOf(from: string, to: string): string {
  cpSync(from, to);
  return to;
}

test("a folder at the cache's path stays", async () => {
  const path = newPath();
  mkdirSync(path);
  writeFileSync(join(path, "theirs"), "x");
  assertRefused(path, "NOT_A_CACHE");
  await assert.rejects(openOrRebuild(path, log), { code: "NOT_A_CACHE" });
  assert.deepEqual(readdirSync(path), ["theirs"]);
});

test("a cache of another projector version is stale", async () => {
  const path = cacheOf();
  const db = new Database(path);
  db.exec("UPDATE meta SET projector_version = '0-older'");
  db.close();
  assertRefused(path, "STALE_CACHE");
  await assertRepaired(path);
});

test("a cache whose tables do not match its version is damaged", async () => {
  for (const sql of ["DROP TABLE meta", "DELETE FROM meta", "ALTER TABLE meta DROP COLUMN file_id"]) {
    const path = cacheOf();
    const db = new Database(path);
    db.exec(sql);
    db.close();
    assertRefused(path, "DAMAGED_CACHE");
    await assertRepaired(path);
  }
});

test("a file that was truncated at any length is repaired", async () => {
  for (const keep of [1, 99, 100, 4095, 4096, 4097, 3 * 4096, 0.3, 0.6, 0.95]) {
    const path = cacheOf(log.bodies.slice(0, -1)); // one event to follow, so that the file is written
    truncateSync(path, keep < 1 ? Math.floor(statSync(path).size * keep) : keep);
    const { cache } = await openOrRebuild(path, log);
    cache.close();
    const reader = openCacheForReading(path);
    checkPages(reader, path);
    reader.close();
  }
});

test("a killed process's cache opens with all committed transactions", async () => {
  const path = crashCache(50);
  const cache = Cache.open(path);
  assert.equal(cache.checkpoint.seq, log.bodies.length);
  assert.deepEqual(contentsOf(cache.db), whole);
  cache.close();
});

test("after a crash, open() detects an overwritten page", async () => {
  const path = crashCache(log.bodies.length - 1);
  const pages = pagesInUse(path);
  assert.ok(pages.length > 20, `${pages.length} pages`);
  for (const page of pages.filter((_, n) => n % 6 === 0)) {
    const damaged = newPath();
    for (const suffix of ["", "-wal", "-shm"]) cpSync(path + suffix, damaged + suffix);
    overwrite(damaged, (page - 1) * PAGE_BYTES, noise(String(page)));
    assert.throws(() => Cache.open(damaged), { code: "DAMAGED_CACHE" }, `page ${page}`);
    await assertRepaired(damaged);
  }
});

test("checkPages() finds an overwritten page, and missing events, in a cache that was closed normally", async () => {
  const path = cacheOf();
  for (const page of pagesInUse(path).filter((_, n) => n % 6 === 1)) {
    const damaged = copyOf(path, newPath());
    overwrite(damaged, (page - 1) * PAGE_BYTES, noise(String(page)));
    assert.throws(() => checkFile(damaged), { code: "DAMAGED_CACHE" }, `page ${page}`);
  }
  const db = new Database(path);
  db.exec("DELETE FROM activity WHERE seq = 7");
  db.close();
  assert.throws(() => checkFile(path), { code: "DAMAGED_CACHE", message: /events, but the checkpoint is/ });
});

function checkFile(path: string): void {
  const reader = openCacheForReading(path);
  try {
    checkPages(reader, path);
  } finally {
    reader.close();
  }
}

function noise(seed: string): Buffer {
  const random = new Random(seed);
  return Buffer.from(Array.from({ length: PAGE_BYTES }, () => random.int(0, 255)));
}

/** Pages of the file with rows, except the first page and those that are also in the write-ahead log. */
function pagesInUse(path: string): number[] {
  const db = new Database(copyOf(path, newPath())); // without its write-ahead log
  const sql = "SELECT pageno FROM dbstat WHERE ncell > 0 AND pagetype IN ('leaf', 'internal') AND pageno > 1";
  const pages = db.prepare<[], number>(sql).pluck().all();
  db.close();
  const wal = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : Buffer.alloc(32);
  const frame = 24 + PAGE_BYTES;
  const inLog = Array.from({ length: Math.floor((wal.length - 32) / frame) }, (_, n) =>
    wal.readUInt32BE(32 + n * frame),
  );
  return pages.filter((page) => !inLog.includes(page));
}

/** The cache of a killed writer, in which the index of ids lacks an event. */
function crashWithWrongIndex(): string {
  const alive = cacheOf();
  const change = (work: (db: Database.Database) => void) => {
    const db = new Database(alive).unsafeMode();
    db.pragma("writable_schema = ON");
    work(db);
    return db;
  };
  const schema = "sqlite_schema WHERE name = 'activity_event_id'";
  let entry: unknown[] = [];
  change((db) => {
    entry = db.prepare<[], unknown[]>(`SELECT * FROM ${schema}`).raw().get() ?? [];
    db.exec(`DELETE FROM ${schema}`);
  }).close();
  change((db) => db.exec("UPDATE activity SET event_id = randomblob(16) WHERE seq = 5")).close();
  change((db) => db.prepare("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)").run(...entry)).close();
  const db = new Database(alive);
  db.pragma("journal_mode = WAL");
  db.exec("UPDATE meta SET checkpoint_at = checkpoint_at + 1; UPDATE meta SET checkpoint_at = checkpoint_at - 1");
  const left = newPath();
  for (const suffix of ["", "-wal", "-shm"]) cpSync(alive + suffix, left + suffix);
  db.close();
  return left;
}

test("a wrong index of ids after a crash: a writer does not decide on it", async () => {
  Cache.open(crashWithWrongIndex()).close(); // only its index is wrong
  const path = crashWithWrongIndex();
  assert.throws(() => Cache.open(path, { decides: true }), { code: "DAMAGED_CACHE" });
  const { cache } = await openOrRebuild(path, log, { decides: true });
  assert.deepEqual(contentsOf(cache.db), whole);
  cache.close();
});
