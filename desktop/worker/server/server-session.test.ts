/** Tokens: renewed in time, stored before they are used, and not lost when a response is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LogError } from "../../../events/errors.ts";
import { problemResponse } from "../../../fixtures/data/problem-response.ts";
import type { StoredTokens } from "../../contract/channel.ts";
import { ServerSession } from "./server-session.ts";

const SERVER = "https://invoices.example";
const USER = { id: 2, email: "olive@example.com", name: "Olive", role: "owner" };

/** A server that issues tokens by the API's rules: a refresh token is valid until its successor has been used. */
function newServer({ lifeS = 900 } = {}) {
  const requests: string[] = [];
  /** How many of the next responses of each path are lost. */
  const lose = new Map<string, number>();
  let generation = 0;
  let used = 0;
  let down = false;
  const tokensOf = (n: number) => {
    const claims = Buffer.from(JSON.stringify({ iat: 1_000, exp: 1_000 + lifeS, n })).toString("base64url");
    return { token: `h.${claims}.s`, refreshToken: `refresh-${n}` };
  };
  const respond = (path: string, body: Record<string, unknown>): [number, unknown] => {
    if (path === "/api/auth/login")
      return body.password === "right" ? [200, tokensOf(generation)] : [401, "LOGIN_FAILED"];
    if (path === "/api/auth/logout") return [200, { ok: true }];
    if (path === "/api/auth/me") return [200, { log: "a-log", user: USER }];
    const presented = Number(String(body.refreshToken).split("-")[1]);
    if (presented < used || presented > generation) return [401, "REFRESH_NOT_VALID"];
    used = presented;
    generation = presented + 1;
    return [200, tokensOf(generation)];
  };
  const send = (async (url: URL, init: RequestInit = {}) => {
    const { pathname } = new URL(url);
    if (down) throw new TypeError("fetch failed");
    requests.push(pathname);
    const [status, body] = respond(pathname, init.body ? JSON.parse(String(init.body)) : {});
    const lost = lose.get(pathname) ?? 0;
    lose.set(pathname, Math.max(0, lost - 1));
    if (lost > 0) throw new TypeError("fetch failed");
    return typeof body === "string" ? problemResponse(status, body) : Response.json(body, { status });
  }) as typeof fetch;
  return {
    send,
    requests,
    lose: (path: string, responses: number) => lose.set(path, responses),
    stop: () => {
      down = true;
    },
    end: () => {
      used = Number.POSITIVE_INFINITY;
    },
  };
}

function newSession(server: ReturnType<typeof newServer>) {
  const stored: (StoredTokens | null)[] = [];
  const session = new ServerSession({
    server: SERVER,
    fetch: server.send,
    storeTokens: async (tokens) => void stored.push(tokens),
  });
  return { session, stored };
}

const code = (expected: string) => (error: unknown) => error instanceof LogError && error.code === expected;

test("login() sends the device token of the last login to its server, also after a logout", async () => {
  const devices: (string | null)[] = [];
  const known = new Map<string, string>();
  const server = newServer();
  const send = (async (url: URL, init: RequestInit = {}) => {
    const response = await server.send(url, init);
    if (!String(url).endsWith("/login")) return response;
    devices.push(new Headers(init.headers).get("invoify-device"));
    return Response.json({ ...((await response.json()) as object), device: `device-${devices.length}` });
  }) as typeof fetch;
  const open = (address: string) =>
    new ServerSession({
      server: address,
      fetch: send,
      storeTokens: async () => {},
      device: { read: (from) => known.get(from) ?? null, store: (from, token) => void known.set(from, token) },
    });
  const session = open(SERVER);
  await session.login("olive@example.com", "right");
  await session.logout();
  await session.login("olive@example.com", "right");
  await open("https://other.example").login("olive@example.com", "right");
  assert.deepEqual(devices, [null, "device-1", null]);
  assert.deepEqual(
    [...known],
    [
      [SERVER, "device-2"],
      ["https://other.example", "device-3"],
    ],
  );
});

test("login() stores the refresh token first, and returns the user", async () => {
  const server = newServer();
  const { session, stored } = newSession(server);
  assert.equal(session.isOpen, false);
  await assert.rejects(session.token(), code("UNAUTHORIZED"));
  await assert.rejects(session.login("olive@example.com", "wrong"), code("UNAUTHORIZED"));
  assert.deepEqual(await session.login("olive@example.com", "right"), { log: "a-log", user: USER });
  assert.deepEqual(stored, [{ server: SERVER, refreshToken: "refresh-0" }]);
  assert.ok(session.isOpen);
});

