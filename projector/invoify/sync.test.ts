import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../../events/uuid.ts";
import { idOf, logOf, smallBatches } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { until } from "../../fixtures/tests/until.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { digestIn, does, fails, invoify, json, startInvoify, writeLog } from "./invoify.suite.ts";
import { EMAIL, PASSWORD, serveLog, tokenOfLife } from "./server.suite.ts";

const folder = temporaryFolder();
const LOG_ID = uuidText(idOf(1));
const LOGIN = { INVOIFY_EMAIL: EMAIL, INVOIFY_PASSWORD: PASSWORD };
const mirrorName = (generation: number) => `${LOG_ID}.${generation}.mirror.sqlite`;

let paths = 0;
const newPath = () => join(folder, `path-${++paths}`);

/** The files in a folder, without those of the evidence. */
const logsAndCaches = (folder: string) =>
  readdirSync(folder)
    .filter((name) => !name.includes(".evidence.sqlite"))
    .sort();

/** A log of `count` events that a test may append to. */
function openLog(t: TestContext, count: number, salt = 0): SqliteLog {
  const log = SqliteLog.open(join(folder, `log-${++paths}.sqlite`), { create: true });
  if (count > 0) log.appendNow(logOf(count, salt));
  t.after(() => log.close());
  return log;
}

/** The digest of a cache rebuilt from the log itself. */
async function digestOfLog(log: SqliteLog): Promise<string> {
  const path = `${newPath()}.sqlite`;
  await rebuildCache(path, log);
  return digestIn(path);
}

test("invoify sync fills a folder: a mirror, and a cache that equals a replay", async (t) => {
  const log = openLog(t, 1500);
  const server = await serveLog(t, log);
  const to = newPath();
  const first = await json(["sync", "--from", server.base, "--to", to]);
  const [cache, mirror] = [join(to, "invoify.sqlite"), join(to, mirrorName(1))];
  const { durationMs, ...rest } = first;
  assert.deepEqual(rest, { cache, mirror, log: LOG_ID, events: 1500, seq: 1500, checkpoint: 1500 });
  assert.deepEqual(readdirSync(to).sort(), [mirrorName(1), `${LOG_ID}.evidence.sqlite`, "invoify.sqlite"]);
  assert.equal(digestIn(cache), await digestOfLog(log));

  server.requests.length = 0;
  assert.match(
    await does(["sync", "--from", server.base, "--to", to]),
    new RegExp(`^\\S+invoify.sqlite: nothing new, at 1,500 of log ${LOG_ID} \\(`),
  );
  assert.deepEqual(
    server.requests.filter((request) => !/limit=0|after=1500/.test(request)),
    [],
    "no event is fetched again",
  );

  log.appendNow(logOf(1510).slice(1500));
  assert.equal((await json(["sync", "--from", server.base, "--to", to])).events, 10);
  assert.equal(digestIn(cache), await digestOfLog(log));
});

test("invoify sync writes a named cache, and its mirror beside it", async (t) => {
  const server = await serveLog(t, openLog(t, 5));
  const to = newPath();
  await does(["sync", "--from", server.base, "--to", join(to, "mine.sqlite")]);
  assert.deepEqual(logsAndCaches(to), [mirrorName(1), "mine.sqlite"]);
});

test("invoify sync restores a damaged or stale cache from the mirror alone", async (t) => {
  const log = openLog(t, 50);
  const server = await serveLog(t, log);
  const to = newPath();
  const args = ["sync", "--from", server.base, "--to", to];
  await does(args);
  const cache = join(to, "invoify.sqlite");
  const expected = digestIn(cache);
  new Database(cache).exec("UPDATE meta SET projector_version = 'older'").close();
  server.requests.length = 0;
  await does(args);
  assert.equal(digestIn(cache), expected);
  const bytes = readFileSync(cache);
  writeFileSync(cache, bytes.subarray(0, 8192));
  await does(args);
  assert.equal(digestIn(cache), expected);
  assert.deepEqual(
    server.requests.filter((request) => !/limit=0|after=50/.test(request)),
    [],
  );
});

