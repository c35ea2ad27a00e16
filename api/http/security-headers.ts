/** Headers for browsers: responses are not pages, must not be stored, and other sites must not read them. */
import type { FastifyReply, FastifyRequest } from "fastify";

/** Sent with every response. A route may set its own `cache-control` or policy. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Two years. */
const HSTS = "max-age=63072000";

export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(SECURITY_HEADERS);
  if (request.protocol === "https") reply.header("strict-transport-security", HSTS);
}
