/** One illegal change anywhere in a random history is refused: by the fold, or by the check of the invariants. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";
import fc from "fast-check";
import { decodeEvent, encodeEvent, type LogEvent } from "../../events/encoding/event.ts";
import { MemoryLog } from "../../fixtures/data/memory-log.ts";
import { randomHistory } from "../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Cache } from "../cache/cache.ts";
import { checkInvariants } from "./check-invariants.ts";
import { FOLD } from "./invariants.ts";
import { MUTATIONS, type Mutation } from "./mutations.suite.ts";

const SEEDS = [1, 2, 3];
const COMMANDS = 250;
const RUNS = pickCount({ usual: 4, long: 60 });

const folder = temporaryFolder();
const histories: LogEvent[][] = [];
let files = 0;

before(async () => {
  for (const seed of SEEDS)
    histories.push((await randomHistory(folder, { seed, commands: COMMANDS })).map((body) => decodeEvent(body)));
});

/** Applies a mutation at the first event where it fits, from `at` on: in the history of `seed`, else in another one. */
function mutated(mutate: Mutation, { seed, at, by }: { seed: number; at: number; by: number }): LogEvent[] {
  for (const history of [...histories.slice(seed), ...histories.slice(0, seed)])
    for (let n = 0; n < history.length; n++) {
      const events = structuredClone(history) as LogEvent[];
      if (mutate(events, (at + n) % history.length, by)) return events;
    }
  throw new Error("the mutation fits nowhere");
}

/** Folds a log that only the invariants refuse. No count may be below zero. */
function assertFigures(bodies: readonly Uint8Array[]): void {
  const cache = Cache.create(join(folder, `${++files}.sqlite`));
  try {
    cache.apply(0, bodies);
    for (const table of ["client_balance", "month_sum"])
      assert.equal(
        cache.db.prepare(`SELECT count(*) FROM ${table} WHERE invoices < 0 OR credit_notes < 0`).pluck().get(),
        0,
        table,
      );
  } finally {
    cache.close();
  }
}

for (const [what, mutate] of Object.entries(MUTATIONS))
  test(`a history in which this was changed is refused: ${what}`, async () => {
    const place = { seed: fc.nat(SEEDS.length - 1), at: fc.nat(1000), by: fc.integer({ min: -9, max: 9 }) };
    await fc.assert(
      fc.asyncProperty(fc.record(place), async ({ seed, at, by }) => {
        const events = mutated(mutate, { seed, at, by: by || 1 });
        const bodies = events.map((event) => encodeEvent(event).body);
        const violations = await Array.fromAsync(checkInvariants(new MemoryLog(bodies), { folder }));
        assert.ok(violations.length > 0, "nothing was found");
        if (violations.at(-1)?.invariant !== FOLD) assertFigures(bodies);
      }),
      { numRuns: RUNS },
    );
  });
