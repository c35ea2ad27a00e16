import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "./merge.ts";

test("merge() takes what only they changed, and asks where both did", () => {
  const base = { a: "1", b: "1", c: "1", d: "1" };
  const { value, conflicts, taken } = merge(
    ["a", "b", "c", "d"],
    base,
    { ...base, b: "2", c: "2", d: "2" },
    { ...base, a: "3", c: "3", d: "2" },
  );
  assert.deepEqual(value, { a: "3", b: "2", c: "2", d: "2" });
  assert.deepEqual(conflicts, [{ name: "c", mine: "2", theirs: "3" }]);
  assert.deepEqual(taken, ["a"]);
});

test("merge() goes place by place through lists of one length, and asks for the whole where one place was changed twice", () => {
  const base = { lines: [{ q: 1 }, { q: 1 }, { q: 1 }] };
  const merged = merge(
    ["lines"],
    base,
    { lines: [{ q: 2 }, { q: 1 }, { q: 1 }] },
    { lines: [{ q: 1 }, { q: 1 }, { q: 3 }] },
  );
  assert.deepEqual(merged, { value: { lines: [{ q: 2 }, { q: 1 }, { q: 3 }] }, conflicts: [], taken: ["lines"] });
  const twice = merge(
    ["lines"],
    base,
    { lines: [{ q: 2 }, { q: 1 }, { q: 1 }] },
    { lines: [{ q: 3 }, { q: 1 }, { q: 1 }] },
  );
  assert.equal(twice.conflicts.length, 1);
  const longer = merge(["lines"], base, { lines: [{ q: 2 }, { q: 1 }, { q: 1 }] }, { lines: [{ q: 1 }, { q: 1 }] });
  assert.equal(longer.conflicts.length, 1, "which line is which cannot be told");
});

test("merge() leaves alone what is no field of the form, such as one that an older release kept", () => {
  const base = { a: "1", gone: "1" };
  const merged = merge(["a"], base, { a: "1", gone: "2" }, { a: "1", gone: "3" });
  assert.deepEqual([merged.conflicts, merged.taken], [[], []]);
});
