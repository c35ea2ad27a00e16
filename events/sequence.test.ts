import assert from "node:assert/strict";
import { test } from "node:test";
import { SEGMENT, segmentEnd } from "./sequence.ts";

test("SEGMENT is four entry bundles of 256", () => {
  assert.equal(SEGMENT, 4 * 256);
});

test("segmentEnd() is the end of the segment of the next event: (0, 1024], (1024, 2048] …", () => {
  const cases: [number, number][] = [
    [0, SEGMENT],
    [1, SEGMENT],
    [SEGMENT - 1, SEGMENT],
    [SEGMENT, 2 * SEGMENT], // the previous segment is full: the next event begins a new one
    [SEGMENT + 1, 2 * SEGMENT],
    [2 * SEGMENT - 1, 2 * SEGMENT],
    [2 * SEGMENT, 3 * SEGMENT],
    [2 ** 40, 2 ** 40 + SEGMENT],
  ];
  for (const [after, end] of cases) assert.equal(segmentEnd(after), end, `after ${after}`);
});

test("segmentEnd() is always ahead of `after`, so reading segment by segment terminates", () => {
  for (let after = 0; after < 3 * SEGMENT; after++) {
    const end = segmentEnd(after);
    assert.ok(end > after && end <= after + SEGMENT && end % SEGMENT === 0);
  }
});
