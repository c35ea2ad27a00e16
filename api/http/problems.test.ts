/** Requests refused before a route, and failures inside one: always `application/problem+json`, never a bare 500. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { z } from "zod";
import { LogError, type LogErrorCode, Refusal } from "../../events/errors.ts";
import type { Rule } from "../../events/rules.ts";
import { CacheError } from "../../projector/cache/errors.ts";
import { runApi } from "../running-api.suite.ts";
import { HttpProblem, problemOf } from "./problems.ts";

const clock = { skewMs: 0 };
const running = await runApi({}, { writer: { clock: () => Date.now() + clock.skewMs } });
const port = Number(new URL(running.base).port);

/** Sends bytes unchanged. @returns the response until the server closes the connection */
async function sendRaw(text: string | Buffer): Promise<{ status: number; type: string; body: string }> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(text);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk;
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    type: /^content-type: (.*)$/im.exec(head)?.[1] ?? "",
    body,
  };
}

const request = (line: string, headers: string[] = [], body: string | Buffer = "") => {
  const length = body.length > 0 || line.startsWith("POST") ? [`content-length: ${Buffer.byteLength(body)}`] : [];
  const head = [`${line} HTTP/1.1`, "host: x", "connection: close", ...length, ...headers].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body)]);
};
const post = (body: string | Buffer, type = "application/json") =>
  request("POST /api/auth/login", [`content-type: ${type}`], body);

const NESTED = "[".repeat(10_000);
for (const [what, bytes, status, code] of [
  ["a route that there is not", request("GET /api/nothing"), 404, "NO_SUCH_ROUTE"],
  ["a method that a path has not", request("DELETE /api/clients"), 405, "METHOD_NOT_ALLOWED"],
  ["a method that a path with an id has not", request("PUT /api/clients/7/archive?x"), 405, "METHOD_NOT_ALLOWED"],
  ["a method of HTTP's newest kind", request("QUERY /api/clients"), 405, "METHOD_NOT_ALLOWED"],
  ["a method of WebDAV", request("PROPFIND /api/clients"), 405, "METHOD_NOT_ALLOWED"],
  [
    "a method with a body",
    request("QUERY /api/clients", ["content-type: application/json"], "{}"),
    405,
    "METHOD_NOT_ALLOWED",
  ],
  ["a request for a tunnel", "CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n", 405, "METHOD_NOT_ALLOWED"],
  ["a method on a path that there is not", request("QUERY /api/nothing"), 404, "NO_SUCH_ROUTE"],
  ["a path that is not decoded", request("GET /api/%zz"), 400, "BAD_REQUEST"],
  ["half of an encoded character", request("POST /api/clients/%E0%A4%A/archive"), 400, "BAD_REQUEST"],
  ["a very long id", request(`POST /api/clients/${"9".repeat(500)}/archive`), 414, "URL_TOO_LONG"],
  ["a path that leaves its folder", request("GET /api/../../etc/passwd"), 404, "NO_SUCH_ROUTE"],
  ["JSON that breaks off", post('{"email":'), 400, "BAD_REQUEST"],
  ["no JSON at all", post(""), 400, "BAD_REQUEST"],
  ["JSON nested without end", post(NESTED), 400, "BAD_REQUEST"],
  ["__proto__ as a key", post('{"__proto__":{"role":"owner"}}'), 400, "BAD_REQUEST"],
  ["a constructor as a key", post('{"constructor":{"prototype":{"role":"owner"}}}'), 400, "BAD_REQUEST"],
  ["__proto__ in text/plain", post('{"__proto__":{"role":"owner"}}', "text/plain"), 400, "BAD_REQUEST"],
  ["bytes that are not UTF-8", post(Buffer.from([0x22, 0xff, 0x22])), 400, "BAD_REQUEST"],
  ["a character that is cut", post(Buffer.from('{"email":"\xe2\x82"}', "latin1")), 400, "BAD_REQUEST"],
  ["half of a surrogate pair in UTF-8", post(Buffer.from('{"email":"\xed\xa0\x80"}', "latin1")), 400, "BAD_REQUEST"],
  ["bytes that are not UTF-8 in text/plain", post(Buffer.from([0x22, 0xff, 0x22]), "text/plain"), 400, "BAD_REQUEST"],
  ["a key that is there twice", post('{"email":"a","email":"b"}'), 400, "BAD_REQUEST"],
  ["a key that is there twice, spelled differently", post('{"email":"a","\\u0065mail":"b"}'), 400, "BAD_REQUEST"],
  ["a key that is there twice, deep inside", post('{"a":[1,{"b":2,"c":{},"b":3}]}', "text/plain"), 400, "BAD_REQUEST"],
  ["a query that is not UTF-8", request("GET /api/sign-up?q=%FF"), 400, "BAD_REQUEST"],
  ["a parameter that is there twice", request("GET /api/sign-up?x=1&x=2"), 400, "BAD_REQUEST"],
  ["an unknown parameter", request("GET /api/sign-up?x=1"), 400, "UNKNOWN_PARAMETER"],
  ["two hosts", request("GET /api/health", ["Host: y"]), 400, "BAD_REQUEST"],
  [
    "two tokens",
    request("GET /api/health", ["authorization: Bearer a", "Authorization: Bearer b"]),
    400,
    "BAD_REQUEST",
  ],
  [
    "a body that claims to be compressed",
    request("POST /api/auth/login", ["content-type: application/json", "content-encoding: gzip"], "{}"),
    415,
    "MEDIA_TYPE_NOT_KNOWN",
  ],
  ["a form", post("email=a&password=b", "application/x-www-form-urlencoded"), 415, "MEDIA_TYPE_NOT_KNOWN"],
  ["a content type that is none", post("{}", ";;;"), 415, "MEDIA_TYPE_NOT_KNOWN"],
  ["a body beyond the limit", post(`"${"x".repeat(512 * 1024)}"`), 413, "BODY_TOO_LARGE"],
  [
    "the promise of a body beyond the limit",
    "POST /api/auth/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 9999999\r\n\r\n{",
    413,
    "BODY_TOO_LARGE",
  ],
  ["headers beyond the limit", request("GET /api/health", [`x: ${"x".repeat(20_000)}`]), 431, "HEADERS_TOO_LARGE"],
  ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 400, "BAD_REQUEST"],
  ["a method that HTTP has not", "FETCH /api/health HTTP/1.1\r\nhost: x\r\n\r\n", 400, "BAD_REQUEST"],
  ["HTTP of 1991", "GET /api/health\r\n\r\n", 400, "BAD_REQUEST"],
  ["the next HTTP in the words of this one", "GET /api/health HTTP/2.0\r\n\r\n", 400, "BAD_REQUEST"],
  [
    "chunks in HTTP/1.0",
    "POST /api/auth/login HTTP/1.0\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    400,
    "BAD_REQUEST",
  ],
  ["no host", "GET /api/health HTTP/1.1\r\nconnection: close\r\n\r\n", 400, "BAD_REQUEST"],
  ["an expectation that nobody knows", request("GET /api/nothing", ["expect: wonders"]), 404, "NO_SUCH_ROUTE"],
  [
    "two lengths for one body",
    "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n",
    400,
    "BAD_REQUEST",
  ],
] as const) {
  test(`${what} gets ${status} ${code}`, async () => {
    const answer = await sendRaw(bytes);
    assert.equal(answer.status, status, answer.body);
    assert.match(answer.type, /^application\/problem\+json/);
    const problem = JSON.parse(answer.body) as { status: number; code: string; detail: string };
    assert.deepEqual([problem.status, problem.code], [status, code]);
    assert.ok(problem.detail.length > 0);
  });
}

