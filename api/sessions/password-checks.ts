/**
 * The one place where a password is compared with an account's, with all limits: by sender, by account, and by the device
 * that the account knows. It does the same for an account that does not exist as for one that does.
 */
import type { FastifyReply } from "fastify";
import { DEVICE_HEADER } from "../../events/sources/http/replies.ts";
import { addressOf, networksOf } from "../http/senders.ts";
import type { Account, Accounts, UserKey } from "../storage/accounts.ts";
import type { KnownDevices } from "./known-devices.ts";
import type { LoginLimits } from "./login-limits.ts";
import type { Place } from "./password-queue.ts";
import { OWN_WORK, verifyPassword, verifyUnknownAccount } from "./passwords.ts";

/** What an account that does not exist is looked up as, so that the same work is done. */
const NOBODY: UserKey = { logId: "", userEventId: "" };

/** A password to check, and the account that it is for. */
interface PasswordCheck {
  password: string;
  /** Finds the account's key. */
  find: () => Promise<UserKey | null>;
  /** What the attempt counts for if there is no account: the e-mail address. */
  otherwise: string;
  /** The session that sends it, for a user who is logged in: it is a device of its own. */
  family?: string;
}

/** Gets the account if the password is right, and null otherwise. It throws an HttpProblem for a wrong one. */
type AfterCheck<Result> = (account: Account | null, place: Place) => Promise<Result>;

export class PasswordChecks {
  readonly #accounts: Accounts;
  readonly #limits: LoginLimits;
  readonly #devices: KnownDevices;

  constructor(accounts: Accounts, limits: LoginLimits, devices: KnownDevices) {
    this.#accounts = accounts;
    this.#limits = limits;
    this.#devices = devices;
  }

  /**
   * Checks the password of a request, and runs work with the outcome. A session, or a device with a valid token, has
   * only its own limit: whatever others in its network send does not count.
   *
   * @throws HttpProblem 429 TOO_MANY_ATTEMPTS, 503 BUSY; errors of the work
   */
  async check<Result>(reply: FastifyReply, check: PasswordCheck, work: AfterCheck<Result>): Promise<Result> {
    const { find, family } = check;
    const { request } = reply;
    if (family === undefined && request.headers[DEVICE_HEADER] === undefined)
      return await this.#limits.attempt(reply, async () => await this.#checkOn(reply, check, await find(), null, work));
    const user = await find();
    const device = family ?? (user && this.#devices.ofToken(user, request));
    const run = () => this.#checkOn(reply, check, user, device, work);
    return await (device === null ? this.#limits.attempt(reply, run) : run());
  }

  async #checkOn<Result>(
    reply: FastifyReply,
    { password, otherwise }: PasswordCheck,
    user: UserKey | null,
    proven: string | null,
    work: AfterCheck<Result>,
  ): Promise<Result> {
    const account = await this.#accounts.find(user ?? NOBODY);
    const network = await this.#devices.ofNetwork(user ?? NOBODY, reply.request);
    const name = user ? nameOf(user) : otherwise;
    const device = proven ?? (user && network);
    const place = placeOf(reply, name, device);
    return await this.#limits.attemptOn(reply, device === null ? name : `${name} ${device}`, async () => {
      const hash = account?.passwordHash ?? null;
      const isRight =
        hash === null ? await verifyUnknownAccount(password, place) : await verifyPassword(password, hash, place);
      return await work(isRight ? account : null, place);
    });
  }
}

/** Checks a password of an operator, who has the store itself. */
export async function checkAsOperator(account: Account, password: string): Promise<boolean> {
  return account.passwordHash !== null && (await verifyPassword(password, account.passwordHash, OWN_WORK));
}

/**
 * The place in the queue of a request's password. A device that the account knows counts as a sender of its own, so
 * a flood from the same network does not delay it.
 */
export function placeOf(reply: FastifyReply, account: string, device: string | null = null): Place {
  const [, site] = networksOf(addressOf(reply.request));
  return { sender: device ?? site, account, isGone: () => reply.raw.destroyed };
}

/** The name of an account in limits and in the queue. */
export function nameOf({ logId, userEventId }: UserKey): string {
  return `${logId}/${userEventId}`;
}
