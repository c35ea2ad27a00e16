/**
 * Which user has an e-mail address, among all organizations of a store. Each log decides for its own users, and no two
 * of them share an address. Between logs, a claim reserves an address for one log while that log is written:
 *
 * 1. claim the address;
 * 2. write the event (a user is added, or gets another address);
 * 3. leave the claim on the previous address. If another user wants that address, its log no longer confirms the claim.
 *
 * A failure in between leaves a claim that no log confirms. It expires after an hour, which is longer than any write
 * can take.
 *
 * A log can name any address for its users, so naming one takes it from nobody: it is claimed when its user sets a
 * password, and from then on a claim lasts as long as the log confirms it. `invoify-api account release` ends one.
 */
import { LogError } from "../../events/errors.ts";
import { normalEmail } from "../../events/values/email.ts";
import { HttpProblem } from "../http/problems.ts";
import type { LogUser } from "../organizations/organization.ts";
import type { Organizations } from "../organizations/organizations.ts";
import { type Accounts, type EmailClaim, isSameUser, type UserKey } from "../storage/accounts.ts";

const HOUR_MS = 3_600_000;
/** Each lost race means that another claim was stored. */
const MAX_ATTEMPTS = 20;

/** An address and the user who is to have it. */
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
   * Claims an address for a user before the log is written. If another user of the same log has it, the claim stays
   * unchanged, because the log itself refuses the event.
   *
   * @throws HttpProblem EMAIL_TAKEN if another log has it, or may be about to get it
   */
  async claim(request: ClaimRequest): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const nowMs = this.#clock();
      const current = await this.#accounts.findClaim(request.email);
      if (current && !isSameUser(current, request)) {
        const holder = await this.holder(current);
        const isSameLog = current.logId === request.logId;
        if (isSameLog && holder) return;
        const isUsed = !isSameLog && holder !== null && (await this.#hasPassword(current.logId, holder));
        if (!isSameLog && (isUsed || nowMs - current.claimedAtMs < HOUR_MS))
          throw new HttpProblem("EMAIL_TAKEN", `${request.email} already has an account with another organization`);
      }
      if (await this.#accounts.putClaim({ ...request, claimedAtMs: nowMs }, current)) return;
    }
    throw new LogError("UNREACHABLE", `other requests claimed the address ${MAX_ATTEMPTS} times; try again`);
  }

  /**
   * Updates the claim to match the log after it was written: two users of one log may have requested the address at the
   * same time, and only one of them got it.
   */
  async settle(email: string): Promise<void> {
    const current = await this.#accounts.findClaim(email);
    const holder = current && (await this.holder(current));
    if (!current || !holder || holder.eventId === current.userEventId) return;
    await this.#accounts.putClaim({ ...current, userEventId: holder.eventId, claimedAtMs: this.#clock() }, current);
  }

  async #hasPassword(logId: string, { eventId }: LogUser): Promise<boolean> {
    const account = await this.#accounts.find({ logId, userEventId: eventId });
    return account !== null && account.passwordHash !== null;
  }

  /**
   * Takes an address from the user who has it.
   *
   * @param to the user who gets it; null: the next user who claims it
   * @throws LogError UNREACHABLE if another request changed the claim meanwhile
   */
  async release(claim: EmailClaim, to: UserKey | null): Promise<void> {
    const { logId, userEventId } = to ?? {};
    const isReleased =
      logId === undefined || userEventId === undefined
        ? await this.#accounts.removeClaim(claim)
        : await this.#accounts.putClaim({ email: claim.email, logId, userEventId, claimedAtMs: this.#clock() }, claim);
    if (!isReleased) throw new LogError("UNREACHABLE", `${claim.email} was claimed again a moment ago; try again`);
  }

  /** The user who has the address now, according to the log of the claim; null if none has. */
  async holder({ email, logId, userEventId }: EmailClaim): Promise<LogUser | null> {
    const organization = await this.#organizations.get(logId);
    await organization?.ensureFresh({ maxAgeMs: 0 });
    const claimed = await organization?.userAddedBy(userEventId);
    if (claimed && normalEmail(claimed.email) === email) return claimed;
    return (await organization?.userWithEmail(email)) ?? null;
  }
}
