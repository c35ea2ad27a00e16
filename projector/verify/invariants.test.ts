/** Each invariant finds the one thing that is broken, and nothing else does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BREAKS_OF_DRAFTS } from "./breaks-of-drafts.suite.ts";
import { BREAKS_OF_ENTRIES } from "./breaks-of-entries.suite.ts";
import { BREAKS_OF_TRADE } from "./breaks-of-trade.suite.ts";
import { INVARIANTS } from "./invariants.ts";
import { violationsAfter } from "./shop.suite.ts";

const BREAKS = { ...BREAKS_OF_DRAFTS, ...BREAKS_OF_TRADE, ...BREAKS_OF_ENTRIES };

test("every invariant has a name of its own, and a test that breaks it alone", () => {
  const names = INVARIANTS.map(({ name }) => name);
  assert.deepEqual([...new Set(names)], names);
  assert.deepEqual(Object.keys(BREAKS).sort(), names.toSorted());
});

for (const [invariant, breaks] of Object.entries(BREAKS))
  for (const one of breaks)
    test(`${invariant}: ${one.what}`, async (t) => {
      const { violations, head } = await violationsAfter(t, one);
      assert.ok(violations.length > 0, "nothing was found");
      for (const { problem, ...found } of violations)
        assert.deepEqual(found, { seq: head, type: one.type, invariant }, problem);
    });
