/** Founding an organization: its log, its owner, and the owner's account. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { checkProfile, type OrganizationProfile } from "../../events/business/organization.ts";
import { foundedProfile, foundingProfile } from "../../events/commands/founding-input.ts";
import { checkNewInput, rulesOfInput } from "../../events/commands/new-input.ts";
import { parseInput } from "../../events/commands/read-input.ts";
import { Refusal } from "../../events/errors.ts";
import { followingUuid, newUuid, parseUuidV7, uuidText } from "../../events/uuid.ts";
import { line } from "../../events/values/schema.ts";
import { keyOf } from "../http/headers.ts";
import { HttpProblem } from "../http/problems.ts";
import { one, type RouteDocs } from "../http/route-docs.ts";
import type { Organizations } from "../organizations/organizations.ts";
import type { EmailClaims } from "../sessions/email-claims.ts";
import type { LoginLimits } from "../sessions/login-limits.ts";
import { checkAsOperator, nameOf, type PasswordChecks, placeOf } from "../sessions/password-checks.ts";
import type { Place } from "../sessions/password-queue.ts";
import { checkNewPassword } from "../sessions/password-strength.ts";
import { hashPassword, OWN_WORK } from "../sessions/passwords.ts";
import type { Account, Accounts, UserKey } from "../storage/accounts.ts";
import { audit } from "./audit.ts";
import { emailInput, newPassword } from "./auth-routes.ts";

export const founding = z.strictObject({
  profile: foundingProfile.describe("The organization."),
  owner: z
    .strictObject({ email: emailInput, name: line(200).describe("The owner's name."), password: newPassword })
    .describe("The first user."),
});
type Founding = z.infer<typeof founding>;

/** Maximum size of a founding's body: it can have a hundred number series. */
const MAX_FOUNDING_BYTES = 64 * 1024;

const FOUNDING_DOCS: RouteDocs = {
  id: "foundOrganization",
  tag: "organization",
  summary: "Found an organization with its owner, if the server allows it",
  body: founding,
  headers: ["IdempotencyKey"],
  response: one("Founded"),
  problems: {
    409: ["EMAIL_TAKEN"],
    422: [
      ...rulesOfInput(founding),
      "PASSWORD_TOO_WEAK",
      "KEY_REUSED",
      "UNKNOWN_CURRENCY",
      "UNKNOWN_TIME_ZONE",
      "SERIES_TWICE",
      "VAT_RATE_NOT_ALLOWED",
      "VAT_RATE_TWICE",
      "NOT_RECORDABLE",
    ],
    429: ["TOO_MANY_ATTEMPTS"],
    503: ["BUSY"],
  },
};

interface FoundingParts {
  accounts: Accounts;
  organizations: Organizations;
  claims: EmailClaims;
}

/** Who founds: it checks the password of an account that already exists, in its place in the queue. */
interface Founder {
  place: (user: UserKey) => Place;
  isOwner: (account: Account, password: string) => Promise<boolean>;
}

/** The operator, who has the store itself: no limits. */
export const OPERATOR: Founder = { place: () => OWN_WORK, isOwner: checkAsOperator };

/** @param signUp whether anyone may found an organization; if not, the route does not exist */
export function organizationRoutes(
  app: FastifyInstance,
  parts: FoundingParts,
  { limits, passwords, signUp }: { limits: LoginLimits; passwords: PasswordChecks; signUp: boolean },
): void {
  // A desktop that starts for the first time asks whether it may offer to found an organization.
  app.get(
    "/api/sign-up",
    {
      config: {
        access: "public",
        docs: {
          id: "signUp",
          tag: "organization",
          summary: "Tell whether anyone may found an organization here",
          response: one("SignUp"),
        },
      },
    },
    async () => ({ open: signUp }),
  );
  if (!signUp) return;
  const options = { bodyLimit: MAX_FOUNDING_BYTES, config: { access: "public", docs: FOUNDING_DOCS } } as const;
  app.post("/api/organizations", options, async (request, reply) => {
    const key = keyOf(request) ?? newUuid();
    const input = parseInput(founding, request.body);
    limits.countFounding(reply);
    const founder = founderFrom(reply, passwords);
    const founded = await foundOrganization(parts, input, { key, founder, namesSeries: namesSeries(request.body) });
    audit(request, {
      action: "organization founded",
      outcome: "success",
      email: input.owner.email,
      log: founded.log,
    });
    return founded;
  });
}

