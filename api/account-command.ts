/** `invoify-api account link`: a way back in for a user whom no owner can help, such as an owner without a password. */

import { defineCommand, JSON_OUTPUT } from "../projector/command-line/command.ts";
import { readConfig } from "./config/config.ts";
import { HttpProblem } from "./http/problems.ts";
import { type Api, openApi } from "./server.ts";
import type { Invitation } from "./sessions/invitations.ts";
import { normalEmail } from "./storage/emails.ts";

export const accountLink = defineCommand({
  program: "invoify-api",
  name: "account link",
  about: `Prints the token of a one-time link, for a user whom no owner can help. The user
sets a password by sending the token to /api/auth/accept.`,
  positionals: ["EMAIL"],
  options: {
    log: { type: "string", value: "LOG-ID", help: "the organization's log, if the store does not know the address" },
    json: JSON_OUTPUT,
  },
  async run({ values: { log, json }, positionals: [email = ""] }, terminal) {
    const api = await openApi(readConfig(terminal.env));
    try {
      const link = await openLinkFor(api, email, log ?? null);
      terminal.out(json ? JSON.stringify(link) : link.invitation);
      if (!json) terminal.note(`good once, until ${link.expiresAt}`);
    } finally {
      await api.close();
    }
    return 0;
  },
});

/**
 * Opens a one-time link for the user who has this e-mail address.
 *
 * @param logId needed only if the store no longer knows the address
 * @throws HttpProblem 404 UNKNOWN_USER, 409 USER_INACTIVE
 */
async function openLinkFor(
  { storage, organizations, invitations }: Pick<Api, "storage" | "organizations" | "invitations">,
  address: string,
  logId: string | null,
): Promise<Invitation> {
  const email = normalEmail(address);
  const log = logId ?? (await storage.accounts.findClaim(email))?.logId ?? "";
  const organization = await organizations.get(log, { patienceMs: Number.POSITIVE_INFINITY });
  const user = await organization?.userWithEmail(email);
  if (!organization || !user)
    throw new HttpProblem("UNKNOWN_USER", `${email}: no user has this address${logId ? ` in log ${logId}` : ""}`);
  const { invitation, expiresAt } = await invitations.open(organization, user.id);
  return { invitation, expiresAt };
}
