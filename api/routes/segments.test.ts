import assert from "node:assert/strict";
import { test } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { eventHash } from "../../events/hash.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { smallBatches, smallEvent } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Segments } from "./segments.ts";

const folder = temporaryFolder();
const COUNT = 3 * 1024 + 1;
const NONE = new Uint8Array();
const log = openLog("one", 0);
const raw = (after: number) => Buffer.concat(Array.from({ length: 1024 }, (_, n) => smallEvent(after + n + 1).body));

function openLog(name: string, salt: number): SqliteLog {
  const opened = SqliteLog.open(`${folder}/${name}.sqlite`, { create: true });
  for (const batch of smallBatches(COUNT, 1024))
    opened.appendNow(salt === 0 ? batch : batch.map(({ seq }) => smallEvent(seq, salt)));
  return opened;
}

/** The same log, which also counts its reads. */
function counting(): { log: SqliteLog; reads: () => number } {
  let reads = 0;
  const counted = new Proxy(log, {
    get(target, name) {
      if (name === "read") {
        reads++;
        return target.read.bind(target);
      }
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { log: counted, reads: () => reads };
}

test("Segments.get() returns the events' bytes, compressed, with the hash before them", async () => {
  const segments = new Segments();
  for (const after of [0, 1024, 2048]) {
    const plain = await segments.get(log, after, "identity");
    assert.ok(raw(after).equals(plain?.bytes ?? NONE));
    assert.equal(plain?.hash, after === 0 ? null : eventHash(smallEvent(after).body).toString("hex"));
    const packed = await segments.get(log, after, "zstd");
    assert.ok(raw(after).equals(zstdDecompressSync(packed?.bytes ?? NONE)));
    assert.equal(packed?.digest, plain?.digest, "the digest does not depend on the encoding");
    assert.equal(packed?.hash, plain?.hash);
  }
});

test("Segments.get() returns and caches nothing while the log ends before the segment", async () => {
  const segments = new Segments();
  assert.equal(await segments.get(log, 3072, "zstd"), null);
  assert.equal(await segments.get(log, 4096, "zstd"), null);
  assert.equal(segments.size, 0);
});

test("Segments.get() reads and compresses a segment once per encoding, also for many requests at once", async () => {
  const { log: counted, reads } = counting();
  const segments = new Segments();
  const many = await Promise.all(Array.from({ length: 50 }, () => segments.get(counted, 1024, "zstd")));
  assert.equal(new Set(many.map((one) => one?.bytes)).size, 1);
  await segments.get(counted, 1024, "zstd");
  assert.equal(reads(), 1);
  await segments.get(counted, 1024, "gzip");
  assert.equal(reads(), 2);
});

test("Segments caches the most recently used segments, within its limit", async () => {
  const { log: counted, reads } = counting();
  const two = 2 * (raw(1024).length + 600);
  const segments = new Segments({ maxBytes: two });
  for (const after of [0, 1024, 0, 2048]) await segments.get(counted, after, "identity");
  assert.ok(segments.size <= two, `${segments.size}`);
  assert.equal(reads(), 3);
  await segments.get(counted, 0, "identity");
  assert.equal(reads(), 3, "0 was asked for after 1024");
  await segments.get(counted, 1024, "identity");
  assert.equal(reads(), 4, "1024 had to go");
});

test("Segments serves a segment beyond its limit without caching it", async () => {
  const segments = new Segments({ maxBytes: 1000 });
  assert.ok(raw(0).equals((await segments.get(log, 0, "identity"))?.bytes ?? NONE));
  assert.equal(segments.size, 0);
});

test("Segments never returns a segment of another log", async () => {
  const segments = new Segments();
  const other = openLog("two", 7);
  const [mine, theirs] = [await segments.get(log, 1024, "zstd"), await segments.get(other, 1024, "zstd")];
  assert.notEqual(mine?.digest, theirs?.digest);
  assert.ok(mine && theirs && !Buffer.from(mine.bytes).equals(theirs.bytes));
  other.closeNow();
});

test("Segments.get() reads again after a failure", async () => {
  const segments = new Segments();
  let broken = true;
  const failing = new Proxy(log, {
    get(target, name) {
      if (name === "read" && broken) throw new Error("no answer");
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await assert.rejects(segments.get(failing, 0, "zstd"), /no answer/);
  broken = false;
  assert.ok(await segments.get(failing, 0, "zstd"));
});
