/** The command `invoify-api`, as a shell runs it. */
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { newUuid, uuidText } from "../events/uuid.ts";
import { PROFILE } from "../fixtures/data/events.ts";
import { temporaryFolder } from "../fixtures/data/temporary-folder.ts";
import { COMPILED } from "../fixtures/tests/compiled.ts";
import { readConfig } from "./config/config.ts";
import { foundOrganization, OPERATOR } from "./routes/organization-routes.ts";
import { openApi } from "./server.ts";

const PASSWORD = "an owner's long password";
const SECRET = randomBytes(32).toString("base64");
const CREATE = ["organization", "create", "--name", "Example Ltd", "--owner-name", "Olive Owner"];

type Env = Record<string, string>;

/** The server's environment, without that of this process. */
function envOf(dataFolder: string, more: Env = {}): Env {
  return { INVOIFY_DATA: dataFolder, INVOIFY_JWT_SECRET: SECRET, INVOIFY_PORT: "0", ...more };
}

function start(args: readonly string[], env: Env): ChildProcessByStdio<null, Readable, Readable> {
  const program = join(import.meta.dirname, "invoify-api.ts");
  const { PATH = "", HOME = "" } = process.env;
  return spawn(process.execPath, [program, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function run(args: readonly string[], env: Env): Promise<{ code: number; out: string; err: string }> {
  const child = start(args, env);
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  const [code] = await once(child, "close");
  return { code, out, err };
}

const create = (dataFolder: string, email: string, env: Env = {}) =>
  run([...CREATE, "--owner-email", email], envOf(dataFolder, { INVOIFY_OWNER_PASSWORD: PASSWORD, ...env }));

/** Starts a server. @returns its address once it listens */
async function serve(t: TestContext, dataFolder: string, env: Env = {}) {
  const child = start(["serve"], envOf(dataFolder, env));
  t.after(() => child.kill("SIGKILL"));
  child.stderr.resume();
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (address) return { child, base: address };
  }
  throw new Error("the server ended before it listened");
}

test("--help lists the commands, and each one explains itself", async () => {
  const help = await run(["--help"], {});
  assert.deepEqual([help.code, help.err], [0, ""]);
  const commands = ["serve", "organization create", "account link", "backup", "restore"];
  for (const name of commands) assert.match(help.out, new RegExp(`^  ${name} +\\w`, "m"));
  await Promise.all(
    commands.map(async (name) => {
      const { code, out } = await run([...name.split(" "), "--help"], {});
      assert.equal(code, 0);
      assert.ok(out.startsWith(`invoify-api ${name}`), out);
      assert.match(out, /^ {2}--help +show this help$/m);
    }),
  );
});

test("an unknown command is named on one line, with exit code 2", async () => {
  const wrong: [args: string[], message: RegExp][] = [
    [[], /no command; see invoify-api --help/],
    [["sing"], /there is no command sing; see invoify-api --help/],
    [["organization", "dissolve"], /there is no command organization dissolve/],
    [["organization"], /there is no command organization;/],
    [["serve", "--loud"], /there is no option --loud; see invoify-api serve --help/],
    [["serve", "everything"], /serve: unexpected argument "everything"/],
  ];
  await Promise.all(
    wrong.map(async ([args, message]) => {
      const { code, out, err } = await run(args, {});
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, message);
      assert.match(err, /^invoify-api: [^\n]+\n$/);
    }),
  );
});

test("a missing or invalid setting is named on one line, with exit code 2", async () => {
  const folder = temporaryFolder();
  const owner = [...CREATE, "--owner-email"];
  const cases: [args: readonly string[], env: Env, named: readonly string[]][] = [
    [["serve"], { INVOIFY_PORT: "high", INVOIFY_JWT_SECRET: "" }, ["INVOIFY_PORT", "INVOIFY_JWT_SECRET"]],
    [["serve"], { MONGODB_URL: "postgres://user:hunter2@db/x" }, ["MONGODB_URL"]],
    [["organization", "create"], {}, ["--name", "--owner-email", "--owner-name"]],
    [[...owner, "owner@example.com"], {}, ["INVOIFY_OWNER_PASSWORD"]],
    [
      [...owner, "nobody", "--currency", "pounds"],
      { INVOIFY_OWNER_PASSWORD: "tiny7" },
      ["--owner-email", "--currency"],
    ],
    [[...owner, "a@b", "--colour", "red"], {}, ["--colour"]],
  ];
  await Promise.all(
    cases.map(async ([args, env, named]) => {
      const { code, out, err } = await run(args, envOf(folder, env));
      assert.deepEqual([code, out], [2, ""], err);
      for (const name of named) assert.match(err, new RegExp(`^invoify-api: .*${name}`));
      assert.equal(err.split("\n").length, 2, err);
      assert.doesNotMatch(err, /hunter2|tiny7|\n\s+at /, "no secret, and no stack");
    }),
  );
});

test("organization create founds an organization whose owner can log in, also if founding is closed", async (t) => {
  const folder = temporaryFolder();
  const created = await create(folder, "Owner@Example.com");
  assert.equal(created.code, 0, created.err);
  const [, log] = /log ([0-9a-f-]{36})/.exec(created.out) ?? [];
  assert.ok(log, created.out);
  assert.doesNotMatch(created.out + created.err, new RegExp(PASSWORD));

  const again = await create(folder, "owner@example.com");
  assert.equal(again.code, 2);
  assert.match(again.err, /owner@example\.com already has an account/);

  const { base, child } = await serve(t, folder);
  const json = { "content-type": "application/json" };
  const body = JSON.stringify({ email: "owner@example.com", password: PASSWORD });
  const login = await fetch(`${base}/api/auth/login`, { method: "POST", headers: json, body });
  assert.equal(login.status, 200);
  assert.equal(((await login.json()) as { log: string }).log, log);
  const founding = await fetch(`${base}/api/organizations`, { method: "POST", headers: json, body: "{}" });
  assert.equal(founding.status, 404);

  // Another organization can be founded while the server runs. The server knows it at once.
  assert.equal((await create(folder, "second@example.com")).code, 0);
  const second = JSON.stringify({ email: "second@example.com", password: PASSWORD });
  assert.equal((await fetch(`${base}/api/auth/login`, { method: "POST", headers: json, body: second })).status, 200);

  child.kill("SIGTERM");
  const [code] = await once(child, "close");
  assert.equal(code, 0);
});

test("organization create completes an incomplete founding if the password matches", async () => {
  const folder = temporaryFolder();
  const key = newUuid();
  const api = await openApi(readConfig(envOf(folder)));
  const parts = {
    accounts: api.storage.accounts,
    claims: api.claims,
    organizations: Object.assign(Object.create(api.organizations), {
      create: () => Promise.reject(new Error("killed")),
    }),
  };
  const owner = { email: "owner@example.com", name: "Olive Owner", password: PASSWORD };
  await assert.rejects(foundOrganization(parts, { profile: PROFILE, owner }, { key, founder: OPERATOR }), /killed/);
  await api.close();

  const other = await create(folder, owner.email, { INVOIFY_OWNER_PASSWORD: "another long password" });
  assert.equal(other.code, 2);
  const { code, out, err } = await create(folder, owner.email);
  assert.equal(code, 0, err);
  assert.match(out, new RegExp(`log ${uuidText(key)}`));
});

test("organization create that a rule refuses names it, and does not block a second attempt", async () => {
  const folder = temporaryFolder();
  const refused = await run(
    [...CREATE, "--owner-email", "owner@example.com", "--time-zone", "Mars/Olympus"],
    envOf(folder, { INVOIFY_OWNER_PASSWORD: PASSWORD }),
  );
  assert.equal(refused.code, 2);
  assert.match(refused.err, /Mars\/Olympus is not a time zone/);
  assert.equal((await create(folder, "owner@example.com")).code, 0);
});

test("a port in use ends the server with exit code 2", async (t) => {
  const { base } = await serve(t, temporaryFolder());
  const { code, err } = await run(["serve"], envOf(temporaryFolder(), { INVOIFY_PORT: new URL(base).port }));
  assert.equal(code, 2);
  assert.match(err, /^invoify-api: 127\.0\.0\.1:\d+: another program already uses this address\n$/);
});

test("an unreachable MongoDB is named without its password, with exit code 2", async () => {
  const url = "mongodb://user:hunter2@127.0.0.1:9/invoify?serverSelectionTimeoutMS=300";
  const { code, out, err } = await create(temporaryFolder(), "owner@example.com", { MONGODB_URL: url });
  assert.deepEqual([code, out], [2, ""], err);
  assert.match(err, /127\.0\.0\.1:9/);
  assert.doesNotMatch(err, /hunter2/);
});
