/** Numbers of random business: without gaps in each period, as their patterns say, and each used once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { listNumberGaps, seriesStates } from "../queries/reports/number-series.ts";
import type { Books, Day } from "./books-lists.suite.ts";
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

test("the list of series has the next number of each, and explains each number that no document counts for", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, books }, [look]) => {
    const now = books();
    const today = look?.day ?? "2024-01-01";
    for (const { name, next_number, next_passed_over, documents, periods } of seriesStates(db, today)) {
      const own = now.numbers.filter(({ series }) => series === name);
      assert.equal(documents, now.documents.filter(({ series }) => series === name).length);
      const expected = EXPECTED[name];
      if (!expected) continue;
      assert.deepEqual({ next_number, next_passed_over }, nextOf(now, name, today));
      const used = Map.groupBy(own, ({ issuedOn }) => expected.period(issuedOn));
      assert.deepEqual(
        periods
          .filter(({ last_number }) => last_number > 0)
          .map(({ period, unexplained }) => [period, unexplained])
          .sort(),
        [...used.keys()].map((period) => [period, 0]).sort(),
      );
      for (const [period, of] of used) {
        const { rows } = listNumberGaps(db, { series: name, period, limit: 500 });
        assert.deepEqual(
          rows.map(({ counter, reason, document_id }) => [counter, reason, document_id]),
          of.flatMap(({ counter, takenBy, number }) => {
            if (takenBy !== null) return [[counter, "passed_over", takenBy]];
            const document = now.documents.find((one) => one.number === number);
            return document?.isVoid ? [[counter, "void", document.id]] : [];
          }),
        );
      }
    }
  });
});

/** The number of a document that is issued on that day, and how many are passed over before it. */
function nextOf({ numbers, documents }: Books, name: string, on: Day) {
  const { first, period, number } = EXPECTED[name] ?? assert.fail();
  const used = numbers.filter(({ series, issuedOn }) => series === name && period(issuedOn) === period(on));
  let counter = Math.max(first - 1, ...used.map((one) => one.counter)) + 1;
  const begins = counter;
  while (documents.some((document) => document.number === number(on, counter))) counter++;
  return { next_number: number(on, counter), next_passed_over: counter - begins };
}
