import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arbitraryOf } from "../../fixtures/data/arbitrary.ts";
import { shapeOf } from "../encoding/shape.ts";
import { compact } from "./compact.ts";
import { type Further, further, furtherOfItem, furtherOfLine } from "./further.ts";
import { furtherOfBuyer, furtherOfClient, furtherOfOrganization, furtherOfSeller } from "./party.ts";

test("compact() leaves no group without content, and everything else as it is", () => {
  const hasEmptyGroup = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null) return false;
    const inner = Object.values(value);
    if (!Array.isArray(value) && inner.every((one) => one === null || (Array.isArray(one) && one.length === 0)))
      return true;
    return inner.some(hasEmptyGroup);
  };
  const textsIn = (value: unknown): unknown[] =>
    typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : value === null ? [] : [value];
  const groups = [further, furtherOfLine, furtherOfItem, furtherOfOrganization, furtherOfClient, furtherOfSeller];
  for (const group of [...groups, furtherOfBuyer])
    fc.assert(
      fc.property(arbitraryOf(shapeOf(group)), (value) => {
        const compacted = compact(value as object);
        assert.equal(hasEmptyGroup(compacted), false);
        assert.deepEqual(textsIn(compacted), textsIn(value));
        assert.deepEqual(compact(compacted), compacted);
      }),
      { numRuns: 50 },
    );
});

test("compact() is null for a group of empty groups", () => {
  const period = { from: null, to: null };
  const nothing = Object.fromEntries(Object.keys(further.shape).map((name) => [name, null])) as unknown as Further;
  assert.equal(compact({ ...nothing, notes: [], preceding: [], period }), null);
});
