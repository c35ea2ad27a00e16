/** Users' accounts: invitations, one-time links, and changed addresses. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { LogError } from "../../events/errors.ts";
import { LINK_LIFE_MS } from "./one-time-links.ts";
import { hashPassword } from "./passwords.ts";
import { call, join, logIn, newKey, type Office, openOffice, PASSWORD, type Person, signUp } from "./people.suite.ts";

const office = await openOffice();
const { api, base, owner } = office;
const { accounts } = api.storage;

const asOwner = (method: string, path: string, body: unknown = {}, key = newKey(), token = owner.token) =>
  call(base, method, path, body, { token, headers: { "idempotency-key": key } });
const add = (email: string, key?: string, token?: string) =>
  asOwner("POST", "/api/users", { email, name: "N", role: "clerk" }, key, token);
const accept = (invitation: unknown, password = PASSWORD) =>
  call(base, "POST", "/api/auth/accept", { invitation, password });
const linkFor = (id: unknown, token?: string) => asOwner("POST", `/api/users/${id}/invitation`, {}, undefined, token);
const loginOf = async (email: string, password = PASSWORD) =>
  (await call(base, "POST", "/api/auth/login", { email, password })).status;
const headOf = async ({ owner }: Pick<Office, "owner">) => (await api.organizations.get(owner.log))?.log.head();

test("POST /api/users returns a one-time link that lets the user set a password", async () => {
  const added = await add("new@example.com");
  assert.equal(added.status, 200);
  assert.ok(Date.parse(String(added.body.expiresAt)) > Date.now());
  assert.equal(await loginOf("new@example.com", ""), 401);
  const { invitation } = added.body;
  assert.equal((await accept(invitation, "too short")).status, 422);
  assert.equal((await accept("A".repeat(32))).body.code, "INVITATION_NOT_VALID");
  const accepted = await accept(invitation);
  assert.equal(accepted.status, 200);
  assert.equal(
    (await call(base, "GET", "/api/auth/me", undefined, { token: String(accepted.body.token) })).status,
    200,
  );
  // It works only once.
  assert.equal((await accept(invitation, "another password")).body.code, "INVITATION_NOT_VALID");
  assert.equal(await loginOf("new@example.com"), 200);
});

test("a password that is easy to guess is refused, and uses up neither the link nor an attempt", async () => {
  const { invitation } = (await add("weak.person@example.com")).body;
  for (let n = 0; n < 30; n++) {
    const { status, body } = await accept(invitation, n % 2 === 0 ? "weakperson1" : "password12");
    assert.deepEqual([status, body.code, body.field], [422, "PASSWORD_TOO_WEAK", "password"]);
  }
  const accepted = await accept(invitation);
  assert.equal(accepted.status, 200);
  const token = String(accepted.body.token);
  const change = { current: PASSWORD, new: "qwertyuiop" };
  const { status, body } = await call(base, "POST", "/api/auth/password", change, { token });
  assert.deepEqual([status, body.code, body.field], [422, "PASSWORD_TOO_WEAK", "new"]);
});

test("a user whose password is easy to guess can still log in with it", async () => {
  const clerk = await join(office, "clerk");
  const claim = await accounts.findClaim(clerk.email);
  const account = claim && (await accounts.find(claim));
  assert.ok(account?.passwordHash);
  const weak = await hashPassword("aaaaaaaaaa");
  assert.ok(await accounts.changePassword(account, { from: account.passwordHash, to: weak }));
  assert.equal(await loginOf(clerk.email, "aaaaaaaaaa"), 200);
});

test("a repeated request returns a new link while none was used, and no link after that", async () => {
  const key = newKey();
  const first = await add("again@example.com", key);
  const second = await add("again@example.com", key);
  assert.equal(second.body.seq, first.body.seq);
  assert.equal((await accept(first.body.invitation)).status, 403);
  assert.equal((await accept(second.body.invitation)).status, 200);
  const third = await add("again@example.com", key);
  assert.deepEqual([third.status, third.body.seq, third.body.invitation], [200, first.body.seq, undefined]);
});

test("a link expires after seven days, and not before", async () => {
  const { invitation, expiresAt } = (await add("late@example.com")).body;
  mock.timers.enable({ apis: ["Date"], now: Date.parse(String(expiresAt)) });
  const late = await accept(invitation);
  mock.timers.setTime(Date.parse(String(expiresAt)) - 1);
  const early = await accept(invitation);
  mock.timers.reset();
  assert.equal(late.body.code, "INVITATION_NOT_VALID");
  assert.equal(early.status, 200);
  assert.equal(LINK_LIFE_MS, 7 * 24 * 3_600_000);
});

test("an owner's link lets a user set a new password, which ends the sessions of the old one", async () => {
  const clerk = await join(office, "clerk");
  const { status, body } = await linkFor(clerk.id);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).toSorted(), ["expiresAt", "invitation"]);
  // Nothing changes until the link is used.
  assert.equal(await loginOf(clerk.email), 200);
  assert.equal((await accept(body.invitation, "a new password")).status, 200);
  assert.equal(await loginOf(clerk.email), 401);
  assert.equal(await loginOf(clerk.email, "a new password"), 200);
  assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token: clerk.token })).body.code, "SESSION_ENDED");
  const refresh = await call(base, "POST", "/api/auth/refresh", { refreshToken: clerk.refreshToken });
  assert.equal(refresh.status, 401);
});

test("a link needs a user who exists and is active", async () => {
  const clerk = await join(office, "clerk");
  const { invitation } = (await linkFor(clerk.id)).body;
  await asOwner("POST", `/api/users/${clerk.id}/deactivate`);
  assert.equal((await linkFor(clerk.id)).body.code, "INVITED_USER_INACTIVE");
  assert.equal((await linkFor(999_999)).body.code, "UNKNOWN_USER");
  assert.equal((await accept(invitation)).body.code, "INVITATION_NOT_VALID");
  await asOwner("POST", `/api/users/${clerk.id}/reactivate`);
  assert.equal((await accept(invitation)).status, 200);
});

test("sessions that a deactivation could not end are ended by its retry or by the reactivation", async () => {
  const clerk = await join(office, "clerk");
  const { endFamiliesOf } = accounts;
  accounts.endFamiliesOf = async () => {
    throw new LogError("UNREACHABLE", "no response");
  };
  const key = newKey();
  assert.equal((await asOwner("POST", `/api/users/${clerk.id}/deactivate`, {}, key)).status, 503);
  accounts.endFamiliesOf = endFamiliesOf;
  assert.equal((await asOwner("POST", `/api/users/${clerk.id}/deactivate`, {}, key)).status, 200);
  assert.equal((await asOwner("POST", `/api/users/${clerk.id}/reactivate`)).status, 200);
  const me = await call(base, "GET", "/api/auth/me", undefined, { token: clerk.token });
  assert.deepEqual([me.status, me.body.code], [401, "SESSION_ENDED"]);
  assert.equal(await loginOf(clerk.email), 200);
});

test("adding a user does not tell whether another organization has the address; using the link does", async () => {
  const rival = { owner: await signUp(base) };
  const clerk = await join(office, "clerk");
  const [taken, free] = [
    await add(clerk.email, undefined, rival.owner.token),
    await add("free@x.example", undefined, rival.owner.token),
  ];
  const shapeOf = ({ status, body, headers }: typeof taken) => [
    status,
    Object.keys(body),
    [...headers.keys()].toSorted(),
  ];
  assert.deepEqual(shapeOf(taken), shapeOf(free));
  assert.equal(taken.status, 200);
  const renewed = await linkFor(taken.body.stream, rival.owner.token);
  assert.equal(renewed.status, 200);
  const used = await accept(renewed.body.invitation);
  assert.deepEqual([used.status, used.body.code], [409, "EMAIL_TAKEN"]);
  // Nothing changed for the user who has it, and the link works once the address is another one.
  assert.equal((await logIn(base, clerk.email)).log, owner.log);
  const path = `/api/users/${taken.body.stream}`;
  assert.equal((await asOwner("PATCH", path, { email: "mine@x.example" }, undefined, rival.owner.token)).status, 200);
  assert.equal((await accept(renewed.body.invitation)).status, 200);
  assert.equal((await logIn(base, "mine@x.example")).log, rival.owner.log);
});

test("an invitation that nobody used keeps an address from nobody", async () => {
  const rival = await signUp(base);
  const invited = (await add("wanted@x.example", undefined, rival.token)).body;
  const founder = await signUp(base, "wanted@x.example");
  assert.equal((await accept(invited.invitation)).body.code, "EMAIL_TAKEN");
  assert.equal((await logIn(base, "wanted@x.example")).log, founder.log);
  // Nor does a claim of an earlier release, which was stored with the invitation.
  const old = (await add("old@x.example", undefined, rival.token)).body;
  await accounts.putClaim(
    { email: "old@x.example", logId: rival.log, userEventId: String(old.id), claimedAtMs: 1 },
    null,
  );
  assert.equal((await signUp(base, "old@x.example")).email, "old@x.example");
});

test("an organization can ask only so often which addresses others have", async () => {
  const rival = await signUp(base);
  const clerk = await join(office, "clerk");
  const move = async (email: string) =>
    (await asOwner("PATCH", "/api/users/2", { email }, undefined, rival.token)).status;
  const statuses = [];
  for (let n = 0; n < 12; n++) statuses.push(await move(clerk.email));
  assert.deepEqual(statuses, [...Array(10).fill(409), 429, 429]);
  const added = await add(clerk.email, undefined, rival.token);
  assert.equal((await accept(added.body.invitation)).status, 429);
  // The rules of its own log are not counted.
  assert.equal((await asOwner("PATCH", "/api/users/2", { name: "N" }, undefined, rival.token)).status, 200);
});

test("an address with a password belongs to one user, and nothing is written for a second one", async () => {
  const rival = { owner: await signUp(base) };
  const clerk = await join(office, "clerk");
  const head = await headOf(rival);
  const change = await asOwner("PATCH", "/api/users/2", { email: clerk.email }, undefined, rival.owner.token);
  assert.deepEqual([change.status, change.body.code], [409, "EMAIL_TAKEN"]);
  assert.equal(await headOf(rival), head);
  // In the same organization, the log itself refuses.
  const twice = await add(clerk.email);
  assert.deepEqual([twice.status, twice.body.code], [409, "EMAIL_TAKEN"]);
  assert.equal(await loginOf(clerk.email), 200);
  // A failed attempt to take it does not take it from its user either.
  const { writer } = (await api.organizations.get(owner.log)) ?? assert.fail();
  const { execute } = writer;
  writer.execute = async () => {
    throw new LogError("UNREACHABLE", "no response");
  };
  assert.equal((await add(clerk.email)).status, 503);
  writer.execute = execute;
  assert.equal(await loginOf(clerk.email), 200);
});

test("a key that equals a user's id in another organization gives no access to that user's account", async () => {
  const rival = await signUp(base);
  const key = newKey();
  const invited = (await add("pending@example.com", key)).body;
  const stolen = await add("thief@example.com", key, rival.token);
  assert.equal(stolen.status, 200);
  const thief = await accept(stolen.body.invitation);
  assert.equal(thief.body.log, rival.log);
  const victim = await accept(invited.invitation);
  assert.deepEqual([victim.status, victim.body.log], [200, owner.log]);
});

test("after a change of address, the user logs in with the new one, and the old one is free", async () => {
  const clerk = await join(office, "clerk");
  const to = `moved-${clerk.email}`;
  assert.equal((await asOwner("PATCH", `/api/users/${clerk.id}`, { email: to })).status, 200);
  assert.equal(await loginOf(clerk.email), 401);
  assert.equal(await loginOf(to), 200);
  // The session continues: it is the same user.
  assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token: clerk.token })).status, 200);
  assert.equal((await add(clerk.email)).status, 200);
  // The user cannot get it back, because another user has it now.
  assert.equal((await asOwner("PATCH", `/api/users/${clerk.id}`, { email: clerk.email })).body.code, "EMAIL_TAKEN");
});

test("a change of the name alone leaves the address as it is", async () => {
  const clerk = await join(office, "clerk");
  assert.equal((await asOwner("PATCH", `/api/users/${clerk.id}`, { name: "Another" })).status, 200);
  assert.equal(await loginOf(clerk.email), 200);
});

/** Gives the owner of another organization an address. @returns the code of the refusal */
async function takeFor({ token }: Person, email: string): Promise<string | undefined> {
  return (await asOwner("PATCH", "/api/users/2", { email }, undefined, token)).body.code;
}

