/** Rules for every response: headers for browsers, TLS where required, and limits on requests. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { call, newConfig, openOffice, startApi } from "../sessions/people.suite.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

const CERT = fileURLToPath(new URL("../../fixtures/tls/localhost.cert.pem", import.meta.url));
const KEY = fileURLToPath(new URL("../../fixtures/tls/localhost.key.pem", import.meta.url));
const CROSS_SITE = "access-control-allow-origin";

const office = await openOffice();
const { base, owner } = office;
const { port } = new URL(base);

/** The server's response to these bytes, until it closes the connection. */
async function exchange(bytes: string, to = Number(port)): Promise<string> {
  const socket = connect(to, "127.0.0.1");
  socket.on("error", () => {});
  socket.setTimeout(30_000, () => socket.destroy(new Error("no answer")));
  socket.write(bytes);
  return await text(socket);
}

function assertSecured(headers: Headers, what: string): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS))
    assert.equal(headers.get(name), value, `${what}: ${name}`);
  assert.equal(headers.get(CROSS_SITE), null, what);
  assert.equal(headers.get("x-powered-by"), null, what);
}

test("every response has the security headers, also without a matching route", async () => {
  const { token } = owner;
  for (const [method, path, body] of [
    ["GET", "/api/health"],
    ["HEAD", "/api/health"],
    ["GET", "/api/auth/me"],
    ["POST", "/api/auth/login", {}],
    ["POST", "/api/users", { nothing: 1 }],
    ["GET", "/nothing"],
    ["OPTIONS", "/api/auth/login"],
    ["GET", "/api/%"],
    ["GET", `/api/users/${"9".repeat(200)}/role`],
    ["POST", `/api/users/${"9".repeat(200)}/role`, {}],
  ] as const) {
    for (const options of [{}, { token }, { headers: { origin: "https://evil.example" } }]) {
      const answer = await call(base, method, path, body, options);
      assertSecured(answer.headers, `${method} ${path}: ${answer.status}`);
      assert.equal(answer.headers.get("strict-transport-security"), null, "not in the clear");
    }
  }
  const events = await call(base, "GET", "/api/events?limit=1", undefined, { token });
  assertSecured(events.headers, "GET /api/events");
  const refused = await exchange("nonsense\r\n\r\n");
  for (const [name, value] of Object.entries(SECURITY_HEADERS))
    assert.ok(refused.includes(`${name}: ${value}\r\n`), name);
});

test("a request that is too large, too long or too deep is refused, and the server keeps running", async () => {
  const { token } = owner;
  const send = (body: string, type = "application/json") =>
    fetch(`${base}/api/clients`, {
      method: "POST",
      headers: { "content-type": type, authorization: `Bearer ${token}` },
      body,
    }).then(async (response) => ({ status: response.status, text: await response.text() }));
  const limit = 512 * 1024;
  const bodyOf = (length: number) => `{"name":"${"x".repeat(length - 11)}"}`;
  for (const type of ["application/json", "text/plain"]) {
    assert.equal((await send(bodyOf(limit), type)).status, 422);
    const { status, text } = await send(bodyOf(limit + 1), type);
    assert.deepEqual([status, JSON.parse(text).code], [413, "BODY_TOO_LARGE"]);
  }
  const deep = 200_000;
  for (const body of [
    "[".repeat(deep),
    "[".repeat(deep) + "]".repeat(deep),
    `{"name":${"[".repeat(deep)}${"]".repeat(deep)}}`,
  ])
    assert.ok([400, 422].includes((await send(body)).status));
  const many = JSON.stringify({ clientId: 1, lines: Array(19_000).fill(0) });
  const answer = await call(base, "POST", "/api/invoices", JSON.parse(many), { token });
  assert.equal(answer.status, 422);
  assert.ok(answer.text.length < 50_000, `${answer.text.length} bytes about what is wrong`);
  const long = await exchange(`GET /${"x".repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`);
  assert.match(long, /^HTTP\/1.1 431 /);
  const wide = await exchange(`GET / HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(20_000)}\r\n\r\n`);
  assert.match(wide, /^HTTP\/1.1 431 /);
  assert.equal((await call(base, "GET", "/api/health")).status, 200);
});

