import assert from "node:assert/strict";
import { test } from "node:test";
import { takeBatch } from "./take-batch.ts";

/** Writes such as `a1 a2 b1`. */
const writes = (text: string) => text.split(" ").map((name) => ({ name, user: name.charCodeAt(0) }));
const namesOf = (list: readonly { name: string }[]) => list.map(({ name }) => name).join(" ");

test("takeBatch() takes all in the order of arrival if there is room", () => {
  const queue = writes("a1 b1 a2");
  assert.equal(namesOf(takeBatch(queue, 3)), "a1 b1 a2");
  assert.equal(queue.length, 0);
});

test("takeBatch() takes the writes of one user in order", () => {
  const queue = writes("a1 a2 a3 a4");
  assert.equal(namesOf(takeBatch(queue, 3)), "a1 a2 a3");
  assert.equal(namesOf(queue), "a4");
});

test("takeBatch() lets users take turns, and keeps the order within a batch and of each user", () => {
  const queue = writes("a1 a2 a3 a4 a5 a6 b1 b2 c1");
  assert.equal(namesOf(takeBatch(queue, 4)), "a1 a2 b1 c1");
  assert.equal(namesOf(takeBatch(queue, 4)), "a3 a4 a5 b2");
  assert.equal(namesOf(takeBatch(queue, 4)), "a6");
});
