/** Sessions on a store, after any history of lost responses, races and stolen tokens. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HttpProblem } from "../http/problems.ts";
import type { LogUser } from "../organizations/organization.ts";
import type { Organizations } from "../organizations/organizations.ts";
import type { Accounts } from "../storage/accounts.ts";
import { SqliteAccounts } from "../storage/sqlite-accounts.ts";
import { IDLE_MS, LIFE_MS } from "./refresh-tokens.ts";
import { type Claims, Sessions } from "./sessions.ts";

const USER = { logId: "log-1", userEventId: "user-1" };
const DAY_MS = 24 * 3_600_000;

function build({ user = {} as Partial<LogUser>, accounts = new SqliteAccounts(":memory:") as Accounts } = {}) {
  const state: LogUser = {
    id: 2,
    eventId: "user-1",
    email: "a@b",
    name: "A",
    role: "clerk",
    active: true,
    sessionsEnded: 0,
    ...user,
  };
  const clock = { nowMs: 1_000 };
  const organization = { userAddedBy: async () => state, ensureFresh: async () => {} };
  const organizations = { get: async () => organization } as unknown as Organizations;
  const signed: Claims[] = [];
  const open = () =>
    new Sessions({
      accounts,
      organizations,
      secret: "the server's secret",
      sign: (claims) => String(signed.push(claims) - 1),
      clock: () => clock.nowMs,
    });
  return { user: state, clock, accounts, open, claimsOf: (token: string) => signed[Number(token)] as Claims };
}

async function begin(sessions: Sessions): Promise<{ token: string; refreshToken: string }> {
  const started = await sessions.start(USER);
  assert.ok(started);
  return started;
}

const isProblem = (code: string) => (error: unknown) => error instanceof HttpProblem && error.code === code;

/** A client's use of its token. "lost": the server responds, but the response never arrives. */
type Step = "refresh" | "lost" | "race";

test("Sessions.refresh() keeps an honest client logged in, with lost responses and on any process", async () => {
  const steps = fc.array(fc.constantFrom<Step>("refresh", "lost", "race"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, fc.infiniteStream(fc.nat(1)), async (history, choices) => {
      const { open } = build();
      const processes = [open(), open()];
      const choose = () => processes[choices.next().value ?? 0] as Sessions;
      let { refreshToken } = await begin(choose());
      for (const step of history) {
        if (step === "lost") await choose().refresh(refreshToken);
        else if (step === "race") {
          // Both processes accept the same token at once; the client uses one of the two responses.
          const responses = await Promise.all(processes.map((one) => one.refresh(refreshToken)));
          refreshToken = responses[choices.next().value ?? 0]?.refreshToken ?? "";
        } else ({ refreshToken } = await choose().refresh(refreshToken));
      }
      assert.ok(await choose().refresh(refreshToken));
    }),
    { numRuns: 200 },
  );
});

test("Sessions.refresh() ends the family once two clients have both used a shared token, in any order", async () => {
  const orders = fc.constantFrom("AABB", "ABAB", "ABBA", "BABA", "BBAA", "AAAB", "BAABB");
  await fc.assert(
    fc.asyncProperty(fc.nat(4), orders, async (before, order) => {
      const { open, claimsOf } = build();
      const sessions = open();
      let started = await begin(sessions);
      for (let n = 0; n < before; n++) started = await sessions.refresh(started.refreshToken);
      const tokens: Record<string, string> = { A: started.refreshToken, B: started.refreshToken };
      let misused = 0;
      for (const who of order) {
        try {
          tokens[who] = (await sessions.refresh(tokens[who] ?? "")).refreshToken;
        } catch (error) {
          assert.ok(isProblem("REFRESH_MISUSED")(error) || isProblem("REFRESH_NOT_VALID")(error), String(error));
          misused += isProblem("REFRESH_MISUSED")(error) ? 1 : 0;
        }
      }
      assert.equal(misused, 1);
      for (const token of [tokens.A, tokens.B])
        await assert.rejects(sessions.refresh(token ?? ""), isProblem("REFRESH_NOT_VALID"));
      await assert.rejects(sessions.of(claimsOf(started.token)), isProblem("SESSION_ENDED"));
    }),
    { numRuns: 60 },
  );
});

test("Sessions.refresh() of a token that is two generations old ends the family", async () => {
  const sessions = build().open();
  const first = await begin(sessions);
  const second = await sessions.refresh(first.refreshToken);
  const third = await sessions.refresh(second.refreshToken);
  await assert.rejects(sessions.refresh(first.refreshToken), isProblem("REFRESH_MISUSED"));
  await assert.rejects(sessions.refresh(third.refreshToken), isProblem("REFRESH_NOT_VALID"));
});

test("Sessions.refresh() works again after the store's response to a change was lost", async () => {
  const { accounts, open } = build();
  const sessions = open();
  const { refreshToken } = await begin(sessions);
  const advance = accounts.advanceFamily;
  // The change is made, and its response is lost.
  accounts.advanceFamily = async (...args) => {
    await advance.apply(accounts, args);
    throw new Error("no response");
  };
  await assert.rejects(sessions.refresh(refreshToken), /no response/);
  accounts.advanceFamily = advance;
  const next = await sessions.refresh(refreshToken);
  assert.ok(await sessions.refresh(next.refreshToken));
});

