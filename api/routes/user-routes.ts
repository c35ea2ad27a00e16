/** What owners do for users outside the log: one-time links. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { OWNER } from "../../events/business/roles.ts";
import { one } from "../http/route-docs.ts";
import { streamText } from "../http/stream-text.ts";
import type { Invitations } from "../sessions/invitations.ts";
import { sessionFrom } from "../sessions/sessions.ts";
import { audit } from "./audit.ts";

const params = z.object({ id: streamText });
const emptyBody = z.strictObject({});

export function userRoutes(app: FastifyInstance, invitations: Invitations): void {
  app.post(
    "/api/users/:id/invitation",
    {
      config: {
        access: OWNER,
        docs: {
          id: "inviteUser",
          summary: "Create a one-time link that lets a user set a password",
          body: emptyBody,
          response: one("Invitation"),
          problems: { 404: ["UNKNOWN_USER"], 409: ["INVITED_USER_INACTIVE"] },
        },
      },
    },
    async (request) => {
      const { organization, user } = sessionFrom(request);
      const { id } = params.parse(request.params);
      emptyBody.parse(request.body ?? {});
      const { userEventId, ...link } = await invitations.open(organization, id);
      const log = organization.logId;
      audit(request, { action: "link made", outcome: "success", log, user: userEventId, by: user.eventId });
      return link;
    },
  );
}
