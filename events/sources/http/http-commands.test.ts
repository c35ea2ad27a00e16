/** A command is settled by the API's own answer only. Everything else leaves its outcome open. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { problemOf } from "../../../fixtures/data/problem-response.ts";
import { COMMANDS, type CommandCall } from "../../commands/commands.ts";
import { ConnectionError, LogError, ServerRefusal } from "../../errors.ts";
import { newUuid, uuidText } from "../../uuid.ts";
import { sendCommand, sendJson } from "./http-commands.ts";
import { MAX_JSON_BYTES } from "./problem.ts";

const LOG = uuidText(newUuid());
const KEY = newUuid();
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
const PAYMENT: CommandCall = {
  command: "ReversePayment",
  id: 7,
  input: COMMANDS.ReversePayment.input.parse({ reason: "wrong client" }),
};
const RESULT = { seq: 12, id: uuidText(KEY), stream: 7, version: 2 };

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  t.after(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const send = (base: string) => sendCommand(PAYMENT, { base, token: "t", key: KEY, log: LOG, timeoutMs: 10_000 });

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

const json = (value: unknown, headers: Record<string, string> = {}): Answer => ({
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(value),
});
const page = (status: number): Answer => ({ status, headers: { "content-type": "text/html" }, body: "<html>Welcome" });
const packed = gzipSync(JSON.stringify({ ...RESULT, more: "x".repeat(5_000) }));

for (const [what, answer] of [
  ["a page with 200", page(200)],
  ["a page with 401", page(401)],
  ["a page with 403", page(403)],
  ["a page with 404", page(404)],
  ["a page with 409", page(409)],
  ["a page with 422", page(422)],
  ["a page with 502", page(502)],
  ["a page with 503", page(503)],
  ["an empty 200", { headers: JSON_TYPE, body: "" }],
  ["an empty 204", { status: 204 }],
  ["{}", json({})],
  ["null", json(null)],
  ["a list", json([RESULT])],
  ["JSON that is cut", { headers: JSON_TYPE, body: JSON.stringify(RESULT).slice(0, -1) }],
  ["JSON in bytes that are not UTF-8", { headers: JSON_TYPE, body: Buffer.from(JSON.stringify(RESULT), "utf16le") }],
  ["gzip that is cut", { headers: { ...JSON_TYPE, "content-encoding": "gzip" }, body: packed.subarray(0, 60) }],
  ["gzip that is damaged", { headers: { ...JSON_TYPE, "content-encoding": "gzip" }, body: Buffer.from("not gzip") }],
  ["the result as text/html", { headers: { "content-type": "text/html" }, body: JSON.stringify(RESULT) }],
  ["the result without a type", { body: JSON.stringify(RESULT) }],
  ["the result of another key", json({ ...RESULT, id: uuidText(newUuid()) })],
  ["the result of another stream", json({ ...RESULT, stream: 8 })],
  ["a result without a version", json({ ...RESULT, version: undefined })],
  ["an event without a sequence", json({ ...RESULT, seq: null })],
  ["a sequence without an event", json({ ...RESULT, id: null })],
  ["the result of another log", json(RESULT, { "invoify-log": uuidText(newUuid()) })],
  ["a login", json({ token: "t", refreshToken: "r", log: LOG, user: { id: 2 } })],
  ["a row of a list", json({ rows: [], next: null })],
  ["a problem with 200", { ...problemOf(422, "NO_LINES"), status: 200 }],
  ["a problem of an unknown code", problemOf(409, "MOON_PHASE")],
  ["a problem of another status", { ...problemOf(422, "NO_LINES"), status: 409 }],
  ["a problem as application/json", { ...problemOf(422, "NO_LINES"), headers: JSON_TYPE }],
  ["a problem without a detail", { ...problemOf(422, "NO_LINES"), body: '{"status":422,"code":"NO_LINES"}' }],
  ["the API's own failure", problemOf(500, "INTERNAL")],
  ["an unknown outcome", problemOf(503, "UNKNOWN_OUTCOME")],
  ["a redirect", { status: 302, headers: { location: "/login" } }],
  ["a redirect that repeats the request", { status: 307, headers: { location: "/api/elsewhere" } }],
] satisfies [string, Answer][]) {
  test(`sendCommand() takes ${what} for no answer: the command may have been written`, async (t) => {
    const paths: string[] = [];
    const { status = 200, headers = {}, body = "" } = answer as Answer;
    const base = await serve(t, (request, response) => {
      paths.push(request.url ?? "");
      response.writeHead(status, headers).end(body);
    });
    await assert.rejects(send(base), (error) => {
      assert.ok(error instanceof LogError, String(error));
      assert.ok(["UNREACHABLE", "FOREIGN_REPLY", "NOT_A_LOG"].includes(error.code), error.code);
      assert.ok(!(error instanceof ConnectionError) || error.mayBeDone);
      return true;
    });
    assert.deepEqual(paths, ["/api/payments/7/reverse"], "it is sent once, and follows no redirect");
  });
}

test("sendCommand() accepts the whole result of its key, and a result without an event", async (t) => {
  for (const result of [RESULT, { ...RESULT, seq: null, id: null }, { ...RESULT, ofANewerRelease: true }]) {
    const base = await serve(t, (_, response) =>
      response.writeHead(200, { ...JSON_TYPE, "invoify-log": LOG }).end(JSON.stringify(result)),
    );
    assert.deepEqual(await send(base), result);
  }
});

test("sendCommand() throws the refusals of the API: what the codes say decides, not the status", async (t) => {
  const from = async ({ status, headers, body }: Required<Answer>) => {
    const base = await serve(t, (_, response) => response.writeHead(status, headers).end(body));
    return await send(base).catch((error: unknown) => error as Error);
  };
  const refusal = await from(problemOf(409, "PAYMENT_REVERSED", "it was reversed"));
  assert.ok(refusal instanceof ServerRefusal);
  assert.deepEqual([refusal.code, refusal.message], ["PAYMENT_REVERSED", "it was reversed"]);
  const session = await from(problemOf(401, "SESSION_ENDED"));
  assert.ok(session instanceof LogError && session.code === "UNAUTHORIZED");
  const stopping = await from(problemOf(503, "SHUTTING_DOWN"));
  assert.ok(stopping instanceof ConnectionError && !stopping.mayBeDone && stopping.isFromApi);
});

test("sendJson() reads no more of a response than it can use", async (t) => {
  const spaces = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
  let sent = 0;
  const base = await serve(t, (request, response) => {
    if (request.url === "/packed") {
      response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }).end(spaces);
      return;
    }
    response.writeHead(request.url === "/problem" ? 403 : 200, JSON_TYPE);
    const chunk = Buffer.alloc(64 * 1024, " ");
    const push = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      if (!response.destroyed) response.once("drain", push);
    };
    push();
  });
  for (const path of ["/packed", "/endless", "/problem"]) {
    const request = { method: "POST", body: {}, reply: z.unknown(), timeoutMs: 30_000 };
    await assert.rejects(sendJson(new URL(path, base), request), { code: "FOREIGN_REPLY" }, path);
  }
  assert.ok(sent < 64 * MAX_JSON_BYTES, `${sent} bytes were sent`);
});

test("each obstacle on the way to a server has its own words, and says whether the request left this device", async (t) => {
  const ask = async (url: string, options: { fetch?: typeof fetch; timeoutMs?: number } = {}) => {
    const request = { method: "POST", body: {}, reply: z.unknown(), ...options };
    const error = await sendJson(new URL(url), request).catch((error: unknown) => error);
    assert.ok(error instanceof ConnectionError, String(error));
    return error;
  };
  const failing = (code: string, more: object = {}) =>
    (async () => {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code, ...more }) });
    }) as unknown as typeof fetch;
  const silent = await serve(t, () => {});
  const cutting = await serve(t, (request) => request.socket.destroy());
  const plain = createTcpServer((socket) => socket.end("220 mail.example ESMTP\r\n")).listen(0, "127.0.0.1");
  await once(plain, "listening");
  t.after(() => plain.close());
  const { port } = plain.address() as AddressInfo;
  const closed = createTcpServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port: closedPort } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));

  const seen = new Set<string>();
  for (const [error, obstacle, mayBeDone] of [
    [await ask("https://no-such-host.invalid"), "name", false],
    [await ask(`http://127.0.0.1:${closedPort}`), "refused", false],
    [await ask("http://127.0.0.1:9"), "refused", false],
    [await ask(silent, { timeoutMs: 50 }), "timeout", true],
    [await ask(cutting), "cut", true],
    [await ask(`https://127.0.0.1:${port}`), "protocol", true],
    [await ask("https://x.example", { fetch: failing("CERT_HAS_EXPIRED") }), "certificate", false],
    [await ask("https://x.example", { fetch: failing("ERR_TLS_CERT_ALTNAME_INVALID") }), "certificate", false],
    [await ask("https://x.example", { fetch: failing("ENETUNREACH", { syscall: "connect" }) }), "network", false],
    // A connection that was open: the request was sent.
    [await ask("https://x.example", { fetch: failing("EHOSTUNREACH", { syscall: "read" }) }), "network", true],
    [await ask("https://x.example", { fetch: failing("UND_ERR_CONNECT_TIMEOUT") }), "timeout", false],
    [await ask("https://x.example", { fetch: failing("net::ERR_NAME_NOT_RESOLVED") }), "name", false],
    [await ask("https://x.example", { fetch: failing("net::ERR_CERT_AUTHORITY_INVALID") }), "certificate", false],
    [await ask("https://x.example", { fetch: failing("net::ERR_PROXY_CONNECTION_FAILED") }), "proxy", false],
    [await ask("https://x.example", { fetch: failing("net::ERR_CONNECTION_RESET") }), "cut", true],
  ] as const) {
    assert.deepEqual([error.obstacle, error.mayBeDone], [obstacle, mayBeDone], error.message);
    seen.add(error.message.replace(/^.*?\/\/[^ ]+: no answer: | \(.*$/g, ""));
  }
  assert.equal(seen.size, 8, [...seen].join("\n"));
});

test("a request over a slow line does not time out while its body is sent or its response arrives", async (t) => {
  const timeoutMs = 1_000;
  const base = await serve(t, (request, response) => {
    const answer = JSON.stringify({ ok: true, padding: " ".repeat(100) });
    const send = (at: number) => {
      if (at >= answer.length) return response.end();
      response.write(answer.slice(at, at + 20));
      setTimeout(() => send(at + 20), 300);
    };
    response.writeHead(200, { "content-type": "application/json" });
    request.on("end", () => setTimeout(() => send(0), 1_500)).resume();
  });
  const request = { method: "POST", body: { text: "x".repeat(60_000) }, reply: z.looseObject({ ok: z.literal(true) }) };
  const { ok } = await sendJson(new URL(base), { ...request, timeoutMs });
  assert.equal(ok, true);
});