test("a body that is too long or has an invalid length is refused", async () => {
  const head = `POST /api/auth/login HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n`;
  const chunk = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
  assert.match(await exchange(`${head}transfer-encoding: chunked\r\n\r\n${chunk.repeat(9)}`), /^HTTP\/1.1 413 /);
  assert.match(await exchange(`${head}transfer-encoding: chunked\r\n\r\nzz\r\n`), /^HTTP\/1.1 400 /);
  assert.match(
    await exchange(`${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
    /^HTTP\/1.1 400 /,
  );
  assert.match(await exchange(`${head}content-length: -1\r\n\r\n`), /^HTTP\/1.1 400 /);
});

test("pages of other sites may call the API only if they are listed", async () => {
  const { base } = await startedWith({ INVOIFY_CORS_ORIGINS: "https://app.example, https://b.example:8443" });
  const from = (origin: string, method = "GET", more = {}) =>
    call(base, method, "/api/health", undefined, { headers: { origin, ...more } });
  const named = await from("https://app.example");
  assert.equal(named.headers.get(CROSS_SITE), "https://app.example");
  assert.equal(named.headers.get("access-control-allow-credentials"), null);
  assert.match(named.headers.get("vary") ?? "", /origin/);
  const preflight = await from("https://b.example:8443", "OPTIONS", { "access-control-request-method": "PATCH" });
  assert.deepEqual([preflight.status, preflight.headers.get(CROSS_SITE)], [204, "https://b.example:8443"]);
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /authorization/);
  for (const origin of ["https://evil.example", "http://app.example", "https://app.example.evil.example", "null"]) {
    const other = await from(origin, "OPTIONS", { "access-control-request-method": "GET" });
    assert.deepEqual([other.status, other.headers.get(CROSS_SITE)], [405, null], origin);
    assert.match(other.headers.get("vary") ?? "", /origin/);
  }
});

test("behind a proxy, only requests that reached the proxy over TLS are served", async () => {
  const { base } = await startedWith({ INVOIFY_TRUSTED_PROXY: "127.0.0.1" });
  const via = (proto?: string) =>
    call(base, "POST", "/api/auth/login", {}, proto === undefined ? {} : { headers: { "x-forwarded-proto": proto } });
  for (const proto of [undefined, "http", "", "https, http", "wss"]) {
    const { status, body } = await via(proto);
    assert.deepEqual([status, body.code], [403, "TLS_REQUIRED"], proto);
  }
  const secure = await via("https");
  assert.equal(secure.status, 422);
  assert.match(secure.headers.get("strict-transport-security") ?? "", /^max-age=\d+$/);
  assert.equal((await call(base, "GET", "/nothing")).status, 403);
  // Monitoring may call routes that reveal nothing.
  assert.equal((await call(base, "GET", "/api/health")).status, 200);
});

test("a header that claims TLS is ignored unless it comes from the proxy", async () => {
  const { base } = await startedWith({ INVOIFY_TRUSTED_PROXY: "192.0.2.1" });
  const headers = { "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1" };
  assert.equal((await call(base, "POST", "/api/auth/login", {}, { headers })).body.code, "TLS_REQUIRED");
});

test("with a certificate, the server accepts only TLS", async () => {
  const { port } = await startedWith({ INVOIFY_TLS_CERT: CERT, INVOIFY_TLS_KEY: KEY });
  const { status, headers } = await getOverTls(port);
  assert.equal(status, 200);
  assert.match(String(headers["strict-transport-security"]), /^max-age=\d+$/);
  assert.equal(await exchange("GET /api/health HTTP/1.1\r\nhost: a\r\n\r\n", port), "");
});

async function startedWith(env: Record<string, string>): Promise<{ base: string; port: number }> {
  const { base } = await startApi(newConfig(env));
  return { base, port: Number(new URL(base).port) };
}

async function getOverTls(port: number) {
  const options: RequestOptions = { port, path: "/api/health", ca: readFileSync(CERT), servername: "localhost" };
  const [answer] = await once(httpsRequest(options).end(), "response");
  await text(answer);
  return { status: answer.statusCode, headers: answer.headers };
}
