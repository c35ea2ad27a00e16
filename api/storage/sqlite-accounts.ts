/** Accounts in one SQLite file beside embedded logs. Several processes may use it at the same time. */
import Database from "better-sqlite3";
import { LogError } from "../../events/errors.ts";
import { openDatabase } from "../../events/sources/sqlite/open-database.ts";
import { asLogError } from "../../events/sources/sqlite/sqlite-log-file.ts";
import {
  type Account,
  type Accounts,
  type EmailClaim,
  type Family,
  type KnownNetwork,
  LIST_PAGE,
  MAX_FAMILIES,
  MAX_NETWORKS,
  NETWORK_SEEN_MS,
  type OneTimeLink,
  type UserKey,
} from "./accounts.ts";

const FORMAT = 1;

const DDL = `
CREATE TABLE IF NOT EXISTS account (
  log_id          TEXT NOT NULL,    -- the organization's log
  user_event_id   TEXT NOT NULL,    -- id of the user's UserAdded event
  password_hash   TEXT,             -- argon2id; NULL: invited, no password set yet
  link_hash       TEXT UNIQUE,      -- SHA-256 of the one-time link's token, hex; NULL: none is open
  link_expires_at INTEGER,          -- ms since 1970 UTC
  PRIMARY KEY (log_id, user_event_id),
  CHECK ((link_hash IS NULL) = (link_expires_at IS NULL))
) STRICT;
CREATE TABLE IF NOT EXISTS email_claim (
  email           TEXT PRIMARY KEY, -- in lower case
  log_id          TEXT NOT NULL,
  user_event_id   TEXT NOT NULL,    -- the user who has the address, or is about to get it
  claimed_at      INTEGER NOT NULL  -- ms since 1970 UTC
) STRICT;
CREATE TABLE IF NOT EXISTS family (
  id              TEXT PRIMARY KEY, -- 16 random bytes, base64url
  log_id          TEXT NOT NULL,
  user_event_id   TEXT NOT NULL,
  sessions        INTEGER NOT NULL, -- how often the user's sessions had been ended when it began
  generation      INTEGER NOT NULL CHECK (generation >= 1),
  used            TEXT,             -- SHA-256 of the previous token, hex; NULL in generation 1
  started_at      INTEGER NOT NULL, -- ms since 1970 UTC
  expires_at      INTEGER NOT NULL  -- ms since 1970 UTC
) STRICT;
CREATE TABLE IF NOT EXISTS known_network (
  log_id          TEXT NOT NULL,
  user_event_id   TEXT NOT NULL,
  network         TEXT NOT NULL,    -- a keyed hash of an address that the user has logged in from
  seen_at         INTEGER NOT NULL, -- ms since 1970 UTC, to within a day
  PRIMARY KEY (log_id, user_event_id, network)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS family_user ON family (log_id, user_event_id, expires_at);
CREATE INDEX IF NOT EXISTS family_expires ON family (expires_at);
PRAGMA user_version = ${FORMAT}`;

const ACCOUNT = `SELECT log_id AS logId, user_event_id AS userEventId, password_hash AS passwordHash,
  link_hash AS hash, link_expires_at AS expiresAtMs FROM account`;
const CLAIM = `SELECT email, log_id AS logId, user_event_id AS userEventId, claimed_at AS claimedAtMs FROM email_claim`;
const THE_USER = "log_id = ? AND user_event_id = ?";
const FAMILY = `SELECT id, log_id AS logId, user_event_id AS userEventId, sessions, generation, used,
  started_at AS startedAtMs, expires_at AS expiresAtMs FROM family`;

type AccountRow = Omit<Account, "link"> & { hash: string | null; expiresAtMs: number | null };

export class SqliteAccounts implements Accounts {
  readonly #db: Database.Database;
  readonly #path: string;

  /**
   * @param timeoutMs how long to wait while another process writes
   * @throws LogError NOT_A_LOG if the file holds accounts of another format; UNREACHABLE if the disk is full or fails
   */
  constructor(path: string, { timeoutMs = 10_000 } = {}) {
    this.#path = path;
    try {
      this.#db = openDatabase(path, { timeout: timeoutMs });
      this.#db.pragma("journal_mode = WAL");
      this.#db.pragma("synchronous = FULL");
      // Two processes that start at the same time must not both create the tables.
      this.#db.transaction(() => this.#prepare()).immediate();
    } catch (error) {
      throw asLogError(error, path);
    }
  }

