import assert from "node:assert/strict";
import { test } from "node:test";
import { dataVersion, quarter, quarterNow } from "./state.ts";

test("dataVersion is another one after midnight, in a time zone that is a quarter of an hour off too", (t) => {
  const midnightInKathmandu = Date.parse("2026-03-01T00:00:00+05:45");
  t.mock.timers.enable({ apis: ["Date"], now: midnightInKathmandu - 1 });
  quarter.value = quarterNow();
  const before = dataVersion.value;
  t.mock.timers.setTime(midnightInKathmandu);
  quarter.value = quarterNow();
  assert.notEqual(dataVersion.value, before);
});
