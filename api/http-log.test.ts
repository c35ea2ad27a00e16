/** The log behind the API keeps the promises of every log, and a client refuses responses that break them. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import type { LogErrorCode } from "../events/errors.ts";
import { eventHash } from "../events/hash.ts";
import { conformance } from "../events/log/log.suite.ts";
import type { EventLog } from "../events/log/log.ts";
import { appendAll, bodiesOf } from "../events/log/log-harness.suite.ts";
import { SEGMENT } from "../events/sequence.ts";
import { HttpLog } from "../events/sources/http/http-log.ts";
import { SqliteLog } from "../events/sources/sqlite/sqlite-log.ts";
import { uuidText } from "../events/uuid.ts";
import { idOf, logOf } from "../fixtures/data/events.ts";
import { temporaryFolder } from "../fixtures/data/temporary-folder.ts";
import { serveLog } from "./served-log.suite.ts";

const folder = temporaryFolder();
const ALL = { after: 0, upTo: Number.POSITIVE_INFINITY };
const LOG = uuidText(idOf(1));
const token = () => "a token";

const paths = new Map<EventLog, string>();

conformance("HttpLog", {
  async seed(events) {
    const path = join(folder, `${randomUUID()}.sqlite`);
    const log = SqliteLog.open(path, { create: true });
    after(() => log.close());
    await appendAll(log, events);
    const http = new HttpLog(await serveLog(log, LOG), { token });
    paths.set(http, path);
    return http;
  },
  async grow(log, events) {
    const other = SqliteLog.open(paths.get(log) ?? "");
    await appendAll(other, events);
    await other.close();
  },
  newAddress: null,
  long: null,
});

test("read() sends one request per segment, and none after the response that was marked as the last", async (t) => {
  const log = SqliteLog.open(join(folder, `${randomUUID()}.sqlite`), { create: true });
  t.after(() => log.close());
  await appendAll(log, logOf(2 * SEGMENT + 7));
  const base = await serveLog(log, LOG);
  const countRequests = async (range: { after: number; upTo: number }) => {
    let requests = 0;
    const http = new HttpLog(base, { token, fetch: (...args) => fetch(...args).finally(() => requests++) });
    await bodiesOf(http, range);
    return requests;
  };
  assert.equal(await countRequests(ALL), 3);
  assert.equal(await countRequests({ after: 5, upTo: 6 }), 1);
  assert.equal(await countRequests({ after: SEGMENT - 1, upTo: SEGMENT + 1 }), 2);
  assert.equal(await countRequests({ after: 2 * SEGMENT + 7, upTo: Number.POSITIVE_INFINITY }), 1);
});

/** A server with a different response to each request. */
async function lie(t: TestContext, answer: RequestListener): Promise<HttpLog> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return new HttpLog(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { token });
}

const events = logOf(5);
const body = Buffer.concat(events.map(({ body }) => body));
const [first, second, third] = events.map(({ body }) => Buffer.from(body)) as [Buffer, Buffer, Buffer];
const HEADERS = { "invoify-log": LOG, "invoify-head": "5" };

const PROBLEM = { "content-type": "application/problem+json" };

function problemText(status: number, code: string, detail = "try again"): string {
  return JSON.stringify({ type: "about:blank", title: "Failed", status, detail, code });
}

test("requests to a server that is still opening the log are repeated, after other failures they are not", async (t) => {
  let requests = 0;
  const opening = await lie(t, (_, response) => {
    if (++requests <= 3) response.writeHead(503, { ...PROBLEM, "retry-after": "0" }).end(problemText(503, "OPENING"));
    else response.writeHead(200, HEADERS).end(body);
  });
  assert.equal((await bodiesOf(opening, { after: 0, upTo: 5 })).length, 5);
  assert.equal(requests, 4);

  requests = 0;
  const down = await lie(t, (_, response) => {
    requests++;
    response.writeHead(503, { ...PROBLEM, "retry-after": "0" }).end(problemText(503, "UNREACHABLE"));
  });
  await assert.rejects(down.head(), { code: "UNREACHABLE", message: /503: try again/ });
  assert.equal(requests, 1);
});

test("read() that waits for a server to open the log ends with the signal's reason", async (t) => {
  const stop = new AbortController();
  const log = await lie(t, (_, response) => {
    response.writeHead(503, { ...PROBLEM, "retry-after": "9" }).end(problemText(503, "OPENING"));
    setImmediate(() => stop.abort(new Error("enough")));
  });
  await assert.rejects(async () => {
    for await (const _ of log.read(ALL, { signal: stop.signal }));
  }, /enough/);
});

type Reply = [what: string, { body?: Buffer; status?: number; headers?: Record<string, string> }, LogErrorCode];

const PAGE = Buffer.from("<html><title>Welcome to the Wi-Fi</title></html>");
const HTML = { "content-type": "text/html" };

function problem(status: number, code: string): Reply[1] {
  return { status, headers: PROBLEM, body: Buffer.from(problemText(status, code)) };
}

