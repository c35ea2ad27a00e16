import assert from "node:assert/strict";
import { test } from "node:test";
import { fillBatch } from "./batch-window.ts";

/** Work that arrives one item per turn, `total` items in all. */
function arriving(total: number): () => number {
  let count = 1;
  const more = () => {
    if (count === total) return;
    count++;
    setImmediate(more);
  };
  setImmediate(more);
  return () => count;
}

test("fillBatch() waits as long as each turn brings more", async () => {
  const count = arriving(20);
  await fillBatch(count, 256);
  assert.equal(count(), 20);
});

test("fillBatch() stops waiting when there is enough", async () => {
  const count = arriving(20);
  await fillBatch(count, 7);
  assert.equal(count(), 7);
});

test("fillBatch() ends even if every turn brings more", async () => {
  const count = arriving(100_000);
  await fillBatch(count, 100_000);
  assert.ok(count() > 1 && count() < 1_000, `${count()}`);
});

test("fillBatch() does not wait if there is nothing", async () => {
  let turns = 0;
  setImmediate(() => turns++);
  await fillBatch(() => 0, 1);
  assert.equal(turns, 0);
});
