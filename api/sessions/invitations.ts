/** One-time links that let users set their first password (an invitation) or replace a forgotten one. */
import type { StreamId } from "../../events/sequence.ts";
import { HttpProblem } from "../http/problems.ts";
import type { Organization } from "../organizations/organization.ts";
import type { Accounts, UserKey } from "../storage/accounts.ts";
import { newLink } from "./one-time-links.ts";

/** A one-time link, as the API returns it: its token and when it expires. */
export interface Invitation {
  invitation: string;
  expiresAt: string;
}

export class Invitations {
  readonly #accounts: Accounts;
  readonly #clock: () => number;

  /** @param clock ms since 1970 UTC */
  constructor(accounts: Accounts, clock: () => number = Date.now) {
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /**
   * Opens a link for a user of the log. The user's current password stays valid until the link is used. Only then is it
   * settled whose the address is, so this does not tell whether another organization has it.
   *
   * @throws HttpProblem 404 UNKNOWN_USER, 409 INVITED_USER_INACTIVE
   */
  async open(organization: Organization, id: StreamId): Promise<Invitation & { userEventId: string }> {
    const user = await organization.findUser(id);
    if (!user) throw new HttpProblem("UNKNOWN_USER", `there is no user ${id}`, { id });
    if (!user.active)
      throw new HttpProblem("INVITED_USER_INACTIVE", `${user.email} is deactivated; reactivate the user first`, {
        user: id,
      });
    const key = { logId: organization.logId, userEventId: user.eventId };
    const { token, link } = newLink(this.#clock());
    // Recreates a missing account: accounts may come from an older backup than the log.
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
