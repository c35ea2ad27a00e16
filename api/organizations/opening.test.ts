/** Opening an organization with a long log: no request hangs, and the log is opened once. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { clientRegistered } from "../../fixtures/data/events.ts";
import { sharedMongoUrl } from "../../fixtures/mongodb/server.ts";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import { type Config, foldersOf } from "../config/config.ts";
import { logAddress } from "../config/log-address.ts";
import { type Api, type ApiOptions, openApi } from "../server.ts";
import { type ApiResponse, call, newConfig, openOffice, type Person } from "../sessions/people.suite.ts";
import { CacheOpening } from "./cache-opening.ts";

const LENGTH = 3_000;
/** No request waits, and more than a few events are folded in another thread. */
const IMPATIENT: ApiOptions = { organizations: { patienceMs: 0, opening: { quickEvents: 100 } } };

/** An organization with a long log and no cache. */
async function longLog(config: Config): Promise<Person> {
  const { api, owner } = await openOffice(config);
  await api.close();
  const writing = await openApi(config);
  const organization = (await writing.organizations.get(owner.log)) ?? assert.fail();
  const at = Date.now();
  for (let seq = 3; seq <= LENGTH; seq += 999) {
    const events = Array.from({ length: 999 }, (_, n) => clientRegistered(seq + n, { at })).filter(
      (event) => event.seq <= LENGTH,
    );
    assert.equal(await organization.log.append(events), events.length);
  }
  await writing.close();
  forgetCaches(config);
  return owner;
}

function forgetCaches(config: Config): void {
  rmSync(foldersOf(config).caches, { recursive: true, force: true });
}

async function start(config: Config, options: ApiOptions): Promise<{ api: Api; base: string }> {
  const api = await openApi(config, options);
  after(() => api.close());
  return { api, base: await api.app.listen({ host: "127.0.0.1", port: 0 }) };
}

/** Repeats a request until its response is no longer OPENING. @returns also how many were OPENING */
async function untilOpen(send: () => Promise<ApiResponse>): Promise<ApiResponse & { openings: number }> {
  for (let openings = 0; openings < 2_000; openings++) {
    const response = await send();
    if (response.body.code !== "OPENING") return { ...response, openings };
    assert.equal(response.status, 503);
    assert.match(response.headers.get("retry-after") ?? "", /^\d+$/);
    await sleep(10);
  }
  return assert.fail("it never opened");
}

/** Counts how often the log is opened. */
function watchOpenings({ storage }: Api): { count: number } {
  const calls = { count: 0 };
  const { openLog } = storage;
  storage.openLog = (...args) => {
    calls.count++;
    return openLog.apply(storage, args);
  };
  return calls;
}

function opensOnce(store: string, config: Config): void {
  test(`${store}: requests get 503 OPENING while a long log is opened, and it is opened once`, async () => {
    const owner = await longLog(config);
    const { api, base } = await start(config, IMPATIENT);
    const openings = watchOpenings(api);
    const me = () => call(base, "GET", "/api/auth/me", undefined, { token: owner.token });
    const first = await Promise.all(Array.from({ length: 20 }, me));
    for (const { body } of first) assert.equal(body.code, "OPENING");
    assert.equal(api.organizations.opening, 1);
    assert.equal((await call(base, "GET", "/api/health")).status, 200);
    const { status, openings: repeats } = await untilOpen(me);
    assert.equal(status, 200);
    assert.ok(repeats >= 1, "the server responds while it opens the log");
    assert.deepEqual([openings.count, api.organizations.opening], [1, 0]);
    assert.equal((await api.organizations.get(owner.log))?.checkpoint, LENGTH);
    await api.close();

    // The next start finds the cache, so the first request succeeds.
    const again = await start(config, { organizations: { opening: { quickEvents: 100 } } });
    assert.equal((await call(again.base, "GET", "/api/auth/me", undefined, { token: owner.token })).status, 200);
    await again.api.close();
  });
}

opensOnce("embedded", newConfig());
const url = await sharedMongoUrl();
if (url === null) test("on MongoDB", { skip: "no MongoDB server" }, () => {});
else opensOnce("MongoDB", newConfig({ MONGODB_URL: temporaryDatabases(url).newDatabase() }));

test("a server that closes while it opens a log does not wait for it, and the next server starts over", async () => {
  const config = newConfig();
  const owner = await longLog(config);
  const { api, base } = await start(config, IMPATIENT);
  const me = (at: string) => call(at, "GET", "/api/auth/me", undefined, { token: owner.token });
  assert.equal((await me(base)).body.code, "OPENING");
  await api.close();
  const next = await start(config, IMPATIENT);
  assert.equal((await untilOpen(() => me(next.base))).status, 200);
  await next.api.close();
});

test("a failed opening is reported to the next request, and not repeated forever", async () => {
  const config = newConfig();
  const owner = await longLog(config);
  const db = new Database(join(foldersOf(config).logs, `${owner.log}.sqlite`));
  db.exec("DELETE FROM event WHERE seq = 2000");
  db.close();
  const { api, base } = await start(config, IMPATIENT);
  const openings = watchOpenings(api);
  const me = () => call(base, "GET", "/api/auth/me", undefined, { token: owner.token });
  const response = await untilOpen(me);
  assert.deepEqual([response.status, response.body.code], [500, "INTERNAL"]);
  assert.equal((await me()).status, 500);
  assert.equal(openings.count, 1);
});

test("CacheOpening.open() builds all caches, but never more at once than its limit", async () => {
  const config = newConfig();
  const owner = await longLog(config);
  const caches = new CacheOpening({ quickEvents: 100, maxWorkers: 2 });
  const log = SqliteLog.open(logAddress(config, owner.log));
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, caches.workers);
  }, 1);
  const opened = await Promise.all(
    Array.from({ length: 5 }, (_, n) =>
      caches.open(join(config.dataFolder, `${n}.sqlite`), log, logAddress(config, owner.log)),
    ),
  );
  clearInterval(watching);
  for (const { cache } of opened) {
    assert.equal(cache.checkpoint.seq, LENGTH);
    cache.close();
  }
  await log.close();
  assert.equal(most, 2);
});
