/** The API's own routes for events over any log, for a user who is always logged in. */
import { after } from "node:test";
import fastify from "fastify";
import type { EventLog, LogId } from "../events/log/log.ts";
import { sendProblem } from "./http/problems.ts";
import { eventRoutes } from "./routes/event-routes.ts";

/** @returns the server's address */
export async function serveLog(log: EventLog, logId: LogId): Promise<string> {
  const app = fastify({ forceCloseConnections: true });
  app.setErrorHandler(sendProblem);
  app.decorateRequest("session", null);
  app.addHook("onRequest", async (request) => {
    const checkpoint = await log.head();
    request.session = {
      organization: { log, logId, checkpoint, head: checkpoint },
      check: async () => {},
      onEnd: () => () => {},
    } as never;
  });
  eventRoutes(app);
  after(() => app.close());
  return await app.listen({ host: "127.0.0.1", port: 0 });
}
