/** Clients that send a request a few bytes at a time, without end: each is refused in time, and no other client is. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { fileURLToPath } from "node:url";
import { registration, send } from "../faults/bad-days.suite.ts";
import { call, newConfig, openOffice, startApi } from "../sessions/people.suite.ts";
import { MIN_BYTES } from "./uploads.ts";

const CERT = fileURLToPath(new URL("../../fixtures/tls/localhost.cert.pem", import.meta.url));
const KEY = fileURLToPath(new URL("../../fixtures/tls/localhost.key.pem", import.meta.url));
/** Instead of a minute. */
const REQUEST_TIMEOUT_MS = 600;
/** Between two drops of a few bytes, ms: the connection is never silent for long. */
const DROP_MS = 50;
const CLIENTS = 20;
const PIECE_BYTES = MIN_BYTES / 2;

const { api, base, config, owner } = await openOffice(newConfig(), { requestTimeoutMs: REQUEST_TIMEOUT_MS });
const port = Number(new URL(base).port);

const HEAD = `POST /api/clients HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${owner.token}\r\n`;
const BODY = `${HEAD}content-type: application/json\r\n`;
const UPLOADS: Readonly<Record<string, { begin: string; drop: string }>> = {
  "headers that do not end": { begin: HEAD, drop: "x-a: b\r\n" },
  "a body of a known length": { begin: `${BODY}content-length: 400000\r\n\r\n{`, drop: " " },
  "a body in chunks": { begin: `${BODY}transfer-encoding: chunked\r\n\r\n`, drop: "1\r\n \r\n" },
};

for (const [what, { begin, drop }] of Object.entries(UPLOADS))
  test(`${CLIENTS} clients that send ${what}, a little at a time, get 408; others are served`, async () => {
    let [others, dripping] = [0, true];
    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: CLIENTS }, () => drip(connect(port, "127.0.0.1"), begin, drop))).finally(() => {
        dripping = false;
      }),
      (async () => {
        for (; dripping; others++) assert.ok(await send(base, owner.token, registration()));
      })(),
    ]);
    for (const answer of answers) {
      assert.match(answer, /^HTTP\/1\.1 408 /);
      assert.match(answer, /content-type: application\/problem\+json\r\n/);
      assert.equal(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))).code, "REQUEST_TOO_SLOW");
    }
    assert.ok(others > 0);
  });

test("a complete request is never refused with 408, however long its response takes", async () => {
  const { headers } = await call(base, "GET", "/api/events?limit=1", undefined, owner);
  const head = headers.get("invoify-head");
  const waited = await call(base, "GET", `/api/events?after=${head}&wait=2`, undefined, owner);
  assert.deepEqual([waited.status, waited.headers.get("invoify-head"), waited.text], [200, head, ""]);
});

test("over TLS, a slow upload is refused as well", async () => {
  const tls = newConfig({ INVOIFY_TLS_CERT: CERT, INVOIFY_TLS_KEY: KEY });
  const server = await startApi(tls, { requestTimeoutMs: REQUEST_TIMEOUT_MS });
  const to = { port: Number(new URL(server.base).port), ca: readFileSync(CERT), servername: "localhost" };
  assert.match(await drip(connectTls(to), "GET /api/health HTTP/1.1\r\n", "x-a: b\r\n"), /^HTTP\/1\.1 408 /);
});

test("by default, headers may take a minute, and no request more than 130", async () => {
  const { api: usual } = await startApi(newConfig());
  const { requestTimeout, headersTimeout } = usual.app.server;
  assert.deepEqual([requestTimeout, headersTimeout], [130 * 60_000, 60_000]);
  assert.equal(api.app.server.headersTimeout, REQUEST_TIMEOUT_MS);
});

for (const tls of [null, newConfig({ INVOIFY_TLS_CERT: CERT, INVOIFY_TLS_KEY: KEY }).tls])
  test(`a user's long body arrives over a slow line${tls ? " with TLS" : ""}, in longer than the usual time`, async () => {
    const usualMs = 2_000;
    const server = await startApi({ ...config, tls }, { requestTimeoutMs: usualMs });
    const { key, body } = registration();
    const bytes = Buffer.from(JSON.stringify(body).padEnd(25 * PIECE_BYTES));
    const to = `${tls ? "https" : "http"}://${new URL(server.base).host}/api/clients`;
    const request = (tls ? requestTls : requestPlain)(to, {
      method: "POST",
      headers: { authorization: `Bearer ${owner.token}`, "content-type": "application/json", "idempotency-key": key },
      rejectUnauthorized: false,
    });
    const answered = once(request, "response");
    // In half of the usual time, four times the least that must arrive; all of it in 1.5 times the usual time or more.
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      request.write(bytes.subarray(at, at + PIECE_BYTES));
      await sleep(usualMs / 16);
    }
    request.end();
    const [response] = (await answered) as [IncomingMessage];
    assert.equal(response.statusCode, 200, await text(response));
  });

/** Sends a beginning, then a few bytes at a time. @returns the server's response until it closes the connection */
async function drip(socket: Socket, begin: string, drop: string): Promise<string> {
  socket.on("error", () => {});
  const answer = text(socket);
  const closed = once(socket, "close");
  socket.write(begin);
  const dripping = setInterval(() => socket.write(drop), DROP_MS);
  const hangs = setTimeout(() => socket.destroy(), 30_000);
  await closed;
  clearInterval(dripping);
  clearTimeout(hangs);
  return await answer;
}
