import assert from "node:assert/strict";
import { test } from "node:test";
import { type ListRow, pagesOf, type Rows } from "./pages.ts";
import type { Reading } from "./question.ts";

/** A list of `total` rows, and a record of its calls. */
function listOf(total: number) {
  const calls: [cursor: string | null, limit: number][] = [];
  const pages = pagesOf<ListRow>("list", async (cursor, limit) => {
    calls.push([cursor, limit]);
    const from = Number(cursor ?? 0);
    const rows = Array.from({ length: Math.min(limit, total - from) }, (_, n) => ({ id: from + n }));
    return { rows, next: from + limit < total ? String(from + limit) : null };
  });
  return { calls, pages };
}

const reading = (more: Partial<Reading<Rows<ListRow>>> = {}): Reading<Rows<ListRow>> => ({
  before: undefined,
  more: false,
  isWanted: () => true,
  show: () => assert.fail(),
  ...more,
});

test("pagesOf() first reads a screenful, then continues to the end in growing steps", async () => {
  const { calls, pages } = listOf(1_500);
  let before = (await pages.read(reading())) ?? assert.fail();
  const counts = [before.rows.length];
  while (before.next !== null) {
    before = (await pages.read(reading({ before, more: true }))) ?? assert.fail();
    counts.push(before.rows.length);
  }
  assert.deepEqual(counts, [60, 260, 660, 1_460, 1_500]);
  assert.deepEqual(
    before.rows.map(({ id }) => id),
    Array.from({ length: 1_500 }, (_, id) => id),
  );
  assert.deepEqual(calls[0], [null, 60]);
});

test("pagesOf() reads again as many rows as before", async () => {
  const { pages } = listOf(1_500);
  const first = (await pages.read(reading())) ?? assert.fail();
  const before = (await pages.read(reading({ before: first, more: true }))) ?? assert.fail();
  const again = (await pages.read(reading({ before }))) ?? assert.fail();
  assert.ok(again.rows.length >= before.rows.length);
});

test("pagesOf() shows a row once if it moved into a later page between two calls", async () => {
  const pages = pagesOf<ListRow>("list", async (cursor) =>
    cursor === null ? { rows: [{ id: 1 }, { id: 2 }], next: "2" } : { rows: [{ id: 2 }, { id: 3 }], next: null },
  );
  const list = await pages.read(reading());
  assert.deepEqual(list, { rows: [{ id: 1 }, { id: 2 }, { id: 3 }], next: null });
});

test("pagesOf() stops when its screen closes, and after many pages without a match", async () => {
  let calls = 0;
  const pages = pagesOf<ListRow>("list", async () => {
    calls++;
    return { rows: [], next: "on" };
  });
  assert.equal(await pages.read(reading({ isWanted: () => calls < 3 })), undefined);
  assert.equal(calls, 3);
  calls = 0;
  assert.deepEqual(await pages.read(reading()), { rows: [], next: "on" });
  assert.ok(calls >= 200 && calls <= 210);
});
