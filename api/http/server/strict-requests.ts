/** Refuses requests that could be understood in two ways, or whose words this server does not know. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { HttpProblem } from "../problems.ts";
import type { RouteDocs } from "../route-docs.ts";

/** Headers with one value. Node keeps the first of several, and a proxy may keep the last. */
const SINGLE_HEADERS: ReadonlySet<string> = new Set([
  "host",
  "authorization",
  "content-type",
  "idempotency-key",
  "if-match",
]);

/** Node's parser also reads 0.9 and 2.0 here, for which it requires no `Host`. */
const VERSIONS: ReadonlySet<string> = new Set(["1.0", "1.1"]);

/** Refuses a missing `Host`, and headers that are there twice. Call it before the first route is added. */
export function checkHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    const { httpVersion } = request.raw;
    if (!VERSIONS.has(httpVersion)) throw new HttpProblem("BAD_REQUEST", `HTTP/${httpVersion}: use HTTP/1.1`);
    if (httpVersion === "1.0" && request.headers["transfer-encoding"] !== undefined) {
      // HTTP/1.0 has no such header: a proxy may have seen another end of this request (RFC 9112, 6.1).
      reply.header("connection", "close");
      throw new HttpProblem("BAD_REQUEST", "Transfer-Encoding: HTTP/1.0 has no such header");
    }
    if (httpVersion === "1.1" && request.headers.host === undefined)
      throw new HttpProblem("BAD_REQUEST", "HTTP/1.1 needs a Host header");
    const repeated = repeatedHeader(request.raw.rawHeaders);
    if (repeated !== null) throw new HttpProblem("BAD_REQUEST", `${repeated}: the header is there twice`);
    done();
  });
}

function repeatedHeader(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (let n = 0; n < names.length; n += 2) {
    const name = names[n]?.toLowerCase() ?? "";
    if (!SINGLE_HEADERS.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}

/**
 * Refuses what no route handles: 405 with `Allow` if the path has routes for other methods, else 404. Call it before the
 * first route is added.
 */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const methodsOf = new Map<string, { path: RegExp; methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }) => {
    const route = methodsOf.get(url) ?? { path: pathPattern(url), methods: new Set() };
    for (const one of [method].flat()) route.methods.add(one);
    methodsOf.set(url, route);
  });
  // In a hook, because Fastify refuses some methods before it looks for a handler.
  app.addHook("onRequest", (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split("?")[0] ?? "";
    const allowed = [...methodsOf.values()].find((route) => route.path.test(path));
    if (!allowed) throw new HttpProblem("NO_SUCH_ROUTE", `${request.method} ${path}: there is no such route`);
    const methods = [...allowed.methods].sort().join(", ");
    reply.header("allow", methods);
    throw new HttpProblem("METHOD_NOT_ALLOWED", `${request.method} ${path}: only ${methods}`);
  });
}

/** `/api/invoices/:id/issue` as a pattern of paths. */
function pathPattern(url: string): RegExp {
  return new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:\w+/g, "[^/]+")}$`);
}

/** Refuses parameters that a route does not know, or that are there twice. Call it before the first route is added. */
export function checkParameters(app: FastifyInstance): void {
  app.addHook("preValidation", (request, _, done) => {
    const { docs } = request.routeOptions.config;
    if (docs && request.url.includes("?")) checkQuery(request, docs);
    done();
  });
}

/** The parameters that a route knows, once for each route: this runs for every request. */
const parameters = new WeakMap<RouteDocs, ReadonlySet<string>>();

function parametersOf(docs: RouteDocs): ReadonlySet<string> {
  let known = parameters.get(docs);
  if (!known) {
    known = new Set(Object.keys(docs.query?.shape ?? {}));
    parameters.set(docs, known);
  }
  return known;
}

function checkQuery({ url, query }: FastifyRequest, docs: RouteDocs): void {
  if (url.includes("%") && !isUtf8(url)) throw new HttpProblem("BAD_REQUEST", "the query is not UTF-8");
  const known = parametersOf(docs);
  const values = query as Record<string, unknown>;
  for (const name of Object.keys(values)) {
    if (Array.isArray(values[name]))
      throw new HttpProblem("BAD_REQUEST", `${name}: the parameter is there twice`, { name });
    if (known.has(name) || docs.ignoresUnknown) continue;
    const list = known.size === 0 ? "this route has none" : `this route knows ${[...known].join(", ")}`;
    throw new HttpProblem("UNKNOWN_PARAMETER", `${name}: there is no such parameter; ${list}`, { name });
  }
}

function isUtf8(encoded: string): boolean {
  try {
    decodeURIComponent(encoded);
    return true;
  } catch {
    return false;
  }
}
