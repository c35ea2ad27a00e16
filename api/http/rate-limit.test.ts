import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RateLimit } from "./rate-limit.ts";

test("RateLimit.take() allows a burst, then one attempt per refill, and returns how long to wait", () => {
  let nowMs = 5_000;
  const limit = new RateLimit({ burst: 3, refillMs: 100 }, () => nowMs);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.take("a")),
    [0, 0, 0, 100],
  );
  nowMs += 99;
  assert.equal(limit.take("a"), 1);
  nowMs += 1;
  assert.equal(limit.take("a"), 0);
  assert.equal(limit.take("a"), 100);
  // Even after a long pause, no more than a burst is available.
  nowMs += 1_000_000;
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.take("a")),
    [0, 0, 0, 100],
  );
});

test("RateLimit.giveBack() undoes an attempt", () => {
  const limit = new RateLimit({ burst: 1, refillMs: 100 }, () => 5_000);
  for (let n = 0; n < 1000; n++) {
    assert.equal(limit.take("a"), 0);
    limit.giveBack("a");
  }
  assert.equal(limit.take("a"), 0);
  assert.equal(limit.take("a"), 100);
});

test("RateLimit separates keys, and a flood of other keys frees no attempts for one", () => {
  const limit = new RateLimit({ burst: 1, refillMs: 100 }, () => 5_000);
  limit.take("a");
  for (let n = 0; n < 20_000; n++) limit.take(`other ${n}`);
  assert.equal(limit.take("a"), 100);
  // Two keys share one of 16,384 slots by chance, so nearly all of a hundred keys are separate.
  const fresh = new RateLimit({ burst: 1, refillMs: 100 }, () => 5_000);
  const free = Array.from({ length: 100 }, (_, n) => fresh.take(`key ${n}`)).filter((waitMs) => waitMs === 0);
  assert.ok(free.length >= 95, `${free.length}`);
});

test("RateLimit.take() never allows more than the burst and the refills of the elapsed time", () => {
  const arbitraryGaps = fc.array(fc.nat(250), { maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), arbitraryGaps, (burst, gaps) => {
      let nowMs = 1_000;
      const limit = new RateLimit({ burst, refillMs: 100 }, () => nowMs);
      const allowed: number[] = [];
      for (const gap of gaps) {
        nowMs += gap;
        if (limit.take("a") === 0) allowed.push(nowMs);
      }
      for (const [n, first] of allowed.entries())
        for (const [m, last] of allowed.entries())
          if (m >= n) assert.ok(m - n + 1 <= burst + Math.floor((last - first) / 100), `${allowed}`);
    }),
  );
});
