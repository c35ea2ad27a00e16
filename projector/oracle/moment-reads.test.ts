/** Every read at a moment of a whole cache gives the answer that it gives of a replay to that moment. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../fixtures/data/random.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Moments } from "../moments/moments.ts";
import type { ReadSource } from "../queries/read.ts";
import { forEachBusiness } from "./cached-business.suite.ts";
import { randomInput, worldOf } from "./read-inputs.suite.ts";
import { answerInParts, answerOf, comparable, firstPageOf, readsInAnyOrder } from "./reads-of-moments.suite.ts";
import { type NamedMoment, randomMoments, seenIn } from "./replayed-moments.suite.ts";

const RUNS = pickCount({ usual: 4, long: 300 });
const MOMENTS = 4;
/** Inputs of each read at each moment. */
const INPUTS = 2;

test("every read at a moment answers as on a replay to it", async () => {
  let runs = 0;
  await forEachBusiness(RUNS, ({ cache, bodies, events }) => {
    const random = new Random(`reads ${runs++}, ${events.length}`);
    const whole = worldOf(events);
    const seen = seenIn(bodies, randomMoments(events, MOMENTS, random), (db, moment) => {
      const source = { db, nowMs: moment.atMs };
      // Mostly what exists at the moment; now and then what comes only later.
      const world = worldOf(events.slice(0, Math.max(2, moment.seq)));
      const reads = Array.from({ length: INPUTS }, () => readsInAnyOrder(random)).flat();
      const asked = reads.map((name) => {
        const input = randomInput(name, random.chance(0.8) ? world : whole, random);
        return { name, input, answer: answerOf(source, name, input) };
      });
      return { moment, asked };
    });
    const moments = new Moments(cache.db.name, { max: random.int(1, 2) });
    const source: ReadSource = { db: cache.db, nowMs: Date.now(), sourceAt: (moment) => moments.sourceAt(moment) };
    try {
      for (const { moment, asked } of random.shuffle(seen))
        for (const { name, input, answer } of asked) {
          const what = () => `${name} ${JSON.stringify(input)} at ${wordsOf(moment)} of ${events.length}`;
          const withMoment = { ...input, at: moment.at };
          assert.deepEqual(comparable(name, answerOf(source, name, withMoment)), comparable(name, answer), what());
          const inParts = answerInParts(source, name, withMoment);
          if (inParts) assert.deepEqual(inParts, firstPageOf(answer), `${what()}, in parts`);
        }
    } finally {
      moments.close();
    }
  });
});

function wordsOf({ at, seq }: NamedMoment): string {
  return `${at}, event ${seq}`;
}
