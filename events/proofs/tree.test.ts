import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { eventHash, sha256 } from "../hash.ts";
import { EIGHT_INPUTS, EIGHT_ROOTS, leavesOf, madeEntries, naiveRoot } from "./naive-tree.suite.ts";
import { EMPTY_ROOT, HASH_BYTES, heightsOf, leafHash, nodeHash, RightEdge, rootOf, rootOfHashes } from "./tree.ts";

test("the roots of the well-known tree of eight leaves", () => {
  const edge = new RightEdge();
  assert.equal(edge.root().toString("hex"), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const [n, input] of EIGHT_INPUTS.entries()) {
    edge.appendLeaf(eventHash(input)); // an event hash has the form of a leaf hash
    assert.equal(edge.root().toString("hex"), EIGHT_ROOTS[n], `size ${n + 1}`);
  }
});

test("leafHash() and nodeHash() are those of RFC 6962, and take 32 bytes only", () => {
  const [a, b] = madeEntries(2) as [Buffer, Buffer];
  assert.deepEqual(leafHash(a), sha256(Buffer.concat([Buffer.of(0), a])));
  assert.deepEqual(nodeHash(a, b), sha256(Buffer.concat([Buffer.of(1), a, b])));
  assert.deepEqual(leafHash(Buffer.concat([b, a, b]).subarray(32, 64)), leafHash(a), "a view's own bytes");
  assert.throws(() => leafHash(a.subarray(1)), /an entry has 32 bytes, not 31/);
  assert.throws(() => nodeHash(a, Buffer.concat([b, a])), /a node has two hashes of 32 bytes, not 32 and 64/);
});

test("RightEdge and rootOf() have the root of the naive tree at every size to 600", () => {
  const entries = madeEntries(600);
  const leaves = leavesOf(entries);
  const edge = new RightEdge();
  for (let size = 0; size <= 600; size++) {
    assert.equal(edge.size, size);
    assert.deepEqual(edge.root(), naiveRoot(leaves.slice(0, size)), `size ${size}`);
    if (size < 600) edge.append(entries[size] as Buffer);
  }
  assert.deepEqual(rootOf(entries), edge.root());
  assert.deepEqual(rootOfHashes(Buffer.concat(leaves)), edge.root());
  assert.deepEqual(rootOf([]), EMPTY_ROOT);
});

test("root() returns bytes of its own, so a caller that changes them does not change the tree", () => {
  const edge = new RightEdge();
  edge.root().fill(0);
  assert.deepEqual(edge.root(), sha256(""));
  edge.append(madeEntries(1)[0] as Buffer);
  const before = edge.root();
  edge.root().fill(0);
  edge.peaks().fill(0);
  assert.deepEqual(edge.root(), before);
});

test("an edge that is kept as its peaks and read again goes on as if it had never stopped", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 6 }), (steps) => {
      const entries = madeEntries(steps.reduce((sum, step) => sum + step, 0));
      let edge = new RightEdge();
      for (const step of steps) {
        edge = RightEdge.from(edge.size, Buffer.from(edge.peaks()));
        for (const entry of entries.slice(edge.size, edge.size + step)) edge.append(entry);
        assert.deepEqual(edge.root(), naiveRoot(leavesOf(entries.slice(0, edge.size))));
      }
    }),
    { numRuns: 40 },
  );
});

test("RightEdge.from() refuses peaks that do not belong to the size", () => {
  const edge = new RightEdge();
  for (const entry of madeEntries(7)) edge.append(entry);
  assert.throws(() => RightEdge.from(8, edge.peaks()), /a tree of 8 entries has 1 peaks, not 96 bytes/);
  assert.throws(() => RightEdge.from(7, edge.peaks().subarray(1)), /a tree of 7 entries has 3 peaks, not 95 bytes/);
});

test("an edge beyond 2 ** 32 entries counts without 32-bit arithmetic", () => {
  const size = 2 ** 40 + 2 ** 33 + 1;
  assert.deepEqual(heightsOf(size), [40, 33, 0]);
  const [a, b, c, d] = madeEntries(4) as [Buffer, Buffer, Buffer, Buffer];
  const edge = RightEdge.from(size, Buffer.concat([a, b, c]));
  edge.append(d);
  assert.equal(edge.size, size + 1);
  const last = nodeHash(c, leafHash(d));
  assert.deepEqual(edge.peaks(), Buffer.concat([a, b, last]));
  assert.deepEqual(edge.root(), nodeHash(a, nodeHash(b, last)));
});

test("a hash of a tile is handed out once, when its subtree is complete", () => {
  const given: string[] = [];
  const edge = new RightEdge((level, hash) => {
    assert.equal(hash.length, HASH_BYTES);
    if (level > 0) given.push(`level ${level} at size ${edge.size}`);
  });
  for (const entry of madeEntries(1024)) edge.append(entry);
  assert.deepEqual(
    given,
    [255, 511, 767, 1023].map((size) => `level 1 at size ${size}`),
  );
});