  #prepare(): void {
    const format = this.#db.pragma("user_version", { simple: true });
    const isNew = this.#db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
    if (format === FORMAT || isNew) this.#db.exec(DDL);
    else throw new LogError("NOT_A_LOG", `${this.#path}: has accounts of format ${format}, expected ${FORMAT}`);
  }

  async add({ logId, userEventId, passwordHash, link }: Account): Promise<boolean> {
    return this.#changed(
      `INSERT INTO account (log_id, user_event_id, password_hash, link_hash, link_expires_at)
       VALUES (?, ?, ?, ?, ?) ON CONFLICT (log_id, user_event_id) DO NOTHING`,
      [logId, userEventId, passwordHash, link?.hash ?? null, link?.expiresAtMs ?? null],
    );
  }

  async find({ logId, userEventId }: UserKey): Promise<Account | null> {
    const row = this.#row<AccountRow>(`${ACCOUNT} WHERE ${THE_USER}`, [logId, userEventId]);
    return row ? accountOf(row) : null;
  }

  async findByLink(hash: string): Promise<Account | null> {
    const row = this.#row<AccountRow>(`${ACCOUNT} WHERE link_hash = ?`, [hash]);
    return row ? accountOf(row) : null;
  }

  async setLink({ logId, userEventId }: UserKey, { hash, expiresAtMs }: OneTimeLink): Promise<boolean> {
    const set = `UPDATE account SET link_hash = ?, link_expires_at = ? WHERE ${THE_USER}`;
    return this.#changed(set, [hash, expiresAtMs, logId, userEventId]);
  }

  async changePassword({ logId, userEventId }: UserKey, { from, to }: { from: string; to: string }): Promise<boolean> {
    const set = `UPDATE account SET password_hash = ?, link_hash = NULL, link_expires_at = NULL
      WHERE ${THE_USER} AND password_hash = ?`;
    return this.#changed(set, [to, logId, userEventId, from]);
  }

  async useLink(hash: string, passwordHash: string): Promise<boolean> {
    const set = `UPDATE account SET password_hash = ?, link_hash = NULL, link_expires_at = NULL WHERE link_hash = ?`;
    return this.#changed(set, [passwordHash, hash]);
  }

  async hasNetwork({ logId, userEventId }: UserKey, network: string): Promise<boolean> {
    const known = `SELECT 1 FROM known_network WHERE ${THE_USER} AND network = ?`;
    return this.#row(known, [logId, userEventId, network]) !== undefined;
  }

  async addNetwork({ logId, userEventId }: UserKey, { network, seenAtMs }: KnownNetwork): Promise<void> {
    const isWritten = this.#changed(
      `INSERT INTO known_network VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at
       WHERE seen_at <= excluded.seen_at - ${NETWORK_SEEN_MS}`,
      [logId, userEventId, network, seenAtMs],
    );
    if (!isWritten) return;
    this.#changed(
      `DELETE FROM known_network WHERE ${THE_USER} AND network IN (
         SELECT network FROM known_network WHERE ${THE_USER} ORDER BY seen_at DESC LIMIT -1 OFFSET ${MAX_NETWORKS})`,
      [logId, userEventId, logId, userEventId],
    );
  }

  async findClaim(email: string): Promise<EmailClaim | null> {
    return this.#row<EmailClaim>(`${CLAIM} WHERE email = ?`, [email]) ?? null;
  }

  async putClaim(
    { email, logId, userEventId, claimedAtMs }: EmailClaim,
    expected: EmailClaim | null,
  ): Promise<boolean> {
    if (expected === null)
      return this.#changed("INSERT INTO email_claim VALUES (?, ?, ?, ?) ON CONFLICT (email) DO NOTHING", [
        email,
        logId,
        userEventId,
        claimedAtMs,
      ]);
    return this.#changed(
      `UPDATE email_claim SET log_id = ?, user_event_id = ?, claimed_at = ?
       WHERE email = ? AND ${THE_USER} AND claimed_at = ?`,
      [logId, userEventId, claimedAtMs, email, expected.logId, expected.userEventId, expected.claimedAtMs],
    );
  }

  async removeClaim({ email, logId, userEventId, claimedAtMs }: EmailClaim): Promise<boolean> {
    const remove = `DELETE FROM email_claim WHERE email = ? AND ${THE_USER} AND claimed_at = ?`;
    return this.#changed(remove, [email, logId, userEventId, claimedAtMs]);
  }

  async addFamily(family: Family): Promise<void> {
    const { id, logId, userEventId, sessions, generation, used, startedAtMs, expiresAtMs } = family;
    this.#changed("DELETE FROM family WHERE expires_at <= ?", [startedAtMs]);
    this.#changed("INSERT INTO family VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [
      id,
      logId,
      userEventId,
      sessions,
      generation,
      used,
      startedAtMs,
      expiresAtMs,
    ]);
    this.#changed(
      `DELETE FROM family WHERE id IN (
         SELECT id FROM family WHERE ${THE_USER} ORDER BY expires_at DESC LIMIT -1 OFFSET ${MAX_FAMILIES})`,
      [logId, userEventId],
    );
  }

  async findFamily(id: string): Promise<Family | null> {
    return this.#row<Family>(`${FAMILY} WHERE id = ?`, [id]) ?? null;
  }

  async findFamilies(ids: readonly string[]): Promise<Family[]> {
    const among = `${FAMILY} WHERE id IN (SELECT value FROM json_each(?))`;
    return this.#try(() => this.#db.prepare<[string], Family>(among).all(JSON.stringify(ids)));
  }

  async advanceFamily(
    id: string,
    { generation, used, expiresAtMs }: Pick<Family, "generation" | "used" | "expiresAtMs">,
  ): Promise<boolean> {
    const set = "UPDATE family SET generation = ?, used = ?, expires_at = ? WHERE id = ? AND generation = ?";
    return this.#changed(set, [generation, used, expiresAtMs, id, generation - 1]);
  }

  async endFamily(id: string): Promise<void> {
    this.#changed("DELETE FROM family WHERE id = ?", [id]);
  }

  async endFamiliesOf({ logId, userEventId }: UserKey, except: string | null): Promise<void> {
    this.#changed(`DELETE FROM family WHERE ${THE_USER} AND id IS NOT ?`, [logId, userEventId, except]);
  }

  async *listAccounts(): AsyncGenerator<Account> {
    const page = `${ACCOUNT} WHERE (log_id, user_event_id) > (?, ?) ORDER BY log_id, user_event_id LIMIT ${LIST_PAGE}`;
    for (let last: UserKey = { logId: "", userEventId: "" }; ; ) {
      const rows = this.#rows<AccountRow>(page, [last.logId, last.userEventId]);
      for (const row of rows) yield accountOf(row);
      const end = rows.at(-1);
      if (!end || rows.length < LIST_PAGE) return;
      last = end;
    }
  }

  async *listClaims(): AsyncGenerator<EmailClaim> {
    for (let last = ""; ; ) {
      const rows = this.#rows<EmailClaim>(`${CLAIM} WHERE email > ? ORDER BY email LIMIT ${LIST_PAGE}`, [last]);
      yield* rows;
      const end = rows.at(-1);
      if (!end || rows.length < LIST_PAGE) return;
      last = end.email;
    }
  }

  async counts() {
    const count = (table: string) => this.#row<{ n: number }>(`SELECT count(*) AS n FROM ${table}`, [])?.n ?? 0;
    return { accounts: count("account"), claims: count("email_claim"), families: count("family") };
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #row<Row>(sql: string, values: unknown[]): Row | undefined {
    return this.#try(() => this.#db.prepare<unknown[], Row>(sql).get(...values));
  }

  #rows<Row>(sql: string, values: unknown[]): Row[] {
    return this.#try(() => this.#db.prepare<unknown[], Row>(sql).all(...values));
  }

  /** @returns true if the statement changed a row */
  #changed(sql: string, values: unknown[]): boolean {
    return this.#try(() => this.#db.prepare(sql).run(...values).changes > 0);
  }

  /** Errors of SQLite, such as a full disk or a busy file, may be temporary. */
  #try<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      throw new LogError("UNREACHABLE", `${this.#path}: ${error.message}`, { cause: error });
    }
  }
}

function accountOf(row: AccountRow): Account {
  const { hash, expiresAtMs, ...rest } = row;
  return { ...rest, link: hash === null || expiresAtMs === null ? null : { hash, expiresAtMs } };
}
