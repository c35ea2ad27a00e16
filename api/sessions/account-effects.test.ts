/** Users' accounts: invitations, links, and addresses that move. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { LogError } from "../../events/errors.ts";
import { LINK_LIFE_MS } from "./one-time-links.ts";
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

test("POST /api/users answers a one-time link, with which the user chooses a password", async () => {
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
  // Once.
  assert.equal((await accept(invitation, "another password")).body.code, "INVITATION_NOT_VALID");
  assert.equal(await loginOf("new@example.com"), 200);
});

test("the same call again makes the link anew while it is open, and none once there is a password", async () => {
  const key = newKey();
  const first = await add("again@example.com", key);
  const second = await add("again@example.com", key);
  assert.equal(second.body.seq, first.body.seq);
  assert.equal((await accept(first.body.invitation)).status, 403);
  assert.equal((await accept(second.body.invitation)).status, 200);
  const third = await add("again@example.com", key);
  assert.deepEqual([third.status, third.body.seq, third.body.invitation], [200, first.body.seq, undefined]);
});

test("a link runs out after seven days, and not before", async () => {
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

test("an owner's link lets a user choose another password: then who had the old one is out", async () => {
  const clerk = await join(office, "clerk");
  const { status, body } = await linkFor(clerk.id);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).toSorted(), ["expiresAt", "invitation"]);
  // Until it is used, nothing has changed.
  assert.equal(await loginOf(clerk.email), 200);
  assert.equal((await accept(body.invitation, "a new password")).status, 200);
  assert.equal(await loginOf(clerk.email), 401);
  assert.equal(await loginOf(clerk.email, "a new password"), 200);
  assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token: clerk.token })).body.code, "SESSION_ENDED");
  const refresh = await call(base, "POST", "/api/auth/refresh", { refreshToken: clerk.refreshToken });
  assert.equal(refresh.status, 401);
});

test("a link is for users who are there and not shut out", async () => {
  const clerk = await join(office, "clerk");
  const { invitation } = (await linkFor(clerk.id)).body;
  await asOwner("POST", `/api/users/${clerk.id}/deactivate`);
  assert.equal((await linkFor(clerk.id)).body.code, "USER_INACTIVE");
  assert.equal((await linkFor(999_999)).body.code, "UNKNOWN_USER");
  assert.equal((await accept(invitation)).body.code, "INVITATION_NOT_VALID");
  await asOwner("POST", `/api/users/${clerk.id}/reactivate`);
  assert.equal((await accept(invitation)).status, 200);
});

test("a deactivation that could not end the user's sessions ends them before the user is let in again", async () => {
  const clerk = await join(office, "clerk");
  const { endFamiliesOf } = accounts;
  accounts.endFamiliesOf = async () => {
    throw new LogError("UNREACHABLE", "no answer");
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

test("an address is one user's in all organizations, and nothing is written for another", async () => {
  const rival = { owner: await signUp(base) };
  const clerk = await join(office, "clerk");
  const head = await headOf(rival);
  const taken = await add(clerk.email, undefined, rival.owner.token);
  assert.deepEqual([taken.status, taken.body.code], [409, "EMAIL_TAKEN"]);
  const change = await asOwner("PATCH", "/api/users/2", { email: clerk.email }, undefined, rival.owner.token);
  assert.deepEqual([change.status, change.body.code], [409, "EMAIL_TAKEN"]);
  assert.equal(await headOf(rival), head);
  // In the same organization it is the log that refuses.
  const twice = await add(clerk.email);
  assert.deepEqual([twice.status, twice.body.code], [409, "EMAIL_TAKEN"]);
  assert.equal(await loginOf(clerk.email), 200);
  // Nor does a try at it that is given up half way take it from its user.
  const { writer } = (await api.organizations.get(owner.log)) ?? assert.fail();
  const { execute } = writer;
  writer.execute = async () => {
    throw new LogError("UNREACHABLE", "no answer");
  };
  assert.equal((await add(clerk.email)).status, 503);
  writer.execute = execute;
  assert.equal(await loginOf(clerk.email), 200);
});

test("a key that is another organization's user's id gives nobody that user's account", async () => {
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

test("a changed address is the one to log in with, with the password as it was; the old one is free", async () => {
  const clerk = await join(office, "clerk");
  const to = `moved-${clerk.email}`;
  assert.equal((await asOwner("PATCH", `/api/users/${clerk.id}`, { email: to })).status, 200);
  assert.equal(await loginOf(clerk.email), 401);
  assert.equal(await loginOf(to), 200);
  // The session goes on: it is the same user.
  assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token: clerk.token })).status, 200);
  assert.equal((await add(clerk.email)).status, 200);
  // And back is not possible, for it is somebody else's now.
  assert.equal((await asOwner("PATCH", `/api/users/${clerk.id}`, { email: clerk.email })).body.code, "EMAIL_TAKEN");
});

test("a name alone is changed without a word about the address", async () => {
  const clerk = await join(office, "clerk");
  assert.equal((await asOwner("PATCH", `/api/users/${clerk.id}`, { name: "Another" })).status, 200);
  assert.equal(await loginOf(clerk.email), 200);
});

/** Does it while the log cannot be written: the address is claimed, and then nothing. */
async function whileLogFails<Result>(work: () => Promise<Result>): Promise<Result> {
  const organization = await api.organizations.get(owner.log);
  assert.ok(organization);
  const { log } = organization;
  const { append } = log;
  log.append = async () => {
    throw new LogError("UNREACHABLE", "no answer");
  };
  return await work().finally(() => {
    log.append = append;
  });
}

