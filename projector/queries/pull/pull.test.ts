import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type Database from "better-sqlite3";
import { decodeEvent } from "../../../events/encoding/event.ts";
import type { EventLog, ReadOptions } from "../../../events/log/log.ts";
import type { Range } from "../../../events/sequence.ts";
import { SqliteLog } from "../../../events/sources/sqlite/sqlite-log.ts";
import { smallEvent } from "../../../fixtures/data/events.ts";
import { writeRandomHistory } from "../../../fixtures/data/random-history.ts";
import { temporaryFolder } from "../../../fixtures/data/temporary-folder.ts";
import { Cache, openCacheForReading } from "../../cache/cache.ts";
import { TABLES, type TableName } from "../../tables/tables.ts";
import { INVOICE_PARTY } from "../../tables/views.ts";
import { COLLECTIONS, tableOf } from "./changes.ts";
import { NOT_PULLED, OldClient, PULLED, tablesOf } from "./pull.suite.ts";
import { type PullPage, pullChanges } from "./pull.ts";

const folder = temporaryFolder();
const log = SqliteLog.open(join(folder, "log.sqlite"), { create: true });
await writeRandomHistory(log, join(folder, "writer.sqlite"), { commands: 900, seed: 5 });
const bodies = log.readNow(0, 100_000);
const events = bodies.map((body) => decodeEvent(body));
const BEGINNING = -1;
let caches = 0;

/** A cache with the events up to a sequence, and a connection that reads it. */
function cacheUpTo(upTo: number): { cache: Cache; db: Database.Database } {
  const path = join(folder, `${++caches}.sqlite`);
  const cache = Cache.create(path);
  cache.apply(0, bodies.slice(0, upTo));
  return { cache, db: openCacheForReading(path) };
}
const { db } = cacheUpTo(bodies.length);
const written = writtenByEach();

/** Pulls all pages. */
async function pullAll(
  from: Database.Database,
  since: number,
  limit: number,
  onPage: (page: PullPage, sinceMs: number) => void = () => {},
  more: { maxRows?: number } = {},
) {
  const client = new OldClient();
  let sinceMs = since;
  let pages = 0;
  for (let hasMore = true; hasMore; ) {
    const page = await pullChanges(from, log, { sinceMs, limit, ...more });
    onPage(page, sinceMs);
    client.take(page.changes);
    assert.ok(page.serverTimeMs > sinceMs || !page.hasMore, "a page makes no progress");
    assert.ok(++pages <= bodies.length, "the pages do not end");
    ({ hasMore, serverTimeMs: sinceMs } = page);
  }
  return { client, pages, sinceMs };
}

test("pullChanges() in pages of any size returns exactly the cache's rows, except discarded drafts", async () => {
  const expected = tablesOf(db);
  // The history must have rows in every table, or this proves little.
  const pulled = Object.keys(PULLED).filter((table) => !NOT_PULLED.includes(table as TableName));
  assert.deepEqual(Object.keys(expected).sort(), pulled.sort(), "tables of which the history has rows");
  assert.ok(db.prepare("SELECT 1 FROM invoice WHERE status = 'discarded'").get());
  for (const limit of [1, 7, 100, 1000]) {
    const { client, pages } = await pullAll(db, BEGINNING, limit);
    assert.deepEqual(client.tables(), expected, `pages of ${limit}`);
    assert.ok(limit === 1000 ? pages === 1 : pages > 1, `${pages} pages of ${limit}`);
  }
});

