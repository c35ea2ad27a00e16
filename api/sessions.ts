/** Who is asking: from the token to the user that the log knows, as of now. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { LogUser, Organization, Organizations } from "./organizations.ts";
import { HttpProblem } from "./problems.ts";

/** Life of an access token. */
export const ACCESS_TOKEN_LIFE = "15m";

/** What an access token says. It says who, never what they may do: that is in the log. */
export const claims = z.object({
  kind: z.literal("access"),
  /** The log's id. */
  log: z.string(),
  /** Id of the user's `UserAdded` event. */
  sub: z.string(),
  /** How many times the user's sessions had been ended when it was made. */
  sessions: z.int(),
});
export type Claims = z.infer<typeof claims>;

declare module "fastify" {
  interface FastifyRequest {
    session: { organization: Organization; user: LogUser } | null;
  }
}

/** A hook that lets only users in who are active and whose sessions were not ended. */
export function requireSession(organizations: Organizations) {
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    let verified: unknown;
    try {
      verified = await request.jwtVerify();
    } catch {
      throw new HttpProblem(
        401,
        "TOKEN_NOT_VALID",
        "log in: the token is missing, ran out, or is not one of this server",
      );
    }
    const parsed = claims.safeParse(verified);
    if (!parsed.success) throw new HttpProblem(401, "TOKEN_NOT_VALID", "log in: this is not an access token");
    request.session = await sessionOf(organizations, parsed.data);
  };
}

/** @throws HttpProblem 401 if the user is gone or shut out, or all sessions were ended since */
export async function sessionOf(organizations: Organizations, { log, sub, sessions }: Claims) {
  const organization = await organizations.get(log);
  const user = await organization?.userAddedBy(sub);
  if (!organization || !user?.active || user.sessionsEnded !== sessions)
    throw new HttpProblem(401, "SESSION_ENDED", "log in again: this session has ended");
  return { organization, user };
}

/** The session of a request that `requireSession` has let in. */
export function sessionFrom(request: FastifyRequest): { organization: Organization; user: LogUser } {
  if (!request.session) throw new Error("the route has no requireSession hook");
  return request.session;
}