test("a problem names a key of half a megabyte only in part", async () => {
  for (const body of [
    `{"${"k".repeat(500_000)}":1}`,
    `{"name":"A","address":{"country":"GB","${"k".repeat(500_000)}":1}}`,
    `{"${"k".repeat(200_000)}":1,"${"k".repeat(200_000)}":2}`,
  ]) {
    const headers = { "content-type": "application/json" };
    const response = await running.call("/api/clients", { method: "POST", headers, body });
    assert.ok(response.status === 422 || response.status === 400);
    const { length } = await response.text();
    assert.ok(length < 5_000, `${length}`);
  }
});

test("the title of each 429 fits its code", () => {
  const titles = (["TOO_MANY_ATTEMPTS", "TOO_MANY_REQUESTS"] as const).map(
    (code) => problemOf(new HttpProblem(code, "")).title,
  );
  assert.deepEqual(titles, ["Too many attempts", "Too many requests"]);
});

test("405 names the methods of the path", async () => {
  for (const [path, allowed] of [
    ["/api/clients", "GET, HEAD, POST"],
    ["/api/clients/7", "GET, HEAD, PATCH"],
    ["/api/clients/7/archive", "POST"],
    ["/api/auth/login", "POST"],
  ] as const) {
    const response = await running.call(path, { method: "DELETE" });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, allowed], path);
    await response.body?.cancel();
  }
});

