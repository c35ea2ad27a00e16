import assert from "node:assert/strict";
import { test } from "node:test";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { outputOf, startChild } from "./log-processes.suite.ts";

const MIB = 1024 * 1024;
/** The memory that a reader may use at the end of a long range beyond its use after a tenth. */
const SLACK_BYTES = 8 * MIB;

/**
 * What a log promises for long ranges.
 *
 * @param count the number of events, by default and with INVOIFY_LONG=1
 */
export function longTests(
  name: string,
  { newAddress, count }: { newAddress: (count: number) => Promise<string>; count: { usual: number; long: number } },
): void {
  const events = pickCount(count);
  const hint = events < count.long ? `; INVOIFY_LONG=1 reads ${count.long.toLocaleString("en")}` : "";

  test("read() of a long range takes bounded memory", async (t) => {
    const address = await newAddress(events);
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
}
