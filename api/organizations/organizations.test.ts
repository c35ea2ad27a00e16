/** Faults that a running server survives: a damaged or deleted cache, and a log whose history changed. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { newUuid } from "../../events/uuid.ts";
import { clientRegistered } from "../../fixtures/data/events.ts";
import { foldersOf } from "../config/config.ts";
import { CLIENT, type RunningApi, runApi } from "../running-api.suite.ts";

const cachePathOf = ({ config, logId }: RunningApi) => join(foldersOf(config).caches, "1", `${logId}.sqlite`);
const logPathOf = ({ config, logId }: RunningApi) => join(foldersOf(config).logs, `${logId}.sqlite`);

async function register({ call }: RunningApi): Promise<{ status: number; body: { code?: string; seq?: number } }> {
  const headers = { "content-type": "application/json" };
  const response = await call("/api/clients", { method: "POST", headers, body: JSON.stringify(CLIENT) });
  if (response.status === 503) assert.ok(response.headers.get("retry-after"));
  return { status: response.status, body: (await response.json()) as { code?: string; seq?: number } };
}

/** Changes a file without the server's knowledge. */
function change(path: string, sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

/** Counts the server's clients with a name that matches a pattern. */
async function clientsNamed({ api, logId }: RunningApi, name = "%"): Promise<number> {
  const organization = await api.organizations.get(logId);
  await organization?.ensureFresh({ maxAgeMs: 0 });
  return Number(organization?.reader.prepare("SELECT count(*) FROM client WHERE name LIKE ?").pluck().get(name));
}

test("a cache that is damaged while serving is rebuilt, and only one request gets 503", async () => {
  const running = await runApi();
  await register(running);
  change(cachePathOf(running), "DROP TABLE client_balance; DROP TABLE client;");
  const { status, body } = await register(running);
  assert.deepEqual([status, body.code], [503, "DAMAGED_CACHE"]);
  assert.deepEqual((await register(running)).body.seq, 4, "the failed request wrote nothing");
  assert.equal(await clientsNamed(running), 2);
});

test("many requests that find a damaged cache rebuild it once, and none gets 500", async () => {
  const running = await runApi();
  change(cachePathOf(running), "DROP TABLE client;");
  await register(running);
  const responses = await Promise.all(Array.from({ length: 12 }, () => register(running)));
  for (const { status } of responses) assert.equal(status, 200);
  assert.equal(await clientsNamed(running), responses.length);
});

test("a replaced organization that cannot be closed does not end the server", async (t) => {
  const running = await runApi();
  const { organizations } = running.api;
  const damaged = await organizations.get(running.logId);
  assert.ok(damaged);
  change(cachePathOf(running), "DROP TABLE client;");
  await register(running);
  let closings = 0;
  t.mock.method(damaged, "close", async () => {
    closings++;
    throw new Error("the disk is gone");
  });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  assert.notEqual(await organizations.get(running.logId, { patienceMs: Number.POSITIVE_INFINITY }), damaged);
  t.mock.timers.tick(60_000);
  t.mock.timers.reset();
  assert.equal(closings, 1);
  assert.equal((await register(running)).status, 200); // an unhandled rejection would fail this test
});

test("a cache that is deleted while serving does not disturb any request", async () => {
  const running = await runApi();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(cachePathOf(running) + suffix, { force: true });
  assert.equal((await register(running)).body.seq, 3);
  assert.equal(await clientsNamed(running), 1);
});

test("a log that was reset to an older backup is served again after one 503", async () => {
  const running = await runApi();
  for (let n = 0; n < 3; n++) await register(running);
  change(logPathOf(running), "DELETE FROM event WHERE seq > 3");
  const { status, body } = await register(running);
  assert.deepEqual([status, body.code], [503, "GAP"]);
  assert.equal((await register(running)).body.seq, 4);
  assert.equal(await clientsNamed(running), 2);
  const response = await running.call("/api/events", { headers: { accept: "application/json" } });
  assert.equal(((await response.json()) as unknown[]).length, 4);
});

test("a log that was reset and has grown past the server's checkpoint is detected", async () => {
  const running = await runApi();
  for (let n = 0; n < 3; n++) await register(running);
  change(logPathOf(running), "DELETE FROM event WHERE seq > 3");
  const log = SqliteLog.open(logPathOf(running));
  await log.append([4, 5, 6].map((seq) => clientRegistered(seq, { at: Date.now(), client: { name: "Another" } })));
  await log.close();
  const { status, body } = await register(running);
  assert.deepEqual([status, body.code], [503, "FORKED"]);
  assert.equal((await register(running)).body.seq, 7);
  assert.equal(await clientsNamed(running, "Another"), 3);
});

test("isKnown() finds a key that another process has just used", async () => {
  const running = await runApi();
  const organization = await running.api.organizations.get(running.logId);
  assert.ok(organization);
  const key = newUuid();
  assert.equal(await organization.isKnown(key), false, "the cache is fresh now");
  const log = SqliteLog.open(logPathOf(running));
  await log.append([clientRegistered(3, { id: key, at: Date.now() })]);
  await log.close();
  assert.equal(await organization.isKnown(key), true);
});
