/** Refuses what did not come through TLS: to this server, or to the proxy before it. */
import type { FastifyInstance } from "fastify";
import { HttpProblem } from "./problems.ts";

export function requireTls(app: FastifyInstance): void {
  app.addHook("onRequest", async (request) => {
    // Only what the trusted proxy says of itself counts; Fastify sees to that.
    if (request.protocol === "https" || request.routeOptions.config?.plainHttp) return;
    throw new HttpProblem(
      "TLS_REQUIRED",
      "this server is to be reached by https: through the proxy that it trusts, which says so in X-Forwarded-Proto",
    );
  });
}
