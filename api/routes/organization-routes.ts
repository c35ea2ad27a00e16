/** Founding an organization: its log, its owner, and the owner's account. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { checkProfile, organizationProfile } from "../../events/business/organization.ts";
import { inputOf } from "../../events/commands/command-input.ts";
import { followingUuid, newUuid, parseUuidV7, uuidText } from "../../events/uuid.ts";
import { line } from "../../events/values/schema.ts";
import { keyOf } from "../http/headers.ts";
import { HttpProblem } from "../http/problems.ts";
import { one, type RouteDocs } from "../http/route-docs.ts";
import type { Organizations } from "../organizations/organizations.ts";
import type { EmailClaims } from "../sessions/email-claims.ts";
import type { LoginLimits } from "../sessions/login-limits.ts";
import { hashPassword, verifyPassword } from "../sessions/passwords.ts";
import type { Accounts } from "../storage/accounts.ts";
import { audit } from "./audit.ts";
import { emailInput, newPassword } from "./auth-routes.ts";

export const founding = z.strictObject({
  profile: inputOf(organizationProfile).describe("The organization."),
  owner: z
    .strictObject({ email: emailInput, name: line(200).describe("The owner's name."), password: newPassword })
    .describe("Its first user."),
});
export type Founding = z.infer<typeof founding>;

const FOUNDING_DOCS: RouteDocs = {
  id: "foundOrganization",
  tag: "organization",
  summary: "Found an organization with its owner, where the server allows it",
  body: founding,
  headers: ["IdempotencyKey"],
  answer: one("Founded"),
  problems: {
    409: ["EMAIL_TAKEN"],
    422: ["KEY_REUSED", "UNKNOWN_CURRENCY", "UNKNOWN_TIME_ZONE", "SERIES_TWICE", "NOT_RECORDABLE"],
    429: ["TOO_MANY_ATTEMPTS"],
    503: ["BUSY"],
  },
};

export interface FoundingParts {
  accounts: Accounts;
  organizations: Organizations;
  claims: EmailClaims;
}

/** @param signUp whether anybody may found an organization: where not, there is no such route */
export function organizationRoutes(
  app: FastifyInstance,
  parts: FoundingParts,
  { limits, signUp }: { limits: LoginLimits; signUp: boolean },
): void {
  // Whoever starts a desktop for the first time is shown what this server lets them do.
  app.get(
    "/api/sign-up",
    {
      config: {
        access: "public",
        docs: {
          id: "signUp",
          tag: "organization",
          summary: "Whether anybody may found an organization here",
          answer: one("SignUp"),
        },
      },
    },
    async () => ({ open: signUp }),
  );
  if (!signUp) return;
  app.post("/api/organizations", { config: { access: "public", docs: FOUNDING_DOCS } }, async (request, reply) => {
    const key = keyOf(request) ?? newUuid();
    const given = founding.parse(request.body);
    limits.found(reply);
    const founded = await foundOrganization(parts, given, key);
    audit(request, {
      action: "organization founded",
      outcome: "success",
      email: given.owner.email,
      log: founded.log,
    });
    return founded;
  });
}

/**
 * Founds an organization: claims the e-mail address, adds the account, then both events. Nobody can log in to the
 * account before the log has its user. Whatever stops it in between, the same call with the same key completes it.
 *
 * @param key becomes the id of event 1, and so of the log
 * @throws HttpProblem EMAIL_TAKEN; Refusal, and then nothing was claimed or made
 */
export async function foundOrganization(
  { accounts, organizations, claims }: FoundingParts,
  { profile, owner }: Founding,
  key: Uint8Array,
) {
  checkProfile(profile);
  const { email, name, password } = owner;
  const user = { logId: uuidText(key), userEventId: uuidText(followingUuid(key)) };
  const refuseOthers = async () => {
    const known = await accounts.find(user);
    if (known && !(known.passwordHash && (await verifyPassword(password, known.passwordHash))))
      throw new HttpProblem("EMAIL_TAKEN", `${email} has an account already`);
    return known !== null;
  };
  const isRepeat = await refuseOthers();
  await claims.claim({ ...user, email });
  if (!isRepeat) {
    const passwordHash = await hashPassword(password);
    if (!(await accounts.add({ ...user, passwordHash, link: null }))) await refuseOthers();
  }
  const organization = await organizations.create(user.logId);
  const written = await organization.writer.found(profile, { email, name }, key);
  return { log: user.logId, organization: written.organization, owner: written.owner };
}

/**
 * The key of a founding that was left half done, by whoever lost it with the process that had it: found by the address
 * that it claimed.
 *
 * @returns null if there is none: nobody has the address, or somebody has it already
 */
export async function halfDoneFounding({ accounts, claims }: FoundingParts, email: string): Promise<Uint8Array | null> {
  const claim = await accounts.findClaim(email);
  const key = claim && parseUuidV7(claim.logId);
  if (!key || claim.userEventId !== uuidText(followingUuid(key))) return null;
  return (await claims.holder(claim)) ? null : key;
}
