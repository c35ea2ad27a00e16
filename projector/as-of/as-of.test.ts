import assert from "node:assert/strict";
import { test } from "node:test";
import type { EncodedEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { CLIENT, PROFILE } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { UsageError } from "../command-line/failure.ts";
import { eventAt, writeLog } from "../invoify/invoify.suite.ts";
import { countText, instantText, timeText } from "../text/figures.ts";
import { countUntil, logAtEndOf, parseAsOf } from "./as-of.ts";

const folder = temporaryFolder();
const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };
const HOUR_MS = 3_600_000;

test("parseAsOf() distinguishes sequences, days and times", () => {
  assert.deepEqual(parseAsOf("0"), { kind: "sequence", seq: 0 });
  assert.deepEqual(parseAsOf("1234"), { kind: "sequence", seq: 1234 });
  assert.deepEqual(parseAsOf("525461"), { kind: "sequence", seq: 525_461 });
  assert.deepEqual(parseAsOf("2010-06-30"), { kind: "day", date: "2010-06-30" });
  assert.deepEqual(parseAsOf("2012-02-29"), { kind: "day", date: "2012-02-29" });
});

test("parseAsOf() takes a time as the end of the minute, second or fraction that it names", () => {
  const fromMs = Date.UTC(2010, 5, 30, 23, 59, 59);
  const endOf = (text: string) => {
    const asOf = parseAsOf(text);
    return asOf.kind === "time" ? [asOf.fromMs - fromMs, asOf.untilMs - fromMs] : asOf;
  };
  for (const text of ["2010-06-30T23:59:59Z", "2010-07-01T01:59:59+02:00", "2010-06-30t23:59:59z"])
    assert.deepEqual(endOf(text), [0, 999], text);
  for (const text of ["2010-07-01 01:59:59 +02:00", "2010-06-30 23:59:59Z", "2010-06-30T23:15:29-00:44:30"])
    assert.deepEqual(endOf(text), [0, 999], text);
  assert.deepEqual(endOf("2010-06-30T23:59Z"), [-59_000, 999]);
  assert.deepEqual(endOf("2010-06-30T23:59:59.5Z"), [500, 599]);
  assert.deepEqual(endOf("2010-06-30T23:59:59.25Z"), [250, 259]);
  for (const text of ["2010-06-30T23:59:59.999Z", "2010-06-30T23:59:59.999999999Z"])
    assert.deepEqual(endOf(text), [999, 999], text);
});

test("parseAsOf() takes back what the commands print", () => {
  for (const atMs of [0, 1, 999, Date.UTC(2010, 5, 30, 22, 59, 59, 999), Date.UTC(1971, 0, 1, 12, 0, 0, 7)]) {
    assert.deepEqual(parseAsOf(instantText(atMs)), { kind: "time", fromMs: atMs, untilMs: atMs });
    for (const timeZone of ["UTC", "Europe/London", "America/St_Johns", "Africa/Monrovia", "Pacific/Apia"]) {
      const { fromMs, untilMs } = { fromMs: Number.NaN, untilMs: Number.NaN, ...parseAsOf(timeText(atMs, timeZone)) };
      assert.ok(fromMs <= atMs && atMs <= untilMs && untilMs - fromMs === 999, timeText(atMs, timeZone));
    }
  }
  for (const seq of [0, 999, 1_000, 2_025, 20_260_630])
    assert.deepEqual(parseAsOf(seq < 1_000 ? String(seq) : countText(seq)), { kind: "sequence", seq });
});

test("parseAsOf() asks whether a number is an event or a date", () => {
  const asks: readonly [string, string][] = [
    ["2025", "2025-12-31"],
    ["1999", "1999-12-31"],
    ["202602", "2026-02-28"],
    ["20260630", "2026-06-30"],
  ];
  for (const [text, day] of asks) {
    const message = `--at ${text}: an event or a date? Write event:${text} for the event, or ${day} for the end of a day`;
    assert.throws(() => parseAsOf(text), { name: "UsageError", message });
    assert.deepEqual(parseAsOf(`event:${text}`), { kind: "sequence", seq: Number(text) });
  }
  for (const text of ["2100", "1899", "202613", "20261301", "20260632", "1234567"])
    assert.deepEqual(parseAsOf(text), { kind: "sequence", seq: Number(text) });
});

