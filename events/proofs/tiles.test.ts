import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { madeEntries } from "./naive-tree.suite.ts";
import {
  decodeEntries,
  encodeEntries,
  entriesPath,
  MemoryTiles,
  parseTilePath,
  partialTiles,
  readTile,
  tilePath,
  tilesSince,
} from "./tiles.ts";

test("paths are those of the document: groups of three digits, all but the last with an x", () => {
  assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), "tile/0/x001/x234/067");
  assert.equal(tilePath({ level: 0, index: 0, width: 256 }), "tile/0/000");
  assert.equal(tilePath({ level: 2, index: 999, width: 1 }), "tile/2/999.p/1");
  assert.equal(tilePath({ level: 1, index: 1000, width: 255 }), "tile/1/x001/000.p/255");
  assert.equal(entriesPath({ index: 273, width: 112 }), "tile/entries/273.p/112");
});

test("parseTilePath() reads what is written, and nothing else", () => {
  const id = fc.record({
    level: fc.nat({ max: 63 }),
    index: fc.oneof(fc.nat({ max: 2_000_000 }), fc.maxSafeNat()),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(id, ({ level, index, width }) => {
      assert.deepEqual(parseTilePath(tilePath({ level, index, width })), { kind: "tile", level, index, width });
      assert.deepEqual(parseTilePath(entriesPath({ index, width })), { kind: "entries", index, width });
    }),
  );
  for (const path of [
    "tile/0/0",
    "tile/0/0000",
    "tile/0/x000/001",
    "tile/0/001/002",
    "tile/0/x001/x002",
    "tile/00/001",
    "tile/64/001",
    "tile/-1/001",
    "tile/0/001.p/0",
    "tile/0/001.p/01",
    "tile/0/001.p/256",
    "tile/0/001.p/",
    "tile/0/001/",
    "/tile/0/001",
    "tile/0/001\n",
    "tile/data/001",
    "tile/entries/x001",
    "tile/0/x999/x999/x999/x999/x999/x999/999",
    "",
  ])
    assert.equal(parseTilePath(path), null, path);
});

test("partialTiles() of the sizes that the document names", () => {
  assert.deepEqual(partialTiles(70_000), [
    { level: 0, index: 273, width: 112 },
    { level: 1, index: 1, width: 17 },
    { level: 2, index: 0, width: 1 },
  ]);
  assert.deepEqual(partialTiles(256), [{ level: 1, index: 0, width: 1 }]);
  assert.deepEqual(partialTiles(0), []);
});

test("tilesSince() names every tile of a tree once, and after a size only those that changed", () => {
  const all = [...tilesSince(0, 70_000)];
  assert.equal(all.filter(({ level, width }) => level === 0 && width === 256).length, 273);
  assert.equal(all.length, 273 + 1 + 2 + 1);
  fc.assert(
    fc.property(fc.nat({ max: 140_000 }), fc.nat({ max: 2000 }), (from, more) => {
      const before = new Set([...tilesSince(0, from)].map(tilePath));
      const after = [...tilesSince(0, from + more)].map(tilePath);
      assert.deepEqual(
        [...tilesSince(from, from + more)].map(tilePath),
        after.filter((path) => !before.has(path)),
      );
    }),
    { numRuns: 30 },
  );
});

test("a bundle has two bytes of length before each entry, and is read back", () => {
  const entries = madeEntries(3);
  const bundle = encodeEntries(entries);
  assert.equal(bundle.length, 3 * 34);
  assert.deepEqual([bundle[0], bundle[1]], [0, 32]);
  assert.deepEqual(decodeEntries(bundle, { index: 7, width: 3 }), entries);
  assert.throws(
    () => decodeEntries(bundle, { index: 7, width: 4 }),
    /tile\/entries\/007\.p\/4: 102 bytes, 4 entries have 136/,
  );
  bundle[35] = 33;
  assert.throws(() => decodeEntries(bundle, { index: 7, width: 3 }), /007\.p\/3: entry 1 does not have 32 bytes/);
});

test("readTile() refuses a tile of another length, and names it", async () => {
  const tile = { level: 1, index: 2, width: 3 };
  for (const length of [0, 95, 97, 8192])
    await assert.rejects(readTile({ readTile: () => Buffer.alloc(length) }, tile), {
      code: "UNPROVEN",
      message: `tile/1/002.p/3: ${length} bytes, 3 hashes have 96`,
    });
});

test("MemoryTiles names a tile that it does not have", () => {
  const tiles = new MemoryTiles();
  tiles.add({ level: 0, index: 1, width: 2, hashes: Buffer.alloc(64) });
  assert.equal(tiles.readTile({ level: 0, index: 1, width: 1 }).length, 32);
  for (const tile of [
    { level: 0, index: 1, width: 3 },
    { level: 0, index: 0, width: 1 },
    { level: 1, index: 1, width: 1 },
  ])
    assert.throws(() => tiles.readTile(tile), { code: "UNPROVEN" });
});
