/** The activity with any combination of filters is what a plain filter of all events leaves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { CATALOGUE, type EventType } from "../../events/encoding/catalogue.ts";
import { pickCount } from "../../fixtures/tests/pick-count.ts";
import { type ActivityRow, activityList, listActivity } from "../queries/activity.ts";
import { forEachBusiness } from "./cached-business.suite.ts";

const RUNS = pickCount({ usual: 10, long: 300 });

type Query = Parameters<typeof activityList.parse>[0] & object;

/** All pages. */
function listAll(db: Database.Database, query: Query, few: number): ActivityRow[] {
  const rows: ActivityRow[] = [];
  let cursor: string | null = null;
  do {
    const page = listActivity(db, activityList.parse({ ...query, limit: 7, ...(cursor && { cursor }) }), { few });
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}

/** The client of each document, payment and refund, and of itself. */
function clientsIn(db: Database.Database): Map<number, number> {
  const tables = ["invoice", "payment", "refund"].map((table) => `SELECT id, client_id FROM ${table}`);
  const rows = db
    .prepare<[], [number, number]>(["SELECT id, id FROM client", ...tables].join(" UNION ALL "))
    .raw()
    .all();
  return new Map(rows);
}

test("the activity of a client has the events of its documents, payments and refunds, and no others", async () => {
  await forEachBusiness(RUNS, ({ cache: { db }, events }) => {
    const clientOf = clientsIn(db);
    const all = listAll(db, { sort: "seq" }, 1_000);
    assert.equal(all.length, events.length);
    const [from, to] = [events[Math.floor(events.length / 4)]?.at ?? 0, events.at(-3)?.at ?? 0];
    const types = [...new Set(events.map(({ type }) => type))] as EventType[];
    const clients = [...new Set(clientOf.values())];
    for (const client of [undefined, ...clients])
      for (const type of [undefined, ...types.slice(0, 3), "UserAdded" as const])
        for (const times of [{}, { from, to }])
          for (const actor of [undefined, all.at(-1)?.actor])
            for (const few of [0, 1_000]) {
              const filter = {
                ...(client !== undefined && { client }),
                ...(type !== undefined && { type, stream_kind: CATALOGUE[type].stream }),
                ...(actor !== undefined && { actor }),
                ...times,
              };
              const expected = all.filter(
                (row) =>
                  (client === undefined || clientOf.get(row.stream) === client) &&
                  (type === undefined || row.type === type) &&
                  (actor === undefined || row.actor === actor) &&
                  (!("from" in times) || (row.at >= from && row.at <= to)),
              );
              const seqs = expected.map(({ seq }) => seq);
              const what = `${JSON.stringify(filter)}, ${few}`;
              assert.deepEqual(
                listAll(db, { ...filter, sort: "seq" }, few).map(({ seq }) => seq),
                seqs,
                what,
              );
              assert.deepEqual(
                listAll(db, { ...filter, sort: "-seq" }, few).map(({ seq }) => seq),
                seqs.toReversed(),
                what,
              );
            }
  });
});
