/** Logging in and out, renewing a session, and setting a password. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { email } from "../../events/values/schema.ts";
import { HttpProblem } from "../http/problems.ts";
import { one, type RouteDocs } from "../http/route-docs.ts";
import { READERS } from "../sessions/access.ts";
import type { LoginLimits } from "../sessions/login-limits.ts";
import { hashOfLink } from "../sessions/one-time-links.ts";
import { hashPassword, PASSWORD_LENGTH, verifyPassword, verifyUnknownAccount } from "../sessions/passwords.ts";
import { RefreshMisuse, type Sessions, sessionFrom } from "../sessions/sessions.ts";
import type { Account, Accounts } from "../storage/accounts.ts";
import { normalEmail } from "../storage/emails.ts";
import { audit } from "./audit.ts";

/** A password to check. */
const password = z.string().max(1000).describe("The password.");
/** A new password, which must be long enough. */
export const newPassword = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max).describe("The new password.");
/** An e-mail address, in the form that events store. */
export const emailInput = z
  .string()
  .max(1000)
  .transform(normalEmail)
  .pipe(email())
  .describe("E-mail address, in any case.");

export const login = z.strictObject({
  email: z.string().max(254).transform(normalEmail).describe("E-mail address, in any case."),
  password,
});
export const accept = z.strictObject({
  invitation: z.string().max(200).describe("The token of a one-time link."),
  password: newPassword,
});
export const refresh = z.strictObject({ refreshToken: z.string().max(200).describe("The newest refresh token.") });
export const changePassword = z.strictObject({
  current: password.describe("The current password."),
  new: newPassword,
});

/** Every check of a password is limited, and 503 if too many run at once. */
const LIMITED: RouteDocs["problems"] = { 429: ["TOO_MANY_ATTEMPTS"], 503: ["BUSY"] };

export interface AuthParts {
  accounts: Accounts;
  sessions: Sessions;
  limits: LoginLimits;
}

export function authRoutes(app: FastifyInstance, parts: AuthParts): void {
  const { accounts, sessions, limits } = parts;

  app.post(
    "/api/auth/login",
    {
      config: {
        access: "public",
        docs: {
          id: "logIn",
          summary: "Log in",
          body: login,
          response: one("Session"),
          problems: { 401: ["LOGIN_FAILED"], ...LIMITED },
        },
      },
    },
    async (request, reply) => {
      const input = login.parse(request.body);
      return await audited(request, { action: "login", email: input.email }, () =>
        limits.attempt(reply, input.email, async () => {
          const account = await accountOf(accounts, input);
          const started = account && (await sessions.start(account, (user) => normalEmail(user.email) === input.email));
          // A deactivated user gets the same response as a user with a wrong password.
          if (!started) throw new HttpProblem("LOGIN_FAILED", "the e-mail address or the password is wrong");
          return { response: started, user: account };
        }),
      );
    },
  );

  app.post(
    "/api/auth/refresh",
    {
      config: {
        access: "public",
        docs: {
          id: "refresh",
          summary: "Continue a session with a new pair of tokens",
          body: refresh,
          response: one("Session"),
          problems: { 401: ["REFRESH_NOT_VALID", "REFRESH_MISUSED"] },
        },
      },
    },
    async (request) => {
      const { refreshToken } = refresh.parse(request.body);
      return await audited(request, { action: "refresh" }, async () => ({
        response: await sessions.refresh(refreshToken),
        user: null,
      }));
    },
  );

  app.post(
    "/api/auth/logout",
    {
      config: {
        access: "public",
        docs: { id: "logOut", summary: "End a session", body: refresh, response: one("Done") },
      },
    },
    async (request) => {
      const { refreshToken } = refresh.parse(request.body);
      const user = await sessions.end(refreshToken);
      if (user) audit(request, { action: "logout", outcome: "success", log: user.logId, user: user.userEventId });
      // A session that has already ended is a success too.
      return { ok: true };
    },
  );

  app.post(
    "/api/auth/accept",
    {
      config: {
        access: "public",
        docs: {
          id: "acceptInvitation",
          summary: "Set a password with a one-time link",
          body: accept,
          response: one("Session"),
          problems: { 403: ["INVITATION_NOT_VALID"], ...LIMITED },
        },
      },
    },
    async (request, reply) => {
      const input = accept.parse(request.body);
      return await audited(request, { action: "link used" }, () =>
        limits.attempt(reply, null, () => acceptLink(parts, input)),
      );
    },
  );

  app.post(
    "/api/auth/password",
    {
      config: {
        access: READERS,
        docs: {
          id: "changePassword",
          summary: "Change your own password",
          body: changePassword,
          response: one("Done"),
          problems: { 409: ["PASSWORD_CHANGED"], 422: ["WRONG_PASSWORD"], ...LIMITED },
        },
      },
    },
    async (request, reply) => {
      const input = changePassword.parse(request.body);
      return await changeOwn(parts, request, reply, input);
    },
  );

  app.get(
    "/api/auth/me",
    {
      config: { access: READERS, docs: { id: "getMe", summary: "Get the user who is logged in", response: one("Me") } },
    },
    async (request) => {
      const { organization, user } = sessionFrom(request);
      const { id, email, name, role } = user;
      return { log: organization.logId, user: { id, email, name, role } };
    },
  );
}

