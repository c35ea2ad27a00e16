import assert from "node:assert/strict";
import { test } from "node:test";
import { dataVersion, quarter, quarterNow } from "./state.ts";

test("dataVersion changes at midnight, even in a time zone with an offset in quarters of an hour", (t) => {
  const midnightInKathmandu = Date.parse("2026-03-01T00:00:00+05:45");
  t.mock.timers.enable({ apis: ["Date"], now: midnightInKathmandu - 1 });
  quarter.value = quarterNow();
  const before = dataVersion.value;
  t.mock.timers.setTime(midnightInKathmandu);
  quarter.value = quarterNow();
  assert.notEqual(dataVersion.value, before);
});