test("invoify sync says that a log that is read directly went back, or has another history", async (t) => {
  const to = `${newPath()}.sqlite`;
  const args = (events: ReturnType<typeof logOf>) => {
    const log = openLog(t, 0);
    log.appendNow(events);
    return ["sync", "--from", log.name, "--to", to];
  };
  await does(args(logOf(40)));
  const back = /: the log went back: this cache ended at event 40; rebuilt, at 30 of log /;
  assert.match(await does(args(logOf(30))), back);
  assert.match(await does(args(logOf(30))), /: nothing new, at 30/);
  const changed = /: the log's history changed: it has another event 30 than this cache had; rebuilt, at 32/;
  assert.match(await does(args([...logOf(29), ...logOf(32, 1).slice(29)])), changed);
  const { events, replaced } = await json(args(logOf(20)));
  assert.deepEqual([events, replaced], [20, 32]);
});

test("invoify sync finds a damaged page that it does not need, and builds the cache again", async (t) => {
  const log = openLog(t, 1500);
  const server = await serveLog(t, log);
  for (const from of [server.base, log.name]) {
    const to = newPath();
    const args = ["sync", "--from", from, "--to", to];
    await does(args);
    const cache = join(to, "invoify.sqlite");
    const bytes = readFileSync(cache);
    const pageBytes = bytes.readUInt16BE(16);
    const expected = digestIn(cache);
    const pages = bytes.length / pageBytes;
    const damaged = Array.from({ length: 5 }, (_, n) => Math.floor((pages * (n + 3)) / 9));
    for (const page of damaged) bytes.fill(0, page * pageBytes, (page + 1) * pageBytes);
    writeFileSync(cache, bytes);
    assert.match(await does(args), /nothing new|1,500 new events/);
    assert.equal(digestIn(cache), expected);
  }
});

test("three first syncs at once into one folder all succeed", async (t) => {
  const log = SqliteLog.open(writeLog(folder, "at-once.sqlite", smallBatches(3000, 3000)), { readonly: true });
  t.after(() => log.close());
  const server = await serveLog(t, log);
  const expected = await digestOfLog(log);
  for (const from of [server.base, log.name]) {
    const to = newPath();
    const all = await Promise.all(Array.from({ length: 3 }, () => invoify(["sync", "--from", from, "--to", to])));
    for (const { exitCode, stdout, stderr } of all) {
      assert.deepEqual(
        [exitCode, stderr.replaceAll(/^invoify: .*another process is opening or rebuilding it; waiting\n/gm, "")],
        [0, ""],
      );
      assert.match(stdout, /at 3,000 of log/);
    }
    assert.equal(digestIn(join(to, "invoify.sqlite")), expected);
    assert.deepEqual(
      readdirSync(to).filter((name) => /\.(?:lock|next)/.test(name)),
      [],
    );
  }
});

test("invoify sync of a log without an API reads it directly", async (t) => {
  const log = openLog(t, 50);
  const to = newPath();
  assert.equal((await json(["sync", "--from", log.name, "--to", to])).events, 50);
  assert.deepEqual(readdirSync(to), ["invoify.sqlite"]);
  log.appendNow(logOf(52).slice(50));
  const { events, mirror } = await json(["sync", "--from", log.name, "--to", to]);
  assert.deepEqual({ events, mirror }, { events: 2, mirror: null });
  assert.equal(digestIn(join(to, "invoify.sqlite")), await digestOfLog(log));
  await fails(
    ["sync", "--from", log.name, "--to", to, "--refetch"],
    2,
    /--refetch: .* is read directly and has no mirror/,
  );
});