/** The account, if the password is right. Takes as long for an account that does not exist. */
async function accountOf(accounts: Accounts, { email, password }: z.infer<typeof login>): Promise<Account | null> {
  const claim = await accounts.findClaim(email);
  const account = await accounts.find(claim ?? { logId: "", userEventId: "" });
  const hash = account?.passwordHash ?? null;
  const right = hash === null ? await verifyUnknownAccount(password) : await verifyPassword(password, hash);
  return right ? account : null;
}

async function acceptLink({ accounts, sessions }: AuthParts, input: z.infer<typeof accept>) {
  const hash = hashOfLink(input.invitation);
  const account = await accounts.findByLink(hash);
  const open = account?.link && account.link.expiresAtMs > Date.now() && (await sessions.activeUser(account));
  if (!account || !open) throw linkNotValid();
  const passwordHash = await hashPassword(input.password);
  if (!(await accounts.useLink(hash, passwordHash))) throw linkNotValid();
  // Ends the sessions of the previous password.
  await sessions.endAllOf(account, null);
  const response = await sessions.start(account);
  if (!response) throw linkNotValid();
  return { response, user: account };
}

function linkNotValid(): HttpProblem {
  return new HttpProblem(
    "INVITATION_NOT_VALID",
    "the link was used, has expired, or does not exist; ask for a new one",
  );
}

async function changeOwn(
  { accounts, sessions, limits }: AuthParts,
  request: FastifyRequest,
  reply: FastifyReply,
  input: z.infer<typeof changePassword>,
) {
  const { organization, user, family } = sessionFrom(request);
  const key = { logId: organization.logId, userEventId: user.eventId };
  return await audited(request, { action: "password changed", email: user.email }, () =>
    limits.attempt(reply, normalEmail(user.email), async () => {
      const from = (await accounts.find(key))?.passwordHash;
      if (!from || !(await verifyPassword(input.current, from)))
        throw new HttpProblem("WRONG_PASSWORD", "the current password is wrong");
      const to = await hashPassword(input.new);
      if (!(await accounts.changePassword(key, { from, to })))
        throw new HttpProblem("PASSWORD_CHANGED", "another request changed the password a moment ago");
      await sessions.endAllOf(key, family);
      return { response: { ok: true }, user: key };
    }),
  );
}

type Attempt = { action: "login" | "refresh" | "link used" | "password changed"; email?: string };

/** Runs work and records its outcome in the server's log. */
async function audited<Result>(
  request: FastifyRequest,
  attempt: Attempt,
  work: () => Promise<{ response: Result; user: { logId: string; userEventId: string } | null }>,
): Promise<Result> {
  try {
    const { response, user } = await work();
    const who = user ? { log: user.logId, user: user.userEventId } : {};
    // A refresh that succeeds is not recorded: each session has four an hour.
    if (attempt.action !== "refresh") audit(request, { ...attempt, outcome: "success", ...who });
    return response;
  } catch (error) {
    const family = error instanceof RefreshMisuse ? error.family : null;
    const who = family ? { log: family.logId, user: family.userEventId } : {};
    if (error instanceof HttpProblem) audit(request, { ...attempt, outcome: "failure", reason: error.code, ...who });
    throw error;
  }
}
