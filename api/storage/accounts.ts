/**
 * Accounts: who may log in, with which password, as which user of which log; and who is logged in. They belong to the
 * server, never to a log. The key of an account is the id of the event that added its user, so if a log is restored to
 * a point before that event, no later user can get the account.
 *
 * Each change is one compare-and-set on one record, because several processes may share the store. Every promise may
 * reject with LogError UNREACHABLE: the change may or may not have been made, and repeating it is safe.
 */
import type { LogId } from "../../events/log/log.ts";

/** Identifies a user across all logs. Event ids are unique only within their log. */
export interface UserKey {
  logId: LogId;
  /** Id of the user's `UserAdded` event, as text. */
  userEventId: string;
}

export interface Account extends UserKey {
  /** See passwords.ts; null until an invited user has set a password. */
  passwordHash: string | null;
  /** The open one-time link for setting a password; null if there is none. */
  link: OneTimeLink | null;
}

export interface OneTimeLink {
  /** SHA-256 of the link's token, hex. */
  hash: string;
  expiresAtMs: number;
}

/**
 * An e-mail address belongs to one user of one log in the whole store. The log decides who has it. The claim reserves
 * it while the log is being written, and tells a login where to look. See email-claims.ts.
 */
export interface EmailClaim extends UserKey {
  /** In the form that `normalEmail` returns. */
  email: string;
  claimedAtMs: number;
}

/** A session: the chain of refresh tokens that began with one login. Each token replaces the previous one. */
export interface Family extends UserKey {
  /** 16 random bytes, base64url. */
  id: string;
  /** How often the user's sessions had been ended when this one began. */
  sessions: number;
  /** Generation of the newest token, from 1. */
  generation: number;
  /** SHA-256 of the token that was exchanged for the newest generation, hex; null in generation 1. */
  used: string | null;
  startedAtMs: number;
  expiresAtMs: number;
}

/** A network that a user has logged in from. */
export interface KnownNetwork {
  /** A keyed hash of the address. */
  network: string;
  seenAtMs: number;
}

/** Maximum number of a user's networks. Past it, those unused for longest are forgotten. */
export const MAX_NETWORKS = 20;
/** The time of the last login from a network is as exact as this, so that most logins write nothing. */
export const NETWORK_SEEN_MS = 24 * 3_600_000;

/** Maximum number of a user's families. Past it, the least recently used ones end. */
export const MAX_FAMILIES = 100;

export interface Accounts {
  /** Adds a user's account. @returns false if the user already has one; it stays unchanged */
  add(account: Account): Promise<boolean>;
  find(user: UserKey): Promise<Account | null>;
  findByLink(hash: string): Promise<Account | null>;
  /** Opens a link and closes the previous one. @returns false if there is no such account */
  setLink(user: UserKey, link: OneTimeLink): Promise<boolean>;
  /** Replaces the password and closes the link. @returns false if `from` is not the current hash */
  changePassword(user: UserKey, change: { from: string; to: string }): Promise<boolean>;
  /** Sets the password and closes the link. @returns false if the link is not open */
  useLink(hash: string, passwordHash: string): Promise<boolean>;

  /** True if the user has logged in from the network. */
  hasNetwork(user: UserKey, network: string): Promise<boolean>;
  /** Remembers a network, or that it was used again. Forgets those past `MAX_NETWORKS`. */
  addNetwork(user: UserKey, network: KnownNetwork): Promise<void>;

  findClaim(email: string): Promise<EmailClaim | null>;
  /** Stores a claim if the current one is `expected`. @returns false if it is not */
  putClaim(claim: EmailClaim, expected: EmailClaim | null): Promise<boolean>;
  /** Removes a claim if the current one is `expected`. @returns false if it is not */
  removeClaim(expected: EmailClaim): Promise<boolean>;

  /** Adds a family. Removes expired ones, and those past `MAX_FAMILIES`. */
  addFamily(family: Family): Promise<void>;
  findFamily(id: string): Promise<Family | null>;
  /** The families that exist among these ids, in any order. */
  findFamilies(ids: readonly string[]): Promise<Family[]>;
  /** Moves a family to the next generation. @returns false if it is not in the previous one */
  advanceFamily(id: string, to: Pick<Family, "generation" | "used" | "expiresAtMs">): Promise<boolean>;
  endFamily(id: string): Promise<void>;
  /** Ends a user's families. @param except the family to keep; null ends all */
  endFamiliesOf(user: UserKey, except: string | null): Promise<void>;

  /** Every account, by key, for backups. May lack those added while it runs. */
  listAccounts(): AsyncIterable<Account>;
  /** Every claim, by key, for backups. May lack those added while it runs. */
  listClaims(): AsyncIterable<EmailClaim>;
  /** Numbers of records; all are 0 in an empty store. */
  counts(): Promise<{ accounts: number; claims: number; families: number }>;

  close(): Promise<void>;
}

/** Number of records that a list reads at a time. */
export const LIST_PAGE = 1_000;

export function isSameUser(a: UserKey, b: UserKey): boolean {
  return a.logId === b.logId && a.userEventId === b.userEventId;
}
