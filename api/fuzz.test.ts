/** Whatever is sent to the server, it answers, it says what is wrong, and it goes on. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import fc from "fast-check";
import { COMMANDS, type CommandName } from "../events/commands.ts";
import { arbitraryInput } from "../fixtures/arbitrary-input.ts";
import { call, newKey, openOffice } from "./people.suite.ts";

const { api, base, owner } = await openOffice();
const { port } = new URL(base);
const { token } = owner;
const log = (await api.organizations.get(owner.log))?.log;
const statuses = new Map<number, number>();
const names = Object.keys(COMMANDS) as CommandName[];

/** Every answer is one that a client can do something with. A call without an answer in ten seconds has failed. */
async function check(method: string, path: string, init: RequestInit, what: unknown): Promise<number> {
  const response = await fetch(base + path, { ...init, method, signal: AbortSignal.timeout(10_000) });
  const { status, headers } = response;
  const answer = await response.text();
  const told = () => `${method} ${path}: ${status} ${answer.slice(0, 500)}\n${JSON.stringify(what)?.slice(0, 2000)}`;
  assert.ok(status < 500, told());
  assert.equal(headers.get("x-content-type-options"), "nosniff", told());
  if (status >= 400 && method !== "HEAD") {
    assert.match(headers.get("content-type") ?? "", /^application\/problem\+json/, told());
    const problem = JSON.parse(answer) as Record<string, unknown>;
    assert.deepEqual(
      [problem.status, typeof problem.code, typeof problem.detail],
      [status, "number", "string"].with(1, "string"),
      told(),
    );
  }
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  return status;
}

/** A number for a path: of something that is there, mostly. Never the owner's, whose token this is. */
const arbitraryId = fc
  .oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(0, -1, 2 ** 31, 2 ** 53, 1e300, "x", "1.5", "%00"))
  .filter((id) => id !== 2);

const sendCommand = (name: CommandName, id: unknown, body: unknown) =>
  check(
    COMMANDS[name].method,
    COMMANDS[name].path.replace(":id", String(id)),
    {
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
        "idempotency-key": newKey(),
      },
      body: JSON.stringify(body),
    },
    body,
  );

/** A command, with any input that its schema takes. */
const inputs = new Map(names.map((name) => [name, arbitraryInput(COMMANDS[name].input as never)]));
const arbitraryCommand = fc
  .constantFrom(...names)
  .chain((name) => fc.record({ name: fc.constant(name), id: arbitraryId, input: inputs.get(name) ?? fc.constant({}) }));

test("commands with any input that their schemas take", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryCommand, async ({ name, id, input }) => {
      assert.notEqual(await sendCommand(name, id, input), 401);
    }),
    { numRuns: 400 },
  );
  assert.ok((statuses.get(200) ?? 0) > 20, `${[...statuses]}`);
  assert.ok(((await log?.head()) ?? 0) > 20);
});

/** JSON that nobody expects. Names are those of objects' own parts, and of the fields there are. */
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(null, "", "\0", "\ud800", 1e308, -0, 0.1, 2 ** 53, [], {}, [[]], { length: 1e9 }),
  fc.dictionary(
    fc.constantFrom("toString", "constructor", "hasOwnProperty", "id", "lines", "__proto__"),
    fc.jsonValue(),
  ),
  fc.string({ minLength: 1000, maxLength: 5000 }),
);

/** Puts something else at some place of a value. */
function spoil(value: unknown, junk: unknown, place: number): unknown {
  if (typeof value !== "object" || value === null || place % 3 === 0) return junk;
  const keys = Object.keys(value);
  const key = keys[place % (keys.length + 1)] ?? "new";
  const inner = (value as Record<string, unknown>)[key];
  const spoiled = spoil(inner, junk, Math.floor(place / 3));
  if (Array.isArray(value)) return [...value.filter((_, n) => String(n) !== key), spoiled];
  return { ...value, [key]: spoiled };
}

test("commands with input that is spoiled somewhere", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryCommand, junk, fc.nat(1000), async ({ name, id, input }, junk, place) => {
      await sendCommand(name, id, spoil(input, junk, place));
    }),
    { numRuns: 400 },
  );
});

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

test("every route with any bytes for a body, of any type", async () => {
  await fc.assert(
    fc.asyncProperty(anyRoute, bytes, contentType, fc.boolean(), async (route, body, type, loggedIn) => {
      const headers = { "content-type": type, ...(loggedIn && { authorization: `Bearer ${token}` }) };
      const path = route.url.replace(":id", "1");
      const init = route.method === "GET" ? { headers } : { headers, body };
      await check(route.method, path, init, [type, body.toString("latin1")]);
    }),
    { numRuns: 400 },
  );
});

/** What HTTP lets a header hold. */
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
      async (route, given) => {
        const { method, url } = route;
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", ...given };
        await check(method, url.replace(":id", "1"), method === "GET" ? { headers } : { headers, body: "{}" }, given);
      },
    ),
    { numRuns: 400 },
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

test("any address, and every read with any query", async () => {
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
    { numRuns: 500 },
  );
});

/** What a server says to these bytes. Whoever sends it half a request and goes gets no answer; the server lets go too. */
async function exchange(bytes: Buffer): Promise<string> {
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  socket.setTimeout(10_000, () => socket.destroy(new Error("the connection hangs")));
  socket.end(bytes);
  return await text(socket).catch((error) => {
    if (error instanceof Error && /hangs/.test(error.message)) throw error;
    return "";
  });
}

test("any bytes for a request", async () => {
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
      const said = await exchange(bytes);
      if (said === "") return;
      answered++;
      assert.match(said, /^HTTP\/1.1 [1-4]\d\d /);
    }),
    { numRuns: 300 },
  );
  assert.ok(answered > 50, `${answered}`);
});

test("after all that it is still there, and whoever was in is still in", async () => {
  assert.equal((await call(base, "GET", "/api/auth/me", undefined, { token })).status, 200);
});
