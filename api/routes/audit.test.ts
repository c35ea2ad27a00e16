/** Successful and failed logins in the server's log. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { logOptions } from "../http/server-log.ts";
import { call, join, newConfig, openOffice, PASSWORD, signUp } from "../sessions/people.suite.ts";

interface Line {
  msg: string;
  reqId: string;
  audit?: Record<string, string>;
}

const lines: Line[] = [];
const logger = logOptions({ write: (line) => lines.push(JSON.parse(line)) });
const office = await openOffice(newConfig(), { logger });
const { base, owner } = office;
const clerk = await join(office, "clerk");
const { email } = clerk;
const post = (path: string, body: unknown, token?: string) =>
  call(base, "POST", path, body, token === undefined ? {} : { token });

/** Audit lines written during an action, without the sender's address, which is this machine's. */
async function auditOf(work: () => Promise<unknown>): Promise<Record<string, string>[]> {
  const from = lines.length;
  await work();
  return lines.slice(from).flatMap(({ audit, reqId }) => {
    if (!audit) return [];
    const { address, ...rest } = audit;
    assert.equal(address, "127.0.0.1");
    assert.ok(reqId);
    return [rest];
  });
}

const { userEventId: user } = (await office.api.storage.accounts.findClaim(email)) ?? {};
const byOwner = (await office.api.storage.accounts.findClaim(owner.email))?.userEventId;
const who = { log: owner.log, user };

test("successful and failed logins are recorded, with the address that was typed", async () => {
  const login = (email: string, password: string) => auditOf(() => post("/api/auth/login", { email, password }));
  assert.deepEqual(await login(email, PASSWORD), [{ action: "login", outcome: "success", email, ...who }]);
  const failure = { action: "login", outcome: "failure", reason: "LOGIN_FAILED" };
  assert.deepEqual(await login(email, "wrong"), [{ ...failure, email }]);
  assert.deepEqual(await login("Nobody@Example.com", "wrong"), [{ ...failure, email: "nobody@example.com" }]);
  assert.deepEqual(await login("my password", "wrong"), [{ ...failure, email: "(not an e-mail address)" }]);
  assert.deepEqual(await login("p@ssword", "wrong"), [{ ...failure, email: "(not an e-mail address)" }]);
  for (let n = 0; n < 20; n++) await login("tried@example.com", "wrong");
  const limited = { ...failure, reason: "TOO_MANY_ATTEMPTS", email: "tried@example.com" };
  assert.deepEqual(await login("tried@example.com", "wrong"), [limited]);
});

test("a refused refresh is recorded, with the user whose session it ended", async () => {
  const refresh = async (refreshToken: unknown) =>
    (await post("/api/auth/refresh", { refreshToken })).body.refreshToken;
  let next: unknown;
  assert.deepEqual(
    await auditOf(async () => {
      next = await refresh(clerk.refreshToken);
      await refresh(next);
    }),
    [],
  );
  const failure = { action: "refresh", outcome: "failure" };
  assert.deepEqual(await auditOf(() => refresh(clerk.refreshToken)), [
    { ...failure, reason: "REFRESH_MISUSED", ...who },
  ]);
  assert.deepEqual(await auditOf(() => refresh("nothing")), [{ ...failure, reason: "REFRESH_NOT_VALID" }]);
});

test("logouts, one-time links and password changes are recorded, with the actor and the user", async () => {
  const { body } = await post("/api/auth/login", { email, password: PASSWORD });
  const { token, refreshToken } = body;
  const changes = await auditOf(async () => {
    await post("/api/auth/password", { current: "wrong", new: "another password" }, token);
    await post("/api/auth/password", { current: PASSWORD, new: "another password" }, token);
    await post("/api/auth/logout", { refreshToken });
    await post("/api/auth/logout", { refreshToken });
  });
  assert.deepEqual(changes, [
    { action: "password changed", outcome: "failure", reason: "WRONG_PASSWORD", email },
    { action: "password changed", outcome: "success", email, ...who },
    { action: "logout", outcome: "success", ...who },
  ]);
  const links = await auditOf(async () => {
    const { invitation } = (await post(`/api/users/${clerk.id}/invitation`, {}, owner.token)).body;
    await post("/api/auth/accept", { invitation, password: PASSWORD });
    await post("/api/auth/accept", { invitation, password: PASSWORD });
  });
  assert.deepEqual(links, [
    { action: "link made", outcome: "success", ...who, by: byOwner },
    { action: "link used", outcome: "success", ...who },
    { action: "link used", outcome: "failure", reason: "INVITATION_NOT_VALID" },
  ]);
});

test("founding an organization is recorded", async () => {
  const [founded] = await auditOf(() => signUp(base, "founder@example.com"));
  assert.deepEqual(
    [founded?.action, founded?.outcome, founded?.email],
    ["organization founded", "success", "founder@example.com"],
  );
});
