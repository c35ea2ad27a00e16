import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { eventHash } from "../hash.ts";
import { tilesOf } from "./growing-tree.ts";
import {
  EIGHT_INPUTS,
  EIGHT_ROOTS,
  leavesOf,
  madeEntries,
  naiveConsistency,
  naiveInclusion,
  naiveRoot,
} from "./naive-tree.suite.ts";
import { consistencyProof, firstDifference, inclusionProof, rootAt } from "./tile-proofs.ts";
import { MemoryTiles, type TileId, type TileReader, tilePath } from "./tiles.ts";

/** The tree of the test data of certificate-transparency. */
function eightLeaves(): MemoryTiles {
  const tiles = new MemoryTiles();
  tiles.add({ level: 0, index: 0, width: 8, hashes: Buffer.concat(EIGHT_INPUTS.map((input) => eventHash(input))) });
  return tiles;
}

const hex = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString("hex"));

const [H2, H34, H5678] = [
  "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
  "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
  "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
] as const;
const [H5, H56, H78] = [
  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
  "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
  "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
] as const;

test("the proofs of the well-known tree of eight leaves", async () => {
  const tiles = eightLeaves();
  for (const [n, root] of EIGHT_ROOTS.entries()) assert.equal((await rootAt(tiles, n + 1)).toString("hex"), root);
  const [root1, root2, , root4] = EIGHT_ROOTS;
  assert.deepEqual(hex(await inclusionProof(tiles, 0, 1)), []);
  assert.deepEqual(hex(await inclusionProof(tiles, 0, 8)), [H2, H34, H5678]);
  assert.deepEqual(hex(await inclusionProof(tiles, 5, 8)), [H5, H78, root4]);
  assert.deepEqual(hex(await inclusionProof(tiles, 2, 3)), [root2]);
  assert.deepEqual(hex(await inclusionProof(tiles, 1, 5)), [root1, H34, H5]);
  assert.deepEqual(hex(await consistencyProof(tiles, 1, 1)), []);
  assert.deepEqual(hex(await consistencyProof(tiles, 1, 8)), [H2, H34, H5678]);
  assert.deepEqual(hex(await consistencyProof(tiles, 6, 8)), [H56, H78, root4]);
  assert.deepEqual(hex(await consistencyProof(tiles, 2, 5)), [H34, H5]);
});

test("roots and proofs are those of the naive tree at every size to 600", async () => {
  const entries = madeEntries(600);
  const leaves = leavesOf(entries);
  const { tiles } = await tilesOf(entries);
  for (let size = 1; size <= 600; size++) {
    const tree = leaves.slice(0, size);
    assert.deepEqual(await rootAt(tiles, size), naiveRoot(tree));
    for (const index of new Set([0, Math.floor(size / 2), (size * 7) % size, size - 1]))
      assert.deepEqual(await inclusionProof(tiles, index, size), naiveInclusion(index, tree), `${index} of ${size}`);
    for (const oldSize of new Set([1, Math.ceil(size / 3), 2 ** Math.floor(Math.log2(size)), size]))
      assert.deepEqual(
        await consistencyProof(tiles, oldSize, size),
        naiveConsistency(oldSize, tree),
        `${oldSize}, ${size}`,
      );
  }
});

test("roots and proofs are those of the naive tree at random sizes to 90,000", async () => {
  const entries = madeEntries(90_000);
  const leaves = leavesOf(entries);
  const { tiles } = await tilesOf(entries);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 90_000 }), fc.nat(), fc.nat(), async (size, a, b) => {
      const tree = leaves.slice(0, size);
      const [index, oldSize] = [a % size, (b % size) + 1];
      assert.deepEqual(await rootAt(tiles, size), naiveRoot(tree));
      assert.deepEqual(await inclusionProof(tiles, index, size), naiveInclusion(index, tree));
      assert.deepEqual(await consistencyProof(tiles, oldSize, size), naiveConsistency(oldSize, tree));
    }),
    { numRuns: 8 },
  );
});

