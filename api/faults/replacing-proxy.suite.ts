/** A proxy that answers in the server's place, as login pages, web filters and proxies during a deployment do. */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { gzipSync } from "node:zlib";

/** A response that is not the server's. */
export interface ForeignReply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** True: the connection is cut after the body. */
  cut?: boolean;
}

interface ReplacingProxy {
  /** Its address, to be used instead of the server's. */
  base: string;
  /** Answers every request to a command in the server's place, after the server has done it; null: no request. */
  afterWrites: ForeignReply | null;
  /** Answers every request to a command, and passes none on; null: passes all on. */
  toWrites: ForeignReply | null;
  /** Delays the answer to the next command, after the server has done it; null: no delay. */
  holdNextWrite: Promise<void> | null;
  /** Delays all answers with events; null: no delay. */
  holdEvents: Promise<void> | null;
  /** Answers every request, and passes none on; null: passes all on. */
  toAll: ForeignReply | null;
  /** The commands that reached the server. */
  readonly writes: number;
}

const PAGE = "<!doctype html><title>Welcome</title><h1>Log in to this Wi-Fi</h1>";
const HTML = { "content-type": "text/html" };
const JSON_TYPE = { "content-type": "application/json" };
const RESULT = JSON.stringify({ seq: 12, id: "0192f0c1-0000-7000-8000-000000000000", stream: 7, version: 1 });

/** What has been seen in place of the answer to a command, by name. */
export const FOREIGN_REPLIES: Readonly<Record<string, ForeignReply>> = {
  "a page with 200": { headers: HTML, body: PAGE },
  "a page with 403": { status: 403, headers: HTML, body: PAGE },
  "a page with 404": { status: 404, headers: HTML, body: PAGE },
  "a page with 502": { status: 502, headers: HTML, body: PAGE },
  "a page with 401": { status: 401, headers: HTML, body: PAGE },
  "a redirect to a login": { status: 302, headers: { location: "/login" } },
  "an empty 200": { headers: JSON_TYPE },
  "{}": { headers: JSON_TYPE, body: "{}" },
  "JSON that is cut": { headers: { ...JSON_TYPE, "content-length": "900" }, body: RESULT.slice(0, 40), cut: true },
  "gzip that is cut": {
    headers: { ...JSON_TYPE, "content-encoding": "gzip" },
    body: gzipSync(RESULT).subarray(0, 30),
  },
  "the result of another command": { headers: JSON_TYPE, body: RESULT },
  "a problem of no known code": {
    status: 422,
    headers: { "content-type": "application/problem+json" },
    body: JSON.stringify({ type: "about:blank", title: "No", status: 422, code: "FILTERED", detail: "by policy" }),
  },
};

/** Starts a proxy in front of a server, and closes it after the tests of the file. */
export async function startReplacingProxy(serverBase: string): Promise<ReplacingProxy> {
  const target = new URL(serverBase);
  const state: Omit<ReplacingProxy, "base" | "writes"> & { writes: number } = {
    afterWrites: null,
    toWrites: null,
    holdNextWrite: null,
    holdEvents: null,
    toAll: null,
    writes: 0,
  };
  const proxy = createServer((incoming, response) => {
    if (state.toAll) return send(response, state.toAll);
    const { method = "GET", url = "/", headers } = incoming;
    const isWrite = method !== "GET" && !url.startsWith("/api/auth");
    if (isWrite && state.toWrites) return send(response, state.toWrites);
    const passedOn = request({ ...addressOf(target), method, path: url, headers }, async (reply: IncomingMessage) => {
      if (isWrite) state.writes++;
      if (isWrite && state.holdNextWrite) {
        const release = state.holdNextWrite;
        state.holdNextWrite = null;
        await release;
      }
      if (url.startsWith("/api/events") && state.holdEvents) await state.holdEvents;
      if (isWrite && state.afterWrites) {
        reply.resume();
        return send(response, state.afterWrites);
      }
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    passedOn.on("error", () => response.destroy());
    response.on("close", () => passedOn.destroy());
    incoming.pipe(passedOn);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return Object.assign(state, { base: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
}

function addressOf({ hostname, port }: URL) {
  return { host: hostname, port: Number(port) };
}

function send(response: ServerResponse, { status = 200, headers = {}, body = "", cut = false }: ForeignReply): void {
  response.writeHead(status, headers);
  if (cut) response.write(body, () => response.destroy());
  else response.end(body);
}
