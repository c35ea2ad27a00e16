/** `GET /api/sync/pull`: the old sync contract, for old clients. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { numberWord } from "../../projector/queries/list-words.ts";
import { pullChanges } from "../../projector/queries/pull/pull.ts";
import { one } from "../http/route-docs.ts";
import { sendJson } from "../http/send-json.ts";
import type { Shares } from "../http/shares.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";

/** Further parameters of old clients are ignored. */
const pullQuery = z.object({
  since: z.iso
    .datetime({ offset: true })
    .describe("Changes after this time; 1970-01-01T00:00:00Z for all, then `serverTime` of the previous response."),
  limit: numberWord(z.int().min(1).max(1_000))
    .default(500)
    .describe("Number of changes. A page never splits changes of the same time, so it can have more."),
});

export function syncRoutes(app: FastifyInstance, shares: Shares): void {
  app.get(
    "/api/sync/pull",
    {
      config: {
        access: READERS,
        docs: {
          id: "pull",
          summary: "Get the last state of each record that changed after a time (for clients of the old contract)",
          query: pullQuery,
          ignoresUnknown: true,
          response: one("Pulled"),
          shared: true,
        },
      },
    },
    async (request, reply) => {
      const { organization } = sessionFrom(request);
      const { since, limit } = pullQuery.parse(request.query);
      return await shares.run(request, async (pause) => {
        const pulled = await organization.readSnapshot((db) =>
          pullChanges(db, organization.log, { sinceMs: Date.parse(since), limit, pause }),
        );
        const { changes, serverTimeMs, hasMore } = pulled;
        const serverTime = new Date(serverTimeMs).toISOString();
        const answer = { success: true, serverTime, changes, count: changes.length, hasMore };
        return await sendJson(request, reply, answer, pause);
      });
    },
  );
}