/** Runs work while the log cannot be written: the address is claimed, but the event is not written. */
async function whileLogFails<Result>(work: () => Promise<Result>): Promise<Result> {
  const organization = await api.organizations.get(owner.log);
  assert.ok(organization);
  const { log } = organization;
  const { append } = log;
  log.append = async () => {
    throw new LogError("UNREACHABLE", "no response");
  };
  return await work().finally(() => {
    log.append = append;
  });
}

test("if a claim's event was not written, the old address stays in use until the request is repeated", async () => {
  const clerk = await join(office, "clerk");
  const to = `lost-${clerk.email}`;
  const key = newKey();
  const change = () => asOwner("PATCH", `/api/users/${clerk.id}`, { email: to }, key);
  assert.equal((await whileLogFails(change)).status, 503);
  assert.deepEqual([await loginOf(clerk.email), await loginOf(to)], [200, 401]);
  // No other organization gets it meanwhile: the write may still arrive.
  const rival = await signUp(base);
  assert.equal(await takeFor(rival, to), "EMAIL_TAKEN");
  assert.equal((await change()).status, 200);
  assert.deepEqual([await loginOf(clerk.email), await loginOf(to)], [401, 200]);
});

test("a claim whose event was never written expires after an hour", async () => {
  const [clerk, other] = [await join(office, "clerk"), await join(office, "clerk")];
  const to = `never-${clerk.email}`;
  const moveTo = (id: number) => whileLogFails(() => asOwner("PATCH", `/api/users/${id}`, { email: to }));
  assert.equal((await moveTo(clerk.id)).status, 503);
  // In the same organization it can be claimed again immediately: there the log alone decides.
  assert.equal((await moveTo(other.id)).status, 503);
  const rival = await signUp(base);
  const claim = await accounts.findClaim(to);
  assert.ok(claim);
  const aged = { ...claim, claimedAtMs: claim.claimedAtMs - 3_500_000 };
  await accounts.putClaim(aged, claim);
  assert.equal(await takeFor(rival, to), "EMAIL_TAKEN");
  await accounts.putClaim({ ...claim, claimedAtMs: claim.claimedAtMs - 3_600_000 }, aged);
  assert.equal(await takeFor(rival, to), undefined);
  assert.equal(await loginOf(clerk.email), 200);
});

