/** Logging in, and taking up an invitation. */
import { createHash, randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { email } from "../events/schema.ts";
import type { Accounts } from "./accounts.ts";
import { normalEmail } from "./emails.ts";
import type { Organizations } from "./organizations.ts";
import { hashPassword, PASSWORD_LENGTH, verifyNothing, verifyPassword } from "./passwords.ts";
import { HttpProblem } from "./problems.ts";
import { ACCESS_TOKEN_LIFE, type Claims, requireSession, sessionFrom } from "./sessions.ts";

const login = z.strictObject({ email: z.string().max(254).transform(normalEmail), password: z.string().max(1000) });

/** A password that somebody chooses. */
export const newPassword = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max);

const accept = z.strictObject({ invitation: z.string().max(200), password: newPassword });

export function authRoutes(app: FastifyInstance, accounts: Accounts, organizations: Organizations): void {
  app.post("/api/auth/login", async (request) => {
    const given = login.parse(request.body);
    const account = await accounts.find(given.email);
    const hash = account?.enabled ? account.passwordHash : null;
    const right = hash === null ? await verifyNothing(given.password) : await verifyPassword(given.password, hash);
    if (!account || !right) throw wrongLogin();
    return await startSession(app, organizations, account);
  });

  app.post("/api/auth/accept", async (request) => {
    const given = accept.parse(request.body);
    const account = await accounts.findByInvitation(hashOfToken(given.invitation));
    if (!account) throw new HttpProblem(403, "INVITATION_NOT_VALID", "this invitation was used, or is not one");
    const passwordHash = await hashPassword(given.password);
    await accounts.update(account.email, { passwordHash, invitation: null, enabled: true });
    return await startSession(app, organizations, account);
  });

  app.get("/api/auth/me", { onRequest: requireSession(organizations) }, async (request) => {
    const { organization, user } = sessionFrom(request);
    const { id, email, name, role } = user;
    return { log: organization.logId, user: { id, email, name, role } };
  });
}

/** A one-time token, and what the server keeps of it. */
export function newInvitation(): { token: string; hash: string } {
  const token = randomBytes(24).toString("base64url");
  return { token, hash: hashOfToken(token) };
}

function hashOfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

async function startSession(
  app: FastifyInstance,
  organizations: Organizations,
  account: { logId: string; userEventId: string },
) {
  const organization = await organizations.get(account.logId);
  const user = await organization?.userAddedBy(account.userEventId);
  // Somebody who was shut out learns no more than somebody with a wrong password.
  if (!organization || !user?.active) throw wrongLogin();
  const claims: Claims = {
    kind: "access",
    log: organization.logId,
    sub: account.userEventId,
    sessions: user.sessionsEnded,
  };
  const { id, email, name, role } = user;
  return {
    token: app.jwt.sign(claims, { expiresIn: ACCESS_TOKEN_LIFE }),
    log: organization.logId,
    user: { id, email, name, role },
  };
}

function wrongLogin(): HttpProblem {
  return new HttpProblem(401, "LOGIN_FAILED", "e-mail address or password is wrong");
}

/** E-mail addresses as events carry them. */
export const emailInput = z.string().transform(normalEmail).pipe(email());
