/** Sessions with several processes on one store: if one ends a session, the others refuse it within a second. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDatabases } from "../../fixtures/mongodb/temporary-databases.ts";
import type { Config } from "../config/config.ts";
import {
  type ApiResponse,
  call,
  join,
  logIn,
  newConfig,
  openOffice,
  PASSWORD,
  type Person,
  startApi,
} from "../sessions/people.suite.ts";

await testOn("embedded", newConfig());
const url = process.env.MONGODB_URL;
if (url === undefined) test("MongoDB", { skip: "no MongoDB server" }, () => {});
else {
  const { newDatabase } = temporaryDatabases(url);
  await testOn("MongoDB", newConfig({ MONGODB_URL: newDatabase() }));
}

async function testOn(store: string, config: Config): Promise<void> {
  const office = await openOffice(config);
  const { owner } = office;
  const bases = [office.base, (await startApi(config)).base] as const;

  const post = (path: string, body: unknown, { at = 0, token }: { at?: number; token?: string } = {}) =>
    call(bases[at] ?? "", "POST", path, body, token === undefined ? {} : { token });
  const refresh = (refreshToken: unknown, at = 0) => post("/api/auth/refresh", { refreshToken }, { at });
  const me = (token: unknown, at = 0) =>
    call(bases[at] ?? "", "GET", "/api/auth/me", undefined, { token: String(token) });
  const clerkOf = () => join({ base: bases[0], owner }, "clerk");

  /** The process that ended the session refuses it at once, the other one when its cached session expires. */
  async function assertEnded(token: unknown, by: 0 | 1 = 0): Promise<void> {
    const isEnded = (response: ApiResponse) => response.status === 401 && response.body.code === "SESSION_ENDED";
    assert.ok(isEnded(await me(token, by)), "at the next request");
    const other = 1 - by;
    for (let n = 0; n < 3_000 && !isEnded(await me(token, other)); n++) await sleep(20);
    assert.ok(isEnded(await me(token, other)), "by the other process");
  }

  /** Both processes accept the session, and cache it for a second. */
  async function assertValid({ token }: Pick<Person, "token">): Promise<void> {
    for (const at of [0, 1]) assert.equal((await me(token, at)).status, 200);
  }

  test(`${store}: POST /api/auth/refresh rotates the token, and the previous one works until its successor is used`, async () => {
    const clerk = await clerkOf();
    const lost = await refresh(clerk.refreshToken);
    assert.equal(lost.status, 200);
    assert.deepEqual(Object.keys(lost.body).toSorted(), ["log", "refreshToken", "token", "user"]);
    // The response was lost, and the client retries at the other process.
    const again = await refresh(clerk.refreshToken, 1);
    assert.equal(again.status, 200);
    assert.notEqual(again.body.refreshToken, lost.body.refreshToken);
    const next = await refresh(again.body.refreshToken);
    assert.equal(next.status, 200);
    await assertValid({ token: String(next.body.token) });
    // A use of the lost token means theft. The server cannot tell who the thief is, so it ends both.
    assert.equal((await refresh(lost.body.refreshToken, 1)).body.code, "REFRESH_MISUSED");
    assert.equal((await refresh(next.body.refreshToken)).body.code, "REFRESH_NOT_VALID");
    await assertEnded(next.body.token, 1);
  });

  test(`${store}: one token used at two servers at once leaves one family, which stays valid`, async () => {
    let { refreshToken } = await clerkOf();
    for (let n = 0; n < 10; n++) {
      const responses = await Promise.all([0, 1, 0, 1].map((at) => refresh(refreshToken, at)));
      assert.deepEqual(
        responses.map(({ status }) => status),
        [200, 200, 200, 200],
      );
      refreshToken = String(responses[n % 4]?.body.refreshToken);
    }
    assert.equal((await refresh(refreshToken)).status, 200);
  });

  test(`${store}: POST /api/auth/logout ends the session with its access token, and no other session`, async () => {
    const clerk = await clerkOf();
    const elsewhere = await logIn(bases[1], clerk.email);
    await assertValid(clerk);
    assert.deepEqual((await post("/api/auth/logout", { refreshToken: clerk.refreshToken })).body, { ok: true });
    await assertEnded(clerk.token);
    assert.equal((await refresh(clerk.refreshToken)).body.code, "REFRESH_NOT_VALID");
    assert.equal((await post("/api/auth/logout", { refreshToken: clerk.refreshToken })).status, 200);
    assert.equal((await post("/api/auth/logout", { refreshToken: "nothing" })).status, 200);
    await assertValid(elsewhere);
  });

  test(`${store}: POST /api/auth/password changes the password and ends the user's other sessions`, async () => {
    const clerk = await clerkOf();
    const elsewhere = await logIn(bases[1], clerk.email);
    await assertValid(elsewhere);
    const change = (current: string, next: string) =>
      post("/api/auth/password", { current, new: next }, { token: clerk.token });
    assert.equal((await change("not the password", "a new password")).body.code, "WRONG_PASSWORD");
    assert.equal((await change(PASSWORD, "short")).body.code, "NOT_VALID");
    await assertValid(elsewhere);
    assert.deepEqual((await change(PASSWORD, "a new password")).body, { ok: true });
    await assertEnded(elsewhere.token);
    assert.equal((await refresh(elsewhere.refreshToken)).status, 401);
    await assertValid(clerk);
    assert.equal((await refresh(clerk.refreshToken)).status, 200);
    assert.equal((await post("/api/auth/login", { email: clerk.email, password: PASSWORD })).status, 401);
    await logIn(bases[1], clerk.email, "a new password");
  });

  test(`${store}: a deactivated user loses all sessions, and reactivation does not restore them`, async () => {
    const clerk = await clerkOf();
    await assertValid(clerk);
    const change = (what: string) => post(`/api/users/${clerk.id}/${what}`, {}, { token: owner.token });
    assert.equal((await change("deactivate")).status, 200);
    await assertEnded(clerk.token);
    assert.equal((await post("/api/auth/login", { email: clerk.email, password: PASSWORD })).status, 401);
    assert.equal((await change("reactivate")).status, 200);
    await assertEnded(clerk.token);
    assert.equal((await refresh(clerk.refreshToken)).status, 401);
    const back = await logIn(bases[0], clerk.email);
    assert.equal((await me(back.token, 1)).status, 200, "at once, also at a process whose cached session may be old");
  });

  test(`${store}: end-sessions ends all sessions, and a new login works at once`, async () => {
    const clerk = await clerkOf();
    await assertValid(clerk);
    const path = `/api/users/${clerk.id}/end-sessions`;
    const headers = { "idempotency-key": "0192f0c1-0000-7000-8000-000000000001" };
    const end = () => call(bases[0], "POST", path, {}, { token: owner.token, headers });
    assert.equal((await end()).status, 200);
    const back = await logIn(bases[0], clerk.email);
    assert.equal((await me(back.token, 1)).status, 200, "at a process whose cached session may be old");
    await assertEnded(clerk.token);
    assert.equal((await refresh(clerk.refreshToken)).status, 401);
    // A repeated call ends nothing more.
    assert.equal((await end()).status, 200);
    assert.equal((await refresh(back.refreshToken, 1)).status, 200);
  });

  test(`${store}: a change of role takes effect at the next request`, async () => {
    const clerk = await clerkOf();
    const write = () => post("/api/clients", { name: "C", address: { country: "GB" } }, { token: clerk.token });
    assert.equal((await write()).status, 200);
    await post(`/api/users/${clerk.id}/role`, { role: "auditor" }, { token: owner.token });
    assert.equal((await write()).body.code, "ROLE_TOO_WEAK");
    assert.equal((await me(clerk.token)).status, 200);
  });
}
