/** A user who asks for very much and reads nothing of it: the server makes little of it, and serves everybody else. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { clientRegistered } from "../../fixtures/data/events.ts";
import { logOptions } from "../http/server-log.ts";
import { call, join, newConfig, openOffice } from "../sessions/people.suite.ts";
import { registration, send } from "./bad-days.suite.ts";

const METRICS = "a-token-for-metrics-long-enough-to-use";
const MIB = 1024 * 1024;
const EVENTS = 2_048;
const CONNECTIONS = 20;
const PIPELINED = 150;
/** The paths of finished requests, in order. */
const finished: string[] = [];
const running = new Map<string, string>();

const office = await openOffice(newConfig({ INVOIFY_METRICS_TOKEN: METRICS }), {
  logger: logOptions({
    write(line) {
      const { reqId, req, msg } = JSON.parse(line) as { reqId: string; req?: { url: string }; msg: string };
      if (req) running.set(reqId, req.url);
      if (msg === "request completed") finished.push(running.get(reqId) ?? "");
    },
  }),
});
const { base, api, owner } = office;
const viewer = await join(office, "viewer");
const organization = await api.organizations.get(owner.log);
assert.ok(organization);
const head = await organization.log.head();
const at = Date.now();
await organization.log.append(Array.from({ length: EVENTS - head }, (_, n) => clientRegistered(head + n + 1, { at })));
await organization.ensureFresh({ maxAgeMs: 0 });

async function gaugeOf(name: string): Promise<number> {
  const { text } = await call(base, "GET", "/metrics", undefined, { token: METRICS });
  const [, value] = new RegExp(`^invoify_${name} (\\S+)$`, "m").exec(text) ?? [];
  return Number(value);
}

async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  for (const endMs = performance.now() + 60_000; !(await isTrue()); await sleep(10))
    assert.ok(performance.now() < endMs, "it did not happen within a minute");
}

async function openConnections(): Promise<Socket[]> {
  const { port } = new URL(base);
  return await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
      after(() => socket.destroy());
      await once(socket, "connect");
      return socket;
    }),
  );
}

const get = (path: string) =>
  `GET ${path} HTTP/1.1\r\nhost: a\r\naccept: application/json\r\nauthorization: Bearer ${viewer.token}\r\n\r\n`;

for (const path of [
  "/api/events?after=0&limit=1024",
  "/api/events?after=1&limit=1023",
  "/api/sync/pull?since=1970-01-01T00:00:00Z&limit=1000",
  "/api/clients?limit=200",
])
  test(`${CONNECTIONS} × ${PIPELINED} requests of a viewer for ${path}, unread: few are made, others read and write`, async (t) => {
    finished.length = 0;
    const sockets = await openConnections();
    for (const socket of sockets) {
      socket.pause();
      socket.write(get(path).repeat(PIPELINED));
    }
    let [most, waiting] = [0, 0];
    for (let n = 0; n < 30; n++) {
      assert.ok(await send(base, owner.token, registration()));
      assert.equal((await call(base, "GET", "/api/clients?limit=1", undefined, owner)).status, 200);
      most = Math.max(most, await gaugeOf("unread_bytes"));
      waiting = Math.max(waiting, await gaugeOf("reads_waiting"));
    }
    t.diagnostic(`${finished.length} responses, ${(most / MIB).toFixed(1)} MiB unread, ${waiting} waiting`);
    assert.ok(most < 16 * MIB, `${most} bytes wait`);
    assert.ok(waiting <= CONNECTIONS, `${waiting} requests wait`);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await gaugeOf("unread_bytes")) + (await gaugeOf("reads_waiting")) === 0);
    assert.ok(finished.filter((one) => one === path.split("?")[0]).length < (CONNECTIONS * PIPELINED) / 2);
  });

test("a user with too many requests in progress gets 429 and a time to try again; others wait for their turn", async () => {
  const shares = { running: 0, waitingEach: 5 }; // so nothing ends by itself
  const stuck = await openOffice(newConfig(), { shares, draining: { deadlineMs: 10 } });
  const other = await join(stuck, "viewer");
  const stop = new AbortController();
  let waiting = 0;
  const read = async (token: string): Promise<Response | null> => {
    const headers = { authorization: `Bearer ${token}` };
    return await fetch(`${stuck.base}/api/clients`, { headers, signal: stop.signal }).catch(() => null);
  };
  const refusals: Response[] = [];
  const all = Array.from({ length: 8 }, async () => {
    const response = await read(stuck.owner.token);
    if (response) refusals.push(response);
    else waiting++;
  });
  await until(() => refusals.length === 3);
  const others = await Promise.race([read(other.token), sleep(100, "waits")]);
  assert.equal(others, "waits");
  for (const response of refusals) {
    assert.deepEqual([response.status, (await response.json()).code], [429, "TOO_MANY_REQUESTS"]);
    assert.ok(Number(response.headers.get("retry-after")) > 0);
  }
  stop.abort();
  await Promise.all(all);
  assert.equal(waiting, 5);
});
