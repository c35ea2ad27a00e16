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
const TABLES = ["invoice", "client", "item", "payment", "refund", "organization"] as const;

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
    for (const { column, part, before, after } of changes) {
      const name = part === null ? column : `${part.table} ${part.n} ${column}`;
      assert.equal(row[name] ?? null, before, `${name} before event ${seq}`);
      row = { ...row, [name]: after };
    }
    states.set(seq, row);
  }
  return states;
}

/** The tables of what a record states beyond its row, with the column of its id. */
const PARTS: Readonly<Record<string, { parent: string; tables: readonly string[] }>> = {
  invoice: {
    parent: "invoice_id",
    tables: ["more", "note", "preceding", "account", "line_more", "line_classification", "line_attribute"].map(
      (name) => `invoice_${name}`,
    ),
  },
  item: { parent: "item_id", tables: ["item_classification", "item_attribute"] },
  organization: { parent: "organization_id", tables: ["organization_identifier", "organization_account"] },
};

/** What a record states beyond its row, by table, position and column; what a line states, by the line. */
function partsOf(db: Database.Database, record: string, id: number): Row {
  const { parent = "", tables = [] } = PARTS[record] ?? {};
  return Object.fromEntries(
    tables.flatMap((table) =>
      db
        .prepare<[number], Row>(`SELECT * FROM ${table} WHERE ${parent} = ?`)
        .all(id)
        .flatMap(({ [parent]: _, n, since: __, ...row }) => {
          const { line_n, ...ofLine } = row;
          const [at, columns] = table === "invoice_line_more" ? [line_n, ofLine] : [n ?? 1, row];
          return Object.entries(columns)
            .filter(([column]) => !column.endsWith("_count"))
            .map(([column, value]) => [`${table} ${at} ${column}`, value] as const);
        }),
    ),
  );
}

test("versions add up to what the row was after every event", async () => {
  const withParts = new Set<string>();
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
          const parts = partsOf(replayed.db, table ?? "", Number(id));
          for (const [column, value] of Object.entries(state ?? {}))
            assert.equal({ ...row, ...parts }[column] ?? null, value, `${key}.${column} at event ${seq}`);
          for (const [column, value] of Object.entries(parts))
            assert.equal(state?.[column] ?? null, value, `${key}.${column} at event ${seq}`);
          if (Object.keys(parts).length > 0) withParts.add(table ?? "");
        }
      }
    } finally {
      replayed.close();
    }
  });
  // Which of the others have parts is chance; `every-field.test.ts` has each of them.
  assert.ok(withParts.has("invoice") && withParts.size > 1, [...withParts].join());
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
