/** Records logins and attempts, one line each in the server's log. Never a password or a token. */
import type { FastifyRequest } from "fastify";
import { addressOf } from "../http/senders.ts";

type AuditAction =
  | "login"
  | "refresh"
  | "logout"
  | "link made"
  | "link used"
  | "password changed"
  | "organization founded";

export interface AuditEntry {
  action: AuditAction;
  outcome: "success" | "failure";
  /** The code in the response. */
  reason?: string;
  /** The address as the user typed it. */
  email?: string;
  log?: string;
  /** Id of the user's `UserAdded` event. */
  user?: string;
  /** The user who acted on another user, by the same kind of id. */
  by?: string;
}

declare module "fastify" {
  interface FastifyInstance {
    /** Called with each entry. */
    audited?: (entry: AuditEntry) => void;
  }
}

export function audit(request: FastifyRequest, { email, ...entry }: AuditEntry): void {
  request.server.audited?.(entry);
  const line = { ...entry, ...(email !== undefined && { email: loggable(email) }), address: addressOf(request) };
  request.log.info({ audit: line }, `${entry.action}: ${entry.outcome}`);
}

/** Users sometimes type their password into the field for the e-mail address; it may contain an @. */
function loggable(typed: string): string {
  return /^[^\s@]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(typed) ? typed : "(not an e-mail address)";
}
