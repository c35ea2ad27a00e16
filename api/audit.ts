/** Who logged in, and who tried: one line each in the server's log. Never a password or a token. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { email } from "../events/schema.ts";

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
  /** Why it failed: for the operator, and not what the client is told. */
  reason?: string;
  /** As it was typed. */
  email?: string;
  log?: string;
  /** Id of the user's `UserAdded` event. */
  user?: string;
  /** The user who did it to another, by the same id. */
  by?: string;
}

export function audit(request: FastifyRequest, { email, ...entry }: AuditEntry): void {
  const line = { ...entry, ...(email !== undefined && { email: loggable(email) }), address: request.ip };
  request.log.info({ audit: line }, `${entry.action}: ${entry.outcome}`);
}

/** Now and then somebody types their password where the e-mail address goes. */
function loggable(typed: string): string {
  const { success } = z.string().max(254).pipe(email()).safeParse(typed);
  return success ? typed : "(not an e-mail address)";
}
