/** Decisions about numbers: patterns, periods, and numbers that other documents have. Run by `decisions.test.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PROFILE } from "../../fixtures/data/events.ts";
import { formatNumber, periodOf } from "../values/number-pattern.ts";
import { uniqueKey } from "../values/unique-key.ts";
import type { InvoiceIssued } from "./issue.ts";
import { type NumberBooks, numberOf } from "./numbering.ts";
import { clientOf, draftOf, type Input, isRefusal, LINE, type Office, type OpenOffice } from "./office.suite.ts";
import { MAX_PASSED_OVER } from "./own-numbers.ts";
import type { Series } from "./series.ts";

const own = (name: string, pattern: string, more: Partial<Series> = {}): Series => ({
  ...{ name, kind: "both", pattern, first: 1, reset: "never", foreign: false },
  ...more,
});
const FOREIGN = own("old", "{0}", { foreign: true });
const YEARLY = own("main", "RE-{YYYY}-{000}", { reset: "yearly" });

/** Issues a new draft of one client. */
async function issue(office: Office, input: Input): Promise<InvoiceIssued> {
  const id = await draftOf(office, { clientId: await clientOf(office) });
  const event = await office.accepts("IssueInvoice", input, { id });
  assert.ok(event.type === "InvoiceIssued");
  return event.data;
}

const numberOn = async (office: Office, issuedOn: string, more: Input = {}) =>
  (await issue(office, { issuedOn, ...more })).number;

