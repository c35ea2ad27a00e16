/** What commands on users mean for their accounts. The log is the truth; all here can be done again, and then it fits. */
import { COMMANDS, type InputOf, type Written } from "../../events/commands/commands.ts";
import { Refusal } from "../../events/errors.ts";
import type { StreamId } from "../../events/sequence.ts";
import { newUuid, uuidText } from "../../events/uuid.ts";
import type { WriteRequest } from "../../projector/writer/decide.ts";
import { HttpProblem } from "../http/problems.ts";
import type { LogUser, Organization } from "../organizations/organization.ts";
import type { Accounts } from "../storage/accounts.ts";
import { normalEmail } from "../storage/emails.ts";
import type { EmailClaims, Wanted } from "./email-claims.ts";
import { newLink } from "./one-time-links.ts";
import type { Session, Sessions } from "./sessions.ts";

/** A one-time link, as its maker sees it. */
export interface Invitation {
  invitation: string;
  expiresAt: string;
}

export class UserAccounts {
  readonly #accounts: Accounts;
  readonly #claims: EmailClaims;
  readonly #sessions: Sessions;
  readonly #clock: () => number;

  constructor(accounts: Accounts, claims: EmailClaims, sessions: Sessions, clock: () => number = Date.now) {
    this.#accounts = accounts;
    this.#claims = claims;
    this.#sessions = sessions;
    this.#clock = clock;
  }

  /** Executes a command, with what it means for accounts where it is about a user. */
  async execute(session: Session, request: WriteRequest): Promise<Written & Partial<Invitation>> {
    switch (request.command) {
      case "AddUser":
        return await this.#addUser(session, { ...request, key: request.key ?? newUuid() });
      case "ChangeUserDetails":
        return await this.#changeDetails(session, request);
      case "DeactivateUser":
      case "EndSessions":
        return await this.#shutOut(session, request);
      default:
        return await session.organization.writer.execute(request);
    }
  }

  /**
   * Opens a one-time link for a user to choose a password with: the first one, or in place of one that was forgotten
   * (which is good until then).
   *
   * @throws HttpProblem 404 UNKNOWN_USER, 409 USER_INACTIVE, 409 EMAIL_TAKEN
   */
  async openLink(organization: Organization, id: StreamId): Promise<Invitation & { userEventId: string }> {
    const user = await userNow(organization, id);
    if (!user) throw new HttpProblem(404, "UNKNOWN_USER", `there is no user ${id}`, { id });
    if (!user.active) throw new HttpProblem(409, "USER_INACTIVE", `${user.email} is shut out`, { user: id });
    const key = { logId: organization.logId, userEventId: user.eventId };
    // The account, and its address, where they got lost: accounts may come from an older backup than the log.
    await this.#claims.claim({ ...key, email: normalEmail(user.email) });
    await this.#claims.settle(normalEmail(user.email));
    const { token, link } = newLink(this.#clock());
    if (!(await this.#accounts.add({ ...key, passwordHash: null, link }))) await this.#accounts.setLink(key, link);
    return { ...shown(token, link.expiresAtMs), userEventId: user.eventId };
  }

  async #addUser(session: Session, request: WriteRequest & { key: Uint8Array }) {
    const input = request.input as InputOf<"AddUser">;
    const user = { logId: session.organization.logId, userEventId: uuidText(request.key) };
    const email = normalEmail(input.email);
    const written = await this.#withEmail(session, { ...request, input: { ...input, email } }, { ...user, email });
    return { ...written, ...(await this.#invite(user)) };
  }

  async #changeDetails(session: Session, request: WriteRequest): Promise<Written> {
    const { organization } = session;
    const change = request.input as InputOf<"ChangeUserDetails">;
    const user = change.email === undefined ? null : await userNow(organization, request.id);
    if (change.email === undefined || !user) return await organization.writer.execute(request);
    const email = normalEmail(change.email);
    const wanted = { logId: organization.logId, userEventId: user.eventId, email };
    return await this.#withEmail(session, { ...request, input: { ...change, email } }, wanted);
  }

  /** The log shuts them out, and all processes ask it. This sees to it that no session goes on if they come back. */
  async #shutOut({ organization }: Session, request: WriteRequest): Promise<Written> {
    const isRepeat = await isKnown(organization, request);
    const written = await organization.writer.execute(request);
    const user = await organization.userWithId(request.id);
    if (user && !isRepeat)
      await this.#sessions.endAllOf({ logId: organization.logId, userEventId: user.eventId }, null);
    return written;
  }

  /** Claims an address, executes the command that gives it to a user, and settles whose it is. */
  async #withEmail({ organization, user }: Session, request: WriteRequest, wanted: Wanted): Promise<Written> {
    // What was written before needs no claim: the answer is the first one, whoever has the address now.
    if (!(await isKnown(organization, request))) {
      // Nobody claims addresses who may not give them.
      if (!COMMANDS[request.command].roles.includes(user.role)) return await organization.writer.execute(request);
      await this.#claims.claim(wanted);
    }
    try {
      const written = await organization.writer.execute(request);
      await this.#claims.settle(wanted.email);
      return written;
    } catch (error) {
      if (error instanceof Refusal) await this.#claims.settle(wanted.email);
      throw error;
    }
  }

  /** The account of a user who was added, with a link to choose a password. */
  async #invite(user: { logId: string; userEventId: string }): Promise<Partial<Invitation>> {
    const { token, link } = newLink(this.#clock());
    if (await this.#accounts.add({ ...user, passwordHash: null, link })) return shown(token, link.expiresAtMs);
    // The same call again: its first answer may have been lost, so the link is made anew while it is open.
    const known = await this.#accounts.find(user);
    if (!known || known.passwordHash !== null) return {};
    await this.#accounts.setLink(user, link);
    return shown(token, link.expiresAtMs);
  }
}

/** True if an event has the command's key: it was given before, or is about to be refused. */
async function isKnown({ log }: Organization, { key }: WriteRequest): Promise<boolean> {
  return key !== null && (await log.find(key)) !== null;
}

/** The user of a stream; before a no, the log is read again: another process may just have added them. */
async function userNow(organization: Organization, id: StreamId): Promise<LogUser | null> {
  const known = await organization.userWithId(id);
  if (known) return known;
  await organization.beFresh({ maxAgeMs: 0 });
  return await organization.userWithId(id);
}

function shown(token: string, expiresAtMs: number): Invitation {
  return { invitation: token, expiresAt: new Date(expiresAtMs).toISOString() };
}
