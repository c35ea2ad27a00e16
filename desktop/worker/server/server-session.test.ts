/** Tokens: renewed in time, kept before they are used, and never lost by a lost answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LogError } from "../../../events/errors.ts";
import type { StoredTokens } from "../../contract/channel.ts";
import { ServerSession } from "./server-session.ts";

const SERVER = "https://invoices.example";
const USER = { id: 2, email: "olive@example.com", name: "Olive", role: "owner" };

/** A server that hands out tokens by the API's rules: the one before works until its successor was used. */
function newServer({ lifeS = 900 } = {}) {
  const requests: string[] = [];
  /** Loses the next answers of this path. */
  const lose = new Map<string, number>();
  let generation = 0;
  let used = 0;
  let down = false;
  const tokensOf = (n: number) => {
    const claims = Buffer.from(JSON.stringify({ iat: 1_000, exp: 1_000 + lifeS, n })).toString("base64url");
    return { token: `h.${claims}.s`, refreshToken: `refresh-${n}` };
  };
  const answer = (path: string, body: Record<string, unknown>): [number, unknown] => {
    if (path === "/api/auth/login")
      return body.password === "right" ? [200, tokensOf(generation)] : [401, { code: "LOGIN_FAILED", detail: "wrong" }];
    if (path === "/api/auth/logout") return [200, { ok: true }];
    if (path === "/api/auth/me") return [200, { log: "a-log", user: USER }];
    const given = Number(String(body.refreshToken).split("-")[1]);
    if (given < used || given > generation) return [401, { code: "SESSION_OVER", detail: "the session is over" }];
    used = given;
    generation = given + 1;
    return [200, tokensOf(generation)];
  };
  const send = (async (url: URL, init: RequestInit = {}) => {
    const { pathname } = new URL(url);
    if (down) throw new TypeError("fetch failed");
    requests.push(pathname);
    const [status, body] = answer(pathname, init.body ? JSON.parse(String(init.body)) : {});
    const lost = lose.get(pathname) ?? 0;
    lose.set(pathname, Math.max(0, lost - 1));
    if (lost > 0) throw new TypeError("fetch failed");
    return Response.json(body, { status });
  }) as typeof fetch;
  return {
    send,
    requests,
    lose: (path: string, answers: number) => lose.set(path, answers),
    stop: () => {
      down = true;
    },
    end: () => {
      used = Number.POSITIVE_INFINITY;
    },
  };
}

function newSession(server: ReturnType<typeof newServer>) {
  const kept: (StoredTokens | null)[] = [];
  const session = new ServerSession({
    server: SERVER,
    fetch: server.send,
    keep: async (tokens) => void kept.push(tokens),
  });
  return { session, kept };
}

const code = (wanted: string) => (error: unknown) => error instanceof LogError && error.code === wanted;

test("login() keeps the refresh token before anything is done with it, and says who it is", async () => {
  const server = newServer();
  const { session, kept } = newSession(server);
  assert.equal(session.isOpen, false);
  await assert.rejects(session.token(), code("UNAUTHORIZED"));
  await assert.rejects(session.login("olive@example.com", "wrong"), code("UNAUTHORIZED"));
  assert.deepEqual(await session.login("olive@example.com", "right"), { log: "a-log", user: USER });
  assert.deepEqual(kept, [{ server: SERVER, refreshToken: "refresh-0" }]);
  assert.ok(session.isOpen);
});

test("token() is the same until it ends soon, and then renewed once for all who ask", async () => {
  const long = newServer();
  const first = newSession(long);
  await first.session.login("o", "right");
  assert.equal(await first.session.token(), await first.session.token());
  assert.deepEqual(
    long.requests.filter((path) => path.endsWith("refresh")),
    [],
  );
  const short = newServer({ lifeS: 0 }); // over before it can be used: as after a long sleep
  const { session, kept } = newSession(short);
  await session.login("o", "right");
  short.requests.length = 0;
  const tokens = await Promise.all([session.token(), session.token(), session.token()]);
  assert.equal(new Set(tokens).size, 1);
  assert.deepEqual(short.requests, ["/api/auth/refresh"]);
  assert.deepEqual(kept.at(-1)?.refreshToken, "refresh-2", "whoAmI() renewed it once before");
});

test("an answer that is lost, and a crash before it was kept, end no session", async () => {
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
    keep: async () => {
      throw new Error("the disk is full");
    },
  });
  crashing.resume({ refreshToken: "refresh-1" });
  await assert.rejects(crashing.renew(), /disk is full/);
  const { session: next } = newSession(server);
  next.resume({ refreshToken: "refresh-1" });
  await next.renew();
});

test("a session that is over is closed and forgotten; a server that is away ends none", async () => {
  const server = newServer();
  const { session, kept } = newSession(server);
  await session.login("o", "right");
  server.stop();
  await assert.rejects(session.renew(), code("UNREACHABLE"));
  assert.ok(session.isOpen);
  const ended = newServer();
  ended.end();
  const over = newSession(ended);
  over.session.resume({ refreshToken: "refresh-0" });
  await assert.rejects(over.session.token(), code("UNAUTHORIZED"));
  assert.deepEqual([over.session.isOpen, over.kept], [false, [null]]);
  assert.deepEqual(kept.length, 1);
});

test("logout() is done here at once, whether or not the server hears of it", async () => {
  const server = newServer();
  const { session, kept } = newSession(server);
  await session.login("o", "right");
  server.stop();
  await session.logout();
  assert.deepEqual([session.isOpen, kept.at(-1)], [false, null]);
});

test("a token from outside is used as it is, and asked for again when the server refuses it", async () => {
  const server = newServer();
  const { session } = newSession(server);
  session.resume({ token: "from-outside" });
  assert.equal(await session.token(), "from-outside");
  await assert.rejects(session.renew(), code("UNAUTHORIZED"));
  assert.equal(session.isOpen, false);
});

test("what answers like no API of ours is said so", async () => {
  const pages = (async () => new Response("<h1>Welcome to nginx</h1>", { status: 200 })) as typeof fetch;
  const session = new ServerSession({ server: SERVER, fetch: pages, keep: async () => {} });
  await assert.rejects(session.login("o", "right"), code("NOT_A_LOG"));
  const missing = (async () => new Response("Not Found", { status: 404 })) as typeof fetch;
  const other = new ServerSession({ server: SERVER, fetch: missing, keep: async () => {} });
  await assert.rejects(other.login("o", "right"), code("NOT_A_LOG"));
});
