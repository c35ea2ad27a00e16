/** Numbers of random business: without gaps in each period, as their patterns say, and each used once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import type { Day } from "./books-lists.suite.ts";
import { forEachBusiness } from "./cached-business.suite.ts";

const RUNS = pickCount({ usual: 60, long: 2000 });

/** What the series of `RANDOM_PROFILE` promise, said in another way. */
const EXPECTED: Record<string, { first: number; period(on: Day): string; number(on: Day, counter: number): string }> = {
  INV: { first: 1, period: () => "", number: (_, n) => `INV-${String(n).padStart(3, "0")}` },
  year: {
    first: 1,
    period: (on) => on.slice(0, 4),
    number: (on, n) => `Y${on.slice(0, 4)}-${String(n).padStart(2, "0")}`,
  },
  month: { first: 5, period: (on) => on.slice(0, 7), number: (on, n) => `${on.slice(2, 4)}/${on.slice(5, 7)}/${n}` },
};

test("each period of a series has every counter from its first one, given or passed over", async () => {
  await forEachBusiness(RUNS, ({ books }) => {
    const { numbers } = books();
    for (const [name, { first, period, number }] of Object.entries(EXPECTED)) {
      const own = numbers.filter(({ series }) => series === name);
      for (const [of, used] of Map.groupBy(own, ({ issuedOn }) => period(issuedOn)))
        assert.deepEqual(
          used.map(({ counter }) => counter),
          used.map((_, n) => first + n),
          `${name} ${of}`,
        );
      for (const used of own) assert.equal(used.number, number(used.issuedOn, used.counter));
      assert.deepEqual(
        own,
        own.toSorted((a, b) => (a.issuedOn < b.issuedOn ? -1 : a.issuedOn > b.issuedOn ? 1 : 0)),
      );
    }
  });
});

test("a number is used once, and is passed over only where an earlier document has it", async () => {
  await forEachBusiness(RUNS, ({ books }) => {
    const { documents, numbers } = books();
    assert.equal(new Set(documents.map(({ number }) => number)).size, documents.length);
    for (const { number, takenBy } of numbers.filter(({ takenBy }) => takenBy !== null))
      assert.equal(documents.find(({ id }) => id === takenBy)?.number, number);
  });
});
