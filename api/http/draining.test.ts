/** A server that shuts down finishes its requests, accepts no more, and does not wait forever. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { until } from "../../fixtures/tests/until.ts";
import { CLIENT } from "../running-api.suite.ts";
import { call, newConfig, type Office, openOffice } from "../sessions/people.suite.ts";

/** Sends the first half of a request, and stops. */
async function beginRequest({ api, base }: Pick<Office, "api" | "base">): Promise<Socket> {
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  await once(socket, "connect");
  const head =
    "POST /api/auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n";
  const read = once(api.app.server, "request"); // it counts as begun once the server has read its head
  socket.write(`${head}{"email":`);
  await read;
  return socket;
}

/** Blocks the log until it is released. @returns also the number of commands the server has accepted */
async function holdAppends({ api, owner }: Office): Promise<{ taken: () => number; goOn: () => void }> {
  const { log, writer } = (await api.organizations.get(owner.log)) ?? assert.fail();
  const { execute } = writer;
  let taken = 0;
  writer.execute = (request) => {
    taken++;
    return execute.call(writer, request);
  };
  const { append } = log;
  const { promise: gate, resolve } = Promise.withResolvers<void>();
  log.append = async (events) => {
    await gate;
    return await append.call(log, events);
  };
  return { taken: () => taken, goOn: resolve };
}

test("accepted requests are finished, and later ones get a 503", async () => {
  const office = await openOffice();
  const { api, base, owner } = office;
  const appends = await holdAppends(office);
  const writes = Array.from({ length: 5 }, () => call(base, "POST", "/api/clients", CLIENT, { token: owner.token }));
  await until("it has taken them", () => appends.taken() === 5);
  const head = await (await api.organizations.get(owner.log))?.log.head();
  const closing = api.close();
  await until("it says so", async () => (await call(base, "GET", "/api/ready")).body.code === "SHUTTING_DOWN");
  assert.equal((await call(base, "GET", "/api/health")).status, 200, "it answers, so nobody kills it");
  const late = await call(base, "POST", "/api/clients", CLIENT, { token: owner.token });
  assert.deepEqual([late.status, late.body.code], [503, "SHUTTING_DOWN"]);
  assert.ok(late.headers.get("retry-after"));
  assert.equal(late.headers.get("connection"), "close");
  const wait = await call(base, "GET", `/api/events?after=${head}&wait=30`, undefined, { token: owner.token });
  assert.equal(wait.body.code, "SHUTTING_DOWN");
  appends.goOn();
  for (const { status, text } of await Promise.all(writes)) assert.equal(status, 200, text);
  await closing;
  await assert.rejects(fetch(`${base}/api/health`), "nobody listens any more");
});

test("a client that never ends its request is disconnected after the grace period", async () => {
  const office = await openOffice(newConfig(), { draining: { deadlineMs: 50 } });
  const socket = await beginRequest(office);
  const cut = once(socket, "close");
  socket.on("error", () => {}).resume();
  await office.api.close();
  await cut;
});

test("an idle connection does not delay the shutdown", async () => {
  const { api, base } = await openOffice(newConfig(), { draining: { deadlineMs: 2 ** 30 } });
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  await once(socket, "connect");
  const cut = once(socket, "close");
  socket.on("error", () => {}).resume();
  await api.close();
  await cut;
});
