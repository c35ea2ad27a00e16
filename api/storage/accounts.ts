/**
 * Accounts: who may log in, with which password, as which user of which log; and who is logged in. They are the
 * server's own, never part of a log. An account is found by the id of the event that added its user, so a log that was
 * restored to before that event never gives the account to somebody else.
 *
 * Each change is one compare-and-set on one record: several processes may share the store. Every promise may reject
 * with LogError UNREACHABLE; then nobody knows whether the change was made, and doing it again is safe.
 */
import type { LogId } from "../../events/log/log.ts";

/** A user among those of all logs. Ids of events are unique in their log only. */
export interface UserKey {
  logId: LogId;
  /** Id of the user's `UserAdded` event, as text. */
  userEventId: string;
}

export interface Account extends UserKey {
  /** See passwords.ts; null: invited, and has not chosen one yet. */
  passwordHash: string | null;
  /** The one-time link that a password is chosen with; null if none is open. */
  link: OneTimeLink | null;
}

export interface OneTimeLink {
  /** SHA-256 of its token, hex. */
  hash: string;
  expiresAtMs: number;
}

/**
 * An e-mail address belongs to one user of one log, in the whole store. The log says whose it is; the claim keeps
 * others from it while the log is being written, and tells a login where to look. See email-claims.ts.
 */
export interface EmailClaim extends UserKey {
  /** As `normalEmail` gives it. */
  email: string;
  claimedAtMs: number;
}

/** What one login began: a chain of refresh tokens, each of which takes the place of the one before it. */
export interface Family extends UserKey {
  /** 16 random bytes, base64url. */
  id: string;
  /** How many times the user's sessions had been ended when it began. */
  sessions: number;
  /** That of the newest token, from 1. */
  generation: number;
  /** SHA-256 of the token that the newest generation was given for, hex; null in the first. */
  used: string | null;
  startedAtMs: number;
  expiresAtMs: number;
}

/** A user's families beyond this many end, the one that was used longest ago first. */
export const MAX_FAMILIES = 100;

export interface Accounts {
  /** Adds a user's account. @returns false if the user has one already: nothing was changed */
  add(account: Account): Promise<boolean>;
  find(user: UserKey): Promise<Account | null>;
  findByLink(hash: string): Promise<Account | null>;
  /** Opens a link, in place of the one before. @returns false if there is no such account */
  setLink(user: UserKey, link: OneTimeLink): Promise<boolean>;
  /** Sets the password that takes the place of another, and closes the link. @returns false if that is no longer the account's */
  changePassword(user: UserKey, change: { from: string; to: string }): Promise<boolean>;
  /** Sets the password, and closes the link. @returns false if the link is not open (any more) */
  useLink(hash: string, passwordHash: string): Promise<boolean>;

  findClaim(email: string): Promise<EmailClaim | null>;
  /** Makes a claim, in place of `held`. @returns false if that is not what the store holds (any more) */
  putClaim(claim: EmailClaim, held: EmailClaim | null): Promise<boolean>;

  /** Adds a family; those that are over go, and those beyond `MAX_FAMILIES`. */
  addFamily(family: Family): Promise<void>;
  findFamily(id: string): Promise<Family | null>;
  /** Those of the families that are there, in any order. */
  findFamilies(ids: readonly string[]): Promise<Family[]>;
  /** Goes on to the next generation. @returns false if the family is not in the one before it (any more) */
  advanceFamily(id: string, to: Pick<Family, "generation" | "used" | "expiresAtMs">): Promise<boolean>;
  endFamily(id: string): Promise<void>;
  /** @param except the family that goes on; null: all end */
  endFamiliesOf(user: UserKey, except: string | null): Promise<void>;

  /** Every account and every claim, in order of their keys: for backups. One that comes meanwhile may be missing. */
  listAccounts(): AsyncIterable<Account>;
  listClaims(): AsyncIterable<EmailClaim>;
  /** What the store holds; all 0: nothing at all. */
  counts(): Promise<{ accounts: number; claims: number; families: number }>;

  close(): Promise<void>;
}

/** Records that a list reads at once. */
export const LIST_PAGE = 1_000;

export function isSameUser(a: UserKey, b: UserKey): boolean {
  return a.logId === b.logId && a.userEventId === b.userEventId;
}
