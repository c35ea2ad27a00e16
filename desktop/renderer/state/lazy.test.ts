import assert from "node:assert/strict";
import { test } from "node:test";
import { lazy } from "./lazy.ts";

test("lazy() makes its value when somebody first asks, and never again, also where it is undefined", () => {
  let made = 0;
  const value = lazy(() => {
    made++;
    return undefined;
  });
  assert.equal(made, 0);
  assert.equal(value(), undefined);
  assert.equal(value(), undefined);
  assert.equal(made, 1);
});
