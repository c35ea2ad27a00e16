import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { logOf } from "../../fixtures/data/events.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { until } from "../../fixtures/tests/until.ts";
import { rebuildCache } from "../rebuild/rebuild.ts";
import { digestIn, fails, startInvoify } from "./invoify.suite.ts";
import { EMAIL, type LogServer, PASSWORD, serveLog } from "./server.suite.ts";

const folder = temporaryFolder();
let paths = 0;
const newPath = () => join(folder, `path-${++paths}`);

function openLog(t: TestContext, count: number): SqliteLog {
  const log = SqliteLog.open(`${newPath()}.sqlite`, { create: true });
  log.appendNow(logOf(count));
  t.after(() => log.close());
  return log;
}

/** Reads the lines of a stream, one at a time. */
function linesOf(stream: NonNullable<ChildProcess["stdout"]>): () => Promise<string> {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  return async () => {
    for (;;) {
      const { value, done } = await lines.next();
      assert.ok(!done, "the stream ended");
      if (!PROGRESS.test(value)) return value;
    }
  };
}

/** What a sync on a slow machine says after three seconds. */
const PROGRESS = /^syncing: /;

/** Runs `invoify follow` until the test ends. */
function follow(t: TestContext, from: string, to: string, ...more: string[]) {
  return followWith(t, {}, ["--from", from, "--to", to, ...more]);
}

function followWith(t: TestContext, env: Readonly<Record<string, string>>, args: readonly string[]) {
  const { child, ended } = startInvoify(["follow", ...args], { env });
  t.after(() => child.kill("SIGKILL"));
  assert.ok(child.stdout && child.stderr);
  return { child, ended, line: linesOf(child.stdout), note: linesOf(child.stderr) };
}

async function assertEqualToReplay(cache: string, log: SqliteLog): Promise<void> {
  const path = `${newPath()}.sqlite`;
  await rebuildCache(path, log);
  assert.equal(digestIn(cache), digestIn(path));
}

test("invoify follow reports events as they arrive, and ends with Ctrl-C", async (t) => {
  const log = openLog(t, 5);
  const server = await serveLog(t, log);
  const to = newPath();
  const { child, ended, line } = follow(t, server.base, to);
  assert.match(await line(), /invoify\.sqlite: 5 new events, at 5 of log \S+; Ctrl-C ends$/);
  log.appendNow(logOf(6).slice(5));
  assert.match(await line(), /^\d\d:\d\d:\d\d {2}1 new event, at 6$/);
  log.appendNow(logOf(9).slice(6));
  assert.match(await line(), /^\d\d:\d\d:\d\d {2}3 new events, at 9$/);
  child.kill("SIGINT");
  const { exitCode, stderr } = await ended;
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" });
  await assertEqualToReplay(join(to, "invoify.sqlite"), log);
});

test("invoify follow of a log without an API watches it directly", async (t) => {
  const log = openLog(t, 5);
  const cache = `${newPath()}.sqlite`;
  const { child, ended, line } = follow(t, log.name, cache, "--json");
  const first = JSON.parse(await line());
  assert.deepEqual({ events: first.events, seq: first.seq, mirror: first.mirror }, { events: 5, seq: 5, mirror: null });
  log.appendNow(logOf(7).slice(5));
  const { events, seq, checkpoint } = JSON.parse(await line());
  assert.deepEqual({ events, seq, checkpoint }, { events: 2, seq: 7, checkpoint: 7 });
  child.kill("SIGTERM");
  assert.equal((await ended).exitCode, 0);
  await assertEqualToReplay(cache, log);
});

test("invoify follow survives an outage of the server", async (t) => {
  const log = openLog(t, 5);
  const server = await serveLog(t, log);
  const { child, ended, line, note } = follow(t, server.base, newPath());
  await line();
  await server.stop();
  assert.match(await note(), /^invoify: http:\S+: no answer: .+ \(.+\); retrying$/);
  await server.start();
  assert.match(await note(), /^invoify: http:\S+: reachable again$/);
  log.appendNow(logOf(6).slice(5));
  assert.match(await line(), /1 new event, at 6$/);
  child.kill("SIGINT");
  assert.equal((await ended).exitCode, 0);
});

test("invoify follow of an unreachable server fails at once", async (t) => {
  const server = await serveLog(t, openLog(t, 5));
  await server.stop();
  await fails(["follow", "--from", server.base, "--to", newPath()], 2, /no answer/);
});

const LOGIN = { INVOIFY_EMAIL: EMAIL, INVOIFY_PASSWORD: PASSWORD };
const LOGGED_IN_AGAIN = /^invoify: http:\S+: the session had ended; logged in again$/;
const BACK = /^invoify: http:\S+: reachable again$/;

/** Makes the server refuse all tokens that it has issued, as after a restart with another secret. */
function changeSecret(server: LogServer, next: string): void {
  server.token = `not ${next}`;
  server.tokens.splice(0, server.tokens.length, next);
}

/** Waits for requests that the server answers as it does now. */
async function requests(server: LogServer, count: number): Promise<void> {
  const before = server.requests.length;
  await until(`${count} more requests`, () => server.requests.length >= before + count);
}

