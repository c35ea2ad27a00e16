/** What a moment says never changes: not while another connection follows, and not when a rebuild replaces the file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { Random } from "../../fixtures/data/random.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Cache, openCacheForReading } from "../cache/cache.ts";
import { Moments } from "../moments/moments.ts";
import type { ReadSource } from "../queries/read.ts";
import { READS, type ReadName } from "../queries/reads/reads.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { assertSameBooks, booksOf } from "./books-of-moments.suite.ts";
import { type Cached, forEachBusiness, newCachePath } from "./cached-business.suite.ts";
import { type ReadInputs, randomInput, worldOf } from "./read-inputs.suite.ts";
import { type Answer, answerOf, comparable, isAboutTheLog } from "./reads-of-moments.suite.ts";
import { type NamedMoment, randomMoments, seenIn } from "./replayed-moments.suite.ts";

const RUNS = pickCount({ usual: 4, long: 200 });
/** Reads at a moment between two batches of events. */
const READS_BETWEEN = 6;

interface Question {
  name: ReadName;
  input: ReadInputs;
  answer: Answer;
}

const NAMES = Object.keys(READS) as ReadName[];

/** Questions about moments, with the answers of a replay to them. */
function questionsOf({ events, bodies }: Cached, moments: readonly NamedMoment[], random: Random): Question[][] {
  const world = worldOf(events);
  return seenIn(bodies, moments, (db, { at, atMs }) =>
    NAMES.map((name) => {
      const input = randomInput(name, world, random);
      return { name, input: { ...input, at }, answer: answerOf({ db, nowMs: atMs }, name, input) };
    }),
  );
}

function assertAnswer(source: ReadSource, { name, input, answer }: Question, what: string): void {
  const found = comparable(name, answerOf(source, name, input));
  assert.deepEqual(found, comparable(name, answer), `${name} ${JSON.stringify(input)}, ${what}`);
}

test("while another connection follows, every answer at a moment stays what it was", async () => {
  let runs = 0;
  await forEachBusiness(RUNS, (cached) => {
    const { events, bodies } = cached;
    const random = new Random(`following ${runs++}, ${events.length}`);
    // Only events are moments that later events leave as they are: the end of a day may still get some.
    const early = Math.max(2, Math.floor(events.length * random.pick([0.3, 0.6])));
    const named = randomMoments(events.slice(0, early), 3, random).map(eventOf(cached));
    const questions = questionsOf(cached, named, random);
    const books = seenIn(bodies, named, booksOf);
    const path = newCachePath();
    const follower = Cache.create(path);
    follower.apply(0, bodies.slice(0, early));
    const reader = openCacheForReading(path);
    const moments = new Moments(path, { max: random.int(1, 3) });
    const source: ReadSource = { db: reader, nowMs: 0, sourceAt: (moment) => moments.sourceAt(moment) };
    try {
      for (let after = early; ; ) {
        for (let n = 0; n < READS_BETWEEN; n++) {
          const at = random.int(0, named.length - 1);
          assertAnswer(source, random.pick(questions[at] ?? []), `event ${named[at]?.seq}, followed to ${after}`);
        }
        const at = random.int(0, named.length - 1);
        const { seq, atMs } = named[at] as NamedMoment;
        assertSameBooks(booksOf(moments.sourceAt({ seq, atMs }).db), books[at], `event ${seq}, followed to ${after}`);
        if (after === bodies.length) break;
        const next = Math.min(bodies.length, after + random.int(1, 6));
        follower.apply(after, bodies.slice(after, next));
        after = next;
      }
    } finally {
      moments.close();
      reader.close();
      follower.close();
    }
  });
});

test("a read that is under way at a moment sees one state, whatever is followed meanwhile", async () => {
  let runs = 0;
  await forEachBusiness(RUNS, (cached) => {
    const { events, bodies } = cached;
    const random = new Random(`meanwhile ${runs++}, ${events.length}`);
    const early = Math.max(2, Math.floor(events.length * 0.6));
    const named = randomMoments(events.slice(0, early), 3, random).map(eventOf(cached));
    const questions = questionsOf(cached, named, random);
    const path = newCachePath();
    const follower = Cache.create(path);
    follower.apply(0, bodies.slice(0, early));
    const moments = new Moments(path);
    try {
      for (const [n, { seq, atMs }] of named.entries()) {
        const at = moments.sourceAt({ seq, atMs });
        at.db.transaction(() => {
          for (const { name, input, answer } of random.shuffle(questions[n] ?? []).slice(0, 12)) {
            const { seq: head } = follower.checkpoint;
            if (random.chance(0.4)) follower.apply(head, bodies.slice(head, head + random.int(1, 4)));
            const { at: _, ...plain } = input;
            const what = `event ${seq}, in one transaction`;
            if (!isAboutTheLog(name)) assertAnswer(at, { name, input: plain, answer }, what);
          }
        })();
      }
    } finally {
      moments.close();
      follower.close();
    }
  });
});

test("after a rebuild's swap, every answer at a moment is what it was", async () => {
  let runs = 0;
  await forEachBusiness(RUNS, async (cached) => {
    const { events, bodies } = cached;
    const random = new Random(`swap ${runs++}, ${events.length}`);
    const named = randomMoments(events, 2, random);
    const questions = questionsOf(cached, named, random);
    const path = newCachePath();
    const followed = Cache.create(path);
    followed.apply(0, bodies);
    followed.close();
    const ask = (when: string) => {
      const reader = openCacheForReading(path);
      const moments = new Moments(path);
      const source: ReadSource = { db: reader, nowMs: 0, sourceAt: (moment) => moments.sourceAt(moment) };
      for (const [n, { at }] of named.entries())
        for (const question of questions[n] ?? []) assertAnswer(source, question, `at ${at}, ${when}`);
      return () => {
        moments.close();
        reader.close();
      };
    };
    let close = ask("before a rebuild");
    await rebuildCache(path, new MemoryLog(bodies), { beforeSwap: () => close() });
    close = ask("after a rebuild");
    close();
  });
});

/** The event of a moment, as a moment of its own. */
function eventOf({ events }: Cached): (moment: NamedMoment) => NamedMoment {
  return ({ seq }) => ({ at: `event:${seq}`, seq, atMs: events[Math.max(0, seq - 1)]?.at ?? 0 });
}
