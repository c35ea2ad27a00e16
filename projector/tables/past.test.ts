import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { nodesOf, pastOf, spanNode } from "./past.ts";
import { createIndexSql, createTableSql, defineTable, integer, text } from "./table.ts";
import { PAST_TABLES, TABLES, type TableName } from "./tables.ts";

const MAX = Number.MAX_SAFE_INTEGER;

/** How often 2 divides `n`. */
function twos(n: number): number {
  let count = 0;
  for (let rest = BigInt(n); rest % 2n === 0n; rest /= 2n) count++;
  return count;
}

test("spanNode() is the sequence after the first one of the span that 2 divides most often", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 300 }), (since, more) => {
      const span = Array.from({ length: more }, (_, n) => since + 1 + n);
      const most = Math.max(...span.map(twos));
      const best = span.filter((n) => twos(n) === most);
      assert.deepEqual([spanNode(since, since + 1 + more)], best);
    }),
  );
  assert.equal(spanNode(8, 9), 8);
});

test("spanNode() is within the span, at every size of a sequence", () => {
  const edges = [1, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52, MAX - 1];
  const near = fc.tuple(fc.constantFrom(...edges), fc.nat(5)).map(([edge, n]) => Math.min(MAX - 1, edge + n));
  const any = fc.oneof(near, fc.integer({ min: 1, max: MAX - 1 }));
  fc.assert(
    fc.property(any, any, (one, other) => {
      const [since, last] = [Math.min(one, other), Math.max(one, other)];
      const node = spanNode(since, last + 1);
      assert.ok(since <= node && node <= last, `${node}`);
      for (const n of [since, last, node]) assert.ok(nodesOf(n, last + 1).includes(node), `${n}: ${node}`);
    }),
  );
});

test("nodesOf() has the node of every span that contains the event, and no more than the digits of the head", () => {
  const head = 70;
  for (let n = 1; n <= head; n++) {
    const nodes = nodesOf(n, head);
    assert.deepEqual(
      nodes,
      [...new Set(nodes)].sort((a, b) => a - b),
    );
    assert.ok(nodes.length <= 8, nodes.join());
    const needed = new Set<number>();
    for (let since = 1; since <= n; since++)
      for (let until = n + 1; until <= head; until++) needed.add(spanNode(since, until));
    assert.deepEqual(
      [...needed].filter((node) => !nodes.includes(node)),
      [],
      `event ${n}`,
    );
  }
  assert.ok(nodesOf(1, MAX).length <= 54);
});

test("a past table has the columns of its table between `until` and `node`, without checks and references", () => {
  const cup = defineTable(
    "cup",
    "for this test",
    {
      shelf_id: integer("the shelf", { references: "shelf" }),
      n: integer("place", { check: "n > 0" }),
      name: text("what is on it"),
    },
    { key: ["shelf_id", "n"], indexes: [{ name: "cup_name", on: ["name"], unique: true }] },
  );
  assert.equal(
    createTableSql(pastOf(cup)),
    `CREATE TABLE "cup_past" ( -- former rows of cup: rows that an event replaced or deleted; not in the digest
  until INTEGER NOT NULL, -- the event that replaced or deleted the row: it was there up to the event before
  shelf_id INTEGER NOT NULL, -- the shelf
  n INTEGER NOT NULL, -- place
  name TEXT NOT NULL, -- what is on it
  since INTEGER NOT NULL, -- the event that wrote the row
  node INTEGER NOT NULL, -- where the span of the row lies in the tree of all spans: spanNode() in projector/tables/past.ts
  PRIMARY KEY (until, shelf_id, n)
) STRICT, WITHOUT ROWID`,
  );
  assert.deepEqual(createIndexSql(pastOf(cup)), [
    'CREATE INDEX cup_past_key ON "cup_past" (shelf_id, n, until)',
    'CREATE INDEX cup_past_node ON "cup_past" (node, since)',
  ]);
});

test("PAST_TABLES: a table keeps a past, or only grows, or is derived", () => {
  const without = Object.entries(TABLES).filter(([name]) => PAST_TABLES[name as TableName] === undefined);
  assert.deepEqual(
    without.map(([, { name, recorded }]) => [name, recorded]),
    [
      ["number_passed_over", "since"],
      ["posting", "seq"],
      ["unique_text", null],
      ["activity", "seq"],
    ],
  );
  for (const [name, past] of Object.entries(PAST_TABLES))
    assert.equal(past.name, `${TABLES[name as TableName].name}_past`);
});

test("a stabbing query over the nodes finds the rows that were there at an event, by an index", () => {
  const table = defineTable("thing", "for this test", { id: integer("key") }, { key: ["id"] });
  const past = pastOf(table);
  const db = new Database(":memory:");
  for (const sql of [createTableSql(past), ...createIndexSql(past)]) db.exec(sql);
  const insert = db.prepare("INSERT INTO thing_past (until, id, since, node) VALUES (?, ?, ?, ?)");
  const spans = fc.sample(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 })), 500);
  const head = 300;
  for (const [id, [since, length]] of spans.entries())
    insert.run(since + length, id, since, spanNode(since, since + length));
  const stab = `SELECT id FROM thing_past
    WHERE node IN (SELECT value FROM json_each(?)) AND since <= ? AND until > ? ORDER BY id`;
  for (let n = 1; n <= head; n++) {
    const expected = [...spans.entries()].filter(([, [since, length]]) => since <= n && since + length > n);
    assert.deepEqual(
      db
        .prepare(stab)
        .pluck()
        .all(JSON.stringify(nodesOf(n, head)), n, n),
      expected.map(([id]) => id),
    );
  }
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${stab}`).all("[]", 1, 1) as { detail: string }[];
  assert.match(plan.map(({ detail }) => detail).join("\n"), /USING COVERING INDEX thing_past_node/);
});
