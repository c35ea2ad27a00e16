/** One-time links that let users set their first password (an invitation) or replace a forgotten one. */
import type { StreamId } from "../../events/sequence.ts";
import { HttpProblem } from "../http/problems.ts";
import type { Organization } from "../organizations/organization.ts";
import type { Accounts, UserKey } from "../storage/accounts.ts";
import { normalEmail } from "../storage/emails.ts";
import type { EmailClaims } from "./email-claims.ts";
import { newLink } from "./one-time-links.ts";

/** A one-time link, as the API returns it: its token and when it expires. */
export interface Invitation {
  invitation: string;
  expiresAt: string;
}

export class Invitations {
  readonly #accounts: Accounts;
  readonly #claims: EmailClaims;
  readonly #clock: () => number;

  /** @param clock ms since 1970 UTC */
  constructor(accounts: Accounts, claims: EmailClaims, clock: () => number = Date.now) {
    this.#accounts = accounts;
    this.#claims = claims;
    this.#clock = clock;
  }

  /**
   * Opens a link for a user of the log. The user's current password stays valid until the link is used.
   *
   * @throws HttpProblem 404 UNKNOWN_USER, 409 USER_INACTIVE, 409 EMAIL_TAKEN
   */
  async open(organization: Organization, id: StreamId): Promise<Invitation & { userEventId: string }> {
    const user = await organization.findUser(id);
    if (!user) throw new HttpProblem("UNKNOWN_USER", `there is no user ${id}`, { id });
    if (!user.active) throw new HttpProblem("USER_INACTIVE", `${user.email} is deactivated`, { user: id });
    const key = { logId: organization.logId, userEventId: user.eventId };
    // Recreates a missing account or claim: accounts may come from an older backup than the log.
    await this.#claims.claim({ ...key, email: normalEmail(user.email) });
    await this.#claims.settle(normalEmail(user.email));
    const { token, link } = newLink(this.#clock());
    if (!(await this.#accounts.add({ ...key, passwordHash: null, link }))) await this.#accounts.setLink(key, link);
    return { ...invitationOf(token, link.expiresAtMs), userEventId: user.eventId };
  }

  /** Creates the account of a new user, with a link. @returns no link if the user already has a password */
  async invite(user: UserKey): Promise<Partial<Invitation>> {
    const { token, link } = newLink(this.#clock());
    if (await this.#accounts.add({ ...user, passwordHash: null, link })) return invitationOf(token, link.expiresAtMs);
    // A repeated request: the first response may have been lost, so an unused link is replaced.
    const account = await this.#accounts.find(user);
    if (!account || account.passwordHash !== null) return {};
    await this.#accounts.setLink(user, link);
    return invitationOf(token, link.expiresAtMs);
  }
}

function invitationOf(token: string, expiresAtMs: number): Invitation {
  return { invitation: token, expiresAt: new Date(expiresAtMs).toISOString() };
}
