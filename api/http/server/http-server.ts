/** The server without its routes: everything that applies to all requests and responses. */
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import jwt from "@fastify/jwt";
import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { Config } from "../../config/config.ts";
import { inFairOrder } from "../arrivals.ts";
import { allowOrigins } from "../cors.ts";
import { type OneAtATime, oneAtATime } from "../one-at-a-time.ts";
import { RequestTooSlow, refuseConnection, refuseMethod, sendProblem } from "../problems.ts";
import { REQUEST_ID, requestIdOf } from "../request-ids.ts";
import { requireTls } from "../require-tls.ts";
import { setSecurityHeaders } from "../security-headers.ts";
import { trustedProxies } from "../senders.ts";
import { callerOf } from "../shares.ts";
import { COUNTED_BYTES, Unread } from "../unread.ts";
import { limitUploads, longestUploadMs } from "../uploads.ts";
import { connectionLimits, limitConnections, sharedAddresses } from "./connections.ts";
import { readJsonStrictly } from "./json-body.ts";
import { acceptLongBodies, MAX_BODY_BYTES, MAX_LONG_BODY_BYTES } from "./long-bodies.ts";
import { checkHeaders, checkParameters, refuseUnknownRoutes } from "./strict-requests.ts";

/** Time for a request to arrive completely, ms. A user's body may take longer, as long as it makes progress. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Checks for slow requests within that time. So a slow request ends at most a sixth later. */
const TIMEOUT_CHECKS = 6;
/**
 * A connection without traffic in either direction is closed after this time, ms: its client does not read the
 * response. Longer than any long poll.
 */
const SILENCE_TIMEOUT_MS = 120_000;

/** A connection without a request is closed after this time, ms. Longer than that of the proxies in api/README.md. */
const KEEP_ALIVE_MS = 72_000;

export interface HttpServerOptions {
  logger?: FastifyServerOptions["logger"];
  /** Time for a request's headers to arrive, and for its body before its progress counts, ms. */
  requestTimeoutMs?: number;
  /** The user with whose token a request came; null for all others, which share by their address. */
  userOf?: (request: IncomingMessage) => string | null;
  /** Counts the responses that clients have not read. */
  unread?: Unread;
}

/** Routes parse with zod. Fastify would load its own compilers of route schemas for nothing: 40 ms of each start. */
function noRouteSchemas(): never {
  throw new Error("a route has a schema of Fastify: parse with zod instead");
}

export async function newHttpServer(
  config: Config,
  {
    logger = false,
    requestTimeoutMs = REQUEST_TIMEOUT_MS,
    userOf = () => null,
    unread = new Unread(),
  }: HttpServerOptions = {},
): Promise<FastifyInstance> {
  const options = {
    requestTimeout: requestTimeoutMs + longestUploadMs(MAX_LONG_BODY_BYTES, requestTimeoutMs),
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(requestTimeoutMs / TIMEOUT_CHECKS),
    requireHostHeader: false, // Node's refusal is not a problem response: a hook below refuses instead
    keepAliveTimeout: KEEP_ALIVE_MS,
    handshakeTimeout: requestTimeoutMs, // of TLS
  };
  let refuseInTurn: OneAtATime["refuseInTurn"];
  const app = fastify({
    logger,
    genReqId: requestIdOf,
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: config.trustedProxy === null ? false : trustedProxies(config.trustedProxy),
    forceCloseConnections: true, // after draining.ts has let them finish
    return503OnClosing: false, // draining.ts does it
    schemaController: { compilersFactory: { buildValidator: noRouteSchemas, buildSerializer: noRouteSchemas } },
    pluginTimeout: 0, // it would also cut short the closing, which draining.ts limits
    frameworkErrors(error, request, reply) {
      setSecurityHeaders(request, reply);
      reply.header(REQUEST_ID, request.id);
      sendProblem(error, request, reply);
    },
    clientErrorHandler: (error, socket) => refuseInTurn(socket, () => refuseConnection(error, socket)),
    serverFactory(handler) {
      const senderOf = (request: IncomingMessage) => userOf(request) ?? request.socket.remoteAddress ?? "";
      const onSlow = ({ socket }: IncomingMessage) =>
        refuseInTurn(socket, () => refuseConnection(new RequestTooSlow(), socket));
      const limited = limitUploads(handler, { usualMs: requestTimeoutMs, userOf, onSlow });
      const { listener, ...turns } = oneAtATime(inFairOrder(limited, senderOf));
      ({ refuseInTurn } = turns);
      const server = config.tls
        ? createTlsServer({ ...options, ...config.tls, minVersion: "TLSv1.2" }, listener)
        : createServer(options, listener);
      limitConnections(server, connectionLimits(), sharedAddresses(config.trustedProxy));
      return server.setTimeout(SILENCE_TIMEOUT_MS);
    },
  }) as unknown as FastifyInstance;
  // An unknown expectation may be ignored (RFC 9110, 10.1.1); Node's own refusal is not a problem response.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
  app.setErrorHandler(sendProblem);
  // CONNECT asks for a tunnel, so it has no path, and Node would close the connection without a response.
  app.server.on("connect", (_, socket) => refuseInTurn(socket as Socket, () => refuseMethod(socket as Socket)));
  await app.register(jwt, {
    secret: config.jwtSecret,
    sign: { algorithm: "HS256" },
    verify: { algorithms: ["HS256"], requiredClaims: ["exp"] },
  });
  readJsonStrictly(app);
  acceptLongBodies(app);
  app.addHook("onRequest", (request, reply, done) => {
    setSecurityHeaders(request, reply);
    reply.header(REQUEST_ID, request.id);
    done();
  });
  app.decorateRequest("caller", "");
  app.addHook("onSend", (request, reply, payload, done) => {
    if ((typeof payload === "string" || payload instanceof Uint8Array) && payload.length >= COUNTED_BYTES)
      unread.add(callerOf(request), reply.raw, payload.length);
    done(null, payload);
  });
  checkHeaders(app);
  if (config.tls || config.trustedProxy) requireTls(app);
  allowOrigins(app, config.corsOrigins);
  refuseUnknownRoutes(app);
  checkParameters(app);
  return app;
}
