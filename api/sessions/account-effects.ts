/**
 * What commands on users do to accounts, before and after they are written. The log is the truth and accounts follow
 * it. Each row below says what holds if the process stops between two steps, or the store of accounts fails.
 */
import { COMMANDS, type CommandResult, type InputOf } from "../../events/commands/commands.ts";
import type { userCommands } from "../../events/commands/user-commands.ts";
import { Refusal } from "../../events/errors.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import type { WriteRequest } from "../../projector/writer/decide.ts";
import type { Organization } from "../organizations/organization.ts";
import { normalEmail } from "../storage/emails.ts";
import type { ClaimRequest, EmailClaims } from "./email-claims.ts";
import type { Invitation, Invitations } from "./invitations.ts";
import type { Session, Sessions } from "./sessions.ts";

/** A command on a user, with the steps around it. What runs before it has run when this is returned. */
interface AccountSteps {
  /** The command as it is to be written. */
  request: WriteRequest;
  /** Runs once it is written. @returns what the response says beside the event's place */
  afterWrite?: () => Promise<Partial<Invitation>>;
  /** Runs if a rule refused it, so that nothing was written. */
  afterRefusal?: () => Promise<void>;
}

/** Runs the steps before the command. @throws HttpProblem 409 EMAIL_TAKEN */
export type AccountEffect = (session: Session, request: WriteRequest) => Promise<AccountSteps>;

/** A new command on users does not compile without its row. */
export type AccountEffects = Record<keyof typeof userCommands, AccountEffect | null>;

export interface AccountEffectParts {
  claims: EmailClaims;
  sessions: Sessions;
  invitations: Invitations;
}

export function accountEffects({ claims, sessions, invitations }: AccountEffectParts): AccountEffects {
  return {
    /**
     * Before: claims the address. After: settles whose it is, makes the account, and opens a link for its password.
     *
     * Stopped before the write: nobody can take the address for an hour, then it is free. Stopped after it: the user is
     * in the log and cannot log in; the same request again, or a new link by an owner, makes the account.
     */
    AddUser: async (session, request) => {
      const key = request.key ?? newUuid();
      const input = request.input as InputOf<"AddUser">;
      const email = normalEmail(input.email);
      const user = { logId: session.organization.logId, userEventId: uuidText(key) };
      const steps = await claimEmail(session, { ...request, key, input: { ...input, email } }, { ...user, email });
      const afterWrite = async () => {
        await steps.afterWrite?.();
        return await invitations.invite(user);
      };
      return { ...steps, afterWrite };
    },

    /**
     * Before: claims the new address, if there is one. After: settles whose it is; the old one is free, as the log no
     * longer bears its claim out.
     *
     * Stopped before the write: the user logs in with the old address, and nobody can take the new one for an hour.
     * Stopped after it: the user logs in with the new one; only a race for it inside one log is left to settle, which
     * the next link for the user does.
     */
    ChangeUserDetails: async (session, request) => {
      const { organization } = session;
      const change = request.input as InputOf<"ChangeUserDetails">;
      const user = change.email === undefined ? null : await organization.findUser(request.id);
      if (change.email === undefined || !user) return { request };
      const email = normalEmail(change.email);
      const wanted = { logId: organization.logId, userEventId: user.eventId, email };
      return await claimEmail(session, { ...request, input: { ...change, email } }, wanted);
    },

    /** None: the role is in the log alone, and every request reads it there. */
    ChangeRole: null,

    /**
     * After: ends the user's sessions in the store.
     *
     * Stopped after the write: the log shuts the user out, and every process reads the log. Sessions that are still in
     * the store end with ReactivateUser, at the latest.
     */
    DeactivateUser: endSessions,

    /**
     * Before: ends the sessions that a deactivation left in the store. After: nothing, the password is as it was.
     *
     * Stopped before the write: the user is still shut out, and nothing is lost.
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
     * Stopped after the write: every token carries a count of ended sessions that is no longer the log's, so all are
     * refused; what is left in the store runs out by itself.
     */
    EndSessions: endSessions,
  };

  /** Claims an address for the command that gives it to a user; after it, settles whose it is. */
  async function claimEmail(session: Session, request: WriteRequest, wanted: ClaimRequest): Promise<AccountSteps> {
    // What was written before needs no claim: the response is the first one, whoever has the address now.
    if (!(await isRepeat(session.organization, request))) {
      // Nobody claims addresses who may not give them: the command will be refused.
      if (!COMMANDS[request.command].roles.includes(session.user.role)) return { request };
      await claims.claim(wanted);
    }
    const settle = async () => await claims.settle(wanted.email);
    const afterWrite = async () => {
      await settle();
      return {};
    };
    return { request, afterWrite, afterRefusal: settle };
  }

  async function endSessions({ organization }: Session, request: WriteRequest): Promise<AccountSteps> {
    // A late retry must not end sessions that began since.
    if (await isRepeat(organization, request)) return { request };
    const afterWrite = async () => {
      const user = await organization.userWithId(request.id);
      if (user) await sessions.endAllOf({ logId: organization.logId, userEventId: user.eventId }, null);
      return {};
    };
    return { request, afterWrite };
  }
}

/** Writes a command on a user, with what it does to the account. @throws what the effect throws, and the writer */
export async function writeWithEffect(
  effect: AccountEffect,
  session: Session,
  request: WriteRequest,
): Promise<CommandResult & Partial<Invitation>> {
  const steps = await effect(session, request);
  try {
    const written = await session.organization.writer.execute(steps.request);
    return { ...written, ...(await steps.afterWrite?.()) };
  } catch (error) {
    if (error instanceof Refusal) await steps.afterRefusal?.();
    throw error;
  }
}

/** True if an event has the command's key: it was written before, or is about to be refused. */
async function isRepeat({ log }: Organization, { key }: WriteRequest): Promise<boolean> {
  return key !== null && (await log.find(key)) !== null;
}
