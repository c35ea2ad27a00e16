import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sha256 } from "../hash.ts";
import { GrowingTree, tilesOf } from "./growing-tree.ts";
import { VECTORS, vectorEntries } from "./keys.suite.ts";
import { leavesOf, madeEntries, naiveRoot } from "./naive-tree.suite.ts";
import {
  encodeEntries,
  entriesPath,
  MemoryTiles,
  parseTilePath,
  partialTiles,
  type Tile,
  tilePath,
  tilesSince,
} from "./tiles.ts";
import { hashAt } from "./tree.ts";

test("GrowingTree has the naive root, and its tiles the naive hashes, at every size to 600", () => {
  const entries = madeEntries(600);
  const leaves = leavesOf(entries);
  const full: Tile[] = [];
  const tree = new GrowingTree((tile) => full.push(tile));
  for (let size = 1; size <= 600; size++) {
    tree.append(entries[size - 1] as Buffer);
    assert.deepEqual(tree.root(), naiveRoot(leaves.slice(0, size)));
    assert.deepEqual(
      tree.openTiles().map(({ level, index, width }) => ({ level, index, width })),
      partialTiles(size),
    );
  }
  assert.deepEqual(full.map(tilePath), ["tile/0/000", "tile/0/001"]);
  for (const { level, index, width, hashes } of [...full, ...tree.openTiles()])
    for (let i = 0; i < width; i++) {
      const n = index * 256 + i;
      const below = leaves.slice(n * 256 ** level, (n + 1) * 256 ** level);
      assert.deepEqual(Buffer.from(hashAt(hashes, i)), naiveRoot(below), `hash ${n} of level ${level}`);
    }
});

test("a tree that is resumed at any size goes on as if it had never stopped", async () => {
  const entries = madeEntries(70_000);
  const whole = await tilesOf(entries);
  const size = fc.oneof(fc.nat({ max: 70_000 }), fc.constantFrom(0, 1, 255, 256, 257, 65_535, 65_536, 65_537));
  await fc.assert(
    fc.asyncProperty(size, fc.nat({ max: 1000 }), async (start, more) => {
      const tiles = new MemoryTiles();
      const given: string[] = [];
      const tree = await GrowingTree.resume(start, whole.tiles, (tile) => {
        given.push(tilePath(tile));
        assert.deepEqual(tile.hashes, whole.tiles.readTile(tile), tilePath(tile));
        tiles.add(tile);
      });
      const end = Math.min(70_000, start + more);
      for (const entry of entries.slice(start, end)) tree.append(entry);
      assert.equal(tree.size, end);
      assert.deepEqual(tree.root(), (await tilesOf(entries.slice(0, end))).root);
      assert.equal(new Set(given).size, given.length);
      for (const tile of tree.openTiles()) assert.deepEqual(tile.hashes, whole.tiles.readTile(tile), tilePath(tile));
    }),
    { numRuns: 8 },
  );
});

test("openTile() gives the beginning of a tile that grows, as bytes of their own, and null for any other", () => {
  const tree = new GrowingTree(() => {});
  for (const entry of madeEntries(300)) tree.append(entry);
  const tile = { level: 0, index: 1, width: 44 };
  const hashes = tree.openTile(tile);
  assert.equal(hashes?.length, 44 * 32);
  assert.equal(tree.openTile({ ...tile, width: 3 })?.length, 96);
  hashes?.fill(0);
  assert.notDeepEqual(tree.openTile(tile), hashes);
  for (const other of [
    { ...tile, width: 45 },
    { ...tile, index: 0 },
    { ...tile, index: 2 },
    { ...tile, level: 2 },
  ])
    assert.equal(tree.openTile(other), null);
});

test("tilesOf() takes entries as they arrive", async () => {
  const entries = madeEntries(700);
  async function* arriving() {
    yield* entries;
  }
  const { size, root } = await tilesOf(arriving());
  assert.equal(size, 700);
  assert.deepEqual(root, naiveRoot(leavesOf(entries)));
});

test("all tiles, bundles and their paths are those that Go's tlog makes", async () => {
  const entries = vectorEntries(70_000);
  const { tiles } = await tilesOf(entries);
  for (const { size, count, digestHex, someHex } of VECTORS.tiles.trees) {
    const files = new Map<string, string>();
    for (const tile of tilesSince(0, size)) {
      files.set(tilePath(tile), sha256(tiles.readTile(tile)).toString("hex"));
      if (tile.level > 0) continue;
      const start = tile.index * 256;
      files.set(entriesPath(tile), sha256(encodeEntries(entries.slice(start, start + tile.width))).toString("hex"));
    }
    assert.equal(files.size, count);
    for (const [path, hex] of Object.entries(someHex)) assert.equal(files.get(path), hex, `${path} of ${size}`);
    const lines = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, hex]) => `${path} ${hex}\n`);
    assert.equal(sha256(lines.join("")).toString("hex"), digestHex, `${size}`);
  }
  for (const { level, index, width, path } of VECTORS.tiles.paths) {
    const expected = level < 0 ? { kind: "entries", index, width } : { kind: "tile", level, index, width };
    assert.deepEqual(parseTilePath(path), expected);
  }
  for (const path of VECTORS.tiles.noPaths) assert.equal(parseTilePath(path), null, path);
});
