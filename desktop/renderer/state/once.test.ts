import assert from "node:assert/strict";
import { test } from "node:test";
import { once } from "./once.ts";

test("once() makes its value when somebody first asks, and never again, also where it is undefined", () => {
  let made = 0;
  const value = once(() => {
    made++;
    return undefined;
  });
  assert.equal(made, 0);
  assert.equal(value(), undefined);
  assert.equal(value(), undefined);
  assert.equal(made, 1);
});
