/** Every route with any bytes, headers and paths, and connections with any bytes. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import fc from "fast-check";
import { call, openOffice } from "../sessions/people.suite.ts";
import { checkResponse } from "./fuzz.suite.ts";

const { api, base, owner } = await openOffice();
const { port } = new URL(base);
const { token } = owner;
const check = (method: string, path: string, init: RequestInit, input: unknown) =>
  checkResponse(base, { method, path, init, input });

const anyRoute = fc.constantFrom(...api.routes.filter(({ method }) => method !== "HEAD"));
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((json) => Buffer.from(json)),
  fc.tuple(fc.json(), fc.nat(50)).map(([json, cut]) => Buffer.from(json).subarray(0, cut)),
  fc
    .constantFrom(
      "",
      "{",
      "[",
      '"',
      "null",
      "0",
      "{}",
      '{"__proto__":{}}',
      '{"constructor":{"prototype":{}}}',
      "\ufeff{}",
    )
    .map((text) => Buffer.from(text)),
);
const contentType = fc.constantFrom(
  "application/json",
  "text/plain",
  "application/json; charset=utf-16",
  "APPLICATION/JSON",
  "text/plain;;;",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "nonsense",
  "/",
);

test("every route with any bytes as body, of any type", async () => {
  await fc.assert(
    fc.asyncProperty(anyRoute, bytes, contentType, fc.boolean(), async (route, body, type, loggedIn) => {
      const headers = { "content-type": type, ...(loggedIn && { authorization: `Bearer ${token}` }) };
      const path = route.url.replace(":id", "1");
      const init = route.method === "GET" ? { headers } : { headers, body };
      await check(route.method, path, init, [type, body.toString("latin1")]);
    }),
    { numRuns: 300 },
  );
});

/** A value that HTTP allows in a header. */
const headerValue = fc.oneof(
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((n) => n !== 0x7f)
      .map((n) => String.fromCharCode(n)),
    maxLength: 60,
  }),
  fc.constantFrom(
    '"',
    '""',
    '"1"',
    "W/1",
    "*",
    ",",
    ";",
    "Bearer",
    "Bearer ",
    "Bearer a.b.c",
    "bytes=0-1",
    "gzip;q=2",
    "identity;q=0",
    "9".repeat(400),
  ),
  fc.uuid(),
);
const headerName = fc.constantFrom(
  "authorization",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "accept",
  "accept-encoding",
  "accept-version",
  "range",
  "origin",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-http-method-override",
  "cookie",
);

test("every route with any headers", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyRoute,
      fc.dictionary(headerName, headerValue, { noNullPrototype: true }),
      async (route, randomHeaders) => {
        const { method, url } = route;
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", ...randomHeaders };
        await check(
          method,
          url.replace(":id", "1"),
          method === "GET" ? { headers } : { headers, body: "{}" },
          randomHeaders,
        );
      },
    ),
    { numRuns: 300 },
  );
});

const segment = fc.oneof(
  fc.constantFrom(
    "api",
    "users",
    "invoices",
    "auth",
    "events",
    "1",
    "..",
    ".",
    "%2e%2e",
    "%2f",
    "%00",
    "%",
    "%zz",
    "%c0%af",
    ":id",
    "*",
    "",
  ),
  fc.webSegment(),
);
const queryName = fc.constantFrom(
  "after",
  "at",
  "limit",
  "log",
  "since",
  "cursor",
  "sort",
  "status",
  "q",
  "__proto__",
  "after[]",
);
const queryValue = fc.oneof(
  fc.constantFrom(
    "-1",
    "0",
    "1e9",
    "1.5",
    "NaN",
    "Infinity",
    "9".repeat(30),
    "%00",
    "%zz",
    "'",
    "2026-13-45",
    "\u{1f600}",
  ),
  fc.integer().map(String),
  fc.webQueryParameters(),
);
const query = fc
  .array(fc.tuple(queryName, queryValue), { maxLength: 4 })
  .map((all) => all.map((one) => one.join("=")).join("&"));

test("any path, and every read with any query", async () => {
  const headers = { authorization: `Bearer ${token}` };
  const paths = fc.oneof(
    fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join("/")}`),
    fc.constantFrom(...api.routes.filter(({ method }) => method === "GET").map(({ url }) => url.replace(":id", "1"))),
  );
  const methods = fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");
  await fc.assert(
    fc.asyncProperty(methods, paths, query, async (method, path, query) => {
      await check(method, `${path}?${query}`, { headers }, query);
    }),
    { numRuns: 300 },
  );
});

/** The server's response to these bytes. Half a request gets none, and the server closes the connection. */
async function exchange(bytes: Buffer): Promise<string> {
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  socket.setTimeout(30_000, () => socket.destroy(new Error("the connection hangs")));
  socket.end(bytes);
  return await text(socket).catch((error) => {
    if (error instanceof Error && /hangs/.test(error.message)) throw error;
    return "";
  });
}

test("any bytes as a request", async () => {
  const line = fc.oneof(
    fc.constantFrom(
      "GET /api/health HTTP/1.1",
      "POST /api/auth/login HTTP/1.1",
      "PRI * HTTP/2.0",
      "GET /api/events HTTP/9.9",
      "CONNECT a:1 HTTP/1.1",
      "GET http://other/api/health HTTP/1.1",
      "host: a",
      "content-length: 3",
      "content-length: 99999999999999999999",
      "transfer-encoding: chunked",
      "transfer-encoding: gzip",
      "connection: upgrade",
      "upgrade: websocket",
      "expect: 100-continue",
      "content-encoding: gzip",
      "",
      "{}",
      "3\r\n{}\n",
    ),
    fc.string(),
  );
  const requests = fc.oneof(
    fc.array(line, { maxLength: 8 }).map((lines) => Buffer.from(`${lines.join("\r\n")}\r\n\r\n`)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(requests, async (bytes) => {
      const response = await exchange(bytes);
      if (response === "") return;
      answered++;
      assert.match(response, /^HTTP\/1.1 [1-4]\d\d /);
    }),
    { numRuns: 300 },
  );
  assert.ok(answered > 50, `${answered}`);
});

test("afterwards the server still runs, and the session is still valid", async () => {
  assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token })).status, 200);
});
