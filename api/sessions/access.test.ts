/** Access control: every route of the server is tried with every kind of wrong token. */
import assert from "node:assert/strict";
import { createHmac, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import fastify from "fastify";
import { ROLES, type Role } from "../../events/business/roles.ts";
import { COMMANDS } from "../../events/commands/commands.ts";
import { arbitraryInput } from "../../fixtures/data/arbitrary-input.ts";
import { type DeclaredRoute, guardRoutes } from "./access.ts";
import { type ApiResponse, call, join, newConfig, openOffice, signUp, startApi } from "./people.suite.ts";
import type { Sessions } from "./sessions.ts";

/** The routes that need no token. Add a route here only after deciding that anyone may call it. */
const PUBLIC = [
  "GET /api/docs",
  "GET /api/docs/openapi.json",
  "GET /api/health",
  "GET /api/ready",
  "GET /api/sign-up",
  "HEAD /api/docs",
  "HEAD /api/docs/openapi.json",
  "HEAD /api/health",
  "HEAD /api/ready",
  "HEAD /api/sign-up",
  "POST /api/auth/accept",
  "POST /api/auth/login",
  "POST /api/auth/logout",
  "POST /api/auth/refresh",
  "POST /api/organizations",
];

const SECRET_NAME = "Only this organization knows";

const METRICS_TOKEN = randomBytes(32).toString("base64");
const office = await openOffice(newConfig({ INVOIFY_METRICS_TOKEN: METRICS_TOKEN }));
const { api, base, config, owner } = office;
/** True for routes that need a role. No user's token gives access to the metrics. */
const isForUsers = (route: DeclaredRoute): route is DeclaredRoute & { access: readonly Role[] } =>
  route.access !== "public" && route.access !== "metrics";
const guarded = api.routes.filter(isForUsers);
const nameOf = ({ method, url }: DeclaredRoute) => `${method} ${url}`;

const people = {
  clerk: await join(office, "clerk"),
  viewer: await join(office, "viewer"),
  auditor: await join(office, "auditor"),
  deactivated: await join(office, "owner"),
  ended: await join(office, "owner"),
  loggedOut: await join(office, "owner"),
};
const asOwner = (method: string, path: string, body: unknown) => call(base, method, path, body, { token: owner.token });
const create = async (path: string, body: unknown) => {
  const { status, text, body: written } = await asOwner("POST", path, body);
  assert.equal(status, 200, text);
  return Number(written.stream);
};

// These streams make this organization longer than the stranger's, which therefore has none of the ids tried below.
await Promise.all(
  Array.from({ length: 100 }, (_, n) => asOwner("POST", "/api/clients", { name: `${n}`, address: { country: "GB" } })),
);
const client = await create("/api/clients", { name: SECRET_NAME, address: { country: "GB" } });
const ids: Record<string, number> = {
  users: (await join(office, "clerk")).id,
  clients: client,
  items: await create("/api/items", { code: "X", description: SECRET_NAME, unit: "C62", price6: 0, vatCategory: "O" }),
  invoices: await create("/api/invoices", { clientId: client, note: SECRET_NAME }),
  payments: await create("/api/payments", {
    clientId: client,
    receivedOn: "2026-01-01",
    currency: "GBP",
    amountMinor: 100,
    method: "cash",
  }),
};
for (const [person, what] of [
  [people.deactivated, "deactivate"],
  [people.ended, "end-sessions"],
] as const)
  assert.equal((await asOwner("POST", `/api/users/${person.id}/${what}`, {})).status, 200);
await call(base, "POST", "/api/auth/logout", { refreshToken: people.loggedOut.refreshToken });
const stranger = await signUp(base);

const log = (await api.organizations.get(owner.log))?.log;
const head = async () => (await log?.head()) ?? 0;

/** A body that the route's schema accepts, so that a refusal is about the caller. */
function bodyOf({ method, url }: DeclaredRoute): unknown {
  if (method === "GET" || method === "HEAD") return undefined;
  const command = Object.values(COMMANDS).find((one) => one.method === method && one.path === url);
  if (command) return fc.sample(arbitraryInput(command.input as never), { seed: 7, numRuns: 1 })[0];
  if (url === "/api/auth/password") return { current: "not the password", new: "another password" };
  return {};
}

/** Calls a route with the ids of this organization. */
function request(route: DeclaredRoute, token?: string): Promise<ApiResponse> {
  const [, , kind = ""] = route.url.split("/");
  const path = route.url.replace(/:\w+/g, String(ids[kind] ?? client));
  const query = bodyOf(route) === undefined ? `?log=${owner.log}` : "";
  return call(base, route.method, path + query, bodyOf(route), token === undefined ? {} : { token });
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const [header = "", payload = "", signature = ""] = owner.token.split(".");
const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
const hmac = (alg: string, text: string, key: string) => createHmac(alg, key).update(text).digest("base64url");
const sign = (head: object, body: object, alg = "sha256", key = config.jwtSecret) => {
  const text = `${part(head)}.${part(body)}`;
  return `${text}.${hmac(alg, text, key)}`;
};
const HS256 = { alg: "HS256", typ: "JWT" };
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsa = () => {
  const text = `${part({ ...HS256, alg: "RS256" })}.${payload}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
};
const past = Math.floor(Date.now() / 1000) - 1;

/** Tokens that are not valid. */
const NOT_TOKENS: Record<string, string | undefined> = {
  "no token": undefined,
  "an empty one": "",
  "not a token": "abc",
  "an expired one": sign(HS256, { ...claims, exp: past }),
  "one that never expires": sign(HS256, { ...claims, exp: undefined }),
  "one that is valid from tomorrow": sign(HS256, { ...claims, nbf: past + 86_400 }),
  "a forged signature": `${header}.${payload}.${hmac("sha256", `${header}.${payload}`, "another secret")}`,
  "no signature": `${header}.${payload}.`,
  "half a signature": `${header}.${payload}.${signature.slice(0, 20)}`,
  "other claims under the signature": `${header}.${part({ ...claims, sub: people.clerk.log })}.${signature}`,
  "alg none": `${part({ ...HS256, alg: "none" })}.${payload}.`,
  "alg None, signed": sign({ ...HS256, alg: "None" }, claims),
  "no alg": sign({ typ: "JWT" }, claims),
  "HS512 with the right secret": sign({ ...HS256, alg: "HS512" }, claims, "sha512"),
  "RS256 with its own key": rsa(),
  "HS256 with a public key as the secret": sign(
    HS256,
    claims,
    "sha256",
    publicKey.export({ type: "spki", format: "pem" }).toString(),
  ),
  "the empty secret": sign(HS256, claims, "sha256", ""),
  "a refresh token": owner.refreshToken,
  "a token of another kind": sign(HS256, { ...claims, kind: "refresh" }),
  "a token without its user": sign(HS256, { ...claims, sub: undefined }),
};

/** Tokens that this server has signed, but whose session has ended or never existed. */
const ENDED: Record<string, string> = {
  "a deactivated user": people.deactivated.token,
  "a user whose sessions were ended": people.ended.token,
  "a user who logged out": people.loggedOut.token,
  "a user who is not in the log": sign(HS256, { ...claims, sub: "0192f0c1-0000-7000-8000-000000000001" }),
  "a user id that is malformed": sign(HS256, { ...claims, sub: "' OR 1=1 --" }),
  "a log that does not exist": sign(HS256, { ...claims, log: "0192f0c1-0000-7000-8000-000000000001" }),
  "a log outside the folder": sign(HS256, { ...claims, log: "../accounts" }),
  "this user in another organization's log": sign(HS256, { ...claims, log: stranger.log }),
  "another user's session": sign(HS256, { ...claims, family: "AAAAAAAAAAAAAAAAAAAAAA" }),
  "a count of ended sessions that is too high": sign(HS256, { ...claims, sessions: 1 }),
};

test("the list has every route of the server, and only the known ones are public", () => {
  const printed = api.app.printRoutes({ commonPrefix: false }).match(/\(([A-Z, ]+)\)/g) ?? [];
  const methods = printed.flatMap((text) => text.slice(1, -1).split(", "));
  assert.equal(methods.length, api.routes.length);
  assert.ok(guarded.length > 30, `${guarded.length}`);
  const open = api.routes.filter(({ access }) => access === "public").map(nameOf);
  assert.deepEqual(open.toSorted(), PUBLIC);
  for (const route of guarded) {
    const { access } = route;
    assert.ok(access.length > 0 && [...access].every((role) => ROLES.includes(role as never)), nameOf(route));
  }
});

test("GET /metrics accepts only the token for metrics, and no user's", async () => {
  const routes = api.routes.filter(({ access }) => access === "metrics");
  assert.deepEqual(routes.map(nameOf).toSorted(), ["GET /metrics", "HEAD /metrics"]);
  const others = {
    ...NOT_TOKENS,
    ...ENDED,
    "an owner": owner.token,
    "a part of the token": METRICS_TOKEN.slice(0, -1),
  };
  for (const [what, token] of Object.entries(others)) {
    const response = await call(base, "GET", "/metrics", undefined, token === undefined ? {} : { token });
    assert.deepEqual([response.status, response.body.code], [401, "TOKEN_NOT_VALID"], what);
  }
  assert.equal((await call(base, "GET", "/metrics", undefined, { token: METRICS_TOKEN })).status, 200);
  assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token: METRICS_TOKEN })).status, 401);
  const without = await startApi(newConfig());
  assert.equal((await call(without.base, "GET", "/metrics")).status, 404);
});

test("guardRoutes() refuses a route that declares no access", () => {
  const app = fastify();
  guardRoutes(app, {} as Sessions);
  assert.throws(() => app.get("/api/new", async () => ({})), /GET \/api\/new declares no access/);
});

for (const [what, token] of Object.entries(NOT_TOKENS))
  test(`every route refuses ${what}`, async () => {
    const before = await head();
    for (const route of guarded) {
      const response = await request(route, token);
      assert.equal(response.status, 401, `${nameOf(route)}: ${response.text}`);
      if (route.method !== "HEAD") assert.equal(response.body.code, "TOKEN_NOT_VALID", nameOf(route));
    }
    assert.equal(await head(), before);
  });

for (const [what, token] of Object.entries(ENDED))
  test(`every route refuses the token of ${what}`, async () => {
    const before = await head();
    for (const route of guarded) {
      const response = await request(route, token);
      assert.equal(response.status, 401, `${nameOf(route)}: ${response.text}`);
      if (route.method !== "HEAD") assert.equal(response.body.code, "SESSION_ENDED", nameOf(route));
    }
    assert.equal(await head(), before);
  });

test("every route refuses the roles that it does not allow", async () => {
  const before = await head();
  let refused = 0;
  for (const role of ROLES)
    for (const route of guarded) {
      if (route.access.includes(role)) continue;
      assert.notEqual(role, "owner", nameOf(route));
      const response = await request(route, people[role as "clerk"].token);
      assert.equal(response.status, 403, `${role}: ${nameOf(route)}: ${response.text}`);
      if (route.method !== "HEAD") assert.equal(response.body.code, "ROLE_TOO_WEAK", nameOf(route));
      refused++;
    }
  assert.ok(refused > 50, `${refused}`);
  assert.equal(await head(), before);
});

test("a token of another organization reaches no data of this one", async () => {
  const before = await head();
  for (const route of guarded) {
    const response = await request(route, stranger.token);
    const what = `${nameOf(route)}: ${response.status} ${response.text}`;
    assert.ok(response.status < 500, what);
    assert.ok(!response.text.includes(SECRET_NAME) && !response.text.includes(owner.email), what);
    if (route.url.includes(":")) assert.ok([400, 403, 404, 409, 422].includes(response.status), what);
    if (route.url === "/api/events") assert.equal(response.status, 403, what);
  }
  assert.equal(await head(), before);
});

test("a token in the address, in a cookie, or in another header is ignored", async () => {
  for (const path of [`/api/auth/me?token=${owner.token}`, `/api/auth/me?access_token=${owner.token}`])
    assert.equal((await call(base, "GET", path)).status, 401);
  for (const headers of [
    { cookie: `token=${owner.token}` },
    { authorization: owner.token },
    { authorization: `Basic ${owner.token}` },
    { "x-access-token": owner.token },
  ])
    assert.equal((await call(base, "GET", "/api/auth/me", undefined, { headers })).status, 401);
});

test("no spelling of a path and no other method avoids access control", async () => {
  for (const path of [
    "/API/auth/me",
    "//api/auth/me",
    "/api//auth/me",
    "/api/auth/me/",
    "/api/auth/%6de",
    "/api/auth/me;a",
  ])
    for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS"]) {
      const { status, text } = await call(base, method, path);
      assert.ok([401, 404].includes(status), `${method} ${path}: ${status} ${text}`);
    }
});

test("every route accepts the owner's token, so the refusals above were about the caller", async () => {
  for (const route of guarded.toSorted((a, b) => Number(b.method === "GET") - Number(a.method === "GET"))) {
    const response = await request(route, owner.token);
    assert.ok(![401, 403].includes(response.status) && response.status < 500, `${nameOf(route)}: ${response.text}`);
    assert.notEqual(response.body.code, "NO_SUCH_ROUTE");
  }
});
