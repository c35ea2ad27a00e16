import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clientDetailsChanged,
  clientRegistered,
  idOf,
  logOf,
  organizationRegistered,
} from "../../fixtures/data/events.ts";
import { sameBytes, sha256 } from "../hash.ts";
import { SEGMENT } from "../sequence.ts";
import { uuidText } from "../uuid.ts";
import type { WritableLog } from "./log.ts";
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

  test("append() refuses the id of another event", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    await log.append(events.slice(0, 3));
    await assert.rejects(log.append([clientRegistered(4, { id: idOf(2) })]), { code: "DUPLICATE" });
    await assert.rejects(log.append([clientRegistered(4, { id: idOf(3) })]), { code: "DUPLICATE" });
    assertBodies(await bodiesOf(log, ALL), events.slice(0, 3));
    assert.equal(await log.append(events.slice(3, 4)), 1);
  });

  test("append() refuses the version of another event in the stream", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    await log.append([...events.slice(0, 3), clientDetailsChanged(4, { stream: 3, version: 2 })]);
    const late = clientDetailsChanged(5, { stream: 3, version: 2 }, { client: { name: "late" } });
    await assert.rejects(log.append([late]), { code: "DUPLICATE" });
    assert.equal(await log.append([clientDetailsChanged(5, { stream: 3, version: 3 })]), 1);
  });

  test("append() of a batch with a refused event adds a prefix and returns its length, or adds nothing", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    await log.append(events.slice(0, 3));
    const batch = [clientRegistered(4), clientRegistered(5, { id: idOf(2) }), clientRegistered(6)];
    const landed = await landedOf(log, batch);
    assert.equal(await log.head(), 3 + landed);
    assertBodies(await bodiesOf(log, ALL), [...events.slice(0, 3), ...batch.slice(0, landed)]);
    const rest = batch.slice(landed).filter(({ seq }) => seq < 6);
    assert.equal(await landedOf(log, rest), 0);
  });

  test("append() refuses to skip a sequence", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    await assert.rejects(log.append(events.slice(1, 2)), { code: "GAP" });
    await log.append(events.slice(0, 2));
    await assert.rejects(log.append(events.slice(3, 4)), { code: "GAP" });
    assert.equal(await log.head(), 2);
  });

  test("append() of another event 1 adds nothing", async (t) => {
    const log = await openUntilEnd(t, await newAddress());
    await log.append(events.slice(0, 2));
    assert.equal(await log.append([organizationRegistered({ salt: 9 })]), 0);
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

/** How many events were appended: the result of `append`, or 0 if it refused. */
async function landedOf(log: WritableLog, batch: Parameters<WritableLog["append"]>[0]): Promise<number> {
  try {
    return await log.append(batch);
  } catch (error) {
    assert.equal((error as { code?: string }).code, "DUPLICATE");
    return 0;
  }
}