test("an old claim stays with its user as long as the log confirms it", async () => {
  const clerk = await join(office, "clerk");
  const claim = await accounts.findClaim(clerk.email);
  assert.ok(claim);
  await accounts.putClaim({ ...claim, claimedAtMs: 1 }, claim);
  assert.equal(await takeFor(await signUp(base), clerk.email), "EMAIL_TAKEN");
});

test("a user without an account gets one with a repeated request or a new link", async () => {
  const failing = async (work: () => Promise<{ status: number }>) => {
    const addAccount = accounts.add;
    accounts.add = async () => {
      throw new LogError("UNREACHABLE", "no response");
    };
    assert.equal((await work()).status, 503);
    accounts.add = addAccount;
  };
  const key = newKey();
  await failing(() => add("half@example.com", key));
  assert.equal((await accept((await add("half@example.com", key)).body.invitation)).status, 200);

  await failing(() => add("half.two@example.com"));
  const organization = await api.organizations.get(owner.log);
  const user = await organization?.userWithEmail("half.two@example.com");
  assert.equal((await accept((await linkFor(user?.id)).body.invitation)).status, 200);
  assert.equal(await loginOf("half.two@example.com"), 200);
});

test("a link repairs a claim that names another user of the log", async () => {
  const [clerk, other] = [await join(office, "clerk"), await join(office, "clerk")];
  const claim = await accounts.findClaim(clerk.email);
  const otherClaim = await accounts.findClaim(other.email);
  assert.ok(claim && otherClaim);
  await accounts.putClaim({ ...claim, userEventId: otherClaim.userEventId }, claim);
  assert.equal(await loginOf(clerk.email), 401);
  assert.equal((await accept((await linkFor(clerk.id)).body.invitation)).status, 200);
  assert.equal(await loginOf(clerk.email), 200);
});