test("invoify follow logs in again when the server refuses its token", async (t) => {
  const log = openLog(t, 5);
  const server = await serveLog(t, log);
  const { child, ended, line, note } = followWith(t, LOGIN, ["--from", server.base, "--to", newPath()]);
  await line();
  changeSecret(server, "second");
  log.appendNow(logOf(6).slice(5)); // completes the request that waits
  assert.match(await note(), LOGGED_IN_AGAIN);
  assert.match(await line(), /1 new event, at 6$/);
  child.kill("SIGINT");
  const { exitCode, stderr } = await ended;
  assert.equal(exitCode, 0);
  assert.equal(stderr.match(/logged in again/g)?.length, 1);
});

test("invoify follow survives the pages of a Wi-Fi login, a web filter and a proxy, and reports each once", async (t) => {
  const log = openLog(t, 5);
  const server = await serveLog(t, log);
  const { child, ended, line, note } = followWith(t, LOGIN, ["--from", server.base, "--to", newPath()]);
  await line();
  let head = 5;
  for (const status of [200, 401, 403, 404, 409, 502, 503]) {
    server.page = { status, body: "<html>Welcome</html>" };
    log.appendNow(logOf(++head).slice(-1));
    assert.match(await note(), /^invoify: http:.*; retrying$/, `status ${status}`);
    await requests(server, 2);
    server.page = null;
    assert.match(await note(), BACK, `status ${status}`);
    assert.match(await line(), new RegExp(`1 new event, at ${head}$`));
  }
  child.kill("SIGINT");
  const { exitCode, stderr } = await ended;
  assert.equal(exitCode, 0);
  assert.equal(stderr.trim().split("\n").length, 14, "two remarks for each outage, however many attempts there were");
});

test("invoify follow waits while a login is not possible, and ends once it is hopeless", async (t) => {
  const log = openLog(t, 5);
  const server = await serveLog(t, log);
  const { ended, line, note } = followWith(t, LOGIN, ["--from", server.base, "--to", newPath()]);
  await line();
  changeSecret(server, "second");
  server.refusedLogins = 2;
  log.appendNow(logOf(6).slice(5));
  assert.match(await note(), /cannot log in now as olive@example\.com: .*try again in a minute; retrying$/);
  assert.match(await note(), LOGGED_IN_AGAIN);
  assert.match(await note(), BACK);
  assert.match(await line(), /1 new event, at 6$/);
  changeSecret(server, "third");
  server.password = "another one";
  log.appendNow(logOf(7).slice(6));
  const { exitCode, stderr } = await ended;
  assert.equal(exitCode, 2);
  assert.match(stderr, /\ninvoify: http:\S+: cannot log in as olive@example\.com: wrong password\n$/);
});

test("invoify follow with a token ends when the server refuses it", async (t) => {
  const log = openLog(t, 5);
  const server = await serveLog(t, log);
  server.token = "first";
  const { ended, line } = followWith(t, { INVOIFY_TOKEN: "first" }, ["--from", server.base, "--to", newPath()]);
  await line();
  server.token = "second";
  log.appendNow(logOf(6).slice(5));
  const { exitCode, stderr } = await ended;
  assert.equal(exitCode, 2);
  assert.match(stderr, /^invoify: http:\S+: 401: log in; set INVOIFY_TOKEN/);
});

test("invoify follow of a server that ends every long poll still gets the events", async (t) => {
  const log = openLog(t, 5);
  const server = await serveLog(t, log);
  server.refusesWaits = true;
  const { child, ended, line } = follow(t, server.base, newPath());
  await line();
  log.appendNow(logOf(6).slice(5));
  assert.match(await line(), /1 new event, at 6$/);
  child.kill("SIGINT");
  const { exitCode, stderr } = await ended;
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" });
});

test("invoify follow ends if the history forks, or an event needs an update", async (t) => {
  const log = openLog(t, 5);
  const server = await serveLog(t, log);
  const forking = follow(t, server.base, newPath());
  await forking.line();
  const other = openLog(t, 4);
  other.appendNow(logOf(9, 5).slice(4));
  server.log = other;
  log.appendNow(logOf(6).slice(5)); // completes the request that waits at the old log
  const forked = await forking.ended;
  assert.equal(forked.exitCode, 1);
  assert.match(forked.stderr, /event 5 differs from the reader's copy; nothing was overwritten/);

  const newer = openLog(t, 5);
  const { line, ended } = follow(t, newer.name, newPath());
  await line();
  const db = new Database(newer.name);
  const body = Buffer.from(logOf(6)[5]?.body ?? "");
  body.write("ClientFabulously", body.indexOf("ClientRegistered"), "latin1");
  db.prepare("INSERT INTO event (seq, body) VALUES (6, ?)").run(body);
  db.close();
  const { exitCode, stderr } = await ended;
  assert.equal(exitCode, 1);
  assert.match(stderr, /^invoify: event 6.*update needed; \S+ contains the events up to 5\n$/);
});
