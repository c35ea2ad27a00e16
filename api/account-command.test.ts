import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { COMPILED } from "../fixtures/tests/compiled.ts";
import { compileProgram } from "../fixtures/tests/compiled-program.suite.ts";
import { call, join, logIn, newConfig, openOffice, PASSWORD, signUp } from "./sessions/people.suite.ts";

const PROGRAM = await compileProgram("api/invoify-api.ts");
const config = newConfig();
const { api, base, owner } = await openOffice(config);

const accountLink = (...args: string[]) => account("link", ...args);
const accountRelease = (...args: string[]) => account("release", ...args);

/** Runs a command on the server's store. */
async function account(...args: string[]) {
  const { PATH = "", HOME = "" } = process.env;
  const env = {
    PATH,
    HOME,
    NODE_COMPILE_CACHE: COMPILED,
    INVOIFY_DATA: config.dataFolder,
    INVOIFY_JWT_SECRET: config.jwtSecret,
  };
  const child = spawn(process.execPath, [PROGRAM, "account", ...args], { env });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { status, stdout, stderr };
}

test("account link names the fields of the call that sets the password", async () => {
  const { stdout } = await accountLink("--help");
  assert.match(
    stdout,
    /POST \/api\/auth\/accept: the JSON has the token as "invitation"\s+and the new password as "password"/,
  );
});

test("account link lets an owner who forgot their password choose a new one", async () => {
  const { status, stdout, stderr } = await accountLink(owner.email.toUpperCase());
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^invoify-api: for Olive Owner, owner at .+ \(log [0-9a-f-]{36}\); good once, until 2/);
  const invitation = stdout.trim();
  const accepted = await call(base, "POST", "/api/auth/accept", { invitation, password: "a new password" });
  assert.equal(accepted.status, 200, accepted.text);
  await logIn(base, owner.email, "a new password");
});

test("account link with the log's id restores an address that the store has lost", async () => {
  const clerk = await join({ base, owner: await logIn(base, owner.email, "a new password") }, "clerk");
  const claim = await api.storage.accounts.findClaim(clerk.email);
  assert.ok(claim);
  await api.storage.accounts.putClaim({ ...claim, logId: "0192f0c1-0000-7000-8000-000000000001" }, claim);
  assert.equal((await accountLink(clerk.email)).status, 2);
  // Only after an hour: until then another organization may be claiming it.
  const early = await accountLink(clerk.email, "--log", owner.log);
  assert.deepEqual([early.status, early.stdout], [2, ""]);
  assert.match(early.stderr, /belongs to an organization that is being founded/);
  const now = await api.storage.accounts.findClaim(clerk.email);
  assert.ok(now);
  await api.storage.accounts.putClaim({ ...now, claimedAtMs: 1 }, now);
  const invitation = (await accountLink(clerk.email, "--log", owner.log)).stdout.trim();
  assert.equal((await call(base, "POST", "/api/auth/accept", { invitation, password: PASSWORD })).status, 200);
  await logIn(base, clerk.email);
});

test("account link says which organization has the address, and account release takes it from there", async () => {
  const email = "wanted@example.com";
  const squatter = { base, owner: await signUp(base) };
  await join(squatter, "clerk", email);
  const victim = await signUp(base);
  const added = await call(base, "POST", "/api/users", { email, name: "W", role: "clerk" }, { token: victim.token });
  assert.equal(added.status, 200);
  const inUse = await accountLink(email, "--log", victim.log);
  assert.equal(inUse.status, 2);
  assert.match(inUse.stderr, new RegExp(`belongs to .+ \\(log ${squatter.owner.log}\\); .+ --to ${victim.log}`));
  const { stdout, status } = await accountRelease(email, "--to", victim.log, "--json");
  assert.equal(status, 0);
  const released = JSON.parse(stdout);
  assert.deepEqual([released.email, released.from.log, released.to.log], [email, squatter.owner.log, victim.log]);
  assert.equal((await call(base, "POST", "/api/auth/login", { email, password: PASSWORD })).status, 401);
  const link = JSON.parse((await accountLink(email, "--json")).stdout);
  assert.deepEqual(
    [link.log, link.organization, Object.keys(link).toSorted()],
    [victim.log, released.to.organization, ["expiresAt", "invitation", "log", "organization"]],
  );
  const { invitation } = link;
  assert.equal((await call(base, "POST", "/api/auth/accept", { invitation, password: PASSWORD })).status, 200);
  assert.equal((await logIn(base, email)).log, victim.log);
  // The squatter's owner cannot take it back with a new link.
  const user = (await call(base, "GET", "/api/users", undefined, { token: squatter.owner.token })).text;
  const id = JSON.parse(user).rows?.find((row: { email: string }) => row.email === email)?.id ?? 3;
  const again = await call(base, "POST", `/api/users/${id}/invitation`, {}, { token: squatter.owner.token });
  const taken = await call(base, "POST", "/api/auth/accept", {
    invitation: again.body.invitation,
    password: PASSWORD,
  });
  assert.deepEqual([again.status, taken.status, taken.body.code], [200, 409, "EMAIL_TAKEN"]);
});

test("account release without --to frees the address for the next user who claims it", async () => {
  const email = "freed@example.com";
  await join({ base, owner: await signUp(base) }, "clerk", email);
  const { stdout, status } = await accountRelease(email.toUpperCase());
  assert.equal(status, 0);
  assert.match(stdout, /^freed@example.com: taken from .+ \(log [0-9a-f-]{36}\)\n$/);
  assert.equal((await signUp(base, email)).email, email);
});

test("account commands report errors on one line, with exit code 2", async () => {
  const cases = [
    [["link", "nobody@example.com"], /^invoify-api: nobody@example.com: no user has this address; .+ --log\n$/],
    [["link", "nobody@example.com", "--log", owner.log], /no user has this address in log/],
    [["link", "nobody@example.com", "--log", "../accounts"], /no user has this address in log/],
    [["link"], /account link needs EMAIL/],
    [["link", "a@b", "--lgo"], /--lgo/],
    [["release", "nobody@example.com"], /^invoify-api: nobody@example.com: no organization has this address\n$/],
    [["release", owner.email, "--to", "../accounts"], /no user has this address in log/],
    [["release", owner.email, "--to", owner.log], /already has this address/],
    [["release"], /account release needs EMAIL/],
  ] as const;
  await Promise.all(
    cases.map(async ([args, said]) => {
      const { status, stdout, stderr } = await account(...args);
      assert.deepEqual([status, stdout], [2, ""], stderr);
      assert.match(stderr, said);
    }),
  );
});
