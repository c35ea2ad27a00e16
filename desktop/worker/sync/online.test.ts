/** Online means that an Invoify API answered. Whatever else answers, nobody can write, and nobody loses a login or a log. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ForeignReply, startReplacingProxy } from "../../../api/faults/replacing-proxy.suite.ts";
import { newUuid, uuidText } from "../../../events/uuid.ts";
import { problemOf, problemResponse } from "../../../fixtures/data/problem-response.ts";
import { desktopAt, headOf, registerClients, runApi } from "./desktop.suite.ts";

const registering = (name: string) => ({
  command: "RegisterClient" as const,
  input: { name, address: { country: "GB" } },
  key: uuidText(newUuid()),
});

test("behind a login page or a web filter the desktop is offline, offers no writing, and recovers by itself", async () => {
  const api = await runApi();
  const proxy = await startReplacingProxy(api.base);
  const seat = await desktopAt(api, { server: proxy.base });
  const page = { headers: { "content-type": "text/html" }, body: "<h1>Log in to this Wi-Fi</h1>" };
  const replies: ForeignReply[] = [
    ...[200, 401, 403, 404, 409, 511].map((status) => ({ ...page, status })),
    { status: 204 },
    { status: 302, headers: { location: "http://login.example/" } },
    { headers: { "content-type": "application/json" }, body: '{"head":7}' },
  ];
  for (const reply of replies) {
    const what = JSON.stringify(reply);
    proxy.toAll = reply;
    const code = await seat.refused("pullFromServer");
    assert.equal(code, "FOREIGN_REPLY", what);
    const { isOnline, needs, error } = await seat.until(({ isOnline }) => !isOnline);
    const obstacle = reply.status === 511 ? "gateway" : "page";
    assert.deepEqual([isOnline, needs, error?.obstacle], [false, null, obstacle], what);
    const sent = proxy.writes;
    assert.equal(await seat.refused("write", registering("Behind the portal")), "OFFLINE", what);
    assert.equal(proxy.writes, sent, what);
    proxy.toAll = null;
    await seat.until(({ isOnline, error }) => isOnline && error === null);
  }
  const head = await headOf(api);
  await seat.ask("write", registering("After the portal"));
  assert.equal(await headOf(api), head + 1);
});

test("a server that says it is busy is reached: it is online, and says why it does not sync", async () => {
  const api = await runApi();
  const proxy = await startReplacingProxy(api.base);
  const seat = await desktopAt(api, { server: proxy.base });
  proxy.toAll = problemOf(503, "NOT_READY");
  assert.equal(await seat.refused("pullFromServer"), "UNREACHABLE");
  const { isOnline, error } = seat.desktop.status;
  assert.deepEqual([isOnline, error?.obstacle], [true, "busy"]);
  proxy.toAll = null;
  await seat.until(({ error }) => error === null);
});

test("pullFromServer() rejects when the histories differ, and sync goes on by itself once the server is put right", async () => {
  const api = await runApi();
  let isShort = false;
  const shorter = (async (url: URL, init?: RequestInit) => {
    if (isShort && String(url).includes("/api/events")) return problemResponse(409, "HEAD_BEFORE_AFTER");
    return await fetch(url, init);
  }) as typeof fetch;
  const seat = await desktopAt(api, { fetch: shorter });
  isShort = true;
  assert.equal(await seat.refused("pullFromServer"), "FORKED");
  const { needs, isOnline } = await seat.until(({ needs }) => needs === "agreement");
  assert.deepEqual([needs, isOnline], ["agreement", true]);
  assert.equal(await seat.refused("write", registering("On another history")), "FORKED");
  assert.equal(await seat.refused("pullFromServer"), "FORKED", "again");
  await registerClients(api, "Written meanwhile");
  const head = await headOf(api);
  isShort = false;
  const put = await seat.until(({ checkpoint }) => checkpoint === head);
  assert.deepEqual([put.needs, put.error], [null, null]);
});

test("pullFromServer() rejects when the session is over", async () => {
  const api = await runApi();
  let isOver = false;
  const ended = (async (url: URL, init?: RequestInit) =>
    isOver ? problemResponse(401, "SESSION_ENDED") : await fetch(url, init)) as typeof fetch;
  const seat = await desktopAt(api, { fetch: ended });
  isOver = true;
  assert.match(await seat.refused("pullFromServer"), /UNAUTHORIZED|LOGIN_NEEDED/);
  assert.equal((await seat.until(({ needs }) => needs === "login")).error?.code, "UNAUTHORIZED");
  assert.equal(await seat.refused("pullFromServer"), "LOGIN_NEEDED");
});