test("an address that was claimed and not written is the old one's until the call comes again", async () => {
  const clerk = await join(office, "clerk");
  const to = `lost-${clerk.email}`;
  const key = newKey();
  const change = () => asOwner("PATCH", `/api/users/${clerk.id}`, { email: to }, key);
  assert.equal((await whileLogFails(change)).status, 503);
  assert.deepEqual([await loginOf(clerk.email), await loginOf(to)], [200, 401]);
  // Nobody else gets it meanwhile: the write may still land.
  const rival = await signUp(base);
  assert.equal((await add(to, undefined, rival.token)).body.code, "EMAIL_TAKEN");
  assert.equal((await change()).status, 200);
  assert.deepEqual([await loginOf(clerk.email), await loginOf(to)], [401, 200]);
});

test("an address that was claimed and never written is free after an hour", async () => {
  const clerk = await join(office, "clerk");
  const to = `never-${clerk.email}`;
  assert.equal((await whileLogFails(() => asOwner("PATCH", `/api/users/${clerk.id}`, { email: to }))).status, 503);
  // In the same organization at once: there the log alone decides.
  assert.equal((await whileLogFails(() => add(to))).status, 503);
  const rival = await signUp(base);
  const held = await accounts.findClaim(to);
  assert.ok(held);
  await accounts.putClaim({ ...held, claimedAtMs: held.claimedAtMs - 3_599_000 }, held);
  assert.equal((await add(to, undefined, rival.token)).body.code, "EMAIL_TAKEN");
  await accounts.putClaim(
    { ...held, claimedAtMs: held.claimedAtMs - 3_600_000 },
    {
      ...held,
      claimedAtMs: held.claimedAtMs - 3_599_000,
    },
  );
  assert.equal((await add(to, undefined, rival.token)).status, 200);
  assert.equal(await loginOf(clerk.email), 200);
});

test("a claim that is old is still its user's, as long as the log bears it out", async () => {
  const clerk = await join(office, "clerk");
  const held = await accounts.findClaim(clerk.email);
  assert.ok(held);
  await accounts.putClaim({ ...held, claimedAtMs: 1 }, held);
  const rival = await signUp(base);
  assert.equal((await add(clerk.email, undefined, rival.token)).body.code, "EMAIL_TAKEN");
});

test("a user who was added, and whose account was not, gets it with the next call or the next link", async () => {
  const failing = async (work: () => Promise<{ status: number }>) => {
    const added = accounts.add;
    accounts.add = async () => {
      throw new LogError("UNREACHABLE", "no answer");
    };
    assert.equal((await work()).status, 503);
    accounts.add = added;
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

test("a link mends an address that the store has lost, or knows as another user's of the log", async () => {
  const [clerk, other] = [await join(office, "clerk"), await join(office, "clerk")];
  const held = await accounts.findClaim(clerk.email);
  const others = await accounts.findClaim(other.email);
  assert.ok(held && others);
  await accounts.putClaim({ ...held, userEventId: others.userEventId }, held);
  assert.equal(await loginOf(clerk.email), 401);
  assert.equal((await accept((await linkFor(clerk.id)).body.invitation)).status, 200);
  assert.equal(await loginOf(clerk.email), 200);
});

test("the first answer is the answer, whoever has the address by now", async () => {
  const clerk = await join(office, "clerk");
  const rival = await signUp(base);
  const [first, key] = [`one-${clerk.email}`, newKey()];
  const change = await asOwner("PATCH", `/api/users/${clerk.id}`, { email: first }, key);
  await asOwner("PATCH", `/api/users/${clerk.id}`, { email: `two-${clerk.email}` });
  const held = await accounts.findClaim(first);
  assert.ok(held);
  await accounts.putClaim({ ...held, claimedAtMs: 1 }, held);
  assert.equal((await add(first, undefined, rival.token)).status, 200);
  assert.deepEqual((await asOwner("PATCH", `/api/users/${clerk.id}`, { email: first }, key)).body, change.body);
});

test("founding claims its owner's address, and the same call completes what was left half done", async () => {
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
    throw new LogError("UNREACHABLE", "no answer");
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
