/** Invitations: one-time links for users to choose a password with, the first one or in place of a forgotten one. */
import type { StreamId } from "../../events/sequence.ts";
import { HttpProblem } from "../http/problems.ts";
import type { Organization } from "../organizations/organization.ts";
import type { Accounts, UserKey } from "../storage/accounts.ts";
import { normalEmail } from "../storage/emails.ts";
import type { EmailClaims } from "./email-claims.ts";
import { newLink } from "./one-time-links.ts";

/** A one-time link, as its maker sees it. */
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
   * Opens a link for a user of the log. A password that the user has stays good until the link is used.
   *
   * @throws HttpProblem 404 UNKNOWN_USER, 409 USER_INACTIVE, 409 EMAIL_TAKEN
   */
  async open(organization: Organization, id: StreamId): Promise<Invitation & { userEventId: string }> {
    const user = await organization.findUser(id);
    if (!user) throw new HttpProblem("UNKNOWN_USER", `there is no user ${id}`, { id });
    if (!user.active) throw new HttpProblem("USER_INACTIVE", `${user.email} is shut out`, { user: id });
    const key = { logId: organization.logId, userEventId: user.eventId };
    // The account, and its address, where they got lost: accounts may come from an older backup than the log.
    await this.#claims.claim({ ...key, email: normalEmail(user.email) });
    await this.#claims.settle(normalEmail(user.email));
    const { token, link } = newLink(this.#clock());
    if (!(await this.#accounts.add({ ...key, passwordHash: null, link }))) await this.#accounts.setLink(key, link);
    return { ...shown(token, link.expiresAtMs), userEventId: user.eventId };
  }

  /** Makes the account of a user who was just added, with a link. @returns nothing if the user has a password already */
  async invite(user: UserKey): Promise<Partial<Invitation>> {
    const { token, link } = newLink(this.#clock());
    if (await this.#accounts.add({ ...user, passwordHash: null, link })) return shown(token, link.expiresAtMs);
    // A repeated request: its first response may have been lost, so a link that was not used is replaced.
    const account = await this.#accounts.find(user);
    if (!account || account.passwordHash !== null) return {};
    await this.#accounts.setLink(user, link);
    return shown(token, link.expiresAtMs);
  }
}

function shown(token: string, expiresAtMs: number): Invitation {
  return { invitation: token, expiresAt: new Date(expiresAtMs).toISOString() };
}
