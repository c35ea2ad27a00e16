/** What a user can reach by a wrong address: programs that are no Invoify API, or one in trouble. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { type ForeignReply, startReplacingProxy } from "../../../api/faults/replacing-proxy.suite.ts";
import type { Obstacle } from "../../../events/errors.ts";

interface BrokenServer {
  /** The address as it is typed. */
  typed: string;
  obstacle?: Obstacle;
  code?: string;
}

const HTML = { "content-type": "text/html" };
const PAGE = "<!doctype html><title>Welcome</title>";
const TLS = fileURLToPath(new URL("../../../fixtures/tls/", import.meta.url));

export async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function serve(handle: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(handle))}`;
}

/** A port at which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function problem(status: number, code: string): ForeignReply {
  const body = JSON.stringify({ type: "about:blank", title: "No", status, code, detail: "not now" });
  return { status, headers: { "content-type": "application/problem+json" }, body };
}

async function replying(reply: ForeignReply): Promise<string> {
  const proxy = await startReplacingProxy("http://127.0.0.1:9");
  proxy.toAll = reply;
  return proxy.base;
}

/** By what each is. */
export async function startBrokenServers(): Promise<Record<string, BrokenServer>> {
  const sockets = createTcpServer((socket) => socket.on("error", () => {}));
  const silent = await listen(sockets);
  const cutting = await listen(createTcpServer((socket) => socket.destroy()));
  const plain = await serve((_, response) => response.end());
  const tls = createTlsServer(
    { cert: readFileSync(`${TLS}localhost.cert.pem`), key: readFileSync(`${TLS}localhost.key.pem`) },
    (_, response) => response.end(),
  );
  const secure = await listen(tls);
  return {
    "a name that nobody has": { typed: "https://invoices.invalid", obstacle: "name" },
    "a port at which nothing listens": { typed: `http://127.0.0.1:${await closedPort()}`, obstacle: "refused" },
    "a port that accepts, and is silent": { typed: `http://127.0.0.1:${silent}`, obstacle: "timeout" },
    "a port that hangs up": { typed: `http://127.0.0.1:${cutting}`, obstacle: "cut" },
    "a certificate that nobody trusts": { typed: `https://127.0.0.1:${secure}`, obstacle: "certificate" },
    "the same, without a scheme": { typed: `127.0.0.1:${secure}`, obstacle: "certificate" },
    "plain http behind https://": { typed: plain.replace("http:", "https:"), obstacle: "protocol" },
    "a page": { typed: await replying({ headers: HTML, body: PAGE }), obstacle: "page" },
    "a page of a login": { typed: await replying({ status: 302, headers: { location: "/login" } }), obstacle: "page" },
    "a page with 404": { typed: await replying({ status: 404, headers: HTML, body: PAGE }), obstacle: "page" },
    "a proxy whose server is away": {
      typed: await replying({ status: 502, headers: HTML, body: PAGE }),
      obstacle: "gateway",
    },
    "JSON of another program": {
      typed: await replying({ headers: { "content-type": "application/json" }, body: '{"ok":true}' }),
      obstacle: "page",
    },
    "an API that restarts": { typed: await replying(problem(503, "SHUTTING_DOWN")), obstacle: "busy" },
    "an API that fails": { typed: await replying(problem(500, "INTERNAL")), obstacle: "failed" },
    "an API that wants https": { typed: await replying(problem(403, "TLS_REQUIRED")), code: "TLS_REQUIRED" },
    "an API of a newer release": { typed: await replying(problem(409, "FROM_THE_FUTURE")), code: "NEWER_SERVER" },
  };
}
