import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { eventHash } from "../../events/hash.ts";
import { HASH_BYTES, rootOf, TILE_WIDTH } from "../../events/proofs/tree.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { smallEvent } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { MirrorTree } from "./mirror-tree.ts";

const folder = temporaryFolder();
let files = 0;
const bodies = Array.from({ length: 5 * TILE_WIDTH + 3 }, (_, n) => smallEvent(n + 1).body);
const rootOfFirst = (size: number) => rootOf(bodies.slice(0, size).map(eventHash));
const EDGES = [1, 2, 3, 255, 256, 257, 511, 512, 513, 1024, 1025, bodies.length];

function mirrorOf(events: readonly Uint8Array[]): SqliteLog {
  const mirror = SqliteLog.open(join(folder, `${++files}.sqlite`), { kind: "mirror", create: true });
  if (events.length > 0) mirror.mirror(0, events);
  return mirror;
}

/** Replaces the bytes of an event in the file, as somebody with an editor does. */
function edit({ name }: SqliteLog, seq: number, body: Uint8Array): void {
  const db = openDatabase(name);
  db.prepare("UPDATE event SET body = ? WHERE seq = ?").run(body, seq);
  db.close();
}

test("a tree that grows in any parts has the root of all events, at every size", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 }), async (parts) => {
      const mirror = mirrorOf([]);
      const tree = new MirrorTree(mirror);
      for (const part of parts) {
        const after = tree.size;
        const batch = bodies.slice(after, after + part);
        if (batch.length === 0) break;
        mirror.mirror(after, batch);
        tree.add(after, batch);
      }
      for (const size of EDGES.filter((one) => one <= tree.size))
        assert.deepEqual(await tree.rootAt(size), rootOfFirst(size), `${size} of ${tree.size}`);
      mirror.closeNow();
    }),
    { numRuns: 20 },
  );
});

test("a tree continues from the roots of its tiles, and rehashes only what follows them", async () => {
  for (const size of EDGES) {
    const mirror = mirrorOf(bodies.slice(0, size));
    const first = new MirrorTree(mirror);
    await first.catchUp();
    const again = new MirrorTree(mirror, first.tileRoots);
    assert.equal(again.size, Math.floor(size / TILE_WIDTH) * TILE_WIDTH);
    await again.catchUp();
    assert.deepEqual(await again.rootAt(size), rootOfFirst(size));
    mirror.closeNow();
  }
});

test("a mirror that lost its end drops the tiles that it no longer has", async () => {
  const whole = mirrorOf(bodies);
  const tree = new MirrorTree(whole);
  await tree.catchUp();
  const cut = mirrorOf(bodies.slice(0, 600));
  const again = new MirrorTree(cut, tree.tileRoots);
  assert.equal(again.tileRoots.length, 2 * HASH_BYTES);
  await again.catchUp();
  assert.deepEqual(await again.rootAt(600), rootOfFirst(600));
});

test("rootAt() of a marked size reads nothing again, and rootAt() beyond the end is a gap", async () => {
  const mirror = mirrorOf(bodies);
  const tree = new MirrorTree(mirror);
  tree.mark(700);
  tree.add(0, bodies);
  edit(mirror, 699, Buffer.from(bodies[0] as Uint8Array));
  assert.deepEqual(await tree.rootAt(700), rootOfFirst(700), "the events as they passed");
  await assert.rejects(tree.rootAt(bodies.length + 1), { code: "GAP" });
  assert.throws(() => tree.add(bodies.length + 1, []), { code: "GAP" });
});

test("a comparison finds the tile of any edited event, also after the last full tile", async () => {
  const mirror = mirrorOf(bodies);
  const tree = new MirrorTree(mirror);
  await tree.catchUp();
  const verified = { size: bodies.length, root: rootOfFirst(bodies.length) };
  for (const seq of [1, 256, 257, 512, 1024, 1280, 1281, bodies.length]) {
    const body = bodies[seq - 1] as Uint8Array;
    edit(mirror, seq, Buffer.from(body).fill(1, body.length - 1));
    const comparison = tree.compare(verified);
    for await (const batch of mirror.read({ after: 0, upTo: tree.size })) comparison.add(batch.after, batch.bodies);
    const from = Math.floor((seq - 1) / TILE_WIDTH) * TILE_WIDTH + 1;
    assert.deepEqual(comparison.changed, { from, to: Math.min(from + TILE_WIDTH - 1, bodies.length) }, `event ${seq}`);
    edit(mirror, seq, body);
  }
  const comparison = tree.compare(verified);
  for await (const batch of mirror.read({ after: 0, upTo: tree.size })) {
    comparison.add(0, bodies.slice(0, Math.min(comparison.size, 3))); // a reader that begins again
    comparison.add(batch.after, batch.bodies);
  }
  assert.deepEqual([comparison.changed, comparison.size], [null, bodies.length]);
});
