/** Over a connection that stands at a moment, every table has the rows of a replay to that moment. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../fixtures/data/random.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Moments } from "../moments/moments.ts";
import { assertSameBooks, booksOf } from "./books-of-moments.suite.ts";
import { forEachBusiness } from "./cached-business.suite.ts";
import { randomMoments, seenIn } from "./replayed-moments.suite.ts";

const RUNS = pickCount({ usual: 8, long: 300 });
const MOMENTS = 8;

test("at every moment, each table has the rows and the digest of a replay to it", async () => {
  let runs = 0;
  await forEachBusiness(RUNS, ({ cache, bodies, events }) => {
    const random = new Random(`moments ${runs++}, ${events.length}`);
    const named = randomMoments(events, MOMENTS, random);
    const expected = seenIn(bodies, named, booksOf);
    const moments = new Moments(cache.db.name, { max: random.int(1, 3) });
    try {
      const visits = [...named.entries()].flatMap((visit) => [visit, visit]);
      for (const [n, { at, seq, atMs }] of random.shuffle(visits)) {
        const { db, nowMs } = moments.sourceAt({ seq, atMs });
        assertSameBooks(booksOf(db), expected[n], `at ${at}, event ${seq} of ${events.length}`);
        assert.equal(nowMs, atMs);
      }
    } finally {
      moments.close();
    }
  });
});
