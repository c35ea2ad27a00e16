import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join as joinPath } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { COMPILED } from "../fixtures/tests/compiled.ts";
import { call, join, logIn, newConfig, openOffice, PASSWORD } from "./sessions/people.suite.ts";

const config = newConfig();
const { api, base, owner } = await openOffice(config);

/** Runs the command on the server's store. */
async function accountLink(...args: string[]) {
  const program = joinPath(import.meta.dirname, "./invoify-api.ts");
  const { PATH = "", HOME = "" } = process.env;
  const env = {
    PATH,
    HOME,
    NODE_COMPILE_CACHE: COMPILED,
    INVOIFY_DATA: config.dataFolder,
    INVOIFY_JWT_SECRET: config.jwtSecret,
  };
  const child = spawn(process.execPath, [program, "account", "link", ...args], { env });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { status, stdout, stderr };
}

test("account link lets an owner who forgot their password choose a new one", async () => {
  const { status, stdout, stderr } = await accountLink(owner.email.toUpperCase());
  assert.equal(status, 0, stderr);
  assert.match(stderr, /good once, until 2/);
  const invitation = stdout.trim();
  const accepted = await call(base, "POST", "/api/auth/accept", { invitation, password: "a new password" });
  assert.equal(accepted.status, 200, accepted.text);
  await logIn(base, owner.email, "a new password");
});

test("account link with the log's id restores an address that the store has lost", async () => {
  const clerk = await join({ base, owner: await logIn(base, owner.email, "a new password") }, "clerk");
  const held = await api.storage.accounts.findClaim(clerk.email);
  assert.ok(held);
  await api.storage.accounts.putClaim({ ...held, logId: "0192f0c1-0000-7000-8000-000000000001" }, held);
  assert.equal((await accountLink(clerk.email)).status, 2);
  const { stdout } = await accountLink(clerk.email, "--log", owner.log);
  // Only after an hour: until then another organization may be claiming it.
  assert.equal(stdout, "");
  const now = await api.storage.accounts.findClaim(clerk.email);
  assert.ok(now);
  await api.storage.accounts.putClaim({ ...now, claimedAtMs: 1 }, now);
  const invitation = (await accountLink(clerk.email, "--log", owner.log)).stdout.trim();
  assert.equal((await call(base, "POST", "/api/auth/accept", { invitation, password: PASSWORD })).status, 200);
  await logIn(base, clerk.email);
});

test("account link reports errors on one line, with exit code 2", async () => {
  const cases = [
    [["nobody@example.com"], /^invoify-api: nobody@example.com: no user has this address\n$/],
    [["nobody@example.com", "--log", owner.log], /no user has this address in log/],
    [["nobody@example.com", "--log", "../accounts"], /no user has this address in log/],
    [[], /account link needs EMAIL/],
    [["a@b", "--lgo"], /--lgo/],
  ] as const;
  await Promise.all(
    cases.map(async ([args, said]) => {
      const { status, stdout, stderr } = await accountLink(...args);
      assert.deepEqual([status, stdout], [2, ""], stderr);
      assert.match(stderr, said);
    }),
  );
});
