import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Fact } from "../../events/encoding/catalogue.ts";
import { contentsOf } from "../../fixtures/data/cache-contents.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { LogBuilder, line } from "../../fixtures/data/log-builder.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { Cache, openCacheForReading } from "./cache.ts";
import { readCheckpoint } from "./checkpoint.ts";

const folder = temporaryFolder();
let files = 0;
const newCache = () => Cache.create(join(folder, `${++files}.sqlite`));

/** A cache of the log, folded event by event. */
function stepByStep(log: LogBuilder): Cache {
  const cache = newCache();
  for (const [n, body] of log.bodies.entries()) cache.apply(n, [body]);
  return cache;
}

function assertSame(a: Cache, b: Cache): void {
  assert.deepEqual(contentsOf(a.db), contentsOf(b.db));
  a.close();
  b.close();
}

const user = (email: string) => ({ type: "UserAdded", data: { email, name: "N", role: "clerk" } }) as const;
const newEmail = (email: string) => ({ type: "UserDetailsChanged", data: { email, name: "N" } }) as const;

test("apply() of a batch in which users swap their addresses", () => {
  const log = LogBuilder.founded();
  const first = log.begin(user("a@x"));
  const second = log.begin(user("b@x"));
  const applied = log.head;
  log.add(second, newEmail("c@x"));
  log.add(first, newEmail("b@x")); // written before the second user's row, which still has it
  log.add(second, newEmail("a@x"));
  const cache = newCache();
  cache.apply(0, log.bodies.slice(0, applied));
  cache.apply(applied, log.bodies.slice(applied));
  assertSame(cache, stepByStep(log));
});

test("apply() of a profile whose number series change order", () => {
  const series = (name: string) =>
    ({ name, kind: "both", pattern: `${name}-{000}`, first: 1, reset: "never", foreign: false }) as const;
  const profile = (...names: string[]): Fact => ({
    type: "OrganizationProfileChanged",
    data: { ...PROFILE, series: names.map(series) },
  });
  const log = LogBuilder.founded();
  log.add(1, profile("A", "B", "C"));
  log.add(1, profile("B", "C", "A"));
  log.add(1, profile("C", "B"));
  const cache = stepByStep(log);
  assert.deepEqual(cache.db.prepare("SELECT n, name FROM number_series ORDER BY n").raw().all(), [
    [1, "C"],
    [2, "B"],
  ]);
  const atOnce = newCache();
  atOnce.apply(0, log.bodies);
  assertSame(atOnce, cache);
});

test("apply() skips events that another handle has applied meanwhile", () => {
  const log = LogBuilder.founded();
  for (let n = 0; n < 6; n++) log.client(`Client ${n}`);
  const one = newCache();
  const other = Cache.open(one.path);
  one.apply(0, log.bodies.slice(0, 5));
  other.apply(0, log.bodies.slice(0, 6));
  assert.equal(other.checkpoint.seq, 6);
  one.apply(5, log.bodies.slice(5));
  assert.equal(one.checkpoint.seq, log.head);
  other.close();
  assertSame(one, stepByStep(log));
});

test("a reader beside the writer sees only complete transactions", () => {
  const log = LogBuilder.founded();
  log.client();
  const cache = newCache();
  cache.apply(0, log.bodies.slice(0, 2));
  const reader = openCacheForReading(cache.path);
  cache.db.exec("BEGIN IMMEDIATE");
  cache.fold(2, log.bodies.slice(2));
  assert.equal(readCheckpoint(reader).seq, 2);
  assert.equal(reader.prepare("SELECT count(*) FROM client").pluck().get(), 0);
  cache.commit();
  assert.equal(readCheckpoint(reader).seq, 3);
  assert.equal(reader.prepare("SELECT count(*) FROM client").pluck().get(), 1);
  assert.throws(() => reader.exec("DELETE FROM activity"), { code: "SQLITE_READONLY" });
  reader.close();
  cache.close();
});

test("rollback() undoes all folds of the transaction", () => {
  const log = LogBuilder.founded();
  log.issue("INV-1", { clientId: log.client(), lines: [line("Mug", 100)] });
  const cache = newCache();
  cache.apply(0, log.bodies.slice(0, 3));
  const before = contentsOf(cache.db);
  const checkpoint = cache.checkpoint;
  cache.db.exec("BEGIN IMMEDIATE");
  cache.fold(3, log.bodies.slice(3));
  cache.rollback(checkpoint);
  assert.deepEqual(contentsOf(cache.db), before);
  assert.equal(cache.rows.tables.invoice.get(4), undefined);
  cache.apply(3, log.bodies.slice(3));
  assertSame(cache, stepByStep(log));
});

test("rollbackTo() undoes the folds after the savepoint, and keeps those before", () => {
  const log = LogBuilder.founded();
  log.client("Before the savepoint");
  const other = LogBuilder.founded();
  other.bodies.push(log.bodies[2] as Uint8Array);
  other.client("After the savepoint");
  log.client("After the rollback");
  const cache = newCache();
  cache.apply(0, log.bodies.slice(0, 2));
  cache.db.exec("BEGIN IMMEDIATE");
  cache.fold(2, log.bodies.slice(2, 3));
  const savepoint = cache.checkpoint;
  cache.db.exec("SAVEPOINT command");
  cache.fold(3, other.bodies.slice(3));
  cache.rollbackTo("command", savepoint);
  assert.equal(cache.checkpoint.seq, 3);
  cache.fold(3, log.bodies.slice(3));
  cache.commit();
  assertSame(cache, stepByStep(log));
});

test("apply() on a full disk leaves the cache unchanged, and resumes once there is room", () => {
  const log = LogBuilder.founded();
  const client = log.client();
  const applied = log.head;
  for (let n = 1; n <= 200; n++)
    log.issue(`INV-${n}`, { clientId: client, lines: [line(`Mug ${n}`, n)], note: "x".repeat(500) });
  const cache = newCache();
  cache.apply(0, log.bodies.slice(0, applied));
  const before = contentsOf(cache.db);
  const pages = Number(cache.db.pragma("page_count", { simple: true }));
  // The disk is full at the first new page, or at several later ones.
  for (const spare of [0, 1, 5, 20]) {
    cache.db.pragma(`max_page_count = ${pages + spare}`);
    assert.throws(() => cache.apply(applied, log.bodies.slice(applied)), { code: "UNAVAILABLE", message: /full/ });
    assert.deepEqual(contentsOf(cache.db), before);
    assert.equal(cache.checkpoint.seq, applied);
    assert.equal(cache.rows.size, 0);
  }
  cache.db.pragma("max_page_count = 1000000");
  cache.apply(applied, log.bodies.slice(applied));
  assertSame(cache, stepByStep(log));
});

test("apply() reports UNAVAILABLE while another process writes for long", () => {
  const log = LogBuilder.founded();
  const cache = newCache();
  const other = Cache.open(cache.path);
  cache.db.pragma("busy_timeout = 20");
  other.db.exec("BEGIN IMMEDIATE");
  assert.throws(() => cache.apply(0, log.bodies), { code: "UNAVAILABLE", message: /locked/ });
  other.db.exec("ROLLBACK");
  cache.apply(0, log.bodies);
  other.close();
  assertSame(cache, stepByStep(log));
});
