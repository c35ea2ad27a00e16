import assert from "node:assert/strict";
import { test } from "node:test";
import { fillBatch } from "./batch-window.ts";

/** Something that one turn after the other brings, so many in all. */
function bringing(total: number): () => number {
  let count = 1;
  const more = () => {
    if (count === total) return;
    count++;
    setImmediate(more);
  };
  setImmediate(more);
  return () => count;
}

test("fillBatch() waits for as long as each turn brings more", async () => {
  const count = bringing(20);
  await fillBatch(count, 256);
  assert.equal(count(), 20);
});

test("fillBatch() waits no longer than there is enough", async () => {
  const count = bringing(20);
  await fillBatch(count, 7);
  assert.equal(count(), 7);
});

test("fillBatch() ends where more comes at every turn", async () => {
  const count = bringing(100_000);
  await fillBatch(count, 100_000);
  assert.ok(count() > 1 && count() < 1_000, `${count()}`);
});

test("fillBatch() waits for nothing where there is nothing", async () => {
  let turns = 0;
  setImmediate(() => turns++);
  await fillBatch(() => 0, 1);
  assert.equal(turns, 0);
});
