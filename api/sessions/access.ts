/**
 * Who may call which route. Each route declares it, and what is not declared does not start: a new route cannot be
 * forgotten. What users may do is in the log, never in their token.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ROLES, type Role } from "../../events/business/roles.ts";
import { HttpProblem } from "../http/problems.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import { type Claims, claims, type Session, type Sessions } from "./sessions.ts";
import { VerifiedTokens } from "./verified-tokens.ts";

/** Everybody, the users with one of these roles, or who has the token for metrics, and nobody else. */
export type Access = "public" | "metrics" | readonly Role[];

const BEARER = /^Bearer +(\S+)$/i;

/** Reading is for all roles. */
export const READERS: readonly Role[] = ROLES;

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    /** The role is checked where the command is decided, on the books at the head, after its key was looked for. */
    roleIsDecided?: boolean;
    /** May be called without TLS where that is required: it takes no secret and tells none. */
    plainHttp?: boolean;
  }
}

/** A route as it was declared. */
export interface DeclaredRoute {
  method: string;
  url: string;
  access: Access;
  /** False where it may be called without TLS. */
  tls: boolean;
  docs: RouteDocs | undefined;
}

/**
 * Lets only those in whom a route declares, from here on: to be called before the first route is added.
 *
 * @returns the routes, which are added as they come
 */
export function guardRoutes(
  app: FastifyInstance,
  sessions: Sessions,
  { metricsToken = null }: { metricsToken?: string | null } = {},
): readonly DeclaredRoute[] {
  const routes: DeclaredRoute[] = [];
  const verified = new VerifiedTokens<Claims>();
  app.decorateRequest("session", null);
  app.addHook("onRoute", ({ method, url, config }) => {
    const access = config?.access;
    if (access === undefined)
      throw new Error(`${method} ${url} declares no access: add { config: { access: READERS } }, or what it needs`);
    for (const one of [method].flat())
      routes.push({ method: one, url, access, tls: !config?.plainHttp, docs: config?.docs });
  });
  app.addHook("onRequest", (request, reply, done) => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === "public") return done();
    if (access === "metrics") {
      checkMetricsToken(request, metricsToken);
      return done();
    }
    const token = tokenIn(request.headers.authorization);
    const claims = token === undefined ? undefined : verified.get(token);
    const session = claims && sessions.known(claims);
    if (!session) return lookUp(request, reply, { token, claims });
    // The usual request: of somebody who asked within the last second, too. Nothing is waited for.
    admit(session, request, reply);
    done();
  });
  return routes;

  async function lookUp(
    request: FastifyRequest,
    reply: FastifyReply,
    { token, claims }: { token: string | undefined; claims: Claims | undefined },
  ): Promise<void> {
    admit(await sessions.of(claims ?? (await verify(request, token, verified))), request, reply);
  }
}

/** @throws HttpProblem 403 ROLE_TOO_WEAK */
function admit(session: Session, request: FastifyRequest, reply: FastifyReply): void {
  request.session = session;
  holdWhile(session, reply);
  const { access, roleIsDecided } = request.routeOptions.config;
  const { role } = session.user;
  const allowed = Array.isArray(access) ? (access as readonly Role[]) : [];
  if (!roleIsDecided && !allowed.includes(role))
    throw new HttpProblem("ROLE_TOO_WEAK", `this is for ${allowed.join(" and ")}, not for ${role}`);
}

/** @throws HttpProblem 401 TOKEN_NOT_VALID */
async function verify(
  request: FastifyRequest,
  token: string | undefined,
  verified: VerifiedTokens<Claims>,
): Promise<Claims> {
  let said: unknown;
  try {
    said = await request.jwtVerify();
  } catch {
    throw new HttpProblem("TOKEN_NOT_VALID", "log in: the token is missing, ran out, or is not one of this server");
  }
  const parsed = claims.safeParse(said);
  if (!parsed.success) throw new HttpProblem("TOKEN_NOT_VALID", "log in: this is not an access token");
  const { exp } = said as { exp: number }; // one without it is not verified
  if (token !== undefined) verified.add(token, parsed.data, exp * 1000);
  return parsed.data;
}

/** The organization stays open until the answer is sent, or nobody is there any more to take it. */
function holdWhile({ organization }: Session, { raw }: FastifyReply): void {
  const release = organization.hold();
  if (raw.destroyed) release();
  else raw.once("close", release);
}

/** @throws HttpProblem 401 */
function checkMetricsToken(request: FastifyRequest, token: string | null): void {
  const given = tokenIn(request.headers.authorization);
  if (token === null || given === undefined || !timingSafeEqual(digestOf(given), digestOf(token)))
    throw new HttpProblem("TOKEN_NOT_VALID", "metrics are for who has the server's token for them");
}

function tokenIn(authorization = ""): string | undefined {
  // A JWT (they begin with `ey`) as nearly all clients send it: found without a regular expression, a third of the time.
  return authorization.startsWith("Bearer ey") ? authorization.slice(7) : BEARER.exec(authorization)?.[1];
}

/** Of one length, whatever the text's. */
function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
