/** Logging in and out, renewing a session, and setting a password. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { normalEmail } from "../../events/values/email.ts";
import { email } from "../../events/values/schema.ts";
import { HttpProblem } from "../http/problems.ts";
import { one, type RouteDocs } from "../http/route-docs.ts";
import type { Organizations } from "../organizations/organizations.ts";
import { READERS } from "../sessions/access.ts";
import type { EmailClaims } from "../sessions/email-claims.ts";
import type { KnownDevices } from "../sessions/known-devices.ts";
import type { LoginLimits } from "../sessions/login-limits.ts";
import { hashOfLink } from "../sessions/one-time-links.ts";
import { nameOf, type PasswordChecks, placeOf } from "../sessions/password-checks.ts";
import { checkNewPassword } from "../sessions/password-strength.ts";
import { hashPassword, PASSWORD_LENGTH } from "../sessions/passwords.ts";
import { RefreshMisuse, type Sessions, sessionFrom } from "../sessions/sessions.ts";
import type { Accounts } from "../storage/accounts.ts";
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

const login = z.strictObject({
  email: z.string().max(254).transform(normalEmail).describe("E-mail address, in any case."),
  password,
});
const accept = z.strictObject({
  invitation: z.string().max(200).describe("The token of a one-time link."),
  password: newPassword,
});
const refresh = z.strictObject({ refreshToken: z.string().max(200).describe("The newest refresh token.") });
const changePassword = z.strictObject({
  current: password.describe("The current password."),
  new: newPassword,
});

/** Every check of a password is limited, and 503 if too many run at once. */
const LIMITED: RouteDocs["problems"] = { 429: ["TOO_MANY_ATTEMPTS"], 503: ["BUSY"] };

interface AuthParts {
  accounts: Accounts;
  organizations: Organizations;
  sessions: Sessions;
  claims: EmailClaims;
  limits: LoginLimits;
  passwords: PasswordChecks;
  devices: KnownDevices;
}

export function authRoutes(app: FastifyInstance, parts: AuthParts): void {
  const { sessions } = parts;

  app.post(
    "/api/auth/login",
    {
      config: {
        access: "public",
        docs: {
          id: "logIn",
          summary: "Log in",
          body: login,
          headers: ["Device"],
          response: one("Login"),
          problems: { 401: ["LOGIN_FAILED"], ...LIMITED },
        },
      },
    },
    async (request, reply) => {
      const input = login.parse(request.body);
      return await withAudit(request, { action: "login", email: input.email }, () => logIn(parts, reply, input));
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
      return await withAudit(request, { action: "refresh" }, async () => ({
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
          response: one("Login"),
          problems: { 403: ["INVITATION_NOT_VALID"], 409: ["EMAIL_TAKEN"], 422: ["PASSWORD_TOO_WEAK"], ...LIMITED },
        },
      },
    },
    async (request, reply) => {
      const input = accept.parse(request.body);
      return await withAudit(request, { action: "link used" }, () =>
        parts.limits.attempt(reply, () => acceptLink(parts, reply, input)),
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
          problems: { 409: ["PASSWORD_CHANGED"], 422: ["WRONG_PASSWORD", "PASSWORD_TOO_WEAK"], ...LIMITED },
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

async function logIn(
  { accounts, sessions, passwords, devices }: AuthParts,
  reply: FastifyReply,
  { email, password }: z.infer<typeof login>,
) {
  const find = () => accounts.findClaim(email);
  return await passwords.check(reply, { password, find, otherwise: email }, async (account) => {
    const response = account && (await sessions.start(account, (user) => normalEmail(user.email) === email));
    // A deactivated user gets the same response as a user with a wrong password.
    if (!response) throw new HttpProblem("LOGIN_FAILED", "the e-mail address or the password is wrong");
    const device = await devices.remember(account, reply.request);
    return { response: { ...response, device }, user: account };
  });
}

/**
 * Sets the password of a link's user, and logs in.
 *
 * The address becomes the user's only here, and not when the user is added: so the response to adding a user does
 * not tell whether another organization has the address, and an unused invitation keeps it from nobody.
 */
async function acceptLink(
  { accounts, organizations, sessions, claims, limits, devices }: AuthParts,
  reply: FastifyReply,
  input: z.infer<typeof accept>,
) {
  const hash = hashOfLink(input.invitation);
  const account = await accounts.findByLink(hash);
  const isOpen = account?.link && account.link.expiresAtMs > Date.now();
  const user = isOpen ? await sessions.activeUser(account) : null;
  if (!account || !user) throw linkNotValid();
  const { logId, userEventId } = account;
  const email = normalEmail(user.email);
  const organization = (await (await organizations.get(logId))?.legalName()) ?? "";
  checkNewPassword(input.password, { field: "password", about: { email, name: user.name, organization } });
  await limits.askingWhoHas(reply, logId, () => claims.claim({ logId, userEventId, email }));
  await claims.settle(email);
  const passwordHash = await hashPassword(input.password, placeOf(reply, nameOf(account)));
  if (!(await accounts.useLink(hash, passwordHash))) throw linkNotValid();
  // Ends the sessions of the previous password.
  await sessions.endAllOf(account, null);
  const response = await sessions.start(account);
  if (!response) throw linkNotValid();
  const device = await devices.remember(account, reply.request);
  return { response: { ...response, device }, user: account };
}

function linkNotValid(): HttpProblem {
  return new HttpProblem(
    "INVITATION_NOT_VALID",
    "the link was used, has expired, or does not exist; ask for a new one",
  );
}

async function changeOwn(
  { accounts, sessions, passwords }: AuthParts,
  request: FastifyRequest,
  reply: FastifyReply,
  input: z.infer<typeof changePassword>,
) {
  const { organization, user, family } = sessionFrom(request);
  const key = { logId: organization.logId, userEventId: user.eventId };
  const email = normalEmail(user.email);
  const about = { email, name: user.name, organization: await organization.legalName() };
  const check = { password: input.current, find: async () => key, otherwise: email, family };
  return await withAudit(request, { action: "password changed", email: user.email }, async () => {
    checkNewPassword(input.new, { field: "new", about });
    return await passwords.check(reply, check, async (account, place) => {
      if (!account?.passwordHash) throw new HttpProblem("WRONG_PASSWORD", "the current password is wrong");
      const to = await hashPassword(input.new, place);
      if (!(await accounts.changePassword(key, { from: account.passwordHash, to })))
        throw new HttpProblem("PASSWORD_CHANGED", "another request changed the password a moment ago");
      await sessions.endAllOf(key, family);
      return { response: { ok: true }, user: key };
    });
  });
}

type Attempt = { action: "login" | "refresh" | "link used" | "password changed"; email?: string };

/** Runs work and records its outcome in the server's log. */
async function withAudit<Result>(
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
