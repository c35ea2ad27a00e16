import assert from "node:assert/strict";
import { test } from "node:test";
import { gather } from "./gathering.ts";

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

test("gather() waits for as long as each turn brings more", async () => {
  const count = bringing(20);
  await gather(count, 256);
  assert.equal(count(), 20);
});

test("gather() waits no longer than there is enough", async () => {
  const count = bringing(20);
  await gather(count, 7);
  assert.equal(count(), 7);
});

test("gather() ends where more comes at every turn", async () => {
  const count = bringing(100_000);
  await gather(count, 100_000);
  assert.ok(count() > 1 && count() < 1_000, `${count()}`);
});

test("gather() waits for nothing where there is nothing", async () => {
  let turns = 0;
  setImmediate(() => turns++);
  await gather(() => 0, 1);
  assert.equal(turns, 0);
});
