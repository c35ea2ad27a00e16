import assert from "node:assert/strict";
import { test } from "node:test";
import { PERIODS, periodOf } from "./periods.ts";

const none = { from: "", to: "" };
const daysOf = (word: string, today: string) => Object.values(periodOf(word, today, none)).join(" to ");

test("periodOf() returns the first and the last day", () => {
  assert.equal(daysOf("", "2026-11-22"), "2026-01-01 to 2026-12-31");
  assert.equal(daysOf("month", "2024-02-29"), "2024-02-01 to 2024-02-29");
  assert.equal(daysOf("last-month", "2026-01-31"), "2025-12-01 to 2025-12-31");
  assert.equal(daysOf("last-month", "2025-03-31"), "2025-02-01 to 2025-02-28");
  assert.equal(daysOf("quarter", "2026-03-31"), "2026-01-01 to 2026-03-31");
  assert.equal(daysOf("quarter", "2026-12-01"), "2026-10-01 to 2026-12-31");
  assert.equal(daysOf("last-year", "2026-01-01"), "2025-01-01 to 2025-12-31");
  assert.deepEqual(periodOf("all", "2026-01-01", none), {});
});

test("periodOf() uses the user's own dates, and ignores text that is not a date", () => {
  const own = { from: "2026-01-05", to: "" };
  assert.deepEqual(periodOf("own", "2026-06-01", own), { from: "2026-01-05" });
  assert.deepEqual(periodOf("own", "2026-06-01", { from: "yesterday", to: "2026-02-01" }), { to: "2026-02-01" });
});

test("an unknown word, such as one from a later release, means this year", () => {
  assert.deepEqual(periodOf("decade", "2026-06-01", none), periodOf("", "2026-06-01", none));
  assert.equal(new Set(PERIODS.map(([word]) => daysOf(word, "2026-06-15"))).size, PERIODS.length - 1, "all and own");
});
