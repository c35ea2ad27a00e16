/** Refuses requests that did not arrive through TLS, at this server or at its proxy. */
import type { FastifyInstance } from "fastify";
import { HttpProblem } from "./problems.ts";

export function requireTls(app: FastifyInstance): void {
  app.addHook("onRequest", async (request) => {
    // Fastify believes X-Forwarded-Proto only from the trusted proxy.
    if (request.protocol === "https" || request.routeOptions.config?.plainHttp) return;
    throw new HttpProblem(
      "TLS_REQUIRED",
      "use https; behind a proxy, X-Forwarded-Proto must come from the trusted proxy",
    );
  });
}
