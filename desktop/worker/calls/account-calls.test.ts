/** Account calls: founding, one-time links, passwords. Nothing happens twice, and no secret is on the disk. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { newConfig, startApi } from "../../../api/sessions/people.suite.ts";
import { newUuid, uuidText } from "../../../events/uuid.ts";
import { PROFILE } from "../../../fixtures/data/events.ts";
import type { Failure } from "../../contract/call-error.ts";
import { desktopAt, headOf, OWNER, runApi, type Seat, startDesktop } from "../sync/desktop.suite.ts";
import { answer } from "./calls.ts";

const PASSWORD = "a password that Flo chose";
const api = await runApi();
let people = 0;
const newOwner = () => ({ email: `flo.${++people}@example.org`, name: "Flo Founder", password: PASSWORD });

/** A connection that loses the responses to POST requests. */
function newLine() {
  const line = { lose: 0, posts: 0, cut: false };
  const send = (async (url: URL, init: RequestInit = {}) => {
    if (line.cut) throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) });
    const response = await fetch(url, init);
    if (init.method !== "POST") return response;
    line.posts++;
    if (line.lose === 0) return response;
    line.lose--;
    await response.arrayBuffer();
    throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNRESET" }) });
  }) as typeof fetch;
  return { line, fetch: send };
}

async function failureOf({ desktop }: Seat, name: string, argument: object): Promise<Failure> {
  const reply = await answer(desktop, name, argument);
  assert.ok(!reply.ok, `${name} succeeded`);
  return reply.failure;
}

async function invite(owner: Seat, role = "clerk"): Promise<{ email: string; id: number; invitation: string }> {
  const email = `${role}.${++people}@example.org`;
  const write = { command: "AddUser" as const, input: { email, name: "Ina Invited", role } };
  const { stream, invitation } = await owner.ask("write", { ...write, key: uuidText(newUuid()), form: "user/new" });
  assert.ok(invitation);
  return { email, id: stream, invitation };
}

/** Fails if a file in the folder contains one of the secrets. */
function assertNowhere(folder: string, secrets: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    for (const secret of secrets) assert.ok(!bytes.includes(secret), `${name} contains ${secret}`);
  }
}

test("getSignUp says whether the server allows it", async () => {
  const open = await startDesktop({ server: api.base });
  assert.equal(await open.ask("getSignUp"), true);
  const { base } = await startApi(newConfig({ INVOIFY_SIGN_UP: "off" }));
  const closed = await startDesktop({ server: base });
  assert.equal(await closed.ask("getSignUp"), false);
  const input = { profile: PROFILE, owner: newOwner() };
  assert.equal(await closed.refused("createOrganization", input), "NO_SUCH_ROUTE");
});

test("createOrganization founds an organization, logs its owner in, and syncs; no password is on the disk", async () => {
  const seat = await startDesktop({ server: api.base });
  const owner = newOwner();
  await seat.ask("createOrganization", {
    profile: PROFILE,
    owner: { ...owner, email: ` ${owner.email.toUpperCase()}` },
  });
  const { user } = await seat.until(({ checkpoint }) => checkpoint >= 2);
  assert.deepEqual([user?.email, user?.role], [owner.email, "owner"]);
  assert.equal((await seat.ask("getOrganization"))?.legal_name, PROFILE.legalName);
  await seat.close();
  assertNowhere(seat.folder, [PASSWORD]);
});

test("createOrganization names every invalid field, also that of a server's rule", async () => {
  const seat = await startDesktop({ server: api.base });
  const owner = { email: "nobody", name: "", password: "short" };
  const { code, errors } = await failureOf(seat, "createOrganization", {
    profile: { ...PROFILE, legalName: "" },
    owner,
  });
  assert.equal(code, "NOT_VALID");
  const fields = errors?.map(({ field }) => field).sort();
  assert.deepEqual(fields, ["legalName", "owner.email", "owner.name", "owner.password"]);
  const refused = await failureOf(seat, "createOrganization", {
    profile: { ...PROFILE, timeZone: "Mars/Olympus" },
    owner: newOwner(),
  });
  assert.deepEqual([refused.code, refused.field], ["UNKNOWN_TIME_ZONE", "timeZone"]);
});

test("a founding with lost responses is repeated with the same key: there is one organization", async () => {
  const { line, fetch } = newLine();
  const seat = await startDesktop({ server: api.base, fetch });
  const owner = newOwner();
  line.lose = Number.POSITIVE_INFINITY;
  assert.equal(await seat.refused("createOrganization", { profile: PROFILE, owner }), "UNKNOWN_OUTCOME");
  assert.ok(line.posts > 1);
  await seat.close();

  // After a restart the user types it again, with changes: the first organization stays.
  const again = await startDesktop({ server: api.base, folder: seat.folder });
  assert.equal(
    await again.refused("createOrganization", { profile: PROFILE, owner: { ...owner, password: "another password" } }),
    "EMAIL_TAKEN",
  );
  await again.ask("createOrganization", { profile: { ...PROFILE, legalName: "Typed differently" }, owner });
  await again.until(({ checkpoint }) => checkpoint >= 2);
  assert.equal((await again.ask("getOrganization"))?.legal_name, PROFILE.legalName);
  await again.close();
  assertNowhere(seat.folder, [PASSWORD]);
});

