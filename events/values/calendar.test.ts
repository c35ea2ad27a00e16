import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addDays, dateAt, endOfDay } from "./calendar.ts";
import { isTimeZone } from "./time-zone.ts";

const at = (iso: string) => Date.parse(iso);
const HOUR_MS = 3_600_000;

/** The hours of a date: from the end of the previous day to its own end. */
const hoursOf = (date: string, zone: string) => (endOfDay(date, zone) - endOfDay(addDays(date, -1), zone)) / HOUR_MS;

test("dateAt() is the date in the time zone, not the local date", () => {
  const time = at("2024-03-01T00:30:00Z");
  assert.equal(dateAt(time, "UTC"), "2024-03-01");
  assert.equal(dateAt(time, "America/New_York"), "2024-02-29");
  assert.equal(dateAt(time, "Pacific/Kiritimati"), "2024-03-01");
  assert.equal(dateAt(time - HOUR_MS, "Pacific/Kiritimati"), "2024-03-01");
});

test("dateAt() changes at midnight, to the millisecond", () => {
  assert.equal(dateAt(at("2024-06-30T21:59:59.999Z"), "Europe/Paris"), "2024-06-30");
  assert.equal(dateAt(at("2024-06-30T22:00:00.000Z"), "Europe/Paris"), "2024-07-01");
  assert.equal(dateAt(0, "UTC"), "1970-01-01");
  assert.equal(dateAt(-1, "UTC"), "1969-12-31");
});

test("addDays() crosses months, leap days and years in both directions", () => {
  assert.equal(addDays("2024-02-28", 1), "2024-02-29");
  assert.equal(addDays("2023-02-28", 1), "2023-03-01");
  assert.equal(addDays("2024-01-31", 30), "2024-03-01");
  assert.equal(addDays("2024-12-31", 1), "2025-01-01");
  assert.equal(addDays("2024-03-01", -1), "2024-02-29");
  assert.equal(addDays("2024-03-01", 0), "2024-03-01");
  assert.equal(addDays("2024-03-01", 365), "2025-03-01");
});

test("endOfDay() is the last millisecond of the date in the time zone", () => {
  assert.equal(endOfDay("2024-06-30", "UTC"), at("2024-06-30T23:59:59.999Z"));
  assert.equal(endOfDay("2024-06-30", "Europe/Paris"), at("2024-06-30T21:59:59.999Z"));
  assert.equal(endOfDay("2024-06-30", "Asia/Kathmandu"), at("2024-06-30T18:14:59.999Z"));
});

test("endOfDay() of days on which the clocks change: 23 and 25 hours in Paris, half an hour on Lord Howe", () => {
  assert.equal(endOfDay("2024-03-31", "Europe/Paris"), at("2024-03-31T21:59:59.999Z"));
  assert.equal(endOfDay("2024-10-27", "Europe/Paris"), at("2024-10-27T22:59:59.999Z"));
  const days = ["2024-03-30", "2024-03-31", "2024-04-01", "2024-10-26", "2024-10-27", "2024-10-28"];
  assert.deepEqual(
    days.map((date) => hoursOf(date, "Europe/Paris")),
    [24, 23, 24, 24, 25, 24],
  );
  assert.equal(hoursOf("2024-04-07", "Australia/Lord_Howe"), 24.5);
});

test("endOfDay() if midnight does not exist: the previous day ends when the clocks jump", () => {
  // Beirut: 2024-03-31 begins at 01:00.
  assert.equal(endOfDay("2024-03-30", "Asia/Beirut"), at("2024-03-30T21:59:59.999Z"));
  assert.equal(dateAt(endOfDay("2024-03-30", "Asia/Beirut") + 1, "Asia/Beirut"), "2024-03-31");
});

test("endOfDay() includes the hour that repeats after midnight, in St. John's on 2006-10-28", () => {
  // At 00:01 on the 29th the clock went back to 23:01 on the 28th.
  const again = at("2006-10-29T02:31:00.000Z");
  assert.equal(dateAt(again - 1, "America/St_Johns"), "2006-10-29");
  assert.equal(dateAt(again, "America/St_Johns"), "2006-10-28");
  assert.equal(endOfDay("2006-10-28", "America/St_Johns"), at("2006-10-29T03:29:59.999Z"));
  // In Havana the repeated hour belongs to the new date.
  assert.equal(endOfDay("2023-11-04", "America/Havana"), at("2023-11-05T03:59:59.999Z"));
});

test("endOfDay() of a skipped day, 2011-12-30 in Apia: it ends with the previous day", () => {
  const jump = at("2011-12-30T10:00:00.000Z");
  assert.equal(endOfDay("2011-12-29", "Pacific/Apia"), jump - 1);
  assert.equal(endOfDay("2011-12-30", "Pacific/Apia"), jump - 1);
  assert.equal(endOfDay("2011-12-31", "Pacific/Apia"), jump + 24 * HOUR_MS - 1);
  assert.equal(dateAt(jump - 1, "Pacific/Apia"), "2011-12-29");
  assert.equal(dateAt(jump, "Pacific/Apia"), "2011-12-31");
});

test("endOfDay() is the last time whose dateAt() is the date, anywhere and at any time since 1970", () => {
  const zones = [
    "UTC",
    "Europe/Paris",
    "America/St_Johns",
    "Asia/Tokyo",
    "Africa/Cairo",
    "Pacific/Apia",
    "America/Havana",
  ];
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: at("2037-01-01") }), (zone, time) => {
      const date = dateAt(time, zone);
      const end = endOfDay(date, zone);
      assert.ok(end >= time);
      assert.equal(dateAt(end, zone), date);
      assert.ok(dateAt(end + 1, zone) > date);
    }),
    { numRuns: 300 },
  );
});

test("a time zone that this runtime does not know counts as UTC for reading, and dates nothing", () => {
  const beforeMidnight = Date.UTC(2024, 5, 30, 23, 59);
  assert.equal(dateAt(beforeMidnight, "Mars/Olympus"), "2024-06-30");
  assert.equal(endOfDay("2024-06-30", "Mars/Olympus"), Date.UTC(2024, 6, 1) - 1);
  assert.deepEqual([isTimeZone("Mars/Olympus"), isTimeZone("Europe/Paris"), isTimeZone("UTC")], [false, true, true]);
});