for (const [what, answer, code] of [
  ["the events of another place", { body: Buffer.concat([second, third]) }, "DAMAGED"],
  ["events with one left out", { body: Buffer.concat([first, third]) }, "DAMAGED"],
  ["events in another order", { body: Buffer.concat([second, first]) }, "DAMAGED"],
  ["an event twice", { body: Buffer.concat([first, first]) }, "DAMAGED"],
  ["nothing, though its head is further", { body: Buffer.alloc(0) }, "DAMAGED"],
  ["an event that breaks off", { body: body.subarray(0, -1) }, "MALFORMED_EVENT"],
  ["no events but a page", { body: Buffer.from("<html>"), headers: { "content-type": "text/html" } }, "FOREIGN_REPLY"],
  ["a page in place of its events", { body: PAGE, headers: { ...HEADERS, ...HTML } }, "FOREIGN_REPLY"],
  ["bytes that are no events", { body: Buffer.from([0xc1]) }, "MALFORMED_EVENT"],
  ["fewer events than the block has", { body, headers: { "invoify-log": LOG, "invoify-block-end": "6" } }, "DAMAGED"],
  ["more events than the block has", { body, headers: { "invoify-log": LOG, "invoify-block-end": "4" } }, "DAMAGED"],
  ["a block's end that is no number", { body, headers: { ...HEADERS, "invoify-block-end": "far" } }, "FOREIGN_REPLY"],
  ["that this client is too old", problem(426, "CLIENT_TOO_OLD"), "UNKNOWN_EVENT"],
  ["no head where there should be one", { body, headers: { "invoify-log": LOG } }, "FOREIGN_REPLY"],
  ["a head that is no number", { body, headers: { ...HEADERS, "invoify-head": "many" } }, "FOREIGN_REPLY"],
  ["a hash that is none", { body, headers: { ...HEADERS, "invoify-hash": "zz" } }, "FORKED"],
  ["another place to go", { status: 302, headers: { location: "/elsewhere" } }, "FOREIGN_REPLY"],
  ["a problem that this release does not know", problem(409, "MOON_PHASE"), "UNREACHABLE"],
  ["a failure of its own", problem(500, "INTERNAL"), "UNREACHABLE"],
  ["that it knows nothing of events", problem(404, "NO_SUCH_ROUTE"), "NOT_A_LOG"],
  ["that a login is needed", problem(401, "TOKEN_NOT_VALID"), "UNAUTHORIZED"],
  ["that this is not allowed", problem(403, "ROLE_TOO_WEAK"), "UNAUTHORIZED"],
  ["that its log is shorter", problem(409, "HEAD_BEFORE_AFTER"), "FORKED"],
  ["that there are too many requests", problem(429, "TOO_MANY_ATTEMPTS"), "UNREACHABLE"],
  ...[200, 204, 401, 403, 404, 409, 429, 451, 500, 502, 503, 504].flatMap((status): Reply[] => [
    [`the page of something else, ${status}`, { status, headers: HTML, body: PAGE }, "FOREIGN_REPLY"],
    [`nothing, ${status}`, { status, headers: {} }, "FOREIGN_REPLY"],
    [`JSON of something else, ${status}`, { status, headers: {}, body: Buffer.from("{}") }, "FOREIGN_REPLY"],
  ]),
] satisfies Reply[]) {
  test(`read() of a server that responds with ${what} is ${code}`, async (t) => {
    const log = await lie(t, (_, response) => {
      const {
        status = 200,
        headers = HEADERS,
        body = "",
      } = answer as { status?: number; headers?: object; body?: Buffer };
      response.writeHead(status, headers as Record<string, string>).end(body);
    });
    const expect = what.includes("hash") ? eventHash(first) : undefined;
    const range = expect ? { after: 1, upTo: 3 } : ALL;
    await assert.rejects(
      async () => {
        await bodiesOf(log, range, expect);
        await log.head();
      },
      { code },
    );
  });
}

test("read() returns no more than it requested", async (t) => {
  const log = await lie(t, (_, response) => response.writeHead(200, HEADERS).end(body));
  await assert.rejects(bodiesOf(log, { after: 0, upTo: 3 }), { code: "DAMAGED" });
});

test("read() of a server that switches to another log is NOT_A_LOG", async (t) => {
  const many = logOf(SEGMENT + 1);
  let answers = 0;
  const log = await lie(t, (_, response) => {
    const other = uuidText(idOf(1, 7));
    const headers = { "invoify-log": answers++ === 0 ? LOG : other };
    response.writeHead(200, headers).end(Buffer.concat(many.slice(0, SEGMENT).map(({ body }) => body)));
  });
  await assert.rejects(bodiesOf(log, ALL), { code: "NOT_A_LOG" });
  assert.equal(answers, 2);
});

test("read() of a server that closes or does not exist is UNREACHABLE", async (t) => {
  const closing = await lie(t, (request) => request.socket.destroy());
  await assert.rejects(closing.head(), { code: "UNREACHABLE" });
  const cut = await lie(t, (request, response) => {
    const beginning = first.subarray(0, -1);
    response.writeHead(200, { ...HEADERS, "content-length": "1000" }).write(beginning, () => request.socket.destroy());
  });
  await assert.rejects(bodiesOf(cut, ALL), { code: "UNREACHABLE" });
  const nobody = new HttpLog("http://127.0.0.1:9", { token });
  await assert.rejects(nobody.head(), { code: "UNREACHABLE" });
});

test("an error contains the address and the server's message, but not the token", async (t) => {
  const ended = problemText(401, "SESSION_ENDED", "log in again");
  const log = await lie(t, (_, response) => response.writeHead(401, PROBLEM).end(ended));
  await assert.rejects(log.head(), (error: Error) => {
    assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+: 401: log in again$/);
    return true;
  });
});
