import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "./merge.ts";

test("merge() includes what only they changed, and reports a conflict where both did", () => {
  const base = { a: "1", b: "1", c: "1", d: "1" };
  const { value, conflicts, mergedFields } = merge(
    { names: ["a", "b", "c", "d"] },
    base,
    { ...base, b: "2", c: "2", d: "2" },
    { ...base, a: "3", c: "3", d: "2" },
  );
  assert.deepEqual(value, { a: "3", b: "2", c: "2", d: "2" });
  assert.deepEqual(conflicts, [{ name: "c", mine: "2", theirs: "3" }]);
  assert.deepEqual(mergedFields, ["a"]);
});

test("merge() merges lists of the same length element by element, unless both changed one element", () => {
  const base = { lines: [{ q: 1 }, { q: 1 }, { q: 1 }] };
  const merged = merge(
    { names: ["lines"] },
    base,
    { lines: [{ q: 2 }, { q: 1 }, { q: 1 }] },
    { lines: [{ q: 1 }, { q: 1 }, { q: 3 }] },
  );
  assert.deepEqual(merged, {
    value: { lines: [{ q: 2 }, { q: 1 }, { q: 3 }] },
    conflicts: [],
    mergedFields: ["lines"],
  });
  const twice = merge(
    { names: ["lines"] },
    base,
    { lines: [{ q: 2 }, { q: 1 }, { q: 1 }] },
    { lines: [{ q: 3 }, { q: 1 }, { q: 1 }] },
  );
  assert.equal(twice.conflicts.length, 1);
  const longer = merge(
    { names: ["lines"] },
    base,
    { lines: [{ q: 2 }, { q: 1 }, { q: 1 }] },
    { lines: [{ q: 1 }, { q: 1 }] },
  );
  assert.equal(longer.conflicts.length, 1, "elements of lists with different lengths cannot be matched");
});

test("merge() ignores fields that the form does not have, such as one stored by an older release", () => {
  const base = { a: "1", gone: "1" };
  const merged = merge({ names: ["a"] }, base, { a: "1", gone: "2" }, { a: "1", gone: "3" });
  assert.deepEqual([merged.conflicts, merged.mergedFields], [[], []]);
});

test("merge() merges a field with parts part by part, and keeps the other parts of both whatever the user chooses", () => {
  const more = { names: ["more"] as const, inParts: ["more"] as const };
  const base: { more: Record<string, string> } = { more: { project: "P", contract: "C", tender: "T" } };
  const mine = { more: { project: "P2", contract: "C", tender: "mine" } };
  const clear = merge(more, base, mine, { more: { project: "P", contract: "C3", tender: "T" } });
  assert.deepEqual(clear.value, { more: { contract: "C3", project: "P2", tender: "mine" } });
  assert.deepEqual([clear.conflicts, clear.mergedFields], [[], ["more"]]);
  // A part that they removed, and one that they added.
  const changed = merge(more, base, mine, { more: { project: "P", tender: "T", order: "O" } });
  assert.deepEqual(changed.value, { more: { order: "O", project: "P2", tender: "mine" } });
  const both = merge(more, base, mine, { more: { project: "P", contract: "C3", tender: "theirs" } });
  assert.deepEqual(both.conflicts, [
    {
      name: "more",
      mine: { contract: "C3", project: "P2", tender: "mine" },
      theirs: { contract: "C3", project: "P2", tender: "theirs" },
    },
  ]);
});

test("merge() reports a conflict where both changed other amounts of one payment: their sum may be too much", () => {
  const base: { allocations: Record<string, string> } = { allocations: {} };
  const [mine, theirs] = [{ allocations: { 7: "33" } }, { allocations: { 8: "44" } }];
  const { value, conflicts } = merge({ names: ["allocations"] }, base, mine, theirs);
  assert.deepEqual(value, mine);
  assert.deepEqual(conflicts, [{ name: "allocations", mine: mine.allocations, theirs: theirs.allocations }]);
});
