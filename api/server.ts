/** The API's server: its parts put together, and taken apart again. */
import jwt from "@fastify/jwt";
import fastify, { type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { WriterOptions } from "../projector/writer.ts";
import { authRoutes } from "./auth-routes.ts";
import { takeCacheSlot } from "./cache-slot.ts";
import { commandRoutes } from "./command-routes.ts";
import { type Config, foldersOf } from "./config.ts";
import { eventRoutes } from "./event-routes.ts";
import { organizationRoutes } from "./organization-routes.ts";
import { Organizations } from "./organizations.ts";
import { HttpProblem, sendProblem } from "./problems.ts";
import { openStorage, type Storage } from "./storage.ts";

/** Largest body of a request: an event has at most 65,535 bytes, its JSON some four times as many. */
const MAX_BODY_BYTES = 512 * 1024;

export interface Api {
  app: FastifyInstance;
  storage: Storage;
  organizations: Organizations;
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
  });
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request) => {
    throw new HttpProblem(
      404,
      "NO_SUCH_ROUTE",
      `${request.method} ${request.url.split("?")[0]}: there is no such call`,
    );
  });
  app.decorateRequest("session", null);
  await app.register(jwt, {
    secret: config.jwtSecret,
    sign: { algorithm: "HS256" },
    verify: { algorithms: ["HS256"] },
  });
  // Old clients send JSON as text/plain.
  app.addContentTypeParser("text/plain", { parseAs: "string" }, app.getDefaultJsonParser("error", "error"));

  app.get("/api/health", async () => ({ ok: true }));
  authRoutes(app, storage.accounts, organizations);
  if (config.signUp) organizationRoutes(app, storage.accounts, organizations);
  commandRoutes(app, storage.accounts, organizations);
  eventRoutes(app, organizations);

  return {
    app,
    storage,
    organizations,
    async close() {
      await app.close();
      await organizations.close();
      await storage.close();
      slot.release();
    },
  };
}
