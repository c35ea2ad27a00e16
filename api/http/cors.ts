/** CORS: lets pages of the configured sites, and no others, call the API from a browser. */
import type { FastifyInstance } from "fastify";

const METHODS = "GET, POST, PATCH, PUT";
const REQUEST_HEADERS =
  "authorization, content-type, idempotency-key, if-match, if-none-match, invoify-device, invoify-reads, x-request-id";
const RESPONSE_HEADERS =
  "etag, retry-after, x-request-id, invoify-log, invoify-head, invoify-block-end, invoify-hash, invoify-moment, invoify-moment-time";

/** @param origins such as `https://app.example`; without any, no CORS headers are sent, and browsers refuse */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook("onRequest", async (request, reply) => {
    const { origin, "access-control-request-method": method } = request.headers;
    if (origin === undefined || !origins.includes(origin)) return;
    reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", RESPONSE_HEADERS);
    reply.header("cross-origin-resource-policy", "cross-origin");
    if (request.method !== "OPTIONS" || method === undefined) return;
    reply.header("access-control-allow-methods", METHODS).header("access-control-allow-headers", REQUEST_HEADERS);
    return reply.header("access-control-max-age", "600").code(204).send();
  });
  app.addHook("onSend", async (_request, reply) => {
    // A cache must not reuse the response for one site for another.
    reply.header("vary", [reply.getHeader("vary"), "origin"].filter(Boolean).join(", "));
  });
}
