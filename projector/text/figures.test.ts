import assert from "node:assert/strict";
import { test } from "node:test";
import { amountText, bytesText, countOf, countText, durationText, instantText, rateOf, timeText } from "./figures.ts";

test("countText() groups by thousands; countOf() distinguishes one from many", () => {
  assert.deepEqual([0, 999, 1000, 525_461].map(countText), ["0", "999", "1,000", "525,461"]);
  assert.deepEqual(
    [0, 1, 2].map((n) => countOf(n, "event")),
    ["0 events", "1 event", "2 events"],
  );
});

test("bytesText() chooses the unit with the fewest digits", () => {
  const sizes = [0, 1, 999, 1000, 1049, 999_499, 999_500, 123_456_789, 5e12];
  assert.deepEqual(sizes.map(bytesText), [
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1.0 kB",
    "1.0 kB",
    "999 kB",
    "1.0 MB",
    "123 MB",
    "5.0 TB",
  ]);
});

test("durationText() is coarser for longer times", () => {
  const times = [0, 49, 950, 9_949, 9_950, 59_499, 60_000, 3_599_000, 3_600_000, 90_061_000];
  assert.deepEqual(times.map(durationText), [
    "0.0 s",
    "0.0 s",
    "0.9 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1 min 00 s",
    "59 min 59 s",
    "1 h 00 min",
    "25 h 01 min",
  ]);
});

test("rateOf() is a whole number, and 0 if no time has passed", () => {
  assert.deepEqual([rateOf(10, 4), rateOf(10, 0), rateOf(0, 10)], [2500, 0, 0]);
});

test("amountText() has the decimals of the currency, and loses no digit", () => {
  assert.equal(amountText(958, "GBP"), "9.58 GBP");
  assert.equal(amountText(-5, "EUR"), "-0.05 EUR");
  assert.equal(amountText(0, "EUR"), "0.00 EUR");
  assert.equal(amountText(1_234_567, "JPY"), "1,234,567 JPY");
  assert.equal(amountText(1_234_567, "KWD"), "1,234.567 KWD");
  assert.equal(amountText(Number.MAX_SAFE_INTEGER, "GBP"), "90,071,992,547,409.91 GBP");
});

test("instantText() and timeText() are exact, and take any event's time", () => {
  const atMs = Date.UTC(2010, 5, 30, 22, 59, 59, 999);
  assert.equal(instantText(atMs), "2010-06-30T22:59:59.999Z");
  assert.equal(timeText(atMs, "Europe/London"), "2010-06-30T23:59:59+01:00");
  assert.equal(timeText(atMs, "UTC"), "2010-06-30T22:59:59+00:00");
  assert.equal(timeText(atMs, "America/St_Johns"), "2010-06-30T20:29:59-02:30");
  assert.equal(timeText(Date.UTC(2010, 0, 1), "Asia/Tokyo"), "2010-01-01T09:00:00+09:00");
  assert.equal(timeText(Number.MAX_SAFE_INTEGER, "UTC"), `${Number.MAX_SAFE_INTEGER} ms`);
});
