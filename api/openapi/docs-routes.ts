/** `/api/docs`: the documentation of the API, for people and for programs. */
import type { FastifyInstance } from "fastify";
import { PublicPage } from "../http/public-page.ts";
import type { DeclaredRoute } from "../sessions/access.ts";
import { docsPage, PAGE_POLICY } from "./docs-page.ts";
import { openApiOf } from "./openapi.ts";

/** @param routes the server's routes; more may be added after this call */
export function docsRoutes(app: FastifyInstance, routes: readonly DeclaredRoute[]): void {
  const document = new PublicPage(() => JSON.stringify(openApiOf(routes)));
  const page = new PublicPage(() => docsPage(openApiOf(routes)));
  app.get(
    "/api/docs/openapi.json",
    {
      config: {
        access: "public",
        docs: {
          id: "openApi",
          tag: "server",
          summary: "Get the OpenAPI document",
          headers: ["AcceptEncoding", "IfNoneMatch"],
          response: { types: { "application/json": { type: "object" } } },
          responseHeaders: { etag: "identifies the document in this encoding" },
          revalidates: true,
        },
      },
    },
    (request, reply) => document.send(request, reply.type("application/json; charset=utf-8")),
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
          headers: ["AcceptEncoding", "IfNoneMatch"],
          response: { types: { "text/html": { type: "string" } } },
          responseHeaders: { etag: "identifies the page in this encoding" },
          revalidates: true,
        },
      },
    },
    (request, reply) =>
      page.send(request, reply.header("content-security-policy", PAGE_POLICY).type("text/html; charset=utf-8")),
  );
}
