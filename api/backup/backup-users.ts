/** The users that the logs of a backup contain at their heads. Only their accounts and addresses belong in the backup. */
import { decodeEvent, decodeHeader } from "../../events/encoding/event.ts";
import type { LogId, StoredEvent } from "../../events/log/log.ts";
import type { StreamId } from "../../events/sequence.ts";
import { uuidText } from "../../events/uuid.ts";
import { normalEmail } from "../../events/values/email.ts";
import type { EmailClaim, UserKey } from "../storage/accounts.ts";

/** The events with a user's address. If a newer release changed their shape, the backup stops: "update needed". */
const WITH_EMAIL = new Set(["UserAdded", "UserDetailsChanged"]);

interface Holder extends UserKey {
  email: string;
  /** When the user received the address, ms since 1970 UTC. */
  sinceMs: number;
}

export class BackupUsers {
  /** By log and event id. */
  readonly #users = new Map<string, Holder>();
  /** By address; built once all logs have been read. */
  #holders: Map<string, Holder[]> | null = null;

  /**
   * Returns a function that reads a log's events, in order from the first. Each log needs its own.
   *
   * @throws LogError UNKNOWN_EVENT, MALFORMED_EVENT: the message names the log and the event
   */
  reader(logId: LogId): (event: Pick<StoredEvent, "seq" | "body">) => void {
    const byStream = new Map<StreamId, Holder>();
    return ({ seq, body }) => {
      const where = `log ${logId}: event ${seq}`;
      const { type, stream } = decodeHeader(body, where);
      if (!WITH_EMAIL.has(type)) return;
      const event = decodeEvent(body, where);
      if (event.type === "UserAdded") {
        const user = { logId, userEventId: uuidText(event.id), email: event.data.email, sinceMs: event.at };
        byStream.set(stream, user);
        this.#users.set(keyOf(user), user);
      } else if (event.type === "UserDetailsChanged") {
        const user = byStream.get(stream);
        if (user && user.email !== event.data.email)
          Object.assign(user, { email: event.data.email, sinceMs: event.at });
      }
    };
  }

  /** True if the user was added before the backup's head of that log. */
  has(user: UserKey): boolean {
    return this.#users.has(keyOf(user));
  }

  /**
   * A claim as it was at the heads: it may have moved since.
   *
   * @returns null if no user has the address at the heads: it is free after a restore
   */
  claimAtHeads(claim: EmailClaim): EmailClaim | null {
    const holders = this.#holdersOf(claim.email);
    const same = holders.find(({ logId }) => logId === claim.logId);
    // Heads are read one after the other, so an address that moved may be in two logs. The later user has it.
    const holder = same ?? holders.toSorted((a, b) => b.sinceMs - a.sinceMs)[0];
    if (!holder) return null;
    const { logId, userEventId } = holder;
    return { ...claim, logId, userEventId };
  }

  #holdersOf(email: string): readonly Holder[] {
    this.#holders ??= Map.groupBy(this.#users.values(), (user) => normalEmail(user.email));
    return this.#holders.get(email) ?? [];
  }
}

function keyOf({ logId, userEventId }: UserKey): string {
  return `${logId}/${userEventId}`;
}
