/** The API's description, OpenAPI 3.1, made of what the server is made of: its routes, its schemas, its tables. */
import { readFileSync } from "node:fs";
import type { z } from "zod";
import type { Access, DeclaredRoute } from "../sessions/access.ts";
import { COMPONENTS } from "./answer-schemas.ts";
import { type JsonSchema, reference, schemaOfWord } from "./json-schema.ts";
import { ROUTE_DOCS, type RouteDocs } from "./route-docs.ts";

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
      "A UUIDv7 of the client's. The same call with the same key again gives the first answer, and no event.",
    schema: { type: "string", format: "uuid" },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description: 'The version that the client saw, such as "3": at another one, the command is refused with 412.',
    schema: { type: "string", pattern: '^"?\\d{1,15}"?$|^\\*$' },
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description: "ETags of answers that the client has.",
    schema: { type: "string" },
  },
  AcceptEncoding: {
    name: "Accept-Encoding",
    in: "header",
    description: "zstd, gzip or identity, with weights.",
    schema: { type: "string" },
  },
};

const MEANINGS: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not logged in, or the session has ended",
  403: "Not for this role, or of another log",
  404: "There is no such thing",
  406: "No encoding that the client takes",
  409: "A rule says no",
  412: "Changed by somebody else: the version is another one",
  422: "It does not fit its schema, or a rule",
  429: "Too many attempts: try again after Retry-After",
  500: "Something went wrong in the server",
  503: "Try again after Retry-After, with the same key",
};

/** The document of a server with these routes. Those that nothing is said of are left out; a test finds them. */
export function openApiOf(routes: readonly DeclaredRoute[]): OpenApi {
  const paths: OpenApi["paths"] = {};
  for (const docs of ROUTE_DOCS) {
    const route = routes.find(({ method, url }) => method === docs.method && url === docs.path);
    if (!route) continue;
    const path = docs.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [docs.method.toLowerCase()]: operationOf(docs, route.access) };
  }
  const tags = [...new Set(Object.values(paths).flatMap((path) => Object.values(path).flatMap(({ tags }) => tags)))];
  return {
    openapi: "3.1.1",
    info: {
      title: "Invoify",
      version,
      description:
        "Amounts are whole numbers in minor units of their currency, quantities and unit prices in millionths, rates in basis points, dates YYYY-MM-DD, times ms since 1970 UTC unless they are text.",
    },
    servers: [{ url: "/" }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas: COMPONENTS,
      parameters: PARAMETERS,
      responses: {
        Problem: problem(0),
        ...Object.fromEntries(Object.keys(MEANINGS).map((status) => [`Problem${status}`, problem(Number(status))])),
      },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        metricsToken: { type: "http", scheme: "bearer", description: "INVOIFY_METRICS_TOKEN of the server" },
      },
    },
  };
}

function operationOf(docs: RouteDocs, access: Access): Operation {
  const { id, tag, summary, body, headers = [], problems } = docs;
  const isPublic = access === "public";
  const statuses = [...new Set([400, ...(isPublic ? [] : [401]), ...problems, 500, 503])].sort((a, b) => a - b);
  const parameters = [
    ...[...docs.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "integer", minimum: 1 },
    })),
    ...(docs.query ? wordsOf(docs.query) : []),
    ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(!isPublic && {
      description: `For ${access === "metrics" ? "who watches over the server" : access.join(", ")}.`,
    }),
    security: isPublic ? [] : [{ [access === "metrics" ? "metricsToken" : "token"]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: isRequired(body), content: { "application/json": { schema: body } } } }),
    responses: {
      200: successOf(docs),
      ...(docs.revalidates && { 304: { description: "What the client has is right" } }),
      ...Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }])),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function successOf({ answer, answerHeaders }: RouteDocs): JsonSchema {
  const headers = Object.entries(answerHeaders ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: "string" } },
  ]);
  return {
    description: "It is so",
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    content: Object.fromEntries(Object.entries(answer).map(([type, schema]) => [type, { schema }])),
  };
}

function wordsOf(query: z.ZodType): JsonSchema[] {
  return Object.entries((query as z.ZodObject).shape).map(([name, word]) => {
    const { description, ...schema } = schemaOfWord(word as z.ZodType);
    const required = !(word as z.ZodType).safeParse(undefined).success;
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

function problem(status: number): JsonSchema {
  const waits = status === 429 || status === 503;
  return {
    description: MEANINGS[status] ?? "Something else is wrong",
    ...(waits && { headers: { "retry-after": { description: "seconds", schema: { type: "integer" } } } }),
    content: { "application/problem+json": { schema: reference("Problem") } },
  };
}
