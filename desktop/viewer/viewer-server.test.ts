/** Which requests the viewer accepts. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { request as send } from "node:http";
import { after, test } from "node:test";
import type { SyncStatus } from "../contract/contract.ts";
import { ViewerServer } from "./viewer-server.ts";

const text = (words: string) => new TextEncoder().encode(words);
const STATUS = { initialized: true, checkpoint: 7 } as SyncStatus;

interface TestViewer {
  viewer: ViewerServer;
  /** The address without the key. */
  base: string;
  /** The address with the key. */
  address: string;
  calls: unknown[][];
}

async function newViewer(): Promise<TestViewer> {
  const calls: unknown[][] = [];
  const viewer = new ViewerServer({
    port: 0,
    files: { "index.html": text("<p>page"), "app.js": text("1"), "app.css": text("p{}") },
    async call(name, argument) {
      calls.push([name, argument]);
      return { ok: true, value: true };
    },
    status: () => STATUS,
  });
  const address = await viewer.listen();
  after(() => viewer.close());
  return { viewer, address, base: new URL(address).origin, calls };
}

interface Reply {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** Sends a request with any headers, as a foreign program could: `fetch` refuses some. */
async function ask(url: string, { method = "GET", headers = {}, body = "" } = {}): Promise<Reply> {
  const request = send(url, { method, headers });
  request.end(body);
  const [response] = await once(request, "response");
  let text = "";
  for await (const part of response) text += part;
  return { status: response.statusCode, headers: response.headers, body: text };
}

async function cookieOf(address: string): Promise<string> {
  const { status, headers } = await ask(address);
  assert.equal(status, 303);
  const [cookie = ""] = headers["set-cookie"] as string[];
  assert.match(cookie, /HttpOnly; SameSite=Strict; Path=\/$/);
  return cookie.split(";")[0] ?? "";
}

test("the address works once, and gives a cookie for all further requests", async () => {
  const { address, base } = await newViewer();
  for (const path of ["/", "/app.js", "/status", "/nothing"]) assert.equal((await ask(base + path)).status, 403, path);
  const cookie = await cookieOf(address);
  assert.equal((await ask(address)).status, 403, "a second use");
  const page = await ask(`${base}/`, { headers: { cookie } });
  assert.deepEqual(
    [page.status, page.body, page.headers["content-type"]],
    [200, "<p>page", "text/html; charset=utf-8"],
  );
  assert.match(String(page.headers["content-security-policy"]), /default-src 'none'; script-src 'self'/);
  assert.equal((await ask(address, { headers: { cookie } })).status, 303, "a browser with the cookie may use it again");
  assert.equal((await ask(`${base}/../../package.json`, { headers: { cookie } })).status, 404);
  assert.equal((await ask(`${base}/?key=wrong`)).status, 403);
});

test("a page of another site cannot use the cookie, nor a host name that resolves to this server", async () => {
  const { address, base, calls } = await newViewer();
  const cookie = await cookieOf(address);
  const call = { method: "POST", body: JSON.stringify({ call: "getStatus", argument: {} }) };
  for (const headers of [
    { cookie, origin: "https://evil.example" },
    { cookie, origin: "null" },
    { cookie, "sec-fetch-site": "cross-site" },
    { cookie, "sec-fetch-site": "same-site" },
    { cookie: `${cookie}x` },
    { cookie: "invoify_viewer=" },
  ])
    assert.equal((await ask(`${base}/call`, { ...call, headers })).status, 403, JSON.stringify(headers));
  const rebound = await ask(`${base}/call`, { ...call, headers: { cookie, host: "evil.example" } });
  assert.equal(rebound.status, 421);
  assert.deepEqual(calls, []);
});

test("calls are passed on unchanged, up to a length", async () => {
  const { address, base, calls } = await newViewer();
  const headers = { cookie: await cookieOf(address), origin: base, "sec-fetch-site": "same-origin" };
  const post = (body: string) => ask(`${base}/call`, { method: "POST", headers, body });
  const answer = await post(JSON.stringify({ call: "listClients", argument: { q: "x" } }));
  assert.deepEqual([answer.status, JSON.parse(answer.body)], [200, { ok: true, value: true }]);
  for (const body of ["", "not json", "[]", "null", "7"]) assert.equal((await post(body)).status, 200);
  assert.deepEqual(calls, [["listClients", { q: "x" }], ...Array(5).fill([undefined, undefined])]);
  assert.equal((await post("x".repeat(1024 * 1024 + 1))).status, 413);
  assert.equal((await ask(`${base}/call`, { headers })).status, 404, "/call is not a page");
  assert.equal((await ask(`${base}/`, { method: "PUT", headers })).status, 405);
});

test("the status is sent at once, and at each change", async () => {
  const { viewer, address, base } = await newViewer();
  const response = await fetch(`${base}/status`, { headers: { cookie: await cookieOf(address) } });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader() ?? assert.fail();
  assert.match((await reader.read()).value ?? "", /"checkpoint":7/);
  viewer.sendStatus({ ...STATUS, checkpoint: 8 });
  assert.match((await reader.read()).value ?? "", /"checkpoint":8/);
  await reader.cancel();
});
