/** Accounts in one SQLite file, beside embedded logs. */
import Database from "better-sqlite3";
import type { Account, Accounts } from "./accounts.ts";

const DDL = `CREATE TABLE IF NOT EXISTS account (
  email         TEXT PRIMARY KEY, -- in lower case
  password_hash TEXT,             -- argon2id; NULL: invited
  log_id        TEXT NOT NULL,    -- the organization's log
  user_event_id TEXT NOT NULL,    -- id of the user's UserAdded event
  invitation    TEXT UNIQUE,      -- SHA-256 of the one-time token; NULL once used
  enabled       INTEGER NOT NULL CHECK (enabled IN (0, 1))
) STRICT`;

interface AccountRow {
  email: string;
  password_hash: string | null;
  log_id: string;
  user_event_id: string;
  invitation: string | null;
  enabled: 0 | 1;
}

export class SqliteAccounts implements Accounts {
  readonly #db: Database.Database;

  constructor(path: string) {
    this.#db = new Database(path);
    this.#db.pragma("journal_mode = WAL");
    this.#db.pragma("synchronous = FULL");
    this.#db.pragma("busy_timeout = 10000");
    this.#db.exec(DDL);
  }

  async add(account: Account): Promise<boolean> {
    const { changes } = this.#db
      .prepare(
        `INSERT INTO account (email, password_hash, log_id, user_event_id, invitation, enabled)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (email) DO NOTHING`,
      )
      .run(
        account.email,
        account.passwordHash,
        account.logId,
        account.userEventId,
        account.invitation,
        account.enabled ? 1 : 0,
      );
    return changes === 1;
  }

  async find(email: string): Promise<Account | null> {
    return accountOf(this.#db.prepare<[string], AccountRow>("SELECT * FROM account WHERE email = ?").get(email));
  }

  async findByInvitation(invitation: string): Promise<Account | null> {
    const find = this.#db.prepare<[string], AccountRow>("SELECT * FROM account WHERE invitation = ?");
    return accountOf(find.get(invitation));
  }

  async update(
    email: string,
    change: Partial<Pick<Account, "passwordHash" | "invitation" | "enabled">>,
  ): Promise<void> {
    this.#db.transaction(() => {
      const set = (column: string, value: unknown) =>
        this.#db.prepare(`UPDATE account SET ${column} = ? WHERE email = ?`).run(value, email);
      if (change.passwordHash !== undefined) set("password_hash", change.passwordHash);
      if (change.invitation !== undefined) set("invitation", change.invitation);
      if (change.enabled !== undefined) set("enabled", change.enabled ? 1 : 0);
    })();
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}

function accountOf(row: AccountRow | undefined): Account | null {
  if (!row) return null;
  return {
    email: row.email,
    passwordHash: row.password_hash,
    logId: row.log_id,
    userEventId: row.user_event_id,
    invitation: row.invitation,
    enabled: row.enabled === 1,
  };
}
