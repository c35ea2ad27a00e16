/** Who is asking: from a token to the user that the log knows, as of now. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { HttpProblem } from "../http/problems.ts";
import type { LogUser, Organization } from "../organizations/organization.ts";
import type { Organizations } from "../organizations/organizations.ts";
import type { Accounts, Family, UserKey } from "../storage/accounts.ts";
import { expiryOf, judge, newFamilyId, RefreshTokens, type TokenFields } from "./refresh-tokens.ts";
import { SessionCache } from "./session-cache.ts";

/** Life of an access token. */
export const ACCESS_TOKEN_LIFE = "15m";
/** Each lost race means that the family got on, or ended: a token that was the newest cannot lose two of them. */
const MAX_ATTEMPTS = 3;

/** What an access token says. It says who, never what they may do: that is in the log. */
export const claims = z.object({
  kind: z.literal("access"),
  /** The log's id. */
  log: z.string(),
  /** Id of the user's `UserAdded` event. */
  sub: z.string(),
  /** How many times the user's sessions had been ended when it was made. */
  sessions: z.int(),
  /** The family of refresh tokens that it was given with. */
  family: z.string(),
});
export type Claims = z.infer<typeof claims>;

export interface Session {
  organization: Organization;
  user: LogUser;
  /** Its family's id. */
  family: string;
  /** Looks again, for an answer that was long in coming. @throws HttpProblem 401 if the session has ended since */
  check(): Promise<void>;
}

/** What a login answers, and a refresh. */
export interface LoginResponse {
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

/** The session of a request that a route's declared access has let in. */
export function sessionFrom(request: FastifyRequest): Session {
  if (!request.session) throw new Error("the route is public: nobody has asked who calls");
  return request.session;
}

export interface SessionsOptions {
  accounts: Accounts;
  organizations: Organizations;
  secret: string;
  /** Makes an access token. */
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
  readonly #watch: SessionCache;

  constructor({ accounts, organizations, secret, sign, clock = Date.now }: SessionsOptions) {
    this.#accounts = accounts;
    this.#organizations = organizations;
    this.#tokens = new RefreshTokens(secret);
    this.#sign = sign;
    this.#clock = clock;
    this.#watch = new SessionCache(accounts, clock);
  }

  /** The session of an access token's claims. @throws HttpProblem 401 if it has ended */
  async of(claims: Claims): Promise<Session> {
    const { log: logId, sub: userEventId, sessions, family } = claims;
    const found = await this.#find({ logId, userEventId }, (user) => user.sessionsEnded === sessions);
    if (!found || !(await this.#watch.isActive(family, { logId, userEventId }))) throw sessionEnded();
    return this.#session(claims, found);
  }

  /** As `of`, where all that it rests on is known by now, and nothing has to be waited for; null else. */
  known(claims: Claims): Session | null {
    const { log: logId, sub: userEventId, sessions, family } = claims;
    const organization = this.#organizations.getOpen(logId);
    const user = organization?.cachedUser(userEventId);
    if (!organization || !user?.active || user.sessionsEnded !== sessions) return null;
    if (!this.#watch.isCachedActive(family, { logId, userEventId })) return null;
    return this.#session(claims, { organization, user });
  }

  #session(claims: Claims, found: Pick<Session, "organization" | "user">): Session {
    return { ...found, family: claims.family, check: async () => void (await this.of(claims)) };
  }

  /**
   * Begins a session.
   *
   * @returns null if the log has no such user, or has shut them out, or they are not who was expected
   */
  async start({ logId, userEventId }: UserKey, expected: (user: LogUser) => boolean = anybody) {
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
    return this.#answer(family, user);
  }

  /** The user of an account, if the log has them, has not shut them out, and they are who was expected. */
  async activeUser(account: UserKey, expected: (user: LogUser) => boolean = anybody): Promise<LogUser | null> {
    return (await this.#find(account, expected))?.user ?? null;
  }

  /**
   * Answers a refresh token with the next one.
   *
   * @throws HttpProblem 401 REFRESH_NOT_VALID, or REFRESH_MISUSED where it has ended its family
   */
  async refresh(token: string): Promise<LoginResponse> {
    const read = this.#tokens.read(token);
    for (let attempt = 1; read && attempt <= MAX_ATTEMPTS; attempt++) {
      const family = await this.#accounts.findFamily(read.family);
      if (!family) break;
      const user = await this.activeUser(family, (user) => user.sessionsEnded === family.sessions);
      if (!user) {
        await this.#end(family.id);
        throw sessionEnded();
      }
      const now = await this.#advance(family, read);
      if (now) return this.#answer(now, user);
    }
    throw new HttpProblem("REFRESH_NOT_VALID", "log in again: this session has ended, or is not one");
  }

  /** Ends the family of a refresh token, whichever of its tokens it is. @returns whose it was; null if nobody's */
  async end(token: string): Promise<UserKey | null> {
    const read = this.#tokens.read(token);
    const family = read && (await this.#accounts.findFamily(read.family));
    if (family) await this.#end(family.id);
    return family;
  }

  /** Ends the sessions of a user. @param except the family that goes on; null: all end */
  async endAllOf(user: UserKey, except: string | null): Promise<void> {
    await this.#accounts.endFamiliesOf(user, except);
    this.#watch.forget();
  }

  /** The family as it is once the token was taken; null if another process was faster: look again. */
  async #advance(family: Family, read: TokenFields): Promise<Family | null> {
    const nowMs = this.#clock();
    const verdict = judge(family, read, nowMs);
    if (verdict === "again") return family;
    if (verdict === "next") {
      const generation = family.generation + 1;
      const next = { generation, used: read.hash, expiresAtMs: expiryOf(family.startedAtMs, nowMs) };
      return (await this.#accounts.advanceFamily(family.id, next)) ? { ...family, ...next } : null;
    }
    await this.#end(family.id);
    if (verdict === "over") throw sessionEnded();
    throw new RefreshMisuse(family);
  }

  async #end(family: string): Promise<void> {
    await this.#accounts.endFamily(family);
    this.#watch.forget();
  }

  /**
   * What is known of the log may be a second old: before a no, it is read again. For another process may just have
   * added the user, or begun a session after all others were ended.
   */
  async #find({ logId, userEventId }: UserKey, expected: (user: LogUser) => boolean) {
    const organization = await this.#organizations.get(logId);
    const look = async () => {
      const user = await organization?.userAddedBy(userEventId);
      return organization && user?.active && expected(user) ? { organization, user } : null;
    };
    const found = await look();
    if (found) return found;
    await organization?.ensureFresh({ maxAgeMs: 0 });
    return await look();
  }

  #answer({ id: family, generation, logId, userEventId, sessions }: Family, user: LogUser): LoginResponse {
    const { id, email, name, role } = user;
    return {
      token: this.#sign({ kind: "access", log: logId, sub: userEventId, sessions, family }),
      refreshToken: this.#tokens.make(family, generation),
      log: logId,
      user: { id, email, name, role },
    };
  }
}

/** A refresh token was shown that somebody else must hold a copy of. */
export class RefreshMisuse extends HttpProblem {
  readonly family: Family;

  constructor(family: Family) {
    super("REFRESH_MISUSED", "log in again: this token was used before, so its session was ended");
    this.family = family;
  }
}

const anybody = (): boolean => true;

function sessionEnded(): HttpProblem {
  return new HttpProblem("SESSION_ENDED", "log in again: this session has ended");
}
