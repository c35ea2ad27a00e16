import assert from "node:assert/strict";
import { test } from "node:test";
import { lazy } from "./lazy.ts";

test("lazy() computes its value on the first call, and never again, even if it is undefined", () => {
  let runs = 0;
  const value = lazy(() => {
    runs++;
    return undefined;
  });
  assert.equal(runs, 0);
  assert.equal(value(), undefined);
  assert.equal(value(), undefined);
  assert.equal(runs, 1);
});
