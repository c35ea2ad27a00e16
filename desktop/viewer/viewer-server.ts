/**
 * The app in an ordinary browser: the same pages and the same worker behind an HTTP server on loopback. The key in the
 * address works once. It gives the browser a cookie for as long as the server runs. Requests without the cookie, and
 * requests from pages of other sites, are refused.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CallName } from "../contract/arguments.ts";
import type { Answer, SyncStatus } from "../contract/contract.ts";
import type { PageFiles } from "../package/bundle.ts";
import { mediaTypeOf, PAGE_HEADERS } from "../shell/page-headers.ts";

/** The longest call. */
const MAX_CALL_BYTES = 1024 * 1024;
const COOKIE = "invoify_viewer";
/** Between heartbeats on a stream of statuses, ms: they reveal a broken connection. */
const HEARTBEAT_MS = 20_000;

export interface ViewerServerOptions {
  /** Port on loopback; 0: any that is free. */
  port: number;
  files: PageFiles;
  call: (name: unknown, argument: unknown) => Promise<Answer<CallName>>;
  status: () => SyncStatus | null;
}

export class ViewerServer {
  readonly #options: ViewerServerOptions;
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  readonly #key = randomBytes(24).toString("base64url");
  readonly #cookie = randomBytes(24).toString("base64url");
  #keyUsed = false;

  constructor(options: ViewerServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => {
        if (!response.headersSent) send(response, 500, "text/plain", "an internal error occurred");
        response.destroy();
      });
    });
    this.#server.requestTimeout = 30_000;
  }

  /** @returns the address to open, with the key that works once */
  async listen(): Promise<string> {
    this.#server.listen(this.#options.port, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://${this.#host}/?key=${this.#key}`;
  }

  /** Sends a status to every open page. */
  sendStatus(status: SyncStatus): void {
    for (const stream of this.#streams) stream.write(`data: ${JSON.stringify(status)}\n\n`);
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.end();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Prevents DNS rebinding: another site's name that points to this address is not this server's.
    if (request.headers.host !== this.#host) return send(response, 421, "text/plain", "this server has another name");
    const url = new URL(request.url ?? "/", `http://${this.#host}`);
    const key = url.searchParams.get("key");
    if (request.method === "GET" && url.pathname === "/" && key !== null)
      return this.#exchangeKey(request, response, key);
    if (!this.#isKnown(request))
      return send(
        response,
        403,
        "text/plain; charset=utf-8",
        "Open the address that the viewer printed when it started.\n",
      );
    if (request.method === "POST" && url.pathname === "/call") return await this.#call(request, response);
    if (request.method !== "GET") return send(response, 405, "text/plain", "GET, or POST /call");
    if (url.pathname === "/status") return this.#stream(request, response);
    const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
    if (!Object.hasOwn(this.#options.files, name)) return send(response, 404, "text/plain", "there is no such file");
    send(response, 200, mediaTypeOf(name), this.#options.files[name as keyof PageFiles]);
  }

  #exchangeKey(request: IncomingMessage, response: ServerResponse, key: string) {
    const known = this.#isKnown(request);
    if (!known && (this.#keyUsed || !same(key, this.#key)))
      return send(
        response,
        403,
        "text/plain; charset=utf-8",
        "This address was used already, or is not the one that the viewer printed last.\n",
      );
    this.#keyUsed = true;
    const cookie = `${COOKIE}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`;
    response.writeHead(303, { ...PAGE_HEADERS, location: "/", ...(!known && { "set-cookie": cookie }) });
    response.end();
  }

  #isKnown({ headers }: IncomingMessage): boolean {
    if (headers.origin !== undefined && headers.origin !== `http://${this.#host}`) return false;
    const site = headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none") return false;
    const cookies = (headers.cookie ?? "").split(";").map((part) => part.trim());
    return cookies.some((cookie) => same(cookie, `${COOKIE}=${this.#cookie}`));
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > MAX_CALL_BYTES) return send(response, 413, "text/plain", "the call is too long");
      parts.push(part);
    }
    const { call, argument } = parse(Buffer.concat(parts).toString()) as { call?: unknown; argument?: unknown };
    const answer = await this.#options.call(call, argument);
    send(response, 200, "application/json; charset=utf-8", JSON.stringify(answer));
  }

  /** Sends each status to the page: server-sent events. */
  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...PAGE_HEADERS, "content-type": "text/event-stream" });
    const status = this.#options.status();
    response.write(status ? `data: ${JSON.stringify(status)}\n\n` : ": hello\n\n");
    const heartbeat = setInterval(() => response.write(": heartbeat\n\n"), HEARTBEAT_MS).unref();
    this.#streams.add(response);
    request.once("close", () => {
      clearInterval(heartbeat);
      this.#streams.delete(response);
    });
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { ...PAGE_HEADERS, "content-type": type });
  response.end(body);
}

/** Compares in constant time. */
function same(actual: string, expected: string): boolean {
  const [a, b] = [Buffer.from(actual), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function parse(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
