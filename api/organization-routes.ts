/** Founding an organization: its log, its owner, and the owner's account. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { inputOf } from "../events/command-input.ts";
import { type OrganizationProfile, organizationProfile } from "../events/organization.ts";
import { line } from "../events/schema.ts";
import { followingUuid, newUuid, uuidText } from "../events/uuid.ts";
import type { Accounts } from "./accounts.ts";
import { emailInput, newPassword } from "./auth-routes.ts";
import { keyOf } from "./headers.ts";
import type { Organizations } from "./organizations.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { HttpProblem } from "./problems.ts";

export const founding = z.strictObject({
  profile: inputOf(organizationProfile),
  owner: z.strictObject({ email: emailInput, name: line(200), password: newPassword }),
});
export type Founding = z.infer<typeof founding>;

export function organizationRoutes(app: FastifyInstance, accounts: Accounts, organizations: Organizations): void {
  app.post("/api/organizations", async (request) => {
    const key = keyOf(request) ?? newUuid();
    return await foundOrganization(accounts, organizations, founding.parse(request.body), key);
  });
}

/**
 * Founds an organization: reserves the e-mail address, appends both events, then enables the account. Whatever stops it
 * in between, the same call with the same key completes it.
 *
 * @param key becomes the id of event 1, and so of the log
 * @throws HttpProblem EMAIL_TAKEN
 */
export async function foundOrganization(
  accounts: Accounts,
  organizations: Organizations,
  { profile, owner }: { profile: OrganizationProfile; owner: Founding["owner"] },
  key: Uint8Array,
) {
  const { email, name, password } = owner;
  const logId = uuidText(key);
  const userEventId = uuidText(followingUuid(key));
  const passwordHash = await hashPassword(password);
  const account = { email, passwordHash, logId, userEventId, invitation: null, enabled: false };
  if (!(await accounts.add(account))) {
    const known = await accounts.find(email);
    const same = known?.logId === logId && known.passwordHash !== null;
    if (!same || !(await verifyPassword(password, known.passwordHash ?? "")))
      throw new HttpProblem(409, "EMAIL_TAKEN", `${email} has an account already`);
  }
  const organization = await organizations.create(logId);
  const written = await organization.writer.found(profile, { email, name }, key);
  await accounts.update(email, { enabled: true });
  return { log: logId, organization: written.organization, owner: written.owner };
}
