/** Clients that send many requests and read no response: others are served, and memory is bounded. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, test } from "node:test";
import { clientRegistered } from "../../fixtures/data/events.ts";
import { runApi } from "../running-api.suite.ts";
import { call } from "../sessions/people.suite.ts";
import { registration, send } from "./bad-days.suite.ts";

const DEAF_CLIENTS = 8;
/** Requests that each of them sends in a row without reading a response. */
const PIPELINED = 4_000;
const EVENTS = 1_024;
const MIB = 1024 * 1024;

test(`${DEAF_CLIENTS} clients that request ${PIPELINED} segments each and read nothing: others are served, and memory is bounded`, async (t) => {
  const { base, token, api, organization } = await runApi();
  const at = Date.now();
  await organization.log.append(Array.from({ length: EVENTS - 2 }, (_, n) => clientRegistered(n + 3, { at })));
  const { port } = new URL(base);
  const requests =
    `GET /api/events?after=0&limit=${EVENTS} HTTP/1.1\r\nhost: a\r\naccept-encoding: identity\r\n` +
    `authorization: Bearer ${token}\r\n\r\n`;
  const segment = await fetch(`${base}/api/events?limit=${EVENTS}`, { headers: { authorization: `Bearer ${token}` } });
  const { byteLength } = await segment.arrayBuffer();
  const before = process.memoryUsage().rss;
  await Promise.all(Array.from({ length: DEAF_CLIENTS }, () => sendUnread(Number(port), requests)));
  for (let n = 0; n < 100; n++) {
    assert.ok(await send(base, token, registration()));
    assert.equal((await call(base, "GET", "/api/clients", undefined, { token })).status, 200);
  }
  const grown = process.memoryUsage().rss - before;
  const requestedBytes = DEAF_CLIENTS * PIPELINED * byteLength;
  t.diagnostic(
    `${Math.round(requestedBytes / MIB)} MiB were requested; the process grew by ${Math.round(grown / MIB)} MiB`,
  );
  assert.ok(grown < requestedBytes / 4, "unread responses are not produced");

  // A client that reads nothing for long is disconnected.
  api.app.server.setTimeout(200);
  const [[connection]] = await Promise.all([once(api.app.server, "connection"), sendUnread(Number(port), requests)]);
  await once(connection, "close");
  // A client that reads nothing does not keep the server from closing, once the time for its last requests is over.
  await api.close();
});

test("a server disconnects a client that is idle for two minutes, which is longer than any long poll", async () => {
  const { api } = await runApi();
  assert.equal(api.app.server.timeout, 120_000);
});

/** Sends requests and reads nothing. */
async function sendUnread(port: number, requests: string): Promise<void> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  after(() => socket.destroy());
  await once(socket, "connect");
  socket.pause();
  socket.write(requests.repeat(PIPELINED));
}