test("a repeated request gets the first response, even if another user has the address by now", async () => {
  const clerk = await join(office, "clerk");
  const rival = await signUp(base);
  const [first, key] = [`one-${clerk.email}`, newKey()];
  const change = await asOwner("PATCH", `/api/users/${clerk.id}`, { email: first }, key);
  await asOwner("PATCH", `/api/users/${clerk.id}`, { email: `two-${clerk.email}` });
  const claim = await accounts.findClaim(first);
  assert.ok(claim);
  await accounts.putClaim({ ...claim, claimedAtMs: 1 }, claim);
  assert.equal((await add(first, undefined, rival.token)).status, 200);
  assert.deepEqual((await asOwner("PATCH", `/api/users/${clerk.id}`, { email: first }, key)).body, change.body);
});

test("founding claims the owner's address, and the same request completes an interrupted founding", async () => {
  const email = "half.founder@example.com";
  const key = newKey();
  const { PROFILE } = await import("../../fixtures/data/events.ts");
  const founding = (password: string, one = key) =>
    call(
      base,
      "POST",
      "/api/organizations",
      { profile: PROFILE, owner: { email, name: "F", password } },
      {
        headers: { "idempotency-key": one },
      },
    );
  const create = api.organizations.create;
  api.organizations.create = async () => {
    throw new LogError("UNREACHABLE", "no response");
  };
  assert.equal((await founding(PASSWORD)).status, 503);
  api.organizations.create = create;
  assert.equal(await loginOf(email), 401);
  assert.equal((await founding(PASSWORD, newKey())).body.code, "EMAIL_TAKEN");
  assert.equal((await founding("another password")).body.code, "EMAIL_TAKEN");
  assert.equal((await founding(PASSWORD)).status, 200);
  const person: Person = await logIn(base, email);
  assert.equal(person.log, key);
});
