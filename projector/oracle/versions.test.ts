/** The versions of a row are what it was after each event: compared with a replay up to every event. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { Cache } from "../cache/cache.ts";
import type { Page } from "../queries/list.ts";
import { listVersions, type Version, versionList } from "../queries/why/versions.ts";
import { forEachBusiness, newCachePath } from "./cached-business.suite.ts";

const RUNS = pickCount({ usual: 6, long: 200 });
const TABLES = ["invoice", "client", "payment", "refund", "organization"] as const;

/** Pages of two, each of which reads at most three rows. */
function listAll(db: Database.Database, query: object): Version[] {
  const rows: Version[] = [];
  let cursor: string | null = null;
  do {
    const input = versionList.parse({ ...query, limit: 2, ...(cursor && { cursor }) });
    const page: Page<Version> = listVersions(db, input, 3);
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}

type Row = Record<string, unknown>;

/** What the versions say that the row was, after each of them, oldest first. */
function statesOf(versions: readonly Version[]): Map<number, Row> {
  const states = new Map<number, Row>();
  let row: Row = {};
  for (const { seq, changes, first } of versions.toReversed()) {
    assert.equal(first, states.size === 0);
    for (const { column, before, after } of changes) {
      assert.equal(row[column] ?? null, before, `${column} before event ${seq}`);
      row = { ...row, [column]: after };
    }
    states.set(seq, row);
  }
  return states;
}

test("versions add up to what the row was after every event", async () => {
  await forEachBusiness(RUNS, ({ cache, bodies }) => {
    const states = new Map(
      TABLES.flatMap((table) =>
        cache.db
          .prepare<[], number>(`SELECT id FROM ${table}`)
          .pluck()
          .all()
          .map((id) => [`${table} ${id}`, statesOf(listAll(cache.db, { table, id }))] as const),
      ),
    );
    const replayed = Cache.create(newCachePath());
    try {
      for (const [n, body] of bodies.entries()) {
        replayed.apply(n, [body]);
        const seq = n + 1;
        for (const [key, versions] of states) {
          const [table, id] = key.split(" ");
          const row = replayed.db.prepare<[number], Row>(`SELECT * FROM ${table} WHERE id = ?`).get(Number(id));
          const state = [...versions].findLast(([since]) => since <= seq)?.[1];
          assert.equal(state === undefined, row === undefined, `${key} at event ${seq}`);
          for (const [column, value] of Object.entries(state ?? {}))
            assert.equal(row?.[column], value, `${key}.${column} at event ${seq}`);
        }
      }
    } finally {
      replayed.close();
    }
  });
});

test("the versions of one column are those that changed it", async () => {
  await forEachBusiness(RUNS, ({ cache: { db } }) => {
    for (const id of db.prepare<[], number>("SELECT id FROM invoice").pluck().all())
      for (const column of ["status", "paid_minor", "gross_minor"]) {
        const all = listAll(db, { table: "invoice", id }).flatMap(({ seq, changes }) =>
          changes.filter((change) => change.column === column).map((change) => ({ seq, ...change })),
        );
        const own = listAll(db, { table: "invoice", id, column }).map(({ seq, changes: [change] }) => ({
          seq,
          ...change,
        }));
        assert.deepEqual(own, all);
      }
  });
  await forEachBusiness(1, ({ cache: { db } }) => {
    const query = versionList.parse({ table: "client", id: 1, column: "nonsense" });
    assert.throws(() => listVersions(db, query), /client has no column nonsense/);
  });
});