test("a family ends after thirty unused days, and after half a year of use", async () => {
  const { clock, open, claimsOf } = build();
  const sessions = open();
  let started = await begin(sessions);
  clock.nowMs += IDLE_MS - 1;
  started = await sessions.refresh(started.refreshToken);
  clock.nowMs += IDLE_MS;
  await assert.rejects(sessions.refresh(started.refreshToken), isProblem("SESSION_ENDED"));
  await assert.rejects(sessions.refresh(started.refreshToken), isProblem("REFRESH_NOT_VALID"));

  const startedAtMs = clock.nowMs;
  started = await begin(sessions);
  while (clock.nowMs + DAY_MS < startedAtMs + LIFE_MS) {
    clock.nowMs += DAY_MS;
    started = await sessions.refresh(started.refreshToken);
  }
  assert.ok(await sessions.of(claimsOf(started.token)));
  clock.nowMs = startedAtMs + LIFE_MS;
  await assert.rejects(open().of(claimsOf(started.token)), isProblem("SESSION_ENDED"));
  await assert.rejects(sessions.refresh(started.refreshToken), isProblem("SESSION_ENDED"));
});

test("Sessions.refresh() gives no token to a deactivated user, or one whose sessions were ended", async () => {
  for (const change of [{ active: false }, { sessionsEnded: 1 }]) {
    const { user, open, claimsOf } = build();
    const sessions = open();
    const started = await begin(sessions);
    Object.assign(user, change);
    await assert.rejects(sessions.of(claimsOf(started.token)), isProblem("SESSION_ENDED"));
    await assert.rejects(sessions.refresh(started.refreshToken), isProblem("SESSION_ENDED"));
    Object.assign(user, { active: true, sessionsEnded: 0 });
    await assert.rejects(sessions.refresh(started.refreshToken), isProblem("REFRESH_NOT_VALID"));
  }
});

test("Sessions.of() reads the log again before it refuses: another process may have issued the token", async () => {
  const { user, accounts } = build();
  let reads = 0;
  const organization = {
    userAddedBy: async () => user,
    ensureFresh: async () => {
      reads++;
      user.sessionsEnded = 1;
    },
  };
  const sessions = new Sessions({
    accounts,
    organizations: { get: async () => organization } as unknown as Organizations,
    secret: "the server's secret",
    sign: () => "",
  });
  await accounts.addFamily({
    ...USER,
    id: "f",
    sessions: 1,
    generation: 1,
    used: null,
    startedAtMs: Date.now(),
    expiresAtMs: Date.now() + DAY_MS,
  });
  assert.ok(await sessions.of({ kind: "access", log: "log-1", sub: "user-1", sessions: 1, family: "f" }));
  assert.equal(reads, 1);
});

test("Sessions.of() refuses a family of another user", async () => {
  const { open, claimsOf } = build();
  const sessions = open();
  const claims = claimsOf((await begin(sessions)).token);
  assert.ok(await sessions.of(claims));
  await assert.rejects(sessions.of({ ...claims, sub: "user-2" }), isProblem("SESSION_ENDED"));
  await assert.rejects(sessions.of({ ...claims, log: "log-2" }), isProblem("SESSION_ENDED"));
  await assert.rejects(sessions.of({ ...claims, family: "none" }), isProblem("SESSION_ENDED"));
});

test("Sessions.of() reads the store once for concurrent requests, and again after a family was ended", async () => {
  const { accounts, open, claimsOf } = build();
  const sessions = open();
  const started = await Promise.all([begin(sessions), begin(sessions), begin(sessions)]);
  const [first, second, third] = started.map(({ token }) => claimsOf(token));
  assert.ok(first && second && third && started[0]);
  const find = accounts.findFamilies;
  let reads = 0;
  accounts.findFamilies = async (ids) => {
    reads++;
    return await find.call(accounts, ids);
  };
  await Promise.all([first, second, first, third].map((claims) => sessions.of(claims)));
  assert.equal(reads, 1);
  await sessions.of(second);
  assert.equal(reads, 1);
  await sessions.end(started[0].refreshToken);
  await assert.rejects(sessions.of(first), isProblem("SESSION_ENDED"));
  await sessions.of(second);
  assert.equal(reads, 3);
});

test("Sessions.of() does not cache a look-up during which a family was ended", async () => {
  const { accounts, open, claimsOf } = build();
  const sessions = open();
  const started = await begin(sessions);
  const find = accounts.findFamilies;
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  accounts.findFamilies = async (ids) => {
    const families = await find.call(accounts, ids);
    reached.resolve();
    await gate.promise;
    return families;
  };
  const request = sessions.of(claimsOf(started.token));
  await reached.promise;
  accounts.findFamilies = find;
  await sessions.end(started.refreshToken);
  gate.resolve();
  await request;
  await assert.rejects(sessions.of(claimsOf(started.token)), isProblem("SESSION_ENDED"));
});