test("parseAsOf() explains why it refuses anything else", () => {
  const wrong: readonly [string, RegExp][] = [
    ["yesterday", /--at yesterday: not a sequence \(1234\), a day/],
    ["", /not a sequence/],
    ["1.5", /not a sequence/],
    ["-1", /not a sequence/],
    ["2010-06", /not a sequence/],
    ["30/06/2010", /not a sequence/],
    ["event:", /not a sequence/],
    ["event:two", /not a sequence/],
    ["event:-1", /not a sequence/],
    ["20,25", /not a sequence/],
    ["2010-06-31", /2010-06-31 is not a calendar day/],
    ["2011-02-29T12:00Z", /2011-02-29 is not a calendar day/],
    ["2010-13-01", /is not a calendar day/],
    ["2010-06-30T12:00", /add a time zone: Z, or an offset such as \+01:00/],
    ["2010-06-30T25:00Z", /not a time of day/],
    ["2010-06-30T24:00:00Z", /not a time of day/], // it would be the first second of July
    ["2010-06-30T12:60Z", /not a time of day/],
    ["2010-06-30T12:00:00+25:00", /not a time of day/],
    ["99999999999999999999", /no log has that many events/],
  ];
  for (const [text, message] of wrong)
    assert.throws(
      () => parseAsOf(text),
      (error) => error instanceof UsageError && message.test(error.message),
      text,
    );
});

/** A log founded at a time in a time zone. Each later entry registers a client or changes the time zone. */
function logWith(timeZone: string, foundedMs: number, then: readonly (number | [atMs: number, timeZone: string])[]) {
  const events: EncodedEvent[] = [
    eventAt(1, foundedMs, { type: "OrganizationRegistered", data: { ...PROFILE, timeZone } }, { actor: 0 }),
  ];
  let changes = 1;
  for (const [n, what] of then.entries()) {
    if (typeof what === "number") events.push(eventAt(n + 2, what, { type: "ClientRegistered", data: CLIENT }));
    else {
      const fact = { type: "OrganizationProfileChanged", data: { ...PROFILE, timeZone: what[1] } } as const;
      events.push(eventAt(n + 2, what[0], fact, { stream: 1, version: ++changes }));
    }
  }
  return SqliteLog.open(writeLog(folder, `${++logs}.sqlite`, [events]), { readonly: true });
}
let logs = 0;

/** How many events there are at the end of a day. */
async function countAtEndOf(date: string, log: SqliteLog): Promise<number> {
  let count = 0;
  for await (const { after, bodies } of logAtEndOf(date, log).read(ALL)) {
    assert.equal(after, count);
    count += bodies.length;
  }
  return count;
}

test("logAtEndOf() ends with the day's last millisecond in the organization's time zone", async () => {
  const midnight = Date.UTC(2010, 5, 30, 23); // in London, summer time
  const log = logWith("Europe/London", midnight - HOUR_MS, [midnight - 1, midnight, midnight + HOUR_MS]);
  assert.equal(await countAtEndOf("2010-06-29", log), 0);
  assert.equal(await countAtEndOf("2010-06-30", log), 2);
  assert.equal(await countAtEndOf("2010-07-01", log), 4);
});

