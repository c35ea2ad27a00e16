/** Sessions: turns a token into the user that the log has now, and renews and ends tokens. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { HttpProblem } from "../http/problems.ts";
import type { LogUser, Organization } from "../organizations/organization.ts";
import type { Organizations } from "../organizations/organizations.ts";
import { type Accounts, type Family, isSameUser, type UserKey } from "../storage/accounts.ts";
import { expiryOf, judge, newFamilyId, RefreshTokens, type TokenFields } from "./refresh-tokens.ts";
import { SessionCache } from "./session-cache.ts";

/** Lifetime of an access token. */
export const ACCESS_TOKEN_LIFE = "15m";
/** Each lost race means that the family advanced or ended. The newest token cannot lose twice. */
const MAX_ATTEMPTS = 3;

/** The content of an access token. It identifies the user; the log says what the user may do. */
export const claims = z.object({
  kind: z.literal("access"),
  /** The log's id. */
  log: z.string(),
  /** Id of the user's `UserAdded` event. */
  sub: z.string(),
  /** How often the user's sessions had been ended when the session began. */
  sessions: z.int(),
  /** The family of the refresh token that was issued with it. */
  family: z.string(),
});
export type Claims = z.infer<typeof claims>;

export interface Session {
  organization: Organization;
  user: LogUser;
  /** Id of its family. */
  family: string;
  /** Checks the session again after a long wait. @throws HttpProblem 401 if it has ended since */
  check(): Promise<void>;
  /**
   * Calls the listener once this process has ended the session: by a logout, a new password or a misused token. If an event
   * or another process ends it, `check` finds out.
   *
   * @returns stops listening
   */
  onEnd(listener: () => void): () => void;
}

/** A request that waits, and wants to know when its session ends. */
interface EndListener {
  family: string;
  user: UserKey;
  listener: () => void;
}

/** The response to a login or a refresh. */
interface LoginResponse {
  token: string;
  refreshToken: string;
  log: string;
  user: Pick<LogUser, "id" | "email" | "name" | "role">;
}

declare module "fastify" {
  interface FastifyRequest {
    session: Session | null;
  }
}

/** The session of a request to a route that needs one. */
export function sessionFrom(request: FastifyRequest): Session {
  if (!request.session) throw new Error("the route is public, so the request has no session");
  return request.session;
}

interface SessionsOptions {
  accounts: Accounts;
  organizations: Organizations;
  secret: string;
  /** Signs an access token. */
  sign: (claims: Claims) => string;
  /** ms since 1970 UTC. */
  clock?: () => number;
}

export class Sessions {
  readonly #accounts: Accounts;
  readonly #organizations: Organizations;
  readonly #tokens: RefreshTokens;
  readonly #sign: (claims: Claims) => string;
  readonly #clock: () => number;
  readonly #cache: SessionCache;
  readonly #endListeners = new Set<EndListener>();

  constructor({ accounts, organizations, secret, sign, clock = Date.now }: SessionsOptions) {
    this.#accounts = accounts;
    this.#organizations = organizations;
    this.#tokens = new RefreshTokens(secret);
    this.#sign = sign;
    this.#clock = clock;
    this.#cache = new SessionCache(accounts, clock);
  }