test("invoify sync overwrites nothing if the server's history no longer matches; --refetch accepts it", async (t) => {
  const server = await serveLog(t, openLog(t, 20));
  const to = newPath();
  const args = ["sync", "--from", server.base, "--to", to];
  await does(args);
  const cache = join(to, "invoify.sqlite");
  const before = { digest: digestIn(cache), mirror: readFileSync(join(to, mirrorName(1))) };

  const forked = openLog(t, 10);
  forked.appendNow(logOf(30, 7).slice(10)); // the same log up to 10, restored from a backup, then written again
  server.log = forked;
  await fails(args, 1, /event 20 differs from the reader's copy; nothing was overwritten; to accept .* sync --refetch/);
  assert.deepEqual({ digest: digestIn(cache), mirror: readFileSync(join(to, mirrorName(1))) }, before);

  server.log = openLog(t, 12);
  await fails(args, 1, /the log ends before event 20 of the reader's copy.*nothing was overwritten/);

  server.log = forked;
  assert.equal((await json([...args, "--refetch"])).events, 30);
  assert.deepEqual(logsAndCaches(to), [mirrorName(1), mirrorName(2), "invoify.sqlite"]);
  assert.equal(digestIn(cache), await digestOfLog(forked));
  assert.ok(readFileSync(join(to, mirrorName(1))).equals(before.mirror), "the old mirror stays");
  assert.match(await does(args), /nothing new, at 30/);
});

test("invoify sync of another log into the same folder keeps both mirrors, and one cache", async (t) => {
  const server = await serveLog(t, openLog(t, 20));
  const to = newPath();
  const args = ["sync", "--from", server.base, "--to", to];
  await does(args);
  const other = openLog(t, 7, 3);
  server.log = other;
  await does(args);
  const mirrors = [mirrorName(1), `${uuidText(idOf(1, 3))}.1.mirror.sqlite`];
  assert.deepEqual(logsAndCaches(to), [...mirrors, "invoify.sqlite"].sort());
  assert.equal(digestIn(join(to, "invoify.sqlite")), await digestOfLog(other));
});

test("invoify sync stops the cache, but not the mirror, at an event from a newer release", async (t) => {
  const log = openLog(t, 20);
  const db = new Database(log.name);
  const body = db.prepare<[], Buffer>("SELECT body FROM event WHERE seq = 15").pluck().get() ?? Buffer.alloc(0);
  body.write("ClientFabulously", body.indexOf("ClientRegistered"), "latin1");
  db.prepare("UPDATE event SET body = ? WHERE seq = 15").run(body);
  db.close();
  const server = await serveLog(t, log);
  const to = newPath();
  const args = ["sync", "--from", server.base, "--to", to];
  for (const run of ["first", "second"]) {
    const { exitCode, stderr } = await invoify(args);
    assert.equal(exitCode, 1, run);
    assert.match(stderr, /^invoify: event 15.*update needed; \S+invoify\.sqlite contains the events up to 14\n$/);
    const mirror = SqliteLog.open(join(to, mirrorName(1)), { readonly: true });
    assert.equal(mirror.headNow(), log.headNow());
    mirror.closeNow();
    if (run === "first") log.appendNow(logOf(21).slice(20));
  }
});

test("invoify sync sends the token, or logs in, and reports missing credentials", async (t) => {
  const server = await serveLog(t, openLog(t, 5));
  const to = newPath();
  const args = ["sync", "--from", server.base, "--to", to];
  server.token = "first";
  await fails(args, 2, /401: log in; set INVOIFY_TOKEN, or INVOIFY_EMAIL and INVOIFY_PASSWORD/);
  await fails(args, 2, /401: log in/, { env: { INVOIFY_TOKEN: "another" } });
  await fails(args, 2, /INVOIFY_PASSWORD is not set/, { env: { INVOIFY_EMAIL: EMAIL } });
  await fails(args, 2, /INVOIFY_EMAIL is not set/, { env: { INVOIFY_PASSWORD: PASSWORD } });
  await fails(args, 2, /cannot log in as olive@example\.com: wrong password/, {
    env: { ...LOGIN, INVOIFY_PASSWORD: "wrong" },
  });
  await does(args, { env: { INVOIFY_TOKEN: "first" } });
  server.requests.length = 0;
  await does(args, { env: LOGIN });
  assert.equal(server.requests[0], "POST /api/auth/login");
  assert.ok(server.requests.slice(1).every((request) => request.endsWith("Bearer first")));
  assert.equal(server.requests.filter((request) => request.startsWith("POST")).length, 1);
});

test("invoify sync logs in again before its token expires", async (t) => {
  const server = await serveLog(t, openLog(t, 5));
  server.tokens.splice(0, 1, tokenOfLife(0, "expired"), tokenOfLife(900, "good"));
  await does(["sync", "--from", server.base, "--to", newPath()], { env: LOGIN });
  assert.equal(server.requests.filter((request) => request.startsWith("POST")).length, 2);
});

test("invoify sync sends no password over plain http", async () => {
  const args = ["sync", "--from", "http://invoices.example", "--to", newPath()];
  await fails(args, 2, /use https: over http/, { env: LOGIN });
});

test("invoify sync refuses a wrong server or target, and creates nothing", async (t) => {
  const server = await serveLog(t, openLog(t, 5));
  const to = newPath();
  const otherLog = ["sync", "--from", `${server.base}#${uuidText(idOf(9))}`, "--to", to];
  await fails(otherLog, 2, /serves log .* not /);
  await server.stop();
  await fails(["sync", "--from", server.base, "--to", to], 2, /no answer/);
  const foreign = join(folder, "foreign");
  mkdirSync(foreign);
  writeFileSync(join(foreign, "invoify.sqlite"), "not a cache");
  await server.start();
  await fails(
    ["sync", "--from", server.base, "--to", foreign],
    2,
    /invoify\.sqlite: not a cache of Invoify; it was not changed/,
  );
  assert.throws(() => readdirSync(to));
});

/** A server that can be stopped after three segments. */
async function serveWithOutage(t: TestContext, name: string) {
  const log = SqliteLog.open(writeLog(folder, name, smallBatches(5000, 5000)), { readonly: true });
  t.after(() => log.close());
  const server = await serveLog(t, log);
  const read = log.readNow.bind(log);
  return {
    log,
    server,
    cutOff(on: boolean) {
      log.readNow = (after, upTo) => {
        if (on && after === 3072) void server.stop();
        return read(after, upTo);
      };
    },
  };
}

test("invoify sync --refetch that loses the server leaves the old cache", async (t) => {
  const { log, server, cutOff } = await serveWithOutage(t, "refetched.sqlite");
  const to = newPath();
  const args = ["sync", "--from", server.base, "--to", to];
  await does(args);
  cutOff(true);
  await failsAfterRetries([...args, "--refetch"]);
  assert.equal(digestIn(join(to, "invoify.sqlite")), await digestOfLog(log));
});

test("invoify sync that loses the server resumes later", async (t) => {
  const { log, server, cutOff } = await serveWithOutage(t, "long.sqlite");
  const to = newPath();
  const args = ["sync", "--from", server.base, "--to", to];
  cutOff(true);
  await failsAfterRetries(args);
  cutOff(false);
  await server.start();
  server.requests.length = 0;
  assert.equal((await json(args)).events, 5000 - 3072);
  assert.equal(digestIn(join(to, "invoify.sqlite")), await digestOfLog(log));
});

test("invoify sync goes on after a short outage", async (t) => {
  const { log, server, cutOff } = await serveWithOutage(t, "short-outage.sqlite");
  const to = newPath();
  cutOff(true);
  const { child, ended } = startInvoify(["sync", "--from", server.base, "--to", to]);
  let remarks = "";
  child.stderr?.on("data", (text) => (remarks += text));
  await until("a remark about the outage", () => remarks.includes("retrying"));
  cutOff(false);
  await server.start();
  const { exitCode, stdout, stderr } = await ended;
  assert.equal(exitCode, 0);
  assert.match(stdout, /5,000 new events, at 5,000/);
  assert.match(stderr, /^invoify: http:\S+: no answer: .*; retrying\ninvoify: http:\S+: reachable again\n$/);
  assert.equal(digestIn(join(to, "invoify.sqlite")), await digestOfLog(log));
});

/** Asserts that a sync ends because of an outage, after one remark about it. */
async function failsAfterRetries(args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await invoify(args);
  assert.deepEqual({ exitCode, stdout }, { exitCode: 2, stdout: "" });
  assert.match(stderr, /^invoify: http:\S+: no answer: .*; retrying\ninvoify: http:\S+: no answer: .*\n$/);
}
