/** Number series: the next number is what deciders give, and documents and gaps are all counters of a period. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { numberOf } from "../../../events/business/numbering.ts";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import { SERIES } from "../../../fixtures/data/random-commands.ts";
import { writeRandomHistory } from "../../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { openCacheForReading } from "../../cache/cache.ts";
import { ProjectionTables } from "../../cache/projection-tables.ts";
import { booksOf } from "../../writer/books.ts";
import { assertIndexed, recording } from "../query-plans.suite.ts";
import { listNumberGaps, type NumberGap, numberGaps, seriesStates } from "./number-series.ts";

const folder = temporaryFolder();
const path = join(folder, "cache.sqlite");
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, path, { commands: 2500, seed: 1 });
log.closeNow();
const plain = openCacheForReading(path);
const { db, statements } = recording(plain);
const books = booksOf(plain, new ProjectionTables(plain).tables);
const LATER = "2031-02-03";

function allGaps(series: string, period: string, limit: number): NumberGap[] {
  const gaps: NumberGap[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = listNumberGaps(db, numberGaps.parse({ series, period, limit, ...(cursor && { cursor }) }));
    gaps.push(...page.rows);
    cursor = page.next;
  }
  return gaps;
}

test("the next number of each series is the one that a document is given that is issued today", () => {
  const { profile } = books.organization() ?? assert.fail();
  const states = seriesStates(db, LATER);
  assert.deepEqual(
    states.map(({ name }) => name),
    profile.series.map(({ name }) => name),
  );
  for (const [n, state] of states.entries()) {
    const series = profile.series[n] ?? assert.fail();
    if (series.foreign) {
      assert.deepEqual([state.next_number, state.next_period, state.next_passed_over], [null, null, 0]);
      continue;
    }
    const made = numberOf(books, profile, series, { number: null, confirmNumber: false, issuedOn: LATER });
    assert.deepEqual(
      [state.next_number, state.next_period, state.next_passed_over],
      [made.number, made.period, made.passedOver.length],
    );
  }
  assert.ok(states.some(({ next_period }) => next_period === "2031-02"));
});

test("documents and passed over numbers are all counters of a period, and each gap is explained", () => {
  let passed = 0;
  let voids = 0;
  for (const { name, is_foreign, periods, documents, last_issued_on } of seriesStates(db, LATER)) {
    assert.equal(
      documents,
      periods.reduce((sum, period) => sum + period.documents, 0),
    );
    assert.equal(last_issued_on, periods[0]?.last_issued_on ?? null);
    for (const { period, first_number, last_number, passed_over, unexplained } of periods) {
      assert.equal(unexplained, 0);
      const gaps = allGaps(name, period, 2);
      assert.deepEqual(allGaps(name, period, 200), gaps);
      if (is_foreign === 1) {
        assert.deepEqual([gaps, first_number, last_number], [[], 0, 0]);
        continue;
      }
      const counted = plain
        .prepare<[string, string], number>("SELECT counter FROM invoice WHERE series = ? AND period = ?")
        .pluck()
        .all(name, period);
      const over = gaps.filter(({ reason }) => reason === "passed_over");
      assert.equal(over.length, passed_over);
      assert.deepEqual(
        [...counted, ...over.map(({ counter }) => counter)].sort((a, b) => a - b),
        Array.from({ length: last_number - first_number + 1 }, (_, n) => first_number + n),
      );
      for (const gap of gaps) {
        const document = books.invoice(gap.document_id);
        assert.equal(document?.number, gap.document_number);
        assert.equal(gap.reason === "void", gap.next_document_id === null);
        if (gap.reason === "void") assert.equal(document?.status, "void");
        else assert.equal(gap.number.toUpperCase(), gap.document_number.toUpperCase());
      }
      passed += over.length;
      voids += gaps.length - over.length;
    }
  }
  assert.ok(passed > 2 && voids > 2, `${passed} passed over, ${voids} void`);
  assert.ok(SERIES.length > 3);
});

test("a cursor that is not one of this list is refused", () => {
  for (const cursor of ["x", "0", "-1", "99999999999999999"])
    assert.throws(() => listNumberGaps(db, numberGaps.parse({ series: "INV", cursor })), {
      name: "ZodError",
      message: /cursor/,
    });
});

test("a series that does not exist, and a period that is none of the series, are refused: they have no list of gaps", () => {
  const gaps = (series: string, period?: string) => listNumberGaps(db, numberGaps.parse({ series, period }));
  const states = seriesStates(db, LATER);
  assert.throws(() => gaps("Nothing"), { name: "ZodError", message: /there is no series Nothing/ });
  const right = { never: "", yearly: "2031", monthly: "2031-02" };
  let refused = 0;
  for (const { name, reset, is_foreign } of states) {
    const own = is_foreign === 1 ? "" : right[reset];
    assert.deepEqual(gaps(name, own).rows, reset === "never" ? gaps(name).rows : [], name);
    for (const period of [...Object.values(right), "2031-13", "x"])
      if (period !== own) {
        assert.throws(() => gaps(name, period), { name: "ZodError", message: /"period"/ }, `${name} ${period}`);
        refused++;
      }
  }
  assert.equal(refused, 4 * states.length);
});

test("no query of a period scans a table or sorts", () => {
  assert.ok(statements.size > 4);
  assertIndexed(
    plain,
    [...statements].filter((sql) => !/FROM meta$/.test(sql)),
  );
});
