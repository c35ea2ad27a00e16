/** `/api/docs`: what this server can be asked, for people and for programs. */
import type { FastifyInstance } from "fastify";
import { sendJson } from "../http/send-json.ts";
import type { DeclaredRoute } from "../sessions/access.ts";
import { docsPage, PAGE_POLICY } from "./docs-page.ts";
import { type OpenApi, openApiOf } from "./openapi.ts";

/** @param routes all that the server has once it runs: some may be added after this call */
export function docsRoutes(app: FastifyInstance, routes: readonly DeclaredRoute[]): void {
  let document: OpenApi | null = null;
  const ofAll = () => {
    document ??= openApiOf(routes);
    return document;
  };
  app.get(
    "/api/docs/openapi.json",
    {
      config: {
        access: "public",
        docs: {
          id: "openApi",
          tag: "server",
          summary: "This document",
          answer: { types: { "application/json": { type: "object" } } },
        },
      },
    },
    (request, reply) => sendJson(request, reply, ofAll()),
  );
  app.get(
    "/api/docs",
    {
      config: {
        access: "public",
        docs: {
          id: "docs",
          tag: "server",
          summary: "This document, for people",
          answer: { types: { "text/html": { type: "string" } } },
        },
      },
    },
    async (_, reply) => {
      reply.header("content-security-policy", PAGE_POLICY).type("text/html; charset=utf-8");
      return docsPage(ofAll());
    },
  );
}