/** A founder over HTTP. A retry names an account by its key, so its password is checked with the limits of a login. */
function founderFrom(reply: FastifyReply, passwords: PasswordChecks): Founder {
  return {
    place: (user) => placeOf(reply, nameOf(user)),
    isOwner: async (account, password) => {
      const check = { password, find: async () => account, otherwise: nameOf(account) };
      return await passwords.check(reply, check, async (match) => {
        if (!match) throw emailTaken();
        return true;
      });
    },
  };
}

/** @param body one that is valid */
function namesSeries(body: unknown): boolean {
  return (body as { profile: { series?: unknown } }).profile.series !== undefined;
}

function emailTaken(): HttpProblem {
  return new HttpProblem("EMAIL_TAKEN", "the e-mail address already has an account");
}

/**
 * Founds an organization: claims the e-mail address, adds the account, then writes both events. Nobody can log in to
 * the account before the log has its user. If it is interrupted, a retry with the same key completes it.
 *
 * @param options.key becomes the id of event 1, and so of the log
 * @param options.namesSeries false: the series are those of this release. A repeated founding of an earlier release had none
 * @throws HttpProblem EMAIL_TAKEN, PASSWORD_TOO_WEAK; Refusal, before anything was claimed or created
 */
export async function foundOrganization(
  { accounts, organizations, claims }: FoundingParts,
  { profile: stated, owner }: Founding,
  { key, founder, namesSeries = true }: { key: Uint8Array; founder: Founder; namesSeries?: boolean },
) {
  const { email, name, password } = owner;
  const profile = foundedProfile(stated);
  const user = { logId: uuidText(key), userEventId: uuidText(followingUuid(key)) };
  const refuseOthers = async () => {
    const account = await accounts.find(user);
    if (account && !(await founder.isOwner(account, password))) throw emailTaken();
    return account !== null;
  };
  const isRepeat = await refuseOthers();
  // A repeated founding keeps what it has, also from an earlier release.
  if (!isRepeat) {
    checkProfile(profile);
    checkNewInput(founding, { profile: stated, owner });
    checkNewPassword(password, { field: "owner.password", about: { email, name, organization: profile.legalName } });
  }
  await claims.claim({ ...user, email });
  if (!isRepeat) {
    const passwordHash = await hashPassword(password, founder.place(user));
    if (!(await accounts.add({ ...user, passwordHash, link: null }))) await refuseOthers();
  }
  const organization = await organizations.create(user.logId);
  const found = async (profile: OrganizationProfile) => await organization.writer.found(profile, { email, name }, key);
  const written = await found(profile).catch((error: unknown) => {
    if (namesSeries || !isRepeat || !(error instanceof Refusal && error.rule === "KEY_REUSED")) throw error;
    return found({ ...profile, series: [] });
  });
  return { log: user.logId, organization: written.organization, owner: written.owner };
}

/**
 * The key of an interrupted founding, read from the claim of its address: the process that chose the key is gone.
 *
 * @returns null if there is no such founding: nobody has the address, or a user of a log already has it
 */
export async function halfDoneFounding({ accounts, claims }: FoundingParts, email: string): Promise<Uint8Array | null> {
  const claim = await accounts.findClaim(email);
  const key = claim && parseUuidV7(claim.logId);
  if (!key || claim.userEventId !== uuidText(followingUuid(key))) return null;
  return (await claims.holder(claim)) ? null : key;
}
