/**
 * The app in an ordinary browser: the same pages and the same worker behind an HTTP server on loopback.
 *
 * The key in the printed address works once. A page exchanges it for a token, which it sends in a header with every call.
 * The token is stored by origin, so a page of another port on this machine never has it; cookies would ignore the port.
 * A token is valid for as long as its server runs. The files of the page contain no secret, so anyone here may read them.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CallName } from "../contract/arguments.ts";
import type { CallReply, SyncStatus } from "../contract/contract.ts";
import type { PageFiles } from "../shell/page-files.ts";
import { mediaTypeOf, PAGE_HEADERS } from "../shell/page-headers.ts";

/** The longest call. */
const MAX_CALL_BYTES = 16 * 1024 * 1024;
/** The longest key that is compared, bytes. */
const MAX_KEY_BYTES = 256;
/** Between heartbeats on a stream of statuses, ms: they reveal a broken connection. */
const HEARTBEAT_MS = 20_000;

/** The addresses of the page. The printed address is another one, so opening it always loads the page. */
const PAGES: readonly string[] = ["/", "/start"];
const TEXT = "text/plain; charset=utf-8";
const OPEN_THE_ADDRESS = "Open the address that the viewer printed when it started.";
const KEY_REFUSED =
  "This address was used already, or is not the one that the viewer printed last. Start the viewer again to get a new one.";

interface ViewerServerOptions {
  /** Port on loopback; 0: any that is free. */
  port: number;
  files: PageFiles;
  call: (name: unknown, argument: unknown) => Promise<CallReply<CallName>>;
  status: () => SyncStatus | null;
}

export class ViewerServer {
  readonly #options: ViewerServerOptions;
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  readonly #key = randomBytes(24).toString("base64url");
  readonly #token = randomBytes(24).toString("base64url");
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

  /** @returns the address to open. The key that works once is in its fragment, which browsers do not send */
  async listen(): Promise<string> {
    this.#server.listen(this.#options.port, "127.0.0.1");
    await once(this.#server, "listening");
    return `${this.#origin}/start#key=${this.#key}`;
  }

  /** Sends a status to every open page. */
  sendStatus(status: SyncStatus): void {
    for (const stream of this.#streams) stream.write(`${JSON.stringify(status)}\n`);
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.end();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get #origin(): string {
    return `http://${this.#host}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Prevents DNS rebinding: another site's name that points to this address is not this server's.
    if (request.headers.host !== this.#host) return send(response, 421, "text/plain", "this server has another name");
    const path = URL.parse(request.url ?? "/", this.#origin)?.pathname ?? "";
    if (this.#isForeign(request, path)) return send(response, 403, "text/plain", "this page is of another origin");
    if (path === "/session" && request.method === "POST") return await this.#exchangeKey(request, response);
    if (path === "/call" || path === "/status") {
      if (!this.#isKnown(request)) return send(response, 401, TEXT, OPEN_THE_ADDRESS);
      if (path === "/call" && request.method === "POST") return await this.#call(request, response);
      if (path === "/status" && request.method === "GET") return this.#stream(request, response);
    }
    if (request.method !== "GET") return send(response, 405, "text/plain", "GET, or POST /call");
    const name = PAGES.includes(path) ? "index.html" : path.slice(1);
    if (!Object.hasOwn(this.#options.files, name)) return send(response, 404, "text/plain", "there is no such file");
    send(response, 200, mediaTypeOf(name), this.#options.files[name as keyof PageFiles]);
  }

  /**
   * True for a request that a page of another origin made. A link there may open the app in a tab or window, which that
   * page cannot read. Programs other than browsers send neither header.
   */
  #isForeign({ method, headers }: IncomingMessage, path: string): boolean {
    if (headers.origin !== undefined && headers.origin !== this.#origin) return true;
    const site = headers["sec-fetch-site"];
    if (site === undefined || site === "same-origin" || site === "none") return false;
    const isLink = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
    return !(isLink && method === "GET" && PAGES.includes(path));
  }

  /** Answers with the token if the key is right and new, or if the page has the token already. */
  async #exchangeKey(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = await bodyOf(request, MAX_KEY_BYTES);
    if (!this.#isKnown(request)) {
      if (key === null || this.#keyUsed || !same(key, this.#key)) return send(response, 401, TEXT, KEY_REFUSED);
      this.#keyUsed = true;
    }
    send(response, 200, TEXT, this.#token);
  }

  #isKnown({ headers }: IncomingMessage): boolean {
    return same(headers.authorization ?? "", `Bearer ${this.#token}`);
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request, MAX_CALL_BYTES);
    if (body === null) return send(response, 413, "text/plain", "the call is too long");
    const { call, argument } = parse(body) as { call?: unknown; argument?: unknown };
    const answer = await this.#options.call(call, argument);
    send(response, 200, "application/json; charset=utf-8", JSON.stringify(answer));
  }

  /** Sends each status to the page as a line of JSON. Not server-sent events: their requests cannot have the token. */
  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...PAGE_HEADERS, "content-type": "application/x-ndjson" });
    const status = this.#options.status();
    response.write(status ? `${JSON.stringify(status)}\n` : "\n");
    const heartbeat = setInterval(() => response.write("\n"), HEARTBEAT_MS).unref();
    this.#streams.add(response);
    request.once("close", () => {
      clearInterval(heartbeat);
      this.#streams.delete(response);
    });
  }
}

/** @returns null if the body is longer than the limit */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
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
