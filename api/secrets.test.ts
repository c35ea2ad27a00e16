/** No secret appears in the server's log, in responses, metrics, events or caches. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { test } from "node:test";
import { logOptions } from "./http/server-log.ts";
import { type ApiResponse, call, join, logIn, newConfig, openOffice, PASSWORD } from "./sessions/people.suite.ts";

const lines: string[] = [];
const logger = { ...(logOptions({ write: (line) => lines.push(line) }) as object), level: "trace" };
const config = newConfig();
const office = await openOffice(config, { logger: logger as never });
const { api, base, owner } = office;
const answers: ApiResponse[] = [];

/** Secrets that must not appear, with their descriptions. */
const secrets = new Map<string, string>([
  [config.jwtSecret, "the server's secret"],
  [PASSWORD, "a password"],
]);
function plant(what: string): string {
  const secret = `hunter2-${secrets.size}-${Math.random().toString(36).slice(2)}`;
  secrets.set(secret, what);
  return secret;
}
const ask = async (...given: Parameters<typeof call>) => {
  const answer = await call(...given);
  answers.push(answer);
  return answer;
};
const post = (path: string, body: unknown, options: Parameters<typeof call>[4] = {}) =>
  ask(base, "POST", path, body, options);

test("the log and the responses contain no secret, whatever fails", async () => {
  const clerk = await join(office, "clerk");
  for (const person of [owner, clerk]) {
    secrets.set(person.token, "an access token").set(person.refreshToken, "a refresh token");
    secrets.set(person.token.split(".")[2] ?? "", "a token's signature");
  }
  const { token } = clerk;
  // Passwords: wrong, too short, unknown, and in other fields.
  const wrong = plant("a wrong password");
  await post("/api/auth/login", { email: clerk.email, password: wrong });
  await post("/api/auth/login", { email: plant("a password in the wrong field"), password: wrong });
  await post("/api/auth/login", { email: clerk.email, password: plant("a password with more"), more: 1 });
  await post("/api/auth/login", { email: 5, password: plant("a password beside a number") });
  await post("/api/auth/login", { email: clerk.email, password: [plant("a password in a list")] });
  await post("/api/auth/login", plant("a password alone"));
  await post(
    "/api/auth/password",
    { current: plant("a wrong current password"), new: plant("a new password") },
    { token },
  );
  await post("/api/auth/password", { current: PASSWORD, new: "hunter2-x" }, { token });
  secrets.set("hunter2-x", "a password that is too short");
  await post("/api/organizations", { profile: {}, owner: { email: "a@b", name: "A", password: plant("a founder's") } });
  // Tokens: anywhere a client may send them.
  await post("/api/auth/refresh", { refreshToken: plant("no refresh token") });
  await post("/api/auth/refresh", { refreshToken: owner.refreshToken, more: 1 });
  await post("/api/auth/accept", { invitation: plant("no invitation"), password: plant("a chosen password") });
  await post("/api/auth/logout", { refreshToken: plant("no session") });
  await ask(base, "GET", `/api/auth/me?token=${plant("a token in the address")}`);
  await ask(base, "GET", "/api/auth/me", undefined, { token: plant("no token") });
  await ask(base, "GET", "/api/events?limit=0", undefined, { token });
  await post("/api/users", {}, { token, headers: { "idempotency-key": plant("a token for a key") } });
  await post("/api/users", {}, { token, headers: { "if-match": plant("a token for a version") } });
  await post("/api/users", {}, { token, headers: { cookie: plant("a cookie") } });
  // Bodies that are not JSON.
  for (const type of ["application/json", "text/plain", "application/xml"])
    for (const body of ['{"password":"@', '{"password":@}', "@", '{"a":1}@'])
      answers.push(await raw("/api/auth/login", body.replace("@", plant(`a password in ${type}`)), type));
  // A refresh token that is used too often.
  const { refreshToken } = await logIn(base, clerk.email);
  const again = async (token: unknown) => (await call(base, "POST", "/api/auth/refresh", { refreshToken: token })).body;
  const next = await again(refreshToken);
  for (const shown of [refreshToken, next.refreshToken]) secrets.set(String(shown), "a rotated token");
  await again(next.refreshToken);
  assert.equal((await post("/api/auth/refresh", { refreshToken })).body.code, "REFRESH_MISUSED");

  assertHidden();
});

test("an internal error is logged with its kind and origin, but without its data", async () => {
  const { accounts } = api.storage;
  const find = accounts.findClaim;
  // Like an error of a driver, which contains the document that could not be written.
  accounts.findClaim = async () => {
    const document = { passwordHash: plant("a password's hash") };
    const cause = Object.assign(new Error("the reason"), { writeErrors: [{ op: document }] });
    throw Object.assign(new Error("could not be written", { cause }), { errorResponse: { document }, document });
  };
  const answer = await post("/api/auth/login", { email: owner.email, password: PASSWORD });
  accounts.findClaim = find;
  assert.deepEqual([answer.status, answer.body.code], [500, "INTERNAL"]);
  assert.ok(!answer.text.includes("could not be written"));
  const logged = lines.filter((line) => line.includes("could not be written"));
  assert.ok(logged.some((line) => line.includes("the reason") && line.includes("secrets.test.ts")));
  assertHidden();
});

test("public responses contain no secret: health, metrics, documentation", async () => {
  for (const { method, url, access } of api.routes)
    if (method === "GET" && access === "public") await ask(base, method, url);
  assertHidden();
});

test("the log records calls and logins with their users", async () => {
  assert.ok(lines.some((line) => line.includes('"url":"/api/auth/me"')));
  assert.ok(lines.some((line) => line.includes(owner.email)));
  // The test above would find secrets here.
  assert.ok(!lines.join("").includes("hunter2"));
});

test("events and caches contain no secret, and the store has passwords and tokens only as hashes", async () => {
  await api.app.close();
  const hashes = [...readText("accounts").matchAll(/argon2id\$[\w$-]+/g)].map(([hash]) => hash);
  assert.ok(hashes.length >= 2);
  for (const hash of hashes) secrets.set(hash, "a password's hash");
  for (const folder of ["logs", "caches"]) {
    const text = readText(folder);
    assert.ok(text.includes(owner.email), folder);
    for (const [secret, what] of secrets) assert.ok(!text.includes(secret), `${what} is in ${folder}`);
  }
  const accounts = readText("accounts");
  for (const [secret, what] of secrets)
    if (!hashes.includes(secret)) assert.ok(!accounts.includes(secret), `${what} is in the store of accounts`);
});

/** The contents of all files whose path below the data folder has this prefix. */
function readText(prefix: string): string {
  const files = readdirSync(config.dataFolder, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  const paths = files.map(({ parentPath, name }) => joinPath(parentPath, name));
  const wanted = paths.filter((path) => path.slice(config.dataFolder.length + 1).startsWith(prefix));
  return wanted.map((path) => readFileSync(path, "latin1")).join("\n");
}

async function raw(path: string, body: string, type: string): Promise<ApiResponse> {
  const response = await fetch(base + path, { method: "POST", headers: { "content-type": type }, body });
  return { status: response.status, headers: response.headers, body: {}, text: await response.text() };
}

function assertHidden(): void {
  const log = lines.join("");
  assert.ok(lines.length > 50);
  for (const [secret, what] of secrets) {
    assert.ok(!log.includes(secret), `${what} is in the log`);
    for (const { text, headers } of answers) {
      assert.ok(!text.includes(secret), `${what} is in an answer: ${text}`);
      assert.ok(!JSON.stringify([...headers]).includes(secret), `${what} is in an answer's headers`);
    }
  }
}
