import assert from "node:assert/strict";
import { test } from "node:test";
import { memoize } from "./memoize.ts";

test("memoize() computes a text once, except one that is long or throws", () => {
  const calls: string[] = [];
  const shout = memoize((text) => {
    calls.push(text);
    if (text === "bad") throw new Error("bad");
    return text === "nothing" ? null : text.toUpperCase();
  });
  const long = "x".repeat(129);
  for (let times = 0; times < 2; times++) {
    assert.equal(shout("ada"), "ADA");
    assert.equal(shout("nothing"), null);
    assert.throws(() => shout("bad"), /bad/);
    assert.equal(shout(long), long.toUpperCase());
  }
  assert.deepEqual(calls, ["ada", "nothing", "bad", long, "bad", long]);
});

test("memoize() stores no more than a thousand texts", () => {
  let calls = 0;
  const length = memoize((text) => {
    calls++;
    return { length: text.length };
  });
  for (let n = 0; n < 1_001; n++) length(String(n));
  length("1000");
  assert.equal(calls, 1_001);
  length("0");
  assert.equal(calls, 1_002);
});
