/**
 * For tests: the part of the API that `invoify` needs, over any log, with events that are rare on a real server: an
 * outage, a different history, an expired token.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { segmentEnd } from "../../events/sequence.ts";
import { LOG_HEADERS } from "../../events/sources/http/events-request.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";

export const EMAIL = "olive@example.com";
export const PASSWORD = "correct horse";

export class LogServer {
  /** The log to serve. Replace it to change the history. */
  log: SqliteLog;
  /** The token to accept; null accepts every request. */
  token: string | null = null;
  /** The token of each login, in turn. The last one is repeated. */
  readonly tokens: string[] = ["first"];
  /** The password to accept. */
  password = PASSWORD;
  /** What answers in place of the server, such as the page of a Wi-Fi login or of a proxy; null: the server. */
  page: { status: number; body: string } | null = null;
  /** What it signed, by the path after `/api/log/`; without an entry it signs nothing. */
  readonly proofs = new Map<string, string>();
  /** True: a proxy ends every long poll. */
  refusesWaits = false;
  /** How many of the next logins are refused because there were too many. */
  refusedLogins = 0;
  /**
   * Every request, except those for proofs that this server answers: `GET /api/events?after=0&limit=0 Bearer first`.
   */
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #port = 0;

  constructor(log: SqliteLog) {
    this.log = log;
  }

  get base(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = "", headers } = request;
    if (this.page || !url.startsWith("/api/log/"))
      this.requests.push(`${method} ${url} ${headers.authorization ?? ""}`.trim());
    const { pathname, searchParams } = new URL(url, this.base);
    if (this.page) {
      response.writeHead(this.page.status, { "content-type": "text/html" }).end(this.page.body);
      return;
    }
    if (pathname === "/api/auth/login") return await this.#logIn(request, response);
    const signed = this.proofs.get(pathname.replace("/api/log/", ""));
    const type = signed?.startsWith("{") ? "application/json" : "text/plain";
    if (signed !== undefined) return void response.setHeader("content-type", type).end(signed);
    if (pathname !== "/api/events")
      return problem(response, 404, { code: "NO_SUCH_ROUTE", detail: "there is no such call" });
    if (this.token !== null && headers.authorization !== `Bearer ${this.token}`)
      return problem(response, 401, { code: "TOKEN_NOT_VALID", detail: "log in" });
    const after = Number(searchParams.get("after"));
    const stop = new AbortController();
    response.on("close", () => stop.abort());
    if (searchParams.has("wait") && this.refusesWaits) {
      response.writeHead(504, { "content-type": "text/html" }).end("Gateway Timeout");
      return;
    }
    if (searchParams.has("wait")) await this.log.changed(after, stop.signal);
    const head = this.log.headNow();
    if (after > head) return problem(response, 409, { code: "HEAD_BEFORE_AFTER", detail: `the log ends at ${head}` });
    const upTo = Math.min(after + Number(searchParams.get("limit")), segmentEnd(after), head);
    const bodies = upTo > after ? this.log.readNow(after, upTo) : [];
    const hash = this.log.hashAt(after);
    response.setHeader(LOG_HEADERS.log, (await this.log.id()) ?? "");
    if (hash) response.setHeader(LOG_HEADERS.hash, Buffer.from(hash).toString("hex"));
    if (bodies.length < 1024) response.setHeader(LOG_HEADERS.head, String(head));
    response.end(Buffer.concat(bodies));
  }

  async #logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const login = JSON.parse(Buffer.concat(chunks).toString()) as { email: string; password: string };
    if (this.refusedLogins > 0) {
      this.refusedLogins--;
      return problem(response, 429, { code: "TOO_MANY_ATTEMPTS", detail: "try again in a minute" });
    }
    if (login.email !== EMAIL || login.password !== this.password)
      return problem(response, 401, { code: "LOGIN_FAILED", detail: "wrong password" });
    const token = this.tokens.length > 1 ? this.tokens.shift() : this.tokens[0];
    this.token = token ?? null;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ token, refreshToken: "a refresh token" }));
  }
}

function problem(response: ServerResponse, status: number, what: { code: string; detail: string }): void {
  const body = { type: "about:blank", title: "Failed", status, ...what };
  response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify(body));
}

/** Serves a log until the test ends. */
export async function serveLog(t: TestContext, log: SqliteLog): Promise<LogServer> {
  const server = new LogServer(log);
  await server.start();
  t.after(() => server.stop());
  return server;
}

/** A JSON web token with this lifetime. No test checks its signature. */
export function tokenOfLife(seconds: number, name: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ name, iat: 1_000, exp: 1_000 + seconds })}.`;
}