export function numberingDecisions(open: OpenOffice): void {
  test("a series begins again by the issue date, in each year or month, and dates stay in order", async (t) => {
    const monthly = own("monthly", "{MM}.{YY}/{0}", { reset: "monthly", first: 7 });
    const office = await open(t, { profile: { series: [YEARLY, monthly] } });
    office.clock.nowMs = Date.UTC(2025, 0, 5, 12);
    for (const [date, number] of [
      ["2023-12-31", "RE-2023-001"],
      ["2024-01-01", "RE-2024-001"],
      ["2024-12-31", "RE-2024-002"],
      ["2025-01-01", "RE-2025-001"],
    ] as const)
      assert.equal(await numberOn(office, date), number);
    for (const [date, number] of [
      ["2024-11-30", "11.24/7"],
      ["2024-11-30", "11.24/8"],
      ["2025-01-01", "01.25/7"],
    ] as const)
      assert.equal(await numberOn(office, date, { series: "monthly" }), number);
    const id = await draftOf(office);
    const values = { series: "main", issuedOn: "2024-12-31", lastIssuedOn: "2025-01-01" };
    const expected = { rule: "ISSUED_BEFORE_LAST", field: "issuedOn", values } as const;
    await office.refuses("IssueInvoice", { issuedOn: "2024-12-31" }, { id }, expected);
  });

  test("the year of a number is that of the issue date, not of the server's clock", async (t) => {
    const office = await open(t, { profile: { timeZone: "Pacific/Auckland", series: [YEARLY] } });
    office.clock.nowMs = Date.UTC(2024, 11, 31, 10, 59);
    const id = () => draftOf(office);
    const issued = async () => {
      const event = await office.accepts("IssueInvoice", {}, { id: await id() });
      return event.type === "InvoiceIssued" && [event.data.number, event.data.period];
    };
    assert.deepEqual(await issued(), ["RE-2024-001", "2024"]);
    office.clock.nowMs = Date.UTC(2024, 11, 31, 11); // midnight in Auckland, UTC+13
    assert.deepEqual(await issued(), ["RE-2025-001", "2025"]);
  });

  test("`first` is the first counter of each period, and numbers grow past their digits", async (t) => {
    const office = await open(t, { profile: { series: [own("main", "{YY}-{00}", { reset: "yearly", first: 99 })] } });
    assert.equal(await numberOn(office, "2023-05-01"), "23-99");
    assert.equal(await numberOn(office, "2023-05-01"), "23-100");
    assert.equal(await numberOn(office, "2024-01-01"), "24-99");
  });

  test("a pattern and a first number of a series that begins again change with its next period", async (t) => {
    const office = await open(t, { profile: { series: [YEARLY] } });
    assert.equal(await numberOn(office, "2023-05-01"), "RE-2023-001");
    await office.accepts("ChangeProfile", { series: [{ ...YEARLY, pattern: "AR{YY}.{0000}", first: 5 }] });
    assert.equal(await numberOn(office, "2023-06-01"), "RE-2023-002");
    assert.equal(await numberOn(office, "2024-01-01"), "AR24.0005");
    await office.accepts("ChangeProfile", { series: [YEARLY] });
    assert.equal(await numberOn(office, "2024-01-02"), "AR24.0006");
  });

  test("what the numbers of a series in use follow from is frozen", async (t) => {
    const main = own("main", "INV-{0000}");
    const office = await open(t, {
      profile: { series: [main, own("year", "Y{YYYY}/{0}", { reset: "yearly" }), FOREIGN] },
    });
    const [, year] = office.books.organization()?.profile.series ?? [];
    assert.ok(year);
    await office.accepts("ChangeProfile", { series: [{ ...main, first: 12, pattern: "I-{0}" }, year, FOREIGN] });
    await office.accepts("ChangeProfile", { series: [{ ...main, first: 12 }, year, FOREIGN] });
    assert.equal(await numberOn(office, "2024-01-01"), "INV-0012");
    await numberOn(office, "2024-01-01", { series: "year" });
    await numberOn(office, "2024-01-01", { series: "old", number: "7" });
    const now = { ...main, first: 12 };
    for (const [series, part, name] of [
      [[{ ...now, pattern: "I-{0}" }, year, FOREIGN], "pattern", "main"],
      [[{ ...now, first: 13 }, year, FOREIGN], "first", "main"],
      [[{ ...now, pattern: "I-{YY}-{0}", reset: "yearly" }, year, FOREIGN], "reset", "main"],
      [[year, { ...now, pattern: "I-{0}" }, FOREIGN], "pattern", "main"],
      [[now, { ...year, reset: "never" }, FOREIGN], "reset", "year"],
    ] as const) {
      const field = `series.${series.findIndex((one) => one.name === name)}.${part}`;
      const expected = { rule: "SERIES_FROZEN", field, values: { series: name, part } } as const;
      await office.refuses("ChangeProfile", { series }, {}, expected);
    }
    await office.accepts("ChangeProfile", {
      series: [{ ...now, kind: "invoice" }, year, { ...FOREIGN, pattern: "x{0}" }],
    });
  });

  for (const [what, series, expected] of [
    ["no year", [own("a", "A{0}", { reset: "yearly" })], { rule: "SERIES_REPEATS", field: "series.0.pattern" }],
    ["no month", [own("a", "A{YY}/{0}", { reset: "monthly" })], { rule: "SERIES_REPEATS", field: "series.0.pattern" }],
    ["no year with the month", [own("a", "A{MM}/{0}", { reset: "monthly" })], { rule: "SERIES_REPEATS" }],
    [
      "the numbers of another one",
      [own("a", "INV-{0000}"), own("b", "inv-{00}", { kind: "credit_note" })],
      { rule: "SERIES_MAKES_SAME", field: "series.1.pattern", values: { series: "b", existing: "a" } },
    ],
  ] as const)
    test(`ChangeProfile, and founding, refuse a series with ${what}`, async (t) => {
      const field = "series.0.pattern";
      const office = await open(t);
      await office.refuses("ChangeProfile", { series }, {}, { field, ...expected });
      await assert.rejects(open(t, { profile: { series: [...series] } }), (error) =>
        isRefusal(error, { field, ...expected }),
      );
    });

  test("a foreign number that a series would make later needs a confirmation", async (t) => {
    const counting = own("main", "INV-{000}", { first: 5 });
    const office = await open(t, {
      profile: { series: [counting, own("y", "Y{YY}-{00}", { reset: "yearly" }), FOREIGN] },
    });
    for (const date of ["2024-03-01", "2024-03-02"]) await numberOn(office, date);
    await numberOn(office, "2023-06-01", { series: "y" });
    for (const [number, series] of [
      ["INV-007", "main"],
      ["inv 9000", null], // without the hyphen
      ["INV-9000", "main"],
      ["iɴv–０07", null],
      ["inv\u2013007", "main"],
      ["INV-0008", null],
      ["INV-004", null], // before its first
      ["INV-07", null],
      ["Y24-01", "y"],
      ["Y23-02", "y"],
      ["Y22-09", null], // its year is over
    ] as const) {
      const id = await draftOf(office);
      const input = { series: "old", number, issuedOn: "2023-01-01" };
      if (series === null) await office.accepts("IssueInvoice", input, { id });
      else {
        const expected = { rule: "NUMBER_OF_SERIES", field: "number", values: { series, number } } as const;
        await office.refuses("IssueInvoice", input, { id }, expected);
      }
    }
    const confirmed = { series: "old", number: "INV-007", confirmNumber: true };
    const { counter, period } = await issue(office, confirmed);
    assert.deepEqual([counter, period], [null, ""]);
    assert.equal(await numberOn(office, "2024-03-15"), "INV-008");
  });

  test("IssueInvoice refuses a series if the next 10,000 numbers and one more are taken", () => {
    const main = own("main", "{0}");
    const upTo = (taken: number): NumberBooks => ({
      organization: () => ({ id: 1, version: 1, hasLogo: false, lockedUpTo: null, profile: PROFILE }),
      series: () => ({ lastNumber: null, pattern: null, lastIssuedOn: null }),
      invoice: () => ({ number: "?" }),
      invoiceIdBySameNumber: (number) => (Number(number) <= taken ? 9 : undefined),
    });
    const wish = { number: null, confirmNumber: false, issuedOn: "2024-03-15" };
    const most = numberOf(upTo(MAX_PASSED_OVER), PROFILE, main, wish);
    assert.deepEqual([most.number, most.passedOver.length], ["10001", 10_000]);
    assert.throws(
      () => numberOf(upTo(MAX_PASSED_OVER + 1), PROFILE, main, wish),
      (error) =>
        isRefusal(error, {
          rule: "NUMBERS_TAKEN",
          field: "series",
          values: { series: "main", from: "1", to: "10001" },
        }),
    );
  });

  test("series in the form of release 0.1 are accepted, and keep what that form cannot say", async (t) => {
    const office = await open(t);
    const old = { name: "a", kind: "both", prefix: "A-", digits: 3, foreign: false };
    await office.accepts("ChangeProfile", { series: [old] });
    const seriesNow = () => office.books.organization()?.profile.series;
    assert.deepEqual(seriesNow(), [own("a", "A-{000}")]);
    await office.decidesNothing("ChangeProfile", { series: [old] });
    await office.accepts("ChangeProfile", { series: [own("a", "A-{000}", { first: 40 })] });
    await office.accepts("ChangeProfile", { series: [{ ...old, kind: "invoice" }] });
    assert.deepEqual(seriesNow(), [own("a", "A-{000}", { first: 40, kind: "invoice" })]);
    await office.accepts("ChangeProfile", { series: [{ name: "x", kind: "both", foreign: true }] });
    assert.deepEqual(seriesNow(), [own("x", "{0}", { foreign: true })]);
    for (const [wrong, field, says] of [
      [{ foreign: false }, "pattern", /is missing.*"pattern": "INV-\{0000\}"/],
      [{ foreign: false, prefix: "A-" }, "digits", /is missing beside prefix/],
      [{ foreign: true, digits: 3 }, "prefix", /is missing beside digits/],
      [{ foreign: false, prefix: "A-", pattern: "{0}" }, "prefix", /is in the pattern already/],
      [{ foreign: false, pattern: "{0}{0}" }, "pattern", /only one counter/],
      [{ foreign: false, pattern: "A{DD}{0}" }, "pattern", /in braces/],
    ] as const)
      await assert.rejects(
        async () => await office.run("ChangeProfile", { series: [{ name: "a", kind: "both", ...wrong }] }),
        (error) => {
          const issue = (error as { issues?: { path: unknown[]; message: string }[] }).issues?.[0];
          assert.deepEqual(issue?.path, ["series", 0, field]);
          assert.match(issue?.message ?? "", says);
          return true;
        },
      );
  });

  test("over random dates, resets, changes and foreign numbers, no number occurs twice and every gap is explained", async (t) => {
    const day = fc
      .integer({ min: 0, max: 70 })
      .map((n) => new Date(Date.UTC(2023, 11, 1 + n)).toISOString().slice(0, 10));
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ issue: fc.constantFrom("a", "b", "c"), on: day }) },
      {
        weight: 3,
        arbitrary: fc.record({
          foreign: fc.constantFrom("a", "b", "c"),
          on: day,
          counter: fc.integer({ min: 1, max: 9 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ pattern: fc.constantFrom("b", "c"), to: fc.constantFrom("x", "y") }) },
    );
    const patterns = { a: "a{00}", b: "b{YYYY}.{0}", c: "c{YY}{MM}.{000}" };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 24 }), fc.integer({ min: 1, max: 3 }), async (steps, first) => {
        const all = {
          a: own("a", patterns.a, { first }),
          b: own("b", patterns.b, { reset: "yearly", first }),
          c: own("c", patterns.c, { reset: "monthly" }),
        };
        const office = await open(t, { profile: { series: [...Object.values(all), FOREIGN] } });
        const clientId = await clientOf(office);
        const draft = await office.run("DraftInvoice", { clientId, lines: [LINE] });
        let id = draft.stream;
        const tryIssue = async (input: Input) => {
          try {
            await office.run("IssueInvoice", { confirmNumber: true, ...input }, { id });
            id = (await office.run("DraftInvoice", { clientId, lines: [LINE] })).stream;
          } catch (error) {
            const { rule } = error as { rule: string };
            assert.ok(["ISSUED_BEFORE_LAST", "NUMBER_TAKEN"].includes(rule), String(error));
          }
        };
        for (const step of steps)
          if ("issue" in step) await tryIssue({ series: step.issue, issuedOn: step.on });
          else if ("foreign" in step) {
            const number = formatNumber(all[step.foreign].pattern, step.on, step.counter).toUpperCase();
            await tryIssue({ series: "old", number, issuedOn: step.on });
          } else {
            all[step.pattern] = { ...all[step.pattern], pattern: `${step.to}${patterns[step.pattern]}` };
            await office.run("ChangeProfile", { series: [...Object.values(all), FOREIGN] });
          }
        const issued = (await office.events()).flatMap((event) =>
          event.type === "InvoiceIssued" ? [{ ...event.data, id: event.stream }] : [],
        );
        checkNumbers(issued, { first, resets: { a: "never", b: "yearly", c: "monthly" } });
      }),
      { numRuns: 25 },
    );
  });
}

