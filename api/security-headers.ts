/** What browsers are told with every answer: nothing here is a page, nothing is to be kept, nobody else may read it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { HttpProblem } from "./problems.ts";

/** On every answer; a route may set another `cache-control` or policy for what it answers. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Two years. */
const HSTS = "max-age=63072000";

/** Methods and headers that a client on another site uses, and the headers that it may read. */
const METHODS = "GET, POST, PATCH, PUT";
const TAKES = "authorization, content-type, idempotency-key, if-match, if-none-match";
const SHOWS = "etag, retry-after, invoify-log, invoify-head, invoify-hash";

export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(SECURITY_HEADERS);
  if (request.protocol === "https") reply.header("strict-transport-security", HSTS);
}

/** Refuses what did not come through TLS: to this server, or to the proxy before it. */
export function requireTls(app: FastifyInstance): void {
  app.addHook("onRequest", async (request) => {
    if (request.protocol === "https" || request.routeOptions.config?.plainHttp) return;
    throw new HttpProblem(
      403,
      "TLS_REQUIRED",
      "this server is to be reached by https: through the proxy that it trusts, which says so in X-Forwarded-Proto",
    );
  });
}

/** Lets pages of other sites call the API (CORS): those that are named, and no others. */
export function allowOrigins(app: FastifyInstance, origins: Iterable<string>): void {
  const allowed = new Set(origins);
  if (allowed.size === 0) return;
  app.addHook("onRequest", async (request, reply) => {
    const { origin, "access-control-request-method": asked } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return;
    reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", SHOWS);
    reply.header("cross-origin-resource-policy", "cross-origin");
    if (request.method !== "OPTIONS" || asked === undefined) return;
    reply.header("access-control-allow-methods", METHODS).header("access-control-allow-headers", TAKES);
    await reply.header("access-control-max-age", "600").code(204).send();
  });
  app.addHook("onSend", async (_request, reply) => {
    // A cache must not give the answer for one site to another.
    reply.header("vary", [reply.getHeader("vary"), "origin"].filter(Boolean).join(", "));
  });
}
