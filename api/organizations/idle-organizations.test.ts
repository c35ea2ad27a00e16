/** Unused organizations are closed, and opened again at the next request. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PROFILE } from "../../fixtures/data/events.ts";
import { until } from "../../fixtures/tests/until.ts";
import { call, newConfig, openOffice, type Person, signUp } from "../sessions/people.suite.ts";

const MINUTE_MS = 60_000;

/** A server with a clock that the test controls. */
async function openTimed(maxOpen = 1_000) {
  const time = { nowMs: 0 };
  const office = await openOffice(newConfig(), { organizations: { clock: () => time.nowMs, maxOpen } });
  const { organizations } = office.api;
  const later = (minutes: number) => {
    time.nowMs += minutes * MINUTE_MS;
    organizations.closeUnused();
  };
  const open = () => organizations.open.map(({ logId }) => logId);
  return { ...office, organizations, later, open };
}

const me = (base: string, { token }: Person) => call(base, "GET", "/api/auth/me", undefined, { token });

test("an organization is closed after 15 unused minutes, and reopens for the next request", async () => {
  const { base, owner, later, open } = await openTimed();
  const other = await signUp(base);
  later(14);
  assert.equal((await me(base, other)).status, 200);
  later(2);
  assert.deepEqual(open(), [other.log]);
  later(20);
  assert.deepEqual(open(), []);
  // It also reopens for many requests at once, and while it is still closing.
  const responses = await Promise.all(Array.from({ length: 10 }, () => me(base, owner)));
  for (const { status } of responses) assert.equal(status, 200);
  const client = { name: "A client", address: { country: "GB" } };
  const { status } = await call(base, "POST", "/api/clients", client, { token: owner.token });
  assert.equal(status, 200);
  assert.deepEqual(open(), [owner.log]);
});

test("an organization with a waiting long poll stays open, however long it waits", async () => {
  const { base, owner, later, open, organizations } = await openTimed();
  const { log } = (await organizations.get(owner.log)) ?? assert.fail();
  const head = await log.head();
  const waiting = fetch(`${base}/api/events?after=${head}&wait=30`, {
    headers: { authorization: `Bearer ${owner.token}` },
  });
  await until("the long poll waits", () => organizations.open.some(({ isInUse }) => isInUse));
  later(60);
  assert.deepEqual(open(), [owner.log]);
  const client = { name: "A client", address: { country: "GB" } };
  assert.equal((await call(base, "POST", "/api/clients", client, { token: owner.token })).status, 200);
  assert.equal((await waiting).headers.get("invoify-head"), String(head + 1));
  await until("no request is in progress", () => organizations.open.every(({ isInUse }) => !isInUse));
  later(14);
  assert.deepEqual(open(), [owner.log], "the end of a request counts as use");
  later(2);
  assert.deepEqual(open(), []);
});

test("a server that reaches its limit of open organizations closes an unused one, or answers 503", async () => {
  const { base, owner, later, open } = await openTimed(3);
  const others = [await signUp(base), await signUp(base)];
  const fourth = { email: "fourth@example.com", name: "F", password: "correct horse battery" };
  assert.equal(open().length, 3);
  // All three were used this minute.
  const full = await call(base, "POST", "/api/organizations", { profile: PROFILE, owner: fourth });
  assert.deepEqual([full.status, full.body.code], [503, "TOO_MANY_OPEN"]);
  assert.ok(full.headers.get("retry-after"));
  for (const person of [owner, ...others]) assert.equal((await me(base, person)).status, 200);

  later(2);
  const [second, third] = others;
  assert.ok(second && third);
  for (const person of [second, owner]) assert.equal((await me(base, person)).status, 200);
  await signUp(base);
  assert.ok(!open().includes(third.log), "the least recently used one was closed");
  assert.equal(open().length, 3);
});