test("pullChanges() brings a client from any time to the present, without unchanged things", async () => {
  const expected = tablesOf(db);
  const times = [...new Set(events.map(({ at }) => at))];
  for (let n = 0; n < times.length; n += Math.ceil(times.length / 15)) {
    const time = times[n] as number;
    const upTo = events.findLastIndex(({ at }) => at <= time) + 1;
    const then = cacheUpTo(upTo);
    const { client } = await pullAll(then.db, BEGINNING, 1000);
    const { changes, hasMore } = await pullChanges(db, log, { sinceMs: time, limit: 100_000 });
    assert.equal(hasMore, false);
    client.take(changes);
    assert.deepEqual(client.tables(), expected, `since event ${upTo}`);
    const sent = new Set(changes.map(({ collection, mongoId }) => `${collection}/${mongoId}`));
    assert.equal(sent.size, changes.length, "each thing once");
    assert.deepEqual(sent, new Set(written.slice(upTo).flatMap((things) => [...things])));
    then.db.close();
    then.cache.close();
  }
});

/**
 * The things that each event changed, as `collection/mongoId`: those whose rows it wrote, recorded by triggers on the
 * tables, and the drafts that show the name of its client. A draft that has another client now was revised since.
 */
function writtenByEach(): Set<string>[] {
  const { cache, db: reader } = cacheUpTo(0);
  const draftsOf = db
    .prepare<[number], string>("SELECT 'invoices/' || id FROM invoice WHERE client_id = ? AND status = 'draft'")
    .pluck();
  cache.db.exec("CREATE TEMP TABLE written (thing TEXT)");
  for (const [kind, { name, children }] of Object.entries(COLLECTIONS))
    for (const [table, id] of [
      [kind, "id"],
      ...Object.values(children)
        .map(tableOf)
        // A view has no triggers; parties belong to a document from its issue on.
        .filter((child) => child !== INVOICE_PARTY)
        .map(idOf),
    ])
      for (const [what, row] of [
        ["INSERT", "new"],
        ["UPDATE", "new"],
        ["DELETE", "old"],
      ])
        cache.db.exec(`CREATE TEMP TRIGGER ${table}_${what} AFTER ${what} ON main."${table}"
          BEGIN INSERT INTO written VALUES ('${name}/' || ${row}.${id}); END`);
  const written = bodies.map((body, n) => {
    cache.apply(n, [body]);
    const things = cache.db.prepare<[], string>("SELECT DISTINCT thing FROM written").pluck().all();
    cache.db.exec("DELETE FROM written");
    const { type, stream } = events[n] ?? assert.fail();
    return new Set([...things, ...(type === "ClientDetailsChanged" ? draftsOf.all(stream) : [])]);
  });
  reader.close();
  cache.close();
  return written;
}

function idOf({ name, key }: { name: string; key: readonly string[] }): string[] {
  return [name, key[0] ?? ""];
}

test("pullChanges() never splits the events of one time, and returns the time of the page's end", async () => {
  await pullAll(db, BEGINNING, 3, ({ changes, serverTimeMs, hasMore }, sinceMs) => {
    const sent = new Set(changes.map(({ collection, mongoId }) => `${collection}/${mongoId}`));
    const expected = new Set<string>();
    for (const [n, { at }] of events.entries())
      if (at > sinceMs && (at <= serverTimeMs || !hasMore)) for (const thing of written[n] ?? []) expected.add(thing);
    assert.deepEqual(sent, expected, `since ${sinceMs}`);
  });
});

test("pullChanges() returns a time before the last event's, so that no later event of it is missed", async () => {
  const lastAt = events.at(-1)?.at ?? 0;
  for (const sinceMs of [BEGINNING, lastAt - 1, lastAt, lastAt + 1_000_000]) {
    const { changes, hasMore, serverTimeMs } = await pullChanges(db, log, { sinceMs, limit: 100_000 });
    assert.equal(hasMore, false);
    assert.equal(serverTimeMs, lastAt - 1);
    assert.equal(changes.length === 0, sinceMs >= lastAt);
  }
});

