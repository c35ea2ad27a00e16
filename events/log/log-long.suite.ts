import assert from "node:assert/strict";
import { test } from "node:test";
import { organizationRegistered, smallBatches } from "../../fixtures/data/events.ts";
import { sizedEvent } from "../../fixtures/data/sized-events.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import type { EncodedEvent } from "../encoding/event.ts";
import { MAX_EVENT_BYTES } from "../values/size-limits.ts";
import type { LongLogs } from "./log-harness.suite.ts";
import { outputOf, startChild } from "./log-processes.suite.ts";

const MIB = 1024 * 1024;
/** The memory that a reader may use at the end of a long range beyond its use after a tenth. */
const SLACK_BYTES = 8 * MIB;
/** The memory that a process may use for large events. A driver of MongoDB needs half of it. */
const LARGE_BYTES = 100 * MIB;

/** Events of the maximum size: many times what may be in memory. */
const LARGE_EVENTS = 120;

/** What a log promises for long ranges. */
export function longTests(name: string, { newAddress, count }: LongLogs): void {
  const events = pickCount(count);
  const hint = events < count.long ? `; INVOIFY_LONG=1 reads ${count.long.toLocaleString("en")}` : "";

  test("read() of a long range takes bounded memory", async (t) => {
    const address = await newAddress(smallBatches(events, 5_000));
    const start = performance.now();
    const { bytes, live, peakRss, ...read } = JSON.parse(await outputOf(startChild("read", address)));
    const seconds = (performance.now() - start) / 1000;
    t.diagnostic(
      `${name}: ${events.toLocaleString("en")} events, ${Math.round(bytes / MIB)} MiB, read in ${seconds.toFixed(1)} s; ` +
        `resident at most ${Math.round(peakRss / MIB)} MiB, live ${live.map((bytes: number) => Math.round(bytes / MIB))} MiB${hint}`,
    );
    assert.equal(read.events, events);
    assert.equal(live.length, 10);
    assert.ok(Math.max(...live) < live[0] + SLACK_BYTES, "live memory does not grow");
  });

  test("read() of many large events takes bounded memory", async (t) => {
    const address = await newAddress(largeBatches());
    const { live, peakRss, ...read } = JSON.parse(await outputOf(startChild("read", address)));
    t.diagnostic(`${name}: ${LARGE_EVENTS} events of 1 MiB; resident at most ${Math.round(peakRss / MIB)} MiB`);
    assert.equal(read.events, LARGE_EVENTS + 1);
    assert.ok(Math.max(...live) < LARGE_BYTES, `${live} bytes are live`);
  });
}

/** Event 1 and the large events, in batches of 4 MiB. */
function* largeBatches(): Generator<EncodedEvent[]> {
  yield [organizationRegistered()];
  for (let seq = 2; seq < LARGE_EVENTS + 2; seq += 4)
    yield Array.from({ length: 4 }, (_, n) => sizedEvent(seq + n, MAX_EVENT_BYTES));
}
