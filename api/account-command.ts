/** `invoify-api account link`: lets somebody in again whom no owner can help, such as an owner without a password. */

import { HttpProblem } from "./http/problems.ts";
import type { Api } from "./server.ts";
import type { Invitation } from "./sessions/invitations.ts";
import { normalEmail } from "./storage/emails.ts";

/**
 * Opens a one-time link for the user with an e-mail address.
 *
 * @param logId where the store does not know the address (any more)
 * @throws HttpProblem 404 UNKNOWN_USER, 409 USER_INACTIVE
 */
export async function openLinkFor(
  { storage, organizations, invitations }: Pick<Api, "storage" | "organizations" | "invitations">,
  address: string,
  logId: string | null,
): Promise<Invitation> {
  const email = normalEmail(address);
  const log = logId ?? (await storage.accounts.findClaim(email))?.logId ?? "";
  const organization = await organizations.get(log, { patienceMs: Number.POSITIVE_INFINITY });
  const user = await organization?.userWithEmail(email);
  if (!organization || !user)
    throw new HttpProblem(404, "UNKNOWN_USER", `${email}: no user has this address${logId ? ` in log ${logId}` : ""}`);
  const { invitation, expiresAt } = await invitations.open(organization, user.id);
  return { invitation, expiresAt };
}
