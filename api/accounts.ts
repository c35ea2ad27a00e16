/**
 * Accounts: who may log in, with which password, as which user of which log. They are the server's own, never part of a
 * log. An account names its user by the id of the event that added it, so a log that was restored to before that event
 * never gives the account to somebody else.
 */
import type { LogId } from "../events/log.ts";

export interface Account {
  /** In lower case; one account has it. */
  email: string;
  /** See passwords.ts; null: invited, and has not chosen one yet. */
  passwordHash: string | null;
  logId: LogId;
  /** Id of the user's `UserAdded` event, as text. */
  userEventId: string;
  /** SHA-256 of the one-time token that an invited user chooses a password with, hex; null once it was used. */
  invitation: string | null;
  /** False while its organization is being founded: nobody can log in with it. */
  enabled: boolean;
}

export interface Accounts {
  /** Adds an account. @returns false if the e-mail address has one already: nothing was changed */
  add(account: Account): Promise<boolean>;
  find(email: string): Promise<Account | null>;
  findByInvitation(invitation: string): Promise<Account | null>;
  update(email: string, change: Partial<Pick<Account, "passwordHash" | "invitation" | "enabled">>): Promise<void>;
  close(): Promise<void>;
}
