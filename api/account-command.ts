/**
 * `invoify-api account link`: a way back in for a user whom no owner can help, such as an owner without a password.
 * `invoify-api account release`: takes an e-mail address from the organization that has it.
 */

import { normalEmail } from "../events/values/email.ts";
import { defineCommand, JSON_OUTPUT } from "../projector/command-line/command.ts";
import { readConfig } from "./config/config.ts";
import { HttpProblem } from "./http/problems.ts";
import type { LogUser, Organization } from "./organizations/organization.ts";
import { type Api, openApi } from "./server.ts";
import type { ClaimRequest } from "./sessions/email-claims.ts";

const LOG_OPTION = { type: "string", value: "LOG-ID" } as const;

export const accountLink = defineCommand({
  program: "invoify-api",
  name: "account link",
  about: `Prints the token of a one-time link, for a user whom no owner can help. The user
sets a password with POST /api/auth/accept: the JSON has the token as "invitation"
and the new password as "password". Check the organization
that the command names before you give the link to anybody. The command needs the
server's environment, with its INVOIFY_JWT_SECRET.`,
  positionals: ["EMAIL"],
  options: {
    log: { ...LOG_OPTION, help: "the organization's log, if the user has never set a password" },
    json: JSON_OUTPUT,
  },
  async run({ values: { log, json }, positionals: [address = ""] }, terminal) {
    const api = await openApi(readConfig(terminal.env));
    try {
      const email = normalEmail(address);
      const { organization, user } = await userWith(api, email, log ?? null);
      const { logId } = organization;
      await claimFor(api, { logId, userEventId: user.eventId, email });
      const { invitation, expiresAt } = await api.invitations.open(organization, user.id);
      const name = await organization.legalName();
      terminal.out(json ? JSON.stringify({ invitation, expiresAt, log: logId, organization: name }) : invitation);
      if (!json)
        terminal.note(`for ${user.name}, ${user.role} at ${name} (log ${logId}); good once, until ${expiresAt}`);
    } finally {
      await api.close();
    }
    return 0;
  },
});

export const accountRelease = defineCommand({
  program: "invoify-api",
  name: "account release",
  about: `Takes an e-mail address from the organization that has it, so that another one
can use it. The organization's user stays, but cannot log in again before an owner
changes the user's address. With --to, the user of that organization gets the
address at once, so that nobody else takes it first. The command needs the
server's environment, with its INVOIFY_JWT_SECRET.`,
  positionals: ["EMAIL"],
  options: {
    to: { ...LOG_OPTION, help: "the log of the organization whose user gets the address" },
    json: JSON_OUTPUT,
  },
  async run({ values: { to, json }, positionals: [address = ""] }, terminal) {
    const api = await openApi(readConfig(terminal.env));
    try {
      const email = normalEmail(address);
      const next = to === undefined ? null : await userWith(api, email, to);
      const claim = await api.storage.accounts.findClaim(email);
      if (!claim) throw new HttpProblem("UNKNOWN_USER", `${email}: no organization has this address`);
      const organization = await open(api, claim.logId);
      const name = (await organization?.legalName()) ?? null;
      const user = next && { logId: next.organization.logId, userEventId: next.user.eventId };
      if (user?.logId === claim.logId)
        throw new HttpProblem("EMAIL_TAKEN", `${email}: ${name ?? "this organization"} already has this address`);
      await api.claims.release(claim, user);
      const nextName = (await next?.organization.legalName()) ?? null;
      const from = { log: claim.logId, organization: name };
      if (json) terminal.out(JSON.stringify({ email, from, to: user && { log: user.logId, organization: nextName } }));
      else {
        terminal.out(`${email}: taken from ${name ?? "an organization that was never completed"} (log ${claim.logId})`);
        if (user) terminal.out(`${email}: given to ${nextName} (log ${user.logId})`);
      }
    } finally {
      await api.close();
    }
    return 0;
  },
});

type Parts = Pick<Api, "storage" | "organizations" | "claims">;

/**
 * The user who has this e-mail address.
 *
 * @param logId the organization; null: the one that the store knows
 * @throws HttpProblem 404 UNKNOWN_USER
 */
async function userWith(
  api: Parts,
  email: string,
  logId: string | null,
): Promise<{ organization: Organization; user: LogUser }> {
  const log = logId ?? (await api.storage.accounts.findClaim(email))?.logId ?? null;
  const organization = log === null ? null : await open(api, log);
  await organization?.ensureFresh({ maxAgeMs: 0 });
  const user = await organization?.userWithEmail(email);
  if (organization && user) return { organization, user };
  const where = logId === null ? "" : ` in log ${logId}`;
  const hint = logId === null ? "; if the user has never set a password, name the organization with --log" : "";
  throw new HttpProblem("UNKNOWN_USER", `${email}: no user has this address${where}${hint}`);
}

/** @throws HttpProblem 409 EMAIL_TAKEN naming the organization that has the address */
async function claimFor(api: Parts, claim: ClaimRequest): Promise<void> {
  try {
    await api.claims.claim(claim);
    await api.claims.settle(claim.email);
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.code !== "EMAIL_TAKEN") throw error;
    const other = (await api.storage.accounts.findClaim(claim.email))?.logId ?? "";
    const name = (await (await open(api, other))?.legalName()) ?? "an organization that is being founded";
    throw new HttpProblem(
      "EMAIL_TAKEN",
      `${claim.email} belongs to ${name} (log ${other}); to take it from there: invoify-api account release ${claim.email} --to ${claim.logId}`,
    );
  }
}

async function open({ organizations }: Parts, logId: string): Promise<Organization | null> {
  return await organizations.get(logId, { patienceMs: Number.POSITIVE_INFINITY });
}
