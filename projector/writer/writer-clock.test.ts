import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { CLIENT_INPUT, LINE, NOON_MS, OWNER, OWNER_DETAILS } from "../../events/business/office.suite.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { newUuid } from "../../events/uuid.ts";
import { idOf, PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { FaultyLog } from "./faulty-log.suite.ts";
import { openOffice, requestOf } from "./office.suite.ts";
import { Writer } from "./writer.ts";

const folder = temporaryFolder();
const SKEW_MS = 60_000;
const DAY_MS = 86_400_000;
/** Events that may share an `at`. */
const SAME_AT = 1024;

/** A writer whose own clock and server's clock are set by the test. */
async function openClocked(t: TestContext) {
  const log = new FaultyLog(SqliteLog.open(join(folder, `${randomUUID()}.sqlite`), { create: true }));
  const clocks = { ownMs: NOON_MS, serverMs: NOON_MS };
  log.clock = () => clocks.serverMs;
  const writer = await Writer.open(log, join(folder, `${randomUUID()}.cache.sqlite`), { clock: () => clocks.ownMs });
  t.after(async () => {
    await writer.close();
    await log.close();
  });
  await writer.found(PROFILE, OWNER_DETAILS, idOf(1));
  return { log, clocks, writer, write: () => writer.execute(requestOf("RegisterClient", CLIENT_INPUT)) };
}

test("an event's time is the writer's clock, in whole ms", async (t) => {
  const office = await openOffice(t, folder);
  office.clock.nowMs = NOON_MS + 1234.9;
  assert.equal((await office.accepts("RegisterClient", CLIENT_INPUT)).at, NOON_MS + 1234);
});

test("an event's time is never before the previous event's, even if the clock jumps", async (t) => {
  const office = await openOffice(t, folder);
  const times: number[] = [];
  for (const jumpMs of [5_000, -3_600_000, 0, 4_999, 5_001]) {
    office.clock.nowMs = NOON_MS + jumpMs;
    times.push((await office.accepts("RegisterClient", CLIENT_INPUT)).at - NOON_MS);
  }
  assert.deepEqual(times, [5_000, 5_000, 5_000, 5_000, 5_001]);
});

test("a fast clock in another process blocks no writer: they use its time until they reach it", async (t) => {
  const office = await openOffice(t, folder);
  const log = SqliteLog.open(office.log.name);
  const fast = await Writer.open(log, join(folder, `${randomUUID()}.cache.sqlite`), {
    clock: () => NOON_MS + 30_000,
    checkClock: false,
  });
  t.after(() => fast.close());
  await fast.execute(requestOf("RegisterClient", CLIENT_INPUT));
  assert.equal((await office.accepts("RegisterClient", CLIENT_INPUT)).at, NOON_MS + 30_000);
});

test("a request may set the time of its decision, but not before the head", async (t) => {
  const office = await openOffice(t, folder);
  const request = requestOf("RegisterClient", CLIENT_INPUT);
  for (const [atMs, expectedMs] of [
    [NOON_MS + 10, NOON_MS + 10],
    [NOON_MS - 10, NOON_MS + 10],
    [NOON_MS + 20, NOON_MS + 20],
  ] as const) {
    await office.writer.execute({ ...request, atMs });
    assert.equal((await office.events()).at(-1)?.at, expectedMs);
  }
});

test("a head that is ahead dates no document: today is by the writer's clock", async (t) => {
  const office = await openOffice(t, folder);
  const client = (await office.accepts("RegisterClient", CLIENT_INPUT)).stream;
  const draft = (await office.accepts("DraftInvoice", { clientId: client, lines: [LINE] })).stream;
  office.clock.nowMs = NOON_MS + 400 * DAY_MS;
  await office.accepts("RegisterClient", CLIENT_INPUT);
  office.clock.nowMs = NOON_MS;
  const issued = await office.accepts("IssueInvoice", {}, { id: draft });
  assert.ok(issued.type === "InvoiceIssued");
  assert.deepEqual([issued.at, issued.data.issuedOn], [NOON_MS + 400 * DAY_MS, "2024-03-15"]);
  await office.refuses(
    "ReceivePayment",
    { clientId: client, receivedOn: "2024-03-16", currency: "EUR", amountMinor: 1, method: "cash" },
    {},
    { rule: "RECEIVED_IN_FUTURE", field: "receivedOn", values: { receivedOn: "2024-03-16", today: "2024-03-15" } },
  );
});

test("a writer writes nothing while the head is more than a minute ahead of its clock, whatever the batch", async (t) => {
  const { log, clocks, write, writer } = await openClocked(t);
  clocks.ownMs = clocks.serverMs = NOON_MS + 400 * DAY_MS;
  const key = newUuid();
  const first = await writer.execute(requestOf("RegisterClient", CLIENT_INPUT, { key }));
  clocks.ownMs = clocks.serverMs = NOON_MS + 400 * DAY_MS - SKEW_MS;
  assert.equal((await write()).seq, 4, "a small lead is the head's time");
  clocks.ownMs = clocks.serverMs = NOON_MS + 400 * DAY_MS - 3 * SKEW_MS;
  const results = await Promise.allSettled([write(), write(), write()]);
  for (const result of results) assert.equal(result.status === "rejected" && result.reason.code, "HEAD_IN_FUTURE");
  assert.equal(await log.head(), 4);
  assert.deepEqual(await writer.execute(requestOf("RegisterClient", CLIENT_INPUT, { key })), first, "a retry");
  const unchanged = { name: CLIENT_INPUT.name };
  assert.equal((await writer.execute(requestOf("ChangeClientDetails", unchanged, { id: 3 }))).seq, null);
  // An import cannot set a time that the clock has not reached either.
  clocks.ownMs = clocks.serverMs = NOON_MS + 400 * DAY_MS;
  const later = { ...requestOf("RegisterClient", CLIENT_INPUT), atMs: clocks.ownMs + SKEW_MS + 1 };
  await assert.rejects(writer.execute(later), { code: "HEAD_IN_FUTURE" });
  assert.equal((await write()).seq, 5);
});

test("writers whose clocks are within a minute of the server's never stop each other", async (t) => {
  const { log, clocks, write } = await openClocked(t);
  const slow = { ownMs: NOON_MS - 50_000 };
  const options = { clock: () => slow.ownMs };
  const other = await Writer.open(log, join(folder, `${randomUUID()}.cache.sqlite`), options);
  t.after(() => other.close());
  clocks.ownMs += 55_000;
  for (const seq of [3, 5]) {
    assert.equal((await write()).seq, seq);
    assert.equal((await other.execute(requestOf("RegisterClient", CLIENT_INPUT))).seq, seq + 1);
  }
});

test("at most 1,024 events share a millisecond, within a batch and across batches", async (t) => {
  const office = await openOffice(t, folder);
  const write = (count: number) =>
    Promise.all(Array.from({ length: count }, () => office.run("EndSessions", {}, { id: OWNER })));
  await write(SAME_AT - 2); // two are there
  await write(1);
  await write(SAME_AT);
  const counts = new Map<number, number>();
  for (const { at } of await office.events()) counts.set(at - NOON_MS, (counts.get(at - NOON_MS) ?? 0) + 1);
  assert.deepEqual(
    [...counts],
    [
      [0, SAME_AT],
      [1, SAME_AT],
      [2, 1],
    ],
  );
  office.clock.nowMs = NOON_MS + 1; // the clock reaches the time of the last events
  assert.equal((await office.accepts("EndSessions", {}, { id: OWNER })).at, NOON_MS + 2);
});

test("a writer writes nothing while its clock is too far from that of the log's server", async (t) => {
  const { log, clocks, write } = await openClocked(t);
  for (const sign of [1, -1]) {
    clocks.ownMs += 2 * SKEW_MS; // time for another comparison
    clocks.serverMs = clocks.ownMs + sign * (SKEW_MS + 1);
    const head = await log.head();
    await assert.rejects(write(), { code: "CLOCK_SKEW" });
    await assert.rejects(write(), { code: "CLOCK_SKEW" });
    assert.equal(await log.head(), head);
    clocks.serverMs = clocks.ownMs + sign * SKEW_MS;
    assert.equal((await write()).seq, head + 1);
  }
});

test("the clocks are compared once a minute, and when the writer's clock jumps", async (t) => {
  const { log, clocks, write } = await openClocked(t);
  const comparisonsAfter = async (passedMs: number) => {
    clocks.ownMs += passedMs;
    clocks.serverMs = clocks.ownMs;
    log.serverTimes = 0;
    if (passedMs >= 0) await write();
    else await assert.rejects(write(), { code: "HEAD_IN_FUTURE" });
    return log.serverTimes;
  };
  assert.equal(await comparisonsAfter(0), 0); // compared at the founding
  assert.equal(await comparisonsAfter(SKEW_MS - 1), 0);
  assert.equal(await comparisonsAfter(1), 1);
  assert.equal(await comparisonsAfter(3_600_000), 1);
  assert.equal(await comparisonsAfter(-3_600_000), 1);
  clocks.ownMs += 3_600_000; // only the writer's clock
  await assert.rejects(write(), { code: "CLOCK_SKEW" });
});

test("a clock that drifts in steps of less than a minute is detected when it is a minute off", async (t) => {
  const { clocks, write } = await openClocked(t);
  clocks.ownMs += SKEW_MS; // time for another comparison, which finds the server's clock a little behind
  clocks.serverMs = clocks.ownMs - 50_000;
  await write();
  clocks.ownMs += 50_000; // only the writer's clock
  await assert.rejects(write(), { code: "CLOCK_SKEW" });
});

test("a writer that does not know the organization's time zone dates nothing", async (t) => {
  const office = await openOffice(t, folder);
  const client = (await office.accepts("RegisterClient", CLIENT_INPUT)).stream;
  const draft = (await office.accepts("DraftInvoice", { clientId: client, lines: [LINE] })).stream;
  // As after an update of the runtime's data that renames the zone, or on a machine with older data.
  const other = new Database(office.cachePath);
  other.exec("UPDATE organization SET time_zone = 'Mars/Olympus'");
  other.close();
  const refused = { rule: "UNKNOWN_TIME_ZONE", field: "timeZone", values: { timeZone: "Mars/Olympus" } } as const;
  await office.refuses("IssueInvoice", {}, { id: draft }, refused);
  const payment = { clientId: client, receivedOn: "2024-03-15", currency: "EUR", amountMinor: 1, method: "cash" };
  await office.refuses("ReceivePayment", payment, {}, refused);
});
