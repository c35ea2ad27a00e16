import assert from "node:assert/strict";
import { test } from "node:test";
import { zonedTime } from "../text/moments/zoned-time.ts";
import { readMoment } from "./read-moment.ts";

const KNOWN = { zone: "Europe/Berlin", today: "2026-11-28", day: "2010-06-30", order: "day" } as const;
const atOf = (typed: string, more: Partial<Parameters<typeof readMoment>[1]> = {}) =>
  readMoment(typed, { ...KNOWN, ...more })?.at;

test("readMoment() reads event numbers as people write them", () => {
  for (const typed of [
    "184203",
    "184,203",
    "184.203",
    "184 203",
    "event 184203",
    "Event 184,203",
    "#184203",
    "184’203",
    "event:184203",
  ])
    assert.deepEqual(readMoment(typed, KNOWN), { at: "184203", kind: "event" });
  assert.deepEqual(readMoment("2010", KNOWN), { at: "2010", kind: "event" });
});

test("readMoment() reads days in words and in figures", () => {
  for (const typed of [
    "30 June 2010",
    "30 jun 2010",
    "30th of June 2010",
    "June 30, 2010",
    "2010-06-30",
    "30/06/2010",
    "30.6.2010",
    "30. 6. 2010",
    "Jun 2010",
    "end of June 2010",
    "2010-06",
    "6/2010",
    "Q2 2010",
    "2010 Q2",
    "2010-Q2",
  ])
    assert.deepEqual(readMoment(typed, KNOWN), { at: "2010-06-30", kind: "day" }, typed);
  assert.equal(atOf("06/30/2010", { order: "month" }), "2010-06-30");
  assert.equal(atOf("05/06/2010", { order: "month" }), "2010-05-06");
  assert.equal(atOf("05/06/2010"), "2010-06-05");
  assert.equal(atOf("05.06.2010", { order: "month" }), "2010-06-05");
  assert.equal(atOf("end of 2010"), "2010-12-31");
  assert.equal(atOf("feb 2012"), "2012-02-29");
  assert.equal(atOf("today"), "2026-11-28");
  assert.equal(atOf("yesterday"), "2026-11-27");
});

test("readMoment() reads times of the organization's clock, to the end of the minute", () => {
  assert.deepEqual(readMoment("30 June 2010 14:05", KNOWN), { at: "2010-06-30T12:05:59Z", kind: "time" });
  assert.equal(atOf("2010-06-30T14:05:07"), "2010-06-30T12:05:07Z");
  assert.equal(atOf("2010-06-30 14:05 UTC"), "2010-06-30T14:05:59Z");
  assert.equal(atOf("2010-06-30T14:05:07Z"), "2010-06-30T14:05:07Z");
  assert.equal(atOf("30/06/2010 at 2:05 pm"), "2010-06-30T12:05:59Z");
  assert.equal(atOf("12:00 am"), "2010-06-29T22:00:59Z");
  assert.equal(atOf("14:05"), "2010-06-30T12:05:59Z");
});

test("readMoment() takes the last day, month or quarter up to today if no year is typed", () => {
  for (const typed of ["31 March", "31 mar", "March 31", "March 31st", "march", "Q1", "end of march"])
    assert.deepEqual(readMoment(typed, KNOWN), { at: "2026-03-31", kind: "day" }, typed);
  assert.equal(atOf("28 november"), "2026-11-28");
  assert.equal(atOf("29 november"), "2025-11-29");
  assert.equal(atOf("november"), "2025-11-30");
  assert.equal(atOf("Q4"), "2025-12-31");
  assert.equal(atOf("29 february"), "2024-02-29");
  assert.equal(atOf("29 february", { today: "1904-02-28" }), "1896-02-29");
  assert.deepEqual(readMoment("31 March 14:05", KNOWN), { at: "2026-03-31T12:05:59Z", kind: "time" });
});

test("readMoment() reads times as addresses and the API write them", () => {
  for (const typed of ["2010-06-30T14:05:07+02:00", "2010-06-30T12:05:07Z", "2010-06-30t12:05:07.000z"])
    assert.deepEqual(readMoment(typed, KNOWN), { at: "2010-06-30T12:05:07Z", kind: "time" }, typed);
  assert.equal(atOf("2010-06-30T12:05:07.123Z"), "2010-06-30T12:05:07.123Z");
});

test("readMoment() does not guess", () => {
  for (const typed of [
    "",
    "banana",
    "31 June 2010",
    "2010-02-30",
    "25:00",
    "14:60",
    "13:00 pm",
    "-5",
    "5 apples",
    "30/13/2010",
    "31 june",
    "event:",
    "q5",
    "2010-06-30T25:05:07Z",
  ])
    assert.equal(readMoment(typed, KNOWN), null, typed);
  assert.deepEqual(readMoment("now", KNOWN), { at: null, kind: "now" });
});

test("zonedTime() takes the later of two times, and continues where the clock skips", () => {
  // At 3:00 on 31 October 2010, the clock goes back to 2:00.
  assert.equal(
    new Date(zonedTime("2010-10-31", "02:30:00", "Europe/Berlin")).toISOString(),
    "2010-10-31T01:30:00.000Z",
  );
  // At 2:00 on 28 March 2010, it goes on to 3:00.
  assert.equal(
    new Date(zonedTime("2010-03-28", "02:30:00", "Europe/Berlin")).toISOString(),
    "2010-03-28T01:30:00.000Z",
  );
  assert.equal(new Date(zonedTime("2010-06-30", "23:59:59", "UTC")).toISOString(), "2010-06-30T23:59:59.000Z");
});