test("logAtEndOf() handles days of 23 and 25 hours", async () => {
  const spring = Date.UTC(2010, 2, 28); // in London: begins at 00:00 UTC, ends at 23:00 UTC
  const short = logWith("Europe/London", spring, [spring + 23 * HOUR_MS - 1, spring + 23 * HOUR_MS]);
  assert.equal(await countAtEndOf("2010-03-27", short), 0);
  assert.equal(await countAtEndOf("2010-03-28", short), 2);
  const autumn = Date.UTC(2010, 9, 30, 23); // begins at 23:00 UTC of the day before, ends at 24:00 UTC
  const long = logWith("Europe/London", autumn, [
    autumn + 24 * HOUR_MS,
    autumn + 25 * HOUR_MS - 1,
    autumn + 25 * HOUR_MS,
  ]);
  assert.equal(await countAtEndOf("2010-10-30", long), 0);
  assert.equal(await countAtEndOf("2010-10-31", long), 3);
});

test("logAtEndOf() uses the time zone that was in force, not the current one", async () => {
  const noon = Date.UTC(2010, 5, 30, 12);
  // Auckland is 12 hours ahead: its 30 June ends at noon in Greenwich.
  const moved = logWith("Pacific/Auckland", noon - HOUR_MS, [noon - 1, noon, [noon + HOUR_MS, "Europe/London"]]);
  assert.equal(await countAtEndOf("2010-06-30", moved), 2);
  const inTime = logWith("Pacific/Auckland", noon - HOUR_MS, [[noon - 2, "Europe/London"], noon, noon + 11 * HOUR_MS]);
  assert.equal(await countAtEndOf("2010-06-30", inTime), 3);
});

test("logAtEndOf() ends at a change of time zone that ends the day", async () => {
  const noon = Date.UTC(2010, 5, 30, 12);
  // Decided at 5 in the morning in Los Angeles. In Auckland it is already the next day.
  const log = logWith("America/Los_Angeles", noon - HOUR_MS, [noon, [noon + 1, "Pacific/Auckland"], noon + 2]);
  assert.equal(await countAtEndOf("2010-06-30", log), 3);
  assert.equal(await countAtEndOf("2010-07-01", log), 4);
});

test("logAtEndOf() of an empty log is empty, and of a later day the whole log", async () => {
  const empty = SqliteLog.open(writeLog(folder, "empty.sqlite", []), { readonly: true });
  assert.equal(await countAtEndOf("2010-06-30", empty), 0);
  const log = logWith("UTC", 0, [1, 2, 3]);
  assert.equal(await countAtEndOf("9999-12-31", log), 4);
  assert.equal(await countAtEndOf("1969-12-31", log), 0);
});

test("logAtEndOf() leaves an event that cannot be read for the fold to name", async () => {
  const log = logWith("UTC", 0, [1, 2]);
  const damaged = {
    ...logAtEndOf("1970-01-01", {
      name: "damaged",
      id: () => log.id(),
      head: () => log.head(),
      changed: (after, signal) => log.changed(after, signal),
      close: async () => {},
      async *read() {
        yield { after: 0, bodies: [...log.readNow(0, 2), Buffer.from([0x99, 3]), ...log.readNow(2, 3)], head: null };
      },
    }),
  };
  let count = 0;
  for await (const { bodies } of damaged.read(ALL)) count += bodies.length;
  assert.equal(count, 4);
});

test("countUntil() counts the events up to a time", async () => {
  const times = Array.from({ length: 200 }, (_, n) => Math.floor(n / 3) * 10);
  const log = logWith("UTC", 0, times);
  for (const untilMs of [-1, 0, 5, 10, 333, 660, 1_000_000]) {
    const expected = untilMs < 0 ? 0 : 1 + times.filter((at) => at <= untilMs).length;
    assert.equal(await countUntil(log, untilMs, 201), expected, `until ${untilMs}`);
  }
  assert.equal(await countUntil(log, 0, 0), 0);
});

test("logAtEndOf() refuses a read that does not begin at 0", async () => {
  const log = logWith("UTC", 0, [1]);
  await assert.rejects(
    async () => {
      for await (const _ of logAtEndOf("2010-06-30", log).read({ after: 1, upTo: 2 }));
    },
    (error) => !(error instanceof LogError),
  );
});
