import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { EMAIL, type LogServer, PASSWORD, serveLog, tokenOfLife } from "../invoify/server.suite.ts";
import { tokenFrom } from "./credentials.ts";

const folder = temporaryFolder();
const LIFE_S = 900;
let logs = 0;

/** A server, and the tokens of logins to it. */
async function logins(t: TestContext, ...names: string[]) {
  const log = SqliteLog.open(join(folder, `${++logs}.sqlite`), { create: true });
  t.after(() => log.close());
  const server = await serveLog(t, log);
  const tokens = names.map((name) => tokenOfLife(LIFE_S, name));
  server.tokens.splice(0, 1, ...tokens);
  const notes: string[] = [];
  const token = tokenFrom({ INVOIFY_EMAIL: EMAIL, INVOIFY_PASSWORD: PASSWORD }, server.base, (text) =>
    notes.push(text),
  );
  return { server, token, tokens, notes };
}

const loginsOf = (server: LogServer) => server.requests.filter((request) => request.startsWith("POST")).length;

test("tokenFrom() logs in again after the machine slept, although its monotonic clock stood still", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-01-05T09:00:00Z") });
  const { server, token, tokens, notes } = await logins(t, "first", "second");
  assert.equal(await token(), tokens[0]);
  t.mock.timers.setTime(Date.now() + (LIFE_S - 61) * 1000);
  assert.equal(await token(), tokens[0]);
  t.mock.timers.setTime(Date.now() + 1000);
  assert.equal(await token(), tokens[1]);
  assert.deepEqual([loginsOf(server), notes], [2, []]);
});

test("tokenFrom() logs in again after the clock was set back", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-01-05T09:00:00Z") });
  const { token, tokens } = await logins(t, "first", "second");
  await token();
  t.mock.timers.setTime(Date.parse("2026-01-04T09:00:00Z"));
  assert.equal(await token(), tokens[1]);
});

test("tokenFrom() replaces a refused token once for all requests, and says so once", async (t) => {
  const { server, token, tokens, notes } = await logins(t, "first", "second", "third");
  const [first = ""] = tokens;
  assert.equal(await token(), first);
  assert.deepEqual(await Promise.all([token(first), token(first), token()]), [tokens[1], tokens[1], tokens[1]]);
  assert.equal(await token(first), tokens[1], "a late refusal of the old token");
  assert.equal(loginsOf(server), 2);
  assert.equal(await token(tokens[1]), tokens[2], "the new token is refused too");
  assert.equal(notes.length, 1);
});

test("tokenFrom() with a failed login tries again with the next request", async (t) => {
  const { server, token, tokens } = await logins(t, "first");
  server.refusedLogins = 1;
  await assert.rejects(token(), { code: "UNREACHABLE", message: /cannot log in now as olive/ });
  assert.equal(await token(), tokens[0]);
});