test("token() returns the same token until it expires soon, and renews it once for all callers", async () => {
  const long = newServer();
  const first = newSession(long);
  await first.session.login("o", "right");
  assert.equal(await first.session.token(), await first.session.token());
  assert.deepEqual(
    long.requests.filter((path) => path.endsWith("refresh")),
    [],
  );
  const short = newServer({ lifeS: 0 }); // expired before it can be used, as after a long sleep
  const { session, stored } = newSession(short);
  await session.login("o", "right");
  short.requests.length = 0;
  const tokens = await Promise.all([session.token(), session.token(), session.token()]);
  assert.equal(new Set(tokens).size, 1);
  assert.deepEqual(short.requests, ["/api/auth/refresh"]);
  assert.deepEqual(stored.at(-1)?.refreshToken, "refresh-2", "whoAmI() had renewed it once");
});

test("a lost response, or a crash before the token is stored, does not end the session", async () => {
  const server = newServer();
  const { session } = newSession(server);
  await session.login("o", "right");
  server.lose("/api/auth/refresh", 2);
  await assert.rejects(session.renew(), code("UNREACHABLE"));
  await assert.rejects(session.renew(), code("UNREACHABLE"));
  await session.renew();
  const crashing = new ServerSession({
    server: SERVER,
    fetch: server.send,
    storeTokens: async () => {
      throw new Error("the disk is full");
    },
  });
  crashing.resume({ refreshToken: "refresh-1" });
  await assert.rejects(crashing.renew(), /disk is full/);
  const { session: next } = newSession(server);
  next.resume({ refreshToken: "refresh-1" });
  await next.renew();
});

test("a session that is over is closed and its token deleted; an unreachable server ends no session", async () => {
  const server = newServer();
  const { session, stored } = newSession(server);
  await session.login("o", "right");
  server.stop();
  await assert.rejects(session.renew(), code("UNREACHABLE"));
  assert.ok(session.isOpen);
  const ended = newServer();
  ended.end();
  const over = newSession(ended);
  over.session.resume({ refreshToken: "refresh-0" });
  await assert.rejects(over.session.token(), code("UNAUTHORIZED"));
  assert.deepEqual([over.session.isOpen, over.stored], [false, [null]]);
  assert.deepEqual(stored.length, 1);
});

test("logout() takes effect on this device at once, even if the server cannot be reached", async () => {
  const server = newServer();
  const { session, stored } = newSession(server);
  await session.login("o", "right");
  server.stop();
  await session.logout();
  assert.deepEqual([session.isOpen, stored.at(-1)], [false, null]);
});

test("a token from another program is used as it is, and the user must log in when the server refuses it", async () => {
  const server = newServer();
  const { session } = newSession(server);
  session.resume({ token: "from-outside" });
  assert.equal(await session.token(), "from-outside");
  await assert.rejects(session.renew(), code("UNAUTHORIZED"));
  assert.equal(session.isOpen, false);
});

test("a login page, a web filter or another API ends no session and logs nobody in: FOREIGN_REPLY", async () => {
  const page = (status: number, body = "<h1>Log in to this Wi-Fi</h1>", type = "text/html") =>
    new Response(body, { status, headers: { "content-type": type } });
  const replies: [string, () => Response][] = [
    ["a page with 200", () => page(200)],
    ["a page with 401", () => page(401)],
    ["a page with 403", () => page(403)],
    ["a page with 404", () => page(404)],
    ["a page with 502", () => page(502)],
    ["nothing with 200", () => page(200, "")],
    ["{}", () => Response.json({})],
    ["JSON that is cut", () => page(200, '{"token":"a.b.c","refre', "application/json")],
    ["the session as a page", () => page(200, JSON.stringify({ token: "t", refreshToken: "r" }))],
    ["the 401 of another API", () => Response.json({ code: "SESSION_ENDED", detail: "log in" }, { status: 401 })],
    ["an unknown problem", () => problemResponse(401, "PORTAL_LOGIN")],
    ["a problem of another status", () => new Response(problemResponse(403, "SESSION_ENDED").body, { status: 401 })],
  ];
  for (const [what, reply] of replies) {
    const stored: unknown[] = [];
    const fetch = (async () => reply()) as typeof globalThis.fetch;
    const session = new ServerSession({
      server: SERVER,
      fetch,
      storeTokens: async (tokens) => void stored.push(tokens),
    });
    const expected = what === "an unknown problem" ? "UNREACHABLE" : "FOREIGN_REPLY";
    await assert.rejects(session.login("o", "right"), code(expected), what);
    session.resume({ refreshToken: "refresh-1" });
    await assert.rejects(session.renew(), code(expected), what);
    assert.ok(session.isOpen, what);
    assert.deepEqual(stored, [], what);
  }
});
