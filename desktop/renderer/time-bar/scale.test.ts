import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  barsOf,
  dayLater,
  endBefore,
  momentAtPlace,
  monthEndAfter,
  placeAt,
  spanOf,
  ticksOf,
  timeAt,
} from "./scale.ts";

const span = { from: Date.UTC(2009, 0, 5, 10), to: Date.UTC(2011, 6, 1, 12) };

test("placeAt() and timeAt() are inverse to each other", () => {
  fc.assert(
    fc.property(fc.integer({ min: span.from, max: span.to }), (atMs) => {
      assert.ok(Math.abs(timeAt(span, placeAt(span, atMs)) - atMs) <= 1);
    }),
  );
  assert.equal(placeAt(span, 0), 0);
  assert.equal(placeAt(span, Number.MAX_SAFE_INTEGER), 1);
});

test("momentAtPlace() gives days where a pixel is hours, minutes where it is not, and now at the right end", () => {
  const width = 900;
  assert.match(momentAtPlace(span, 0.5, { width, zone: "UTC" }) ?? "", /^\d{4}-\d\d-\d\d$/);
  assert.equal(momentAtPlace(span, 0, { width, zone: "UTC" }), "2009-01-05");
  assert.equal(momentAtPlace(span, 1, { width, zone: "UTC" }), null);
  const short = { from: Date.UTC(2010, 5, 1), to: Date.UTC(2010, 5, 3) };
  assert.equal(momentAtPlace(short, 0.5, { width, zone: "UTC" }), "2010-06-02T00:00:59Z");
  // The end of today has not come yet.
  assert.equal(momentAtPlace(span, 0.9986, { width, zone: "UTC" }), "2011-06-30");
});

test("momentAtPlace() never goes back when the place goes on", () => {
  const place = fc.double({ min: 0, max: 0.998, noNaN: true });
  fc.assert(
    fc.property(place, place, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map(
        (one) => momentAtPlace(span, one, { width: 900, zone: "Asia/Tokyo" }) ?? "9",
      );
      assert.ok((low ?? "") <= (high ?? ""));
    }),
  );
});

test("a history of one event, just now, is a bar", () => {
  const now = Date.UTC(2026, 10, 28, 12);
  const one = spanOf(now - 5, now);
  assert.ok(one.to > one.from);
  assert.ok(placeAt(one, now) < 1);
  assert.deepEqual(ticksOf(one, 8), []);
  assert.equal(barsOf([{ month: "2026-11", events: 1 }], one)[0]?.height, 1);
});

test("barsOf() keeps months in order, side by side, and shows the quietest", () => {
  const months = ["2009-01", "2009-02", "2010-12", "2011-07"].map((month, n) => ({ month, events: 1 + n * 100_000 }));
  const bars = barsOf(months, span);
  for (const [n, bar] of bars.entries()) {
    assert.ok(bar.from < bar.to);
    assert.ok(bar.from >= (bars[n - 1]?.to ?? 0));
    assert.ok(bar.height >= 0.04 && bar.height <= 1);
  }
});

test("ticksOf() writes no more marks than have room", () => {
  for (const most of [1, 3, 8, 20]) assert.ok(ticksOf(span, most).length <= Math.max(2, most));
  const long = { from: Date.UTC(1990, 0, 1), to: Date.UTC(2026, 0, 1) };
  for (const most of [2, 8, 20]) assert.ok(ticksOf(long, most).length <= most);
});

test("ends of months, quarters and years", () => {
  assert.equal(endBefore("2010-06-30", "month"), "2010-05-31");
  assert.equal(endBefore("2010-07-01", "month"), "2010-06-30");
  assert.equal(endBefore("2010-06-30", "quarter"), "2010-03-31");
  assert.equal(endBefore("2010-03-31", "quarter"), "2009-12-31");
  assert.equal(endBefore("2010-12-31", "year"), "2009-12-31");
  assert.equal(monthEndAfter("2010-06-29"), "2010-06-30");
  assert.equal(monthEndAfter("2010-06-30"), "2010-07-31");
  assert.equal(dayLater("2012-02-28", 1), "2012-02-29");
});