test("proofs ask only for tiles that a tree of the size has, each once", async () => {
  const { tiles } = await tilesOf(madeEntries(70_000));
  for (const size of [1, 255, 256, 257, 513, 65_536, 65_537, 69_999]) {
    const asked: string[] = [];
    const reader: TileReader = {
      readTile(tile) {
        const { level, index, width } = tile;
        assert.ok(width >= 1 && (index * 256 + width) * 256 ** level <= size, `${tilePath(tile)} at ${size}`);
        asked.push(tilePath(tile));
        return tiles.readTile(tile);
      },
    };
    for (const ask of [
      () => rootAt(reader, size),
      () => inclusionProof(reader, size - 1, size),
      () => inclusionProof(reader, 0, size),
      () => consistencyProof(reader, Math.ceil(size / 2), size),
    ]) {
      asked.length = 0;
      await ask();
      assert.equal(new Set(asked).size, asked.length);
      assert.ok(asked.length <= 6, `${asked.length} tiles at ${size}`);
    }
  }
});

test("what is not in the tree is refused, and so are sizes that are none", async () => {
  const tiles = eightLeaves();
  await assert.rejects(inclusionProof(tiles, 8, 8), /a tree of 8 entries has no leaf 8/);
  await assert.rejects(inclusionProof(tiles, 0, 0), /a tree of 0 entries has no leaf 0/);
  await assert.rejects(inclusionProof(tiles, -1, 8), RangeError);
  await assert.rejects(inclusionProof(tiles, 0.5, 8), RangeError);
  await assert.rejects(consistencyProof(tiles, 8, 7), /a tree of 7 entries does not begin with one of 8/);
  await assert.rejects(rootAt(tiles, -1), /-1 is not the size of a tree/);
  await assert.rejects(rootAt(tiles, Number.NaN), RangeError);
  await assert.rejects(rootAt(tiles, 9), { code: "UNPROVEN" });
  assert.deepEqual(await consistencyProof(tiles, 0, 8), []);
});

test("firstDifference() finds the first of any differences, or that there is none", async () => {
  const entries = madeEntries(70_000);
  const ours = (await tilesOf(entries)).tiles;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 70_000 }),
      fc.array(fc.nat({ max: 69_999 }), { minLength: 1, maxLength: 3 }),
      async (size, changed) => {
        const others = entries.slice();
        for (const n of changed) others[n] = madeEntries(1, `changed ${n}`)[0] as Buffer;
        const theirs = (await tilesOf(others)).tiles;
        const first = Math.min(...changed);
        assert.equal(await firstDifference(ours, theirs, size), first < size ? first : null);
      },
    ),
    { numRuns: 5 },
  );
  assert.equal(await firstDifference(ours, ours, 0), null);
});

test("firstDifference() at every place of a tree of 300, and reads few tiles", async () => {
  const entries = madeEntries(300);
  const ours = (await tilesOf(entries)).tiles;
  for (let n = 0; n < 300; n++) {
    const theirs = (await tilesOf(entries.with(n, madeEntries(1, "changed")[0] as Buffer))).tiles;
    let reads = 0;
    const counted: TileReader = {
      readTile(tile: TileId) {
        reads++;
        return theirs.readTile(tile);
      },
    };
    assert.equal(await firstDifference(ours, counted, 300), n);
    assert.ok(reads <= 3, `${reads} reads`);
  }
});

test("firstDifference() names a tile that does not belong below the tile above it", async () => {
  const ours = (await tilesOf(madeEntries(66_000))).tiles;
  const theirs = (await tilesOf(madeEntries(66_000, "other"))).tiles;
  const mixed: TileReader = { readTile: (tile) => (tile.level === 0 ? ours : theirs).readTile(tile) };
  await assert.rejects(firstDifference(ours, mixed, 66_000), {
    code: "UNPROVEN",
    message: "tile/0/000: its hashes do not have the root that the tile above it says",
  });
});
