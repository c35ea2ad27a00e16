import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clientDetailsChanged,
  clientRegistered,
  idOf,
  logOf,
  organizationRegistered,
} from "../../fixtures/data/events.ts";
import { eventHash, sameBytes, sha256 } from "../hash.ts";
import { SEGMENT } from "../sequence.ts";
import { uuidText } from "../uuid.ts";
import { appendAll, assertBodies, bodiesOf, openUntilEnd, storedOf } from "./log-harness.suite.ts";

const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };

/** What a log promises to a writer. */
export function writeTests(newAddress: () => Promise<string>): void {
  const events = logOf(10);

  test("append() of event 1 creates the log", async (t) => {
    const address = await newAddress();
    const log = await openUntilEnd(t, address);
    assert.equal(await log.append(events.slice(0, 1)), 1);
    const other = await openUntilEnd(t, address);
    for (const each of [log, other]) {
      assert.equal(await each.id(), uuidText(idOf(1)));
      assert.equal(await each.head(), 1);
    }
  });

  test("id() and head() see a log that another writer creates", async (t) => {
    const address = await newAddress();
    const [log, other] = [await openUntilEnd(t, address), await openUntilEnd(t, address)];
    assert.equal(await log.id(), null);
    await other.append(events.slice(0, 2));
    assert.equal(await log.id(), uuidText(idOf(1)));
    assert.equal(await log.head(), 2);
  });

  test("append() adds whole batches, and other readers get the exact bytes", async (t) => {
    const address = await newAddress();
    const log = await openUntilEnd(t, address);
    const many = logOf(2 * SEGMENT + 1);
    assert.equal(await log.append(many.slice(0, 1)), 1);
    assert.equal(await log.append(many.slice(1, SEGMENT + 5)), SEGMENT + 4);
    await appendAll(log, many.slice(SEGMENT + 5), 100);
    assertBodies(await bodiesOf(await openUntilEnd(t, address), ALL), many);
  });

  test("append() of the same events again succeeds and adds nothing", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    assert.equal(await log.append(events.slice(0, 5)), 5);
    assert.equal(await log.append(events.slice(0, 5)), 5, "all of them");
    assert.equal(await log.append(events.slice(4, 5)), 1, "the last one");
    assert.equal(await log.append(events.slice(2, 3)), 1, "one in the middle");
    assert.equal(await log.append(events.slice(3, 8)), 5, "some of them, and new ones");
    assertBodies(await bodiesOf(log, ALL), events.slice(0, 8));
  });

  test("append() adds nothing if another event took the sequence", async (t) => {
    const address = await newAddress();
    const [log, other] = [await openUntilEnd(t, address), await openUntilEnd(t, address)];
    await log.append(events.slice(0, 2));
    await other.append([clientRegistered(3, { salt: 1 })]);
    assert.equal(await log.append(events.slice(2, 5)), 0);
    assert.equal(await log.append([clientRegistered(3, { client: { name: "same id, other bytes" } })]), 0);
    assert.equal(await log.append([clientRegistered(2)]), 0);
    assertBodies(await bodiesOf(log, ALL), [...events.slice(0, 2), clientRegistered(3, { salt: 1 })]);
  });

  test("append() adds nothing if an event of another stream took the sequence", async (t) => {
    const address = await newAddress();
    const [log, other] = [await openUntilEnd(t, address), await openUntilEnd(t, address)];
    await log.append(events.slice(0, 3));
    await other.append([clientDetailsChanged(4, { stream: 3, version: 2 })]);
    assert.equal(await log.append([clientRegistered(4, { salt: 1 })]), 0);
    assertBodies(await bodiesOf(log, ALL), [...events.slice(0, 3), clientDetailsChanged(4, { stream: 3, version: 2 })]);
  });

  test("append() counts events that the log already has, up to a sequence that another event took", async (t) => {
    const address = await newAddress();
    const [log, other] = [await openUntilEnd(t, address), await openUntilEnd(t, address)];
    await log.append(events.slice(0, 4));
    await other.append([clientRegistered(5, { salt: 1 })]);
    assert.equal(await log.append(events.slice(2, 6)), 2);
    assert.equal(await log.head(), 5);
  });

  test("append() refuses an event whose writer saw another event before it", async (t) => {
    const address = await newAddress();
    await (await openUntilEnd(t, address)).append(events.slice(0, 3));
    const hashOf = (seq: number) => eventHash(events[seq - 1]?.body ?? Buffer.alloc(0));
    const log = await openUntilEnd(t, address);
    const foreign = eventHash(clientRegistered(3, { salt: 1 }).body);
    for (const previous of [foreign, hashOf(2)])
      await assert.rejects(log.append(events.slice(3, 4), { previous }), { code: "FORKED" });
    await assert.rejects(
      log.append(events.slice(2, 4), { previous: foreign }),
      { code: "FORKED" },
      "also its own event",
    );
    assertBodies(await bodiesOf(log, ALL), events.slice(0, 3));
    assert.equal(await log.append(events.slice(2, 4), { previous: hashOf(2) }), 2);
    assert.equal(await log.append(events.slice(4, 6), { previous: hashOf(4) }), 2);
    assert.equal(await log.append([clientRegistered(4, { salt: 1 })], { previous: hashOf(3) }), 0, "a lost race");
    assertBodies(await bodiesOf(log, ALL), events.slice(0, 6));
  });

  test("append() refuses to skip a sequence", async (t) => {
    const address = await newAddress();
    const log = await openUntilEnd(t, address);
    await assert.rejects(log.append(events.slice(1, 2)), { code: "GAP" });
    await log.append(events.slice(0, 2));
    for (const options of [{}, { previous: eventHash(events[2]?.body ?? Buffer.alloc(0)) }])
      await assert.rejects((await openUntilEnd(t, address)).append(events.slice(3, 4), options), { code: "GAP" });
    assert.equal(await log.head(), 2);
  });

  test("append() of another event 1 adds nothing", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    await log.append(events.slice(0, 2));
    assert.equal(await log.append([organizationRegistered({ salt: 9 })], { previous: null }), 0);
    assert.equal(await log.id(), uuidText(idOf(1)));
  });

  test("readStored() yields a range with its request hashes", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    const many = logOf(SEGMENT + 2).map((event) => ({
      ...event,
      request: event.seq % 2 ? sha256(`${event.seq}`) : null,
    }));
    await appendAll(log, many);
    for (const [after, upTo] of [
      [0, Number.POSITIVE_INFINITY],
      [SEGMENT - 1, SEGMENT + 1],
      [many.length, many.length + 1],
    ] as const) {
      const stored = await storedOf(log, { after, upTo });
      assertBodies(
        stored.map(({ body }) => body),
        many.slice(after, upTo),
      );
      for (const { seq, request } of stored)
        assert.ok(seq % 2 ? sameBytes(request, sha256(`${seq}`)) : request === null);
    }
  });

  test("changed() resolves when the same log appends", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    await log.append(events.slice(0, 2));
    const signal = AbortSignal.timeout(30_000);
    const waiting = log.changed(2, signal);
    await log.append(events.slice(2, 3));
    await waiting;
    assert.ok(!signal.aborted, "the event ended the wait");
  });

  test("serverTime() is in ms since 1970", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    const time = await log.serverTime();
    assert.ok(Number.isSafeInteger(time) && Math.abs(time - Date.now()) < 3_600_000, `${time}`);
  });
}
