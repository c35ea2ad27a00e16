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
    files: {
      "index.html": text("<p>page"),
      "app.js": text("1"),
      "app.css": text("p{}"),
      "pdf.js": text("2"),
      "pdf.worker.js": text("3"),
    },
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

/** Uses the key in an address. */
async function enter(address: string, headers: Record<string, string> = {}): Promise<Reply> {
  const { origin, hash } = new URL(address);
  return await ask(`${origin}/session`, { method: "POST", headers, body: hash.replace("#key=", "") });
}

/** @returns the header that gives access */
async function accessTo(address: string): Promise<{ authorization: string }> {
  const { status, body } = await enter(address);
  assert.equal(status, 200);
  return { authorization: `Bearer ${body}` };
}

const CALL = { method: "POST", body: JSON.stringify({ call: "getStatus", argument: {} }) };

test("the key works once, and gives a token for all further calls", async () => {
  const { address, base, calls } = await newViewer();
  assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/start#key=[\w-]{32}$/, "browsers do not send the part after #");
  const refused = await ask(`${base}/call`, CALL);
  assert.deepEqual([refused.status, refused.body], [401, "Open the address that the viewer printed when it started."]);
  assert.equal((await ask(`${base}/status`)).status, 401);
  for (const body of ["", "wrong", "x".repeat(100_000)])
    assert.equal((await ask(`${base}/session`, { method: "POST", body })).status, 401);
  const access = await accessTo(address);
  const again = await enter(address);
  assert.equal(again.status, 401, "a second use");
  assert.match(again.body, /used already.*Start the viewer again/);
  assert.equal((await enter(address, access)).status, 200, "a page with the token may use the address again");
  assert.equal((await ask(`${base}/call`, { ...CALL, headers: access })).status, 200);
  for (const authorization of ["", "Bearer ", `${access.authorization}x`, access.authorization.slice(7)])
    assert.equal((await ask(`${base}/call`, { ...CALL, headers: { authorization } })).status, 401, authorization);
  assert.equal(calls.length, 1);
});

test("the files of the page need no token, contain none, and set no cookie", async () => {
  const { address, base } = await newViewer();
  const { authorization } = await accessTo(address);
  for (const path of ["/", "/start", "/app.js", "/app.css", "/pdf.js", "/pdf.worker.js"]) {
    const { status, headers, body } = await ask(base + path);
    assert.equal(status, 200, path);
    assert.match(String(headers["content-security-policy"]), /default-src 'none'; script-src 'self'/);
    assert.deepEqual([headers["set-cookie"], headers["access-control-allow-origin"]], [undefined, undefined]);
    assert.ok(!body.includes(authorization.slice(7)));
  }
  for (const path of ["/../../package.json", "/index.html/", "/nothing", "//"])
    assert.equal((await ask(base + path)).status, 404, path);
});

test("requests of other origins are refused, even with the token; so is another name of this machine", async () => {
  const { address, base, calls } = await newViewer();
  const access = await accessTo(address);
  const { port } = new URL(base);
  const foreign: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: `http://127.0.0.1:${Number(port) - 1}` },
    { origin: `http://localhost:${port}` },
    { origin: `https://127.0.0.1:${port}` },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
  ];
  for (const headers of foreign)
    assert.equal((await ask(`${base}/call`, { ...CALL, headers: { ...access, ...headers } })).status, 403);
  for (const path of ["/status", "/app.js", "/start"])
    assert.equal((await ask(base + path, { headers: { ...access, "sec-fetch-site": "same-site" } })).status, 403, path);
  for (const host of ["evil.example", `evil.example:${port}`, `localhost:${port}`, "127.0.0.1", `[::1]:${port}`])
    for (const path of ["/", "/status"])
      assert.equal((await ask(base + path, { headers: { ...access, host } })).status, 421, host);
  assert.deepEqual(calls, []);
});

test("a link from anywhere opens the app; a frame of another page does not", async () => {
  const { base } = await newViewer();
  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  for (const path of ["/", "/start"]) assert.equal((await ask(base + path, { headers: link })).status, 200);
  assert.equal((await ask(`${base}/app.js`, { headers: link })).status, 403);
  assert.equal((await ask(`${base}/`, { headers: { ...link, "sec-fetch-dest": "iframe" } })).status, 403);
  assert.equal((await ask(`${base}/session`, { method: "POST", headers: link })).status, 403);
});

test("calls are passed on unchanged, up to a length", async () => {
  const { address, base, calls } = await newViewer();
  const headers = { ...(await accessTo(address)), origin: base, "sec-fetch-site": "same-origin" };
  const post = (body: string) => ask(`${base}/call`, { method: "POST", headers, body });
  const answer = await post(JSON.stringify({ call: "listClients", argument: { q: "x" } }));
  assert.deepEqual([answer.status, JSON.parse(answer.body)], [200, { ok: true, value: true }]);
  for (const body of ["", "not json", "[]", "null", "7"]) assert.equal((await post(body)).status, 200);
  assert.deepEqual(calls, [["listClients", { q: "x" }], ...Array(5).fill([undefined, undefined])]);
  assert.equal((await post("x".repeat(16 * 1024 * 1024 + 1))).status, 413);
  assert.equal((await ask(`${base}/call`, { headers })).status, 404, "/call is not a page");
  assert.equal((await ask(`${base}/`, { method: "PUT", headers })).status, 405);
});

test("the status is sent at once, and at each change", async () => {
  const { viewer, address, base } = await newViewer();
  const response = await fetch(`${base}/status`, { headers: await accessTo(address) });
  assert.equal(response.headers.get("content-type"), "application/x-ndjson");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader() ?? assert.fail();
  assert.match((await reader.read()).value ?? "", /"checkpoint":7/);
  viewer.sendStatus({ ...STATUS, checkpoint: 8 });
  assert.match((await reader.read()).value ?? "", /"checkpoint":8/);
  await reader.cancel();
});
