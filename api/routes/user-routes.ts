/** What owners do to users that no log keeps: a link to choose a password with. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { OWNERS } from "../sessions/access.ts";
import type { Invitations } from "../sessions/invitations.ts";
import { sessionFrom } from "../sessions/sessions.ts";
import { audit } from "./audit.ts";

const params = z.object({ id: z.coerce.number().pipe(z.int().min(1)) });
const nothing = z.strictObject({});

export function userRoutes(app: FastifyInstance, invitations: Invitations): void {
  app.post("/api/users/:id/invitation", { config: { access: OWNERS } }, async (request) => {
    const { organization, user } = sessionFrom(request);
    const { id } = params.parse(request.params);
    nothing.parse(request.body ?? {});
    const { userEventId, ...link } = await invitations.open(organization, id);
    const log = organization.logId;
    audit(request, { action: "link made", outcome: "success", log, user: userEventId, by: user.eventId });
    return link;
  });
}
