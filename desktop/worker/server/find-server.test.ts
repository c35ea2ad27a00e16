/** The server's address is tested before it is stored. */
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { test } from "node:test";
import { startReplacingProxy } from "../../../api/faults/replacing-proxy.suite.ts";
import type { CallError } from "../../contract/call-error.ts";
import { serverAddressesOf } from "../../contract/server-address.ts";
import { headOf, OWNER, registerClients, runApi, startDesktop } from "../sync/desktop.suite.ts";
import { listen, startBrokenServers } from "./broken-servers.suite.ts";
import { findServer } from "./find-server.ts";

const api = await runApi();
const LOGIN = { email: OWNER.email, password: OWNER.password };

for (const [what, { typed, obstacle, code }] of Object.entries(await startBrokenServers()))
  test(`findServer() refuses ${what}, at the field, and says why`, async () => {
    await assert.rejects(findServer(serverAddressesOf(typed), { patienceMs: 500 }), (error: CallError) => {
      assert.deepEqual([error.name, error.field, error.obstacle], ["CallError", "server", obstacle], error.message);
      if (code !== undefined) assert.equal(error.code, code);
      return true;
    });
  });

test("setServer() stores nothing that does not work, and the next address can be typed", async () => {
  const seat = await startDesktop();
  const wrong = await startReplacingProxy("http://127.0.0.1:9");
  wrong.toAll = { headers: { "content-type": "text/html" }, body: "<h1>Welcome</h1>" };
  assert.equal(await seat.refused("setServer", { server: wrong.base }), "FOREIGN_REPLY");
  assert.deepEqual([seat.desktop.status.server, seat.desktop.store.setting("server")], [null, undefined]);
  assert.equal((await seat.ask("setServer", { server: api.base })).server, api.base);
  assert.equal(await seat.refused("setServer", { server: wrong.base }), "FOREIGN_REPLY");
  assert.deepEqual([seat.desktop.status.server, seat.desktop.store.setting("server")], [api.base, api.base]);
});

test("an address of this machine needs no scheme; slashes, pages below the API and upper case do not matter", async () => {
  const { host, port } = new URL(api.base);
  for (const typed of [host, ` HTTP://${host}/ `, `${host}/`, `${api.base}/docs/#invitation=x`, `localhost:${port}`])
    assert.match(
      await findServer(serverAddressesOf(typed)),
      new RegExp(`^http://(localhost|127\\.0\\.0\\.1):${port}$`),
      typed,
    );
});

test("an API below a proxy's path is found, and used there", async () => {
  const port = await listen(
    createServer((incoming, response) => {
      const { method, url = "", headers } = incoming;
      if (!url.startsWith("/books/api/")) return response.writeHead(404, { "content-type": "text/html" }).end("none");
      const passed = request(new URL(url.slice("/books".length), api.base), { method, headers }, (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      });
      passed.on("error", () => response.destroy());
      response.on("close", () => passed.destroy());
      return incoming.pipe(passed);
    }),
  );
  const seat = await startDesktop();
  await seat.ask("setServer", { server: `127.0.0.1:${port}/books/` });
  await seat.ask("login", LOGIN);
  const head = await headOf(api);
  const { server } = await seat.until(({ checkpoint, phase }) => checkpoint === head && phase === "idle");
  assert.equal(server, `http://127.0.0.1:${port}/books`);
  const write = { command: "RegisterClient", input: { name: "Behind a proxy", address: { country: "GB" } } } as const;
  await seat.ask("write", { ...write, key: "0192f0c1-0000-7000-8000-000000000001", form: "client/new" });
});

test("an API that does not know sign-up is an older one", async () => {
  const port = await listen(
    createServer(({ url }, response) => {
      const known = url === "/api/health";
      response.writeHead(known ? 200 : 404, {
        "content-type": known ? "application/json" : "application/problem+json",
      });
      const problem = { type: "about:blank", title: "No", status: 404, code: "NO_SUCH_ROUTE", detail: "no" };
      response.end(JSON.stringify(known ? { ok: true } : problem));
    }),
  );
  assert.equal(await findServer([`http://127.0.0.1:${port}`]), `http://127.0.0.1:${port}`);
});

test("a server that has moved is set without a logout: everything stays readable, and a login syncs again", async () => {
  const old = await startReplacingProxy(api.base);
  const seat = await startDesktop();
  await seat.ask("setServer", { server: old.base });
  await seat.ask("login", LOGIN);
  await seat.until(({ initialized, phase }) => initialized && phase === "idle");
  old.toAll = { status: 502, headers: { "content-type": "text/html" }, body: "gone" };
  const [added] = await registerClients(api, "Written meanwhile");
  await seat.ask("setServer", { server: api.base });
  const moved = await seat.until(({ needs }) => needs === "login");
  assert.deepEqual([moved.initialized, moved.server, moved.log], [true, api.base, api.logId]);
  await seat.ask("listClients");
  assert.equal(seat.stored.tokens, null, "the token is for the earlier server only");
  await seat.ask("login", LOGIN);
  const head = await headOf(api);
  await seat.until(({ needs, isOnline, checkpoint }) => needs === null && isOnline && checkpoint === head);
  assert.ok((await seat.ask("listClients")).rows.some(({ id }) => id === added));
});

test("setServer() keeps an administrator's address, whatever is typed", async () => {
  const seat = await startDesktop({ server: api.base });
  assert.equal(await seat.refused("setServer", { server: "https://elsewhere.invalid" }), "SERVER_IS_SET");
  assert.equal((await seat.ask("setServer", { server: api.base })).server, api.base);
});
