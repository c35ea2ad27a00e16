import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { defaultPeriod, isDay, periodGroups, periodName, reportPeriodOf } from "./report-periods.ts";

const NO_DAYS = { from: "", to: "" };

test("periodGroups() offers months, quarters and years, the latest first, and says which is not over", () => {
  const groups = periodGroups("2026-01-31", "");
  assert.deepEqual(
    groups.map(({ name, periods }) => [name, ...periods.slice(0, 3)]),
    [
      ["Months", ["2026-01", "Jan 2026, not over yet"], ["2025-12", "Dec 2025"], ["2025-11", "Nov 2025"]],
      [
        "Quarters",
        ["2026-Q1", "Q1 2026 (Jan to Mar), not over yet"],
        ["2025-Q4", "Q4 2025 (Oct to Dec)"],
        ["2025-Q3", "Q3 2025 (Jul to Sep)"],
      ],
      ["Years", ["2026", "2026, not over yet"], ["2025", "2025"], ["2024", "2024"]],
    ],
  );
});

test("periodGroups() offers an older period that the address names, and no other words", () => {
  const words = (chosen: string) =>
    periodGroups("2026-05-05", chosen).flatMap(({ periods }) => periods.map(([w]) => w));
  const usual = words("");
  for (const old of ["2011-02", "2011-Q2", "2011"]) assert.deepEqual(new Set(words(old)), new Set([...usual, old]));
  for (const none of ["2011-13", "2011-Q5", "0011", "own", "2026-05", "x"]) assert.deepEqual(words(none), usual, none);
});

test("defaultPeriod() is the last whole quarter", () => {
  assert.equal(defaultPeriod("2026-01-01"), "2025-Q4");
  assert.equal(defaultPeriod("2026-03-31"), "2025-Q4");
  assert.equal(defaultPeriod("2026-04-01"), "2026-Q1");
  assert.equal(defaultPeriod("2026-12-31"), "2026-Q3");
});

test("reportPeriodOf() has the first and the last day of each period", () => {
  const days = (word: string) => Object.values(reportPeriodOf(word, "2026-11-20", NO_DAYS) ?? {});
  assert.deepEqual(days("2024-02"), ["2024-02-01", "2024-02-29"]);
  assert.deepEqual(days("2026-12"), ["2026-12-01", "2026-12-31"]);
  assert.deepEqual(days("2026-Q1"), ["2026-01-01", "2026-03-31"]);
  assert.deepEqual(days("2026-Q4"), ["2026-10-01", "2026-12-31"]);
  assert.deepEqual(days("2026"), ["2026-01-01", "2026-12-31"]);
  for (const word of ["", "2026-00", "2026-13", "2026-Q0", "last", "0001"])
    assert.deepEqual(days(word), ["2026-07-01", "2026-09-30"], word);
});

test("reportPeriodOf() takes free days in order only", () => {
  const of = (from: string, to: string) => reportPeriodOf("own", "2026-11-20", { from, to });
  assert.deepEqual(of("2026-01-15", "2026-01-15"), { from: "2026-01-15", to: "2026-01-15" });
  for (const [from, to] of [
    ["2026-01-16", "2026-01-15"],
    ["", "2026-01-15"],
    ["2026-01-15", ""],
    ["2026-02-30", "2026-03-15"],
    ["0202-01-01", "2026-01-15"],
  ] as const)
    assert.equal(of(from, to), null, `${from} ${to}`);
});

test("twelve months are four quarters are one year, without a gap", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1900, max: 9998 }), (year) => {
      const next = (date: string) => new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
      const at = (word: string) => reportPeriodOf(word, "2026-11-20", NO_DAYS) ?? assert.fail(word);
      const months = Array.from({ length: 12 }, (_, n) => at(`${year}-${String(n + 1).padStart(2, "0")}`));
      const quarters = [1, 2, 3, 4].map((n) => at(`${year}-Q${n}`));
      for (const parts of [months, quarters]) {
        assert.deepEqual({ from: parts[0]?.from, to: parts.at(-1)?.to }, at(String(year)));
        for (const [n, { from }] of parts.entries()) if (n > 0) assert.equal(from, next(parts[n - 1]?.to ?? ""));
      }
    }),
    { numRuns: 200 },
  );
});

test("periodName() names free days as the locale writes them", () => {
  assert.equal(periodName("2026-Q3", { from: "2026-07-01", to: "2026-09-30" }, "en-GB"), "Q3 2026 (Jul to Sep)");
  assert.equal(periodName("own", { from: "2026-07-02", to: "2026-09-30" }, "de-DE"), "2 Jul 2026 to 30 Sept 2026");
  assert.equal(periodName("", { from: "2026-07-02", to: "2026-09-30" }, "en-US"), "Jul 2, 2026 to Sep 30, 2026");
});

test("isDay() takes days that exist", () => {
  for (const yes of ["2026-06-30", "2024-02-29", "1900-01-01"]) assert.ok(isDay(yes), yes);
  for (const no of ["", "2026-06-31", "2025-02-29", "0026-06-30", "1899-12-31", "2026-6-3", "today"])
    assert.ok(!isDay(no), no);
});
