/**
 * Whose an e-mail address is, among all organizations of a store. The logs say it: each one its own users', and never
 * two users the same. A claim keeps an address for one log while that is being written, so:
 *
 * 1. claim the address;
 * 2. write the event (a user is added, or gets another address);
 * 3. nothing more: the claim of the address before stays until somebody wants it, and then the log no longer bears it out.
 *
 * Whatever fails in between leaves a claim that no log bears out. It ends after an hour: longer than any write is on
 * its way.
 */
import { LogError } from "../../events/errors.ts";
import { HttpProblem } from "../http/problems.ts";
import type { LogUser } from "../organizations/organization.ts";
import type { Organizations } from "../organizations/organizations.ts";
import { type Accounts, type EmailClaim, isSameUser } from "../storage/accounts.ts";
import { normalEmail } from "../storage/emails.ts";

const HOUR_MS = 3_600_000;
/** Each lost race means that another claim was made. */
const MAX_ATTEMPTS = 20;

/** An address, and for whom. */
export type ClaimRequest = Pick<EmailClaim, "email" | "logId" | "userEventId">;

export class EmailClaims {
  readonly #accounts: Accounts;
  readonly #organizations: Organizations;
  readonly #clock: () => number;

  constructor(accounts: Accounts, organizations: Organizations, clock: () => number = Date.now) {
    this.#accounts = accounts;
    this.#organizations = organizations;
    this.#clock = clock;
  }

  /**
   * Claims an address for a user, before the log is written. Where another user of the same log has it, the claim stays
   * as it is: the log itself refuses the event.
   *
   * @throws HttpProblem EMAIL_TAKEN if another log has it, or may be getting it
   */
  async claim(wanted: ClaimRequest): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const nowMs = this.#clock();
      const held = await this.#accounts.findClaim(wanted.email);
      if (held && !isSameUser(held, wanted)) {
        const holder = await this.holder(held);
        const same = held.logId === wanted.logId;
        if (same && holder) return;
        if (!same && (holder || nowMs - held.claimedAtMs < HOUR_MS))
          throw new HttpProblem("EMAIL_TAKEN", `${wanted.email} has an account already`);
      }
      if (await this.#accounts.putClaim({ ...wanted, claimedAtMs: nowMs }, held)) return;
    }
    throw new LogError("UNREACHABLE", `the address was claimed by others ${MAX_ATTEMPTS} times; try again`);
  }

  /**
   * Makes the claim say what the log says, after it was written: two users of one log may have wanted the address at
   * the same time, and only one of them has it.
   */
  async settle(email: string): Promise<void> {
    const held = await this.#accounts.findClaim(email);
    const holder = held && (await this.holder(held));
    if (!held || !holder || holder.eventId === held.userEventId) return;
    await this.#accounts.putClaim({ ...held, userEventId: holder.eventId, claimedAtMs: this.#clock() }, held);
  }

  /** The user who has the address, as the log of the claim says now; null if nobody has. */
  async holder({ email, logId, userEventId }: EmailClaim): Promise<LogUser | null> {
    const organization = await this.#organizations.get(logId);
    await organization?.ensureFresh({ maxAgeMs: 0 });
    const claimed = await organization?.userAddedBy(userEventId);
    if (claimed && normalEmail(claimed.email) === email) return claimed;
    return (await organization?.userWithEmail(email)) ?? null;
  }
}