/** Asserts what must be true of the numbers of a whole history. */
function checkNumbers(
  issued: readonly (InvoiceIssued & { id: number })[],
  { first, resets }: { first: number; resets: Readonly<Record<string, Series["reset"]>> },
): void {
  const keys = issued.map(({ number }) => uniqueKey(number));
  assert.equal(new Set(keys).size, keys.length, "a number occurs twice");
  const idOf = new Map(issued.map(({ number, id }) => [uniqueKey(number), id]));
  for (const [series, reset] of Object.entries(resets)) {
    const own = issued.filter((one) => one.series === series);
    const dates = own.map(({ issuedOn }) => issuedOn);
    assert.deepEqual(dates, dates.toSorted(), `the dates of series ${series} are in order`);
    for (const one of own) assert.equal(one.period, periodOf(reset, one.issuedOn));
    for (const [period, inPeriod] of Map.groupBy(own, (one) => one.period)) {
      const counters = inPeriod.flatMap(({ passedOver, counter }) => [
        ...passedOver.map((one) => one.counter),
        counter,
      ]);
      const from = series === "c" ? 1 : first;
      assert.deepEqual(
        counters,
        counters.map((_, n) => from + n),
        `series ${series} in ${period} has a gap`,
      );
      for (const { number, takenBy } of inPeriod.flatMap(({ passedOver }) => passedOver))
        assert.equal(idOf.get(uniqueKey(number)), takenBy, `${number} is explained`);
    }
  }
}
