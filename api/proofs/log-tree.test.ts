import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { eventHash } from "../../events/hash.ts";
import { rootAt } from "../../events/proofs/tile-proofs.ts";
import { leafHash, rootOf, rootOfHashes, TILE_WIDTH } from "../../events/proofs/tree.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { SqliteTileStore } from "../storage/sqlite-tile-store.ts";
import { LogTree } from "./log-tree.ts";

const folder = temporaryFolder();
const EVENTS = logOf(70_000).map(({ body }) => body);
const ENTRIES = EVENTS.map(eventHash);

const stores: SqliteTileStore[] = [];
after(() => stores.map((store) => store.close()));

function newStore(): SqliteTileStore {
  const store = new SqliteTileStore(join(folder, `${randomUUID()}.tree.sqlite`));
  stores.push(store);
  return store;
}

/** A store with the tree of the first events. */
async function storeOf(size: number, log = new MemoryLog(EVENTS.slice(0, size))) {
  const store = newStore();
  const tree = await LogTree.open({ log, store, generation: 1 }, 0);
  await tree.growTo(size);
  return { store, tree, log };
}

/** A short log that differs from the others at these sequences. */
function altered(bodies: readonly Uint8Array[], ...seqs: number[]): Uint8Array[] {
  return bodies.map((body, n) => (seqs.includes(n + 1) ? Uint8Array.from(body, (byte) => byte ^ 1) : body));
}

test("a tree that grows in any steps, and is opened again in between, has the root of its events", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(sizes, async (steps) => {
      const store = newStore();
      const log = new MemoryLog(EVENTS);
      let size = 0;
      for (const step of steps) {
        const tree = await LogTree.open({ log, store, generation: 1 }, size);
        assert.equal(tree.size, size);
        if (size > 0) assert.deepEqual(Buffer.from(tree.root()), rootOf(ENTRIES.slice(0, size)));
        size += step;
        await tree.growTo(size);
        assert.deepEqual(Buffer.from(tree.root()), rootOf(ENTRIES.slice(0, size)));
        const before = Math.floor(size / 3) + 1;
        assert.deepEqual(await rootAt(tree, before), rootOf(ENTRIES.slice(0, before)));
      }
    }),
    { numRuns: 25 },
  );
});

test("a tree is opened by reading at most 255 events and no full tile", async () => {
  const size = 65_536 + 511;
  const { store } = await storeOf(size);
  const log = new MemoryLog(EVENTS);
  let tiles = 0;
  const { tile } = SqliteTileStore.prototype;
  store.tile = async (...at) => {
    tiles++;
    return await tile.apply(store, at);
  };
  const tree = await LogTree.open({ log, store, generation: 1 }, size);
  assert.deepEqual(log.requests, [`read ${size - 255}`]);
  assert.deepEqual(Buffer.from(tree.root()), rootOf(ENTRIES.slice(0, size)));
  assert.equal(tiles, 0);
});

test("the tiles of a tree are stored once they are full, at every level", async () => {
  const { store, tree } = await storeOf(65_536);
  const level1 = Buffer.from((await store.tile(1, 1, 0)) ?? []);
  assert.deepEqual(rootOfHashes(level1), rootOf(ENTRIES.slice(0, 65_536)));
  const leaves = Buffer.concat(ENTRIES.slice(256, 512).map(leafHash));
  assert.deepEqual(Buffer.from(await tree.readTile({ level: 0, index: 1, width: 256 })), leaves);
  assert.deepEqual(Buffer.from(await tree.readTile({ level: 0, index: 1, width: 3 })), leaves.subarray(0, 96));
});

test("a tree whose tiles were lost is made again from the events", async () => {
  const { store: whole } = await storeOf(1_000);
  assert.ok(await whole.tile(1, 0, 2));
  const store = newStore();
  const log = new MemoryLog(EVENTS.slice(0, 1_000));
  const tree = await LogTree.open({ log, store, generation: 1 }, 1_000);
  assert.equal(tree.size, 0);
  await tree.growTo(1_000);
  assert.deepEqual(Buffer.from(tree.root()), rootOf(ENTRIES.slice(0, 1_000)));
  assert.deepEqual(await store.tile(1, 0, 2), await whole.tile(1, 0, 2));
});

test("a tile that is there with other hashes stops the tree", async () => {
  const { store } = await storeOf(1_000);
  const log = new MemoryLog(altered(EVENTS.slice(0, 1_000), 300));
  const tree = await LogTree.open({ log, store, generation: 1 }, 0);
  await assert.rejects(tree.growTo(1_000), { code: "ALTERED", message: /tile 1 of level 0/ });
});

test("a tree does not grow on the events of another history", async () => {
  const { tree, log } = await storeOf(500);
  log.bodies.splice(499, 1, ...altered(EVENTS.slice(499, 600), 1));
  await assert.rejects(tree.growTo(600), { code: "FORKED" });
  assert.equal(tree.size, 500);
});

test("a log that ends before its tree is noticed when the tree is opened", async () => {
  const { store } = await storeOf(600);
  for (const head of [599, 512, 100, 0])
    await assert.rejects(
      LogTree.open({ log: new MemoryLog(EVENTS.slice(0, head)), store, generation: 1 }, 600),
      { code: "BEHIND" },
      `${head}`,
    );
});

test("entries are served only if they are in the tree, and the first that is not is named", async () => {
  const { tree, log } = await storeOf(700);
  assert.deepEqual(await tree.entries(0, 256), ENTRIES.slice(0, 256));
  assert.deepEqual(await tree.entries(2, 188), ENTRIES.slice(512, 700));
  log.bodies.splice(0, 700, ...altered(EVENTS.slice(0, 700), 300, 301, 699));
  assert.deepEqual(await tree.entries(0, TILE_WIDTH), ENTRIES.slice(0, 256));
  await assert.rejects(tree.entries(1, 256), { code: "ALTERED", message: /event 300 / });
  await assert.rejects(tree.entries(2, 188), { code: "ALTERED", message: /event 699 / });
  await tree.check(100, EVENTS.slice(100, 299));
  await assert.rejects(tree.check(290, log.bodies.slice(290, 700)), { code: "ALTERED", message: /event 300 / });
});

test("calls of growTo() take turns, and continue after a failure", async () => {
  const store = newStore();
  const log = new MemoryLog(EVENTS.slice(0, 2_000), { batch: 100 });
  const tree = await LogTree.open({ log, store, generation: 1 }, 0);
  const { addTiles } = SqliteTileStore.prototype;
  let failures = 1;
  store.addTiles = async (generation, tiles) => {
    if (failures-- > 0) throw new Error("the disk is full");
    await addTiles.call(store, generation, tiles);
  };
  const calls = await Promise.allSettled([tree.growTo(700), tree.growTo(2_000), tree.growTo(1_000)]);
  assert.deepEqual(
    calls.map(({ status }) => status),
    ["rejected", "fulfilled", "fulfilled"],
  );
  assert.deepEqual(Buffer.from(tree.root()), rootOf(ENTRIES.slice(0, 2_000)));
  for (let n = 0; n < 7; n++) assert.ok(await store.tile(1, 0, n), `${n}`);
});