  /** The session of an access token's claims. @throws HttpProblem 401 if it has ended */
  async of(claims: Claims): Promise<Session> {
    const { log: logId, sub: userEventId, sessions, family } = claims;
    const match = await this.#find({ logId, userEventId }, (user) => user.sessionsEnded === sessions);
    if (!match || !(await this.#cache.isActive(family, { logId, userEventId }))) throw sessionEnded();
    return this.#session(claims, match);
  }

  /** As `of`, from memory and without an await; null if not everything is cached. */
  cached(claims: Claims): Session | null {
    const { log: logId, sub: userEventId, sessions, family } = claims;
    const organization = this.#organizations.getOpen(logId);
    const user = organization?.cachedUser(userEventId);
    if (!organization || !user?.active || user.sessionsEnded !== sessions) return null;
    if (!this.#cache.isCachedActive(family, { logId, userEventId })) return null;
    return this.#session(claims, { organization, user });
  }

  #session(claims: Claims, match: Pick<Session, "organization" | "user">): Session {
    const { family, log: logId, sub: userEventId } = claims;
    return {
      ...match,
      family,
      check: async () => void (await this.of(claims)),
      onEnd: (listener) => {
        const entry = { family, user: { logId, userEventId }, listener };
        this.#endListeners.add(entry);
        return () => void this.#endListeners.delete(entry);
      },
    };
  }

  /**
   * Begins a session.
   *
   * @returns null if the log has no such user, the user is deactivated, or `expected` refuses the user
   */
  async start({ logId, userEventId }: UserKey, expected: (user: LogUser) => boolean = isAnyone) {
    const user = await this.activeUser({ logId, userEventId }, expected);
    if (!user) return null;
    const nowMs = this.#clock();
    const family: Family = {
      id: newFamilyId(),
      userEventId,
      logId,
      sessions: user.sessionsEnded,
      generation: 1,
      used: null,
      startedAtMs: nowMs,
      expiresAtMs: expiryOf(nowMs, nowMs),
    };
    await this.#accounts.addFamily(family);
    return this.#loginResponse(family, user);
  }

  /** The user of an account; null if the log has none, the user is deactivated, or `expected` refuses the user. */
  async activeUser(account: UserKey, expected: (user: LogUser) => boolean = isAnyone): Promise<LogUser | null> {
    return (await this.#find(account, expected))?.user ?? null;
  }

  /**
   * Exchanges a refresh token for the next one.
   *
   * @throws HttpProblem 401 REFRESH_NOT_VALID, SESSION_ENDED, or REFRESH_MISUSED, which has ended the family
   */
  async refresh(token: string): Promise<LoginResponse> {
    const fields = this.#tokens.read(token);
    for (let attempt = 1; fields && attempt <= MAX_ATTEMPTS; attempt++) {
      const family = await this.#accounts.findFamily(fields.family);
      if (!family) break;
      const user = await this.activeUser(family, (user) => user.sessionsEnded === family.sessions);
      if (!user) {
        await this.#end(family.id);
        throw sessionEnded();
      }
      const advanced = await this.#advance(family, fields);
      if (advanced) return this.#loginResponse(advanced, user);
    }
    throw new HttpProblem("REFRESH_NOT_VALID", "log in again: the session has ended or never existed");
  }

  /** Ends the family of any of its refresh tokens. @returns its user; null if there is no such family */
  async end(token: string): Promise<UserKey | null> {
    const fields = this.#tokens.read(token);
    const family = fields && (await this.#accounts.findFamily(fields.family));
    if (family) await this.#end(family.id);
    return family;
  }

  /** Ends a user's sessions. @param except the family to keep; null ends all */
  async endAllOf(user: UserKey, except: string | null): Promise<void> {
    await this.#accounts.endFamiliesOf(user, except);
    this.#cache.clear();
    this.#tellEnd((entry) => entry.family !== except && isSameUser(entry.user, user));
  }

  /** The family after the token was used; null if another process was faster: read the family again. */
  async #advance(family: Family, fields: TokenFields): Promise<Family | null> {
    const nowMs = this.#clock();
    const verdict = judge(family, fields, nowMs);
    if (verdict === "again") return family;
    if (verdict === "next") {
      const generation = family.generation + 1;
      const next = { generation, used: fields.hash, expiresAtMs: expiryOf(family.startedAtMs, nowMs) };
      return (await this.#accounts.advanceFamily(family.id, next)) ? { ...family, ...next } : null;
    }
    await this.#end(family.id);
    if (verdict === "over") throw sessionEnded();
    throw new RefreshMisuse(family);
  }

  async #end(family: string): Promise<void> {
    await this.#accounts.endFamily(family);
    this.#cache.clear();
    this.#tellEnd((entry) => entry.family === family);
  }

  #tellEnd(isEnded: (entry: EndListener) => boolean): void {
    for (const entry of [...this.#endListeners].filter(isEnded)) entry.listener();
  }

  /**
   * Finds a user. The cache may be a second behind the log, so the log is read again before the user is refused.
   * Another process may just have added the user, or have begun a session after all others were ended.
   */
  async #find({ logId, userEventId }: UserKey, expected: (user: LogUser) => boolean) {
    const organization = await this.#organizations.get(logId);
    const look = async () => {
      const user = await organization?.userAddedBy(userEventId);
      return organization && user?.active && expected(user) ? { organization, user } : null;
    };
    const match = await look();
    if (match) return match;
    await organization?.ensureFresh({ maxAgeMs: 0 });
    return await look();
  }

  #loginResponse({ id: family, generation, logId, userEventId, sessions }: Family, user: LogUser): LoginResponse {
    const { id, email, name, role } = user;
    return {
      token: this.#sign({ kind: "access", log: logId, sub: userEventId, sessions, family }),
      refreshToken: this.#tokens.make(family, generation),
      log: logId,
      user: { id, email, name, role },
    };
  }
}

/** A refresh token was used a second time: someone else has a copy. */
export class RefreshMisuse extends HttpProblem {
  readonly family: Family;

  constructor(family: Family) {
    super("REFRESH_MISUSED", "log in again: this token was used before, so its session has been ended");
    this.family = family;
  }
}

const isAnyone = (): boolean => true;

function sessionEnded(): HttpProblem {
  return new HttpProblem("SESSION_ENDED", "log in again: the session has ended");
}