test("an invitation reaches the owner even after a lost response, and logs its user in", async () => {
  const { line, fetch } = newLine();
  const owner = await desktopAt(api, { fetch });
  const before = await headOf(api);
  line.lose = 1;
  const { email, id, invitation } = await invite(owner);
  assert.equal(await headOf(api), before + 1, "added once");
  assert.deepEqual(await owner.ask("listInputs"), []);

  const seat = await startDesktop({ server: api.base });
  assert.equal(
    await seat.refused("acceptInvitation", { invitation: "not a link", password: PASSWORD }),
    "INVITATION_NOT_VALID",
  );
  const short = await failureOf(seat, "acceptInvitation", { invitation, password: "short" });
  assert.deepEqual([short.code, short.field], ["NOT_VALID", "password"]);
  const weak = await failureOf(seat, "acceptInvitation", { invitation, password: "password12" });
  assert.deepEqual([weak.code, weak.field, weak.values], ["PASSWORD_TOO_WEAK", "password", { reason: "common" }]);
  await seat.ask("acceptInvitation", { invitation, password: PASSWORD });
  const { user } = await seat.until(({ initialized }) => initialized);
  assert.deepEqual([user?.id, user?.email, user?.role], [id, email, "clerk"]);
  await seat.ask("logout");
  assert.equal(await seat.refused("acceptInvitation", { invitation, password: PASSWORD }), "INVITATION_NOT_VALID");
  await seat.ask("login", { email, password: PASSWORD });
  await seat.close();
  await owner.close();
  for (const { folder } of [seat, owner]) assertNowhere(folder, [PASSWORD, invitation]);
});

test("newLink is for owners only; the link replaces a forgotten password", async () => {
  const owner = await desktopAt(api);
  const { email, id, invitation } = await invite(owner);
  const seat = await startDesktop({ server: api.base });
  await seat.ask("acceptInvitation", { invitation, password: PASSWORD });
  await seat.until(({ initialized }) => initialized);
  assert.equal(await seat.refused("newLink", { id }), "ROLE");
  const link = await owner.ask("newLink", { id });
  assert.ok(Date.parse(link.expiresAt) > 0);
  await seat.ask("logout");
  await seat.ask("acceptInvitation", { invitation: link.invitation, password: "another password" });
  await seat.ask("logout");
  assert.equal(await seat.refused("login", { email, password: PASSWORD }), "UNAUTHORIZED");
  assert.equal((await failureOf(owner, "newLink", { id: 999_999 })).code, "UNKNOWN_USER");
});

test("changePassword needs the current password, works for every role, and is never sent twice", async () => {
  const { line, fetch } = newLine();
  const owner = await desktopAt(api);
  const { email, invitation } = await invite(owner, "auditor");
  const seat = await startDesktop({ server: api.base, fetch });
  await seat.ask("acceptInvitation", { invitation, password: PASSWORD });
  await seat.until(({ initialized, phase }) => initialized && phase === "idle");
  const wrong = { current: "not the password", next: "another password" };
  assert.equal(await seat.refused("changePassword", wrong), "WRONG_PASSWORD");
  await seat.ask("changePassword", { current: PASSWORD, next: "another password" });
  await seat.ask("pullFromServer");

  line.lose = 1;
  const [posts, next] = [line.posts, "a third password"];
  assert.equal(await seat.refused("changePassword", { current: "another password", next }), "UNKNOWN_OUTCOME");
  assert.equal(line.posts, posts + 1);
  line.cut = true;
  await seat.refused("pullFromServer");
  assert.equal(await seat.refused("changePassword", { current: next, next: PASSWORD }), "OFFLINE");
  line.cut = false;
  await seat.ask("logout");
  await seat.ask("login", { email, password: next });
});

test("a device keeps its token after a logout, and sends it with the next login", async () => {
  const { fetch } = newLine();
  const sent: (string | null)[] = [];
  const seat = await startDesktop({
    server: api.base,
    fetch: ((url, init) => {
      if (String(url).endsWith("/api/auth/login")) sent.push(new Headers(init?.headers).get("invoify-device"));
      return fetch(url, init);
    }) as typeof globalThis.fetch,
  });
  await seat.ask("login", { email: OWNER.email, password: OWNER.password });
  await seat.ask("logout");
  await seat.ask("login", { email: OWNER.email, password: OWNER.password });
  assert.equal(sent[0], null);
  assert.match(String(sent[1]), /^[\w-]{64}$/);
  await seat.close();
});

test("too many login attempts are reported as such, not as an unreachable server", async () => {
  const another = await runApi();
  const seat = await startDesktop({ server: another.base });
  let last = "";
  for (let tries = 0; tries < 25 && last !== "TOO_MANY_ATTEMPTS"; tries++)
    last = await seat.refused("login", { email: OWNER.email, password: "wrong" });
  assert.equal(last, "TOO_MANY_ATTEMPTS");
});
