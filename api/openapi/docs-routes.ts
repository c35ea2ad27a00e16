/** `/api/docs`: the documentation of the API, for people and for programs. */
import type { FastifyInstance } from "fastify";
import { sendJson } from "../http/send-json.ts";
import type { DeclaredRoute } from "../sessions/access.ts";
import { docsPage, PAGE_POLICY } from "./docs-page.ts";
import { type OpenApi, openApiOf } from "./openapi.ts";

/** @param routes the server's routes; more may be added after this call */
export function docsRoutes(app: FastifyInstance, routes: readonly DeclaredRoute[]): void {
  let document: OpenApi | null = null;
  const getDocument = () => {
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
          summary: "Get the OpenAPI document",
          response: { types: { "application/json": { type: "object" } } },
        },
      },
    },
    (request, reply) => sendJson(request, reply, getDocument()),
  );
  app.get(
    "/api/docs",
    {
      config: {
        access: "public",
        docs: {
          id: "docs",
          tag: "server",
          summary: "Show the documentation for people",
          response: { types: { "text/html": { type: "string" } } },
        },
      },
    },
    async (_, reply) => {
      reply.header("content-security-policy", PAGE_POLICY).type("text/html; charset=utf-8");
      return docsPage(getDocument());
    },
  );
}
