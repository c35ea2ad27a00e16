/** Who logged in, and who tried: one line each in the server's log. Never a password or a token. */
import type { FastifyRequest } from "fastify";

export type AuditAction =
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
  /** The code that the client was told. */
  reason?: string;
  /** As it was typed. */
  email?: string;
  log?: string;
  /** Id of the user's `UserAdded` event. */
  user?: string;
  /** The user who did it to another, by the same id. */
  by?: string;
}

declare module "fastify" {
  interface FastifyInstance {
    /** Told of each entry. */
    audited?: (entry: AuditEntry) => void;
  }
}

export function audit(request: FastifyRequest, { email, ...entry }: AuditEntry): void {
  request.server.audited?.(entry);
  const line = { ...entry, ...(email !== undefined && { email: loggable(email) }), address: request.ip };
  request.log.info({ audit: line }, `${entry.action}: ${entry.outcome}`);
}

/** Now and then somebody types their password where the e-mail address goes; it may have an @. */
function loggable(typed: string): string {
  return /^[^\s@]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(typed) ? typed : "(not an e-mail address)";
}
