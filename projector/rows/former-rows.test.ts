/** Each store that writes rows leaves the same past as a plain list of what was, whatever is flushed when. */
import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { pastOf, spanNode } from "../tables/past.ts";
import { createTableSql, defineTable, integer, nullable, type RowOf, text } from "../tables/table.ts";
import { CurrentEvent } from "./current-event.ts";
import { outputTo } from "./row-reviser.ts";
import { RowStore } from "./row-store.ts";
import { RowWriter } from "./row-writer.ts";
import { WriteOnlyRows } from "./write-only-rows.ts";

const child = defineTable(
  "child",
  "for these tests",
  { parent: integer("key"), n: integer("key"), value: integer("anything"), note: nullable(text("anything")) },
  { key: ["parent", "n"] },
);
const childPast = pastOf(child);
type Child = RowOf<typeof child>;

/** The first event. A parent with the number of the event would be new. */
const FIRST = 10;

/** What an event does: puts of a value, and deletes (null). A key may come twice. */
type Change = { parent: number; n: number; value: number | null };
const change: fc.Arbitrary<Change> = fc.record({
  parent: fc.constantFrom(0, 1, 2),
  n: fc.integer({ min: 1, max: 3 }),
  value: fc.option(fc.integer({ min: 0, max: 2 })),
});
/** Events, and after which of them the rows are flushed. */
const history = fc.array(fc.record({ changes: fc.array(change, { maxLength: 6 }), flush: fc.boolean() }), {
  maxLength: 25,
});

const rowOf = ({ parent, n }: Change, value: number): Child => ({ parent, n, value, note: value === 0 ? null : "x" });

/** The rows and the former rows after the events: written down event by event. */
function expectedOf(events: readonly { changes: Change[] }[]) {
  let now = new Map<string, Child & { since: number }>();
  const past: object[] = [];
  for (const [index, { changes }] of events.entries()) {
    const seq = FIRST + index;
    const before = now;
    now = new Map(before);
    for (const one of changes) {
      const key = `${one.parent} ${one.n}`;
      if (one.value === null) now.delete(key);
      else now.set(key, { ...rowOf(one, one.value), since: seq });
    }
    for (const [key, row] of before) {
      const after = now.get(key);
      if (after?.value === row.value) now.set(key, row);
      else past.push({ until: seq, ...row, node: spanNode(row.since, seq) });
    }
  }
  const byKey = (a: Child, b: Child) => a.parent - b.parent || a.n - b.n;
  const byUntil = (a: { until: number } & Child, b: { until: number } & Child) => a.until - b.until || byKey(a, b);
  return { now: [...now.values()].sort(byKey), past: (past as ({ until: number } & Child)[]).sort(byUntil) };
}

/** A store over tables of its own, and what it has written. */
function open() {
  const db = new Database(":memory:");
  for (const table of [child, childPast]) db.exec(createTableSql(table));
  const written = () => ({
    now: db.prepare("SELECT * FROM child ORDER BY parent, n").all(),
    past: db.prepare("SELECT * FROM child_past ORDER BY until, parent, n").all(),
  });
  return { db, event: new CurrentEvent(), written };
}

for (const alone of [true, false])
  test(`RowStore${alone ? ", alone," : ""} leaves the past of a plain list, in any flushes`, () => {
    fc.assert(
      fc.property(history, fc.boolean(), (events, reads) => {
        const { db, event, written } = open();
        const store = new RowStore<Child>(db, child, { alone, event, past: new RowWriter(db, childPast) });
        for (const [index, { changes, flush }] of events.entries()) {
          event.begin(FIRST + index);
          for (const one of changes) {
            if (reads) store.get(one.parent, one.n);
            if (one.value === null) store.delete(one.parent, one.n);
            else store.put(rowOf(one, one.value));
          }
          event.end();
          if (!flush && index + 1 < events.length) continue;
          store.flushDeletes();
          store.flushRows();
          store.flushFormer();
          if (alone) store.settle();
          else store.forget();
        }
        assert.deepEqual(written(), expectedOf(events));
      }),
      { numRuns: 400 },
    );
  });

/** Without deletes of rows that were not there before the event, which projections never do. */
function possible<E extends { changes: Change[] }>(events: readonly E[]): E[] {
  const done: E[] = [];
  for (const event of events) {
    const { now } = expectedOf(done);
    const isThere = (one: Change) => now.some(({ parent, n }) => parent === one.parent && n === one.n);
    done.push({ ...event, changes: event.changes.filter((one) => one.value !== null || isThere(one)) });
  }
  return done;
}

test("WriteOnlyRows leaves the past of a plain list, in any flushes", () => {
  fc.assert(
    fc.property(history.map(possible), (events) => {
      const { db, event, written } = open();
      const store = new WriteOnlyRows<Child>(child, outputTo(db, child, childPast), event);
      for (const [index, { changes, flush }] of events.entries()) {
        const known = new Set(expectedOf(events.slice(0, index)).now.map(({ parent, n }) => `${parent} ${n}`));
        event.begin(FIRST + index);
        for (const one of changes)
          if (one.value === null) store.delete(one.parent, one.n);
          else store.put(rowOf(one, one.value), known.has(`${one.parent} ${one.n}`));
        event.end();
        if (flush || index + 1 === events.length) store.flush();
      }
      assert.deepEqual(written(), expectedOf(events));
    }),
    { numRuns: 400 },
  );
});

test("forget() drops the former rows of an event that is rejected", () => {
  const { db, event, written } = open();
  const store = new RowStore<Child>(db, child, { event, past: new RowWriter(db, childPast) });
  const put = (seq: number, value: number) => {
    event.begin(seq);
    store.put(rowOf({ parent: 1, n: 1, value }, value));
    event.end();
  };
  const flush = () => {
    store.flushRows();
    store.flushFormer();
    store.forget();
  };
  put(11, 1);
  flush();
  put(12, 2);
  store.forget();
  event.begin(12);
  store.put(rowOf({ parent: 1, n: 1, value: 0 }, 0));
  event.abandon(); // it could not be folded
  store.forget();
  put(12, 0);
  flush();
  assert.deepEqual(written(), {
    now: [{ ...rowOf({ parent: 1, n: 1, value: 0 }, 0), since: 12 }],
    past: [{ until: 12, ...rowOf({ parent: 1, n: 1, value: 1 }, 1), since: 11, node: 11 }],
  });
});

test("a row is put only within an event", () => {
  const { db, event } = open();
  const store = new RowStore<Child>(db, child, { event });
  assert.throws(() => store.put(rowOf({ parent: 1, n: 1, value: 1 }, 1)), /child: a row is put outside an event/);
});
