/** The API's server: its parts put together, and taken apart again. */
import jwt from "@fastify/jwt";
import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { WriterOptions } from "../projector/writer.ts";
import { type DeclaredRoute, guardRoutes } from "./access.ts";
import { authRoutes } from "./auth-routes.ts";
import { takeCacheSlot } from "./cache-slot.ts";
import { commandRoutes } from "./command-routes.ts";
import { type Config, foldersOf } from "./config.ts";
import { EmailClaims } from "./email-claims.ts";
import { eventRoutes } from "./event-routes.ts";
import { LoginLimits } from "./login-limits.ts";
import { organizationRoutes } from "./organization-routes.ts";
import { Organizations } from "./organizations.ts";
import { HttpProblem, refuseConnection, sendProblem } from "./problems.ts";
import { allowOrigins, requireTls, setSecurityHeaders } from "./security-headers.ts";
import { ACCESS_TOKEN_LIFE, type Claims, Sessions } from "./sessions.ts";
import { openStorage, type Storage } from "./storage.ts";
import { UserAccounts } from "./user-accounts.ts";
import { userRoutes } from "./user-routes.ts";

/** Largest body of a request: an event has at most 65,535 bytes, its JSON some four times as many. */
const MAX_BODY_BYTES = 512 * 1024;
/** A request that has not arrived by then is given up. */
const REQUEST_TIMEOUT_MS = 60_000;

export interface Api {
  app: FastifyInstance;
  storage: Storage;
  organizations: Organizations;
  claims: EmailClaims;
  /** Every route that it has. */
  routes: readonly DeclaredRoute[];
  /** Ends long polls, finishes what was taken, and lets go of every file and connection. */
  close(): Promise<void>;
}

export interface ApiOptions {
  logger?: FastifyServerOptions["logger"];
  /** Clock and ids, where they are not the machine's own. */
  writer?: WriterOptions;
}

/** Opens the storage and builds the server; `app.listen` starts it. */
export async function openApi(config: Config, options: ApiOptions = {}): Promise<Api> {
  const storage = await openStorage(config);
  const slot = takeCacheSlot(foldersOf(config).caches);
  const organizations = new Organizations(storage, slot.folder, options.writer);
  const app = fastify({
    logger: options.logger ?? false,
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: config.trustedProxy ?? false,
    forceCloseConnections: true,
    requestTimeout: REQUEST_TIMEOUT_MS,
    frameworkErrors(error, request, reply) {
      setSecurityHeaders(request, reply);
      sendProblem(error, request, reply);
    },
    clientErrorHandler: refuseConnection,
    https: config.tls ? { ...config.tls, minVersion: "TLSv1.2" } : null,
  }) as unknown as FastifyInstance;
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request) => {
    throw new HttpProblem(
      404,
      "NO_SUCH_ROUTE",
      `${request.method} ${request.url.split("?")[0]}: there is no such call`,
    );
  });
  await app.register(jwt, {
    secret: config.jwtSecret,
    sign: { algorithm: "HS256" },
    verify: { algorithms: ["HS256"], requiredClaims: ["exp"] },
  });
  // Old clients send JSON as text/plain.
  app.addContentTypeParser("text/plain", { parseAs: "string" }, app.getDefaultJsonParser("error", "error"));

  app.addHook("onRequest", async (request, reply) => setSecurityHeaders(request, reply));
  if (config.tls || config.trustedProxy) requireTls(app);
  allowOrigins(app, config.corsOrigins);
  const { accounts } = storage;
  const sign = (claims: Claims) => app.jwt.sign(claims, { expiresIn: ACCESS_TOKEN_LIFE });
  const sessions = new Sessions({ accounts, organizations, secret: config.jwtSecret, sign });
  const claims = new EmailClaims(accounts, organizations);
  const limits = new LoginLimits();
  const users = new UserAccounts(accounts, claims, sessions);

  const routes = guardRoutes(app, sessions);
  app.get("/api/health", { config: { access: "public", plainHttp: true } }, async () => ({ ok: true }));
  authRoutes(app, { accounts, sessions, limits });
  if (config.signUp) organizationRoutes(app, { accounts, organizations, claims }, limits);
  commandRoutes(app, users);
  userRoutes(app, users);
  eventRoutes(app);

  return {
    app,
    storage,
    organizations,
    claims,
    routes,
    async close() {
      await app.close();
      await organizations.close();
      await storage.close();
      slot.release();
    },
  };
}