test("pullChanges() misses no event that is written between pages", async () => {
  const { cache, db: reader } = cacheUpTo(40);
  const client = new OldClient();
  let sinceMs = BEGINNING;
  for (let pages = 0; ; pages++) {
    const page = await pullChanges(reader, log, { sinceMs, limit: 5 });
    client.take(page.changes);
    sinceMs = page.serverTimeMs;
    const { seq } = cache.checkpoint;
    if (seq === bodies.length && !page.hasMore) break;
    // Each step adds events of two times, or of a part of one.
    cache.apply(seq, bodies.slice(seq, seq + 13));
    assert.ok(pages < bodies.length);
  }
  assert.deepEqual(client.tables(), tablesOf(db));
  reader.close();
  cache.close();
});

test("pullChanges() ends a page after `maxEvents` events, even if they changed few things", async () => {
  const path = join(folder, "small.sqlite");
  const cache = Cache.create(path);
  const small = Array.from({ length: 2000 }, (_, n) => smallEvent(n + 1).body);
  cache.apply(0, small);
  const noLog = { name: "none" } as EventLog;
  const page = await pullChanges(cache.db, noLog, { sinceMs: BEGINNING, limit: 10, maxEvents: 600 });
  assert.equal(page.hasMore, true);
  assert.equal(page.changes.length, 2);
  assert.equal(page.serverTimeMs, decodeEvent(small[599] as Uint8Array).at);
  cache.close();
});

test("pullChanges() ends a page after `maxRows` lines and other nested rows, whatever its limit", async () => {
  const nestedOf = ({ lines, adjustments, taxes, credit_allocations }: PullPage["changes"][number]) =>
    [lines, adjustments, taxes, credit_allocations].reduce((sum: number, rows) => sum + ((rows as [])?.length ?? 0), 0);
  const most = Math.max(...(await pullChanges(db, log, { sinceMs: BEGINNING, limit: 100_000 })).changes.map(nestedOf));
  const perTime = Math.max(
    ...Map.groupBy(events, ({ at }) => at)
      .values()
      .map((same) => same.length),
  );
  const maxRows = 20;
  let hadMore = 0;
  const onPage = ({ changes, hasMore }: PullPage) => {
    hadMore += Number(hasMore);
    const rows = changes.reduce((sum, change) => sum + nestedOf(change), 0);
    assert.ok(rows < maxRows + 3 * perTime * most, `${rows} rows`); // one event changes few documents
  };
  const { client } = await pullAll(db, BEGINNING, 100_000, onPage, { maxRows });
  assert.ok(hadMore > 10, `${hadMore} pages`);
  assert.deepEqual(client.tables(), tablesOf(db));
});

test("pullChanges() reads the log only for lists that the cache no longer has, in few reads", async () => {
  const reads: Range[] = [];
  const counted = {
    name: log.name,
    read: (range: Range, options?: ReadOptions) => {
      reads.push(range);
      return log.read(range, options);
    },
  } as Partial<EventLog> as EventLog;
  await pullChanges(db, counted, { sinceMs: BEGINNING, limit: 100_000 });
  const lists = ["PaymentReceived", "PaymentReallocated", "CreditApplied"];
  const last = new Map(events.map(({ stream, seq }) => [stream, seq]));
  const former = events.filter(({ type, stream, seq }) => lists.includes(type) && last.get(stream) !== seq).length;
  assert.ok(reads.length > 0 && reads.length < former, `${reads.length} reads, ${former} former lists`);
  const replacing = ["PaymentReallocated", "PaymentReversed", "CreditApplied"];
  const neverReallocated = cacheUpTo(events.findIndex(({ type }) => replacing.includes(type)));
  reads.length = 0;
  await pullChanges(neverReallocated.db, counted, { sinceMs: BEGINNING, limit: 100_000 });
  assert.deepEqual(reads, []);
  neverReallocated.db.close();
  neverReallocated.cache.close();
});

test("no column has the name of a field of every change", () => {
  for (const [kind, { children }] of Object.entries(COLLECTIONS))
    for (const name of [...TABLES[kind as keyof typeof COLLECTIONS].columnNames, ...Object.keys(children)])
      assert.ok(!["type", "collection", "mongoId"].includes(name), `${kind}.${name}`);
});
