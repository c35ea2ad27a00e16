import assert from "node:assert/strict";
import { test } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { eventHash } from "../../events/hash.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { smallBatches, smallEvent } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { BlockReads } from "./block-reads.ts";
import { Blocks } from "./blocks.ts";

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

test("Blocks.get() returns the events' bytes, compressed, with the hash before them", async () => {
  const blocks = new Blocks(new BlockReads());
  for (const after of [0, 1024, 2048]) {
    const plain = await blocks.get(log, after, "identity");
    assert.ok(raw(after).equals(plain?.bytes ?? NONE));
    assert.equal(plain?.hash, after === 0 ? null : eventHash(smallEvent(after).body).toString("hex"));
    const packed = await blocks.get(log, after, "zstd");
    assert.ok(raw(after).equals(zstdDecompressSync(packed?.bytes ?? NONE)));
    assert.equal(packed?.digest, plain?.digest, "the digest does not depend on the encoding");
    assert.equal(packed?.hash, plain?.hash);
  }
});

test("Blocks.get() returns and caches nothing while the log ends before the segment", async () => {
  const blocks = new Blocks(new BlockReads());
  assert.equal(await blocks.get(log, 3072, "zstd"), null);
  assert.equal(await blocks.get(log, 4096, "zstd"), null);
  assert.equal(blocks.size, 0);
});

test("Blocks.get() reads and compresses a segment once per encoding, also for many requests at once", async () => {
  const { log: counted, reads } = counting();
  const blocks = new Blocks(new BlockReads());
  const many = await Promise.all(Array.from({ length: 50 }, () => blocks.get(counted, 1024, "zstd")));
  assert.equal(new Set(many.map((one) => one?.bytes)).size, 1);
  await blocks.get(counted, 1024, "zstd");
  assert.equal(reads(), 1);
  await blocks.get(counted, 1024, "gzip");
  assert.equal(reads(), 2);
});

test("Blocks caches the most recently used blocks, within its limit", async () => {
  const { log: counted, reads } = counting();
  const two = 2 * (raw(1024).length + 600);
  const blocks = new Blocks(new BlockReads(), { maxBytes: two });
  for (const after of [0, 1024, 0, 2048]) await blocks.get(counted, after, "identity");
  assert.ok(blocks.size <= two, `${blocks.size}`);
  assert.equal(reads(), 3);
  await blocks.get(counted, 0, "identity");
  assert.equal(reads(), 3, "0 was asked for after 1024");
  await blocks.get(counted, 1024, "identity");
  assert.equal(reads(), 4, "1024 had to go");
});

test("Blocks serves a segment beyond its limit without caching it", async () => {
  const blocks = new Blocks(new BlockReads(), { maxBytes: 1000 });
  assert.ok(raw(0).equals((await blocks.get(log, 0, "identity"))?.bytes ?? NONE));
  assert.equal(blocks.size, 0);
});

test("Blocks never returns a segment of another log", async () => {
  const blocks = new Blocks(new BlockReads());
  const other = openLog("two", 7);
  const [mine, theirs] = [await blocks.get(log, 1024, "zstd"), await blocks.get(other, 1024, "zstd")];
  assert.notEqual(mine?.digest, theirs?.digest);
  assert.ok(mine && theirs && !Buffer.from(mine.bytes).equals(theirs.bytes));
  other.closeNow();
});

test("Blocks.get() reads again after a failure", async () => {
  const blocks = new Blocks(new BlockReads());
  let broken = true;
  const failing = new Proxy(log, {
    get(target, name) {
      if (name === "read" && broken) throw new Error("no answer");
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await assert.rejects(blocks.get(failing, 0, "zstd"), /no answer/);
  broken = false;
  assert.ok(await blocks.get(failing, 0, "zstd"));
});
