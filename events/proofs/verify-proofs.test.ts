import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sha256 } from "../hash.ts";
import { base64, VECTORS, vectorEntries } from "./keys.suite.ts";
import { leavesOf, madeEntries, naiveConsistency, naiveInclusion, naiveRoot } from "./naive-tree.suite.ts";
import { EMPTY_ROOT, leafHash, RightEdge } from "./tree.ts";
import { checkConsistency, checkInclusion } from "./verify-proofs.ts";

const leaves = leavesOf(madeEntries(600));
const roots = leaves.map((_, n) => naiveRoot(leaves.slice(0, n + 1)));
const rootOfSize = (size: number) => (size === 0 ? EMPTY_ROOT : (roots[size - 1] as Buffer));
const other = sha256("another hash");

const inclusion = (index: number, size: number) => ({
  index,
  size,
  leaf: leaves[index] as Buffer,
  hashes: naiveInclusion(index, leaves.slice(0, size)),
  root: rootOfSize(size),
});

const consistency = (oldSize: number, size: number) => ({
  oldSize,
  oldRoot: rootOfSize(oldSize),
  size,
  root: rootOfSize(size),
  hashes: naiveConsistency(oldSize, leaves.slice(0, size)),
});

test("the proofs that Go's tlog made hold", () => {
  const { inclusion: inclusions, consistency: consistencies } = VECTORS.tree;
  const edge = new RightEdge();
  const bySize = [edge.root()];
  for (const entry of vectorEntries(70_000)) {
    edge.append(entry);
    bySize.push(edge.root());
  }
  const root = (size: number) => bySize[size] as Buffer;
  for (const [size, expected] of Object.entries(VECTORS.tree.roots))
    assert.deepEqual(root(Number(size)), base64(expected));
  for (const { size, index, proof } of inclusions) {
    const leaf = leafHash(sha256(Buffer.from(`\0event ${index + 1}`)));
    checkInclusion({ size, index, leaf, hashes: proof.map(base64), root: root(size) });
  }
  for (const { from, to, proof } of consistencies)
    checkConsistency({ oldSize: from, oldRoot: root(from), size: to, root: root(to), hashes: proof.map(base64) });
  assert.ok(inclusions.length > 20 && consistencies.length > 15);
});

test("every inclusion proof to size 40 holds, and so do some of every size to 600", () => {
  for (let size = 1; size <= 600; size++)
    for (let index = 0; index < size; index += size <= 40 ? 1 : 173) checkInclusion(inclusion(index, size));
});

test("every consistency proof to size 40 holds, and so do some of every size to 600", () => {
  for (let size = 1; size <= 600; size++)
    for (let old = 1; old <= size; old += size <= 40 ? 1 : 173) checkConsistency(consistency(old, size));
});

const MISMATCH = { name: "LogError", code: "UNPROVEN", fault: "mismatch" };

test("an inclusion proof with any change is refused", () => {
  const place = fc
    .integer({ min: 1, max: 600 })
    .chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: size - 1 })));
  fc.assert(
    fc.property(place, fc.nat(), ([size, index], pick) => {
      const proof = inclusion(index, size);
      const { hashes } = proof;
      const at = hashes.length === 0 ? 0 : pick % hashes.length;
      const wrong = [
        { ...proof, leaf: other },
        { ...proof, root: other },
        { ...proof, hashes: [...hashes, other] },
        ...(hashes.length > 0 ? [{ ...proof, hashes: hashes.with(at, other) }] : []),
        ...(hashes.length > 0 ? [{ ...proof, hashes: hashes.toSpliced(at, 1) }] : []),
        ...(size > 1 ? [{ ...proof, index: (index + 1) % size }] : []),
        { ...proof, index: size },
        { ...proof, index: -1 },
        { ...proof, index: index + 0.5 },
        { ...proof, root: proof.root.subarray(1) },
        { ...proof, leaf: Buffer.concat([proof.leaf, Buffer.of(0)]) },
      ];
      for (const changed of wrong) assert.throws(() => checkInclusion(changed), MISMATCH);
    }),
    { numRuns: 60 },
  );
});

test("a consistency proof with any change is refused", () => {
  const place = fc.integer({ min: 1, max: 600 }).chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: size })));
  fc.assert(
    fc.property(place, fc.nat(), ([size, oldSize], pick) => {
      const proof =
        oldSize === 0
          ? { ...consistency(1, size), oldSize, oldRoot: EMPTY_ROOT, hashes: [] }
          : consistency(oldSize, size);
      checkConsistency(proof);
      const { hashes } = proof;
      const at = hashes.length === 0 ? 0 : pick % hashes.length;
      const wrong = [
        { ...proof, oldRoot: other },
        ...(oldSize > 0 ? [{ ...proof, root: other }] : []), // the empty tree is the beginning of any
        { ...proof, hashes: [...hashes, other] },
        ...(hashes.length > 0 ? [{ ...proof, hashes: hashes.with(at, other) }] : []),
        ...(hashes.length > 0 ? [{ ...proof, hashes: hashes.toSpliced(at, 1) }] : []),
        { ...proof, oldSize: size + 1 },
        { ...proof, size: Number.POSITIVE_INFINITY },
        { ...proof, oldRoot: proof.oldRoot.subarray(1) },
      ];
      for (const changed of wrong) assert.throws(() => checkConsistency(changed), MISMATCH);
    }),
    { numRuns: 60 },
  );
});

test("refusals say what is wrong", () => {
  const proof = inclusion(5, 8);
  const says = (changed: Partial<typeof proof>, message: RegExp) =>
    assert.throws(() => checkInclusion({ ...proof, ...changed }), { message });
  says({ index: 8 }, /^inclusion proof of leaf 8 in 8 entries: there is no such leaf$/);
  says({ hashes: proof.hashes.slice(1) }, /2 hashes, which is too few/);
  says({ hashes: [...proof.hashes, other] }, /4 hashes, which is too many/);
  says(
    { root: other },
    new RegExp(`it leads to the root ${rootOfSize(8).toString("hex")}, not to ${other.toString("hex")}`),
  );
  const steps = consistency(5, 8);
  const refuses = (changed: Partial<typeof steps>, message: RegExp) =>
    assert.throws(() => checkConsistency({ ...steps, ...changed }), { message });
  refuses({ oldSize: 9 }, /^consistency proof from 9 to 8 entries: the sizes do not follow each other$/);
  refuses({ hashes: [] }, /no hashes, which is too few/);
  refuses({ oldRoot: other }, /for the old tree, it leads to the root/);
  assert.throws(() => checkConsistency({ ...consistency(8, 8), oldRoot: other }), /the old root is/);
});

test("sizes beyond 2 ** 32 are counted without 32-bit arithmetic", () => {
  // A tree of 2 ** 40 + 1 leaves: the last leaf's only sibling is the root of the others.
  const [left, leaf] = [other, leaves[0] as Buffer];
  const size = 2 ** 40 + 1;
  const root = naiveRoot([left, leaf]);
  checkInclusion({ index: 2 ** 40, size, leaf, hashes: [left], root });
  checkConsistency({ oldSize: 2 ** 40, oldRoot: left, size, root, hashes: [leaf] });
  assert.throws(() => checkInclusion({ index: 2 ** 39, size, leaf, hashes: [left], root }), MISMATCH);
});
