/** Random businesses, folded into caches: what tests compare with the model. */
import { join } from "node:path";
import fc from "fast-check";
import { openMemoryOffice } from "../../events/business/memory-office.suite.ts";
import { encodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { addDays } from "../../events/values/calendar.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache } from "../cache/cache.ts";
import type { Books, Day } from "./books-lists.suite.ts";
import { booksAfter } from "./books-model.suite.ts";
import { business, playBusiness } from "./random-business.suite.ts";
import { RANDOM_PROFILE } from "./random-inputs.suite.ts";

const folder = temporaryFolder();
let files = 0;

/** A history, and its cache at the head. */
export interface Cached {
  events: LogEvent[];
  bodies: Uint8Array[];
  cache: Cache;
  /** The books as known after event `n`; default: after all. */
  books(n?: number): Books;
}

export function newCachePath(): string {
  return join(folder, `${++files}.sqlite`);
}

/** Folds a history into a cache and closes that afterwards. */
export async function withCache(events: LogEvent[], check: (cached: Cached) => void | Promise<void>): Promise<void> {
  const bodies = events.map((event) => encodeEvent(event, null).body);
  const cache = Cache.create(newCachePath());
  try {
    cache.apply(0, bodies);
    await check({ events, bodies, cache, books: (n = events.length) => booksAfter(events.slice(0, n)) });
  } finally {
    cache.close();
  }
}

/** A moment to look at the books: as dated until a day, as known after event `known`. */
export interface Moment {
  day: Day;
  known: number;
}

/** As fractions of the history and of its days, so that they fit every history. */
const looks = fc.array(
  fc.record({ day: fraction(), off: fc.constantFrom(0, 0, -1, 1), known: fc.oneof(fc.constant(1), fraction()) }),
  { minLength: 1, maxLength: 5 },
);

function fraction(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 1, noNaN: true });
}

/** The days that the events name, in order. */
function daysIn(events: readonly LogEvent[]): Day[] {
  const texts = events.map(({ data }) => JSON.stringify(data)).join();
  return [...new Set(texts.match(/\b\d{4}-\d\d-\d\d\b/g) ?? ["2024-01-01"])].sort();
}

/**
 * Checks a property of random businesses, and of moments in them: on the days that their events name, and beside them.
 *
 * @param runs how many businesses
 */
export async function forEachBusiness(
  runs: number,
  check: (cached: Cached, moments: readonly Moment[]) => void | Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(business, looks, async (wishes, looks) => {
      const office = await openMemoryOffice(null, { profile: RANDOM_PROFILE });
      await playBusiness(office, wishes);
      const events = await office.events();
      const days = daysIn(events);
      const moments = looks.map(({ day, off, known }) => ({
        day: addDays(days[Math.round(day * (days.length - 1))] as Day, off),
        known: 2 + Math.round(known * (events.length - 2)),
      }));
      await withCache(events, (cached) => check(cached, moments));
    }),
    { numRuns: runs, unbiased: true }, // long histories are as likely as short ones
  );
}
