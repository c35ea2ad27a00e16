/** `POST /api/organizations`: who may found an organization, and what remains of a failed founding. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { followingUuid, newUuid, uuidText } from "../../events/uuid.ts";
import { PROFILE } from "../../fixtures/data/events.ts";
import { foldersOf } from "../config/config.ts";
import { OWNER, runApi } from "../running-api.suite.ts";
import { call, newConfig, startApi } from "../sessions/people.suite.ts";

const running = await runApi();
const PASSWORD = "a long password to found with";
let people = 0;
const newOwner = () => ({ email: `founder.${++people}@example.org`, name: "Flo Founder", password: PASSWORD });
const logs = () => readdirSync(foldersOf(running.config).logs).filter((name) => name.endsWith(".sqlite"));

interface ApiResponse {
  status: number;
  body: { code?: string; field?: string; log?: string; errors?: { field: string }[] };
}

async function foundBy(
  owner: object,
  { profile = {}, key = newUuid() }: { profile?: object; key?: Uint8Array } = {},
): Promise<ApiResponse> {
  const response = await fetch(new URL("/api/organizations", running.base), {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": uuidText(key) },
    body: JSON.stringify({ profile: { ...PROFILE, ...profile }, owner }),
  });
  return { status: response.status, body: (await response.json()) as ApiResponse["body"] };
}

async function logIn(email: string, password = PASSWORD): Promise<number> {
  const body = JSON.stringify({ email, password });
  return (await fetch(new URL("/api/auth/login", running.base), { method: "POST", body })).status;
}

test("it returns the log, whose id is the key, and both events; the owner can log in", async () => {
  const key = newUuid();
  const owner = newOwner();
  const { status, body } = await foundBy({ ...owner, email: ` ${owner.email.toUpperCase()} ` }, { key });
  assert.equal(status, 200);
  assert.deepEqual(body, {
    log: uuidText(key),
    organization: { seq: 1, id: uuidText(key), stream: 1, version: 1 },
    owner: { seq: 2, id: uuidText(followingUuid(key)), stream: 2, version: 1 },
  });
  assert.equal(await logIn(owner.email), 200);
});

test("a refused founding names the rule and leaves nothing: the address is free, and there is no log", async () => {
  const owner = newOwner();
  const before = logs();
  for (const [profile, code, field] of [
    [{ currency: "QQQ" }, "UNKNOWN_CURRENCY", "currency"],
    [{ timeZone: "Mars/Olympus" }, "UNKNOWN_TIME_ZONE", "timeZone"],
    [{ series: [PROFILE.series[0], PROFILE.series[0]] }, "SERIES_TWICE", "series.1.name"],
  ] as const) {
    const { status, body } = await foundBy(owner, { profile });
    assert.deepEqual([status, body.code, body.field], [422, code, field]);
  }
  assert.deepEqual(logs(), before);
  assert.equal((await foundBy(owner)).status, 200);
});

test("a founding with invalid input names the field", async () => {
  for (const [owner, field] of [
    [{ ...newOwner(), password: "too short" }, "owner.password"],
    [{ ...newOwner(), email: "nobody" }, "owner.email"],
    [{ ...newOwner(), role: "owner" }, "owner.role"],
  ] as const) {
    const { status, body } = await foundBy(owner);
    assert.deepEqual([status, body.errors?.[0]?.field], [422, field]);
  }
});

test("a founding with a password that is easy to guess names the field and the reason, and leaves nothing", async () => {
  const owner = newOwner();
  const before = logs();
  for (const [password, reason] of [
    ["aaaaaaaaaa", "repeats"],
    ["1234567890", "sequence"],
    [owner.email, "about_you"],
    [`${PROFILE.legalName} 2026`, "about_you"],
    ["password12", "common"],
  ]) {
    const { status, body } = await foundBy({ ...owner, password });
    assert.deepEqual([status, body.code, body.field], [422, "PASSWORD_TOO_WEAK", "owner.password"], password);
    assert.equal((body as { values?: { reason: string } }).values?.reason, reason);
  }
  assert.deepEqual(logs(), before);
  assert.equal((await foundBy(owner)).status, 200);
});

test("a founding with an address in use is refused", async () => {
  const before = logs();
  const { status, body } = await foundBy({ ...newOwner(), email: OWNER.email });
  assert.deepEqual([status, body.code], [409, "EMAIL_TAKEN"]);
  assert.deepEqual(logs(), before);
  assert.equal(await logIn(OWNER.email, OWNER.password), 200);
});

test("if two foundings with one address start at once, one succeeds", async () => {
  const owner = newOwner();
  const answers = await Promise.all([foundBy(owner), foundBy(owner)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  assert.equal(await logIn(owner.email), 200);
});

test("the same founding twice at once founds one organization, with the same response", async () => {
  const [owner, key] = [newOwner(), newUuid()];
  const before = logs().length;
  const [one, two] = await Promise.all([foundBy(owner, { key }), foundBy(owner, { key })]);
  assert.equal(one?.status, 200);
  assert.deepEqual(one, two);
  assert.equal(logs().length, before + 1);
});

test("the same key with another profile is refused, and changes nothing", async () => {
  const [owner, key] = [newOwner(), newUuid()];
  const first = await foundBy(owner, { key });
  const { status, body } = await foundBy(owner, { key, profile: { legalName: "Other Ltd" } });
  assert.deepEqual([status, body.code], [422, "KEY_REUSED"]);
  assert.deepEqual(await foundBy(owner, { key }), first);
});

test("a founding that names no series can issue invoices and credit notes; an empty list stays empty", async () => {
  const seriesOf = async (profile: object) => {
    const owner = newOwner();
    assert.equal((await foundBy(owner, { profile })).status, 200);
    const body = { email: owner.email, password: PASSWORD };
    const { token } = (await call(running.base, "POST", "/api/auth/login", body)).body as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    const { number_series } = (await call(running.base, "GET", "/api/organization", undefined, { headers })).body as {
      number_series: { name: string; kind: string; prefix: string; is_foreign: number }[];
    };
    return number_series.map(({ name, kind, prefix, is_foreign }) => [name, kind, prefix, is_foreign]);
  };
  assert.deepEqual(await seriesOf({ series: undefined }), [
    ["Invoices", "invoice", "INV-", 0],
    ["Credit notes", "credit_note", "CN-", 0],
  ]);
  assert.deepEqual(await seriesOf({ series: [] }), []);
});

test("a founding of an earlier release, which had no series by default, can be repeated", async () => {
  const [owner, key] = [newOwner(), newUuid()];
  const first = await foundBy(owner, { key, profile: { series: [] } });
  assert.equal(first.status, 200);
  assert.deepEqual(await foundBy(owner, { key, profile: { series: undefined } }), first);
  const other = await foundBy(owner, { key, profile: { series: undefined, legalName: "Other Ltd" } });
  assert.equal(other.body.code, "KEY_REUSED");
  assert.equal((await foundBy(owner, { key })).body.code, "KEY_REUSED", "with series named");
});

test("a server reports whether founding is open; where it is closed, the route does not exist", async () => {
  assert.deepEqual((await call(running.base, "GET", "/api/sign-up")).body, { open: true });
  const closed = await startApi(newConfig({ INVOIFY_SIGN_UP: "off" }));
  assert.deepEqual((await call(closed.base, "GET", "/api/sign-up")).body, { open: false });
  assert.equal((await call(closed.base, "POST", "/api/organizations", {})).status, 404);
});
