/** What browsers are told with every answer: nothing here is a page, nothing is to be kept, nobody else may read it. */
import type { FastifyReply, FastifyRequest } from "fastify";

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

export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(SECURITY_HEADERS);
  if (request.protocol === "https") reply.header("strict-transport-security", HSTS);
}
