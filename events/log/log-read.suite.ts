import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { logOf, organizationRegistered } from "../../fixtures/data/events.ts";
import { sizedLog } from "../../fixtures/data/sized-events.ts";
import type { EncodedEvent } from "../encoding/event.ts";
import { eventHash } from "../hash.ts";
import { SEGMENT } from "../sequence.ts";
import { uuidText } from "../uuid.ts";
import { MAX_EVENT_BYTES } from "../values/size-limits.ts";
import { BLOCK_BYTES } from "./blocks.ts";
import { assertBodies, bodiesOf, type Harness } from "./log-harness.suite.ts";

/** Long enough on any machine: a test that waits this long has failed. */
const PATIENCE_MS = 120_000;

/** What every log promises. */
export function readTests(harness: Harness): void {
  const events = logOf(SEGMENT + 3);

  async function seed(t: TestContext, events: readonly EncodedEvent[]) {
    const log = await harness.seed(events);
    t.after(() => log.close());
    return log;
  }

  test("id(), head() and read() of an empty log", async (t) => {
    const log = await seed(t, []);
    assert.equal(await log.id(), null);
    assert.equal(await log.head(), 0);
    assert.equal(await log.head(0), 0);
    assertBodies(await bodiesOf(log, { after: 0, upTo: Number.POSITIVE_INFINITY }), []);
  });

  test("id() is the id of event 1", async (t) => {
    const log = await seed(t, [organizationRegistered()]);
    assert.equal(await log.id(), uuidText(organizationRegistered().id));
    assert.equal(await log.head(), 1);
  });

  test("head() does not depend on the known sequence", async (t) => {
    const log = await seed(t, events);
    for (const known of [0, 1, SEGMENT, events.length - 1, events.length])
      assert.equal(await log.head(known), events.length, `known ${known}`);
  });

  test("read() yields the events of a range, byte for byte", async (t) => {
    const log = await seed(t, events);
    const head = events.length;
    for (const [after, upTo] of [
      [0, 0],
      [0, 1],
      [0, SEGMENT - 1],
      [0, SEGMENT],
      [0, SEGMENT + 1],
      [0, head],
      [0, head + 1],
      [0, Number.POSITIVE_INFINITY],
      [1, 2],
      [SEGMENT - 1, SEGMENT],
      [SEGMENT - 1, SEGMENT + 1],
      [SEGMENT, SEGMENT + 1],
      [SEGMENT, Number.POSITIVE_INFINITY],
      [head - 1, head],
      [head, head],
      [head, head + 1],
      [head, Number.POSITIVE_INFINITY],
    ] as const) {
      await t.test(`(${after}, ${upTo}]`, async () => {
        assertBodies(await bodiesOf(log, { after, upTo }), events.slice(after, Math.min(upTo, head)));
      });
    }
  });

  test("read() yields at most a segment at once, with the head or null", async (t) => {
    const log = await seed(t, events);
    for await (const { bodies, head } of log.read({ after: 0, upTo: Number.POSITIVE_INFINITY })) {
      assert.ok(bodies.length <= SEGMENT, `${bodies.length} events`);
      assert.ok(head === null || head === events.length, `head ${head}`);
    }
  });

  test("read() yields events of the maximum size", async (t) => {
    const large = sizedLog([MAX_EVENT_BYTES, 100, MAX_EVENT_BYTES, MAX_EVENT_BYTES]);
    const log = await seed(t, large);
    assertBodies(await bodiesOf(log, { after: 0, upTo: Number.POSITIVE_INFINITY }), large);
  });

  test("read() yields at most 4 MiB and one event at once, wherever it begins", async (t) => {
    const sizes = [
      100,
      MAX_EVENT_BYTES,
      300_000,
      ...Array<number>(40).fill(100),
      ...Array<number>(8).fill(MAX_EVENT_BYTES),
    ];
    const large = sizedLog([...sizes, 700_000, 100]);
    const log = await seed(t, large);
    for (const after of [0, 1, 40, large.length - 3]) {
      const bodies: Uint8Array[] = [];
      for await (const batch of log.read({ after, upTo: Number.POSITIVE_INFINITY })) {
        const last = batch.bodies.at(-1)?.length ?? 0;
        const bytes = batch.bodies.reduce((sum, { length }) => sum + length, 0);
        assert.ok(bytes - last < BLOCK_BYTES, `${bytes} bytes after ${batch.after}`);
        bodies.push(...batch.bodies);
      }
      assertBodies(bodies, large.slice(after));
    }
  });

  test("read() resumes after the last event of the reader's copy", async (t) => {
    const log = await seed(t, events);
    for (const after of [1, SEGMENT - 1, SEGMENT, events.length - 1, events.length]) {
      const range = { after, upTo: Number.POSITIVE_INFINITY };
      assertBodies(await bodiesOf(log, range, eventHash(bodyAt(events, after))), events.slice(after));
    }
  });

  test("read() yields nothing if the reader's copy has another event", async (t) => {
    const log = await seed(t, events);
    const other = eventHash(bodyAt(events, 2));
    for (const after of [1, SEGMENT, events.length])
      await assert.rejects(bodiesOf(log, { after, upTo: after + 1 }, other), { code: "FORKED" });
    await assert.rejects(bodiesOf(log, { after: events.length, upTo: Number.POSITIVE_INFINITY }, other), {
      code: "FORKED",
    });
  });

  test("read() yields nothing if the reader's copy is longer than the log", async (t) => {
    const log = await seed(t, events.slice(0, 5));
    const hash = eventHash(bodyAt(events, 6));
    await assert.rejects(bodiesOf(log, { after: 6, upTo: Number.POSITIVE_INFINITY }, hash), { code: "FORKED" });
  });

  test("read() can be abandoned, and can run several times at once", async (t) => {
    const log = await seed(t, events);
    const range = { after: 0, upTo: Number.POSITIVE_INFINITY };
    for await (const _ of log.read(range)) break;
    for (const bodies of await Promise.all([bodiesOf(log, range), bodiesOf(log, range), bodiesOf(log, range)]))
      assertBodies(bodies, events);
  });

  test("read() stops with the signal's reason", async (t) => {
    const log = await seed(t, events);
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const read = async () => {
      for await (const _ of log.read({ after: 0, upTo: events.length }, { signal: controller.signal }))
        controller.abort(reason);
    };
    await assert.rejects(read, reason);
    assert.equal(await log.head(), events.length);
  });

  test("changed() resolves immediately if the head is past, or if the signal is aborted", async (t) => {
    const log = await seed(t, events.slice(0, 3));
    await log.changed(2, AbortSignal.timeout(PATIENCE_MS));
    await log.changed(0, AbortSignal.timeout(PATIENCE_MS));
    await log.changed(3, AbortSignal.abort());
  });

  test("changed() resolves when the signal is aborted", async (t) => {
    const log = await seed(t, events.slice(0, 3));
    const controller = new AbortController();
    let ended = 0;
    const waiting = [1, 2, 3].map(() => log.changed(3, controller.signal).then(() => ended++));
    await log.head();
    assert.equal(ended, 0);
    controller.abort();
    await Promise.all(waiting);
  });

  const { grow } = harness;
  if (!grow) return;
  test("changed() resolves when another writer appends", async (t) => {
    const log = await seed(t, events.slice(0, 3));
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const waiting = Promise.all([log.changed(3, signal), log.changed(3, signal)]);
    const longer = log.changed(4, signal);
    await grow(log, events.slice(3, 4));
    await waiting;
    assert.ok(!signal.aborted, "the event ended the wait");
    assert.equal(await log.head(3), 4);
    await grow(log, events.slice(4, 5));
    await longer;
    assert.ok(!signal.aborted, "the event ended the wait");
    assertBodies(await bodiesOf(log, { after: 3, upTo: 5 }, eventHash(bodyAt(events, 3))), events.slice(3, 5));
  });
}

function bodyAt(events: readonly EncodedEvent[], seq: number): Uint8Array {
  const event = events[seq - 1];
  assert.ok(event);
  return event.body;
}
