/**
 * The effects of user commands on accounts, before and after the command is written. The log decides, and accounts
 * follow it. Each row says what is true if the process stops between two steps, or the store of accounts fails.
 */
import type { FastifyReply } from "fastify";
import { COMMANDS, type CommandResult, type InputOf } from "../../events/commands/commands.ts";
import type { userCommands } from "../../events/commands/user-commands.ts";
import { Refusal } from "../../events/errors.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import { normalEmail } from "../../events/values/email.ts";
import type { WriteRequest } from "../../projector/writer/decide.ts";
import type { Organization } from "../organizations/organization.ts";
import type { Accounts } from "../storage/accounts.ts";
import type { ClaimRequest, EmailClaims } from "./email-claims.ts";
import type { Invitation, Invitations } from "./invitations.ts";
import type { LoginLimits } from "./login-limits.ts";
import type { Session, Sessions } from "./sessions.ts";

/** A user command, with the steps that follow it. The steps before it have already run. */
interface AccountSteps {
  /** The command to write. */
  request: WriteRequest;
  /** Runs after the command is written. @returns further fields of the response */
  afterWrite?: () => Promise<Partial<Invitation>>;
  /** Runs if a rule refused the command, so nothing was written. */
  afterRefusal?: () => Promise<void>;
}

/** Runs the steps before the command. @throws HttpProblem 409 EMAIL_TAKEN, 429 TOO_MANY_ATTEMPTS */
export type AccountEffect = (session: Session, request: WriteRequest, reply: FastifyReply) => Promise<AccountSteps>;

/** A new user command does not compile without its row. */
export type AccountEffects = Record<keyof typeof userCommands, AccountEffect | null>;

interface AccountEffectParts {
  accounts: Accounts;
  claims: EmailClaims;
  limits: LoginLimits;
  sessions: Sessions;
  invitations: Invitations;
}

export function accountEffects({
  accounts,
  claims,
  limits,
  sessions,
  invitations,
}: AccountEffectParts): AccountEffects {
  return {
    /**
     * After: creates the account, and opens a link for its password. The address is claimed when the link is used. Until
     * then nothing depends on whether another organization has it, so the response does not tell.
     *
     * Stopped after the write: the user is in the log but cannot log in; a retry, or a new link from an owner, creates
     * the account.
     */
    AddUser: async ({ organization }, request) => {
      const key = request.key ?? newUuid();
      const input = request.input as InputOf<"AddUser">;
      const user = { logId: organization.logId, userEventId: uuidText(key) };
      return {
        request: { ...request, key, input: { ...input, email: normalEmail(input.email) } },
        afterWrite: async () => await invitations.invite(user),
      };
    },

    /**
     * Before: claims the new address, if there is one and the user can log in. After: settles who has it. The old address
     * is free, because the log no longer confirms its claim.
     *
     * Stopped before the write: the user logs in with the old address, and no other organization can take the new one
     * for an hour. Stopped after it: the user logs in with the new one. If two users of one log raced for it, the next
     * link for its user settles the claim.
     */
    ChangeUserDetails: async (session, request, reply) => {
      const { organization } = session;
      const change = request.input as InputOf<"ChangeUserDetails">;
      const user = change.email === undefined ? null : await organization.findUser(request.id);
      if (change.email === undefined || !user) return { request };
      const email = normalEmail(change.email);
      const next = { ...request, input: { ...change, email } };
      const claim = { logId: organization.logId, userEventId: user.eventId, email };
      const account = await accounts.find(claim);
      if (!account?.passwordHash) return { request: next };
      return await claimEmail(session, next, { claim, reply });
    },

    /** None: only the log has the role, and every request reads it there. */
    ChangeRole: null,

    /**
     * After: ends the user's sessions in the store.
     *
     * Stopped after the write: the log refuses the user, and every process reads the log. ReactivateUser ends the
     * sessions that are still in the store.
     */
    DeactivateUser: endSessions,

    /**
     * Before: ends the sessions that a deactivation left in the store. After: nothing; the password is unchanged.
     *
     * Stopped before the write: the user is still deactivated, and nothing is lost.
     */
    ReactivateUser: async ({ organization }, request) => {
      if (await isRepeat(organization, request)) return { request };
      await organization.ensureFresh({ maxAgeMs: 0 }); // another process may just have written the deactivation
      const user = await organization.userWithId(request.id);
      if (user && !user.active) await sessions.endAllOf({ logId: organization.logId, userEventId: user.eventId }, null);
      return { request };
    },

    /**
     * After: ends the user's sessions in the store.
     *
     * Stopped after the write: the count of ended sessions in each token no longer equals that in the log, so all
     * tokens are refused. The sessions in the store expire.
     */
    EndSessions: endSessions,
  };

  /** Claims an address before the command that gives it to a user, and settles who has it afterwards. */
  async function claimEmail(
    session: Session,
    request: WriteRequest,
    { claim, reply }: { claim: ClaimRequest; reply: FastifyReply },
  ): Promise<AccountSteps> {
    // A repeated command needs no claim: it gets the first response, even if another user has the address now.
    if (!(await isRepeat(session.organization, request))) {
      // A caller without the right role gets no claim: the command will be refused.
      if (!COMMANDS[request.command].roles.includes(session.user.role)) return { request };
      await limits.askingWhoHas(reply, claim.logId, () => claims.claim(claim));
    }
    const settle = async () => await claims.settle(claim.email);
    const afterWrite = async () => {
      await settle();
      return {};
    };
    return { request, afterWrite, afterRefusal: settle };
  }

  async function endSessions({ organization }: Session, request: WriteRequest): Promise<AccountSteps> {
    // A late retry must not end sessions that began after the first request.
    if (await isRepeat(organization, request)) return { request };
    const afterWrite = async () => {
      const user = await organization.userWithId(request.id);
      if (user) await sessions.endAllOf({ logId: organization.logId, userEventId: user.eventId }, null);
      return {};
    };
    return { request, afterWrite };
  }
}

/** Writes a user command together with its effect on the account. @throws errors of the effect and of the writer */
export async function writeWithEffect(
  effect: AccountEffect,
  session: Session,
  { request, reply }: { request: WriteRequest; reply: FastifyReply },
): Promise<CommandResult & Partial<Invitation>> {
  const steps = await effect(session, request, reply);
  try {
    const written = await session.organization.writer.execute(steps.request);
    return { ...written, ...(await steps.afterWrite?.()) };
  } catch (error) {
    if (error instanceof Refusal) await steps.afterRefusal?.();
    throw error;
  }
}

/** True if an event already has the command's key: the command was written before, or will be refused. */
async function isRepeat(organization: Organization, { key }: WriteRequest): Promise<boolean> {
  return key !== null && (await organization.isKnown(key));
}
