/** Clients that read slowly or never, or send a request that does not end: others are served, memory is bounded. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, test } from "node:test";
import { clientRegistered } from "../../fixtures/data/events.ts";
import { runApi } from "../running-api.suite.ts";
import { call } from "../sessions/people.suite.ts";
import { registration, send } from "./bad-days.suite.ts";

const DEAF_CLIENTS = 8;
/** Requests that each of them sends, one after the other, without reading an answer. */
const PIPELINED = 4_000;
const EVENTS = 1_024;
const MIB = 1024 * 1024;

test(`${DEAF_CLIENTS} clients that ask for ${PIPELINED} segments each and read nothing: others are served, and memory is bounded`, async (t) => {
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
  await Promise.all(Array.from({ length: DEAF_CLIENTS }, () => askDeaf(Number(port), requests)));
  for (let n = 0; n < 100; n++) {
    assert.ok(await send(base, token, registration()));
    assert.equal((await call(base, "GET", "/api/clients", undefined, { token })).status, 200);
  }
  const grown = process.memoryUsage().rss - before;
  const asked = DEAF_CLIENTS * PIPELINED * byteLength;
  t.diagnostic(`${Math.round(asked / MIB)} MiB were asked for; the process grew by ${Math.round(grown / MIB)} MiB`);
  assert.ok(grown < asked / 4, "what nobody reads is not made");

  // Who takes nothing for long is let go of.
  api.app.server.setTimeout(200);
  const [[taken]] = await Promise.all([once(api.app.server, "connection"), askDeaf(Number(port), requests)]);
  await once(taken, "close");
  // Nor does anybody who reads nothing keep the server from closing, when its last requests have had their time.
  await api.close();
});

test("a server lets go of whoever neither sends nor takes anything for two minutes, which a long poll never is", async () => {
  const { api } = await runApi();
  assert.equal(api.app.server.timeout, 120_000);
});

/** Asks, and reads nothing. */
async function askDeaf(port: number, requests: string): Promise<void> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  after(() => socket.destroy());
  await once(socket, "connect");
  socket.pause();
  socket.write(requests.repeat(PIPELINED));
}