test("an unknown parameter is refused by every route but that of old clients, and the known ones are named", async () => {
  for (const path of ["/api/clients?nmae=x", "/api/clients/1?x=1", "/api/events?afer=0", "/api/docs?x=1"]) {
    const response = await running.call(path);
    const { code, values, detail } = (await response.json()) as {
      code: string;
      values: { name: string };
      detail: string;
    };
    assert.deepEqual([response.status, code], [400, "UNKNOWN_PARAMETER"], path);
    assert.ok(path.includes(values.name));
    if (path.startsWith("/api/events")) assert.match(detail, /afer.*log, after, limit, wait/);
  }
  const command = await running.call("/api/clients?x=1", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  assert.equal(((await command.json()) as { code: string }).code, "UNKNOWN_PARAMETER");
  await running.get("/api/sync/pull?since=1970-01-01T00:00:00Z&device=1");
});

test("afterwards the server still responds", async () => {
  assert.deepEqual(await running.get("/api/health"), { ok: true });
});

test("the problem of a refusal has its rule, the field and the values", async () => {
  const response = await running.call("/api/invoices", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ clientId: 99 }),
  });
  assert.equal(response.status, 404);
  assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const { requestId, ...problem } = (await response.json()) as Record<string, unknown>;
  assert.equal(requestId, response.headers.get("x-request-id"));
  assert.deepEqual(problem, {
    type: "about:blank",
    title: "Not found",
    status: 404,
    detail: "there is no client 99",
    code: "UNKNOWN_CLIENT",
    field: "clientId",
    values: { client: 99 },
  });
});

test("a clock that is too far off leads to 503 with Retry-After, and nothing is written", async () => {
  const head = await running.organization.log.head();
  clock.skewMs = 120_000;
  const response = await running.call("/api/clients", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "A", address: { country: "GB" } }),
  });
  clock.skewMs = 0;
  assert.equal(response.status, 503);
  assert.equal(((await response.json()) as { code: string }).code, "CLOCK_SKEW");
  assert.match(response.headers.get("retry-after") ?? "", /^\d+$/);
  assert.equal(await running.organization.log.head(), head);
});

test("problemOf() chooses the status by what the client can do next", () => {
  const refusals = {
    NUMBER_MISSING: 422,
    NUMBER_TAKEN: 409,
    UNKNOWN_CLIENT: 404,
    ROLE_TOO_WEAK: 403,
    VERSION_MISMATCH: 412,
  } as const;
  for (const [rule, status] of Object.entries(refusals) as [Rule, number][]) {
    const { title: _, ...problem } = problemOf(new Refusal(rule, "says no", { field: "f", values: { n: 1 } }));
    assert.deepEqual(problem, {
      type: "about:blank",
      status,
      detail: "says no",
      code: rule,
      field: "f",
      values: { n: 1 },
    });
  }
  const logErrors: Partial<Record<LogErrorCode, [number, string]>> = {
    UNREACHABLE: [503, "UNREACHABLE"],
    UNKNOWN_OUTCOME: [503, "UNKNOWN_OUTCOME"],
    CLOCK_SKEW: [503, "CLOCK_SKEW"],
    UNKNOWN_EVENT: [503, "UNKNOWN_EVENT"],
    FORKED: [503, "FORKED"],
    GAP: [503, "GAP"],
    DAMAGED: [500, "INTERNAL"],
    INCONSISTENT_LOG: [500, "INTERNAL"],
  };
  for (const [code, expected] of Object.entries(logErrors)) {
    const { status, code: said } = problemOf(new LogError(code as LogErrorCode, "m"));
    assert.deepEqual([status, said], expected, code);
  }
  assert.match(problemOf(new LogError("UNKNOWN_OUTCOME", "m")).detail, /same key/);
  const unknown = problemOf(new LogError("UNKNOWN_EVENT", "event 57 (Signed): /secret"));
  assert.equal(unknown.detail, "event 57: a newer release has written to the log; this server must be updated");
  assert.equal(problemOf(new CacheError("UNAVAILABLE", "m")).status, 503);
  assert.equal(problemOf(new HttpProblem("OTHER_LOG", "d", { a: 1 })).code, "OTHER_LOG");
});

test("problemOf() reports internal failures only in the server's log", () => {
  const secret = "mongodb://user:hunter2@db.example/invoify";
  for (const error of [
    new Error(secret),
    new LogError("DAMAGED", secret),
    secret,
    null,
    undefined,
    { message: secret },
  ]) {
    const problem = problemOf(error);
    assert.deepEqual([problem.status, problem.code], [500, "INTERNAL"]);
    assert.doesNotMatch(JSON.stringify(problem), /hunter2/);
  }
  // The problem says what to do, without the error's message, which names the database.
  assert.doesNotMatch(JSON.stringify(problemOf(new LogError("UNREACHABLE", secret))), /hunter2/);
});

test("problemOf() lists the invalid fields of a body, up to a limit", () => {
  const parsed = z.array(z.number()).safeParse(Array(100_000).fill("x"));
  const { errors = [], status, code, detail } = problemOf(parsed.error);
  assert.deepEqual([status, code, errors.length], [422, "NOT_VALID", 100]);
  assert.match(detail, /^0: /);
});
