/** Builds the OpenAPI 3.1 document from the server's routes, schemas and tables. */
import { readFileSync } from "node:fs";
import type { z } from "zod";
import type { ResponseDocs, RouteDocs } from "../http/route-docs.ts";
import type { DeclaredRoute } from "../sessions/access.ts";
import { arrayOf, type JsonSchema, object, reference, schemaOfInput, schemaOfParameter } from "./json-schema.ts";
import { problemsOf, responseOf, SOME_PROBLEM } from "./problem-responses.ts";
import { COMPONENTS } from "./response-schemas.ts";

export interface OpenApi {
  openapi: "3.1.1";
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, JsonSchema>>;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: JsonSchema[];
  requestBody?: JsonSchema;
  responses: Record<string, JsonSchema>;
}

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const PARAMETERS: Readonly<Record<string, JsonSchema>> = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "A UUID of version 7 (RFC 9562), not of another version, that the API client creates. A repeated request with the same key gets the first response and writes no event.",
    schema: {
      type: "string",
      pattern: '^"?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"?$',
      examples: ["01920e3b-7c00-7d3a-9b1e-2f4c6a8d0e12"],
    },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description:
      'The version that the API client expects, such as "3". At any other version, the command is refused with 412.',
    schema: { type: "string", pattern: '^"?\\d{1,15}"?$|^\\*$' },
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description: "ETags of responses that the API client already has.",
    schema: { type: "string" },
  },
  Device: {
    name: "Invoify-Device",
    in: "header",
    description:
      "The `device` of the user's last login on this device. With it, wrong passwords that others send do not lock the device.",
    schema: { type: "string" },
  },
  AcceptEncoding: {
    name: "Accept-Encoding",
    in: "header",
    description: "zstd, gzip or identity, with weights.",
    schema: { type: "string" },
  },
  Reads: {
    name: "Invoify-Reads",
    in: "header",
    description:
      "`blocks`: this API client reads events of up to 1 MiB, and complete blocks that are shorter than a segment. Without it, only a full segment comes without the log's head, and events of more than 65,535 bytes are refused with 426. JSON needs no such header.",
    schema: { type: "string" },
  },
};

/** The document of a server with these routes. Routes without documentation are left out; a test reports them. */
export function openApiOf(routes: readonly DeclaredRoute[]): OpenApi {
  const paths: OpenApi["paths"] = {};
  for (const route of routes) {
    if (!route.docs || route.method === "HEAD") continue;
    const path = route.url.replace(/:(\w+)/g, "{$1}").replace("*", "{path}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, route.docs) };
  }
  const tags = [...new Set(Object.values(paths).flatMap((path) => Object.values(path).flatMap(({ tags }) => tags)))];
  return {
    openapi: "3.1.1",
    info: {
      title: "Invoify",
      version,
      description:
        "Amounts are whole numbers in minor units of their currency. Quantities and unit prices are in millionths, rates in thousandths of a per cent. Dates are YYYY-MM-DD. Times are ms since 1970 UTC unless they are text.",
    },
    servers: [{ url: "/" }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas: COMPONENTS,
      parameters: PARAMETERS,
      responses: { Problem: SOME_PROBLEM },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        metricsToken: { type: "http", scheme: "bearer", description: "INVOIFY_METRICS_TOKEN of the server" },
      },
    },
  };
}

function operationOf(route: DeclaredRoute, docs: RouteDocs): Operation {
  const { url, access } = route;
  const { id, tag = tagOf(url), summary, headers = [] } = docs;
  const body = docs.body && schemaOfInput(docs.body);
  const isPublic = access === "public";
  const parameters = [
    ...[...url.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
      name,
      in: "path",
      required: true,
      ...(name === "sha256" ? SHA256 : NUMBER),
    })),
    ...(url.endsWith("*") ? [REST_OF_PATH] : []),
    ...(docs.query ? queryParametersOf(docs.query) : []),
    ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(!isPublic && {
      description: `For ${access === "metrics" ? "monitoring" : access.join(", ")}.`,
    }),
    security: isPublic ? [] : [{ [access === "metrics" ? "metricsToken" : "token"]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: isRequired(body), content: { "application/json": { schema: body } } } }),
    responses: {
      200: successOf(docs),
      ...(docs.revalidates && { 304: { description: "The client's copy is current" } }),
      ...Object.fromEntries(
        Object.entries(problemsOf(route, docs)).map(([status, codes]) => [status, responseOf(Number(status), codes)]),
      ),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

/** What stands for `*` in a route. OpenAPI has no parameter with slashes, so clients send it as it is. */
const NUMBER = {
  description: "its number: the sequence of its first event",
  schema: { type: "integer", minimum: 1 },
};

const SHA256 = {
  description: "the SHA-256 of the file's bytes, in lower case",
  schema: { type: "string", pattern: "^[0-9a-f]{64}$" },
};

const REST_OF_PATH: JsonSchema = {
  name: "path",
  in: "path",
  required: true,
  description: "the rest of the path, with its slashes",
  schema: { type: "string" },
};

/** `/api/invoices/:id/issue` is about invoices. */
function tagOf(path: string): string {
  return path.split("/")[2] ?? "server";
}

function successOf({ response, responseHeaders }: RouteDocs): JsonSchema {
  const headers = Object.entries(responseHeaders ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: "string" } },
  ]);
  return {
    description: "Success",
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    content: Object.fromEntries(Object.entries(typesOf(response)).map(([type, schema]) => [type, { schema }])),
  };
}

function typesOf(response: ResponseDocs): Readonly<Record<string, object>> {
  if ("types" in response) return response.types;
  const { of, as } = response;
  if (as === "one") return { "application/json": reference(of) };
  const rows = arrayOf(reference(of));
  return { "application/json": as === "rows" ? object({ rows }) : object({ rows, next: NEXT }) };
}

const NEXT: JsonSchema = {
  type: ["string", "null"],
  description: "the `cursor` of the next page; null at the end",
};

function queryParametersOf(query: z.ZodObject): JsonSchema[] {
  return Object.entries(query.shape).map(([name, field]) => {
    const { description, ...schema } = schemaOfParameter(field as z.ZodType);
    const required = !(field as z.ZodType).safeParse(undefined).success;
    return {
      name,
      in: "query",
      ...(required && { required }),
      ...(description !== undefined && { description }),
      schema,
    };
  });
}

function isRequired({ required }: JsonSchema): boolean {
  return Array.isArray(required) && required.length > 0;
}
