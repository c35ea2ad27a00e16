/** The server without its routes: what holds for every request and every answer. */
import jwt from "@fastify/jwt";
import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { Config } from "../config/config.ts";
import { allowOrigins } from "./cors.ts";
import { HttpProblem, refuseConnection, sendProblem } from "./problems.ts";
import { REQUEST_ID, requestIdOf } from "./request-ids.ts";
import { requireTls } from "./require-tls.ts";
import { setSecurityHeaders } from "./security-headers.ts";

/** Largest body of a request: an event has at most 65,535 bytes, its JSON some four times as many. */
const MAX_BODY_BYTES = 512 * 1024;
/** A request that has not arrived by then is given up. */
const REQUEST_TIMEOUT_MS = 60_000;
/** How often it is looked for those, as a part of that time: so one is given up at most a sixth later. */
const LOOKS = 6;
/**
 * A connection on which nothing goes either way for so long is let go of: its client does not read its answer. Longer
 * than any long poll.
 */
const SILENCE_TIMEOUT_MS = 120_000;

export interface HttpServerOptions {
  logger?: FastifyServerOptions["logger"];
  /** Time in which a request, headers and body, has to arrive, ms. */
  requestTimeoutMs?: number;
}

export async function newHttpServer(
  config: Config,
  { logger = false, requestTimeoutMs = REQUEST_TIMEOUT_MS }: HttpServerOptions = {},
): Promise<FastifyInstance> {
  const options = {
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(requestTimeoutMs / LOOKS),
    requireHostHeader: false, // Node's own refusal is no problem answer: a hook below refuses
  };
  const app = fastify({
    logger,
    genReqId: requestIdOf,
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: config.trustedProxy ?? false,
    forceCloseConnections: true, // once draining.ts has let them finish
    return503OnClosing: false, // draining.ts says it
    requestTimeout: requestTimeoutMs,
    connectionTimeout: SILENCE_TIMEOUT_MS,
    pluginTimeout: 0, // it is for closing, too, which may take as long as the last requests are given, and no less
    frameworkErrors(error, request, reply) {
      setSecurityHeaders(request, reply);
      reply.header(REQUEST_ID, request.id);
      sendProblem(error, request, reply);
    },
    clientErrorHandler: refuseConnection,
    ...(config.tls ? { https: { ...config.tls, ...options, minVersion: "TLSv1.2" } } : { http: options }),
  }) as unknown as FastifyInstance;
  // An expectation that nobody knows may be passed over (RFC 9110, 10.1.1); Node's own answer would be no problem answer.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request) => {
    const path = request.url.split("?")[0];
    throw new HttpProblem("NO_SUCH_ROUTE", `${request.method} ${path}: there is no such call`);
  });
  await app.register(jwt, {
    secret: config.jwtSecret,
    sign: { algorithm: "HS256" },
    verify: { algorithms: ["HS256"], requiredClaims: ["exp"] },
  });
  // Old clients send JSON as text/plain.
  app.addContentTypeParser("text/plain", { parseAs: "string" }, app.getDefaultJsonParser("error", "error"));
  app.addHook("onRequest", (request, reply, done) => {
    setSecurityHeaders(request, reply);
    reply.header(REQUEST_ID, request.id);
    if (request.raw.httpVersion === "1.1" && request.headers.host === undefined)
      throw new HttpProblem("BAD_REQUEST", "HTTP/1.1 needs a Host header");
    done();
  });
  if (config.tls || config.trustedProxy) requireTls(app);
  allowOrigins(app, config.corsOrigins);
  return app;
}
